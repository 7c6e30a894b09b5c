//! Preconditions that cannot be read, or are not for what is asked.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::domain::{
    Action, Actions, Rights,
    rights::{Entities, Grant},
};

use super::{ask, number, serve, serve_with, tag, updates, write};
use crate::support::{Answer, tuple};

#[track_caller]
fn unusable(answer: &Answer, path: &str, word: &str) {
    assert_eq!(
        (answer.status, answer.header("x-error-code")),
        (400, "precondition_unusable"),
        "{path}: {answer:?}"
    );
    assert!(answer.text.contains(word), "{path}: {answer:?}");
}

#[tokio::test]
async fn a_header_that_is_no_list_of_tags_is_refused_before_anything_is_written() {
    let server = serve().await;
    for (write, _) in updates() {
        for header in ["if-match", "if-none-match"] {
            for text in ["abc", "\"a", "* , \"a\"", ""] {
                let answer = write.send(&server, &[(header, text)]).await;
                unusable(&answer, write.path, "ETag");
            }
        }
    }
    assert_eq!(number(&server).await, Some(1));
}

#[tokio::test]
async fn more_rows_than_one_have_no_preconditions() {
    let server = serve().await;
    let rows = json!([{"k": "a", "n": 7}, {"k": "new", "n": 7}]);
    let typed = json!([
        {"attributes": {"type": "t"}, "k": "a", "n": 7},
        {"attributes": {"type": "t"}, "k": "new", "n": 7},
    ]);
    let requests = [
        write(
            Method::POST,
            "/CSSAPI/V2/t/UpsertMany",
            json!({"Key": "k", "Rows": rows}),
        ),
        write(
            Method::POST,
            "/CSSAPI/V2/t/UpsertMany",
            json!({"Key": "k", "Rows": rows, "AllOrNone": true}),
        ),
        write(
            Method::POST,
            "/CSSAPI/V2/t/UpsertMany",
            json!({"Key": "k", "Rows": [{"k": "a", "n": 7}], "DryRun": true}),
        ),
        write(Method::POST, "/data/t/-/upsert", json!({"rows": rows})),
        write(
            Method::POST,
            "/data/t/-/insert",
            json!({"rows": [{"k": "x"}, {"k": "y"}]}),
        ),
        write(Method::POST, "/resource/t.json", rows.clone()),
        write(Method::PUT, "/resource/t.json", json!([{"k": "x"}])),
        write(
            Method::PATCH,
            "/services/data/v59.0/composite/sobjects/t/k",
            json!({"records": typed}),
        ),
        write(
            Method::PATCH,
            "/services/data/v59.0/composite/sobjects/t/k",
            json!({"records": typed, "allOrNone": true}),
        ),
        // Tables have no tags.
        write(
            Method::POST,
            "/data/t/-/alter",
            json!({"operations": [{"op": "add_column", "args": {"name": "x"}}]}),
        ),
        write(
            Method::POST,
            "/data/t/a/-/update",
            json!({"update": {"fresh": 7}, "alter": true}),
        ),
        write(Method::POST, "/data/t/-/drop", json!({"confirm": true})),
    ];
    for request in requests {
        for headers in [[("if-match", "*")], [("if-none-match", "*")]] {
            let answer = request.send(&server, &headers).await;
            unusable(&answer, request.path, "one row");
        }
    }
    assert_eq!(number(&server).await, Some(1));
    assert_eq!(server.count("t", "k IS NOT NULL").await, 2);
    assert!(!server.get("/data/t/a.json").await.text.contains("fresh"));
}

/// Who may write a row and not read it must not find out by trying what it holds.
#[tokio::test]
async fn a_tag_is_compared_only_for_who_may_read_the_row() {
    let server = serve().await;
    let read = tag(&server).await;
    let blind = serve_with(|config| {
        let actions = Actions::of([Action::Add, Action::Edit, Action::Delete]);
        let rights = Rights::new(vec![Grant::of(Entities::All, actions)]);
        config.auth.clients[0].rights = Arc::new(rights);
    })
    .await;
    let body = json!({"Tuples": [tuple("n", 7)], "Clause": "k = 'a'"});
    let path = "/CSSAPI/V2/t/Update";
    for tag in [&*read, "\"x\""] {
        for header in ["if-match", "if-none-match"] {
            let answer = ask(&blind, Method::POST, path, &[(header, tag)], &body).await;
            answer.fails(403, "action_not_allowed", &["viewing"]);
        }
    }
    assert_eq!(number(&blind).await, Some(1));
    // That a row is there an upsert tells anyway.
    let answer = ask(&blind, Method::POST, path, &[("if-match", "*")], &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let body: Value = answer.json();
    assert_eq!(body["TotalAffected"], 1);
}
