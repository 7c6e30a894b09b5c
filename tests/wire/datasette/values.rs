//! Values: what is taken, how it is stored and how it is told again.

use serde_json::{Value, json};

use super::{data, post, post_text, refuses, serve};
use crate::support::Sql;

#[tokio::test]
async fn marks_nested_values_and_numbers_in_text_are_read() {
    let server = data().await;
    let body = r#"{"row": {"data": {"$base64": true, "encoded": "AAEC"}, "note": {"a": [1, 2]},
                   "title": {"$raw": {"x": 1}}, "score": "12", "ratio": NaN}}"#;
    let answer = post_text(&server, "/data/docs/-/insert", body).await;
    let row = json!({
        "id": 4, "title": "{\"x\": 1}", "score": 12, "ratio": null,
        "data": {"$base64": true, "encoded": "AAEC"}, "note": "{\"a\": [1, 2]}",
    });
    assert_eq!(
        (answer.status, &answer.json()["rows"][0]),
        (201, &row),
        "{answer:?}"
    );
    let read = server.get("/data/docs/4.json").await.json();
    assert_eq!(read["rows"], json!([row]));
}

#[tokio::test]
async fn truth_is_a_number_but_in_bit_columns() {
    let sql = Sql {
        sqlite: "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, f FLOAT, b bit)",
        mssql: "CREATE TABLE t (id bigint IDENTITY PRIMARY KEY, n bigint, s nvarchar(max), f float, b bit)",
    };
    let server = serve(sql, &["t"], |_| ()).await;
    let body = json!({"row": {"n": true, "s": true, "f": false, "b": true}});
    let answer = post(&server, "/data/t/-/insert", body).await;
    assert_eq!(
        answer.text,
        r#"{"ok":true,"rows":[{"id":1,"n":1,"s":"1","f":0.0,"b":true}]}"#
    );
}

#[tokio::test]
async fn the_last_of_a_repeated_key_counts() {
    let server = data().await;
    let answer = post_text(
        &server,
        "/data/docs/-/insert",
        r#"{"row": {"title": "a", "title": "b"}}"#,
    )
    .await;
    assert_eq!(answer.json()["rows"][0]["title"], "b", "{answer:?}");
}

#[tokio::test]
async fn whole_numbers_have_64_bits() {
    let server = data().await;
    let path = "/data/docs/-/insert";
    let answer = post_text(&server, path, r#"{"row": {"score": 9223372036854775807}}"#).await;
    assert_eq!(
        answer.json()["rows"][0]["score"],
        json!(i64::MAX),
        "{answer:?}"
    );
    for column in ["score", "id"] {
        let body = format!("{{\"row\": {{\"{column}\": 9223372036854775808}}}}");
        let answer = post_text(&server, path, &body).await;
        refuses(
            &answer,
            400,
            &["Python int too large to convert to SQLite INTEGER"],
        );
    }
}

#[tokio::test]
async fn bytes_that_cannot_be_read_are_told() {
    let server = data().await;
    let bytes = |encoded: Value| json!({"row": {"data": {"$base64": true, "encoded": encoded}}});
    for path in ["/data/docs/-/insert", "/data/docs/1/-/update"] {
        let body = |encoded: Value| {
            if path.ends_with("update") {
                json!({"update": bytes(encoded)["row"]})
            } else {
                bytes(encoded)
            }
        };
        let answer = post(&server, path, body(json!("%%"))).await;
        refuses(&answer, 400, &["Invalid $base64 encoded value"]);
        let answer = post(&server, path, body(json!(5))).await;
        refuses(&answer, 400, &["$base64 encoded value must be a string"]);
    }
}

/// Datasette stores anything in any column; here a value is of its column's type.
#[tokio::test]
async fn what_does_not_fit_a_column_is_refused_with_its_row() {
    let server = data().await;
    let body = json!({"rows": [{"score": 1}, {"score": "abc"}, {"score": "no"}, {"ratio": "x"}]});
    let answer = post(&server, "/data/docs/-/insert", body).await;
    let errors = [
        "Row 1: Column 'score' is bigint: 'abc' is not a whole number.",
        "Row 2: Column 'score' is bigint: 'no' is not a whole number.",
        "Row 3: Column 'ratio' is float: 'x' is not a number.",
    ];
    refuses(&answer, 400, &errors);
    let bytes = json!({"$base64": true, "encoded": "AAEC"});
    for (row, column) in [
        (json!({"note": bytes}), "'note'"),
        (json!({"data": "AAEC"}), "'data'"),
    ] {
        let answer = post(&server, "/data/docs/-/insert", json!({"row": row})).await;
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(
            answer.status == 400 && error.starts_with(&format!("Row 0: Column {column}")),
            "{error}"
        );
    }
    let answer = post(
        &server,
        "/data/docs/-/insert",
        json!({"row": {"id": "abc"}}),
    )
    .await;
    refuses(&answer, 400, &["datatype mismatch"]);
    let answer = server.get("/data/docs.json?_shape=array").await;
    assert_eq!(answer.json().as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn passwords_are_neither_written_nor_shown() {
    let server = super::data_with(|config| {
        config.serving.declared[0].passwords = vec!["note".to_owned()];
    })
    .await;
    let answer = post(
        &server,
        "/data/docs/-/upsert",
        json!({"row": {"id": 1, "note": "x"}}),
    )
    .await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains("'note' is a password"),
        "{answer:?}"
    );
    let row = server.get("/data/docs/1.json").await.json()["rows"][0].clone();
    assert!(
        row.get("note").is_none() && row.get("title").is_some(),
        "{row}"
    );
    let answer = server.get("/data/docs.json?note__notnull=1").await;
    assert_eq!(answer.status, 400, "{answer:?}");
}
