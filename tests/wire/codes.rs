//! The codes that need a table or a database of their own, and the proof that no code is left untested.

use std::{cell::RefCell, fs, path::Path, time::Duration};

use serde_json::{Value, json};

use crate::support::{Server, Sql, all, rule, tuple};

#[tokio::test]
async fn each_fault_of_a_request_has_its_code() {
    let server = Server::demo_with(|config| {
        // Its UserName is NOT NULL and has no default.
        config.serving.declared[2].read_only = vec!["UserName".to_owned()];
    })
    .await;
    let customers = "tblCustomers";
    let city = || tuple("City", "Rome");
    let text_of = |length: usize| format!("City = '{}'", "x".repeat(length));
    for (entity, operation, body, code, words) in [
        (
            customers,
            "Update",
            json!({"Tuples": [tuple("VendorName", json!(null))], "Clause": "CustomerId = 1"}),
            "null_not_allowed",
            ["'VendorName'", "send a value"],
        ),
        (
            "tblEmployees",
            "Add",
            json!({"Tuples": [tuple("FullName", "A B")]}),
            "required_columns_protected",
            ["'UserName'", "needs a default"],
        ),
        (
            customers,
            "Update",
            json!({"Tuples": [], "Clause": "CustomerId = 1"}),
            "tuples_missing",
            ["Tuples", "Name"],
        ),
        (
            customers,
            "Update",
            json!({"Tuples": [city()], "Clause": all(&[json!({"rules": []})])}),
            "clause_empty",
            ["Clause.rules[0]", "without rules"],
        ),
        (
            customers,
            "Upsert",
            json!({"Tuples": [city()], "Clause": "City = = 'x'"}),
            "clause_invalid",
            ["'='", "character 8"],
        ),
        (
            customers,
            "Upsert",
            json!({"Tuples": [city()], "Clause": text_of(4001)}),
            "clause_too_large",
            ["4000 characters", "limit"],
        ),
        (
            customers,
            "Upsert",
            json!({"Tuples": [city()], "Clause": "1 = 1"}),
            "clause_not_allowed",
            ["value with a value", "column"],
        ),
        (
            customers,
            "Update",
            json!({"Tuples": [city()], "Clause": all(&[rule("Rating", "contains", "3")])}),
            "operator_not_for_type",
            ["'Rating' is tinyint", "Clause.rules[0]"],
        ),
        (
            customers,
            "Update",
            json!({"Tuples": vec![city(); 1025], "Clause": "CustomerId = 1"}),
            "parameter_out_of_range",
            ["Tuples", "at most 1024"],
        ),
    ] {
        let answer = server.post(entity, operation, body).await;
        answer.fails(400, code, &words);
    }
}

#[tokio::test]
async fn a_trigger_that_refuses_is_a_conflict_and_one_that_is_broken_a_defect() {
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE guarded (a int);
                     CREATE TRIGGER no_one BEFORE INSERT ON guarded WHEN NEW.a = 1
                     BEGIN SELECT RAISE(ABORT, 'one is not for you'); END;
                     CREATE TABLE broken (a int);
                     CREATE TRIGGER no_use BEFORE INSERT ON broken
                     BEGIN SELECT no_such_function(NEW.a); END;",
            mssql: "CREATE TABLE guarded (a int); CREATE TABLE broken (a int);
GO
CREATE TRIGGER no_one ON guarded AFTER INSERT AS
IF EXISTS (SELECT 1 FROM inserted WHERE a = 1) THROW 50001, N'one is not for you', 1;
GO
CREATE TRIGGER no_use ON broken AFTER INSERT AS EXEC no_such_function;",
        },
        &["guarded", "broken"],
    )
    .await;
    let body = json!({"Tuples": [tuple("a", 1)]});
    for (entity, status, code) in [
        ("guarded", 409, "trigger_refused"),
        ("broken", 500, missing_routine(&server)),
    ] {
        let answer = server.post(entity, "Add", body.clone()).await;
        answer.fails(status, code, &[]);
        for secret in ["not for you", "no_such_function", "no_one", "no_use"] {
            assert!(!answer.text.contains(secret), "{answer:?}");
        }
        assert_eq!(server.rows(entity, json!({})).await.len(), 0);
    }
    let two = json!({"Tuples": [tuple("a", 2)]});
    assert_eq!(server.post("guarded", "Add", two).await.status, 200);
}

/// The code of a trigger that calls what does not exist.
pub fn missing_routine(server: &Server) -> &'static str {
    if server.database.is_babelfish() {
        // One number and the same words, whatever it is that does not exist.
        "schema_broken"
    } else {
        "internal_error"
    }
}

const RENAME: &str = "CustomerId = 1";

