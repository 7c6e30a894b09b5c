//! What the log says of a request.

use std::{
    io::{self, Write},
    sync::OnceLock,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::watch,
    time::timeout,
};

use crate::codes::missing_routine;
use crate::support::{Answer, CLIENT, Server, Sql, tuple};

/// Everything that this process has logged since somebody first asked.
static LOG: OnceLock<watch::Sender<String>> = OnceLock::new();

struct Tap;

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).unwrap();
        LOG.get().unwrap().send_modify(|log| log.push_str(text));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen() -> watch::Receiver<String> {
    let log = LOG.get_or_init(|| {
        let lines = tracing_subscriber::fmt().json().flatten_event(true);
        let lines = lines.with_env_filter("warn,upsertd=info");
        lines.with_writer(|| Tap).init();
        watch::Sender::new(String::new())
    });
    log.subscribe()
}

/// The first line in which this key has this value, once it is there.
async fn line(log: &mut watch::Receiver<String>, key: &str, value: &str) -> Value {
    let find = |log: &str| {
        let near = log.lines().filter(|line| line.contains(value));
        let mut lines = near.map(|line| serde_json::from_str(line).unwrap());
        lines.find(|line: &Value| line[key] == value)
    };
    let seen = timeout(
        Duration::from_secs(30),
        log.wait_for(|log| find(log).is_some()),
    );
    let Ok(Ok(seen)) = seen.await else {
        panic!("no line has {key} = {value}");
    };
    find(&seen).unwrap()
}

#[tokio::test]
async fn a_log_id_leads_to_the_line_of_its_request_and_no_value_stands_there() {
    let mut log = listen();
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE t (a int); CREATE TABLE broken (a int);
                     CREATE TRIGGER no_use BEFORE INSERT ON broken
                     BEGIN SELECT no_such_function(NEW.a); END;",
            mssql: "CREATE TABLE t (a int); CREATE TABLE broken (a int);
GO
CREATE TRIGGER no_use ON broken AFTER INSERT AS EXEC no_such_function;",
        },
        &["t", "broken"],
    )
    .await;
    let body = json!({"Tuples": [tuple("a", "a value of mine")]});
    let refused = server.post("t", "Add", body).await;
    let body = json!({"Tuples": [tuple("a", 1)]});
    let done = server.post("t", "Add", body.clone()).await;
    let failed = server.post("broken", "Add", body).await;
    for (answer, level, entity, code) in [
        (&done, "INFO", "t", Value::Null),
        (&refused, "INFO", "t", json!("value_does_not_fit")),
        (&failed, "ERROR", "broken", json!(missing_routine(&server))),
    ] {
        let line = line(&mut log, "log_id", answer.header("x-log-id")).await;
        assert_eq!(line["level"], level, "{line}");
        assert_eq!(line["method"], "POST");
        assert_eq!(line["path"], "/CSSAPI/V2/{entity}/Add");
        assert_eq!(
            (&line["entity"], &line["client"]),
            (&json!(entity), &json!(CLIENT))
        );
        assert_eq!(
            (&line["status"], &line["code"]),
            (&json!(answer.status), &code)
        );
        assert!(line["ms"].is_number(), "{line}");
        assert!(!line.to_string().contains("a value of mine"), "{line}");
    }
    let line = line(&mut log, "log_id", failed.header("x-log-id")).await;
    assert!(
        line["detail"]
            .as_str()
            .unwrap()
            .contains("no_such_function")
    );
}

#[tokio::test]
async fn a_row_that_a_dataset_does_not_take_leaves_a_line_with_the_reason_and_no_value() {
    let mut log = listen();
    let table = "CREATE TABLE logged_rows (id int NOT NULL PRIMARY KEY, n int)";
    let server = Server::with_tables(table, &["logged_rows"]).await;
    let body = json!([{"id": 1, "n": 1}, {"id": 2, "n": "a value of mine"}]);
    let request = server.request(reqwest::Method::POST, "/resource/logged_rows.json");
    let answer = Answer::of(request.json(&body).send().await.unwrap()).await;
    assert_eq!(answer.json()["Errors"], 1, "{answer:?}");
    // The line of the row comes before that of the request.
    let line = line(&mut log, "log_id", answer.header("x-socrata-requestid")).await;
    assert_eq!(
        (
            &line["level"],
            &line["message"],
            &line["row"],
            &line["code"]
        ),
        (
            &json!("INFO"),
            &json!("row not written"),
            &json!(1),
            &json!("value_does_not_fit")
        )
    );
    assert!(
        line["reason"].as_str().unwrap().contains("'n' is int"),
        "{line}"
    );
    assert!(!line.to_string().contains("a value of mine"), "{line}");
}

#[tokio::test]
async fn a_caller_that_hangs_up_leaves_a_line_and_nothing_half_done() {
    let mut log = listen();
    let table = "CREATE TABLE hung_up (a int PRIMARY KEY NOT NULL)";
    let server = Server::with_tables(table, &["hung_up"]).await;
    let mut other = server.session().await;
    other
        .execute(Sql {
            sqlite: "BEGIN IMMEDIATE",
            mssql: "BEGIN TRANSACTION; INSERT INTO hung_up VALUES (1)",
        })
        .await;
    let body = json!({"Tuples": [tuple("a", 1)]}).to_string();
    let headers = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
    let mut socket = server.connect().await;
    let head = server.head("/CSSAPI/V2/hung_up/Add", &headers);
    socket.write_all(head.as_bytes()).await.unwrap();
    // Asked for its body, the request is under way; the lock keeps it from coming to its end.
    let mut go_on = [0; 12];
    socket.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100");
    socket.write_all(body.as_bytes()).await.unwrap();
    drop(socket);
    let line = line(&mut log, "entity", "hung_up").await;
    assert_eq!(line["message"], "client gone", "{line}");
    assert_eq!(line["path"], "/CSSAPI/V2/{entity}/Add");
    assert_eq!(
        (&line["client"], &line["status"]),
        (&json!(CLIENT), &Value::Null)
    );
    assert!(
        line["log_id"].is_string() && line["ms"].is_number(),
        "{line}"
    );
    other.execute("ROLLBACK").await;
    if server.database.is_embedded() {
        // Writes are done in the order they came: this one would find the row.
        let body = json!({"Tuples": [tuple("a", 2)], "Clause": "a = 1"});
        let answer = server.post("hung_up", "Update", body).await;
        answer.is(&json!({"TotalAffected": 0, "TotalFailed": 0, "Message": null}));
    } else {
        // A server that was at it when its caller went brings it to its end; what had not come so far is
        // not begun.
        let body = json!({"Tuples": [tuple("a", 1)], "Clause": "a = 1"});
        let answer = server.post("hung_up", "Upsert", body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(server.count("hung_up", "a = 1").await, 1);
    }
}
