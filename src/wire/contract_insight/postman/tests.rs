//! The collection holds the vendor's tasks, whatever is served.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::wire::{contract_insight::decode, testing};

fn names(collection: &Value) -> Vec<&str> {
    let items = collection["item"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

fn raw<'c>(collection: &'c Value, name: &str) -> &'c str {
    let items = collection["item"].as_array().unwrap();
    let item = items.iter().find(|item| item["name"] == name).unwrap();
    item["request"]["body"]["raw"].as_str().unwrap()
}

#[test]
fn on_the_vendors_entity_the_tasks_are_the_vendors() {
    let collection = collection(
        "http://localhost:8080/API2",
        oauth::DEMO,
        &testing::office(),
    );
    assert_eq!(
        names(&collection),
        [
            "Get a token",
            "Task 1: update five records",
            "Task 2: the same without AllowMultiUpdate",
            "Task 3: insert where the clause finds nothing",
            "Update",
            "UpsertMany",
            "Add",
            "Get",
            "Schema",
            "EntityList",
        ]
    );
    let variables = ["http://localhost:8080/API2", "demo", "demo-secret"];
    for (variable, value) in variables.iter().enumerate() {
        assert_eq!(collection["variable"][variable]["value"], *value);
    }
    let one = decode::upsert(raw(&collection, "Task 1: update five records").as_bytes()).unwrap();
    let two = raw(&collection, "Task 2: the same without AllowMultiUpdate");
    let two = decode::upsert(two.as_bytes()).unwrap();
    assert!(one.allow_multi_update && !two.allow_multi_update);
    assert_eq!((&one.tuples, &one.clause), (&two.tuples, &two.clause));
    assert!(raw(&collection, "Task 1: update five records").contains("Acme Supplies"));
}

#[test]
fn elsewhere_the_five_rows_are_made_first() {
    let parts = testing::table("Spare Parts", &["id int identity", "Title nvarchar(80)"]);
    let collection = collection("http://localhost", ("", ""), &testing::entities(&[parts]));
    assert_eq!(
        names(&collection)[1..7],
        [
            "Prepare 1 of 5",
            "Prepare 2 of 5",
            "Prepare 3 of 5",
            "Prepare 4 of 5",
            "Prepare 5 of 5",
            "Task 1: update five records",
        ]
    );
    assert!(raw(&collection, "Task 1: update five records").contains("{{five}}"));
    assert_eq!(
        collection["item"][1]["request"]["url"]["raw"],
        "{{baseUrl}}/CSSAPI/V2/Spare%20Parts/Add"
    );
}

#[test]
fn where_no_row_can_be_made_up_only_the_reading_requests_are_left() {
    let numbers = testing::table("Numbers", &["id int identity", "n int"]);
    let collection = collection("http://localhost", ("", ""), &testing::entities(&[numbers]));
    assert_eq!(names(&collection), ["Get a token", "EntityList"]);
}

#[test]
fn every_request_tests_its_answer() {
    let collection = collection("http://localhost", ("", ""), &testing::office());
    for item in collection["item"].as_array().unwrap() {
        let events = item["event"].as_array().unwrap();
        let tests = events.iter().any(|event| {
            event["listen"] == "test" && event.to_string().contains("to.have.status(")
        });
        assert!(tests, "{}", item["name"]);
    }
}
