//! `/-/alter`, `/-/drop` and `"alter": true`.

use serde_json::json;
use upsertd::{
    catalog::Declaration,
    domain::{Name, dataset::DatasetDeclaration, entity_keys::KeyDeclaration},
};

use super::{alter, create, every_action, post, refusal, rows, serve, serve_config};

#[tokio::test]
async fn columns_are_added_renamed_and_dropped() {
    let server = serve(|_| ()).await;
    let altered = alter(
        &server,
        "docs",
        json!([
            {"op": "add_column", "args": {"name": "c1", "type": "integer", "not_null": true, "default": 7}},
            {"op": "add_column", "args": {"name": "c2", "default": "it's"}},
            {"op": "add_column", "args": {"name": "c3", "type": "text", "default_expr": "current_date"}},
            {"op": "add_column", "args": {"name": "c4", "type": "integer", "not_null": true,
                                          "default_expr": "current_unixtime"}},
            {"op": "rename_column", "args": {"name": "title", "to": "name"}},
            {"op": "drop_column", "args": {"name": "score"}},
        ]),
    )
    .await;
    let before = "CREATE TABLE \"docs\" (\n   \"id\" INTEGER PRIMARY KEY,\n   \"title\" TEXT,\n   \"score\" REAL\n)";
    let after = "CREATE TABLE \"docs\" (\n   \"id\" INTEGER PRIMARY KEY,\n   \"name\" TEXT,\n   \
                 \"c1\" INTEGER NOT NULL DEFAULT 7,\n   \"c2\" TEXT DEFAULT 'it''s',\n   \
                 \"c3\" TEXT DEFAULT CURRENT_DATE,\n   \
                 \"c4\" INTEGER NOT NULL DEFAULT ((CAST(strftime('%s', 'now') AS INTEGER)))\n)";
    let base = &server.base;
    assert_eq!(
        altered,
        json!({
            "ok": true, "database": "data", "table": "docs", "table_url": format!("{base}/data/docs"),
            "table_api_url": format!("{base}/data/docs.json"), "altered": true, "schema": after,
            "before_schema": before, "operations_applied": 6,
        })
    );
    // Rows that were there have the default only where they must have a value.
    let there = rows(&server, "docs").await;
    let first = &there[0];
    assert_eq!((&first["name"], &first["c1"]), (&json!("a"), &json!(7)));
    assert_eq!((&first["c2"], &first["c3"]), (&json!(null), &json!(null)));
    assert!(first["c4"].as_i64().unwrap() > 1_700_000_000);
    let inserted = post(
        &server,
        "/data/docs/-/insert",
        &json!({"row": {"name": "x"}}),
    )
    .await;
    let row = &inserted.json()["rows"][0];
    assert_eq!(row["c2"], "it's");
    assert_eq!(row["c3"].as_str().unwrap().len(), 10);
}

#[tokio::test]
async fn a_column_comes_to_hold_something_else() {
    let server = serve(|_| ()).await;
    create(&server, json!({"table": "t", "pk": "id", "rows": [{"id": 1, "a": "5", "b": 2.0}, {"id": 2, "a": null, "b": 3.5}]}))
        .await;
    let altered = alter(
        &server,
        "t",
        json!([{"op": "alter_column", "args": {"name": "a", "type": "integer", "default": 3}}]),
    )
    .await;
    assert_eq!(
        altered["schema"],
        "CREATE TABLE \"t\" (\n   \"id\" INTEGER PRIMARY KEY,\n   \"a\" INTEGER DEFAULT 3,\n   \"b\" REAL\n)"
    );
    assert_eq!(rows(&server, "t").await[0]["a"], json!(5));
    // Datasette leaves in a column what is none of its type.
    let lossy =
        json!({"operations": [{"op": "alter_column", "args": {"name": "b", "type": "integer"}}]});
    let errors = refusal(&server, "/data/t/-/alter", &lossy, 400).await;
    assert_eq!(
        errors,
        ["The column holds values that are none of the new type; nothing was changed."]
    );
    let not_null =
        json!({"operations": [{"op": "alter_column", "args": {"name": "a", "not_null": true}}]});
    let errors = refusal(&server, "/data/t/-/alter", &not_null, 400).await;
    assert!(
        errors[0].starts_with("NOT NULL constraint failed: "),
        "{errors:?}"
    );
    assert_eq!(
        rows(&server, "t").await[1],
        json!({"id": 2, "a": null, "b": 3.5})
    );
    let unchanged = alter(
        &server,
        "t",
        json!([{"op": "alter_column", "args": {"name": "a", "type": null}}]),
    )
    .await;
    assert_eq!(unchanged["altered"], json!(false));
    let gone = alter(
        &server,
        "t",
        json!([{"op": "alter_column", "args": {"name": "a", "default": null}}]),
    )
    .await;
    assert!(
        gone["schema"]
            .as_str()
            .unwrap()
            .contains("\"a\" INTEGER,\n"),
        "{gone}"
    );
}

