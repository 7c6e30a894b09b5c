//! What only a SQL Server has: schemas, names of any kind, code pages, keys that it makes, triggers that
//! return rows, a server that goes away.

use serde_json::{Value, json};
use tokio::time::{Duration, sleep, timeout};

use upsertd::config::DatabaseUrl;

use crate::support::{Database, Server, all, print_left_out, rule, tuple};

fn inserted(id: impl Into<Value>) -> Value {
    json!({"GeneratedId": id.into(), "Message": "Success"})
}

fn updated(rows: u32) -> Value {
    json!({"TotalAffected": rows, "TotalFailed": 0, "Message": null})
}

#[tokio::test]
async fn a_table_of_another_schema_is_another_table() {
    let sql = "CREATE TABLE stock (id int IDENTITY PRIMARY KEY, name nvarchar(20));
GO
CREATE SCHEMA sales;
GO
CREATE TABLE sales.stock (id int IDENTITY(100, 1) PRIMARY KEY, name nvarchar(20), price int);";
    let Some(database) = Database::mssql().await else {
        return;
    };
    let server = Server::tables_on(database, sql.into(), &["stock", "sold"], |config| {
        config.serving.declared[1].table = Some("sales.stock".to_owned());
    })
    .await;
    let body =
        json!({"Tuples": [tuple("name", "bolt"), tuple("price", 3)], "Clause": "name = 'bolt'"});
    let answer = server.post("sold", "Upsert", body.clone()).await;
    answer.is(&inserted(100));
    server.post("sold", "Upsert", body).await.is(&updated(1));
    assert_eq!(server.rows("stock", json!({})).await.len(), 0);
    let rows = server.rows("sold", json!({})).await;
    assert_eq!(rows, [json!({"id": 100, "name": "bolt", "price": 3})]);
}

#[tokio::test]
async fn names_may_hold_any_character() {
    let Some(database) = Database::mssql().await else {
        return;
    };
    let end = if database.is_babelfish() {
        print_left_out("Babelfish takes no name with ], and shows ? for what is not Latin");
        ""
    } else {
        "Ω]"
    };
    let quote = |name: &str| format!("[{}]", name.replace(']', "]]"));
    let (table, label) = (format!("odd x' naïve {end}"), format!("a b{end}"));
    let (size, count, flag) = ("Größe (m²)", "\"q\"", "x;--");
    let sql = format!(
        "CREATE TABLE {} (id int IDENTITY PRIMARY KEY, {} nvarchar(20), {} decimal(9,2), {} int, {} bit)",
        quote(&table),
        quote(&label),
        quote(size),
        quote(count),
        quote(flag)
    );
    let server = Server::tables_on(database, sql.as_str().into(), &["odd"], |config| {
        config.serving.declared[0].table = Some(table);
    })
    .await;
    let tuples = [
        tuple(&label, "one"),
        tuple(size, "12.50"),
        tuple(count, 7),
        tuple(flag, true),
    ];
    let clause = all(&[rule(&label, "equal", "one"), rule(size, "greater", 12)]);
    let body = json!({"Tuples": tuples, "Clause": clause});
    let answer = server.post("odd", "Upsert", body.clone()).await;
    answer.is(&inserted(1));
    server.post("odd", "Upsert", body).await.is(&updated(1));
    let clause = format!("{} = 12.5 AND {} = 'ONE'", quote(size), quote(&label));
    let body = json!({"Tuples": [tuple(count, 8)], "Clause": clause});
    server.post("odd", "Update", body).await.is(&updated(1));
    let body = json!({"Fields": [label, count, flag], "OrderByTag": {"Fields": [flag, label]}});
    let rows = server.rows("odd", body).await;
    assert_eq!(rows, [json!({label: "one", count: 8, flag: true})]);
}

