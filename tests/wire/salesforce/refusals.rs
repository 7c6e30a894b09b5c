//! Requests that are refused as a whole: an array of errors, whatever is wrong.

use reqwest::Method;
use serde_json::json;

use super::{VENDOR, ask, collection, org, org_with, records, refused};
use crate::support::{Answer, Server, Sql};

/// A body of one good record.
fn good() -> String {
    json!({"records": records("Vendor", [json!({"Code": "a", "Name": "A"})])}).to_string()
}

async fn patch(server: &Server, body: impl Into<String>) -> Answer {
    ask(server, Method::PATCH, &collection("Vendor", "Code"), body).await
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_where() {
    let server = org().await;
    for (body, message) in [
        ("{\"a\":}", "[line:1, column:6]"),
        ("{\n  \"records\": [}", "[line:2, column:15]"),
        ("[]", "The body is an array; send an object"),
        (
            r#"{"records":{}}"#,
            "records is an object; send an array of records",
        ),
        (
            r#"{"records":[7]}"#,
            "records[0] is a number; send an object",
        ),
        (
            r#"{"allOrNone":1,"records":[]}"#,
            "allOrNone is a number; send true or false",
        ),
        (
            r#"{"allornon":true,"records":[]}"#,
            "Unrecognized field \"allornon\"",
        ),
        (
            r#"{"records":[],"records":[]}"#,
            "records stands more than once",
        ),
        (
            r#"{"records":[{"attributes":{"type":"Vendor"},"Code":["a"]}]}"#,
            "records[0].Code is an array",
        ),
        (
            r#"{"records":[{"attributes":{"type":"Vendor"},"Code":{"a":1}}]}"#,
            "records[0].Code is an object",
        ),
        (
            r#"{"records":[{"attributes":{"type":"Vendor"},"Code":"a","Code":"b"}]}"#,
            "Code stands more than once",
        ),
        (
            r#"{"records":[{"attributes":"Vendor"}]}"#,
            "records[0].attributes is a string",
        ),
        (
            r#"{"records":[{"attributes":{"type":1}}]}"#,
            "records[0].attributes.type is a number",
        ),
    ] {
        let answer = patch(&server, body).await;
        refused(&answer, 400, "JSON_PARSER_ERROR", message);
        assert_eq!(answer.header("x-error-code"), "body_malformed");
    }
    let none = server
        .request(
            Method::PATCH,
            &format!("/services/data{}", collection("Vendor", "Code")),
        )
        .header("content-type", "application/json");
    let answer = Answer::of(none.send().await.unwrap()).await;
    refused(&answer, 400, "JSON_PARSER_ERROR", "[line:");
}

#[tokio::test]
async fn what_is_not_what_the_path_takes_refuses_all_records() {
    let server = org().await;
    let typed = |ty: &str| {
        json!({"records": [{"attributes": {"type": ty}, "Code": "a", "Name": "A"}]}).to_string()
    };
    let unknown = [
        json!({"Code": "a", "Name": "A"}),
        json!({"Code": "b", "Name": "B", "Colour": "red"}),
    ];
    let unknown = json!({"records": records("Vendor", unknown)}).to_string();
    for (body, code, message) in [
        (
            unknown.as_str(),
            "INVALID_FIELD",
            "No such column 'Colour' on sobject of type Vendor",
        ),
        (
            &typed("Account"),
            "INVALID_TYPE",
            "records[0].attributes.type is 'Account'; this path takes records of type 'Vendor' alone",
        ),
        (
            r#"{"records":[{"Code":"a"}]}"#,
            "INVALID_INPUT",
            "records[0].attributes.type is missing",
        ),
        (
            r#"{"records":[{"attributes":{},"Code":"a"}]}"#,
            "INVALID_INPUT",
            "attributes.type is missing",
        ),
        ("{}", "INVALID_INPUT", "records is missing"),
        (r#"{"records":null}"#, "INVALID_INPUT", "records is missing"),
    ] {
        refused(&patch(&server, body).await, 400, code, message);
    }
    assert_eq!(server.count("Vendor", "Name = 'A'").await, 0);
}

#[tokio::test]
async fn a_column_that_has_just_come_into_the_table_is_known() {
    let server = org().await;
    let body =
        json!({"records": records("Vendor", [json!({"Code": "a", "Name": "A", "Colour": "red"})])});
    server
        .execute(Sql {
            sqlite: "ALTER TABLE Vendor ADD COLUMN Colour nvarchar(10) NULL",
            mssql: "ALTER TABLE Vendor ADD Colour nvarchar(10) NULL",
        })
        .await;
    let answer = patch(&server, body.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()[0]["created"], true, "{answer:?}");
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_not_found() {
    let server = org().await;
    let nothing = "The requested resource does not exist";
    let no_field = "Provided external ID field does not exist or is not accessible: ";
    for (method, path, message) in [
        (
            Method::PATCH,
            collection("Namez", "Code"),
            nothing.to_owned(),
        ),
        (
            Method::PATCH,
            collection("Vendor", "Namez"),
            format!("{no_field}Namez"),
        ),
        // A column, but none that rows are found by; one that nobody may use; and the record's own id.
        (
            Method::PATCH,
            collection("Vendor", "Name"),
            format!("{no_field}Name"),
        ),
        (
            Method::PATCH,
            collection("Vendor", "Secret"),
            format!("{no_field}Secret"),
        ),
        (
            Method::PATCH,
            collection("Vendor", "Id"),
            format!("{no_field}Id"),
        ),
        (
            Method::PATCH,
            "/v45.0/composite/sobjects/Vendor/Code".to_owned(),
            nothing.to_owned(),
        ),
        (
            Method::PATCH,
            "/v0.0/composite/sobjects/Vendor/Code".to_owned(),
            nothing.to_owned(),
        ),
        (
            Method::PATCH,
            "/vx/composite/sobjects/Vendor/Code".to_owned(),
            nothing.to_owned(),
        ),
        (Method::GET, "/v59.0/query".to_owned(), nothing.to_owned()),
        (
            Method::POST,
            "/v59.0/a/b/c/d/e/f/g".to_owned(),
            nothing.to_owned(),
        ),
        (
            Method::PATCH,
            "/v59.0/sobjects/Vendor/Namez/7".to_owned(),
            format!("{no_field}Namez"),
        ),
        (
            Method::GET,
            "/v59.0/sobjects/Vendor/001xx0000004GxEAAU".to_owned(),
            no_field.to_owned(),
        ),
        (
            Method::DELETE,
            "/v59.0/sobjects/Namez/7".to_owned(),
            nothing.to_owned(),
        ),
        (
            Method::GET,
            "/v59.0/sobjects/Namez/describe".to_owned(),
            nothing.to_owned(),
        ),
    ] {
        let body = if method == Method::PATCH {
            good()
        } else {
            String::new()
        };
        let answer = ask(&server, method, &path, body).await;
        refused(&answer, 404, "NOT_FOUND", &message);
    }
    for version in ["v46.0", "v59.0", "V65.0", "v99.0"] {
        let path = format!("/{version}/composite/sobjects/Vendor/Code");
        let answer = ask(&server, Method::PATCH, &path, good()).await;
        assert_eq!(answer.status, 200, "{version}: {answer:?}");
    }
}

#[tokio::test]
async fn another_method_is_answered_with_those_that_are_taken() {
    let server = org().await;
    let answer = ask(&server, Method::PATCH, "/v59.0/sobjects/Vendor", "{}").await;
    let message = "HTTP Method 'PATCH' not allowed. Allowed are HEAD,GET,POST";
    refused(&answer, 405, "METHOD_NOT_ALLOWED", message);
    assert_eq!(answer.header("allow"), "GET, HEAD, POST");
    let answer = ask(&server, Method::OPTIONS, "/v59.0/sobjects/Vendor", "").await;
    let message = "HTTP Method 'OPTIONS' not allowed. Allowed are HEAD,GET,POST";
    refused(&answer, 405, "METHOD_NOT_ALLOWED", message);
    let answer = ask(&server, Method::POST, &collection("Vendor", "Code"), "{}").await;
    refused(
        &answer,
        405,
        "METHOD_NOT_ALLOWED",
        "'POST' not allowed. Allowed are PATCH",
    );
    let answer = ask(&server, Method::DELETE, "", "").await;
    refused(&answer, 405, "METHOD_NOT_ALLOWED", "Allowed are");
}

#[tokio::test]
async fn a_session_that_does_not_hold_is_told_before_anything_else() {
    let server = org().await;
    let paths = [
        (Method::PATCH, collection("Vendor", "Code")),
        (Method::PATCH, collection("Nothing", "Nothing")),
        (Method::PATCH, "/v59.0/sobjects/Vendor/Code/a".to_owned()),
        (Method::POST, "/v59.0/sobjects/Vendor".to_owned()),
        (Method::GET, "/v59.0/sobjects/Vendor/Code/a".to_owned()),
        (Method::DELETE, "/v59.0/sobjects/Vendor/Code/a".to_owned()),
        (Method::GET, "/v59.0/sobjects".to_owned()),
        (Method::GET, "/v59.0".to_owned()),
        (Method::GET, "/v59.0/sobjects/Vendor/describe".to_owned()),
    ];
    for (method, path) in paths {
        let url = format!("{}/services/data{path}", server.base);
        for header in [
            None,
            Some("Bearer nonsense"),
            Some("OAuth nonsense"),
            Some("Basic eDp5"),
        ] {
            let mut request = server.http.request(method.clone(), &url).body("not JSON");
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = Answer::of(request.send().await.unwrap()).await;
            refused(
                &answer,
                401,
                "INVALID_SESSION_ID",
                "Session expired or invalid",
            );
            let code = answer.header("x-error-code");
            assert!(["token_missing", "token_invalid"].contains(&code), "{code}");
        }
    }
    let url = format!(
        "{}/services/data{}",
        server.base,
        collection("Vendor", "Code")
    );
    let request = server
        .http
        .patch(url)
        .header("authorization", format!("OAuth {}", server.token));
    // What clients send besides is passed over.
    let request = request
        .header("x-prettyprint", "1")
        .header("sforce-call-options", "client=x");
    let answer = Answer::of(request.body(good()).send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn an_upsert_needs_the_right_to_add_and_to_edit() {
    for missing in ["add", "edit"] {
        let server = org_with(|config| {
            let actions = &mut config.serving.declared[VENDOR].actions;
            (actions.add, actions.edit) = (missing != "add", missing != "edit");
        })
        .await;
        // Told before the body is looked at.
        let answer = patch(&server, "not JSON").await;
        refused(
            &answer,
            403,
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "does not allow",
        );
        assert_eq!(answer.header("x-error-code"), "action_not_allowed");
        let one = "/v59.0/sobjects/Vendor/Code/a";
        assert_eq!(ask(&server, Method::PATCH, one, "{}").await.status, 403);
        let update = ask(
            &server,
            Method::PATCH,
            &format!("{one}?updateOnly=true"),
            "{}",
        )
        .await;
        assert_eq!(update.status, if missing == "add" { 404 } else { 403 });
        let create = r#"{"Code": "n", "Name": "N"}"#;
        let create = ask(&server, Method::POST, "/v59.0/sobjects/Vendor", create).await;
        assert_eq!(create.status, if missing == "add" { 403 } else { 201 });
    }
}

#[tokio::test]
async fn bodies_are_bounded_and_must_be_json() {
    let server = org_with(|config| config.server.max_body_bytes = 2000).await;
    let long =
        json!({"records": records("Vendor", [json!({"Code": "a", "Name": "x".repeat(2000)})])});
    let answer = patch(&server, long.to_string()).await;
    refused(&answer, 413, "EXCEEDED_MAX_SIZE_REQUEST", "2000 bytes");
    assert_eq!(answer.header("x-error-code"), "body_too_large");
    let request = server.request(
        Method::PATCH,
        &format!("/services/data{}", collection("Vendor", "Code")),
    );
    let request = request.header("content-type", "text/csv").body("Code\na\n");
    let answer = Answer::of(request.send().await.unwrap()).await;
    refused(&answer, 415, "UNSUPPORTED_MEDIA_TYPE", "application/json");
}
