//! `/-/create`.

use serde_json::json;

use super::{create, post, refusal, rows, serve};
use crate::support::Answer;

#[tokio::test]
async fn a_table_is_made_of_columns_and_served_at_once() {
    let server = serve(|_| ()).await;
    let made = create(
        &server,
        json!({"table": "t1", "pk": "id", "columns": [
            {"name": "id", "type": "integer"},
            {"name": "title"},
            {"name": "n", "type": "integer", "default": 5},
            {"name": "f", "type": "float", "default": 1.5},
            {"name": "b", "type": "blob"},
            {"name": "s", "default": "it's; drop", "not_null": "yes"},
            {"name": "owner", "type": "integer", "fk_table": "owners"},
        ]}),
    )
    .await;
    let base = &server.base;
    assert_eq!(
        made,
        json!({
            "ok": true, "database": "data", "table": "t1",
            "table_url": format!("{base}/data/t1"), "table_api_url": format!("{base}/data/t1.json"),
            "schema": "CREATE TABLE \"t1\" (\n   \"id\" INTEGER PRIMARY KEY,\n   \"title\" TEXT,\n   \
                       \"n\" INTEGER DEFAULT 5,\n   \"f\" REAL DEFAULT 1.5,\n   \"b\" BLOB,\n   \
                       \"s\" TEXT NOT NULL DEFAULT 'it''s; drop',\n   \
                       \"owner\" INTEGER REFERENCES \"owners\"(\"id\")\n)",
        })
    );
    let inserted = post(
        &server,
        "/data/t1/-/insert",
        &json!({"row": {"title": "x"}}),
    )
    .await;
    assert_eq!(
        inserted.json()["rows"],
        json!([{"id": 1, "title": "x", "n": 5, "f": 1.5, "b": null, "s": "it's; drop", "owner": null}])
    );
    let orphan = json!({"row": {"owner": 77}});
    let errors = refusal(&server, "/data/t1/-/insert", &orphan, 400).await;
    assert_eq!(errors, ["FOREIGN KEY constraint failed"]);
}

#[tokio::test]
async fn a_table_is_made_of_rows_with_the_types_of_their_values() {
    let server = serve(|_| ()).await;
    let sent = json!({"table": "r1", "pk": "id", "rows": [
        {"id": 1, "title": "a", "f": 1.5, "o": {"x": 1}, "l": [1], "t": true, "n": null},
        {"id": 2, "title": "b", "f": 2, "extra": {"$base64": true, "encoded": "AAEC"}},
    ]});
    let made = create(&server, sent).await;
    assert_eq!(made["row_count"], 2);
    assert_eq!(
        made["schema"],
        "CREATE TABLE \"r1\" (\n   \"id\" INTEGER PRIMARY KEY,\n   \"title\" TEXT,\n   \"f\" REAL,\n   \"o\" TEXT,\n   \
         \"l\" TEXT,\n   \"t\" INTEGER,\n   \"n\" TEXT,\n   \"extra\" BLOB\n)"
    );
    assert_eq!(
        rows(&server, "r1").await[1],
        json!({"id": 2, "title": "b", "f": 2.0, "o": null, "l": null, "t": null, "n": null,
               "extra": {"$base64": true, "encoded": "AAEC"}})
    );
    // A key that no row has is counted.
    create(&server, json!({"table": "r3", "pk": "id", "row": {"b": 2}})).await;
    assert_eq!(rows(&server, "r3").await, json!([{"id": 1, "b": 2}]));
    // No key at all: the rows' own numbers.
    create(&server, json!({"table": "r4", "rows": [{"a": "x"}]})).await;
    assert_eq!(rows(&server, "r4").await[0]["a"], "x");
    // A key of several columns.
    let made = create(
        &server,
        json!({"table": "r10", "pks": ["a", "b"], "row": {"a": "x", "b": 1}}),
    )
    .await;
    assert_eq!(
        made["schema"],
        "CREATE TABLE \"r10\" (\n   \"a\" TEXT,\n   \"b\" INTEGER,\n   PRIMARY KEY (\"a\", \"b\")\n)"
    );
}