#[tokio::test]
async fn what_a_code_page_does_not_have_is_refused_and_matches_nothing() {
    let sql = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, latin varchar(30) COLLATE Latin1_General_CI_AS,
        fixed char(3) COLLATE Latin1_General_CI_AS, greek varchar(30) COLLATE Greek_CI_AS, wide nvarchar(30));
        INSERT INTO t (latin) VALUES ('?');";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    for column in ["latin", "fixed"] {
        for operation in ["Add", "Update", "Upsert"] {
            let body = json!({"Tuples": [tuple(column, "Ω")], "Clause": "id = 1"});
            let answer = server.post("t", operation, body).await;
            let named = format!("'{column}'");
            answer.fails(400, "value_does_not_fit", &[&named, "Ω"]);
        }
    }
    // A cast would turn it into the question mark that is there.
    assert_eq!(server.count("t", "latin = 'Ω'").await, 0);
    assert_eq!(server.count("t", "latin LIKE '%Ω%'").await, 0);
    assert_eq!(server.count("t", "latin IN ('Ω', 'b')").await, 0);
    assert_eq!(server.count("t", "latin <> 'Ω'").await, 1);
    for (column, text) in [("latin", "Zürich €"), ("greek", "Ωμέγα"), ("wide", "Ω日本")]
    {
        let body =
            json!({"Tuples": [tuple(column, text)], "Clause": format!("{column} = '{text}'")});
        let answer = server.post("t", "Upsert", body.clone()).await;
        assert_eq!(answer.json()["Message"], "Success", "{column}: {answer:?}");
        server.post("t", "Upsert", body).await.is(&updated(1));
        let found =
            json!({"Fields": [column], "Clause": format!("{column} IS NOT NULL AND id > 1")});
        assert_eq!(server.rows("t", found).await, [json!({column: text})]);
    }
}

