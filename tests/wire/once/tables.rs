//! Changes of tables under a key.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{catalog::AllTables, config::Config};

use super::{
    ask, is_replayed, is_the_same,
    resumed::{find_answers, losing_with},
    server_with,
};
use crate::support::{Answer, Server};

fn making_tables(config: &mut Config) {
    config.serving.all_tables = Some(AllTables {
        actions: super::ALL,
        create: true,
        passwords: Vec::new(),
        caller_keys: true,
    });
    config.serving.declared.clear();
}

async fn send(server: &Server, key: &str, path: &str, body: &Value) -> Answer {
    ask(server.request(Method::POST, path).json(body), key).await
}

/// In the order in which they can be made: a path, a body, and the answer's status.
fn changes() -> [(&'static str, Value, u16); 6] {
    let alter = json!({"operations": [
        {"op": "rename_column", "args": {"name": "n", "to": "number"}},
        {"op": "rename_table", "args": {"to": "made_later"}},
    ]});
    [
        (
            "/data/-/create",
            json!({"table": "made", "columns": [{"name": "n", "type": "integer"}]}),
            201,
        ),
        (
            "/data/-/create",
            json!({"table": "filled", "rows": [{"a": 1}, {"a": 2}]}),
            201,
        ),
        (
            "/data/-/create",
            json!({"table": "filled", "rows": [{"a": 3}]}),
            201,
        ),
        (
            "/data/filled/-/insert",
            json!({"rows": [{"a": 4, "b": "x"}], "alter": true}),
            201,
        ),
        ("/data/made/-/alter", alter, 200),
        ("/data/made_later/-/drop", json!({"confirm": true}), 200),
    ]
}

#[tokio::test]
async fn a_change_is_made_once() {
    let server = server_with(making_tables).await;
    let mut firsts = Vec::new();
    for (number, (path, body, status)) in changes().into_iter().enumerate() {
        let key = number.to_string();
        let first = send(&server, &key, path, &body).await;
        assert_eq!(first.status, status, "{path} {first:?}");
        is_the_same(&send(&server, &key, path, &body).await, &first);
        firsts.push(first);
    }
    // Also when what they were about is no more.
    for (number, ((path, body, _), first)) in changes().into_iter().zip(&firsts).enumerate() {
        is_the_same(
            &send(&server, &number.to_string(), path, &body).await,
            first,
        );
    }
    assert_eq!(server.count("filled", "a > 0").await, 4);
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_told_as_it_was() {
    let server = losing_with(making_tables).await;
    for (number, (path, body, status)) in changes().into_iter().enumerate() {
        let key = number.to_string();
        let first = send(&server, &key, path, &body).await;
        assert_eq!(first.status, status, "{path} {first:?}");
        let resumed = send(&server, &key, path, &body).await;
        assert_eq!(
            (resumed.status, resumed.json()),
            (status, first.json()),
            "{path}"
        );
        assert!(is_replayed(&resumed), "{path}");
    }
    assert_eq!(server.count("filled", "a > 0").await, 4);
}

#[tokio::test]
async fn a_table_that_was_taken_back_can_be_made_again() {
    let server = losing_with(making_tables).await;
    let body = json!({"table": "taken", "rows": [{"id": 1}, {"id": 1}], "pk": "id"});
    let first = send(&server, "k", "/data/-/create", &body).await;
    assert_eq!(first.status, 400, "{first:?}");
    find_answers(&server).await;
    let again = send(&server, "k", "/data/-/create", &body).await;
    assert_eq!(
        (again.status, again.json()["error"].clone()),
        (400, first.json()["error"].clone())
    );
}