#[tokio::test]
async fn rows_go_into_a_table_that_is_there() {
    let server = serve(|_| ()).await;
    create(
        &server,
        json!({"table": "r", "pk": "id", "row": {"id": 1, "a": "x", "b": "y"}}),
    )
    .await;
    let again = json!({"table": "r", "pk": "id", "row": {"id": 1, "a": "new"}});
    let errors = refusal(&server, "/data/-/create", &again, 400).await;
    assert_eq!(errors, ["UNIQUE constraint failed: r.id"]);
    let mut with = again.clone();
    with["ignore"] = json!(true);
    create(&server, with).await;
    assert_eq!(
        rows(&server, "r").await,
        json!([{"id": 1, "a": "x", "b": "y"}])
    );
    let mut with = again.clone();
    with["replace"] = json!(true);
    create(&server, with).await;
    assert_eq!(
        rows(&server, "r").await,
        json!([{"id": 1, "a": "new", "b": null}])
    );

    let wider = json!({"table": "r", "pk": "id", "row": {"id": 2, "c": 3}});
    let errors = refusal(&server, "/data/-/create", &wider, 400).await;
    assert_eq!(errors, ["table r has no column named c"]);
    let mut with = wider.clone();
    with["alter"] = json!(true);
    create(&server, with).await;
    assert_eq!(
        rows(&server, "r").await[1],
        json!({"id": 2, "a": null, "b": null, "c": 3})
    );
    let moved = json!({"table": "r", "pk": "a", "row": {"id": 3}});
    let errors = refusal(&server, "/data/-/create", &moved, 400).await;
    assert_eq!(errors, ["pk cannot be changed for existing table"]);
}

#[tokio::test]
async fn rows_that_are_refused_leave_no_table_behind() {
    let server = serve(|_| ()).await;
    for (rows, error) in [
        (
            json!([{"a": "x"}, {"a": "x"}]),
            "UNIQUE constraint failed: gone.a",
        ),
        (
            json!([{"a": "x"}, {"a": null}]),
            "NOT NULL constraint failed: gone.a",
        ),
        // Keys compare as every text does here.
        (
            json!([{"a": "x"}, {"a": "X"}]),
            "UNIQUE constraint failed: gone.a",
        ),
        (
            json!([{"a": "x"}, {"b": 1}]),
            "NOT NULL constraint failed: gone.a",
        ),
    ] {
        let body = json!({"table": "gone", "pk": "a", "rows": rows});
        let errors = refusal(&server, "/data/-/create", &body, 400).await;
        assert_eq!(errors, [error]);
        assert_eq!(server.get("/data/gone.json").await.status, 404);
    }
    create(
        &server,
        json!({"table": "gone", "pk": "a", "rows": [{"a": "x"}]}),
    )
    .await;
}

