//! `/-/upsert` and `/-/insert`: what they do.

use serde_json::{Value, json};

use super::{data, data_with, embedded_data, gives, post, refuses, rows_of, serve};
use crate::support::{Server, Sql};

/// The vendor's page (`json_api`, `TableUpsertView`), whose JSON has commas too many.
async fn documented() -> (Server, Value) {
    let sql = Sql {
        sqlite: "CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT, description TEXT);
                 INSERT INTO items VALUES (1, 'Item 1', 'Description 1'), (2, 'Item 2', 'Description 2');",
        mssql: "CREATE TABLE items (id bigint PRIMARY KEY, title nvarchar(max), description nvarchar(max));
                INSERT INTO items VALUES (1, 'Item 1', 'Description 1'), (2, 'Item 2', 'Description 2');",
    };
    let rows = json!([
        {"id": 1, "title": "Updated title for 1", "description": "Updated description for 1"},
        {"id": 2, "description": "Updated description for 2"},
        {"id": 3, "title": "Item 3", "description": "Description for 3"},
    ]);
    (serve(sql, &["items"], |_| ()).await, rows)
}

fn documented_result() -> Value {
    json!([
        {"id": 1, "title": "Updated title for 1", "description": "Updated description for 1"},
        {"id": 2, "title": "Item 2", "description": "Updated description for 2"},
        {"id": 3, "title": "Item 3", "description": "Description for 3"},
    ])
}

#[tokio::test]
async fn the_documented_upsert_of_three_rows_leaves_what_a_row_leaves_out() {
    let (server, rows) = documented().await;
    let answer = post(&server, "/data/items/-/upsert", json!({"rows": rows})).await;
    gives(&answer, 200, &json!({"ok": true}));
    assert_eq!(rows_of(&server, "items").await, documented_result());
}

#[tokio::test]
async fn the_documented_upsert_returns_the_rows_whole() {
    let (server, rows) = documented().await;
    let body = json!({"rows": rows, "return": true});
    let answer = post(&server, "/data/items/-/upsert", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": documented_result()}),
    );
    let answer = post(
        &server,
        "/data/items/-/upsert",
        json!({"rows": [{"title": "x"}]}),
    )
    .await;
    refuses(
        &answer,
        400,
        &["Row 0 is missing primary key column(s): \"id\""],
    );
}

/// Datasette itself would write NULL into the cells that only other rows have; its documentation says otherwise.
#[tokio::test]
async fn rows_with_different_columns_change_only_those() {
    let server = data().await;
    let body = json!({"rows": [{"id": 1, "title": "NEW"}, {"id": 2, "note": "NEW"}]});
    let answer = post(&server, "/data/docs/-/upsert", body).await;
    gives(&answer, 200, &json!({"ok": true}));
    let rows = rows_of(&server, "docs").await;
    assert_eq!(
        (&rows[0]["title"], &rows[0]["score"]),
        (&json!("NEW"), &json!(10))
    );
    assert_eq!(
        (&rows[1]["title"], &rows[1]["note"]),
        (&json!("two"), &json!("NEW"))
    );
    // What must have a value may be left out where the row has one.
    let body = json!({"rows": [{"id": 1, "score": 11}]});
    gives(
        &post(&server, "/data/docs/-/upsert", body).await,
        200,
        &json!({"ok": true}),
    );
}

#[tokio::test]
async fn a_single_row_is_returned_whatever_is_asked() {
    let server = data().await;
    let body = json!({"row": {"id": 1, "title": "T"}, "return": false});
    let answer = post(&server, "/data/docs/-/upsert", body).await;
    let row =
        json!({"id": 1, "title": "T", "score": 10, "ratio": null, "data": null, "note": null});
    gives(&answer, 200, &json!({"ok": true, "rows": [row]}));
    if server.database.is_babelfish() {
        // It cannot tell the key of a row of nothing but defaults.
        return;
    }
    let answer = post(&server, "/data/docs/-/insert", json!({"row": {}})).await;
    let row = json!({"id": 4, "title": "untitled", "score": null, "ratio": null, "data": null, "note": null});
    gives(&answer, 201, &json!({"ok": true, "rows": [row]}));
}

#[tokio::test]
async fn returned_rows_stand_in_the_tables_order_and_the_last_of_one_key_wins() {
    let server = data().await;
    let body = json!({"rows": [{"id": 2, "title": "b"}, {"id": 1, "title": "a"}, {"id": 2, "title": "c"}], "return": "yes"});
    let answer = post(&server, "/data/docs/-/upsert", body).await;
    let rows = answer.json()["rows"].clone();
    let titles: Vec<&Value> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["title"])
        .collect();
    assert_eq!(titles, ["a", "c"], "{answer:?}");
}

