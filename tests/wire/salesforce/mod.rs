//! The Salesforce API, line by line of its contract.

mod collections;
mod describe;
mod elements;
mod refusals;
mod single;
mod token;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::config::Config;

use crate::support::{Answer, Database, Server, Sql};

/// Vendors with everything that can go wrong, countries with a text key, documents with a GUID key.
const TABLES: Sql = Sql {
    sqlite: "CREATE TABLE Vendor (
                 VendorId INTEGER PRIMARY KEY AUTOINCREMENT,
                 Code nvarchar(20) NOT NULL UNIQUE COLLATE NOCASE,
                 Name nvarchar(30) NOT NULL COLLATE NOCASE,
                 TaxNo nvarchar(20) NULL UNIQUE COLLATE NOCASE,
                 Region nvarchar(10) NULL COLLATE NOCASE,
                 Rating tinyint NULL CONSTRAINT CK_Rating CHECK (Rating BETWEEN 1 AND 5),
                 Amount decimal(12,2) NULL,
                 Active bit NOT NULL DEFAULT 1,
                 Since date NULL,
                 SeenAt datetime2(3) NULL,
                 Opens time(0) NULL,
                 Parent bigint NULL REFERENCES Vendor (VendorId),
                 Secret nvarchar(20) NULL,
                 Scan \"varbinary(max)\" NULL,
                 RowGuid uniqueidentifier NOT NULL);
             CREATE TRIGGER TR_Vendor BEFORE INSERT ON Vendor WHEN NEW.Name = 'forbidden'
             BEGIN SELECT RAISE(ABORT, 'database text'); END;
             CREATE TABLE Country (CountryCode nchar(2) NOT NULL PRIMARY KEY COLLATE NOCASE, Title nvarchar(300) NOT NULL);
             CREATE TABLE Doc (DocId uniqueidentifier NOT NULL PRIMARY KEY, Title nvarchar(50) NOT NULL);
             CREATE TABLE Account (
                 AccountId INTEGER PRIMARY KEY AUTOINCREMENT, MyExtId__c nvarchar(40) NOT NULL UNIQUE COLLATE NOCASE,
                 Name nvarchar(255) NOT NULL);",
    mssql: "CREATE TABLE Vendor (
                 VendorId bigint IDENTITY PRIMARY KEY,
                 Code nvarchar(20) NOT NULL CONSTRAINT UQ_Vendor_Code UNIQUE,
                 Name nvarchar(30) NOT NULL,
                 TaxNo nvarchar(20) NULL,
                 Region nvarchar(10) NULL,
                 Rating tinyint NULL CONSTRAINT CK_Rating CHECK (Rating BETWEEN 1 AND 5),
                 Amount decimal(12,2) NULL,
                 Active bit NOT NULL DEFAULT 1,
                 Since date NULL,
                 SeenAt datetime2(3) NULL,
                 Opens time(0) NULL,
                 Parent bigint NULL REFERENCES Vendor (VendorId),
                 Secret nvarchar(20) NULL,
                 Scan varbinary(max) NULL,
                 RowGuid uniqueidentifier NOT NULL);
            CREATE UNIQUE INDEX UQ_Vendor_TaxNo ON Vendor (TaxNo) WHERE TaxNo IS NOT NULL;
GO
            CREATE TRIGGER TR_Vendor ON Vendor AFTER INSERT AS
            IF EXISTS (SELECT 1 FROM inserted WHERE Name = 'forbidden') THROW 50001, 'database text', 1;
GO
            CREATE TABLE Country (CountryCode nchar(2) NOT NULL PRIMARY KEY, Title nvarchar(300) NOT NULL);
            CREATE TABLE Doc (DocId uniqueidentifier NOT NULL PRIMARY KEY, Title nvarchar(50) NOT NULL);
            CREATE TABLE Account (
                 AccountId bigint IDENTITY PRIMARY KEY, MyExtId__c nvarchar(40) NOT NULL UNIQUE,
                 Name nvarchar(255) NOT NULL);",
};

