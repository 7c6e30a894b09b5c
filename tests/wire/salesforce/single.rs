//! Single records: upsert, create, read, update and delete.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, done, org, org_with, refused, upsert};
use crate::support::Server;

const CODE: &str = "/v59.0/sobjects/Vendor/Code";

async fn patch(server: &Server, path: &str, body: &Value) -> crate::support::Answer {
    ask(server, Method::PATCH, path, body.to_string()).await
}

#[tokio::test]
async fn an_upsert_answers_as_its_version_does() {
    let server = org().await;
    let path = format!("{CODE}/a");
    let answer = patch(&server, &path, &json!({"Name": "A"})).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = done(&answer.json(), true);
    assert_eq!(
        answer.header("location"),
        format!("/services/data/v59.0/sobjects/Vendor/{id}")
    );
    let answer = patch(
        &server,
        &path,
        &json!({"Name": "B", "attributes": {"type": "Vendor"}}),
    )
    .await;
    assert_eq!((answer.status, done(&answer.json(), false)), (200, id));
    let old = patch(
        &server,
        "/v45.0/sobjects/Vendor/code/A",
        &json!({"Name": "C"}),
    )
    .await;
    assert_eq!((old.status, old.text.as_str()), (204, ""));
    let new = patch(
        &server,
        "/v45.0/sobjects/Vendor/code/n",
        &json!({"Name": "N"}),
    )
    .await;
    assert_eq!(new.status, 201);
    assert_eq!(server.count("Vendor", "Code = 'a' AND Name = 'C'").await, 1);
}

#[tokio::test]
async fn a_value_is_what_the_path_holds_slashes_and_all() {
    let server = org().await;
    for (sent, value) in [
        ("A/1%20x", "A/1 x"),
        ("a//b", "a//b"),
        ("%2Flead", "/lead"),
        ("/slash", "/slash"),
        ("50%25+", "50%+"),
        ("%C3%BC", "ü"),
        ("describe/x", "describe/x"),
    ] {
        let path = format!("{CODE}/{sent}");
        let answer = patch(&server, &path, &json!({"Name": "A"})).await;
        assert_eq!(answer.status, 201, "{sent}: {answer:?}");
        let again = patch(&server, &path, &json!({"Name": "B"})).await;
        assert_eq!(again.status, 200, "{sent}: {again:?}");
        let read = ask(&server, Method::GET, &path, "").await;
        assert_eq!(read.json()["Code"], value, "{read:?}");
    }
}

#[tokio::test]
async fn several_matches_are_choices_and_nothing_is_written() {
    let server = org().await;
    let two = ["a", "b"].map(|code| json!({"Code": code, "Name": "A", "Region": "north"}));
    let made = upsert(&server, false, &two).await;
    let url = |n: usize| {
        format!(
            "/services/data/v59.0/sobjects/Vendor/{}",
            made[n]["id"].as_str().unwrap()
        )
    };
    let urls = json!([url(0), url(1)]);
    let path = "/v59.0/sobjects/Vendor/Region/north";
    for method in [Method::PATCH, Method::GET, Method::DELETE] {
        let body = if method == Method::PATCH {
            r#"{"Name":"B"}"#
        } else {
            ""
        };
        let answer = ask(&server, method, path, body).await;
        assert_eq!(
            (answer.status, answer.json()),
            (300, urls.clone()),
            "{answer:?}"
        );
    }
    assert_eq!(server.count("Vendor", "Name = 'A'").await, 2);
}

