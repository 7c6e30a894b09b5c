//! Every type of SQL Server, in and out, exactly.

use serde_json::{Value, json};

use crate::support::{Database, Server, print_left_out, tuple};

const TABLE: &str = "CREATE TABLE t (
    id int IDENTITY PRIMARY KEY,
    ABit bit, ATinyInt tinyint, ASmallInt smallint, AnInt int, ABigInt bigint,
    ADecimal decimal(38,10), AWhole decimal(38,0), AMoney money, ASmallMoney smallmoney, AReal real, AFloat float,
    ADate date, ATime time(7), ADateTime datetime, ASmallDateTime smalldatetime, ADateTime2 datetime2(7),
    AnOffset datetimeoffset(7), AChar char(4), AnNChar nchar(4), AVarChar varchar(30), AnNVarChar nvarchar(30),
    AVarCharMax varchar(max), AnNVarCharMax nvarchar(max), AText text, AnNText ntext, AnXml xml,
    ABinary varbinary(8));";

async fn add(server: &Server, column: &str, value: &Value) -> i64 {
    let body = json!({"Tuples": [tuple(column, value.clone())]});
    let answer = server.post("t", "Add", body).await;
    assert_eq!(answer.status, 200, "{column} {value}: {answer:?}");
    answer.json()["GeneratedId"].as_i64().unwrap()
}

