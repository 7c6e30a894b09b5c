//! Rows that a batch inserts without saying which they are: of a table without a key, and of one that makes its keys. A
//! client with rows of its own writes those and no others, whatever is journalled.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{access::GrantSpec, domain::Keeping};

use super::{only, words};
use crate::support::{Answer, Server, Sql, tuple};

const TABLES: Sql<'static> = Sql {
    sqlite: "CREATE TABLE heap (city nvarchar(20) NULL COLLATE NOCASE, note nvarchar(20) NULL, n int NOT NULL DEFAULT 7);
             CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, city nvarchar(20) NULL COLLATE NOCASE,
                note nvarchar(20) NULL, n int NOT NULL DEFAULT 7);
             CREATE TABLE seen (note nvarchar(20) NULL);
             CREATE TRIGGER seeing AFTER INSERT ON heap BEGIN INSERT INTO seen VALUES (NEW.note); END;",
    mssql: "CREATE TABLE heap (city nvarchar(20) NULL, note nvarchar(20) NULL, n int NOT NULL DEFAULT 7);
            CREATE TABLE counted (id int IDENTITY PRIMARY KEY, city nvarchar(20) NULL, note nvarchar(20) NULL,
                n int NOT NULL DEFAULT 7);
            CREATE TABLE seen (note nvarchar(20) NULL);
GO
CREATE TRIGGER seeing ON heap AFTER INSERT AS INSERT INTO seen (note) SELECT note FROM inserted;",
};

async fn vienna(journal: Keeping) -> Server {
    Server::with_tables_and(TABLES, &["heap", "counted"], |config| {
        let grant = GrantSpec {
            entities: words(&["heap", "counted"]),
            allow: words(&["view", "add", "edit", "explain", "undo"]),
            rows: Some("city = 'Vienna'".to_owned()),
            ..GrantSpec::default()
        };
        only(config, &[grant]);
        config.datasette.database = Some("data".to_owned());
        config.serving.journal = journal;
    })
    .await
}

async fn insert(server: &Server, entity: &str, rows: Value) -> Answer {
    let path = format!("/data/{entity}/-/insert");
    let request = server.request(Method::POST, &path);
    let request = request.json(&json!({"rows": rows}));
    Answer::of(request.send().await.unwrap()).await
}

async fn count(server: &Server, entity: &str) -> i64 {
    let query = format!("SELECT COUNT(*) FROM {entity}");
    server.session().await.numbers(&*query).await[0]
}

/// What a request did, as the journal has it.
async fn explained(server: &Server, answer: &Answer) -> Value {
    let path = format!("/admin/log/{}", answer.header("x-log-id"));
    server.get(&path).await.json()
}

#[tokio::test]
async fn of_a_batch_that_names_no_rows_those_that_keep_to_the_filter_are_written() {
    for journal in [Keeping::Full, Keeping::Counts, Keeping::Off] {
        let server = vienna(journal).await;
        for entity in ["heap", "counted"] {
            let rows = json!([
                {"city": "Vienna", "note": "a"},
                {"city": "VIENNA"},
                {"note": "ü", "city": "vienna", "n": 8},
            ]);
            let answer = insert(&server, entity, rows).await;
            assert_eq!(answer.status, 201, "{entity} {journal:?}: {answer:?}");
            assert_eq!(count(&server, entity).await, 3, "{entity} {journal:?}");
            if journal == Keeping::Full {
                let told = explained(&server, &answer).await;
                let mut rows: Vec<String> = told["writes"][0]["rows"]
                    .as_array()
                    .unwrap_or_else(|| panic!("{told}"))
                    .iter()
                    .map(|row| {
                        assert!(row["before"].is_null(), "{row}");
                        // A SQL Server's journal holds every value as a text.
                        let after = &row["after"];
                        let text = format!("{} {} {}", after["city"], after["note"], after["n"]);
                        text.replace('"', "")
                    })
                    .collect();
                rows.sort();
                let expected = ["VIENNA null 7", "Vienna a 7", "vienna ü 8"];
                assert_eq!(rows, expected, "{entity}");
            }
            for wrong in [json!({"city": "Linz"}), json!({"note": "b"})] {
                let rows = json!([{"city": "Vienna", "note": "b"}, wrong]);
                let answer = insert(&server, entity, rows).await;
                assert_eq!(
                    (answer.status, answer.header("x-error-code")),
                    (400, "outside_rows"),
                    "{entity} {journal:?}: {answer:?}"
                );
            }
            assert_eq!(count(&server, entity).await, 3, "{entity} {journal:?}");
        }
        assert_eq!(count(&server, "seen").await, 3, "{journal:?}");
    }
}

#[tokio::test]
async fn a_write_to_a_table_without_a_key_keeps_to_the_filter() {
    for journal in [Keeping::Full, Keeping::Off] {
        let server = vienna(journal).await;
        let post = |operation: &'static str, body: Value| server.post("heap", operation, body);
        let set = |city: &str, note: &str| json!([tuple("city", city), tuple("note", note)]);
        let added = post("Add", json!({"Tuples": set("Vienna", "a")})).await;
        assert_eq!(added.status, 200, "{journal:?}: {added:?}");
        let body = json!({"Tuples": set("Linz", "b")});
        post("Add", body).await.fails(403, "outside_rows", &[]);
        for operation in ["Update", "Upsert"] {
            let body = json!({"Tuples": set("Linz", "a"), "Clause": "note = 'a'"});
            let refused = post(operation, body).await;
            refused.fails(403, "outside_rows", &[]);
        }
        let body = json!({"Tuples": set("vienna", "b"), "Clause": "note = 'a'"});
        let updated = post("Upsert", body).await;
        assert_eq!(
            updated.json()["TotalAffected"],
            1,
            "{journal:?}: {updated:?}"
        );
        let body = json!({"Tuples": set("Vienna", "c"), "Clause": "note = 'c'"});
        let inserted = post("Upsert", body).await;
        assert_eq!(
            inserted.json()["Message"],
            "Success",
            "{journal:?}: {inserted:?}"
        );
        assert_eq!(count(&server, "heap").await, 2);
        if journal == Keeping::Full && !server.database.is_embedded() {
            let told = explained(&server, &updated).await;
            let row = &told["writes"][0]["rows"][0];
            assert_eq!(
                (&row["before"]["note"], &row["after"]["note"]),
                (&json!("a"), &json!("b")),
                "{told}"
            );
            // Nothing tells which row it was.
            let path = format!("/admin/log/{}/undo", updated.header("x-log-id"));
            let undone = server.request(Method::POST, &path).send().await.unwrap();
            let undone = Answer::of(undone).await;
            assert_eq!(undone.status, 409, "{undone:?}");
            assert_eq!(count(&server, "heap").await, 2);
        }
    }
}
