//! Many callers at once.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use crate::support::{Answer, Server, Sql, tuple};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_upserts_of_one_missing_key_make_one_row() {
    let server = Server::with_tables(
        // No unique key: nothing but the engine keeps a second row out.
        Sql {
            sqlite: "CREATE TABLE t (id INTEGER PRIMARY KEY, k nvarchar(20), n int)",
            mssql: "CREATE TABLE t (id bigint IDENTITY PRIMARY KEY, k nvarchar(20), n int)",
        },
        &["t"],
    )
    .await;
    for round in 0..4 {
        let upserts = (0..64).map(|n| {
            let key = format!("key {round}");
            let clause = format!("k = '{key}'");
            let body = json!({"Tuples": [tuple("k", key), tuple("n", n)], "Clause": clause});
            upsert(&server, body)
        });
        let answers = futures_util::future::join_all(upserts).await;
        let inserted = answers
            .iter()
            .filter(|a| a.json()["Message"] == "Success")
            .count();
        let updated = answers
            .iter()
            .filter(|a| a.json()["TotalAffected"] == 1)
            .count();
        assert_eq!((inserted, updated), (1, 63), "{answers:?}");
        assert_eq!(server.count("t", &format!("k = 'key {round}'")).await, 1);
    }
}

async fn upsert(server: &Server, body: Value) -> Answer {
    loop {
        let answer = server.post("t", "Upsert", body.clone()).await;
        let again = match answer.header("x-error-code") {
            // Whoever finds no connection free in time is turned away; on a slow machine somebody is.
            "overloaded" => !server.database.is_embedded(),
            // Babelfish, which ignores lock hints, has all but one of those at it begin anew, and again.
            "database_busy" => server.database.is_babelfish(),
            _ => false,
        };
        if !again {
            return answer;
        }
        println!("sent again: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_s_fault_leaves_the_others_of_its_commit_alone() {
    let server = Server::embedded(
        r#"CREATE TABLE p ("id" INTEGER PRIMARY KEY);
           CREATE TABLE t ("k" int PRIMARY KEY NOT NULL ON CONFLICT ROLLBACK,
               "p" bigint REFERENCES p ("id") DEFERRABLE INITIALLY DEFERRED);"#,
        &["t"],
    )
    .await;
    let add = |k: i64, p: Option<i64>| {
        server.post(
            "t",
            "Add",
            json!({"Tuples": [tuple("k", k), tuple("p", json!(p))]}),
        )
    };
    assert_eq!(add(0, None).await.status, 200);
    // Every third repeats a key and ends the whole transaction; every fifth breaks a deferred foreign
    // key, which only the commit shows.
    let adds = (1..=60).map(|i| match i {
        i if i % 3 == 0 => add(0, None),
        i if i % 5 == 0 => add(i, Some(77)),
        i => add(i, None),
    });
    let answers = futures_util::future::join_all(adds).await;
    for (answer, i) in answers.iter().zip(1..) {
        let expected = match i {
            i if i % 3 == 0 => (409, "unique_conflict"),
            i if i % 5 == 0 => (409, "foreign_key_conflict"),
            _ => (200, ""),
        };
        assert_eq!(
            (answer.status, answer.header("x-error-code")),
            expected,
            "{i}: {answer:?}"
        );
    }
    assert_eq!(
        server.rows("t", json!({"Length": 1000})).await.len(),
        1 + 60 - 20 - 8
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_that_hangs_up_leaves_nothing_open() {
    let server = Server::demo().await;
    for i in 0..50 {
        let body = json!({"Tuples": [tuple("City", format!("c{i}"))], "Clause": "VendorCode = 'ACME-PAR'"});
        let body = body.to_string();
        let length = format!("Content-Length: {}", body.len());
        let head = server.head("/CSSAPI/V2/tblCustomers/Update", &length);
        let mut socket = server.connect().await;
        // All of it is sent, and nobody is there for the answer.
        socket.write_all((head + &body).as_bytes()).await.unwrap();
        drop(socket);
    }
    let body = json!({"Tuples": [tuple("City", "last")], "Clause": "VendorCode = 'ACME-PAR'"});
    let answer = server.post("tblCustomers", "Update", body).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    // Another process can write: no transaction was left open.
    let theirs = "UPDATE tblCustomers SET City = 'theirs' WHERE CustomerId = 1";
    server.execute(theirs).await;
}

/// Sixteen writers, each with the same forty keys in an order of its own; in each of a writer's batches all rows carry its
/// mark in two columns.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn overlapping_batches_in_any_order_neither_deadlock_nor_mix() {
    const WRITERS: usize = 16;
    const KEYS: usize = 40;
    const ROUNDS: usize = 4;
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE t (k nvarchar(20) NOT NULL PRIMARY KEY COLLATE NOCASE, a nvarchar(20), b nvarchar(20));
                     INSERT INTO t VALUES ('key 0', 'x', 'x'), ('key 1', 'x', 'x')",
            mssql: "CREATE TABLE t (k nvarchar(20) NOT NULL PRIMARY KEY, a nvarchar(20), b nvarchar(20));
                    INSERT INTO t VALUES ('key 0', 'x', 'x'), ('key 1', 'x', 'x')",
        },
        &["t"],
    )
    .await;
    let writers = (0..WRITERS).map(|writer| {
        let server = &server;
        async move {
            for round in 0..ROUNDS {
                // Steps that have no divisor in common with 40 visit every key once.
                let step = [1, 3, 7, 9, 11, 13, 17, 19, 21, 23, 27, 29, 31, 33, 37, 39]
                    [(writer + round) % 16];
                let mark = format!("{writer}-{round}");
                let rows = (0..KEYS).map(|i| {
                    let key = (i * step + writer) % KEYS;
                    json!({"k": format!("key {key}"), "a": mark, "b": mark})
                });
                let rows: Vec<Value> = rows.collect();
                // Some all together, some each for itself.
                let body = json!({"Key": "k", "Rows": rows, "AllOrNone": writer % 2 == 0});
                let answer = upsert_many(server, body).await;
                assert_eq!(answer.status, 200, "{answer:?}");
                assert_eq!(answer.json()["TotalFailed"], 0, "{answer:?}");
            }
        }
    });
    futures_util::future::join_all(writers).await;
    assert_eq!(
        server.count("t", "k IS NOT NULL").await,
        u64::try_from(KEYS).unwrap()
    );
    let get = json!({"Fields": ["k", "a", "b"], "Length": 1000});
    let rows = server.post("t", "Get", get).await.json();
    let mixed = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["a"] != row["b"]);
    assert_eq!(mixed.count(), 0, "{rows}");
}

async fn upsert_many(server: &Server, body: Value) -> Answer {
    loop {
        let answer = server.post("t", "UpsertMany", body.clone()).await;
        let again = match answer.header("x-error-code") {
            "overloaded" => !server.database.is_embedded(),
            "database_busy" => server.database.is_babelfish(),
            _ => false,
        };
        if !again {
            return answer;
        }
        println!("sent again: {answer:?}");
    }
}
