//! A Postman collection (v2.1) of the ContractInsight API: a token first, then the vendor's three tasks
//! and one request for every other operation, each with its own assertions. It can be run again and
//! again: new rows get a fresh name in every run.

mod item;

use std::sync::Arc;

use poem::{Response, http::header};
use serde_json::{Value, json};

use self::item::{Item, STATUS_200};
use super::sample::{VENDOR_ENTITY, equal, many, target, tuples};
use crate::{
    domain::Entity,
    error::Error,
    wire::{
        http::reply,
        oauth,
        openapi::{self as documents, sample::Target},
        operation::Exchange,
        state::State,
    },
};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
const DESCRIPTION: &str = "Run the requests from top to bottom, with clientId and clientSecret set to your own where \
                           they are empty. Rows are updated and added, none is deleted.";

/// The vendor's examples update the rows of one supplier; the demo has five of that name.
const VENDOR_KEY: (&str, &str) = ("VendorName", "Acme Supplies");

/// The collection, made for the address it was asked at unless a public one is set.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that does not hold; [`Error::Internal`] when it cannot be written.
pub async fn answer(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let base = state.public_base();
    let base_url = if base.starts_with('/') || base.is_empty() {
        let host = exchange.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        format!("http://{}{base}", host.unwrap_or("localhost"))
    } else {
        base
    };
    let client = if state.demo_client {
        oauth::DEMO
    } else {
        ("", "")
    };
    let entities = documents::entities(state, exchange).await?;
    reply::json(&collection(&base_url, client, &entities))
}

/// The collection for these entities, at this base URL, for this client.
fn collection(base_url: &str, (id, secret): (&str, &str), entities: &[Arc<Entity>]) -> Value {
    let mut items = vec![item::token()];
    if let Some(target) = target(entities) {
        items.extend(tasks(&target));
        items.extend(others(&target));
    }
    items.push(entity_list(entities));
    json!({
        "info": {"name": "upsertd", "description": DESCRIPTION, "schema": SCHEMA},
        "auth": {
            "type": "bearer",
            "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}],
        },
        "variable": [
            {"key": "baseUrl", "value": base_url},
            {"key": "clientId", "value": id},
            {"key": "clientSecret", "value": secret},
            {"key": "token", "value": ""},
            {"key": "five", "value": ""},
            {"key": "fresh", "value": ""},
        ],
        "item": items,
    })
}

