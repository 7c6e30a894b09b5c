//! Upsert: update what matches, insert when nothing does, or refuse.

use serde_json::json;

use crate::support::{Server, Sql, all, rule, tuple};

#[tokio::test]
async fn five_matching_vendors_are_updated_when_many_are_allowed() {
    let server = Server::demo().await;
    let body = json!({
        "Tuples": [tuple("City", "Denver"), tuple("CreditLimit", 2500.5)],
        "Clause": all(&[rule("VendorName", "equal", "Acme Supplies")]),
        "AllowMultiUpdate": true,
    });
    server
        .post("tblCustomers", "Upsert", body)
        .await
        .is(&json!({"TotalAffected": 5, "TotalFailed": 0, "Message": null}));
    let clause = "VendorName = 'Acme Supplies' AND City = 'Denver' AND CreditLimit = 2500.50";
    assert_eq!(server.count("tblCustomers", clause).await, 5);
    assert_eq!(server.count("tblCustomers", "City = 'Denver'").await, 5);
}

#[tokio::test]
async fn several_matches_are_refused_unless_allowed_and_nothing_is_written() {
    let server = Server::demo().await;
    for flag in [json!(false), json!(null)] {
        let body = json!({
            "Tuples": [tuple("VendorName", "Acme Supplies"), tuple("City", "Denver")],
            "Clause": all(&[rule("VendorName", "equal", "Acme Supplies")]),
            "AllowMultiUpdate": flag,
        });
        let answer = server.post("tblCustomers", "Upsert", body).await;
        answer.fails(
            400,
            "more_than_one_match",
            &["found 5 records", "AllowMultiUpdate"],
        );
    }
    assert_eq!(server.count("tblCustomers", "City = 'Denver'").await, 0);
}

#[tokio::test]
async fn five_hundred_rows_are_updated_and_one_more_is_refused() {
    let server = Server::demo().await;
    let overdue = server.count("tblInvoices", "Status = 'Overdue'").await;
    let open = server.count("tblInvoices", "Status = 'Open'").await;
    assert_eq!((overdue, open), (500, 501), "the demo's data");
    let remind = |status: &str| {
        json!({
            "Tuples": [tuple("Reminders", 9)],
            "Clause": {"rules": [rule("Status", "equal", status)]},
            "AllowMultiUpdate": true,
        })
    };
    for operation in ["Upsert", "Update"] {
        let answer = server
            .post("tblInvoices", operation, remind("Overdue"))
            .await;
        answer.is(&json!({"TotalAffected": 500, "TotalFailed": 0, "Message": null}));
        let answer = server.post("tblInvoices", operation, remind("Open")).await;
        answer.fails(400, "too_many_matches", &["more than 500"]);
    }
    assert_eq!(server.count("tblInvoices", "Reminders = 9").await, 500);
}

#[tokio::test]
async fn the_cap_is_a_setting() {
    let server = Server::demo_with(|config| config.limits.max_rows = 4).await;
    let body = json!({
        "Tuples": [tuple("City", "Denver")],
        "Clause": "VendorName = 'Acme Supplies'",
        "AllowMultiUpdate": true,
    });
    let answer = server.post("tblCustomers", "Upsert", body).await;
    answer.fails(400, "too_many_matches", &["more than 4"]);
}

#[tokio::test]
async fn no_match_inserts_the_tuples_alone_and_a_repeat_updates_that_row() {
    let server = Server::demo().await;
    let body = json!({
        "Tuples": [tuple("VendorName", "Northwind"), tuple("City", "Oslo")],
        "Clause": all(&[rule("VendorName", "equal", "Northwind"), rule("Country", "is_null", json!(null))]),
        "TriggerWorkflow": true,
    });
    let answer = server.post("tblCustomers", "Upsert", body.clone()).await;
    assert_eq!(answer.json()["Message"], "Success", "{answer:?}");
    let id = answer.json()["GeneratedId"].as_i64().unwrap();
    let row = &server
        .rows(
            "tblCustomers",
            json!({"Clause": "VendorName = 'northwind'"}),
        )
        .await[0];
    assert_eq!(row["CustomerId"], id);
    assert_eq!(row["City"], "Oslo");
    // What the tuples leave out is NULL or the default.
    assert_eq!(row["Phone"], json!(null));
    assert_eq!(row["IsActive"], true);
    assert_eq!(row["CreditUsed"].to_string(), "0.00");
    // What callers may not send, the service fills: a required GUID and the system date, no other GUID.
    assert!(uuid::Uuid::parse_str(row["RowGuid"].as_str().unwrap()).is_ok());
    assert_eq!(row["ExternalGuid"], json!(null));
    let entered: jiff::civil::DateTime = row["DateEntered"].as_str().unwrap().parse().unwrap();
    let now = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .datetime();
    assert!(
        now.duration_since(entered).as_secs().abs() < 60,
        "{entered}"
    );

    let answer = server.post("tblCustomers", "Upsert", body).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    assert_eq!(
        server
            .count("tblCustomers", "VendorName = 'Northwind'")
            .await,
        1
    );
}

