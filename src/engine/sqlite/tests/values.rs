//! What is written comes back the same, compares as it should, and what others wrote stays readable.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use jiff::civil::{date, time};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::OffsetDateTime;

fn number(text: &str) -> Value {
    Value::Decimal(BigDecimal::from_str(text).unwrap())
}

/// Writes a value into a column of a declared type, reads it, and finds it by itself.
async fn round_trip(declared: &str, value: &Value) -> (Option<Value>, String, usize) {
    let it = Fixture::new(&format!("CREATE TABLE v (x {declared})"));
    let ty = super::super::types::declared_type(declared.trim_matches('"'));
    let param = [(Some(value.clone()), ty.clone())];
    let insert = sql("INSERT INTO v VALUES (~)", &param, &[]);
    it.write(WriteBatch::Insert { insert }).await.unwrap();
    let read = sql("SELECT x FROM v", &[], std::slice::from_ref(&ty));
    let mut rows = it.query(read).await.unwrap();
    let found = sql("SELECT x FROM v WHERE x = ~", &param, &[ty]);
    let found = it.query(found).await.unwrap().len();
    // `quote` writes all 17 digits of a float, noise included.
    let class = "SELECT typeof(x) || ' ' ||
        iif(typeof(x) = 'real', printf('%.15g', x), quote(x)) FROM v";
    let class = it.beside.query_row(class, [], |r| r.get(0));
    (rows.remove(0).remove(0), class.unwrap(), found)
}

#[tokio::test]
async fn every_type_comes_back_as_it_was_written() {
    let local = date(2024, 1, 5).at(10, 0, 0, 120_000_000);
    let with_offset = OffsetDateTime::new(local, 120).unwrap();
    let guid = Uuid::from_str("6F9619FF-8B86-D011-B42D-00C04FC964FF").unwrap();
    for (declared, value, stored) in [
        ("bit", Value::Bool(true), "integer 1"),
        ("tinyint", Value::Int(255), "integer 255"),
        (
            "bigint",
            Value::Int(i64::MIN),
            "integer -9223372036854775808",
        ),
        ("decimal(12,2)", number("12.50"), "real 12.5"),
        ("decimal(12,2)", number("100.00"), "integer 100"),
        (
            "decimal(15,2)",
            number("9999999999999.99"),
            "real 9999999999999.99",
        ),
        (
            "decimal(20,2)",
            number("1234567890123456789.00"),
            "integer 1234567890123456789",
        ),
        ("decimal(10,10)", number("0.0000000001"), "real 1e-10"),
        ("money", number("-922337.2036"), "real -922337.2036"),
        ("float", Value::Float(0.1), "real 0.1"),
        ("nvarchar(20)", Value::Text("007".into()), "text '007'"),
        ("date", Value::Date(date(2024, 1, 5)), "text '2024-01-05'"),
        (
            "time(3)",
            Value::Time(time(23, 59, 59, 500_000_000)),
            "text '23:59:59.5'",
        ),
        (
            "datetime2(3)",
            Value::DateTime(local),
            "text '2024-01-05 10:00:00.12'",
        ),
        (
            "datetimeoffset(2)",
            Value::DateTimeOffset(with_offset),
            "text '2024-01-05 10:00:00.12+02:00'",
        ),
        (
            "uniqueidentifier",
            Value::Guid(guid),
            "text '6f9619ff-8b86-d011-b42d-00c04fc964ff'",
        ),
        (
            "\"varbinary(max)\"",
            Value::Binary(vec![0, 255]),
            "blob X'00FF'",
        ),
    ] {
        let got = round_trip(declared, &value).await;
        assert_eq!(got, (Some(value), stored.to_owned(), 1), "{declared}");
    }
}

#[tokio::test]
async fn what_does_not_fit_its_declared_type_is_read_as_what_it_is() {
    let it = Fixture::new(
        "CREATE TABLE o (b bit, d decimal(12,2), t datetime, g uniqueidentifier, n int, f float, o datetimeoffset)",
    );
    it.beside
        .execute_batch(
            "INSERT INTO o VALUES
                (2, 12.345, '2024-01-05T10:00:00.123456', x'00', 'many', 'x', '2024-01-05 10:00:00'),
                ('yes', 0.1 + 0.2, 1704448800, 'no guid', 1.5, NULL, 'x'),
                (1, 'n/a', '2024-01-05', NULL, x'01', 1e999, NULL)",
        )
        .unwrap();
    let types = [
        "bit",
        "decimal(12,2)",
        "datetime",
        "uniqueidentifier",
        "int",
        "float",
        "datetimeoffset",
    ];
    let types = types.map(|t| SqlType::parse(t).unwrap());
    let text = |t: &str| Some(Value::Text(t.to_owned()));
    let local = date(2024, 1, 5).at(10, 0, 0, 0);
    let rows = it.query(sql("SELECT * FROM o", &[], &types)).await.unwrap();
    assert_eq!(
        rows,
        [
            vec![
                Some(Value::Int(2)),
                Some(number("12.345")),
                Some(Value::DateTime(date(2024, 1, 5).at(10, 0, 0, 123_456_000))),
                Some(Value::Binary(vec![0])),
                text("many"),
                text("x"),
                Some(Value::DateTimeOffset(
                    OffsetDateTime::new(local, 0).unwrap()
                )),
            ],
            vec![
                text("yes"),
                Some(number("0.30")),
                Some(Value::Int(1_704_448_800)),
                text("no guid"),
                Some(Value::Float(1.5)),
                None,
                text("x"),
            ],
            vec![
                Some(Value::Bool(true)),
                text("n/a"),
                Some(Value::DateTime(date(2024, 1, 5).at(0, 0, 0, 0))),
                None,
                Some(Value::Binary(vec![1])),
                text("Infinity"),
                None,
            ],
        ]
    );
}

#[tokio::test]
async fn decimals_have_the_scale_of_their_column() {
    let it = Fixture::new("CREATE TABLE d (x decimal(12,2)); INSERT INTO d VALUES (7), (7.5)");
    let ty = SqlType::parse("decimal(12,2)").unwrap();
    let rows = it.query(sql("SELECT x FROM d", &[], &[ty])).await.unwrap();
    let digits: Vec<String> = rows
        .into_iter()
        .flatten()
        .map(|v| match v {
            Some(Value::Decimal(d)) => d.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(digits, ["7.00", "7.50"]);
}

proptest! {
    #[test]
    fn every_decimal_of_fifteen_digits_is_held_exactly_and_found_again(
        digits in -999_999_999_999_999_i64..=999_999_999_999_999,
        scale in 0_u8..=38,
    ) {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("CREATE TABLE d (x decimal(38,10))").unwrap();
        let ty = SqlType::Decimal { precision: 38, scale };
        let value = Value::Decimal(BigDecimal::new(digits.into(), scale.into()));
        let param = [(Some(value.clone()), ty.clone())];
        let run = |statement: Statement| super::super::batch::query(&conn, &statement).unwrap();
        run(sql("INSERT INTO d VALUES (~)", &param, &[]));
        let found = run(sql("SELECT x FROM d WHERE x = ~", &param, std::slice::from_ref(&ty)));
        prop_assert_eq!(found, [[Some(value)]]);
    }
}
