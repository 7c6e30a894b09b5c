//! Connections that break in the middle. Of a write nobody can tell whether it was committed; of a read there is
//! nothing to tell. Either way the connection is not used again.

use serde_json::json;
use upsertd::engine::EngineError;

use crate::{
    driver::Driver,
    service::Service,
    setup::{GET, UPDATED, WRITE, asked, engine_of_one, report, script, upsert},
    tds::{Column, Reply, TdsPeer},
};

fn cuts() -> [Reply; 2] {
    [Reply::cut_after_commit(), Reply::cut_mid(report(1, 1, 7))]
}

#[tokio::test]
async fn a_write_without_an_answer_is_not_repeated_and_its_outcome_not_known() {
    for cut in cuts() {
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).reply(cut)).await;
        let engine = engine_of_one(&peer);
        let done = upsert(&Driver::new(&engine).await).await;
        assert!(matches!(done, Err(EngineError::Lost { .. })), "{done:?}");
        assert_eq!(asked(&peer, WRITE).len(), 1);
    }
}

#[tokio::test]
async fn the_next_request_has_a_connection_of_its_own() {
    for cut in cuts() {
        let answers = script().on_sql_containing(WRITE);
        let peer = TdsPeer::start(answers.reply(cut).then(report(1, 1, 7))).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        assert!(upsert(&driver).await.is_err());
        assert_eq!(upsert(&driver).await, UPDATED);
        peer.until(|counts| (counts.accepted, counts.open) == (2, 1))
            .await;
    }
}

#[tokio::test]
async fn a_caller_hears_that_the_outcome_is_unknown() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    for cut in cuts() {
        peer.play(script().on_sql_containing(WRITE).reply(cut));
        let answer = service.upsert().await;
        answer.fails(500, "outcome_unknown", &["unknown", "read the row"]);
        // Sent again at once, it might be done twice.
        assert_eq!(answer.header("retry-after"), "");
    }
}

fn names() -> Reply {
    Reply::rows(
        [Column::nullable("Name", "nvarchar(50)")],
        json!([["Bolt"]]),
    )
}

#[tokio::test]
async fn a_read_that_breaks_off_is_asked_once_more() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    for cut in [Reply::cut_after_commit(), Reply::cut_mid(names())] {
        peer.play(script().on_sql_containing(GET).reply(cut).then(names()));
        let before = asked(&peer, GET).len();
        service.get().await.is(&json!([{"Name": "Bolt"}]));
        assert_eq!(asked(&peer, GET).len(), before + 2);
    }
}

#[tokio::test]
async fn a_read_that_breaks_off_again_is_given_up() {
    let cut = Reply::cut_mid(names());
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    peer.play(script().on_sql_containing(GET).always(cut));
    let answer = service.get().await;
    answer.fails(503, "database_unavailable", &["nothing was written"]);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(asked(&peer, GET).len(), 2);
}