#[tokio::test]
async fn a_table_gets_another_name() {
    let server = serve(|_| ()).await;
    let renamed = alter(
        &server,
        "docs",
        json!([{"op": "rename_table", "args": {"to": "papers"}}]),
    )
    .await;
    assert_eq!(
        (&renamed["table"], &renamed["altered"]),
        (&json!("papers"), &json!(true))
    );
    assert_eq!(rows(&server, "papers").await.as_array().unwrap().len(), 2);
    assert_eq!(server.get("/data/docs.json").await.status, 404);
    let same = alter(
        &server,
        "papers",
        json!([{"op": "rename_table", "args": {"to": "papers"}}]),
    )
    .await;
    assert_eq!(same["altered"], json!(false));
    let taken = json!({"operations": [{"op": "rename_table", "args": {"to": "Owners"}}]});
    let errors = refusal(&server, "/data/papers/-/alter", &taken, 400).await;
    assert_eq!(
        errors,
        ["there is already another table or index with this name: Owners"]
    );
}

#[tokio::test]
async fn one_operation_that_is_wrong_undoes_the_others() {
    let server = serve(|_| ()).await;
    server
        .execute("CREATE INDEX by_score ON docs (score)")
        .await;
    let body = json!({"operations": [
        {"op": "add_column", "args": {"name": "c"}},
        {"op": "drop_column", "args": {"name": "score"}},
    ]});
    let errors = refusal(&server, "/data/docs/-/alter", &body, 400).await;
    assert!(
        errors[0].contains("needs what was to be changed or dropped"),
        "{errors:?}"
    );
    assert_eq!(
        rows(&server, "docs").await[0],
        json!({"id": 1, "title": "a", "score": 1.5})
    );
}