/// Positions in the declarations.
const VENDOR: usize = 0;
const DOC: usize = 2;

/// A service of those tables.
async fn org() -> Server {
    org_with(|_| ()).await
}

async fn org_with(change: impl FnOnce(&mut Config)) -> Server {
    org_on(Database::create().await, change).await
}

async fn org_on(database: Database, change: impl FnOnce(&mut Config)) -> Server {
    let names = ["Vendor", "Country", "Doc", "Account"];
    Server::tables_on(database, TABLES, &names, |config| {
        let declared = &mut config.serving.declared;
        declared[VENDOR].keys.external_ids = ["Code", "Region"].map(str::to_owned).to_vec();
        declared[VENDOR].keys.not_unique = vec!["Region".to_owned()];
        declared[VENDOR].passwords = vec!["Secret".to_owned()];
        declared[DOC].keys.caller_keys = true;
        declared[3].keys.external_ids = vec!["MyExtId__c".to_owned()];
        for entity in declared {
            entity.actions.delete = true;
        }
        change(config);
    })
    .await
}

/// A request below `/services/data`.
async fn ask(server: &Server, method: Method, path: &str, body: impl Into<String>) -> Answer {
    let request = server.request(method, &format!("/services/data{path}"));
    let body: String = body.into();
    let request = if body.is_empty() {
        request
    } else {
        request
            .header("content-type", "application/json; charset=utf-8")
            .body(body)
    };
    Answer::of(request.send().await.unwrap()).await
}

/// The path of the collections upsert.
fn collection(object: &str, field: &str) -> String {
    format!("/v59.0/composite/sobjects/{object}/{field}")
}

/// The records with their type.
fn records(object: &str, records: impl IntoIterator<Item = Value>) -> Value {
    let typed = |mut record: Value| {
        record["attributes"] = json!({"type": object});
        record
    };
    records.into_iter().map(typed).collect()
}

/// Upserts vendors by their code; the answer's elements.
async fn upsert(server: &Server, all_or_none: bool, vendors: &[Value]) -> Vec<Value> {
    let vendors = records("Vendor", vendors.iter().cloned());
    let body = json!({"allOrNone": all_or_none, "records": vendors});
    let answer = ask(
        server,
        Method::PATCH,
        &collection("Vendor", "Code"),
        body.to_string(),
    )
    .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap().clone()
}

/// The one error of an element: code, message, fields.
#[track_caller]
fn error(element: &Value) -> (String, String, Value) {
    assert_eq!(element["success"], false, "{element}");
    assert!(element.get("id").is_none(), "{element}");
    assert!(element.get("created").is_none(), "{element}");
    let errors = element["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{element}");
    let text = |key: &str| errors[0][key].as_str().unwrap().to_owned();
    assert_eq!(errors[0].as_object().unwrap().len(), 3, "{element}");
    (
        text("statusCode"),
        text("message"),
        errors[0]["fields"].clone(),
    )
}

/// Asserts that an element is a success; its id.
#[track_caller]
fn done(element: &Value, created: bool) -> String {
    let id = element["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{element}"));
    let expected = json!({"id": id, "success": true, "errors": [], "created": created});
    assert_eq!(*element, expected);
    assert!(
        id.len() == 18 && id.chars().all(|c| c.is_ascii_alphanumeric()),
        "{id}"
    );
    id.to_owned()
}

/// Asserts an error of the request as a whole: an array of one, and what is in it.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    let body = answer.json();
    let errors = body.as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer:?}");
    assert_eq!(errors[0]["errorCode"], code, "{answer:?}");
    assert!(errors[0].get("statusCode").is_none());
    let text = errors[0]["message"].as_str().unwrap();
    assert!(text.contains(message), "'{message}' in {answer:?}");
    assert!(!answer.header("x-error-code").is_empty(), "{answer:?}");
    assert!(!answer.header("x-log-id").is_empty(), "{answer:?}");
}
