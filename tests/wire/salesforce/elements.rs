//! What is wrong with single records of a collection, each in the contract's code, text and fields.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::config::Config;

use super::{ask, done, error, org, org_on, org_with, upsert};
use crate::support::Database;

#[tokio::test]
#[allow(clippy::too_many_lines)] // a table of cases
async fn each_fault_of_a_record_has_its_code_and_costs_no_other() {
    let server = org().await;
    let long = "x".repeat(31);
    let too_long = format!("Name: data value too large: {long} (max length=30)");
    for (record, code, message, fields) in [
        (
            json!({"Code": "bad"}),
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name]",
            json!(["Name"]),
        ),
        (
            json!({"Code": "bad", "Name": null}),
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name]",
            json!(["Name"]),
        ),
        (
            json!({"Code": "bad", "Name": ""}),
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [Name]",
            json!(["Name"]),
        ),
        (
            json!({"Code": "bad", "Name": long}),
            "STRING_TOO_LONG",
            too_long.as_str(),
            json!(["Name"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Since": "soon"}),
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Since: value not of required type: soon",
            json!(["Since"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Amount": 1.999}),
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Amount: value not of required type: 1.999 would be rounded",
            json!(["Amount"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Rating": 256}),
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Rating: value outside of valid range: 256",
            json!(["Rating"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "VendorId": 5, "RowGuid": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: VendorId, RowGuid. Please check the security settings of this field and \
             verify that it is read/write for your profile or permission set.",
            json!(["VendorId", "RowGuid"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Secret": "y"}),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: Secret.",
            json!(["Secret"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Rating": 9}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "check constraint",
            json!([]),
        ),
        (
            json!({"Code": "bad", "Name": "forbidden"}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "A trigger of the database refused the change",
            json!([]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Parent": 99}),
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            json!([]),
        ),
        (
            json!({"Name": "x"}),
            "MISSING_ARGUMENT",
            "Code not specified",
            json!(["Code"]),
        ),
        (
            json!({"Code": null, "Name": "x"}),
            "MISSING_ARGUMENT",
            "Code not specified",
            json!(["Code"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "id": "7"}),
            "MALFORMED_ID",
            "Vendor ID: id value of incorrect type: 7",
            json!(["Id"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Manager": {"Code": "y"}}),
            "INVALID_FIELD",
            "Relationship 'Manager' cannot be followed here",
            json!(["Manager"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "Manager": {"attributes": {"type": "Vendor"}, "Code": null}}),
            "MISSING_ARGUMENT",
            "Code not specified",
            json!(["Code"]),
        ),
        (
            json!({"Code": "bad", "Name": "x", "NAME": "y"}),
            "INVALID_FIELD",
            "Duplicate field specified: Name",
            json!(["Name"]),
        ),
    ] {
        let good = json!({"Code": "good", "Name": "good"});
        let elements = upsert(&server, false, &[record.clone(), good]).await;
        let (got, text, about) = error(&elements[0]);
        assert_eq!((got.as_str(), about), (code, fields), "{record}: {text}");
        assert!(text.contains(message), "'{message}' in '{text}'");
        assert!(!text.contains("database text"), "{text}");
        assert_eq!(elements[1]["success"], true, "{record}");
        assert_eq!(server.count("Vendor", "Code = 'bad'").await, 0, "{record}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_record_is_told_at_once() {
    let server = org().await;
    let record = json!({"Code": "bad", "Active": "maybe", "Since": "soon", "VendorId": 1});
    let elements = upsert(&server, false, &[record]).await;
    let errors = elements[0]["errors"].as_array().unwrap();
    let codes: Vec<&Value> = errors.iter().map(|error| &error["statusCode"]).collect();
    assert_eq!(codes.len(), 3, "{errors:?}");
    for code in [
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
    ] {
        assert!(codes.contains(&&json!(code)), "{errors:?}");
    }
}

#[tokio::test]
async fn an_id_of_the_object_s_own_is_refused_in_other_words_and_null_is_none() {
    let server = org().await;
    let made = upsert(&server, false, &[json!({"Code": "a", "Name": "A"})]).await;
    let id = done(&made[0], true);
    let sent = [
        json!({"Code": "a", "Id": id}),
        json!({"Code": "b", "Name": "B", "Id": null}),
    ];
    let elements = upsert(&server, false, &sent).await;
    let (code, message, fields) = error(&elements[0]);
    assert_eq!((code.as_str(), fields), ("INVALID_FIELD", json!(["Id"])));
    assert_eq!(
        message,
        "The Id field should not be specified in the sobject data."
    );
    done(&elements[1], true);
}

#[tokio::test]
async fn a_value_that_another_row_has_in_a_unique_key_names_that_row() {
    let server = org().await;
    let made = upsert(
        &server,
        false,
        &[json!({"Code": "a", "Name": "A", "TaxNo": "77"})],
    )
    .await;
    let elements = upsert(
        &server,
        false,
        &[json!({"Code": "b", "Name": "B", "TaxNo": "77"})],
    )
    .await;
    let (code, message, fields) = error(&elements[0]);
    assert_eq!((code.as_str(), fields), ("DUPLICATE_VALUE", json!([])));
    let holder = made[0]["id"].as_str().unwrap();
    assert_eq!(
        message,
        format!("duplicate value found: TaxNo duplicates value on record with id: {holder}")
    );
}

#[tokio::test]
async fn points_in_time_are_taken_with_their_offset() {
    let zone = |config: &mut Config| {
        config.database.time_zone = jiff::tz::TimeZone::get("Europe/Vienna").unwrap();
    };
    let server = org_with(zone).await;
    let record = json!({
        "Code": "a", "Name": "A", "SeenAt": "2026-07-01T10:00:00.500Z", "Opens": "08:30:00.000Z", "Since": "2026-01-31",
    });
    done(&upsert(&server, false, &[record]).await[0], true);
    let stored = server
        .rows("Vendor", json!({"Fields": ["SeenAt", "Opens"]}))
        .await;
    assert_eq!(
        stored,
        [json!({"SeenAt": "2026-07-01T12:00:00.5", "Opens": "08:30:00"})]
    );
    let read = ask(
        &server,
        Method::GET,
        "/v59.0/sobjects/Vendor/Code/a?fields=SeenAt,Opens,Since",
        "",
    )
    .await;
    let read = read.json();
    assert_eq!(read["SeenAt"], "2026-07-01T10:00:00.500+0000");
    assert_eq!(read["Opens"], "08:30:00.000Z");
    assert_eq!(read["Since"], "2026-01-31");
}

#[tokio::test]
async fn records_that_could_not_be_locked_are_told_so_one_by_one() {
    // Another process holds the whole file; a SQL Server locks rows.
    let hasty = |config: &mut Config| config.database.busy_timeout = Duration::from_millis(5);
    let server = org_on(Database::embedded(), hasty).await;
    upsert(&server, false, &[json!({"Code": "old", "Name": "N"})]).await;
    let mut other = server.session().await;
    other.execute("BEGIN IMMEDIATE").await;
    let sent = ["old", "new"].map(|code| json!({"Code": code, "Name": "M"}));
    let elements = upsert(&server, false, &sent).await;
    assert_eq!(elements.len(), 2);
    for element in &elements {
        let (code, message, fields) = error(element);
        assert_eq!((code.as_str(), fields), ("UNABLE_TO_LOCK_ROW", json!([])));
        assert_eq!(message, "unable to obtain exclusive access to this record");
    }
    other.execute("ROLLBACK").await;
    let elements = upsert(&server, false, &sent).await;
    done(&elements[0], false);
    done(&elements[1], true);
}