#[tokio::test]
#[allow(clippy::too_many_lines)] // a table
async fn what_is_wrong_with_an_alter_is_told_in_the_contract_s_words() {
    let server = serve(|_| ()).await;
    let tags = "'add_column', 'rename_column', 'rename_table', 'alter_column', 'drop_column', 'set_primary_key', \
                'reorder_columns', 'add_foreign_key', 'drop_foreign_key', 'set_foreign_keys'";
    let expressions = "'current_timestamp', 'current_date', 'current_time', 'current_unixtime' or 'current_unixtime_ms'";
    let place = "operations.0.add_column.args";
    for (body, errors) in [
        (json!([]), vec!["JSON must be a dictionary".to_owned()]),
        (json!({}), vec!["operations: Field required".to_owned()]),
        (json!({"operations": 5}), vec!["operations: Input should be a valid list".to_owned()]),
        (
            json!({"operations": []}),
            vec!["operations: List should have at least 1 item after validation, not 0".to_owned()],
        ),
        (
            json!({"operations": [5]}),
            vec!["operations.0: Input should be a valid dictionary or object to extract fields from".to_owned()],
        ),
        (
            json!({"operations": [{}]}),
            vec!["operations.0: Unable to extract tag using discriminator 'op'".to_owned()],
        ),
        (
            json!({"operations": [{"op": "foo"}]}),
            vec![format!(
                "operations.0: Input tag 'foo' found using 'op' does not match any of the expected tags: {tags}"
            )],
        ),
        (json!({"operations": [{"op": "add_column"}]}), vec![format!("{place}: Field required")]),
        (
            json!({"operations": [{"op": "add_column", "args": 5}]}),
            vec![format!("{place}: Input should be a valid dictionary or instance of AddColumnArgs")],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": 5, "type": "date", "zz": 1}}]}),
            vec![
                format!("{place}.name: Input should be a valid string"),
                format!("{place}.type: Input should be 'text', 'integer', 'float' or 'blob'"),
                format!("{place}.zz: Extra inputs are not permitted"),
            ],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": "x"}, "zz": 1}], "yy": 2}),
            vec![
                "operations.0.add_column.zz: Extra inputs are not permitted".to_owned(),
                "yy: Extra inputs are not permitted".to_owned(),
            ],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": "x", "default_expr": "nope"}}]}),
            vec![format!("{place}.default_expr: Input should be {expressions}")],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": "x", "default_expr": null}}]}),
            vec![format!("{place}: Value error, default_expr cannot be null")],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": "x", "not_null": true}}]}),
            vec!["add_column args.default or args.default_expr is required when not_null is true".to_owned()],
        ),
        (
            json!({"operations": [{"op": "add_column", "args": {"name": "TITLE"}}]}),
            vec!["duplicate column name: TITLE".to_owned()],
        ),
        (
            json!({"operations": [{"op": "alter_column", "args": {"name": "title"}}]}),
            vec![
                "operations.0.alter_column.args: Value error, At least one of type, not_null, default or default_expr \
                 must be provided"
                    .to_owned(),
            ],
        ),
        (
            json!({"operations": [{"op": "rename_table", "args": {"to": "sqlite_x"}}]}),
            vec!["operations.0.rename_table.args.to: Invalid table name".to_owned()],
        ),
        // Datasette passes over columns that are not there, and over keys that are dropped.
        (
            json!({"operations": [{"op": "drop_column", "args": {"name": "nope"}}]}),
            vec!["no such column: nope".to_owned()],
        ),
        (
            json!({"operations": [{"op": "drop_column", "args": {"name": "id"}}]}),
            vec!["Column 'id' is in the primary key and stays as it is.".to_owned()],
        ),
        // Not done here.
        (
            json!({"operations": [{"op": "set_primary_key", "args": {"columns": ["title"]}}]}),
            vec![
                "operations.0: set_primary_key is not done by this service; make a new table, or ask the owner of the \
                 database"
                    .to_owned(),
            ],
        ),
    ] {
        assert_eq!(refusal(&server, "/data/docs/-/alter", &body, 400).await, errors, "{body}");
    }
    let any = json!({"operations": []});
    let errors = refusal(&server, "/data/v1/-/alter", &any, 404).await;
    assert_eq!(errors, ["Table not found: v1"]);
    assert_eq!(
        refusal(&server, "/data/nope/-/alter", &any, 404).await,
        ["Table not found"]
    );
    assert_eq!(
        rows(&server, "docs").await[0],
        json!({"id": 1, "title": "a", "score": 1.5})
    );
}

#[tokio::test]
async fn protected_columns_stay_what_and_where_they_are() {
    let server = serve(|_| ()).await;
    for operation in [
        json!({"op": "drop_column", "args": {"name": "secret"}}),
        json!({"op": "rename_column", "args": {"name": "secret", "to": "open"}}),
        json!({"op": "alter_column", "args": {"name": "secret", "type": "integer"}}),
    ] {
        let body = json!({"operations": [operation]});
        let errors = refusal(&server, "/data/owners/-/alter", &body, 400).await;
        assert_eq!(
            errors,
            [
                "Column 'secret' is protected or named by the configuration; it is not renamed, altered or dropped here."
            ]
        );
    }
    // A default or a reference would tell of it.
    let to_secret = json!({"table": "x", "columns": [{"name": "o", "fk_table": "owners", "fk_column": "secret"}]});
    let errors = refusal(&server, "/data/-/create", &to_secret, 400).await;
    assert_eq!(errors, ["No such column: owners.secret"]);
}