/// Writes a value, reads it, and finds its row by it and by nothing beside it.
async fn comes_back(server: &Server, column: &str, value: &Value, expected: &str) {
    let id = add(server, column, value).await;
    let body = json!({"Fields": [column], "Clause": format!("id = {id}")});
    let text = server.post("t", "Get", body).await.text;
    assert_eq!(text, format!(r#"[{{"{column}":{expected}}}]"#));
    if column == "AnXml" {
        // Of which the server has no order.
        return;
    }
    let rule = |operator: &str| json!({"field": column, "operator": operator, "value": value});
    for (operator, found) in [
        ("equal", 1),
        ("not_equal", 0),
        ("greater_or_equal", 1),
        ("less", 0),
    ] {
        let own = json!({"field": "id", "operator": "equal", "value": id});
        let clause = json!({"rules": [own, rule(operator)]});
        let body = json!({"Fields": ["COUNT(*)"], "Clause": clause});
        let rows = server.rows("t", body).await;
        assert_eq!(rows[0]["COUNT(*)"], found, "{column} {operator} {value}");
    }
}

async fn all_come_back(cases: &[(&str, Value, &str)]) {
    let Some(database) = Database::mssql().await else {
        return;
    };
    let server = Server::tables_on(database, TABLE.into(), &["t"], |config| {
        config.limits.clause.value_length = 10_000;
    })
    .await;
    for (column, value, expected) in cases {
        comes_back(&server, column, value, expected).await;
    }
}

#[tokio::test]
async fn numbers_keep_all_their_digits() {
    all_come_back(&[
        ("ABit", json!(true), "true"),
        ("ABit", json!(0), "false"),
        ("ATinyInt", json!(255), "255"),
        ("ASmallInt", json!(-32768), "-32768"),
        ("AnInt", json!(i32::MIN), "-2147483648"),
        ("ABigInt", json!(i64::MAX), "9223372036854775807"),
        ("ABigInt", json!(i64::MIN), "-9223372036854775808"),
        (
            "ADecimal",
            json!("9999999999999999999999999999.9999999999"),
            "9999999999999999999999999999.9999999999",
        ),
        ("ADecimal", json!("-0.0000000001"), "-0.0000000001"),
        (
            "AWhole",
            json!("-99999999999999999999999999999999999999"),
            "-99999999999999999999999999999999999999",
        ),
        (
            "AMoney",
            json!("922337203685477.5807"),
            "922337203685477.5807",
        ),
        (
            "AMoney",
            json!("-922337203685477.5808"),
            "-922337203685477.5808",
        ),
        ("ASmallMoney", json!("-214748.3648"), "-214748.3648"),
        ("AReal", json!(0.1), "0.1"),
        ("AReal", json!("-3.4028235e38"), "-3.4028235e38"),
        ("AFloat", json!(0.1), "0.1"),
        (
            "AFloat",
            json!("-1.7976931348623157e308"),
            "-1.7976931348623157e308",
        ),
    ])
    .await;
}

#[tokio::test]
async fn dates_and_times_keep_all_their_digits() {
    all_come_back(&[
        ("ADate", json!("0001-01-01"), r#""0001-01-01""#),
        ("ADate", json!("9999-12-31"), r#""9999-12-31""#),
        ("ATime", json!("23:59:59.999999"), r#""23:59:59.999999""#),
        ("ADateTime", json!("1753-01-01"), r#""1753-01-01T00:00:00""#),
        (
            "ADateTime",
            json!("9999-12-31T23:59:59.997"),
            r#""9999-12-31T23:59:59.997""#,
        ),
        (
            "ADateTime",
            json!("2024-02-29T10:30:00.003"),
            r#""2024-02-29T10:30:00.003""#,
        ),
        (
            "ASmallDateTime",
            json!("1900-01-01"),
            r#""1900-01-01T00:00:00""#,
        ),
        (
            "ASmallDateTime",
            json!("2079-06-06T23:59"),
            r#""2079-06-06T23:59:00""#,
        ),
        (
            "ADateTime2",
            json!("9999-12-31T23:59:59.999999"),
            r#""9999-12-31T23:59:59.999999""#,
        ),
        (
            "ADateTime2",
            json!("0001-01-01"),
            r#""0001-01-01T00:00:00""#,
        ),
        (
            "AnOffset",
            json!("2024-02-29T23:30:00.000001-03:30"),
            r#""2024-02-29T23:30:00.000001-03:30""#,
        ),
        (
            "AnOffset",
            json!("2024-02-29T00:30:00+14:00"),
            r#""2024-02-29T00:30:00+14:00""#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_seventh_digit_of_a_second_is_kept() {
    let Some(server) = Server::mssql(TABLE, &["t"]).await else {
        return;
    };
    if server.database.is_babelfish() {
        print_left_out("Babelfish keeps six digits of a second");
        return;
    }
    for (column, text) in [
        ("ATime", "23:59:59.9999999"),
        ("ADateTime2", "9999-12-31T23:59:59.9999999"),
        ("AnOffset", "0001-01-01T14:00:00.0000001+14:00"),
        ("AnOffset", "9999-12-31T09:59:59.9999999-14:00"),
    ] {
        comes_back(&server, column, &json!(text), &format!("\"{text}\"")).await;
    }
}

#[tokio::test]
async fn text_keeps_every_character() {
    let long = "ä".repeat(5000);
    let quoted = format!("\"{long}\"");
    all_come_back(&[
        // Both fixed lengths are filled up with blanks.
        ("AChar", json!("ab"), r#""ab  ""#),
        ("AnNChar", json!("日本"), r#""日本  ""#),
        (
            "AVarChar",
            json!("Zürich € 'x' [y]"),
            r#""Zürich € 'x' [y]""#,
        ),
        ("AnNVarChar", json!("日本語 😀 Ω"), r#""日本語 😀 Ω""#),
        ("AVarCharMax", json!(long), &quoted),
        (
            "AnNVarCharMax",
            json!("a\u{1}b\t\u{1F600}"),
            r#""a\u0001b\t😀""#,
        ),
        ("AText", json!("Zürich €"), r#""Zürich €""#),
        ("AnNText", json!("Ωμέγα 日本"), r#""Ωμέγα 日本""#),
        ("AnXml", json!("<a b=\"1\">ü</a>"), r#""<a b=\"1\">ü</a>""#),
    ])
    .await;
}

#[tokio::test]
async fn text_that_is_no_xml_is_refused() {
    let Some(server) = Server::mssql(TABLE, &["t"]).await else {
        return;
    };
    if server.database.is_babelfish() {
        print_left_out("Babelfish takes any text for XML");
        return;
    }
    let body = json!({"Tuples": [tuple("AnXml", "<a>")]});
    let answer = server.post("t", "Add", body).await;
    answer.fails(400, "value_does_not_fit", &["nothing was written"]);
    assert_eq!(server.rows("t", json!({})).await.len(), 0);
}

#[tokio::test]
async fn bytes_are_written_and_never_read() {
    let Some(server) = Server::mssql(TABLE, &["t"]).await else {
        return;
    };
    let id = add(&server, "ABinary", &json!("AAECAwQFBgc=")).await;
    let stored = format!("SELECT CAST(ABinary AS bigint) FROM t WHERE id = {id}");
    let stored = server.session().await.numbers(stored.as_str()).await;
    assert_eq!(stored, [0x0001_0203_0405_0607]);
    let row = &server.rows("t", json!({})).await[0];
    assert!(row.get("ABinary").is_none(), "{row}");
    let answer = server
        .post("t", "Get", json!({"Fields": ["ABinary"]}))
        .await;
    answer.fails(400, "binary_not_returned", &["'ABinary'"]);
}

#[tokio::test]
async fn guids_row_versions_and_computed_columns_are_the_servers() {
    let guid = "00112233-4455-6677-8899-aabbccddeeff";
    let sql = format!(
        "CREATE TABLE t (id int IDENTITY PRIMARY KEY, n int, twice AS n * 2, sum AS n + 1 PERSISTED,
            guid uniqueidentifier NOT NULL DEFAULT NEWID(), stamp rowversion);
        INSERT INTO t (n, guid) VALUES (4, '{guid}');"
    );
    let Some(server) = Server::mssql(&sql, &["t"]).await else {
        return;
    };
    let stamp = "SELECT CAST(stamp AS bigint) FROM t WHERE id = 1";
    let before = server.session().await.numbers(stamp).await;
    let body =
        json!({"Tuples": [tuple("n", 5)], "Clause": format!("guid = '{}'", guid.to_uppercase())});
    let answer = server.post("t", "Upsert", body).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    if server.database.is_babelfish() {
        print_left_out("Babelfish does not stamp row versions");
    } else {
        assert_ne!(server.session().await.numbers(stamp).await, before);
    }
    let rows = server.rows("t", json!({})).await;
    assert_eq!(
        rows,
        [json!({"id": 1, "n": 5, "twice": 10, "sum": 6, "guid": guid})]
    );
    for column in ["twice", "sum", "guid", "stamp"] {
        let body = json!({"Tuples": [tuple(column, 1)], "Clause": "id = 1"});
        let answer = server.post("t", "Update", body).await;
        answer.fails(400, "protected_column", &[&format!("'{column}'")]);
    }
    // The default makes the GUID of a row that is added.
    let answer = server
        .post("t", "Add", json!({"Tuples": [tuple("n", 1)]}))
        .await;
    assert_eq!(answer.json()["GeneratedId"], 2, "{answer:?}");
}

#[tokio::test]
async fn a_variant_is_read_as_what_it_holds() {
    let sql = "CREATE TABLE t (id int PRIMARY KEY, v sql_variant);
        INSERT INTO t VALUES (1, CAST(12 AS int)), (2, CAST(N'Zürich' AS nvarchar(20))), (3, NULL),
            (4, CAST(1234567.8912 AS money)), (5, CAST(0.1 AS real)), (6, CAST(12.50 AS decimal(9,2))),
            (7, CAST('2026-01-31T10:00:00.123' AS datetime)), (8, CAST(1 AS bit)),
            (9, CAST('2026-01-31T10:00:00+02:00' AS datetimeoffset(0)));";
    let Some(server) = Server::mssql(sql, &["t"]).await else {
        return;
    };
    let text = server.post("t", "Get", json!({"Fields": ["v"]})).await.text;
    let values = [
        "12",
        "\"Zürich\"",
        "null",
        "1234567.8912",
        "0.1",
        "12.50",
        "\"2026-01-31T10:00:00.123\"",
        "true",
        "\"2026-01-31T10:00:00+02:00\"",
    ];
    let rows: Vec<String> = values.iter().map(|v| format!("{{\"v\":{v}}}")).collect();
    assert_eq!(text, format!("[{}]", rows.join(",")));
    let body = json!({"Tuples": [tuple("v", "x")], "Clause": "id = 1"});
    let answer = server.post("t", "Update", body).await;
    answer.fails(400, "value_does_not_fit", &["'v'"]);
}

#[tokio::test]
async fn clr_types_are_read_as_their_text_and_periods_are_computed() {
    let Some(database) = Database::mssql().await else {
        return;
    };
    if database.is_babelfish() {
        print_left_out("Babelfish has neither CLR types nor temporal tables");
        return;
    }
    let sql = "CREATE TABLE t (id int PRIMARY KEY, node hierarchyid, place geography);
        INSERT INTO t VALUES (1, '/1/2/', geography::Point(47, 8, 4326));
        CREATE TABLE p (id int PRIMARY KEY, v int, since datetime2 GENERATED ALWAYS AS ROW START NOT NULL,
            until datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (since, until))
            WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.past));";
    let server = Server::tables_on(database, sql.into(), &["t", "p"], |_| ()).await;
    let rows = server.rows("t", json!({})).await;
    assert_eq!(
        rows,
        [json!({"id": 1, "node": "/1/2/", "place": "POINT (8 47)"})]
    );
    let body = json!({"Tuples": [tuple("node", "/3/")], "Clause": "id = 1"});
    let answer = server.post("t", "Update", body).await;
    answer.fails(400, "value_does_not_fit", &["'node'"]);

    let body = json!({"Tuples": [tuple("id", 1), tuple("v", 1)], "Clause": "id = 1"});
    let answer = server.post("p", "Upsert", body.clone()).await;
    answer.is(&json!({"GeneratedId": 1, "Message": "Success"}));
    let answer = server.post("p", "Upsert", body).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    let body = json!({"Tuples": [tuple("since", "2020-01-01")], "Clause": "id = 1"});
    let answer = server.post("p", "Update", body).await;
    answer.fails(400, "protected_column", &["'since' is computed"]);
}
