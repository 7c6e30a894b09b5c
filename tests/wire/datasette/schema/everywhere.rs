//! What tables come to be, on whichever engine the tests run on: told by what they hold afterwards, not by the definition,
//! whose words are the database's.

use serde_json::json;

use super::{alter, create, every_action, post, refusal, rows};
use crate::support::{Database, Server, Sql};
use upsertd::catalog::AllTables;

const TABLES: Sql<'static> = Sql {
    sqlite: "
    CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, score REAL);
    INSERT INTO docs VALUES (1, 'a', 1.5), (2, 'b', 2);
    CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO owners VALUES (1, 'ann');",
    mssql: "
    CREATE TABLE docs (id bigint IDENTITY PRIMARY KEY, title nvarchar(100), score float);
    INSERT INTO docs (title, score) VALUES ('a', 1.5), ('b', 2);
    CREATE TABLE owners (id bigint IDENTITY PRIMARY KEY, name nvarchar(100));
    INSERT INTO owners (name) VALUES ('ann');",
};

async fn serve() -> Server {
    let database = Database::create().await;
    Server::tables_on(database, TABLES, &[], |config| {
        config.datasette.database = Some("data".to_owned());
        config.serving.all_tables = Some(AllTables {
            actions: every_action(),
            passwords: Vec::new(),
            caller_keys: true,
            create: true,
        });
    })
    .await
}

#[tokio::test]
async fn a_table_of_columns_has_their_types_defaults_and_references() {
    let server = serve().await;
    let columns = json!([
        {"name": "id", "type": "integer"},
        {"name": "title", "type": "text"},
        {"name": "n", "type": "integer", "default": 5},
        {"name": "f", "type": "float", "default": 1.5},
        {"name": "b", "type": "blob"},
        {"name": "s", "type": "text", "not_null": true, "default": "it's; -- drop"},
        {"name": "owner", "type": "integer", "fk_table": "owners"},
        {"name": "at", "type": "text", "default_expr": "current_timestamp"},
        {"name": "day", "type": "text", "default_expr": "current_date"},
        {"name": "clock", "type": "text", "default_expr": "current_time"},
        {"name": "seconds", "type": "integer", "default_expr": "current_unixtime"},
        {"name": "millis", "type": "integer", "default_expr": "current_unixtime_ms"},
    ]);
    create(
        &server,
        json!({"table": "t1", "columns": columns, "pk": "id"}),
    )
    .await;
    let answer = post(
        &server,
        "/data/t1/-/insert",
        &json!({"row": {"title": "x"}}),
    )
    .await;
    let row = answer.json()["rows"][0].clone();
    let plain = [&row["id"], &row["title"], &row["n"], &row["f"], &row["b"]];
    let expected = [&json!(1), &json!("x"), &json!(5), &json!(1.5), &json!(null)];
    assert_eq!(plain, expected, "{answer:?}");
    assert_eq!(row["s"], "it's; -- drop");
    let text = |column: &str| row[column].as_str().unwrap().to_owned();
    assert_eq!(text("at"), format!("{} {}", text("day"), text("clock")));
    assert_eq!((text("day").len(), text("clock").len()), (10, 8));
    assert_eq!(text("clock").matches(':').count(), 2);
    let (seconds, millis) = (row["seconds"].as_i64(), row["millis"].as_i64());
    assert_eq!(millis.map(|millis| millis / 1000), seconds);

    let body = json!({"row": {"owner": 77}});
    let errors = refusal(&server, "/data/t1/-/insert", &body, 400).await;
    assert_eq!(errors, ["FOREIGN KEY constraint failed"]);
    let body = json!({"row": {"s": null}});
    let errors = refusal(&server, "/data/t1/-/insert", &body, 400).await;
    assert_eq!(errors, ["NOT NULL constraint failed: t1.s"]);
    // What is referred to stays.
    post(&server, "/data/t1/-/insert", &json!({"row": {"owner": 1}})).await;
    let confirm = json!({"confirm": true});
    refusal(&server, "/data/owners/-/drop", &confirm, 400).await;
    for table in ["t1", "owners"] {
        let dropped = post(&server, &format!("/data/{table}/-/drop"), &confirm).await;
        assert_eq!((dropped.status, dropped.json()), (200, json!({"ok": true})));
        assert_eq!(server.get(&format!("/data/{table}.json")).await.status, 404);
    }
}

#[tokio::test]
async fn a_table_of_rows_holds_them_or_is_not_made() {
    let server = serve().await;
    let sent = json!({"table": "r1", "pk": "id", "rows": [
        {"id": 1, "title": "a", "f": 1.5, "o": {"x": 1}, "t": true, "n": null},
        {"id": 2, "title": "b", "f": 2, "extra": {"$base64": true, "encoded": "AAEC"}},
    ]});
    assert_eq!(create(&server, sent).await["row_count"], 2);
    assert_eq!(
        rows(&server, "r1").await,
        json!([
            {"id": 1, "title": "a", "f": 1.5, "o": "{\"x\": 1}", "t": 1, "n": null, "extra": null},
            {"id": 2, "title": "b", "f": 2.0, "o": null, "t": null, "n": null,
             "extra": {"$base64": true, "encoded": "AAEC"}},
        ])
    );
    let compound = json!({"table": "r2", "pks": ["a", "b"], "row": {"a": "x", "b": "y", "n": 1}});
    create(&server, compound.clone()).await;
    let errors = refusal(&server, "/data/-/create", &compound, 400).await;
    assert_eq!(errors, ["UNIQUE constraint failed: r2.a, r2.b"]);
    create(&server, json!({"table": "r3", "pk": "id", "row": {"b": 2}})).await;
    assert_eq!(rows(&server, "r3").await, json!([{"id": 1, "b": 2}]));

    let body = json!({"table": "gone", "pk": "a", "rows": [{"a": "x"}, {"a": "X"}]});
    let errors = refusal(&server, "/data/-/create", &body, 400).await;
    assert_eq!(errors, ["UNIQUE constraint failed: gone.a"]);
    assert_eq!(server.get("/data/gone.json").await.status, 404);
}

