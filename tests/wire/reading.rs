//! Get, Schema and the entity list.

use reqwest::Method;
use serde_json::{Value, json};

use upsertd::{catalog::AllTables, domain::Actions};

use crate::support::{Answer, Server, Sql, all, rule, tuple};

fn column(rows: &[Value], key: &str) -> Vec<Value> {
    rows.iter().map(|row| row[key].clone()).collect()
}

#[tokio::test]
async fn a_get_without_fields_returns_every_column_but_binary_and_password_ones() {
    let server = Server::demo().await;
    let row = &server.rows("tblCustomers", json!({"Length": 1})).await[0];
    let keys: Vec<&str> = row
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys[..2],
        ["CustomerId", "VendorName"],
        "in the table's order"
    );
    assert!(!keys.contains(&"Logo"));
    let row = &server.rows("tblEmployees", json!({"Length": 1})).await[0];
    assert!(row.get("PasswordHash").is_none());
    assert!(row.get("UserName").is_some());
    let contract = &server.rows("tblContracts", json!({"Length": 1})).await[0];
    assert!(contract.get("Version").is_none(), "a row version is binary");
}

#[tokio::test]
async fn values_come_out_with_the_digits_and_shapes_of_their_types() {
    let server = Server::demo().await;
    let body = json!({
        "Fields": ["CreditLimit", "CreditUsed", "CreditAvailable", "IsActive", "RowGuid", "DateEntered", "LastContact", "Rating", "Phone"],
        "Clause": "VendorCode = 'acme-rom'",
    });
    let answer = server.post("tblCustomers", "Get", body).await;
    assert_eq!(
        answer.text,
        r#"[{"CreditLimit":15000.00,"CreditUsed":14999.99,"CreditAvailable":0.01,"IsActive":true,"RowGuid":"36f675cc-81e7-4ef5-a8e2-5d940ed90475","DateEntered":"2021-11-15T10:26:58","LastContact":"2024-07-23","Rating":3,"Phone":"+39 06 5550 103"}]"#
    );
}

#[tokio::test]
async fn fields_are_objects_or_strings_with_aliases() {
    let server = Server::demo().await;
    let body = json!({
        "Fields": [{"Attribute": "vendorname", "Alias": "Vendor \"X\""}, {"Attribute": "CITY"}, "VendorCode"],
        "Clause": "VendorCode = 'ACME-PAR'",
    });
    let rows = server.rows("tblCustomers", body).await;
    assert_eq!(
        rows,
        [json!({"Vendor \"X\"": "Acme Supplies", "City": "Paris", "VendorCode": "ACME-PAR"})]
    );
}

#[tokio::test]
async fn pages_neither_overlap_nor_skip() {
    let server = Server::demo().await;
    let mut seen = Vec::new();
    for start in (0..501).step_by(200) {
        let body = json!({
            "Fields": ["InvoiceId"],
            "Clause": all(&[rule("Status", "equal", "open")]),
            "OrderByTag": {"Fields": ["Status"], "Direction": "desc"},
            "StartIndex": start,
            "Length": 200,
        });
        seen.extend(column(&server.rows("tblInvoices", body).await, "InvoiceId"));
    }
    let mut ids: Vec<i64> = seen.iter().map(|id| id.as_i64().unwrap()).collect();
    ids.sort_unstable();
    let all = "SELECT InvoiceId FROM tblInvoices WHERE Status = 'Open' ORDER BY InvoiceId";
    let all = server.session().await.numbers(all).await;
    assert_eq!(all.len(), 501, "the demo's data");
    assert_eq!(ids, all);
}

#[tokio::test]
async fn length_defaults_to_100_and_ends_at_1000() {
    let server = Server::demo().await;
    assert_eq!(server.rows("tblInvoices", json!({})).await.len(), 100);
    assert_eq!(
        server
            .rows("tblInvoices", json!({"Length": 1000}))
            .await
            .len(),
        1000
    );
    assert_eq!(
        server
            .rows("tblInvoices", json!({"StartIndex": 5000}))
            .await
            .len(),
        0
    );
    for (body, parameter) in [
        (json!({"Length": 1001}), "Length"),
        (json!({"Length": 0}), "Length"),
        (json!({"Length": -1}), "Length"),
        (json!({"Length": 1.5}), "Length"),
        (json!({"StartIndex": -1}), "StartIndex"),
    ] {
        let answer = server.post("tblInvoices", "Get", body).await;
        answer.fails(400, "parameter_out_of_range", &[parameter]);
    }
}