#[tokio::test]
async fn an_upsert_asks_for_required_columns_only_when_it_inserts() {
    let server = Server::demo().await;
    let body = |vendor: &str| json!({"Tuples": [tuple("City", "Bonn")], "Clause": format!("VendorName = '{vendor}'")});
    let answer = server
        .post("tblCustomers", "Upsert", body("Kestrel Software"))
        .await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    let answer = server.post("tblCustomers", "Upsert", body("Nobody")).await;
    answer.fails(400, "required_columns_missing", &["'VendorName'"]);
    assert_eq!(server.count("tblCustomers", "City = 'Bonn'").await, 1);
}

#[tokio::test]
async fn a_table_without_identity_answers_its_key_and_a_compound_key_answers_null() {
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE codes (code nchar(2) PRIMARY KEY NOT NULL COLLATE NOCASE, label nvarchar(20));
                     CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));
                     CREATE TABLE loose (a int);",
            mssql: "CREATE TABLE codes (code nchar(2) PRIMARY KEY NOT NULL, label nvarchar(20));
                    CREATE TABLE pairs (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));
                    CREATE TABLE loose (a int);",
        },
        &["codes", "pairs", "loose"],
    )
    .await;
    let body =
        json!({"Tuples": [tuple("code", "IT"), tuple("label", "Italy")], "Clause": "code = 'IT'"});
    let answer = server.post("codes", "Upsert", body).await;
    answer.is(&json!({"GeneratedId": "IT", "Message": "Success"}));
    let body = json!({"Tuples": [tuple("a", 1), tuple("b", 2)], "Clause": "a = 1 AND b = 2"});
    let answer = server.post("pairs", "Upsert", body).await;
    answer.is(&json!({"GeneratedId": null, "Message": "Success"}));
    let body = json!({"Tuples": [tuple("a", 1)], "Clause": "a = 1"});
    let answer = server.post("loose", "Upsert", body).await;
    answer.is(&json!({"GeneratedId": null, "Message": "Success"}));
}

#[tokio::test]
async fn a_trigger_s_own_changes_are_not_counted() {
    let server = Server::demo().await;
    let body = json!({
        "Tuples": [tuple("Title", "Changed")],
        "Clause": "ContractId IN (1, 2, 3)",
        "AllowMultiUpdate": true,
    });
    let answer = server.post("tblContracts", "Upsert", body).await;
    answer.is(&json!({"TotalAffected": 3, "TotalFailed": 0, "Message": null}));
}

#[tokio::test]
async fn a_clause_is_taken_as_an_object_as_json_text_as_sql_and_under_the_name_where() {
    let server = Server::demo().await;
    let object = all(&[rule("VendorName", "equal", "Kestrel Software")]);
    for (key, clause) in [
        ("Clause", object.clone()),
        ("Clause", json!(object.to_string())),
        ("Clause", json!("VendorName = 'Kestrel Software'")),
        ("Where", object),
        ("where", json!("[vendorname] = N'KESTREL software'")),
    ] {
        let body = json!({"Tuples": [tuple("Rating", 4)], key: clause});
        let answer = server.post("tblCustomers", "Upsert", body).await;
        answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    }
}

#[tokio::test]
async fn names_in_path_and_body_are_found_in_any_case() {
    let server = Server::demo_with(|config| config.server.base_path = "/API2".to_owned()).await;
    let body = json!({"tuples": [{"name": "CITY", "value": "Pisa"}], "clause": "vendorNAME = 'kestrel software'"});
    let path = server
        .base
        .replace("/API2", "/api2/cssAPI/v2/TBLCUSTOMERS/upsert");
    let request = server
        .http
        .post(path)
        .bearer_auth(&server.token)
        .json(&body);
    let answer = crate::support::Answer::of(request.send().await.unwrap()).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
}
