//! UpsertMany.

mod bodies;
mod keys;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, EVERYTHING, Server};
use upsertd::domain::Actions;

const CUSTOMERS: &str = "/CSSAPI/V2/tblCustomers/UpsertMany";

/// Sends rows as JSON.
async fn many(server: &Server, entity: &str, body: Value) -> Answer {
    server.post(entity, "UpsertMany", body).await
}

/// Sends a body of another kind.
async fn send(server: &Server, path: &str, media: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = server.request(Method::POST, path);
    let request = request.header("content-type", media).body(body);
    Answer::of(request.send().await.unwrap()).await
}

/// What became of each row, and its code where it failed.
fn results(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let results = body["Results"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer:?}"));
    results
        .iter()
        .map(|result| {
            let status = result["Status"].as_str().unwrap();
            match result["Code"].as_str() {
                None => format!("{} {status}", result["Index"]),
                Some(code) => format!("{} {status} {code}", result["Index"]),
            }
        })
        .collect()
}

fn totals(answer: &Answer) -> [u64; 3] {
    let body = answer.json();
    ["TotalCreated", "TotalUpdated", "TotalFailed"].map(|total| body[total].as_u64().unwrap())
}

#[tokio::test]
async fn rows_are_updated_or_inserted_by_their_key_and_each_is_told() {
    let server = Server::demo().await;
    let body = json!({"Key": "CountryCode", "Rows": [
        {"CountryCode": "fr", "CountryName": "La France"},
        {"CountryCode": "XA", "CountryName": "Xanadu", "IsEuMember": true},
        {"CountryName": "Xanadu II", "COUNTRYCODE": "XB"},
    ]});
    let answer = many(&server, "tblCountries", body.clone()).await;
    answer.is(&json!({
        "TotalCreated": 2, "TotalUpdated": 1, "TotalFailed": 0, "Message": null,
        "Results": [
            {"Index": 0, "Status": "Updated", "GeneratedId": "FR", "Code": null, "Message": null},
            {"Index": 1, "Status": "Created", "GeneratedId": "XA", "Code": null, "Message": null},
            {"Index": 2, "Status": "Created", "GeneratedId": "XB", "Code": null, "Message": null},
        ],
    }));
    let rows = server
        .rows(
            "tblCountries",
            json!({"Clause": "CountryName LIKE 'Xanadu%' OR CountryCode = 'FR'"}),
        )
        .await;
    // What a row leaves out stays as it is.
    assert_eq!(
        rows,
        [
            json!({"CountryCode": "FR", "CountryName": "La France", "IsEuMember": true}),
            json!({"CountryCode": "XA", "CountryName": "Xanadu", "IsEuMember": true}),
            json!({"CountryCode": "XB", "CountryName": "Xanadu II", "IsEuMember": false}),
        ]
    );
    assert_eq!(
        totals(&many(&server, "tblCountries", body).await),
        [0, 3, 0]
    );
}

