//! What finds the rows.

use serde_json::json;

use super::{many, results, totals};
use crate::support::{Server, Sql};

#[tokio::test]
async fn without_a_key_the_primary_key_finds_the_rows() {
    let server = Server::demo().await;
    // An identity: a row without it is a new one, and one that is not there cannot be asked for.
    let body = json!({"Rows": [
        {"CustomerId": 1, "City": "Ulm"},
        {"VendorName": "Brand new", "City": "Ulm"},
        {"CustomerId": 999_999, "VendorName": "Nobody", "City": "Ulm"},
        {"CustomerId": null, "VendorName": "Nobody", "City": "Ulm"},
    ]});
    let answer = many(&server, "tblCustomers", body).await;
    assert_eq!(
        results(&answer),
        [
            "0 Updated",
            "1 Created",
            "2 Failed key_not_taken",
            "3 Failed key_null"
        ]
    );
    let created = answer.json()["Results"][1]["GeneratedId"].as_i64().unwrap();
    let clause = format!("CustomerId = {created} AND VendorName = 'Brand new'");
    assert_eq!(server.count("tblCustomers", &clause).await, 1);
    assert_eq!(server.count("tblCustomers", "City = 'Ulm'").await, 2);
}

#[tokio::test]
async fn a_key_that_is_made_by_the_database_is_taken_where_the_entity_says_so() {
    let server = Server::demo_with(|config| {
        config.serving.declared[0].keys.caller_keys = true;
    })
    .await;
    let body = json!({"Rows": [{"CustomerId": 500, "VendorName": "Moved here"}]});
    let answer = many(&server, "tblCustomers", body.clone()).await;
    assert_eq!(results(&answer), ["0 Created"], "{answer:?}");
    assert_eq!(answer.json()["Results"][0]["GeneratedId"], 500);
    assert_eq!(
        totals(&many(&server, "tblCustomers", body).await),
        [0, 1, 0]
    );
}

const GUIDS: Sql<'_> = Sql {
    sqlite: "CREATE TABLE g (id uniqueidentifier NOT NULL PRIMARY KEY, n int);
             CREATE TABLE pair (a int NOT NULL, b nvarchar(10) NOT NULL COLLATE NOCASE, n int, PRIMARY KEY (a, b));
             CREATE TABLE loose (code nvarchar(10), n int);
             INSERT INTO g VALUES ('00112233-4455-6677-8899-aabbccddeeff', 1);
             INSERT INTO loose VALUES ('one', 1), ('two', 1), ('two', 2)",
    mssql: "CREATE TABLE g (id uniqueidentifier NOT NULL PRIMARY KEY, n int);
            CREATE TABLE pair (a int NOT NULL, b nvarchar(10) NOT NULL, n int, PRIMARY KEY (a, b));
            CREATE TABLE loose (code nvarchar(10), n int);
            INSERT INTO g VALUES ('00112233-4455-6677-8899-aabbccddeeff', 1);
            INSERT INTO loose VALUES ('one', 1), ('two', 1), ('two', 2)",
};

#[tokio::test]
async fn a_guid_finds_a_row_and_is_no_write() {
    let server = Server::with_tables(GUIDS, &["g"]).await;
    let body = json!({"Rows": [
        {"id": "{00112233-4455-6677-8899-AABBCCDDEEFF}", "n": 2},
        {"n": 3},
        {"id": "99112233-4455-6677-8899-aabbccddeeff", "n": 4},
        {"id": "no guid", "n": 5},
    ]});
    let answer = many(&server, "g", body).await;
    assert_eq!(
        results(&answer),
        [
            "0 Updated",
            "1 Created",
            "2 Failed key_not_taken",
            "3 Failed value_does_not_fit"
        ]
    );
    let told = answer.json();
    assert_eq!(
        told["Results"][0]["GeneratedId"],
        "00112233-4455-6677-8899-aabbccddeeff"
    );
    assert!(uuid::Uuid::parse_str(told["Results"][1]["GeneratedId"].as_str().unwrap()).is_ok());
    assert_eq!(server.count("g", "n IN (2, 3)").await, 2);
}

#[tokio::test]
async fn a_key_may_have_several_columns_in_any_order() {
    let server = Server::with_tables(GUIDS, &["pair"]).await;
    let body = |key| {
        json!({"Key": key, "Rows": [
            {"a": 1, "b": "x", "n": 1},
            {"b": "X", "n": 2, "a": "1"},
            {"a": 2, "b": "x", "n": 3},
            {"a": 2, "n": 4},
        ]})
    };
    let answer = many(&server, "pair", body(json!(null))).await;
    assert_eq!(
        results(&answer),
        [
            "0 Created",
            "1 Updated",
            "2 Created",
            "3 Failed key_missing"
        ]
    );
    assert!(answer.json()["Results"][0]["GeneratedId"].is_null());
    let answer = many(&server, "pair", body(json!(["B", "a"]))).await;
    assert_eq!(totals(&answer), [0, 3, 1]);
    assert_eq!(server.count("pair", "n IN (2, 3)").await, 2);
}

#[tokio::test]
async fn a_key_that_may_match_several_rows_must_be_declared() {
    let server = Server::with_tables(GUIDS, &["loose"]).await;
    let rows = json!([{"code": "one", "n": 9}, {"code": "two", "n": 9}, {"code": "three", "n": 9}]);
    let body = json!({"Key": "code", "Rows": rows});
    let answer = many(&server, "loose", body.clone()).await;
    answer.fails(
        400,
        "key_unusable",
        &["('code') may match several rows", "external_ids"],
    );
    // SQLite numbers the rows of a table without a key.
    if !server.database.is_embedded() {
        let answer = many(&server, "loose", json!({"Rows": rows})).await;
        answer.fails(400, "key_unusable", &["'loose' has no primary key"]);
    }
    let server = Server::with_tables_and(GUIDS, &["loose"], |config| {
        let keys = &mut config.serving.declared[0].keys;
        keys.external_ids = vec!["code".to_owned()];
        keys.not_unique = vec!["code".to_owned()];
    })
    .await;
    let answer = many(&server, "loose", body).await;
    assert_eq!(
        results(&answer),
        ["0 Updated", "1 Failed key_ambiguous", "2 Created"]
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused_with_the_nearest_name() {
    let server = Server::demo().await;
    for (key, code, words) in [
        (
            json!("VendorCod"),
            "unknown_column",
            "did you mean 'VendorCode'?",
        ),
        (json!(["a", "b"]), "unknown_column", "'b'"),
        (json!([]), "body_malformed", "Key is empty"),
        (json!(7), "body_malformed", "Key has a number"),
        (
            json!(["VendorCode", 7]),
            "body_malformed",
            "Key has a number",
        ),
        (
            json!(["VendorCode", "vendorcode"]),
            "body_malformed",
            "Key: vendorcode stands more than once",
        ),
    ] {
        let body = json!({"Key": key, "Rows": [{"VendorName": "x"}]});
        let answer = many(&server, "tblCustomers", body).await;
        answer.fails(400, code, &[words]);
    }
    assert_eq!(server.count("tblCustomers", "VendorName = 'x'").await, 0);
}
