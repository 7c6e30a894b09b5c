//! SQLite files that the service did not make.

use serde_json::json;

use crate::support::{Server, all, rule, tuple};

#[tokio::test]
async fn a_system_date_that_is_text_is_filled_as_text() {
    let server = Server::embedded(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, DateCreated TEXT NOT NULL, EntryDate TEXT)",
        &["t"],
    )
    .await;
    let answer = server
        .post("t", "Add", json!({"Tuples": [tuple("name", "a")]}))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let row = &server.rows("t", json!({})).await[0];
    let now = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .datetime();
    for column in ["DateCreated", "EntryDate"] {
        let filled: jiff::civil::DateTime = row[column].as_str().unwrap().parse().unwrap();
        assert!(
            now.duration_since(filled).as_secs().abs() < 60,
            "{column}: {filled}"
        );
    }
}

#[tokio::test]
async fn a_prefix_finds_every_text_that_begins_with_it() {
    let server = Server::embedded(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE);
           INSERT INTO t (name) VALUES ('abc'), ('ABCd'), ('abd'), ('ab'), ('abZ'), ('ab['), ('@a'), ('[b')",
        &["t"],
    )
    .await;
    let last = "INSERT INTO t (name) VALUES ('abc\u{10FFFF}x')";
    server.execute(last).await;
    for (prefix, expected) in [
        ("abc", 3),
        ("AB", 7),
        ("abz", 1),
        ("ab[", 1),
        ("@", 1),
        ("[", 1),
    ] {
        let clause = all(&[rule("name", "begins_with", prefix)]);
        let body = json!({"Fields": ["COUNT(*)"], "Clause": clause});
        assert_eq!(
            server.rows("t", body).await[0]["COUNT(*)"],
            expected,
            "{prefix}"
        );
    }
}

#[tokio::test]
async fn a_number_becomes_the_same_text_in_tuples_and_in_either_clause() {
    let server = Server::embedded("CREATE TABLE t (s TEXT, n INTEGER)", &["t"]).await;
    for (i, body) in [
        r#"{"Tuples":[{"Name":"s","Value":1E3}],"Clause":"s = 1e3"}"#,
        r#"{"Tuples":[{"Name":"s","Value":1e+3}],"Clause":"s = 1E+3"}"#,
        r#"{"Tuples":[{"Name":"s","Value":1e3}],"Clause":{"field":"s","operator":"equal","value":1E3}}"#,
        r#"{"Tuples":[{"Name":"s","Value":"1e3"}],"Clause":"s = '1e3'"}"#,
    ]
    .iter()
    .enumerate()
    {
        let request = server.request(reqwest::Method::POST, "/CSSAPI/V2/t/Upsert").body(*body);
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        let inserted = answer["Message"] == "Success";
        assert_eq!(inserted, i == 0, "{body}: {answer}");
    }
}

#[tokio::test]
async fn what_is_a_password_under_one_name_is_one_under_every_name_of_the_table() {
    let server = Server::demo_with(|config| {
        let mut second = config.serving.declared[2].clone();
        second.name = upsertd::domain::Name::parse("Staff").unwrap();
        second.table = Some("tblEmployees".to_owned());
        second.passwords.clear();
        config.serving.declared.push(second);
    })
    .await;
    let answer = server
        .post("Staff", "Get", json!({"Fields": ["PasswordHash"]}))
        .await;
    answer.fails(400, "protected_column", &["'PasswordHash' is a password"]);
}