#[tokio::test]
async fn a_row_that_fails_does_not_keep_the_others_from_being_written() {
    let server = Server::demo().await;
    let body = json!({"Key": "VendorCode", "Rows": [
        {"VendorCode": "N-1", "VendorName": "New 1", "CreditLimit": "12.75"},
        {"VendorCode": "N-2", "VendorName": "New 2", "CreditLimit": 1.999},
        {"VendorCode": "N-3", "VendorName": null},
        {"VendorCode": "N-4"},
        {"VendorCode": "N-5", "VendorName": "x", "Citty": "y"},
        {"VendorCode": "N-6", "VendorName": "x", "DateEntered": "2020-01-01"},
        {"VendorCode": "N-7", "VendorName": "x", "Country": "??"},
        {"VendorCode": "N-8", "VendorName": "x", "Rating": 9},
        {"VendorCode": "N-9", "VendorName": ["x"]},
        {"VendorName": "x"},
        {"VendorCode": null, "VendorName": "x"},
        7,
        {"VendorCode": "N-0", "VendorName": "x", "VendorName": "y"},
        {"VendorCode": "N-1", "VendorName": "New 1 again"},
    ]});
    // serde_json's macro keeps the last of a repeated key: it is written by hand.
    let text = body.to_string().replace(
        r#""VendorCode":"N-0","VendorName":"y""#,
        r#""VendorCode":"N-0","VendorName":"x","VendorName":"y""#,
    );
    let answer = server.post_raw(CUSTOMERS, text).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        results(&answer),
        [
            "0 Created",
            "1 Failed value_does_not_fit",
            "2 Failed null_not_allowed",
            "3 Failed required_columns_missing",
            "4 Failed unknown_column",
            "5 Failed protected_column",
            "6 Failed foreign_key_conflict",
            "7 Failed check_conflict",
            "8 Failed body_malformed",
            "9 Failed key_missing",
            "10 Failed key_null",
            "11 Failed body_malformed",
            "12 Failed body_malformed",
            "13 Updated",
        ]
    );
    assert_eq!(totals(&answer), [1, 1, 12]);
    let told = &answer.json()["Results"];
    for (index, words) in [
        (1, "'CreditLimit' is decimal(12,2): 1.999 would be rounded"),
        (3, "the row lacks it; add it"),
        (4, "no column 'Citty'; did you mean 'City'?"),
        (8, "Column 'VendorName' has an array as its value"),
        (9, "lacks 'VendorCode' of its key"),
        (11, "The row is a number"),
        (12, "VendorName stands more than once"),
    ] {
        let message = told[index]["Message"].as_str().unwrap();
        assert!(message.contains(words), "'{words}' in {message}");
        assert!(!message.contains("Tuples"), "{message}");
    }
    let rows = server
        .rows("tblCustomers", json!({"Fields": ["VendorCode", "VendorName", "CreditLimit"], "Clause": "VendorCode LIKE 'N-%'"}))
        .await;
    assert_eq!(
        rows,
        [json!({"VendorCode": "N-1", "VendorName": "New 1 again", "CreditLimit": 12.75})]
    );
}

#[tokio::test]
async fn all_or_none_writes_nothing_if_one_row_fails_and_says_which() {
    let server = Server::demo().await;
    let rows = json!([
        {"CountryCode": "XA", "CountryName": "Xanadu"},
        {"CountryCode": "XB", "CountryName": null},
        {"CountryCode": "FR", "CountryName": "La France"},
        {"CountryCode": "XC", "CountryNam": "C"},
    ]);
    let body = json!({"Key": "CountryCode", "AllOrNone": true, "Rows": rows});
    let answer = many(&server, "tblCountries", body).await;
    answer.fails(400, "rows_failed", &["2 rows failed; nothing was written."]);
    assert_eq!(totals(&answer), [0, 0, 2]);
    assert_eq!(
        results(&answer),
        ["1 Failed null_not_allowed", "3 Failed unknown_column"]
    );
    // A row that only the database refuses takes the others back with it.
    let body = json!({"AllOrNone": "true", "Rows": [
        {"CountryCode": "XA", "CountryName": "Xanadu"},
        {"CountryCode": "X", "CountryName": "Too short"},
    ]});
    let answer = many(&server, "tblCountries", body).await;
    answer.fails(400, "rows_failed", &["A row failed; nothing was written."]);
    assert_eq!(totals(&answer), [0, 0, 1]);
    assert_eq!(results(&answer), ["1 Failed check_conflict"]);
    let changed = "CountryCode LIKE 'X%' OR CountryName = 'La France'";
    assert_eq!(server.count("tblCountries", changed).await, 0);
    let body = json!({"Rows": [rows[0], rows[2]], "AllOrNone": true});
    assert_eq!(
        totals(&many(&server, "tblCountries", body).await),
        [1, 1, 0]
    );
    assert_eq!(server.count("tblCountries", changed).await, 2);
}

#[tokio::test]
async fn of_rows_with_the_same_key_the_last_one_wins() {
    let server = Server::demo().await;
    for all_or_none in [false, true] {
        let body = json!({"Key": ["CountryCode"], "AllOrNone": all_or_none, "Rows": [
            {"CountryCode": "XZ", "CountryName": "First"},
            {"CountryCode": "xz", "IsEuMember": true},
            {"CountryCode": "XZ", "CountryName": "Last"},
        ]});
        let answer = many(&server, "tblCountries", body).await;
        assert_eq!(totals(&answer)[2], 0, "{answer:?}");
        let rows = server
            .rows("tblCountries", json!({"Clause": "CountryCode = 'XZ'"}))
            .await;
        assert_eq!(
            rows,
            [json!({"CountryCode": "XZ", "CountryName": "Last", "IsEuMember": true})]
        );
    }
}