#[tokio::test]
#[allow(clippy::too_many_lines)] // a table
async fn what_is_wrong_with_a_new_table_is_told_in_the_contract_s_words() {
    let server = serve(|_| ()).await;
    let column = json!([{"name": "a"}]);
    for (body, errors) in [
        (json!([]), vec!["JSON must be an object"]),
        (json!({}), vec!["Table is required"]),
        (
            json!({"table": 1, "columns": column}),
            vec!["Invalid table name"],
        ),
        (
            json!({"table": "sqlite_x", "columns": column}),
            vec!["Invalid table name"],
        ),
        (
            json!({"table": "a\nb", "columns": column}),
            vec!["Invalid table name"],
        ),
        (
            json!({"table": "x"}),
            vec!["columns, rows or row is required"],
        ),
        (
            json!({"table": "x", "rows": {}}),
            vec!["columns, rows or row is required"],
        ),
        (
            json!({"table": "x", "columns": {}}),
            vec!["columns must be a list"],
        ),
        (
            json!({"table": "x", "columns": [1]}),
            vec!["columns must be a list of objects"],
        ),
        (
            json!({"table": "x", "rows": {"a": 1}}),
            vec!["rows must be a list"],
        ),
        (
            json!({"table": "x", "rows": [1]}),
            vec!["rows must be a list of objects"],
        ),
        (
            json!({"table": "x", "rows": [{}]}),
            vec!["Tables must have at least one column"],
        ),
        (
            json!({"table": "x", "rows": [{"a": 1}], "row": {"a": 1}}),
            vec!["Cannot specify both rows and row"],
        ),
        (
            json!({"table": "x", "rows": [{"a": 1}], "columns": column}),
            vec!["Cannot specify columns with rows or row"],
        ),
        (
            json!({"table": "x", "columns": [{"name": ""}, {"name": "b", "type": "q"}]}),
            vec!["Column name is required", "Unsupported column type: q"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a"}, {"name": "a"}, {"name": "b"}, {"name": "b"}]}),
            vec!["Duplicate column name: a, b"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a"}, {"name": "A"}]}),
            vec!["duplicate column name: A"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "foo": 1}]}),
            vec!["columns.0.foo: Extra inputs are not permitted"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "not_null": "maybe", "fk_table": 5}]}),
            vec![
                "columns.0.fk_table: Input should be a valid string",
                "columns.0.not_null: Input should be a valid boolean, unable to interpret input",
            ],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "default": 1, "default_expr": "current_date"}]}),
            vec!["columns.0: Value error, default and default_expr cannot both be provided"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "fk_column": "id"}]}),
            vec!["columns.0: fk_column requires fk_table"],
        ),
        (
            json!({"table": "x", "columns": column, "zz": 1, "aa": 2}),
            vec!["Invalid keys: aa, zz"],
        ),
        (
            json!({"table": "x", "columns": column, "pk": 1}),
            vec!["pk must be a string"],
        ),
        (
            json!({"table": "x", "columns": column, "pk": "a", "pks": ["a"]}),
            vec!["Cannot specify both pk and pks"],
        ),
        (
            json!({"table": "x", "columns": column, "pks": "a"}),
            vec!["pks must be a list"],
        ),
        (
            json!({"table": "x", "rows": [{"a": 1}], "pk": "a", "ignore": true, "replace": true}),
            vec!["ignore and replace are mutually exclusive"],
        ),
        (
            json!({"table": "x", "columns": column, "ignore": false}),
            vec!["ignore and replace require row or rows"],
        ),
        (
            json!({"table": "x", "rows": [{"a": 1}], "ignore": true}),
            vec!["ignore and replace require pk or pks"],
        ),
        (
            json!({"table": "docs", "columns": column}),
            vec!["table \"docs\" already exists"],
        ),
        (
            json!({"table": "DOCS", "columns": column}),
            vec!["table \"DOCS\" already exists"],
        ),
        (
            json!({"table": "v1", "columns": column}),
            vec!["Structured writes require an ordinary table"],
        ),
        (
            json!({"table": "v1", "rows": [{"a": 1}]}),
            vec!["Structured writes require an ordinary table"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "o", "type": "integer", "fk_table": "nope"}]}),
            vec!["Could not detect single primary key for table 'nope'"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "o", "type": "integer", "fk_table": "owners", "fk_column": "zz"}]}),
            vec!["No such column: owners.zz"],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "default": {"x": 1}}]}),
            vec!["Error binding parameter 1: type 'dict' is not supported"],
        ),
        // Datasette has none of these: a value that the column could not hold, names that no database has.
        (
            json!({"table": "x", "columns": [{"name": "a", "type": "integer", "default": "abc"}]}),
            vec!["Column 'a' is bigint: 'abc' is not a whole number."],
        ),
        (
            json!({"table": "x", "columns": [{"name": "a", "type": "integer", "default_expr": "current_date"}]}),
            vec!["Column 'a' is bigint and cannot have this default; choose one of its type."],
        ),
        (
            json!({"table": "x", "columns": column, "pks": ["a", "c"]}),
            vec!["no such column: c"],
        ),
        (
            json!({"table": "upsertd_x", "columns": column}),
            vec![
                "A table cannot be called 'upsertd_x': names that begin with 'sqlite_', 'upsertd_' or '#' are kept for \
                 other uses; choose another.",
            ],
        ),
    ] {
        assert_eq!(
            refusal(&server, "/data/-/create", &body, 400).await,
            errors,
            "{body}"
        );
    }
    let long = "n".repeat(129);
    let body = json!({"table": "x", "columns": [{"name": long}]});
    let errors = refusal(&server, "/data/-/create", &body, 400).await;
    assert!(
        errors[0].ends_with("a name has at most 128 characters."),
        "{errors:?}"
    );
    assert_eq!(server.get("/data/x.json").await.status, 404);
}

