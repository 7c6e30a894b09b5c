//! Requests whose answer was lost between the commit and its keeping, as in a crash: what was written is not written
//! again, and what was not is.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::config::Config;

use super::{
    MAKING, ask,
    batches::{MANY, csv, many},
    count, is_replayed, server_on,
};
use crate::support::{Answer, Database, Server};

/// A service that loses answers, until [`find_answers`].
pub async fn losing() -> Server {
    losing_with(|_| ()).await
}

pub async fn losing_with(change: impl FnOnce(&mut Config)) -> Server {
    let server = server_on(Database::embedded(), change).await;
    server
        .execute(
            "CREATE TRIGGER lost_answer BEFORE UPDATE ON upsertd_idempotency BEGIN SELECT RAISE(IGNORE); END;
             CREATE TRIGGER lost_first BEFORE INSERT ON upsertd_idempotency WHEN NEW.status IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM upsertd_idempotency WHERE key_hash = NEW.key_hash)
             BEGIN SELECT RAISE(IGNORE); END;
             CREATE TRIGGER kept_step BEFORE DELETE ON upsertd_idempotency_steps BEGIN SELECT RAISE(IGNORE); END;",
        )
        .await;
    server
}

pub async fn find_answers(server: &Server) {
    let triggers = ["lost_answer", "lost_first", "kept_step"];
    for trigger in triggers {
        server
            .execute(format!("DROP TRIGGER {trigger}").as_str())
            .await;
    }
}

/// The body without what is the request's own.
fn body(answer: &Answer) -> Value {
    let mut body = answer.json();
    if let Some(object) = body.as_object_mut() {
        object.remove("LogId");
    }
    body
}

#[tokio::test]
async fn what_was_written_is_not_written_again_and_told_alike() {
    let server = losing().await;
    let mut firsts = Vec::new();
    for (number, making) in MAKING[..7].iter().enumerate() {
        let code = format!("C{number}");
        let first = making.send(&server, &code, &code).await;
        assert!(first.status < 300, "{first:?}");
        // Still lost: each repetition builds the answer again.
        let repeated = making.send(&server, &code, &code).await;
        assert!(is_replayed(&repeated), "{repeated:?}");
        assert_eq!(body(&repeated), body(&first), "{}", making.path);
        firsts.push(first);
    }
    find_answers(&server).await;
    for (number, (making, first)) in MAKING.iter().zip(&firsts).enumerate() {
        let code = format!("C{number}");
        let resumed = making.send(&server, &code, &code).await;
        assert!(is_replayed(&resumed), "{resumed:?}");
        assert_eq!(
            (resumed.status, body(&resumed)),
            (first.status, body(first))
        );
        let kept = making.send(&server, &code, &code).await;
        assert_eq!(kept.text, resumed.text);
        assert_eq!(kept.header("x-log-id"), resumed.header("x-log-id"));
        assert_eq!(count(&server, &code).await, 1, "{}", making.path);
    }
}

