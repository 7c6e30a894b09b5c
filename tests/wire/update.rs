//! Update.

use serde_json::json;

use crate::support::{Server, tuple};

#[tokio::test]
async fn an_update_of_several_rows_needs_no_flag() {
    let server = Server::demo().await;
    let body =
        json!({"Tuples": [tuple("Notes", null())], "Clause": "VendorName = 'Acme Supplies'"});
    let answer = server.post("tblCustomers", "Update", body).await;
    answer.is(&json!({"TotalAffected": 5, "TotalFailed": 0, "Message": null}));
    let clause = "VendorName = 'Acme Supplies' AND Notes IS NULL";
    assert_eq!(server.count("tblCustomers", clause).await, 5);
}

#[tokio::test]
async fn an_update_that_matches_nothing_says_so_and_inserts_nothing() {
    let server = Server::demo().await;
    let before = server.rows("tblCustomers", json!({"Length": 1000})).await;
    let body = json!({
        "Tuples": [tuple("VendorName", "Ghost"), tuple("City", "Rome")],
        "Clause": "VendorName = 'Ghost'",
    });
    let answer = server.post("tblCustomers", "Update", body).await;
    answer.is(&json!({"TotalAffected": 0, "TotalFailed": 0, "Message": null}));
    let after = server.rows("tblCustomers", json!({"Length": 1000})).await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_missing_or_empty_clause_never_means_all_rows() {
    let server = Server::demo().await;
    let before = server.rows("tblCountries", json!({})).await;
    for operation in ["Update", "Upsert"] {
        for clause in [
            null(),
            json!({}),
            json!({"condition": "AND", "rules": []}),
            json!(""),
            json!("  "),
            json!("{}"),
            json!("null"),
        ] {
            let body = json!({"Tuples": [tuple("CountryName", "X")], "Clause": clause, "AllowMultiUpdate": true});
            let answer = server.post("tblCountries", operation, body).await;
            assert_eq!(answer.status, 400, "{clause}: {answer:?}");
            assert!(
                answer.header("x-error-code").starts_with("clause_"),
                "{clause}: {answer:?}"
            );
        }
        let body = json!({"Tuples": [tuple("CountryName", "X")]});
        let answer = server.post("tblCountries", operation, body).await;
        answer.fails(400, "clause_missing", &["Clause"]);
    }
    assert_eq!(server.rows("tblCountries", json!({})).await, before);
}

fn null() -> serde_json::Value {
    serde_json::Value::Null
}