#[tokio::test]
async fn no_rows_are_no_error() {
    let server = Server::demo().await;
    let nothing = json!({"TotalCreated": 0, "TotalUpdated": 0, "TotalFailed": 0, "Message": null, "Results": []});
    for body in [json!({"Rows": []}), json!({"Rows": [], "AllOrNone": true})] {
        many(&server, "tblCountries", body).await.is(&nothing);
    }
    send(&server, CUSTOMERS, "text/csv", "VendorName,City\n")
        .await
        .is(&nothing);
    send(&server, CUSTOMERS, "application/x-ndjson", "\n")
        .await
        .is(&nothing);
}

#[tokio::test]
async fn whoever_may_not_add_and_edit_is_refused_before_the_body_is_read() {
    for (add, edit, action) in [(true, false, "editing"), (false, true, "adding")] {
        let server = Server::demo_with(|config| {
            config.serving.declared[0].actions = Actions {
                add,
                edit,
                ..EVERYTHING
            };
        })
        .await;
        let answer = server.post_raw(CUSTOMERS, "no json").await;
        answer.fails(403, "action_not_allowed", &[action]);
    }
    let server = Server::demo().await;
    let answer = server
        .post("tblNothing", "UpsertMany", json!({"Rows": []}))
        .await;
    answer.fails(404, "unknown_entity", &["tblNothing"]);
    let path = format!("{}{CUSTOMERS}", server.base);
    let answer = Answer::of(server.http.post(path).body("{}").send().await.unwrap()).await;
    answer.fails(401, "token_missing", &[]);
}

#[tokio::test]
async fn a_dry_run_tells_what_would_become_of_the_rows_and_keeps_nothing() {
    let server = Server::demo().await;
    for all_or_none in [false, true] {
        let body = json!({"DryRun": true, "AllOrNone": all_or_none, "Rows": [
            {"CountryCode": "XA", "CountryName": "A"},
            {"CountryCode": "FR", "CountryName": "F"},
        ]});
        let answer = many(&server, "tblCountries", body).await;
        assert_eq!((answer.status, totals(&answer)), (200, [1, 1, 0]));
        assert_eq!(answer.message(), "A dry run: nothing was kept.");
        let changed = "CountryCode = 'XA' OR CountryName = 'F'";
        assert_eq!(server.count("tblCountries", changed).await, 0);
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_batch_of_all_or_none_is_told_at_once() {
    let server = Server::demo().await;
    let rows = json!([
        {"VendorCode": "X-1", "VendorName": "fine"},
        {"VendorCode": "X-2", "City": "no name"},
        {"VendorCode": "X-3", "VendorName": "bad value", "Rating": "five"},
        {"VendorCode": "X-4", "VendorName": "bad check", "Rating": 9},
    ]);
    let body = json!({"Key": "VendorCode", "Rows": rows, "AllOrNone": true});
    let answer = many(&server, "tblCustomers", body).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        results(&answer),
        [
            "1 Failed required_columns_missing",
            "2 Failed value_does_not_fit",
            "3 Failed check_conflict"
        ]
    );
    assert_eq!(
        server.count("tblCustomers", "VendorCode LIKE 'X-%'").await,
        0
    );
}

/// Only SQLite has triggers that end a transaction and leave nothing to go on with.
#[tokio::test]
async fn what_ends_the_whole_transaction_is_told_by_its_row() {
    let server = Server::embedded(
        "CREATE TABLE t (k nvarchar(9) NOT NULL PRIMARY KEY, v nvarchar(9));
         CREATE TRIGGER ends BEFORE INSERT ON t WHEN NEW.v = 'end' BEGIN SELECT RAISE(ROLLBACK, 'no'); END;",
        &["t"],
    )
    .await;
    let rows = json!([{"k": "a"}, {"k": "b", "v": "end"}, {"k": "c"}]);
    let answer = many(&server, "t", json!({"Rows": rows, "AllOrNone": true})).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(results(&answer), ["1 Failed trigger_refused"]);
    assert_eq!(server.count("t", "k IS NOT NULL").await, 0);
    let answer = many(&server, "t", json!({"Rows": rows})).await;
    assert_eq!(
        results(&answer),
        ["0 Created", "1 Failed trigger_refused", "2 Created"]
    );
}