#[tokio::test]
async fn names_and_defaults_are_taken_by_the_letter() {
    let server = serve(|_| ()).await;
    let (table, column) = ("q\"]; DROP TABLE docs; --", "we\"] '(ird");
    let default = "'); DROP TABLE docs; -- \\\n?1 %s";
    let body = json!({"table": table, "columns": [
        {"name": column, "default": default}, {"name": "n", "type": "integer"}]});
    let made = create(&server, body).await;
    assert!(
        made["table_url"]
            .as_str()
            .unwrap()
            .ends_with("/data/q~22~5D~3B+DROP+TABLE+docs~3B+--")
    );
    let path = format!("/data/{}", "q~22~5D~3B+DROP+TABLE+docs~3B+--");
    let inserted = post(
        &server,
        &format!("{path}/-/insert"),
        &json!({"row": {"n": 1}}),
    )
    .await;
    assert_eq!(inserted.json()["rows"][0][column], default);
    let renamed =
        json!({"operations": [{"op": "rename_column", "args": {"name": column, "to": "x\"; --"}}]});
    assert_eq!(
        post(&server, &format!("{path}/-/alter"), &renamed)
            .await
            .status,
        200
    );
    let told = server.get(&format!("{path}.json?_shape=array")).await;
    assert_eq!(told.json()[0]["x\"; --"], default);
    assert_eq!(rows(&server, "docs").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn making_tables_is_a_right_of_its_own() {
    let server = serve(|all| all.create = false).await;
    let body = json!({"table": "x", "columns": [{"name": "a"}]});
    let refused = refusal(&server, "/data/-/create", &body, 403).await;
    assert_eq!(refused, ["Permission denied"]);
    let nobody = server
        .http
        .post(format!("{}/data/-/create", server.base))
        .json(&body);
    assert_eq!(Answer::of(nobody.send().await.unwrap()).await.status, 403);
    let errors = refusal(&server, "/nope/-/create", &body, 404).await;
    assert_eq!(errors, ["Database not found"]);

    let server = serve(|all| all.actions.add = false).await;
    let body = json!({"table": "x", "row": {"a": 1}});
    let refused = refusal(&server, "/data/-/create", &body, 403).await;
    assert_eq!(refused, ["Permission denied: need insert-row"]);

    let server = serve(|all| all.actions.edit = false).await;
    let body = json!({"table": "x", "row": {"a": 1}, "pk": "a", "replace": true});
    let refused = refusal(&server, "/data/-/create", &body, 403).await;
    assert_eq!(refused, ["Permission denied: need update-row"]);

    let server = serve(|all| all.actions.alter = false).await;
    let body = json!({"table": "docs", "row": {"a": 1}, "alter": true});
    let refused = refusal(&server, "/data/-/create", &body, 403).await;
    assert_eq!(refused, ["Permission denied: need alter-table"]);
    let body = json!({"operations": [{"op": "drop_column", "args": {"name": "title"}}]});
    let refused = refusal(&server, "/data/docs/-/alter", &body, 403).await;
    assert_eq!(refused, ["Permission denied: need alter-table"]);
    let body = json!({"row": {"zz": 1}, "alter": true});
    let refused = refusal(&server, "/data/docs/-/insert", &body, 403).await;
    assert_eq!(refused, ["Permission denied for alter-table"]);

    let server = serve(|all| all.actions.drop = false).await;
    let refused = refusal(&server, "/data/docs/-/drop", &json!({"confirm": true}), 403).await;
    assert_eq!(refused, ["Permission denied"]);
}

#[tokio::test]
async fn of_creates_at_once_one_makes_the_table_and_all_put_their_rows_in() {
    let server = serve(|_| ()).await;
    for round in 0..4 {
        let table = format!("race{round}");
        let bodies: Vec<_> = (0..8)
            .map(|id| json!({"table": table, "pk": "id", "row": {"id": id, "title": "x"}}))
            .collect();
        let all = bodies
            .iter()
            .map(|body| post(&server, "/data/-/create", body));
        for answer in futures_util::future::join_all(all).await {
            assert_eq!(answer.status, 201, "{}", answer.text);
        }
        assert_eq!(rows(&server, &table).await.as_array().unwrap().len(), 8);
    }
    let columns = json!({"table": "bare", "columns": [{"name": "id", "type": "integer"}]});
    let all = (0..8).map(|_| post(&server, "/data/-/create", &columns));
    let mut made = 0;
    for answer in futures_util::future::join_all(all).await {
        if answer.status == 201 {
            made += 1;
        } else {
            assert_eq!(answer.status, 400, "{}", answer.text);
            assert_eq!(
                answer.json()["errors"],
                json!(["table \"bare\" already exists"])
            );
        }
    }
    assert_eq!(made, 1);
}
