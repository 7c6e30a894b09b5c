//! Add.

use serde_json::json;

use crate::support::{Server, tuple};

#[tokio::test]
async fn add_inserts_one_row_even_where_another_is_equal() {
    let server = Server::demo().await;
    let body = json!({"Tuples": [tuple("VendorName", "Twin")]});
    let first = server.post("tblCustomers", "Add", body.clone()).await;
    let second = server.post("tblCustomers", "Add", body).await;
    let id = |answer: &crate::support::Answer| answer.json()["GeneratedId"].as_i64().unwrap();
    assert_eq!(first.json()["Message"], "Success");
    assert_eq!(id(&second), id(&first) + 1);
    assert_eq!(server.count("tblCustomers", "VendorName = 'Twin'").await, 2);
}

#[tokio::test]
async fn the_swaggers_singular_tuple_is_taken_too() {
    let server = Server::demo().await;
    let body = json!({"Tuple": [tuple("VendorName", "Single")]});
    assert_eq!(server.post("tblCustomers", "Add", body).await.status, 200);
}

#[tokio::test]
async fn every_missing_required_column_is_named() {
    let server = Server::demo().await;
    let body = json!({"Tuples": [tuple("Amount", 5)]});
    let answer = server.post("tblContracts", "Add", body).await;
    answer.fails(
        400,
        "required_columns_missing",
        &["'ContractNumber'", "'CustomerId'", "'Title'"],
    );
    // Those with a default are not asked for.
    assert!(!answer.message().contains("Status"), "{answer:?}");
}

#[tokio::test]
async fn a_unique_key_and_a_foreign_key_conflict_with_409_and_write_nothing() {
    let server = Server::demo().await;
    let number = &server.rows("tblContracts", json!({"Length": 1})).await[0]["ContractNumber"];
    let contract = |number: &serde_json::Value, customer: i64| {
        json!({"Tuples": [
            tuple("ContractNumber", number.clone()),
            tuple("CustomerId", customer),
            tuple("Title", "T"),
        ]})
    };
    let before = server.count("tblContracts", "ContractId > 0").await;
    let answer = server
        .post("tblContracts", "Add", contract(number, 1))
        .await;
    let key = server.told("ContractNumber");
    answer.fails(409, "unique_conflict", &[&key]);
    let answer = server
        .post("tblContracts", "Add", contract(&json!("NEW-1"), 999_999))
        .await;
    answer.fails(409, "foreign_key_conflict", &["foreign key"]);
    let body = json!({"Tuples": [tuple("VendorName", "V"), tuple("Rating", 9)]});
    let answer = server.post("tblCustomers", "Add", body).await;
    let check = server.told("CK_tblCustomers_Rating");
    answer.fails(409, "check_conflict", &[&check]);
    assert!(!answer.text.to_lowercase().contains("sqlite"), "{answer:?}");
    assert_eq!(server.count("tblContracts", "ContractId > 0").await, before);
}

#[tokio::test]
async fn protected_columns_are_refused_by_name_with_every_other_fault() {
    let server = Server::demo().await;
    let body = json!({"Tuples": [
        tuple("RowGuid", "00112233-4455-6677-8899-aabbccddeeff"),
        tuple("externalguid", json!(null)),
        tuple("DateEntered", "2020-01-01"),
        tuple("CustomerId", 7),
        tuple("CreditAvailable", 1),
        tuple("Citty", "x"),
        tuple("CreditLimit", "1.999"),
        tuple("VendorName", json!(null)),
    ]});
    let answer = server.post("tblCustomers", "Add", body).await;
    answer.fails(
        400,
        "invalid_request",
        &[
            "'RowGuid' is a GUID",
            "'ExternalGuid' is a GUID",
            "'DateEntered' is a system date",
            "'CustomerId' is an identity",
            "'CreditAvailable' is computed",
            "'Citty'; did you mean 'City'?",
            "'CreditLimit' is decimal(12,2): '1.999' would be rounded",
            "'VendorName' cannot be null",
        ],
    );
    let body = json!({"Tuples": [tuple("ContractNumber", "X"), tuple("Version", "AAAAAAAAAAA=")]});
    let answer = server.post("tblContracts", "Add", body).await;
    assert!(
        answer.message().contains("'Version' is a row version"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_declared_read_only_column_is_refused_in_writes_alone() {
    let server = Server::demo_with(|config| {
        config.serving.declared[0].read_only = vec!["Notes".to_owned()];
    })
    .await;
    let body = json!({"Tuples": [tuple("Notes", "x")], "Clause": "CustomerId = 1"});
    let answer = server.post("tblCustomers", "Update", body).await;
    answer.fails(400, "protected_column", &["'Notes' is read-only"]);
    server
        .rows(
            "tblCustomers",
            json!({"Fields": ["Notes"], "Clause": "Notes IS NOT NULL"}),
        )
        .await;
}

#[tokio::test]
async fn system_dates_are_filled_in_the_configured_zone() {
    let zone = "Asia/Tokyo";
    let server = Server::demo_with(|config| {
        config.database.time_zone = jiff::tz::TimeZone::get(zone).unwrap();
    })
    .await;
    let body = json!({"Tuples": [tuple("VendorName", "Tokyo Steel")]});
    server.post("tblCustomers", "Add", body).await;
    let rows = server
        .rows(
            "tblCustomers",
            json!({"Clause": "VendorName = 'Tokyo Steel'"}),
        )
        .await;
    let entered: jiff::civil::DateTime = rows[0]["DateEntered"].as_str().unwrap().parse().unwrap();
    let there = jiff::Timestamp::now().in_tz(zone).unwrap().datetime();
    assert!(
        there.duration_since(entered).as_secs().abs() < 60,
        "{entered} {there}"
    );
}