/// Begins a transaction that keeps others from that row's change, and nobody from reading it.
const HOLD: Sql = Sql {
    sqlite: "BEGIN IMMEDIATE",
    // Babelfish ignores lock hints; there no reader waits for a writer.
    mssql: "BEGIN TRANSACTION;
            IF @@VERSION LIKE '%Babelfish%' UPDATE tblCustomers SET City = 'Rome' WHERE CustomerId = 1;
            ELSE SELECT CustomerId FROM tblCustomers WITH (UPDLOCK, HOLDLOCK) WHERE CustomerId = 1;",
};

fn rename(city: &str) -> Value {
    json!({"Tuples": [tuple("City", city)], "Clause": RENAME})
}

#[tokio::test]
async fn a_write_that_another_process_keeps_waiting_is_told_that_the_database_is_busy() {
    let server =
        Server::demo_with(|config| config.database.busy_timeout = Duration::from_millis(20)).await;
    let mut other = server.session().await;
    other.execute(HOLD).await;
    let answer = server.post("tblCustomers", "Update", rename("Ulm")).await;
    answer.fails(503, "database_busy", &["nothing was written", "try again"]);
    assert_eq!(answer.header("retry-after"), "1");
    // Reading goes on meanwhile.
    assert_eq!(server.count("tblCustomers", "City = 'Ulm'").await, 0);
    other.execute("ROLLBACK").await;
    let answer = server.post("tblCustomers", "Update", rename("Ulm")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn more_writes_than_may_wait_are_turned_away_and_the_others_are_done() {
    let server = Server::demo_with(|config| {
        config.database.queue = 1;
        config.database.busy_timeout = Duration::from_secs(25);
    })
    .await;
    let mut other = server.session().await;
    other.execute(HOLD).await;
    // Held until somebody is turned away.
    let lock = RefCell::new(Some(other));
    let answers = (0..40).map(async |_| {
        let answer = server.post("tblCustomers", "Update", rename("Ulm")).await;
        if answer.status == 503 {
            drop(lock.borrow_mut().take());
        }
        answer
    });
    let answers = futures_util::future::join_all(answers).await;
    let (refused, done): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 503);
    assert!(!refused.is_empty() && !done.is_empty());
    for answer in refused {
        answer.fails(503, "overloaded", &["nothing was written", "try again"]);
        assert_eq!(answer.header("retry-after"), "1");
    }
    for answer in done {
        answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let server = Server::with_tables_and(
        Sql {
            sqlite: "CREATE VIEW endless AS
                     WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n;",
            // As good as that: there are a million million sums to make.
            mssql: "CREATE VIEW endless AS
                    WITH d (x) AS (SELECT x FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS v (x)),
                         n (x) AS (SELECT a.x + 10 * b.x + 100 * c.x FROM d AS a CROSS JOIN d AS b CROSS JOIN d AS c)
                    SELECT a.x FROM n AS a CROSS JOIN n AS b CROSS JOIN n AS c CROSS JOIN n AS d
                    WHERE a.x + b.x + c.x + d.x >= 0;",
        },
        &["endless"],
        |config| {
            config.server.request_timeout = Duration::from_secs(1);
            let actions = &mut config.serving.declared[0].actions;
            (actions.add, actions.edit) = (false, false);
        },
    )
    .await;
    let answer = server
        .post("endless", "Get", json!({"Fields": ["COUNT(*)"]}))
        .await;
    answer.fails(503, "timeout", &["took too long", "nothing was written"]);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(server.get("/health/ready").await.status, 200);
}

/// Codes that no request can bring about on purpose, each with the reason.
const BEYOND_REACH: [(&str, &str); 1] =
    [("outcome_unknown", "takes a disk that fails during a commit")];

/// The codes in the README's table of errors.
fn readme_codes() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let table = readme.split_once("| status | codes |").unwrap().1;
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let code = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    words.filter(code).map(str::to_owned).collect()
}

fn document_codes(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(header) = members.get("X-Error-Code") {
                let codes = header["schema"]["enum"].as_array().unwrap();
                found.extend(codes.iter().map(|code| code.as_str().unwrap().to_owned()));
            }
            members.values().for_each(|v| document_codes(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| document_codes(v, found)),
        _ => {}
    }
}

fn read_sources(path: &Path, sources: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            read_sources(&entry.unwrap().path(), sources);
        }
    } else {
        sources.push_str(&fs::read_to_string(path).unwrap());
    }
}

#[tokio::test]
async fn every_code_that_is_promised_is_asserted_by_one_of_these_tests() {
    let mut promised = readme_codes();
    assert!(promised.len() > 30, "the table was found: {promised:?}");
    let document = Server::demo().await.get("/openapi.json").await.json();
    document_codes(&document, &mut promised);
    // Some of what only a SQL Server answers is scripted in the tests beside these.
    let folders = ["tests/wire", "tests/mssql"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for folder in folders {
        read_sources(&root.join(folder), &mut sources);
    }
    for code in promised {
        let exempt = BEYOND_REACH.iter().any(|(known, _)| *known == code);
        assert!(
            exempt || sources.contains(&format!("\"{code}\"")),
            "no test asserts {code}"
        );
    }
}
