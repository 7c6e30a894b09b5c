//! `ETag`, `If-Match` and `If-None-Match`: over all APIs, on one table that each of them serves.

mod races;
mod refusals;
mod rights;
mod tags;
mod writes;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{config::Config, domain::Actions};

use crate::support::{Answer, EVERYTHING, Server, Sql, tuple};

const TABLE: Sql<'static> = Sql {
    sqlite: "CREATE TABLE t (
                 k nvarchar(20) NOT NULL PRIMARY KEY COLLATE NOCASE, name nvarchar(50), n int, price decimal(9,2),
                 scan \"varbinary(max)\", secret nvarchar(20), seen datetime2(3));
             INSERT INTO t VALUES ('a', 'one', 1, 1.5, NULL, 'x', '2026-01-31 10:00:00'),
                 ('b', 'two', 2, 2, x'00ff', 'y', NULL);
             CREATE TABLE c (id INTEGER PRIMARY KEY, name nvarchar(50));
             INSERT INTO c VALUES (1, 'one');",
    mssql: "CREATE TABLE t (
                k nvarchar(20) NOT NULL PRIMARY KEY, name nvarchar(50), n int, price decimal(9,2),
                scan varbinary(max), secret nvarchar(20), seen datetime2(3));
            INSERT INTO t VALUES ('a', 'one', 1, 1.5, NULL, 'x', '2026-01-31T10:00:00'),
                ('b', 'two', 2, 2, 0x00ff, 'y', NULL);
            CREATE TABLE c (id bigint IDENTITY PRIMARY KEY, name nvarchar(50));
            INSERT INTO c (name) VALUES ('one');",
};

/// The row `a`, in each API that reads one row by GET.
const ROW_PATHS: [&str; 3] = [
    "/data/t/a.json",
    "/resource/t/a.json",
    "/services/data/v59.0/sobjects/t/k/a",
];

async fn serve() -> Server {
    serve_with(|_| ()).await
}

async fn serve_with(change: impl FnOnce(&mut Config)) -> Server {
    Server::with_tables_and(TABLE, &["t", "c"], |config| {
        config.datasette.database = Some("data".to_owned());
        for declared in &mut config.serving.declared {
            declared.actions = Actions {
                delete: true,
                alter: true,
                drop: true,
                ..EVERYTHING
            };
        }
        let t = &mut config.serving.declared[0];
        t.passwords = vec!["secret".to_owned()];
        t.keys.external_ids = vec!["k".to_owned()];
        t.keys.row_identifier = vec!["k".to_owned()];
        t.keys.caller_keys = true;
        change(config);
    })
    .await
}

/// A request with headers besides the usual ones; a body of null is none.
async fn ask(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let mut request = server.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    Answer::of(request.send().await.unwrap()).await
}

/// A write, and what it makes of the row `a`.
struct Write {
    method: Method,
    path: &'static str,
    body: Value,
}

fn write(method: Method, path: &'static str, body: Value) -> Write {
    Write { method, path, body }
}

impl Write {
    async fn send(&self, server: &Server, headers: &[(&str, &str)]) -> Answer {
        ask(server, self.method.clone(), self.path, headers, &self.body).await
    }
}

/// Every write that changes the row `a`, and would insert it where `inserts`.
fn updates() -> Vec<(Write, bool)> {
    let clause = "k = 'a'";
    let post = Method::POST;
    vec![
        (
            write(
                post.clone(),
                "/CSSAPI/V2/t/Upsert",
                json!({"Tuples": [tuple("k", "a"), tuple("n", 7)], "Clause": clause}),
            ),
            true,
        ),
        (
            write(
                post.clone(),
                "/CSSAPI/V2/t/UpsertMany",
                json!({"Key": "k", "Rows": [{"k": "a", "n": 7}], "AllOrNone": true}),
            ),
            true,
        ),
        (
            write(
                post.clone(),
                "/CSSAPI/V2/t/Update",
                json!({"Tuples": [tuple("n", 7)], "Clause": clause}),
            ),
            false,
        ),
        (
            write(
                post.clone(),
                "/data/t/a/-/update",
                json!({"update": {"n": 7}}),
            ),
            false,
        ),
        (
            write(
                post.clone(),
                "/data/t/-/upsert",
                json!({"row": {"k": "a", "n": 7}}),
            ),
            true,
        ),
        (
            write(
                post.clone(),
                "/data/t/-/insert",
                json!({"row": {"k": "a", "n": 7}, "replace": true}),
            ),
            true,
        ),
        (
            write(post.clone(), "/resource/t/a.json", json!({"n": 7})),
            true,
        ),
        (
            write(
                post.clone(),
                "/resource/t.json",
                json!([{"k": "a", "n": 7}]),
            ),
            true,
        ),
        (
            write(post, "/resource/t.json", json!({"k": "a", "n": 7})),
            true,
        ),
        (
            write(
                Method::PATCH,
                "/services/data/v59.0/sobjects/t/k/a",
                json!({"n": 7}),
            ),
            true,
        ),
    ]
}

/// Every write that deletes the row `a`.
fn deletes() -> Vec<Write> {
    vec![
        write(Method::POST, "/data/t/a/-/delete", Value::Null),
        write(Method::DELETE, "/resource/t/a.json", Value::Null),
        write(
            Method::DELETE,
            "/services/data/v59.0/sobjects/t/k/a",
            Value::Null,
        ),
    ]
}

/// Puts the row `a` back to what it was.
async fn reset(server: &Server) {
    server
        .execute(Sql {
            sqlite: "DELETE FROM t WHERE k = 'a';
                INSERT INTO t VALUES ('a', 'one', 1, 1.5, NULL, 'x', '2026-01-31 10:00:00')",
            mssql: "DELETE FROM t WHERE k = 'a';
                INSERT INTO t VALUES ('a', 'one', 1, 1.5, NULL, 'x', '2026-01-31T10:00:00')",
        })
        .await;
}

/// The tag of the row `a`.
async fn tag(server: &Server) -> String {
    let answer = server.get(ROW_PATHS[2]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.header("etag").to_owned()
}

/// The number of the row `a`; `None` where it is not there.
async fn number(server: &Server) -> Option<i64> {
    let query = "SELECT n FROM t WHERE k = 'a'";
    let numbers = server.session().await.numbers(query).await;
    numbers.first().copied()
}

/// Asserts a 412 in the API's own envelope, with what to do.
#[track_caller]
fn unmet(answer: &Answer, path: &str, words: &str) {
    assert_eq!(
        (answer.status, answer.header("x-error-code")),
        (412, "precondition_failed"),
        "{path}: {answer:?}"
    );
    let body = answer.json();
    let message = match path {
        path if path.starts_with("/CSSAPI") => &body["Message"],
        path if path.starts_with("/data") => &body["errors"][0],
        path if path.starts_with("/resource") => {
            assert_eq!(body["errorCode"], "precondition_failed");
            &body["message"]
        }
        _ => {
            assert_eq!(body[0]["errorCode"], "PRECONDITION_FAILED");
            &body[0]["message"]
        }
    };
    let message = message.as_str().unwrap_or_default();
    assert!(message.contains(words), "{path}: {answer:?}");
    assert!(message.contains("nothing was written"), "{answer:?}");
}