#[tokio::test]
async fn no_rows_are_no_error() {
    let server = data().await;
    let empty = json!({"rows": []});
    gives(
        &post(&server, "/data/docs/-/upsert", empty.clone()).await,
        200,
        &json!({"ok": true}),
    );
    gives(
        &post(&server, "/data/docs/-/insert", empty).await,
        201,
        &json!({"ok": true}),
    );
    let body = json!({"rows": [], "return": true});
    let answer = post(&server, "/data/docs/-/upsert", body).await;
    gives(&answer, 200, &json!({"ok": true, "rows": []}));
}

#[tokio::test]
async fn a_row_of_nothing_but_its_key_is_made_or_left_as_it_is() {
    let server = data().await;
    let body = json!({"rows": [{"id": 1}, {"id": 9}]});
    gives(
        &post(&server, "/data/docs/-/upsert", body).await,
        200,
        &json!({"ok": true}),
    );
    let rows = rows_of(&server, "docs").await;
    assert_eq!(
        (&rows[0]["title"], &rows[3]["title"]),
        (&json!("one"), &json!("untitled"))
    );
}

#[tokio::test]
async fn an_insert_of_a_key_that_is_taken_writes_nothing_unless_told_how() {
    let server = data().await;
    let path = "/data/docs/-/insert";
    let rows = json!([{"id": 8, "title": "new"}, {"id": 1, "note": "again"}]);
    let answer = post(&server, path, json!({"rows": rows})).await;
    refuses(&answer, 400, &["UNIQUE constraint failed: docs.id"]);
    let answer = post(&server, path, json!({"rows": [{"id": 5}, {"id": 5}]})).await;
    refuses(&answer, 400, &["UNIQUE constraint failed: docs.id"]);
    assert_eq!(rows_of(&server, "docs").await.as_array().unwrap().len(), 3);

    let answer = post(
        &server,
        path,
        json!({"rows": rows, "ignore": true, "return": true}),
    )
    .await;
    let first =
        json!({"id": 1, "title": "one", "score": 10, "ratio": null, "data": null, "note": null});
    let new =
        json!({"id": 8, "title": "new", "score": null, "ratio": null, "data": null, "note": null});
    gives(&answer, 201, &json!({"ok": true, "rows": [first, new]}));

    // The whole row: what is left out gets its default.
    let answer = post(
        &server,
        path,
        json!({"rows": [{"id": 1, "note": "again"}], "replace": true, "return": true}),
    )
    .await;
    let row = json!({"id": 1, "title": "untitled", "score": null, "ratio": null, "data": null, "note": "again"});
    gives(&answer, 201, &json!({"ok": true, "rows": [row]}));
}

#[tokio::test]
async fn a_null_for_a_counted_key_is_counted() {
    let server = data().await;
    let answer = post(
        &server,
        "/data/docs/-/insert",
        json!({"row": {"id": null, "title": "x"}}),
    )
    .await;
    assert_eq!(answer.json()["rows"][0]["id"], 4, "{answer:?}");
}

