//! What outcomes, rows and entities look like on the wire.

#![allow(clippy::unwrap_used)]

use std::str::FromStr;

use bigdecimal::BigDecimal;

use super::*;
use crate::{
    domain::{Length, Rows, SqlType},
    wire::testing,
};

async fn body(response: Response) -> String {
    assert_eq!(response.status().as_u16(), 200);
    assert_eq!(
        response.content_type(),
        Some("application/json; charset=utf-8")
    );
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
        tags: Vec::new(),
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