#[tokio::test]
async fn an_empty_body_gets_the_first_page() {
    let server = Server::demo().await;
    let request = server.request(Method::POST, "/CSSAPI/V2/tblCountries/Get");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.json().as_array().unwrap().len(), 15, "{answer:?}");
}

#[tokio::test]
async fn rows_are_grouped_and_counted_without_regard_to_case() {
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE t (name nvarchar(20), n int);
                     INSERT INTO t VALUES ('Ärzte', 1), ('ÄRZTE', 2), ('ärzte', 3), ('Bonn', 4), (NULL, 5);",
            mssql: "CREATE TABLE t (name nvarchar(20), n int);
                    INSERT INTO t VALUES (N'Ärzte', 1), (N'ÄRZTE', 2), (N'ärzte', 3), (N'Bonn', 4), (NULL, 5);",
        },
        &["t"],
    )
    .await;
    let body = json!({
        "Fields": [{"Attribute": "name", "Alias": "Name"}, {"Attribute": "COUNT(*)", "Alias": "Rows"}],
        "GroupByTag": ["name"],
        "OrderByTag": {"Fields": ["Rows"], "Direction": "Desc"},
    });
    let rows = server.rows("t", body).await;
    assert_eq!(column(&rows, "Rows"), [3, 1, 1]);
    let rows = server.rows("t", json!({"Fields": ["COUNT(*)"]})).await;
    assert_eq!(rows, [json!({"COUNT(*)": 5})]);
}

#[tokio::test]
async fn selections_that_contradict_themselves_are_refused() {
    let server = Server::demo().await;
    for (body, code, word) in [
        (
            json!({"Fields": ["City", "COUNT(*)"]}),
            "selection_invalid",
            "'City'",
        ),
        (
            json!({"Fields": ["City"], "GroupByTag": ["Country"]}),
            "selection_invalid",
            "'City'",
        ),
        (
            json!({"Fields": ["City", "CITY"]}),
            "selection_invalid",
            "'City'",
        ),
        (json!({"Fields": ["Logo"]}), "binary_not_returned", "'Logo'"),
        (
            json!({"Fields": ["Vendor Name"]}),
            "unknown_column",
            "did you mean 'VendorName'?",
        ),
        (
            json!({"OrderByTag": {"Fields": ["Vendor Name"]}}),
            "unknown_column",
            "VendorName",
        ),
        (
            json!({"OrderByTag": {"Fields": ["City"], "Direction": "sideways"}}),
            "body_malformed",
            "Direction",
        ),
        (json!({"Clause": {}}), "clause_empty", "leave it out"),
    ] {
        let answer = server.post("tblCustomers", "Get", body).await;
        answer.fails(400, code, &[word]);
    }
}

#[tokio::test]
async fn a_password_column_can_be_used_in_no_way() {
    let server = Server::demo().await;
    for body in [
        json!({"Fields": ["PasswordHash"]}),
        json!({"Fields": [{"Attribute": "passwordhash", "Alias": "x"}]}),
        json!({"OrderByTag": {"Fields": ["PasswordHash"]}}),
        json!({"GroupByTag": ["PasswordHash"], "Fields": ["COUNT(*)"]}),
        json!({"Clause": "PasswordHash LIKE '$2%'"}),
        json!({"Clause": all(&[rule("PasswordHash", "is_not_null", json!(null))])}),
    ] {
        let answer = server.post("tblEmployees", "Get", body).await;
        answer.fails(400, "protected_column", &["'PasswordHash' is a password"]);
    }
    for operation in ["Update", "Upsert", "Add"] {
        let body = json!({
            "Tuples": [tuple("UserName", "u"), tuple("FullName", "U"), tuple("PasswordHash", "s3cret-value")],
            "Clause": "EmployeeId = 1",
        });
        let answer = server.post("tblEmployees", operation, body).await;
        answer.fails(400, "protected_column", &["'PasswordHash' is a password"]);
        assert!(!answer.text.contains("s3cret"), "{answer:?}");
    }
    let schema = server
        .post("tblEmployees", "Schema", json!({}))
        .await
        .json();
    let password = schema
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["Name"] == "PasswordHash");
    assert_eq!(password.unwrap()["IsPassword"], true);
}

