//! Values of every type, in and out.

use serde_json::{Value, json};

use crate::support::{Server, Sql, tuple};

const TABLE: Sql = Sql {
    sqlite: r#"
CREATE TABLE t ("id" INTEGER PRIMARY KEY, "ABit" bit, "ATinyInt" tinyint, "ASmallInt" smallint, "AnInt" int,
    "ABigInt" bigint, "ADecimal" decimal(12,2), "AWide" decimal(38,10), "AMoney" money, "ASmallMoney" smallmoney,
    "AReal" real, "AFloat" float, "ADate" date, "ATime" time(3), "ASmallDateTime" smalldatetime,
    "ADateTime" datetime, "ADateTime2" datetime2(3), "AnOffset" datetimeoffset(2), "AChar" char(4),
    "AVarChar" varchar(5), "ANVarChar" nvarchar(5), "AMax" "nvarchar(max)", "ABinary" varbinary(4));
"#,
    mssql: r"
CREATE TABLE t (id bigint IDENTITY PRIMARY KEY, ABit bit, ATinyInt tinyint, ASmallInt smallint, AnInt int,
    ABigInt bigint, ADecimal decimal(12,2), AWide decimal(38,10), AMoney money, ASmallMoney smallmoney,
    AReal real, AFloat float, ADate date, ATime time(3), ASmallDateTime smalldatetime,
    ADateTime datetime, ADateTime2 datetime2(3), AnOffset datetimeoffset(2), AChar char(4),
    AVarChar varchar(5), ANVarChar nvarchar(5), AMax nvarchar(max), ABinary varbinary(4));
",
};