#[tokio::test]
async fn update_only_makes_no_record() {
    let server = org().await;
    upsert(&server, false, &[json!({"Code": "a", "Name": "A"})]).await;
    let answer = patch(
        &server,
        &format!("{CODE}/b?updateOnly=true"),
        &json!({"Name": "B"}),
    )
    .await;
    refused(
        &answer,
        404,
        "NOT_FOUND",
        "The requested resource does not exist",
    );
    assert_eq!(answer.header("x-error-code"), "row_not_found");
    let answer = patch(
        &server,
        &format!("{CODE}/a?updateOnly=true"),
        &json!({"Name": "B"}),
    )
    .await;
    assert_eq!(answer.status, 200);
    let answer = patch(
        &server,
        &format!("{CODE}/b?updateOnly=false"),
        &json!({"Name": "B"}),
    )
    .await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
#[allow(clippy::too_many_lines)] // a table of cases
async fn what_is_wrong_with_the_record_refuses_the_request() {
    let server = org().await;
    let made = upsert(
        &server,
        false,
        &[json!({"Code": "a", "Name": "A", "TaxNo": "7"})],
    )
    .await;
    let holder = made[0]["id"].as_str().unwrap();
    let taken = format!("TaxNo duplicates value on record with id: {holder}");
    for (body, code, message, fields, header) in [
        (
            json!({}),
            "REQUIRED_FIELD_MISSING",
            "[Name]",
            json!(["Name"]),
            "required_columns_missing",
        ),
        (
            json!({"Name": null}),
            "REQUIRED_FIELD_MISSING",
            "[Name]",
            json!(["Name"]),
            "null_not_allowed",
        ),
        (
            json!({"Name": "x".repeat(31)}),
            "STRING_TOO_LONG",
            "max length=30",
            json!(["Name"]),
            "value_does_not_fit",
        ),
        (
            json!({"Name": "x", "VendorId": 1}),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "VendorId",
            json!(["VendorId"]),
            "protected_column",
        ),
        (
            json!({"Name": "x", "Colour": 1}),
            "INVALID_FIELD",
            "No such column 'Colour'",
            Value::Null,
            "INVALID_FIELD",
        ),
        (
            json!({"Name": "x", "Code": "b"}),
            "INVALID_FIELD",
            "The Code field should not be specified",
            Value::Null,
            "INVALID_FIELD",
        ),
        (
            json!({"Name": "x", "Id": holder}),
            "INVALID_FIELD",
            "The Id field should not be specified",
            Value::Null,
            "INVALID_FIELD",
        ),
        (
            json!({"Name": "x", "Manager": {"Code": "y"}}),
            "INVALID_FIELD",
            "Relationship 'Manager'",
            Value::Null,
            "INVALID_FIELD",
        ),
        (
            json!({"Name": "x", "Manager": {"Code": null}}),
            "MISSING_ARGUMENT",
            "Code not specified",
            Value::Null,
            "MISSING_ARGUMENT",
        ),
        (
            json!({"Name": "x", "attributes": {"type": "Account"}}),
            "INVALID_TYPE",
            "'Account'",
            Value::Null,
            "INVALID_TYPE",
        ),
        (
            json!({"Name": "x", "TaxNo": "7"}),
            "DUPLICATE_VALUE",
            taken.as_str(),
            Value::Null,
            "DUPLICATE_VALUE",
        ),
        (
            json!({"Name": "x", "Rating": 7}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "check constraint",
            Value::Null,
            "check_conflict",
        ),
        (
            json!({"Name": "forbidden"}),
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "trigger",
            Value::Null,
            "trigger_refused",
        ),
        (
            json!({"Name": "x", "Parent": 99}),
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            Value::Null,
            "foreign_key_conflict",
        ),
        (
            json!([]),
            "JSON_PARSER_ERROR",
            "send an object",
            Value::Null,
            "body_malformed",
        ),
    ] {
        let answer = patch(&server, &format!("{CODE}/b"), &body).await;
        refused(&answer, 400, code, message);
        assert_eq!(answer.json()[0]["fields"], fields, "{answer:?}");
        assert_eq!(answer.header("x-error-code"), header, "{answer:?}");
    }
    let answer = patch(
        &server,
        "/v59.0/sobjects/Vendor/VendorId/99",
        &json!({"Name": "x", "Code": "n"}),
    )
    .await;
    refused(
        &answer,
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "caller_keys",
    );
    assert_eq!(answer.header("x-error-code"), "key_not_taken");
    let answer = patch(
        &server,
        "/v59.0/sobjects/Vendor/VendorId/x",
        &json!({"Name": "x"}),
    )
    .await;
    refused(&answer, 400, "INVALID_TYPE_ON_FIELD_IN_RECORD", "VendorId");
}

#[tokio::test]
async fn several_faults_are_several_errors() {
    let server = org().await;
    let answer = patch(
        &server,
        &format!("{CODE}/b"),
        &json!({"Active": "maybe", "VendorId": 1}),
    )
    .await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("x-error-code"), "invalid_request");
    assert!(answer.json().as_array().unwrap().len() > 1, "{answer:?}");
}

#[tokio::test]
async fn a_record_is_created_without_a_key_and_never_updated() {
    let server = org().await;
    for (path, code) in [
        ("/v59.0/sobjects/Vendor", "a"),
        ("/v59.0/sobjects/Vendor/Id", "b"),
    ] {
        let body = json!({"Code": code, "Name": "N"}).to_string();
        let answer = ask(&server, Method::POST, path, body.clone()).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(
            answer.json(),
            json!({"id": id, "success": true, "errors": []})
        );
        let answer = ask(&server, Method::POST, path, body).await;
        let message =
            format!("duplicate value found: Code duplicates value on record with id: {id}");
        refused(&answer, 400, "DUPLICATE_VALUE", &message);
    }
    let answer = ask(
        &server,
        Method::POST,
        "/v59.0/sobjects/Vendor",
        r#"{"Code":"c"}"#,
    )
    .await;
    refused(&answer, 400, "REQUIRED_FIELD_MISSING", "[Name]");
    // A key that is the caller's own.
    let body = r#"{"CountryCode":"AT","Title":"Austria"}"#;
    let answer = ask(&server, Method::POST, "/v59.0/sobjects/Country", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let answer = ask(&server, Method::POST, "/v59.0/sobjects/Country", body).await;
    refused(&answer, 400, "DUPLICATE_VALUE", "CountryCode");
}

#[tokio::test]
async fn a_record_is_read_by_an_external_id_or_its_own() {
    let server = org().await;
    let record = json!({"Code": "a", "Name": "A", "Amount": 12.5, "Scan": "AP8H"});
    let id = done(&upsert(&server, false, &[record]).await[0], true);
    let by_code = ask(&server, Method::GET, &format!("{CODE}/A"), "").await;
    assert_eq!(by_code.status, 200, "{by_code:?}");
    let record = by_code.json();
    let url = format!("/services/data/v59.0/sobjects/Vendor/{id}");
    assert_eq!(record["attributes"], json!({"type": "Vendor", "url": url}));
    assert_eq!(record["Id"], json!(id));
    assert_eq!(
        (&record["Name"], &record["TaxNo"]),
        (&json!("A"), &Value::Null)
    );
    assert!(by_code.text.contains(r#""Amount":12.50"#), "{by_code:?}");
    for hidden in ["Secret", "Scan"] {
        assert!(record.get(hidden).is_none(), "{by_code:?}");
    }
    for id in [&id, &id[..15]] {
        let by_id = ask(
            &server,
            Method::GET,
            &format!("/v59.0/sobjects/Vendor/{id}"),
            "",
        )
        .await;
        assert_eq!(by_id.json(), record, "{by_id:?}");
        let by_id = ask(
            &server,
            Method::GET,
            &format!("/v59.0/sobjects/Vendor/Id/{id}"),
            "",
        )
        .await;
        assert_eq!(by_id.json(), record, "{by_id:?}");
    }
    let some = ask(
        &server,
        Method::GET,
        &format!("{CODE}/a?fields=name,Scan,Id"),
        "",
    )
    .await;
    let attributes = &record["attributes"];
    assert_eq!(
        some.json(),
        json!({"attributes": attributes, "Id": id, "Name": "A", "Scan": "AP8H"})
    );

    let answer = ask(&server, Method::GET, &format!("{CODE}/a?fields=Colour"), "").await;
    refused(
        &answer,
        400,
        "INVALID_FIELD",
        "No such column 'Colour' on sobject of type Vendor",
    );
    assert_eq!(answer.header("x-error-code"), "unknown_column");
    let answer = ask(&server, Method::GET, &format!("{CODE}/a?fields=Secret"), "").await;
    refused(&answer, 400, "INVALID_FIELD", "'Secret'");
    let answer = ask(&server, Method::GET, &format!("{CODE}/nobody"), "").await;
    refused(
        &answer,
        404,
        "NOT_FOUND",
        "The requested resource does not exist",
    );
}

#[tokio::test]
async fn a_record_is_updated_and_deleted_by_its_id() {
    let server = org().await;
    let id = done(
        &upsert(&server, false, &[json!({"Code": "a", "Name": "A"})]).await[0],
        true,
    );
    let path = format!("/v59.0/sobjects/Vendor/{id}");
    let answer = patch(&server, &path, &json!({"Name": "B", "Code": "b"})).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (204, ""),
        "{answer:?}"
    );
    let by_id = format!("/v59.0/sobjects/Vendor/Id/{id}");
    let answer = patch(&server, &by_id, &json!({"Name": "C"})).await;
    assert_eq!((answer.status, done(&answer.json(), false)), (200, id));
    assert_eq!(server.count("Vendor", "Code = 'b' AND Name = 'C'").await, 1);
    let answer = patch(&server, &path, &json!({"Colour": "B"})).await;
    refused(&answer, 400, "INVALID_FIELD", "Colour");
    assert_eq!(ask(&server, Method::DELETE, &path, "").await.status, 204);
    for (method, body) in [
        (Method::DELETE, ""),
        (Method::GET, ""),
        (Method::PATCH, "{}"),
    ] {
        let answer = ask(&server, method, &path, body).await;
        refused(
            &answer,
            404,
            "NOT_FOUND",
            "The requested resource does not exist",
        );
    }
    upsert(&server, false, &[json!({"Code": "z", "Name": "Z"})]).await;
    assert_eq!(
        ask(&server, Method::DELETE, &format!("{CODE}/Z"), "")
            .await
            .status,
        204
    );
    assert_eq!(server.count("Vendor", "VendorId > 0").await, 0);
}

#[tokio::test]
async fn ids_that_lead_nowhere_say_what_to_do() {
    let server = org().await;
    let body = r#"{"Title":"Austria"}"#;
    let answer = ask(
        &server,
        Method::PATCH,
        "/v59.0/sobjects/Country/CountryCode/AT",
        body,
    )
    .await;
    let id = done(&answer.json(), true);
    let answer = ask(
        &server,
        Method::GET,
        &format!("/v59.0/sobjects/Country/{id}"),
        "",
    )
    .await;
    refused(
        &answer,
        404,
        "NOT_FOUND",
        "name the record by an external id",
    );
}

#[tokio::test]
async fn deleting_needs_its_right_and_a_row_that_nobody_refers_to() {
    let server = org().await;
    let parent = upsert(&server, false, &[json!({"Code": "a", "Name": "A"})]).await;
    done(&parent[0], true);
    upsert(
        &server,
        false,
        &[json!({"Code": "b", "Name": "B", "Parent": 1})],
    )
    .await;
    let answer = ask(&server, Method::DELETE, &format!("{CODE}/a"), "").await;
    refused(
        &answer,
        400,
        "INVALID_CROSS_REFERENCE_KEY",
        "invalid cross reference id",
    );
    let server = org_with(|config| config.serving.declared[0].actions.delete = false).await;
    let answer = ask(&server, Method::DELETE, &format!("{CODE}/a"), "").await;
    refused(&answer, 403, "INSUFFICIENT_ACCESS_OR_READONLY", "deleting");
}
