//! Datasette's API, line by line of its contract: the same requests were sent to datasette 1.0a41, and the answers here
//! are its own but where a test says otherwise. On the embedded engine, whose words Datasette's are, and, but for what only
//! that has, on SQL Server.

mod access;
mod bodies;
mod reads;
mod row;
mod rows;
mod schema;
mod values;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Database, Server, Sql};
use upsertd::{config::Config, domain::Actions};

const TABLES: Sql<'static> = Sql {
    sqlite: "
    CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT 'untitled', score INTEGER, ratio FLOAT,
        data BLOB, note TEXT);
    CREATE TABLE strict_docs (id INTEGER PRIMARY KEY, title TEXT NOT NULL, n INTEGER CONSTRAINT positive CHECK (n > 0),
        u TEXT UNIQUE, m INTEGER CHECK (m < 9));
    CREATE TABLE comp (a TEXT NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b));
    CREATE TABLE plain (name TEXT, n INTEGER);
    CREATE TABLE child (id INTEGER PRIMARY KEY, doc INTEGER REFERENCES docs (id));
    CREATE VIEW v1 AS SELECT * FROM docs;
    INSERT INTO docs (id, title, score) VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', NULL);
    INSERT INTO comp VALUES ('x/y', 1, 'a'), ('b c', 2, 'd');
    INSERT INTO plain VALUES ('p', 1), ('q', 2);
",
    mssql: "
    CREATE TABLE docs (id bigint IDENTITY PRIMARY KEY, title nvarchar(200) NOT NULL DEFAULT 'untitled', score bigint,
        ratio float, data varbinary(max), note nvarchar(max));
    CREATE TABLE strict_docs (id bigint IDENTITY PRIMARY KEY, title nvarchar(200) NOT NULL,
        n bigint CONSTRAINT positive CHECK (n > 0), u nvarchar(200) UNIQUE, m bigint CHECK (m < 9));
    CREATE TABLE comp (a nvarchar(200) NOT NULL, b bigint NOT NULL, v nvarchar(max), PRIMARY KEY (a, b));
    CREATE TABLE plain (name nvarchar(200), n bigint);
    CREATE TABLE child (id bigint IDENTITY PRIMARY KEY, doc bigint REFERENCES docs (id));
    INSERT INTO docs (title, score) VALUES ('one', 10), ('two', 20), ('three', NULL);
    INSERT INTO comp VALUES ('x/y', 1, 'a'), ('b c', 2, 'd');
    INSERT INTO plain VALUES ('p', 1), ('q', 2);
\nGO\nCREATE VIEW v1 AS SELECT * FROM docs",
};

const ENTITIES: [&str; 6] = ["docs", "strict_docs", "comp", "plain", "child", "v1"];

const ALL: Actions = Actions {
    add: true,
    edit: true,
    view: true,
    delete: true,
    alter: true,
    drop: true,
    ..Actions::NONE
};

/// The tables, with everything allowed.
async fn data() -> Server {
    data_with(|_| ()).await
}

/// The same, with a changed configuration.
async fn data_with(change: impl FnOnce(&mut Config)) -> Server {
    serve(TABLES, &ENTITIES, change).await
}

/// The tables in a file, for what only the embedded engine has: row numbers, and keys of which case counts.
async fn embedded_data() -> Server {
    serve_on(Database::embedded(), TABLES, &ENTITIES, |_| ()).await
}

/// Tables of a test's own in a database called `data`.
async fn serve(
    sql: impl Into<Sql<'_>>,
    entities: &[&str],
    change: impl FnOnce(&mut Config),
) -> Server {
    serve_on(Database::create().await, sql.into(), entities, change).await
}

async fn serve_on(
    database: Database,
    sql: Sql<'_>,
    entities: &[&str],
    change: impl FnOnce(&mut Config),
) -> Server {
    Server::tables_on(database, sql, entities, |config| {
        config.datasette.database = Some("data".to_owned());
        for declared in &mut config.serving.declared {
            declared.actions = ALL;
            declared.keys.caller_keys = true;
            if declared.name.as_str() == "v1" {
                declared.actions = Actions {
                    view: true,
                    ..Actions::NONE
                };
            }
        }
        change(config);
    })
    .await
}

/// Allows an entity this and nothing else.
fn allow(config: &mut Config, entity: &str, actions: Actions) {
    for declared in &mut config.serving.declared {
        if declared.name.as_str() == entity {
            declared.actions = actions;
        }
    }
}

/// Posts a text as the body, under a media type that nobody looks at.
async fn post_text(server: &Server, path: &str, body: &str) -> Answer {
    let request = server
        .request(Method::POST, path)
        .header("content-type", "text/plain");
    Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
}

async fn post(server: &Server, path: &str, body: Value) -> Answer {
    post_text(server, path, &body.to_string()).await
}

/// A request without a token.
async fn as_nobody(server: &Server, method: Method, path: &str, body: &str) -> Answer {
    let request = server
        .http
        .request(method, format!("{}{path}", server.base));
    Answer::of(request.body(body.to_owned()).send().await.unwrap()).await
}

/// The rows of a table by their first column.
async fn rows_of(server: &Server, table: &str) -> Value {
    let answer = server
        .get(&format!("/data/{table}.json?_shape=array"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Asserts an error, with all of its texts.
#[track_caller]
fn refuses(answer: &Answer, status: u16, errors: &[&str]) {
    let body = json!({"ok": false, "error": errors.join("; "), "errors": errors, "status": status});
    assert_eq!((answer.status, answer.json()), (status, body), "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert!(!answer.header("x-error-code").is_empty(), "{answer:?}");
}

/// Asserts a success.
#[track_caller]
fn gives(answer: &Answer, status: u16, body: &Value) {
    assert_eq!(
        (answer.status, answer.json()),
        (status, body.clone()),
        "{answer:?}"
    );
}