#[tokio::test]
async fn schema_describes_every_column() {
    let server = Server::demo().await;
    let request = server.request(Method::POST, "/CSSAPI/V2/tblCustomers/Schema");
    let answer = Answer::of(request.send().await.unwrap()).await;
    let schema = answer.json();
    let column = |name: &str| {
        let found = schema
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["Name"] == name);
        found.unwrap().clone()
    };
    assert_eq!(
        column("CustomerId"),
        json!({"Name": "CustomerId", "IsPrimaryKey": true, "IsIdentity": true, "IsNullable": false,
               "DBType": "bigint", "MaxLength": null, "DataPrecision": 19, "DataScale": 0,
               "HasDefaultValue": false, "IsComputedColumn": false, "IsPassword": false})
    );
    let limit = column("CreditLimit");
    assert_eq!(
        (&limit["DataPrecision"], &limit["DataScale"]),
        (&json!(12), &json!(2))
    );
    assert_eq!(column("VendorName")["MaxLength"], 100);
    assert_eq!(column("VendorName")["DataPrecision"], json!(null));
    assert_eq!(column("Notes")["MaxLength"], -1);
    assert_eq!(column("CreditAvailable")["IsComputedColumn"], true);
    assert_eq!(column("IsActive")["HasDefaultValue"], true);
    assert_eq!(column("DateEntered")["DBType"], "datetime2");
}

#[tokio::test]
async fn the_entity_list_says_what_is_served_and_allowed() {
    let server = Server::demo_with(|config| {
        config.serving.declared.truncate(2);
        let second = &mut config.serving.declared[1];
        second.name = upsertd::domain::Name::parse("Deals").unwrap();
        second.display = Some("Signed deals".to_owned());
        second.table = Some("tblContracts".to_owned());
        second.actions.add = false;
        second.actions.edit = false;
    })
    .await;
    let list = server.get("/cssapi/v2/ENTITYLIST").await.json();
    let deals = list
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["EntityNameForAPI"] == "Deals");
    assert_eq!(
        *deals.unwrap(),
        json!({"EntityName": "tblContracts", "EntityNameDisplay": "Signed deals", "AllowAdd": false,
               "AllowEdit": false, "AllowView": true, "EntityNameForAPI": "Deals"})
    );
    assert_eq!(list.as_array().unwrap().len(), 2, "only what is declared");
    // The rights hold.
    server.rows("deals", json!({})).await;
    let body = json!({"Tuples": [tuple("Title", "x")], "Clause": "ContractId = 1"});
    for operation in ["Update", "Upsert", "Add"] {
        let answer = server.post("Deals", operation, body.clone()).await;
        answer.fails(403, "action_not_allowed", &["'Deals'"]);
    }
    server
        .post("tblContracts", "Get", json!({}))
        .await
        .fails(404, "unknown_entity", &[]);
}

#[tokio::test]
async fn one_setting_serves_every_table() {
    let server = Server::demo_with(|config| {
        config.serving.declared.clear();
        config.serving.all_tables = Some(AllTables {
            actions: Actions {
                add: false,
                edit: false,
                view: true,
                ..Actions::NONE
            },
            passwords: vec!["passwordhash".to_owned()],
            caller_keys: false,
            create: false,
        });
    })
    .await;
    let list = server.get("/CSSAPI/V2/EntityList").await.json();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["EntityNameForAPI"].as_str().unwrap())
        .collect();
    let view = server.told("vwContracts");
    assert!(
        names.contains(&"tblCustomers") && names.contains(&view.as_str()),
        "{names:?}"
    );
    assert!(!names.iter().any(|n| n.starts_with("sqlite_")), "{names:?}");
    server.rows("vwContracts", json!({"Length": 3})).await;
    let employees = server.rows("tblEmployees", json!({"Length": 1})).await;
    assert!(employees[0].get("PasswordHash").is_none(), "{employees:?}");
    let body = json!({"Fields": ["PasswordHash"]});
    let answer = server.post("tblEmployees", "Get", body).await;
    answer.fails(400, "protected_column", &["'PasswordHash'"]);
}