#[tokio::test]
async fn what_the_configuration_names_keeps_its_name() {
    let server = serve_config(|config| {
        config.serving.declared = vec![Declaration {
            name: Name::parse("papers").unwrap(),
            display: None,
            table: Some("docs".to_owned()),
            actions: every_action(),
            passwords: Vec::new(),
            read_only: vec!["score".to_owned()],
            dataset: DatasetDeclaration::default(),
            journal: None,
            keys: KeyDeclaration::default(),
        }];
    })
    .await;
    let body = json!({"operations": [{"op": "rename_table", "args": {"to": "other"}}]});
    let errors = refusal(&server, "/data/papers/-/alter", &body, 400).await;
    assert_eq!(
        errors,
        ["The configuration declares 'docs'; its table is not made or renamed here."]
    );
    let body = json!({"operations": [{"op": "drop_column", "args": {"name": "score"}}]});
    refusal(&server, "/data/papers/-/alter", &body, 400).await;
    let dropped = post(&server, "/data/papers/-/drop", &json!({"confirm": true})).await;
    assert_eq!(dropped.status, 200, "{dropped:?}");
    // What would be made under the declared names would be served under their rights.
    for name in ["papers", "Docs"] {
        let body = json!({"table": name, "columns": [{"name": "a"}]});
        let errors = refusal(&server, "/data/-/create", &body, 400).await;
        assert!(
            errors[0].starts_with("The configuration declares "),
            "{errors:?}"
        );
    }
}

#[tokio::test]
async fn a_table_is_dropped_once_that_is_confirmed() {
    let server = serve(|_| ()).await;
    let asked = json!({"ok": true, "database": "data", "table": "docs", "row_count": 2,
                       "message": "Pass \"confirm\": true to confirm"});
    for body in [
        json!({}),
        json!({"confirm": false}),
        json!({"confirm": ""}),
        json!([]),
    ] {
        let answer = post(&server, "/data/docs/-/drop", &body).await;
        assert_eq!(
            (answer.status, answer.json()),
            (200, asked.clone()),
            "{body}"
        );
    }
    let broken = server.post_raw("/data/docs/-/drop", "no json").await;
    assert_eq!(broken.json(), asked);
    let dropped = post(&server, "/data/docs/-/drop", &json!({"confirm": true})).await;
    assert_eq!((dropped.status, dropped.json()), (200, json!({"ok": true})));
    let again = refusal(&server, "/data/docs/-/drop", &json!({"confirm": true}), 404).await;
    assert_eq!(again, ["Table not found"]);
    let view = refusal(&server, "/data/v1/-/drop", &json!({"confirm": true}), 404).await;
    assert_eq!(view, ["Table not found: v1"]);
}