#[tokio::test]
async fn a_callers_number_for_a_counted_key_is_taken_where_that_is_allowed() {
    let server = data_with(|config| {
        for declared in &mut config.serving.declared {
            declared.keys.caller_keys = false;
        }
    })
    .await;
    let answer = post(
        &server,
        "/data/docs/-/upsert",
        json!({"rows": [{"id": 1, "note": "n"}]}),
    )
    .await;
    gives(&answer, 200, &json!({"ok": true}));
    for path in ["/data/docs/-/upsert", "/data/docs/-/insert"] {
        let answer = post(&server, path, json!({"rows": [{"id": 70, "note": "n"}]})).await;
        assert_eq!(answer.status, 400);
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(
            error.starts_with("Row 0: ") && error.contains("caller_keys"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn compound_keys_find_rows() {
    let server = data().await;
    let body = json!({"rows": [{"a": "x/y", "b": 1, "v": "A"}, {"a": "x/y", "b": 2, "v": "B"}], "return": true});
    let answer = post(&server, "/data/comp/-/upsert", body.clone()).await;
    gives(&answer, 200, &json!({"ok": true, "rows": body["rows"]}));
    let answer = post(
        &server,
        "/data/comp/-/upsert",
        json!({"rows": [{}, {"a": null, "b": null}]}),
    )
    .await;
    let errors = [
        "Row 0 is missing primary key column(s): \"a\", \"b\"",
        "Row 1 has null primary key column(s): \"a\", \"b\"",
    ];
    refuses(&answer, 400, &errors);
}

#[tokio::test]
async fn keys_that_differ_in_case_alone_are_two() {
    let server = embedded_data().await;
    let body =
        json!({"rows": [{"a": "k", "b": 1, "v": "small"}, {"a": "K", "b": 1, "v": "large"}]});
    gives(
        &post(&server, "/data/comp/-/upsert", body).await,
        200,
        &json!({"ok": true}),
    );
    let body = json!({"row": {"a": "K", "b": 1, "v": "larger"}});
    let answer = post(&server, "/data/comp/-/upsert", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": [{"a": "K", "b": 1, "v": "larger"}]}),
    );
    for (key, value) in [("k", "small"), ("K", "larger")] {
        let row = server.get(&format!("/data/comp/{key},1.json")).await.json();
        assert_eq!(row["rows"][0]["v"], value, "{row}");
    }
}

#[tokio::test]
async fn a_table_without_a_key_has_its_row_numbers() {
    let server = embedded_data().await;
    let body = json!({"rows": [{"rowid": 1, "n": 7}, {"rowid": 9, "name": "z"}], "return": true});
    let answer = post(&server, "/data/plain/-/upsert", body).await;
    let rows = json!([{"rowid": 1, "name": "p", "n": 7}, {"rowid": 9, "name": "z", "n": null}]);
    gives(&answer, 200, &json!({"ok": true, "rows": rows}));
    let answer = post(&server, "/data/plain/-/upsert", json!({"rows": [{"n": 7}]})).await;
    refuses(
        &answer,
        400,
        &["Row 0 is missing primary key column(s): \"rowid\""],
    );
    let answer = post(
        &server,
        "/data/plain/-/insert",
        json!({"row": {"name": "w"}}),
    )
    .await;
    gives(
        &answer,
        201,
        &json!({"ok": true, "rows": [{"name": "w", "n": null}]}),
    );
    let answer = post(
        &server,
        "/data/plain/-/insert",
        json!({"rows": [{"rowid": 9}]}),
    )
    .await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let rows = rows_of(&server, "plain").await;
    assert_eq!(rows[3], json!({"rowid": 10, "name": "w", "n": null}));
}

#[tokio::test]
async fn broken_constraints_are_told_in_sqlites_words_and_nothing_is_written() {
    let server = data().await;
    for (table, rows, error) in [
        (
            "strict_docs",
            json!([{"n": 5}]),
            "NOT NULL constraint failed: strict_docs.title",
        ),
        (
            "strict_docs",
            json!([{"title": null}]),
            "NOT NULL constraint failed: strict_docs.title",
        ),
        (
            "strict_docs",
            json!([{"title": "x", "n": 0}]),
            "CHECK constraint failed: positive",
        ),
        (
            "strict_docs",
            json!([{"title": "x", "u": "k"}, {"title": "y", "u": "k"}]),
            "UNIQUE constraint failed: strict_docs.u",
        ),
        (
            "comp",
            json!([{"a": "x/y", "b": 1}]),
            "UNIQUE constraint failed: comp.a, comp.b",
        ),
        (
            "comp",
            json!([{"a": "n", "b": null}]),
            "NOT NULL constraint failed: comp.b",
        ),
        // Datasette leaves foreign keys unchecked.
        (
            "child",
            json!([{"doc": 1}, {"doc": 99}]),
            "FOREIGN KEY constraint failed",
        ),
    ] {
        let answer = post(
            &server,
            &format!("/data/{table}/-/insert"),
            json!({"rows": rows}),
        )
        .await;
        refuses(&answer, 400, &[error]);
    }
    // Datasette tells the expression of a check without a name; SQL Server gives it one.
    let body = json!({"rows": [{"title": "x", "m": 9}]});
    let answer = post(&server, "/data/strict_docs/-/insert", body).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    let error = answer.json()["error"].as_str().unwrap().to_owned();
    if server.database.is_embedded() {
        assert_eq!(error, "CHECK constraint failed: strict_docs");
    } else {
        assert!(error.starts_with("CHECK constraint failed: "), "{error}");
    }
    let body = json!({"rows": [{"a": "n", "b": null}]});
    let answer = post(&server, "/data/comp/-/insert", body).await;
    assert_eq!(answer.header("x-error-code"), "key_null");
    for (table, rows) in [("strict_docs", 0), ("child", 0), ("comp", 2)] {
        assert_eq!(
            rows_of(&server, table).await.as_array().unwrap().len(),
            rows,
            "{table}"
        );
    }
}

#[tokio::test]
async fn a_column_that_was_just_added_is_found() {
    let server = data().await;
    server
        .execute(Sql {
            sqlite: "ALTER TABLE docs ADD COLUMN extra TEXT",
            mssql: "ALTER TABLE docs ADD extra nvarchar(max)",
        })
        .await;
    let answer = post(
        &server,
        "/data/docs/-/upsert",
        json!({"row": {"id": 1, "extra": "e"}}),
    )
    .await;
    assert_eq!(answer.json()["rows"][0]["extra"], "e", "{answer:?}");
}