#[tokio::test]
async fn what_is_gone_by_then_is_told_as_it_was() {
    let server = losing().await;
    server.execute("INSERT INTO pairs VALUES ('x', 1, 1)").await;
    server
        .execute("INSERT INTO notes VALUES (1, 'A', 1), (2, 'A', 2), (3, 'A', 3), (4, 'A', 4), (5, 'A', 5)")
        .await;
    let requests = [
        (Method::POST, "/data/notes/1/-/delete", Value::Null),
        (
            Method::DELETE,
            "/resource/notes/row-bqw9~8i5t~8qwd",
            Value::Null,
        ),
        (
            Method::DELETE,
            "/services/data/v59.0/sobjects/notes/id/3",
            Value::Null,
        ),
        (
            Method::POST,
            "/data/pairs/x,1/-/update",
            json!({"update": {"b": 2, "n": 7}, "return": true}),
        ),
        (
            Method::POST,
            "/data/notes/5/-/update",
            json!({"update": {"n": 8, "more": "x"}, "alter": true}),
        ),
    ];
    let rows = server.rows("notes", json!({"Fields": ["id"]})).await;
    assert_eq!(rows.len(), 5);
    let sid = Answer::of(
        server
            .request(Method::GET, "/resource/notes.json?$select=:id&id=2")
            .send()
            .await
            .unwrap(),
    )
    .await
    .json();
    let sid = sid[0][":id"].as_str().unwrap().to_owned();
    for (number, (method, path, sent)) in requests.into_iter().enumerate() {
        let path = path.replace("row-bqw9~8i5t~8qwd", &sid);
        let send = || {
            let request = server.request(method.clone(), &path);
            let request = if sent.is_null() {
                request
            } else {
                request.json(&sent)
            };
            let key = number.to_string();
            async move {
                let answer = ask(request, &key).await;
                (answer.status, answer.text.clone(), answer)
            }
        };
        let (status, text, first) = send().await;
        assert!(status < 300, "{path} {first:?}");
        let (again, repeated, answer) = send().await;
        assert_eq!((again, repeated), (status, text), "{path}");
        assert!(is_replayed(&answer), "{answer:?}");
    }
    assert_eq!(count(&server, "A").await, 2);
}

#[tokio::test]
async fn a_batch_that_was_cut_off_goes_on_where_it_was() {
    let server = losing().await;
    let first = ask(many(&server, false, csv(MANY)), "k").await;
    assert_eq!(first.status, 200);
    // As if the second part and those after it had not come to their commits.
    server
        .execute(
            "DROP TRIGGER kept_step;
             DELETE FROM upsertd_idempotency_steps WHERE part > 0;
             CREATE TRIGGER kept_step BEFORE DELETE ON upsertd_idempotency_steps BEGIN SELECT RAISE(IGNORE); END;
             DELETE FROM notes WHERE n >= (SELECT json_array_length(outcome) - 1 FROM upsertd_idempotency_steps)",
        )
        .await;
    let left = count(&server, "C").await;
    assert!(left > 0 && left < MANY, "{left}");
    let resumed = ask(many(&server, false, csv(MANY)), "k").await;
    assert_eq!((resumed.status, body(&resumed)), (200, body(&first)));
    assert_eq!(count(&server, "C").await, MANY);
    assert_eq!(server.count("notes", "n = 24999").await, 1);
    assert_eq!(server.count("notes", "n = 0").await, 1);
}

#[tokio::test]
async fn an_atomic_batch_and_a_replacement_are_whole_or_not_at_all() {
    let server = losing().await;
    let first = ask(many(&server, true, csv(MANY)), "k").await;
    let resumed = ask(many(&server, true, csv(MANY)), "k").await;
    assert_eq!((resumed.status, body(&resumed)), (200, body(&first)));
    assert_eq!(count(&server, "C").await, MANY);
    let replace = |rows: Value| {
        let request = server.request(Method::PUT, "/resource/lines.json");
        request.json(&rows)
    };
    for (key, rows, left) in [
        ("r", json!([{"code": "R"}, {"code": "R"}]), 2),
        ("none", json!([]), 0),
    ] {
        let first = ask(replace(rows.clone()), key).await;
        assert_eq!(first.status, 200, "{first:?}");
        server.execute("INSERT INTO lines VALUES ('R', 1)").await;
        let resumed = ask(replace(rows), key).await;
        assert_eq!((resumed.status, resumed.text), (200, first.text), "{key}");
        assert_eq!(count(&server, "R").await, left + 1, "{key}");
    }
}

#[tokio::test]
async fn rows_that_failed_are_tried_again_and_those_that_were_done_are_not() {
    let server = losing().await;
    let body = "code,n\nC,1\nC,nothing\nC,3\n".to_owned();
    let first = ask(many(&server, false, body.clone()), "k").await;
    assert_eq!(first.json()["TotalFailed"], 1, "{first:?}");
    let resumed = ask(many(&server, false, body), "k").await;
    assert_eq!(resumed.json()["Results"], first.json()["Results"]);
    assert_eq!(count(&server, "C").await, 2);
}