#[tokio::test]
async fn rows_that_refer_to_a_table_keep_it() {
    let server = serve(|_| ()).await;
    server
        .execute(
            "CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owners ON DELETE CASCADE);
             INSERT INTO owners VALUES (1, 'o', ''); INSERT INTO pets VALUES (1, 1);",
        )
        .await;
    refusal(
        &server,
        "/data/owners/-/drop",
        &json!({"confirm": true}),
        400,
    )
    .await;
    // Nor does a table that is written anew take along what refers to it.
    alter(
        &server,
        "owners",
        json!([{"op": "alter_column", "args": {"name": "name", "default": "x"}}]),
    )
    .await;
    let session = server.session().await;
    drop(session);
    assert_eq!(
        server
            .get("/data/owners.json?_shape=array")
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let orphan = json!({"row": {"id": 2, "owner": 9}});
    server.execute("SELECT 1").await;
    create(
        &server,
        json!({"table": "seen", "columns": [{"name": "a"}]}),
    )
    .await;
    assert_eq!(rows(&server, "pets").await, json!([{"id": 1, "owner": 1}]));
    let errors = refusal(&server, "/data/pets/-/insert", &orphan, 400).await;
    assert_eq!(errors, ["FOREIGN KEY constraint failed"]);
}

#[tokio::test]
async fn columns_that_rows_name_are_added() {
    let server = serve(|_| ()).await;
    let row = json!({"row": {"title": "x", "new1": "a", "new2": 5}});
    let errors = refusal(&server, "/data/docs/-/insert", &row, 400).await;
    assert_eq!(errors, ["Row 0 has invalid columns: new1, new2"]);
    let mut with = row.clone();
    with["alter"] = json!(true);
    let inserted = post(&server, "/data/docs/-/insert", &with).await;
    assert_eq!(inserted.status, 201, "{inserted:?}");
    assert_eq!(
        inserted.json()["rows"],
        json!([{"id": 3, "title": "x", "score": null, "new1": "a", "new2": 5}])
    );
    let upsert = json!({"alter": true, "return": true, "rows": [
        {"id": 1, "new3": 1.5, "new4": {"a": 1}}, {"id": 2, "new5": null, "new6": true}]});
    let upserted = post(&server, "/data/docs/-/upsert", &upsert).await;
    assert_eq!(
        upserted.json()["rows"],
        json!([
            {"id": 1, "title": "a", "score": 1.5, "new1": null, "new2": null, "new3": 1.5, "new4": "{\"a\": 1}",
             "new5": null, "new6": null},
            {"id": 2, "title": "b", "score": 2.0, "new1": null, "new2": null, "new3": null, "new4": null,
             "new5": null, "new6": 1},
        ])
    );
    let update = json!({"update": {"new7": {"$base64": true, "encoded": "AAEC"}}, "alter": true, "return": true});
    let updated = post(&server, "/data/docs/1/-/update", &update).await;
    assert_eq!(
        updated.json()["rows"][0]["new7"],
        json!({"$base64": true, "encoded": "AAEC"})
    );
    // A row that is not there adds nothing.
    let update = json!({"update": {"new8": 1}, "alter": true});
    refusal(&server, "/data/docs/99/-/update", &update, 404).await;
    assert_eq!(rows(&server, "docs").await[0].get("new8"), None);
    let other_case = json!({"row": {"TITLE": "x"}, "alter": true});
    let errors = refusal(&server, "/data/docs/-/insert", &other_case, 400).await;
    assert_eq!(errors, ["duplicate column name: TITLE"]);
}

#[tokio::test]
async fn many_callers_may_add_the_same_column() {
    let server = serve(|_| ()).await;
    let all = (0..8).map(|n| {
        let server = &server;
        async move {
            let body =
                json!({"alter": true, "row": {"title": "t", "shared": n, format!("own{n}"): n}});
            post(server, "/data/docs/-/insert", &body).await
        }
    });
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let there = rows(&server, "docs").await;
    assert_eq!(there.as_array().unwrap().len(), 10);
    assert_eq!(there[0].as_object().unwrap().len(), 3 + 1 + 8);
}

#[tokio::test]
async fn a_write_whose_path_ends_in_a_slash_is_none() {
    let server = serve(|_| ()).await;
    let before = rows(&server, "docs").await;
    for (path, body) in [
        (
            "docs/-/upsert/",
            json!({"rows": [{"id": 1, "title": "changed"}]}),
        ),
        ("docs/-/insert/", json!({"row": {"id": 9, "title": "new"}})),
        (
            "docs/-/alter/",
            json!({"operations": [{"op": "add_column", "args": {"name": "c"}}]}),
        ),
        ("docs/-/drop/", json!({"confirm": true})),
        ("docs/1/-/update/", json!({"update": {"title": "changed"}})),
        ("docs/1/-/delete/", json!({})),
        ("-/create/", json!({"table": "docs", "row": {"id": 9}})),
    ] {
        let errors = refusal(&server, &format!("/data/{path}"), &body, 405).await;
        assert_eq!(errors, ["Method not allowed"], "{path}");
    }
    assert_eq!(rows(&server, "docs").await, before);
}