/// The value that five rows have in the key column.
fn five(target: &Target<'_>) -> &'static str {
    let (column, value) = VENDOR_KEY;
    if target.entity.name().matches(VENDOR_ENTITY) && target.key.eq_ignore_ascii_case(column) {
        value
    } else {
        "{{five}}"
    }
}

fn upsert_body(target: &Target<'_>, key: &str, multi: bool) -> Value {
    json!({
        "Tuples": tuples(target, key),
        "Clause": equal(target.key, key),
        "AllowMultiUpdate": multi,
    })
}

/// Update five rows; be refused the same without leave; insert where none is found.
fn tasks(target: &Target<'_>) -> Vec<Value> {
    let mut items = Vec::new();
    if target.key_repeats {
        let five = five(target);
        if five == "{{five}}" {
            items.extend((1..=5).map(|n| prepare(target, n)));
        }
        items.push(
            Item::post("Task 1: update five records", target, "Upsert")
                .body(&upsert_body(target, five, true))
                .test("five records are updated", &[
                    STATUS_200,
                    "pm.expect(pm.response.json()).to.eql({TotalAffected: 5, TotalFailed: 0, Message: null});",
                ])
                .build(),
        );
        items.push(
            Item::post("Task 2: the same without AllowMultiUpdate", target, "Upsert")
                .body(&upsert_body(target, five, false))
                .test("it is refused and the message says how many were found", &[
                    "pm.response.to.have.status(400);",
                    "const body = pm.response.json();",
                    "pm.expect(body.Message).to.match(/\\b5\\b/);",
                    "pm.expect(body.LogId).to.eql(pm.response.headers.get('X-Log-Id'));",
                    "pm.expect(pm.response.headers.get('X-Error-Code')).to.eql('more_than_one_match');",
                ])
                .build(),
        );
    }
    items.push(
        Item::post("Task 3: insert where the clause finds nothing", target, "Upsert")
            .before(&["pm.collectionVariables.set('fresh', 'Example ' + pm.variables.replaceIn('{{$guid}}'));"])
            .body(&upsert_body(target, "{{fresh}}", false))
            .test("a record is inserted", &inserted(target))
            .build(),
    );
    items
}

/// Elsewhere than in the demo nobody knows of five rows with one name: they are made first.
fn prepare(target: &Target<'_>, n: usize) -> Value {
    let item = Item::post(&format!("Prepare {n} of 5"), target, "Add")
        .body(&json!({ "Tuples": tuples(target, "{{five}}") }))
        .test("a record is inserted", &inserted(target));
    let first =
        ["pm.collectionVariables.set('five', 'Example ' + pm.variables.replaceIn('{{$guid}}'));"];
    if n == 1 { item.before(&first) } else { item }.build()
}

fn inserted(target: &Target<'_>) -> Vec<&'static str> {
    let mut test = vec![
        STATUS_200,
        "pm.expect(pm.response.json().Message).to.eql('Success');",
    ];
    if target.entity.generated_key().is_some() {
        test.push("pm.expect(pm.response.json().GeneratedId).to.not.be.oneOf([null, undefined]);");
    }
    test
}

fn others(target: &Target<'_>) -> Vec<Value> {
    let (column, value) = match target.values.last() {
        Some((column, value)) => (*column, value.clone()),
        None => (target.key, json!("{{fresh}}")),
    };
    let update = Item::post("Update", target, "Update")
        .body(&json!({
            "Tuples": [{"Name": column, "Value": value}],
            "Clause": equal(target.key, "{{fresh}}"),
        }))
        .test("the record of task 3 is updated", &[
            STATUS_200,
            "pm.expect(pm.response.json()).to.eql({TotalAffected: 1, TotalFailed: 0, Message: null});",
        ]);
    let many = many(target, ["Example {{$guid}}", "Another {{$guid}}"]).map(|body| {
        Item::post("UpsertMany", target, "UpsertMany")
            .body(&body)
            .test(
                "two records are inserted",
                &[
                    STATUS_200,
                    "const body = pm.response.json();",
                    "pm.expect([body.TotalCreated, body.TotalFailed]).to.eql([2, 0]);",
                    "pm.expect(body.Results).to.have.lengthOf(2);",
                ],
            )
    });
    let add = Item::post("Add", target, "Add")
        .body(&json!({ "Tuples": tuples(target, "Example {{$guid}}") }))
        .test("a record is inserted", &inserted(target));
    let get = target.entity.actions().view.then(|| {
        Item::post("Get", target, "Get")
            .body(&json!({"Clause": equal(target.key, "{{fresh}}"), "Length": 5}))
            .test(
                "the record of task 3 is found",
                &[
                    STATUS_200,
                    "pm.expect(pm.response.json()).to.have.lengthOf(1);",
                ],
            )
    });
    let schema = Item::post("Schema", target, "Schema").test(
        "the columns are described",
        &[
            STATUS_200,
            "pm.expect(pm.response.json()[0]).to.include.keys('Name', 'DBType', 'IsPrimaryKey');",
        ],
    );
    let items = [Some(update), many, Some(add), get, Some(schema)];
    items.into_iter().flatten().map(Item::build).collect()
}

fn entity_list(entities: &[Arc<Entity>]) -> Value {
    let count = format!(
        "pm.expect(pm.response.json()).to.have.lengthOf({});",
        entities.len()
    );
    Item::get("EntityList", &["CSSAPI", "V2", "EntityList"])
        .test("every entity is listed", &[STATUS_200, &count])
        .build()
}

#[cfg(test)]
mod tests;
