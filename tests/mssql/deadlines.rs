//! A server that does not answer in time: it is told to stop, the connection is given up, and the caller hears
//! what is known.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use upsertd::engine::{Engine as _, EngineError};

use crate::{
    driver::{Driver, deadline},
    service::Service,
    setup::{
        CATALOG, GET, PING, PROGRESS, UPDATED, WRITE, asked, beginning, engine_of_one, progress,
        report, script, upsert, upsert_until,
    },
    tds::{Column, LoginReply, Reply, Script, TdsPeer},
};

/// Long enough for a request to be on its way, on the slowest machine.
const SOON: Duration = Duration::from_secs(2);

/// What only reads is asked the same when it is cancelled, and nobody minds the answer.
fn told(script: Script) -> Script {
    script.on_sql_containing(PROGRESS).reply(progress(1)).into()
}

/// A write that is never answered; how far it came is said so, or nothing is.
fn stalled(progress: Reply) -> Script {
    script()
        .on_sql_containing(WRITE)
        .reply(Reply::stall())
        .then(report(1, 1, 7))
        .on_sql_containing(PROGRESS)
        .reply(progress)
        .into()
}

#[tokio::test]
async fn a_write_that_is_not_answered_is_cancelled_and_asked_how_far_it_came() {
    let unknown = [progress(1), Reply::stall(), Reply::cut_after_commit()];
    let cases = unknown.map(|reply| (reply, true));
    let cases = [(progress(0), false)].into_iter().chain(cases);
    let tried = cases.map(async |(reply, lost)| {
        let peer = TdsPeer::start(stalled(reply.clone())).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        let done = upsert_until(&driver, Instant::now() + SOON).await;
        match done {
            Err(EngineError::Lost { .. }) => assert!(lost, "{reply:?}"),
            Err(EngineError::Timeout) => assert!(!lost, "{reply:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            (peer.counts().attentions, asked(&peer, WRITE).len()),
            (1, 1)
        );
        // What there was of its transaction went with the connection, which nobody has after it.
        assert_eq!(upsert(&driver).await, UPDATED);
        peer.until(|counts| (counts.accepted, counts.open) == (2, 1))
            .await;
    });
    join_all(tried).await;
}

#[tokio::test]
async fn a_deadline_that_has_passed_sends_nothing() {
    let peer = TdsPeer::start(script()).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let before = peer.messages();
    let done = upsert_until(&driver, Instant::now()).await;
    assert_eq!(done, Err(EngineError::Timeout));
    assert_eq!(peer.messages(), before);
}

#[tokio::test]
async fn what_only_reads_has_taken_too_long_and_nothing_else() {
    let peer = TdsPeer::start(
        told(beginning())
            .on_sql_containing(CATALOG)
            .reply(Reply::stall()),
    )
    .await;
    let engine = engine_of_one(&peer);
    let read = engine.load_tables(Instant::now() + SOON).await;
    assert_eq!(read.unwrap_err(), EngineError::Timeout);
    peer.until(|counts| counts.attentions == 1).await;

    peer.play(script());
    engine.ping(deadline()).await.unwrap();
    assert_eq!(peer.counts().accepted, 2);
}

#[tokio::test]
async fn a_caller_hears_what_is_known() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::of_one(&peer, SOON).await;
    peer.play(stalled(progress(1)));
    let answer = service.upsert().await;
    answer.fails(500, "outcome_unknown", &["unknown"]);
    peer.play(stalled(progress(0)));
    let answer = service.upsert().await;
    answer.fails(503, "timeout", &["took too long", "nothing was written"]);
    assert_eq!(answer.header("retry-after"), "1");

    let name = Reply::rows(
        [Column::nullable("Name", "nvarchar(50)")],
        json!([["Bolt"]]),
    );
    let answers = told(script()).on_sql_containing(GET);
    peer.play(answers.reply(Reply::stall()).then(name));
    let answer = service.get().await;
    answer.fails(503, "timeout", &["took too long", "nothing was written"]);
    assert_eq!(answer.header("retry-after"), "1");
    peer.until(|counts| counts.attentions == 3).await;
    service.get().await.is(&json!([{"Name": "Bolt"}]));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_ready() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::of_one(&peer, SOON).await;
    let stalled = told(Script::new())
        .on_sql_containing(PING)
        .reply(Reply::stall())
        .on_sql_containing("SET LANGUAGE us_english")
        .always(Reply::nothing());
    peer.play(stalled);
    let answer = service.ready().await;
    answer.fails(503, "database_unavailable", &[]);
}

#[tokio::test]
async fn a_login_that_is_not_answered_turns_away_who_waits_for_it() {
    let peer = TdsPeer::start(Script::new().with_login(LoginReply::Stall)).await;
    let engine = engine_of_one(&peer);
    let answer = engine.load_tables(deadline()).await;
    // Not the deadline's minute: a connection is waited for no longer than some seconds.
    assert!(
        matches!(
            answer,
            Err(EngineError::Overloaded | EngineError::Unavailable { .. })
        ),
        "{answer:?}"
    );
}