#[tokio::test]
async fn a_key_is_told_however_it_is_made() {
    let sql = "CREATE SEQUENCE numbers START WITH 500;
        CREATE TABLE small (id smallint IDENTITY(-5, 5) PRIMARY KEY, v int);
        CREATE TABLE wide (id decimal(18,0) IDENTITY(123456789012345678, 1) PRIMARY KEY, v int);
        CREATE TABLE aside (code nvarchar(10) PRIMARY KEY, n int IDENTITY(7, 1), v int);
        CREATE TABLE fixed (code nvarchar(10) NOT NULL DEFAULT N'usual' PRIMARY KEY, v int);
        CREATE TABLE counted (id int NOT NULL DEFAULT NEXT VALUE FOR numbers PRIMARY KEY, v int);
        CREATE TABLE pairs (a int NOT NULL, b nvarchar(5) NOT NULL, v int, PRIMARY KEY (a, b));";
    let entities = ["small", "wide", "aside", "fixed", "counted", "pairs"];
    let Some(server) = Server::mssql(sql, &entities).await else {
        return;
    };
    let v = || tuple("v", 1);
    for (entity, tuples, id) in [
        ("small", json!([v()]), "-5"),
        ("small", json!([v()]), "0"),
        ("wide", json!([v()]), "123456789012345678"),
        ("aside", json!([v(), tuple("code", "a")]), "7"),
        ("fixed", json!([v()]), r#""usual""#),
        ("fixed", json!([v(), tuple("code", "Own")]), r#""Own""#),
        ("counted", json!([v()]), "500"),
        (
            "pairs",
            json!([v(), tuple("a", 1), tuple("b", "x")]),
            "null",
        ),
    ] {
        let answer = server.post(entity, "Add", json!({"Tuples": tuples})).await;
        let expected = format!(r#"{{"GeneratedId":{id},"Message":"Success"}}"#);
        assert_eq!(answer.text, expected, "{entity}");
    }
    // All columns of a key name one row, part of it may name many.
    let more = json!({"Tuples": [tuple("a", 1), tuple("b", "y"), v()]});
    server
        .post("pairs", "Add", more)
        .await
        .is(&inserted(Value::Null));
    let one = json!({"Tuples": [tuple("v", 2)], "Clause": "b = 'X' AND a = 1"});
    server.post("pairs", "Upsert", one).await.is(&updated(1));
    let many = json!({"Tuples": [tuple("v", 3)], "Clause": "a = 1"});
    let answer = server.post("pairs", "Upsert", many).await;
    answer.fails(400, "more_than_one_match", &["2 records"]);
}

#[tokio::test]
async fn a_filtered_index_makes_no_row_the_only_one() {
    let sql =
        "CREATE TABLE t (id int IDENTITY PRIMARY KEY, code nvarchar(10), active bit NOT NULL);
        CREATE UNIQUE INDEX active_codes ON t (code) WHERE active = 1;
        INSERT INTO t (code, active) VALUES (N'a', 0), (N'a', 0), (N'a', 1);";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let body = json!({"Tuples": [tuple("code", "b")], "Clause": "code = 'a'"});
    let answer = server.post("t", "Upsert", body).await;
    answer.fails(400, "more_than_one_match", &["3 records"]);
    assert_eq!(server.count("t", "code = 'a'").await, 3);
    let body = json!({"Tuples": [tuple("code", "a"), tuple("active", true)]});
    let answer = server.post("t", "Add", body).await;
    answer.fails(409, "unique_conflict", &["active_codes"]);
}

#[tokio::test]
async fn a_key_that_is_gone_since_it_was_read_lets_no_more_rows_be_written_than_allowed() {
    let sql = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, code nvarchar(10), v int);
        CREATE UNIQUE INDEX codes ON t (code);
        INSERT INTO t (code) VALUES (N'a');";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let changed = "DROP INDEX codes ON t; INSERT INTO t (code) VALUES (N'a'), (N'A');";
    server.execute(changed).await;
    let mut body = json!({"Tuples": [tuple("v", 1)], "Clause": "code = 'a'"});
    let answer = server.post("t", "Upsert", body.clone()).await;
    answer.fails(400, "more_than_one_match", &["3 records"]);
    assert_eq!(server.count("t", "v IS NULL").await, 3);
    body["AllowMultiUpdate"] = json!(true);
    server.post("t", "Upsert", body).await.is(&updated(3));
}

#[tokio::test]
async fn triggers_may_write_elsewhere_return_rows_and_roll_back() {
    let sql = "CREATE TABLE audit (n bigint IDENTITY(1000, 1) PRIMARY KEY, what nvarchar(20));
        CREATE TABLE t (id int IDENTITY PRIMARY KEY, name nvarchar(20));
GO
CREATE TRIGGER audited ON t AFTER INSERT, UPDATE AS
BEGIN
    INSERT INTO audit (what) SELECT name FROM inserted;
    INSERT INTO audit (what) SELECT name FROM inserted;
    SELECT 99 AS noise, 98 AS more, 97 AS yet;
    IF EXISTS (SELECT 1 FROM inserted WHERE name = N'never') ROLLBACK TRANSACTION;
END;";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let body =
        |name: &str, clause: &str| json!({"Tuples": [tuple("name", name)], "Clause": clause});
    // The trigger's own identity and its own counts are not the caller's.
    let answer = server
        .post("t", "Upsert", body("one", "name = 'one'"))
        .await;
    answer.is(&inserted(1));
    let answer = server
        .post("t", "Upsert", body("two", "name = 'one'"))
        .await;
    answer.is(&updated(1));
    let answer = server.post("t", "Update", body("three", "id = 1")).await;
    answer.is(&updated(1));
    for operation in ["Add", "Update", "Upsert"] {
        let answer = server.post("t", operation, body("never", "id = 1")).await;
        answer.fails(409, "trigger_refused", &["nothing was written"]);
    }
    assert_eq!(
        server.rows("t", json!({"Fields": ["name"]})).await,
        [json!({"name": "three"})]
    );
    let audited = "SELECT COUNT(*) FROM audit";
    assert_eq!(server.session().await.numbers(audited).await, [6]);
}

#[tokio::test]
async fn what_a_trigger_says_no_to_is_not_committed_though_it_rolls_nothing_back() {
    // RAISERROR ends neither the trigger nor, by itself, the script.
    let sql = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, name nvarchar(20));
        INSERT INTO t (name) VALUES (N'one');
GO
CREATE TRIGGER guard ON t AFTER INSERT, UPDATE AS
IF EXISTS (SELECT 1 FROM inserted WHERE name = N'never') RAISERROR(N'not that', 16, 1);";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let never = json!({"Tuples": [tuple("name", "never")], "Clause": "id = 1"});
    for operation in ["Add", "Update", "Upsert"] {
        let answer = server.post("t", operation, never.clone()).await;
        answer.fails(409, "trigger_refused", &["nothing was written"]);
    }
    let rows = server.rows("t", json!({"Fields": ["name"]})).await;
    assert_eq!(rows, [json!({"name": "one"})]);
    let fine = json!({"Tuples": [tuple("name", "two")], "Clause": "id = 1"});
    server.post("t", "Upsert", fine).await.is(&updated(1));
}

#[tokio::test]
async fn a_table_whose_trigger_runs_instead_of_the_statement_is_only_viewed() {
    let sql = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, name nvarchar(20));
        INSERT INTO t (name) VALUES (N'one');
GO
CREATE TRIGGER instead ON t INSTEAD OF UPDATE AS SET NOCOUNT ON;";
    let Some(database) = Database::mssql().await else {
        return;
    };
    let server = Server::tables_on(database, sql.into(), &["t"], |config| {
        let actions = &mut config.serving.declared[0].actions;
        (actions.add, actions.edit) = (false, false);
    })
    .await;
    assert_eq!(server.count("t", "name = 'one'").await, 1);
    // Undeclared it is served for reading alone, whatever is allowed.
    let list = server.get("/CSSAPI/V2/EntityList").await.text;
    assert!(list.contains("\"t\""), "{list}");
    let body = json!({"Tuples": [tuple("name", "x")], "Clause": "id = 1"});
    server
        .post("t", "Update", body)
        .await
        .fails(403, "action_not_allowed", &[]);
}

