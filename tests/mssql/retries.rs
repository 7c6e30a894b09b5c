//! Transactions that the server gives up and that may succeed in a moment: run again as a whole, three times at
//! most, and then turned away.

use std::time::Duration;

use serde_json::json;
use upsertd::{
    domain::{Value, WriteOutcome},
    engine::EngineError,
};

use crate::{
    driver::Driver,
    service::Service,
    setup::{GET, UPDATED, WRITE, asked, engine_of_one, engine_with, report, script, upsert},
    tds::{Column, Kind, Reply, TdsPeer, errors, tokens::Message},
};

/// What the server says, and whether it hangs up with it.
fn passing() -> [(Message, bool); 4] {
    let conflict = "Snapshot isolation transaction aborted due to update conflict.";
    [
        (errors::deadlock(), false),
        (errors::lock_timeout(), false),
        (errors::error(3960, 16, 2, conflict), false),
        (errors::busy(), true),
    ]
}

#[tokio::test]
async fn a_transaction_that_was_given_up_is_run_again_as_a_whole() {
    for (fault, hangs_up) in passing() {
        for failures in 1..=3 {
            let mut answers = script().on_sql_containing(WRITE).reply(fault.clone());
            for _ in 1..failures {
                answers = answers.then(fault.clone());
            }
            let peer = TdsPeer::start(answers.then(report(0, 1, 7))).await;
            let engine = engine_of_one(&peer);
            let done = upsert(&Driver::new(&engine).await).await;
            let generated = Some(Value::Int(7));
            assert_eq!(done, Ok(WriteOutcome::Inserted { generated }), "{fault:?}");
            let tries = asked(&peer, WRITE);
            assert_eq!(tries.len(), failures + 1, "{fault:?}");
            // The whole of it, each time: the same text and the same values.
            assert!(tries.iter().all(|again| *again == tries[0]), "{tries:?}");
            let connections = if hangs_up { failures + 1 } else { 1 };
            assert_eq!(peer.counts().accepted, connections, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_database_that_gives_up_four_times_is_busy() {
    for (fault, _) in passing() {
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(fault.clone())).await;
        let engine = engine_of_one(&peer);
        let done = upsert(&Driver::new(&engine).await).await;
        assert_eq!(done, Err(EngineError::Busy), "{fault:?}");
        assert_eq!(asked(&peer, WRITE).len(), 4, "{fault:?}");
    }
}

#[tokio::test]
async fn a_caller_hears_that_it_is_busy_and_when_to_come_again() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    for (fault, _) in passing() {
        peer.play(script().on_sql_containing(WRITE).always(fault));
        let answer = service.upsert().await;
        let says = "The database is busy; nothing was written; try again.";
        answer.fails(503, "database_busy", &[]);
        assert_eq!(answer.message(), says);
        assert_eq!(answer.header("retry-after"), "1");
        // And it may succeed in a moment, as promised.
        peer.play(script().on_sql_containing(WRITE).reply(report(1, 1, 7)));
        let done = json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null});
        service.upsert().await.is(&done);
    }
}

#[tokio::test]
async fn what_cannot_succeed_is_not_run_again() {
    let refused = errors::null_refused("Name", "stock.dbo.Parts", "INSERT");
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).reply(refused)).await;
    let engine = engine_of_one(&peer);
    assert!(upsert(&Driver::new(&engine).await).await.is_err());
    assert_eq!(asked(&peer, WRITE).len(), 1);
}

#[tokio::test]
async fn a_read_that_was_given_up_is_asked_again_as_often() {
    let name = || {
        Reply::rows(
            [Column::nullable("Name", "nvarchar(50)")],
            json!([["Bolt"]]),
        )
    };
    for (fault, _) in passing() {
        let peer = TdsPeer::start(script()).await;
        let service = Service::on(&peer).await;
        let answers = script().on_sql_containing(GET).reply(fault.clone());
        let answers = answers.then(fault.clone()).then(fault.clone());
        peer.play(answers.then(name()));
        service.get().await.is(&json!([{"Name": "Bolt"}]));
        assert_eq!(asked(&peer, GET).len(), 4);

        peer.play(script().on_sql_containing(GET).always(fault));
        service.get().await.fails(503, "database_busy", &[]);
        assert_eq!(asked(&peer, GET).len(), 8);
    }
}

#[tokio::test]
async fn a_lock_is_not_waited_for_past_the_deadline() {
    // Nobody could say then what became of the write.
    let answers = script().on_sql_containing(WRITE);
    let peer = TdsPeer::start(answers.always(errors::lock_timeout())).await;
    let engine = engine_with(&peer, |options| {
        options.lock_timeout = Duration::from_secs(3600);
    });
    let done = upsert(&Driver::new(&engine).await).await;
    assert_eq!(done, Err(EngineError::Busy));
    assert_eq!(asked(&peer, WRITE).len(), 1);
}

#[tokio::test]
async fn two_kinds_of_failure_share_their_tries() {
    let answers = script()
        .on_sql_containing(WRITE)
        .reply(errors::deadlock())
        .then(errors::lock_timeout())
        .then(errors::busy())
        .then_always(errors::deadlock());
    let peer = TdsPeer::start(answers).await;
    let engine = engine_of_one(&peer);
    let done = upsert(&Driver::new(&engine).await).await;
    assert_eq!(done, Err(EngineError::Busy));
    assert_eq!(asked(&peer, WRITE).len(), 4);
}

#[tokio::test]
async fn a_reply_that_ends_in_an_error_counts_as_the_error() {
    // A server that has sent rows already and then finds that it is the deadlock's victim.
    let mut tokens = report(1, 1, 7).into_tokens(Kind::Batch);
    tokens.pop();
    tokens.extend(Reply::from(errors::deadlock()).into_tokens(Kind::Rpc));
    let answers = script()
        .on_sql_containing(WRITE)
        .reply(Reply::tokens(tokens))
        .then(report(1, 1, 7));
    let peer = TdsPeer::start(answers).await;
    let engine = engine_of_one(&peer);
    let done = upsert(&Driver::new(&engine).await).await;
    assert_eq!(done, UPDATED);
    assert_eq!(asked(&peer, WRITE).len(), 2);
}
