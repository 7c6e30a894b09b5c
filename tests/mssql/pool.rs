//! The connections, shared: who finds none free is turned away, and who goes away leaves one behind that the
//! next can use.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde_json::json;
use upsertd::{
    domain::{Value, WriteOutcome},
    engine::{Engine as _, EngineError},
};

use crate::{
    described::{SQL_SERVER, described_by},
    driver::{Driver, deadline},
    log,
    service::{self, Service},
    setup::{
        GET, PROGRESS, UPDATED, WRITE, engine_of_one, engine_with, progress, report, script,
        script_of, upsert, upsert_until,
    },
    tds::{Column, Gate, Reply, TdsPeer},
};

const MINUTE: Duration = Duration::from_secs(60);

fn names(name: &str) -> Reply {
    Reply::rows([Column::nullable("Name", "nvarchar(50)")], json!([[name]]))
}

#[tokio::test]
async fn who_finds_no_connection_free_is_turned_away() {
    let gate = Gate::new();
    let peer = TdsPeer::start(script()).await;
    let service = Service::of_one(&peer, MINUTE).await;
    let before = peer.messages();
    let held = Reply::held(report(1, 1, 7), &gate);
    peer.play(script().on_sql_containing(WRITE).reply(held));
    let first = service.upsert();
    let second = async {
        peer.until(|counts| counts.messages == before + 1).await;
        let answer = service.upsert().await;
        gate.open();
        answer
    };
    let (first, second) = tokio::join!(first, second);
    second.fails(
        503,
        "overloaded",
        &["Too many requests are waiting", "nothing was written"],
    );
    assert_eq!(second.header("retry-after"), "1");
    // The one that was in nobody's way is answered, and the other has sent nothing.
    first.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    assert_eq!(peer.messages(), before + 1);
}

#[tokio::test]
async fn who_finds_too_many_waiting_is_turned_away_at_once() {
    let gate = Gate::new();
    let held = Reply::held(described_by(SQL_SERVER), &gate);
    let peer = TdsPeer::start(script_of(held)).await;
    let engine = engine_with(&peer, |options| {
        options.connections = 1;
        options.queue = 1;
    });
    let asking = async || engine.load_tables(deadline()).await.map(drop);
    let third = async {
        // The session is set up and the first has asked; the second waits for it.
        peer.until(|counts| counts.messages == 2).await;
        // It is answered without having waited for anything.
        let answer = asking().now_or_never();
        gate.open();
        answer
    };
    let (first, second, third) = tokio::join!(asking(), asking(), third);
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(third, Some(Err(EngineError::Overloaded)));
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_no_reply_behind() {
    let gate = Gate::new();
    let answers = script().on_sql_containing(WRITE);
    let held = Reply::held(report(1, 1, 1), &gate);
    let peer = TdsPeer::start(answers.reply(held).then(report(0, 1, 2))).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let before = peer.messages();
    tokio::select! {
        answer = upsert(&driver) => panic!("{answer:?}"),
        _ = peer.until(|counts| counts.messages == before + 1) => {}
    }
    gate.open();
    // Over the same connection, and its own answer.
    let generated = Some(Value::Int(2));
    let done = upsert(&driver).await;
    assert_eq!(done, Ok(WriteOutcome::Inserted { generated }));
    assert_eq!(peer.counts().accepted, 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_from_what_never_ends_leaves_no_transaction_open() {
    let answers = script().on_sql_containing(WRITE);
    let answers = answers.reply(Reply::stall()).then(report(1, 1, 7));
    let answers = answers.on_sql_containing(PROGRESS).reply(progress(0));
    let peer = TdsPeer::start(answers).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let before = peer.messages();
    let soon = Instant::now() + Duration::from_secs(2);
    tokio::select! {
        answer = upsert_until(&driver, soon) => panic!("{answer:?}"),
        _ = peer.until(|counts| counts.messages == before + 1) => {}
    }
    // Nobody waits for it any more; its deadline passes all the same.
    peer.until(|counts| counts.attentions == 1 && counts.open == 0)
        .await;
    assert_eq!(upsert(&driver).await, UPDATED);
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_no_reply_behind() {
    let mut log = log::listen();
    let peer = TdsPeer::start(script()).await;
    let service = Service::of_one(&peer, MINUTE).await;
    for (operation, body, piece) in [
        ("Upsert", service::upsert(), WRITE),
        ("Get", json!({"Fields": ["Name"]}), GET),
    ] {
        let gate = Gate::new();
        let before = peer.messages();
        let late = match piece {
            WRITE => report(1, 1, 7),
            _ => names("of the first"),
        };
        let answers = script().on_sql_containing(piece);
        let answers = answers.reply(Reply::held(late, &gate));
        peer.play(answers.on_sql_containing(GET).reply(names("of the next")));
        let client = service.begin(&format!("Parts/{operation}"), &body).await;
        peer.until(|counts| counts.messages == before + 1).await;
        drop(client);
        // The reply comes when nobody waits for it any more.
        log::line(&mut log, &["client gone", operation]).await;
        gate.open();
        let next = service.get().await;
        next.is(&json!([{"Name": "of the next"}]));
    }
    assert_eq!(peer.counts().accepted, 1);
}

#[tokio::test]
async fn an_engine_that_is_closed_lets_finish_what_runs_and_asks_no_more() {
    let gate = Gate::new();
    let held = Reply::held(report(1, 1, 7), &gate);
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).reply(held)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let before = peer.messages();
    let closing = async {
        peer.until(|counts| counts.messages == before + 1).await;
        let mut closing = engine.close();
        assert_eq!((&mut closing).now_or_never(), None);
        gate.open();
        closing.await;
    };
    let (done, ()) = tokio::join!(upsert(&driver), closing);
    assert_eq!(done, UPDATED);
    let after = engine.ping(deadline()).await;
    assert!(
        matches!(after, Err(EngineError::Unavailable { .. })),
        "{after:?}"
    );
    assert_eq!(peer.messages(), before + 1);
}