#[tokio::test]
async fn a_view_is_read_and_not_written() {
    let sql = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, name nvarchar(20), price money);
        INSERT INTO t (name, price) VALUES (N'a', 1), (N'b', 2), (N'c', 3);
GO
CREATE VIEW dear AS SELECT name, price * 2 AS twice FROM t WHERE price > 1;";
    let Some(database) = Database::mssql().await else {
        return;
    };
    let server = Server::tables_on(database, sql.into(), &["dear"], |config| {
        let actions = &mut config.serving.declared[0].actions;
        (actions.add, actions.edit) = (false, false);
    })
    .await;
    let body =
        json!({"OrderByTag": {"Fields": ["twice"], "Direction": "desc"}, "Clause": "twice <> 5"});
    let answer = server.post("dear", "Get", body).await;
    assert_eq!(
        answer.text,
        r#"[{"name":"c","twice":6.0000},{"name":"b","twice":4.0000}]"#
    );
    let body = json!({"Tuples": [tuple("name", "d")], "Clause": "name = 'c'"});
    let answer = server.post("dear", "Upsert", body).await;
    answer.fails(403, "action_not_allowed", &["'dear'"]);
}

#[tokio::test]
async fn what_the_service_s_own_login_may_not_do_is_told() {
    let Some(database) = Database::mssql().await else {
        return;
    };
    let sql = "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1);";
    database.session().await.execute(sql).await;
    let Database::Mssql(own) = &database else {
        return;
    };
    let limited = own.limited(&[("SELECT", "t"), ("INSERT", "t")]).await;
    let server = Server::tables_on(database, "SELECT 1".into(), &["t"], |config| {
        config.database.url = DatabaseUrl::Mssql(Box::new(limited));
    })
    .await;
    let body = |id: i32| json!({"Tuples": [tuple("id", id), tuple("v", 2)], "Clause": "id = 1"});
    for operation in ["Update", "Upsert"] {
        let answer = server.post("t", operation, body(1)).await;
        answer.fails(403, "database_permission", &["nothing was written"]);
    }
    server.post("t", "Add", body(2)).await.is(&inserted(2));
    assert_eq!(server.count("t", "v = 2").await, 1);
}

#[tokio::test]
async fn text_that_differs_in_trailing_blanks_is_the_same_to_the_server() {
    let sql = "CREATE TABLE t (code nvarchar(10) PRIMARY KEY, v int)";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let body = |code: &str| json!({"Tuples": [tuple("code", code), tuple("v", 1)], "Clause": format!("code = '{code}'")});
    server
        .post("t", "Upsert", body("a"))
        .await
        .is(&inserted("a"));
    server
        .post("t", "Upsert", body("A  "))
        .await
        .is(&updated(1));
    assert_eq!(server.count("t", "code = 'a'").await, 1);
}

#[tokio::test]
async fn a_server_that_goes_away_is_told_and_found_again() {
    let sql = "CREATE TABLE t (a int)";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let Database::Mssql(database) = &server.database else {
        return;
    };
    assert_eq!(server.get("/health/ready").await.status, 200);
    database.take_away().await;
    let answer = server.get("/health/ready").await;
    answer.fails(503, "database_unavailable", &["nothing was written"]);
    let answer = server.post("t", "Get", json!({})).await;
    answer.fails(503, "database_unavailable", &[]);
    assert_eq!(server.get("/health/live").await.status, 200);
    database.put_back().await;
    database.execute(sql).await;
    let back = async {
        while server.get("/health/ready").await.status != 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), back).await.unwrap();
    let body = json!({"Tuples": [tuple("a", 1)]});
    assert_eq!(server.post("t", "Add", body).await.status, 200);
}
