//! An undoing under a key.

use reqwest::Method;
use serde_json::json;

use super::{
    ask, is_replayed, is_the_same,
    resumed::{find_answers, losing},
    server,
};
use crate::support::{Answer, Server};

/// Makes a row to be undone; the request's id.
async fn make(server: &Server) -> String {
    let made = ask(
        server
            .request(Method::POST, "/data/notes/-/insert")
            .json(&json!({"row": {"code": "made"}})),
        "make",
    )
    .await;
    assert_eq!(made.status, 201, "{made:?}");
    made.header("x-log-id").to_owned()
}

async fn undo(server: &Server, log_id: &str) -> Answer {
    let path = format!("/admin/log/{log_id}/undo");
    ask(server.request(Method::POST, &path), "undo").await
}

#[tokio::test]
async fn an_undoing_is_done_once() {
    let server = server().await;
    let log_id = make(&server).await;
    let first = undo(&server, &log_id).await;
    assert_eq!(first.status, 200, "{first:?}");
    assert!(!is_replayed(&first));
    is_the_same(&undo(&server, &log_id).await, &first);
    assert_eq!(server.count("notes", "code = 'made'").await, 0);
}

#[tokio::test]
async fn an_undoing_whose_answer_was_lost_is_told_as_it_was() {
    let server = losing().await;
    let log_id = make(&server).await;
    let first = undo(&server, &log_id).await;
    assert_eq!(first.status, 200, "{first:?}");
    for lost in [true, false] {
        let resumed = undo(&server, &log_id).await;
        assert!(is_replayed(&resumed), "{resumed:?}");
        assert_eq!(
            (resumed.status, resumed.json()),
            (200, first.json()),
            "still lost: {lost}"
        );
        if lost {
            find_answers(&server).await;
        }
    }
    // It is named as the journal has it, not as its repetition is called.
    assert_eq!(first.json()["undone_by"], first.header("x-log-id"));
    assert_eq!(server.count("notes", "code = 'made'").await, 0);
}
