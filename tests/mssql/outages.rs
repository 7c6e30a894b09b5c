//! A server that goes away and comes back.

use serde_json::json;
use upsertd::engine::{
    Engine as _, EngineError,
    mssql::{MssqlEngine, MssqlOptions},
};

use crate::{
    driver::{Driver, deadline},
    service::Service,
    setup::{UPDATED, WRITE, engine, engine_of_one, report, script, upsert, url},
    tds::{Gate, Identity, Reply, TdsPeer},
};

#[tokio::test]
async fn a_service_without_its_server_is_not_ready_and_recovers_by_itself() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let ready = json!({"status": "ready"});
    assert_eq!(service.ready().await.json(), ready);
    peer.go_down();
    peer.until(|counts| counts.open == 0).await;
    let (ready_now, upserted) = tokio::join!(service.ready(), service.upsert());
    for answer in [ready_now, upserted] {
        answer.fails(503, "database_unavailable", &["nothing was written"]);
        assert_eq!(answer.header("retry-after"), "1");
    }
    peer.play(script().on_sql_containing(WRITE).reply(report(1, 1, 7)));
    peer.come_back();
    assert_eq!(service.ready().await.json(), ready);
    let done = json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null});
    service.upsert().await.is(&done);
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_noticed_before_it_is_used() {
    let answers = script().on_sql_containing(WRITE).always(report(1, 1, 7));
    let peer = TdsPeer::start(answers).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    for times in 1..=3 {
        // As a firewall or a restart does with what is idle.
        peer.go_down();
        peer.until(|counts| counts.open == 0).await;
        peer.come_back();
        assert_eq!(upsert(&driver).await, UPDATED, "{times}");
    }
    assert_eq!(peer.counts().accepted, 4);
}

#[tokio::test]
async fn it_is_noticed_under_encryption_too() {
    let identity = Identity::new("localhost");
    let answers = script().on_sql_containing(WRITE).always(report(1, 1, 7));
    let peer = TdsPeer::start_encrypted(answers, &identity).await;
    let address = url("127.0.0.1", peer.port(), "trust_server_certificate=true");
    let engine = MssqlEngine::new(MssqlOptions::new(address.parse().unwrap()));
    let driver = Driver::new(&engine).await;
    peer.go_down();
    peer.until(|counts| counts.open == 0).await;
    peer.come_back();
    assert_eq!(upsert(&driver).await, UPDATED);
}

#[tokio::test]
async fn a_server_that_never_was_there_is_waited_for_some_seconds() {
    let peer = TdsPeer::start(script()).await;
    peer.go_down();
    let engine = engine(&peer);
    let answer = engine.load_tables(deadline()).await;
    assert!(
        matches!(answer, Err(EngineError::Unavailable { .. })),
        "{answer:?}"
    );
    peer.come_back();
    engine.load_tables(deadline()).await.unwrap();
}

#[tokio::test]
async fn a_full_pool_is_no_outage_however_short_ago_there_was_one() {
    // Nor is it one to who asks whether the server is there.
    let gate = Gate::new();
    let peer = TdsPeer::start(script()).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    peer.go_down();
    peer.until(|counts| counts.open == 0).await;
    peer.come_back();
    engine.load_tables(deadline()).await.unwrap();

    let before = peer.messages();
    let held = Reply::held(report(1, 1, 7), &gate);
    peer.play(script().on_sql_containing(WRITE).reply(held));
    let second = async {
        peer.until(|counts| counts.messages == before + 1).await;
        let answer = engine.load_tables(deadline()).await.map(drop);
        let there = engine.ping(deadline()).await;
        gate.open();
        (answer, there)
    };
    let (first, (second, there)) = tokio::join!(upsert(&driver), second);
    assert_eq!((first, second), (UPDATED, Err(EngineError::Overloaded)));
    assert_eq!(there, Ok(()));
}
