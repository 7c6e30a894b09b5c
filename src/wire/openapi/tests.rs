//! The document says what the table of operations does, and its examples work.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::wire::{contract_insight::decode, operations, testing};

fn document(base: &str, entities: &[Arc<Entity>]) -> Value {
    let text = finish::document(&api::service().spec(), base, true, entities).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.insert(target.clone());
            }
            members.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn every_documented_operation_describes_each_of_its_statuses() {
    let document = document("", &testing::office());
    let mut described = BTreeSet::new();
    for operation in operations() {
        let Some(doc) = &operation.doc else { continue };
        let method = operation.verb.method().as_str().to_lowercase();
        let path = api::documented_path(operation);
        described.insert((path.clone(), method.clone()));
        let responses = &document["paths"][path][&method]["responses"];
        let statuses = door::statuses(operation, doc);
        for (status, codes) in statuses.iter().chain(&[(200, Vec::new())]) {
            let response = &responses[status.to_string()];
            let content = response["content"].as_object();
            let silent = matches!(status, 204 | 300 | 304);
            assert_eq!(
                content.is_none_or(serde_json::Map::is_empty),
                silent,
                "{} {status}",
                operation.path
            );
            assert_ne!(response["description"], "Another answer.", "{status}");
            assert!(response["headers"]["X-Log-Id"].is_object());
            let code = &response["headers"]["X-Error-Code"];
            assert_eq!(code.is_object(), *status >= 400);
            if *status >= 400 {
                assert!(!codes.is_empty(), "{} {status}", operation.path);
                assert_eq!(code["schema"]["enum"], json!(codes));
            }
        }
        for (status, codes) in doc.errors {
            let told = &responses[status.to_string()]["headers"]["X-Error-Code"]["schema"]["enum"];
            assert!(
                codes
                    .iter()
                    .all(|code| told.as_array().unwrap().contains(&json!(code)))
            );
        }
        let overloaded = responses["503"]["headers"]["X-Error-Code"].to_string();
        assert_eq!(overloaded.contains("overloaded"), doc.tag != "Health");
        let has = |status| doc.errors.iter().any(|(known, _)| *known == status);
        assert!(has(405) && has(500), "{}", operation.path);
        let read = doc.body.is_some();
        assert_eq!(has(408) && has(413) && has(415), read, "{}", operation.path);
        let captured = operation.path.split('{').skip(1).filter_map(|rest| {
            let (name, _) = rest.split_once('}')?;
            Some(name.trim_end_matches('*'))
        });
        let named = doc.parameters.iter().map(|parameter| parameter.name);
        assert!(captured.eq(named), "{}", operation.path);
        let by_secret = ["token", "revoke"].contains(&doc.id);
        assert_eq!(doc.secured, has(401) && !by_secret);
    }
    let paths = document["paths"].as_object().unwrap().values();
    let operations: usize = paths.map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(operations, described.len());
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = document("", &testing::office());
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/UpsertBody"));
    for target in found {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
}

#[test]
fn every_schema_and_property_says_what_it_is() {
    let document = document("", &testing::office());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(schema["description"].is_string(), "{name}");
        let properties = schema["properties"].as_object();
        for (property, schema) in properties.into_iter().flatten() {
            assert!(schema["description"].is_string(), "{name}.{property}");
        }
    }
}

#[test]
fn the_document_names_the_keys_that_stand_on_the_wire() {
    let document = document("", &testing::office());
    let keys = |name: &str| {
        let properties = &document["components"]["schemas"][name]["properties"];
        let keys: Vec<String> = properties.as_object().unwrap().keys().cloned().collect();
        keys.join(" ")
    };
    assert_eq!(
        keys("UpsertBody"),
        "Tuples Clause AllowMultiUpdate TriggerWorkflow"
    );
    assert_eq!(
        keys("GetBody"),
        "Fields Clause OrderByTag GroupByTag StartIndex Length"
    );
    assert_eq!(keys("Updated"), "TotalAffected TotalFailed Message");
    assert_eq!(keys("Inserted"), "GeneratedId Message");
    assert_eq!(keys("ErrorBody"), "LogId Message Exception");
    assert_eq!(
        keys("SchemaColumn"),
        "Name IsPrimaryKey IsIdentity IsNullable DBType MaxLength DataPrecision DataScale \
         HasDefaultValue IsComputedColumn IsPassword"
    );
    assert_eq!(
        document["components"]["schemas"]["Operator"]["enum"]
            .as_array()
            .unwrap()
            .len(),
        20
    );
}

#[test]
fn the_document_names_the_bounds_that_decoding_and_planning_keep() {
    let document = document("", &testing::office());
    let schemas = &document["components"]["schemas"];
    let length = &schemas["GetBody"]["properties"]["Length"];
    assert_eq!(length["minimum"], json!(1.0));
    assert_eq!(length["maximum"], json!(1000.0));
    assert_eq!(length["default"], json!(100));
    for (schema, property) in [
        ("UpsertBody", "Tuples"),
        ("UpdateBody", "Tuples"),
        ("AddBody", "Tuples"),
        ("GetBody", "Fields"),
        ("GetBody", "GroupByTag"),
        ("OrderByTag", "Fields"),
    ] {
        let most = &schemas[schema]["properties"][property]["maxItems"];
        assert_eq!(*most, json!(decode::MAX_ENTRIES), "{schema}.{property}");
    }
}

