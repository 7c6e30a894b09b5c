//! The tag of a row: where it is told, and what it depends on.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{ROW_PATHS, ask, reset, serve, serve_with, tag};
use crate::support::{Server, print_left_out};

async fn of_get(server: &Server, body: Value) -> String {
    let answer = server.post("t", "Get", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.header("etag").to_owned()
}

#[tokio::test]
async fn a_row_has_one_tag_in_every_api_whatever_is_asked_of_it() {
    let server = serve().await;
    let mut tags = BTreeSet::new();
    for path in ROW_PATHS {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        tags.insert(answer.header("etag").to_owned());
    }
    let fewer = format!("{}?fields=n", ROW_PATHS[2]);
    tags.insert(server.get(&fewer).await.header("etag").to_owned());
    for body in [
        json!({"Clause": "k = 'a'"}),
        json!({"Clause": "k = 'a'", "Fields": ["n"]}),
        json!({"Clause": "n = 1", "Fields": ["n"], "Length": 1}),
    ] {
        tags.insert(of_get(&server, body).await);
    }
    assert_eq!(tags.len(), 1, "{tags:?}");
    let tag = tags.first().unwrap();
    // Strong, and of characters that every proxy and shell lets through.
    let inner = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    assert!(inner.unwrap().chars().all(plain), "{tag}");
    assert!(inner.unwrap().len() > 20, "{tag}");
}

#[tokio::test]
async fn what_is_about_no_one_row_or_not_all_of_it_has_no_tag() {
    let server = serve().await;
    for body in [
        json!({}),
        json!({"Clause": "n > 0", "Fields": ["n"]}),
        json!({"Clause": "k = 'a'", "Fields": ["COUNT(*)"]}),
        json!({"Clause": "k = 'none'"}),
    ] {
        assert_eq!(of_get(&server, body.clone()).await, "", "{body}");
    }
    for path in ["/data/t.json", "/data/t/none.json"] {
        assert_eq!(server.get(path).await.header("etag"), "", "{path}");
    }
}

#[tokio::test]
async fn a_tag_changes_with_every_column_that_can_be_read_and_with_no_other() {
    let server = serve().await;
    let first = tag(&server).await;
    let mut seen = BTreeSet::from([first.clone()]);
    for set in [
        "name = 'One'",
        "name = NULL",
        "name = ''",
        "n = NULL",
        "price = 1.51",
        "scan = CAST('x' AS varbinary(5))",
        "seen = '2026-01-31 10:00:00.001'",
    ] {
        let sql = format!("UPDATE t SET {set} WHERE k = 'a'");
        let sql = if server.database.is_embedded() {
            sql.replace("CAST('x' AS varbinary(5))", "x'78'")
        } else {
            sql
        };
        server.execute(sql.as_str()).await;
        assert!(seen.insert(tag(&server).await), "{set}");
        reset(&server).await;
        assert_eq!(tag(&server).await, first, "{set}");
    }
    server.execute("UPDATE t SET secret = 'z'").await;
    assert_eq!(tag(&server).await, first);
}

/// Two texts that lie side by side are not the same two with the border elsewhere.
#[tokio::test]
async fn values_cannot_be_moved_between_columns_without_another_tag() {
    let sql = "CREATE TABLE p (id int NOT NULL PRIMARY KEY, a nvarchar(9), b nvarchar(9));
        INSERT INTO p VALUES (1, 'ab', 'c')";
    let server = Server::with_tables(sql, &["p"]).await;
    let mut tags = BTreeSet::new();
    for (a, b) in [
        ("'ab'", "'c'"),
        ("'a'", "'bc'"),
        ("'abc'", "''"),
        ("'abc'", "NULL"),
        ("NULL", "'abc'"),
    ] {
        let sql = format!("UPDATE p SET a = {a}, b = {b}");
        server.execute(sql.as_str()).await;
        let answer = server.post("p", "Get", json!({"Clause": "id = 1"})).await;
        assert!(tags.insert(answer.header("etag").to_owned()), "{a} {b}");
    }
}

#[tokio::test]
async fn a_second_service_on_the_same_rows_tells_the_same_tag() {
    let (one, two) = (serve().await, serve().await);
    assert_eq!(tag(&one).await, tag(&two).await);
}

#[tokio::test]
async fn a_row_that_is_known_already_is_not_sent_again() {
    let server = serve().await;
    let current = tag(&server).await;
    for path in ROW_PATHS {
        for known in [
            current.clone(),
            format!("W/{current}"),
            format!("\"other\", {current}"),
            "*".to_owned(),
        ] {
            let answer = ask(
                &server,
                Method::GET,
                path,
                &[("if-none-match", &known)],
                &Value::Null,
            )
            .await;
            assert_eq!((answer.status, &*answer.text), (304, ""), "{path} {known}");
            assert_eq!(answer.header("etag"), current, "{path} {known}");
            assert_ne!(answer.header("x-log-id"), "", "{path}");
        }
        let other = [("if-none-match", "\"other\"")];
        let answer = ask(&server, Method::GET, path, &other, &Value::Null).await;
        assert_eq!((answer.status, answer.header("etag")), (200, &*current));
        let matching = [("if-match", &*current)];
        let answer = ask(&server, Method::GET, path, &matching, &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let stale = [("if-match", "\"other\"")];
        let answer = ask(&server, Method::GET, path, &stale, &Value::Null).await;
        assert_eq!(
            (answer.status, answer.header("x-error-code")),
            (412, "precondition_failed"),
            "{answer:?}"
        );
    }
    for path in ["/data/t/none.json", "/resource/t/none.json"] {
        let known = [("if-none-match", "*")];
        let answer = ask(&server, Method::GET, path, &known, &Value::Null).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}

/// Guessing the tag of a row with a secret in it must not tell the secret.
#[tokio::test]
async fn a_password_is_not_in_the_tag() {
    let server = serve().await;
    let hidden = tag(&server).await;
    let open = serve_with(|config| config.serving.declared[0].passwords.clear()).await;
    assert_ne!(tag(&open).await, hidden);
}

const STAMPED: &str = "CREATE TABLE v (id int NOT NULL PRIMARY KEY, n int, stamp rowversion);
    INSERT INTO v (id, n) VALUES (1, 1)";

async fn stamped_tag(server: &Server) -> String {
    let answer = server.post("v", "Get", json!({"Clause": "id = 1"})).await;
    answer.header("etag").to_owned()
}

#[tokio::test]
async fn a_row_version_is_the_tag_where_the_database_stamps_it() {
    let Some(server) = Server::mssql(STAMPED, &["v"]).await else {
        return;
    };
    let first = stamped_tag(&server).await;
    server.execute("UPDATE v SET n = 2").await;
    let second = stamped_tag(&server).await;
    assert_ne!(first, second);
    if server.database.is_babelfish() {
        print_left_out("Babelfish does not stamp row versions");
        return;
    }
    // Eight bytes; another one even if nothing but the version is another.
    assert_eq!(second.len(), "\"AAAAAAAAB9E\"".len(), "{second}");
    server.execute("UPDATE v SET n = n").await;
    assert_ne!(stamped_tag(&server).await, second);
}

#[tokio::test]
async fn a_row_version_that_nobody_stamps_is_a_value_as_any_other() {
    let server = Server::embedded(STAMPED, &["v"]).await;
    let first = stamped_tag(&server).await;
    server.execute("UPDATE v SET n = 2").await;
    assert_ne!(stamped_tag(&server).await, first);
}