#[tokio::test]
async fn columns_are_added_renamed_dropped_and_the_table_renamed() {
    let server = serve().await;
    let odd = if server.database.is_babelfish() {
        // It reads no name with a bracket that closes.
        "it's \"a\" name"
    } else {
        "it's [a] \"name\""
    };
    alter(
        &server,
        "docs",
        json!([
            {"op": "rename_table", "args": {"to": "papers"}},
            {"op": "add_column", "args": {"name": "c1", "type": "integer", "not_null": true, "default": 7}},
            {"op": "add_column", "args": {"name": "c2", "type": "float"}},
            {"op": "rename_column", "args": {"name": "title", "to": odd}},
            {"op": "drop_column", "args": {"name": "score"}},
        ]),
    )
    .await;
    assert_eq!(server.get("/data/docs.json").await.status, 404);
    assert_eq!(
        rows(&server, "papers").await,
        json!([
            {"id": 1, odd: "a", "c1": 7, "c2": null},
            {"id": 2, odd: "b", "c1": 7, "c2": null},
        ])
    );
    for (operation, error) in [
        (
            json!({"op": "rename_table", "args": {"to": "Owners"}}),
            "there is already another table or index with this name: Owners",
        ),
        (
            json!({"op": "add_column", "args": {"name": "C1"}}),
            "duplicate column name: C1",
        ),
    ] {
        let body = json!({"operations": [operation]});
        let errors = refusal(&server, "/data/papers/-/alter", &body, 400).await;
        assert_eq!(errors, [error]);
    }
}

#[tokio::test]
async fn a_column_of_another_type_holds_the_same_values_or_is_left_alone() {
    let server = serve().await;
    let sent = json!({"table": "t", "pk": "id", "rows": [
        {"id": 1, "a": "5", "b": 2.0, "c": 7}, {"id": 2, "a": null, "b": 3.5, "c": null}]});
    create(&server, sent).await;
    let to =
        |name: &str, ty: &str| json!({"op": "alter_column", "args": {"name": name, "type": ty}});
    alter(&server, "t", json!([to("a", "integer"), to("c", "text")])).await;
    let there =
        json!([{"id": 1, "a": 5, "b": 2.0, "c": "7"}, {"id": 2, "a": null, "b": 3.5, "c": null}]);
    assert_eq!(rows(&server, "t").await, there);
    let body =
        json!({"operations": [{"op": "add_column", "args": {"name": "d"}}, to("b", "integer")]});
    let errors = refusal(&server, "/data/t/-/alter", &body, 400).await;
    assert_eq!(
        errors,
        ["The column holds values that are none of the new type; nothing was changed."]
    );
    assert_eq!(rows(&server, "t").await, there);
    if server.database.is_babelfish() {
        // It knows neither NULL and NOT NULL in ALTER COLUMN nor defaults that are dropped.
        return;
    }
    let not_null = |name: &str| {
        let column =
            json!({"op": "alter_column", "args": {"name": name, "not_null": true, "default": 1}});
        json!({"operations": [column]})
    };
    let errors = refusal(&server, "/data/t/-/alter", &not_null("a"), 400).await;
    assert!(
        errors[0].starts_with("NOT NULL constraint failed: "),
        "{errors:?}"
    );
    let altered = post(&server, "/data/t/-/alter", &not_null("b")).await;
    assert_eq!(altered.status, 200, "{altered:?}");
    let inserted = post(&server, "/data/t/-/insert", &json!({"row": {"id": 3}})).await;
    assert_eq!(inserted.json()["rows"][0]["b"], 1.0, "{inserted:?}");
    alter(
        &server,
        "t",
        json!([{"op": "drop_column", "args": {"name": "b"}}]),
    )
    .await;
}

#[tokio::test]
async fn rows_bring_columns_with_them_where_that_is_asked() {
    let server = serve().await;
    let body = json!({"rows": [{"id": 1, "n": 3}, {"id": 9, "f": 0.5, "s": "x"}], "alter": true, "return": true});
    let answer = post(&server, "/data/docs/-/upsert", &body).await;
    assert_eq!(
        answer.json()["rows"],
        json!([
            {"id": 1, "title": "a", "score": 1.5, "n": 3, "f": null, "s": null},
            {"id": 9, "title": null, "score": null, "n": null, "f": 0.5, "s": "x"},
        ]),
        "{answer:?}"
    );
    let body = json!({"update": {"later": "y"}, "alter": true, "return": true});
    let answer = post(&server, "/data/docs/2/-/update", &body).await;
    assert_eq!(answer.json()["rows"][0]["later"], "y", "{answer:?}");
}