async fn stored(server: &Server, column: &str, value: &Value) -> String {
    let body = json!({"Tuples": [tuple(column, value.clone())]});
    let answer = server.post("t", "Add", body).await;
    assert_eq!(answer.status, 200, "{column} {value}: {answer:?}");
    let id = answer.json()["GeneratedId"].as_i64().unwrap();
    let body = json!({"Fields": [column], "Clause": format!("id = {id}")});
    let text = server.post("t", "Get", body).await.text;
    let start = format!(r#"[{{"{column}":"#);
    let inner = text.strip_prefix(&start).and_then(|t| t.strip_suffix("}]"));
    inner.unwrap_or(&text).to_owned()
}

#[tokio::test]
async fn every_type_gives_back_exactly_what_was_sent() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for (column, value, expected) in [
        ("ABit", json!("True"), "true"),
        ("ABit", json!(0), "false"),
        ("ATinyInt", json!("255"), "255"),
        ("ASmallInt", json!(-32768), "-32768"),
        ("AnInt", json!(5.0), "5"),
        ("AnInt", json!("1e3"), "1000"),
        (
            "ABigInt",
            json!(9_223_372_036_854_775_807_i64),
            "9223372036854775807",
        ),
        ("ADecimal", json!(12.5), "12.50"),
        ("ADecimal", json!("-9999999999.99"), "-9999999999.99"),
        ("AWide", json!("0.1234567891"), "0.1234567891"),
        ("AMoney", json!("1.5"), "1.5000"),
        ("ASmallMoney", json!(214_748.364_7), "214748.3647"),
        ("AReal", json!(0.1), "0.1"),
        ("AFloat", json!(0.1), "0.1"),
        ("AFloat", json!(-1.5e300), "-1.5e300"),
        ("ADate", json!("2024-02-29"), r#""2024-02-29""#),
        ("ADate", json!("2024-02-29T00:00:00"), r#""2024-02-29""#),
        ("ATime", json!("23:59:59.5"), r#""23:59:59.5""#),
        (
            "ASmallDateTime",
            json!("2024-02-29T10:30"),
            r#""2024-02-29T10:30:00""#,
        ),
        (
            "ADateTime",
            json!("2024-02-29 10:30:00.997"),
            r#""2024-02-29T10:30:00.997""#,
        ),
        (
            "ADateTime2",
            json!("2024-02-29T10:30:00.120"),
            r#""2024-02-29T10:30:00.12""#,
        ),
        (
            "AnOffset",
            json!("2024-02-29T10:30:00-03:30"),
            r#""2024-02-29T10:30:00-03:30""#,
        ),
        (
            "AnOffset",
            json!("2024-02-29T10:30:00Z"),
            r#""2024-02-29T10:30:00+00:00""#,
        ),
        ("AVarChar", json!("12345"), r#""12345""#),
        ("ANVarChar", json!("日本語 x"), r#""日本語 x""#),
        ("ANVarChar", json!(1.50), r#""1.5""#),
        ("AMax", json!("a\"b\\c\n\u{1F600}"), r#""a\"b\\c\n😀""#),
        ("AMax", json!("00123"), r#""00123""#),
        ("ADecimal", json!(null), "null"),
    ] {
        assert_eq!(
            stored(&server, column, &value).await,
            expected,
            "{column} {value}"
        );
    }
}

#[tokio::test]
async fn digits_that_a_double_would_lose_arrive_whole() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    let raw = r#"{"Tuples":[{"Name":"ABigInt","Value":9007199254740993},{"Name":"ADecimal","Value":1234567890.10},{"Name":"AVarChar","Value":1.500}]}"#;
    let request = server.request(reqwest::Method::POST, "/CSSAPI/V2/t/Add");
    let request = request.header("content-type", "application/json").body(raw);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let body = json!({"Fields": ["ABigInt", "ADecimal", "AVarChar"]});
    let text = server.post("t", "Get", body).await.text;
    assert_eq!(
        text,
        r#"[{"ABigInt":9007199254740993,"ADecimal":1234567890.10,"AVarChar":"1.500"}]"#
    );
}

#[tokio::test]
async fn what_would_be_cut_rounded_or_lost_is_refused_with_what_fits() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for (column, value, words) in [
        ("ABit", json!(2), vec!["bit"]),
        ("ATinyInt", json!(256), vec!["256", "255"]),
        ("ATinyInt", json!(-1), vec!["255"]),
        ("AnInt", json!(1.5), vec!["1.5"]),
        ("AnInt", json!(true), vec!["true"]),
        ("AnInt", json!(""), vec!["''"]),
        ("AnInt", json!("1 000"), vec!["'1 000'"]),
        ("AnInt", json!(2_147_483_648_i64), vec!["2147483647"]),
        (
            "ADecimal",
            json!("1.999"),
            vec!["decimal(12,2)", "'1.999'", "2 digits"],
        ),
        ("ADecimal", json!("10000000000"), vec!["out of range"]),
        (
            "AFloat",
            json!("9007199254740993"),
            vec!["9007199254740993"],
        ),
        ("ADate", json!("2023-02-29"), vec!["date"]),
        ("ADate", json!("2024-02-29T10:00:00"), vec!["date"]),
        (
            "ADateTime2",
            json!("2024-02-29T10:00:00.1234"),
            vec!["datetime2(3)"],
        ),
        ("ADateTime2", json!("2024-02-29T10:00:00Z"), vec!["offset"]),
        (
            "ADateTime",
            json!("2024-02-29T10:00:00.001"),
            vec!["datetime"],
        ),
        ("ADateTime", json!("1700-01-01"), vec!["1753"]),
        ("AChar", json!("abcde"), vec!["4"]),
        ("AVarChar", json!("123456"), vec!["at most 5", "6"]),
        ("ANVarChar", json!("😀😀😀"), vec!["at most 5", "6"]),
        ("ANVarChar", json!(true), vec!["true"]),
    ] {
        let body = json!({"Tuples": [tuple(column, value.clone())]});
        let answer = server.post("t", "Add", body).await;
        answer.fails(400, "value_does_not_fit", &[&format!("'{column}'")]);
        for word in words {
            assert!(answer.message().contains(word), "'{word}': {answer:?}");
        }
    }
    assert_eq!(server.rows("t", json!({})).await.len(), 0);
}

#[tokio::test]
async fn digits_past_the_fifteenth_are_kept_where_the_engine_can_and_refused_where_not() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    let value = json!("12345678901234.5678");
    if server.database.is_embedded() {
        let body = json!({"Tuples": [tuple("AWide", value)]});
        let answer = server.post("t", "Add", body).await;
        let words = ["'AWide'", "15 significant digits"];
        answer.fails(400, "value_does_not_fit", &words);
    } else {
        let all = stored(&server, "AWide", &value).await;
        assert_eq!(all, "12345678901234.5678000000");
    }
}

#[tokio::test]
async fn arrays_objects_and_columns_named_twice_are_no_values() {
    let server = Server::with_tables(TABLE, &["t"]).await;
    for value in [json!([1]), json!({"a": 1})] {
        let answer = server
            .post("t", "Add", json!({"Tuples": [tuple("AnInt", value)]}))
            .await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.message().contains("AnInt"), "{answer:?}");
    }
    let body = json!({"Tuples": [tuple("AnInt", 1), tuple("ANINT", 2)]});
    let answer = server.post("t", "Add", body).await;
    answer.fails(400, "repeated_column", &["'AnInt'"]);
}
