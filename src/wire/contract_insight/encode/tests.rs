//! What outcomes, rows and entities look like on the wire.

#![allow(clippy::unwrap_used)]

use std::str::FromStr;

use bigdecimal::BigDecimal;
use jiff::civil;
use uuid::Uuid;

use super::*;
use crate::{
    domain::{Length, OffsetDateTime, Rows},
    wire::testing,
};

fn text(ty: Option<&SqlType>, value: &Value) -> String {
    let mut out = Vec::new();
    push_value(&mut out, ty, value).unwrap();
    String::from_utf8(out).unwrap()
}

async fn body(response: Response) -> String {
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(response.content_type(), Some("application/json"));
    response.into_body().into_string().await.unwrap()
}

#[tokio::test]
async fn a_write_is_answered_as_the_vendor_answers_it() {
    for (given, answer) in [
        (
            WriteOutcome::Updated { affected: 5 },
            r#"{"TotalAffected":5,"TotalFailed":0,"Message":null}"#,
        ),
        (
            WriteOutcome::Updated { affected: 0 },
            r#"{"TotalAffected":0,"TotalFailed":0,"Message":null}"#,
        ),
        (
            WriteOutcome::Inserted {
                generated: Some(Value::Int(i64::MAX)),
            },
            r#"{"GeneratedId":9223372036854775807,"Message":"Success"}"#,
        ),
        (
            WriteOutcome::Inserted {
                generated: Some(Value::Decimal(BigDecimal::from_str("10.50").unwrap())),
            },
            r#"{"GeneratedId":10.50,"Message":"Success"}"#,
        ),
        (
            WriteOutcome::Inserted {
                generated: Some(Value::Text("a\"b".to_owned())),
            },
            r#"{"GeneratedId":"a\"b","Message":"Success"}"#,
        ),
        (
            WriteOutcome::Inserted { generated: None },
            r#"{"GeneratedId":null,"Message":"Success"}"#,
        ),
    ] {
        assert_eq!(body(outcome(given).unwrap()).await, answer);
    }
    // What the service answers with an error must not pass for a success.
    for refused in [WriteOutcome::TooMany { matched: 2 }, WriteOutcome::NoMatch] {
        assert_eq!(outcome(refused).unwrap_err().code(), "internal_error");
    }
}

#[test]
fn each_type_has_its_json() {
    let day = civil::date(2024, 1, 5);
    let at = day.at(10, 0, 0, 120_000_000);
    let offset = OffsetDateTime::new(day.at(10, 0, 0, 0), 120).unwrap();
    let guid = Uuid::from_str("6F9619FF-8B86-D011-B42D-00C04FC964FF").unwrap();
    for (value, json) in [
        (Value::Bool(true), "true"),
        (Value::Int(-7), "-7"),
        (
            Value::Decimal(BigDecimal::from_str("12.50").unwrap()),
            "12.50",
        ),
        (
            Value::Decimal(BigDecimal::from_str("0.0000000000000000000000000000000001").unwrap()),
            "0.0000000000000000000000000000000001",
        ),
        (Value::Text("Zoë \n".to_owned()), "\"Zoë \\n\""),
        (Value::Date(day), "\"2024-01-05\""),
        (Value::Time(civil::time(10, 0, 0, 0)), "\"10:00:00\""),
        (Value::DateTime(at), "\"2024-01-05T10:00:00.12\""),
        (
            Value::DateTimeOffset(offset),
            "\"2024-01-05T10:00:00+02:00\"",
        ),
        (
            Value::Guid(guid),
            "\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"",
        ),
        (Value::Binary(vec![0, 255, 7]), "\"AP8H\""),
    ] {
        assert_eq!(text(None, &value), json);
    }
}

#[test]
fn a_float_is_written_as_short_as_it_can_be() {
    let real = SqlType::Real;
    for (ty, number, json) in [
        (None, 5.0, "5"),
        (None, -0.0, "0"),
        (None, 0.1, "0.1"),
        (None, 1e300, "1e300"),
        (None, f64::INFINITY, "\"Infinity\""),
        (Some(&real), f64::NEG_INFINITY, "\"-Infinity\""),
        (None, f64::NAN, "\"NaN\""),
        (Some(&real), f64::from(0.1_f32), "0.1"),
        (Some(&real), 0.1, "0.1"),
        (
            Some(&SqlType::Float),
            f64::from(0.1_f32),
            "0.10000000149011612",
        ),
    ] {
        assert_eq!(text(ty, &Value::Float(number)), json);
    }
}

#[test]
fn rows_keep_the_order_of_their_keys() {
    let selection = Selection {
        keys: vec![
            ("z".to_owned(), SqlType::Int),
            ("a \"b\"".to_owned(), SqlType::NVarChar(Length::Max)),
        ],
        rows: Rows(vec![
            vec![Some(Value::Int(1)), None],
            vec![None, Some(Value::Text("x".to_owned()))],
        ]),
    };
    assert_eq!(
        String::from_utf8(rows(&selection).unwrap()).unwrap(),
        r#"[{"z":1,"a \"b\"":null},{"z":null,"a \"b\"":"x"}]"#
    );
    let none = Selection {
        rows: Rows::default(),
        ..selection
    };
    assert_eq!(rows(&none).unwrap(), b"[]");
}

#[test]
fn a_schema_describes_each_column_in_the_vendors_words() {
    let entities = testing::office();
    let columns = serde_json::to_value(schema(&entities[1])).unwrap();
    let by_name = |name: &str| {
        let all = columns.as_array().unwrap();
        all.iter().find(|c| c["Name"] == name).unwrap().to_string()
    };
    assert_eq!(
        by_name("CustomerID"),
        r#"{"Name":"CustomerID","IsPrimaryKey":true,"IsIdentity":true,"IsNullable":false,"DBType":"int","MaxLength":null,"DataPrecision":10,"DataScale":0,"HasDefaultValue":false,"IsComputedColumn":false,"IsPassword":false}"#
    );
    assert_eq!(
        by_name("CreditLimit"),
        r#"{"Name":"CreditLimit","IsPrimaryKey":false,"IsIdentity":false,"IsNullable":true,"DBType":"decimal","MaxLength":null,"DataPrecision":12,"DataScale":2,"HasDefaultValue":true,"IsComputedColumn":false,"IsPassword":false}"#
    );
    assert!(
        by_name("VendorName").contains(
            r#""DBType":"nvarchar","MaxLength":100,"DataPrecision":null,"DataScale":null"#
        )
    );
    assert!(by_name("DisplayName").contains(r#""IsComputedColumn":true"#));
    let employees = serde_json::to_value(schema(&entities[2])).unwrap();
    assert_eq!(employees[2]["IsPassword"], true);
}

#[test]
fn an_entity_is_listed_with_its_rights() {
    assert_eq!(
        serde_json::to_string(&entity(&testing::office()[1])).unwrap(),
        r#"{"EntityName":"tblCustomers","EntityNameDisplay":"Display of tblCustomers","AllowAdd":true,"AllowEdit":true,"AllowView":true,"EntityNameForAPI":"tblCustomers"}"#
    );
}