#[test]
fn the_token_endpoint_s_example_is_the_demo_s_client_where_there_is_one() {
    let draft = api::service().spec();
    for (demo, id) in [(true, "demo"), (false, "your-client-id")] {
        let text = finish::document(&draft, "/API2", demo, &[]).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let body = &document["paths"]["/oauth/token"]["post"]["requestBody"];
        let example = &body["content"]["application/x-www-form-urlencoded"]["example"];
        assert_eq!(example["grant_type"], "client_credentials");
        assert_eq!(example["client_id"], id);
    }
}

#[test]
fn the_server_and_the_token_url_follow_the_base_path() {
    let flow = "/components/securitySchemes/oauth2/flows/clientCredentials";
    for (base, server, token_url) in [
        ("", "/", "/oauth/token"),
        ("/API2", "/API2", "/API2/oauth/token"),
        (
            "https://api.example.com/API2",
            "https://api.example.com/API2",
            "https://api.example.com/API2/oauth/token",
        ),
    ] {
        let document = document(base, &[]);
        assert_eq!(document["servers"], json!([{ "url": server }]));
        assert_eq!(document.pointer(flow).unwrap()["tokenUrl"], token_url);
        assert_eq!(document.pointer(flow).unwrap()["scopes"], json!({}));
    }
}

#[test]
fn the_examples_are_bodies_for_an_entity_that_takes_them() {
    let document = document("", &testing::office());
    let operation =
        |name: &str| &document["paths"][format!("/CSSAPI/V2/{{entity}}/{name}")]["post"];
    for name in ["Upsert", "Update", "Add", "Get", "Schema"] {
        let parameter = &operation(name)["parameters"][0];
        assert_eq!(parameter["example"], "tblCustomers", "{name}");
        assert_eq!(
            parameter["schema"]["enum"],
            json!(["tblContracts", "tblCustomers", "tblEmployees"])
        );
    }
    let example = |name: &str| {
        operation(name)["requestBody"]["content"]["application/json"]["example"].to_string()
    };
    let upsert = decode::upsert(example("Upsert").as_bytes()).unwrap();
    let names: Vec<&str> = upsert.tuples.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["VendorName", "Country", "City"]);
    assert!(upsert.clause.is_some());
    assert!(
        decode::update(example("Update").as_bytes())
            .unwrap()
            .clause
            .is_some()
    );
    assert_eq!(
        decode::add(example("Add").as_bytes()).unwrap().tuples.len(),
        3
    );
    assert_eq!(
        decode::get(example("Get").as_bytes()).unwrap().length,
        Some(5)
    );
}

#[test]
fn no_example_is_made_where_none_would_work() {
    let needs_a_partner = testing::table(
        "t",
        &[
            "id int identity",
            "Title nvarchar(200)",
            "Partner int references",
        ],
    );
    let needs_a_password = testing::table(
        "u",
        &[
            "id int identity",
            "Title nvarchar(200)",
            "Password nvarchar(50)",
        ],
    );
    let document = document("", &testing::entities(&[needs_a_partner, needs_a_password]));
    let upsert = &document["paths"]["/CSSAPI/V2/{entity}/Upsert"]["post"];
    let content = &upsert["requestBody"]["content"]["application/json"];
    assert_eq!(content.get("example"), None);
    let get = &document["paths"]["/CSSAPI/V2/{entity}/Get"]["post"];
    assert_eq!(get["parameters"][0]["example"], "t");
}

#[test]
fn values_of_examples_fit_their_columns() {
    let tight = testing::table(
        "t",
        &[
            "Title nvarchar(50)",
            "Country char(2)",
            "Email nvarchar(10)",
            "Ratio decimal(3,3)",
            "At datetimeoffset(0)",
        ],
    );
    let entities = testing::entities(&[tight]);
    let target = sample::target(&entities, "").unwrap();
    assert_eq!(target.key, "Title");
    assert!(!target.key_repeats, "the key of the table is unique");
    assert_eq!(
        target.values,
        [
            ("Country", json!("Ex")),
            ("Email", json!("Example")),
            ("Ratio", json!(0)),
            ("At", json!("2026-01-31T12:30:00+00:00")),
        ]
    );
}

#[tokio::test]
async fn the_page_an_authorization_server_comes_back_to_is_there() {
    let text = oauth_receiver().await.unwrap();
    assert!(text.contains("swaggerUIRedirectOauth2"));
}

#[test]
fn the_schemas_allow_what_is_sent_and_what_is_answered() {
    let document = document("", &testing::office());
    let schema = |name: &str| &document["components"]["schemas"][name];
    // Null where there is nothing to say.
    assert_eq!(schema("Updated")["properties"]["Message"]["nullable"], true);
    for property in ["MaxLength", "DataPrecision", "DataScale"] {
        let described = &schema("SchemaColumn")["properties"][property];
        assert_eq!(described["nullable"], true, "{property}");
    }
    assert_eq!(schema("GetBody")["properties"]["Clause"]["nullable"], true);
    // A clause or a field may be a text.
    for name in ["Clause", "FieldItem"] {
        assert!(schema(name)["anyOf"].is_array(), "{name}");
        assert_eq!(schema(name)["type"], Value::Null, "{name}");
    }
    // What a request must have stays so.
    assert_eq!(
        schema("UpsertBody")["required"],
        json!(["Tuples", "Clause"])
    );
    assert_ne!(
        schema("UpsertBody")["properties"]["Clause"]["nullable"],
        true
    );
    assert_eq!(schema("GetBody")["properties"]["Length"]["minimum"], 1.0);
}
