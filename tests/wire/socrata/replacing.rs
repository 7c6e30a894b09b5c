//! PUT: the rows of the body in the place of all that are there.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ID, counts, earthquakes, notes, refused, rows, send};
use crate::support::{Answer, Server};

async fn put(server: &Server, dataset: &str, body: &Value) -> Answer {
    let path = format!("/resource/{dataset}.json");
    send(server, Method::PUT, &path, body).await
}

#[tokio::test]
async fn the_rows_are_replaced_and_those_that_went_are_not_counted() {
    let server = earthquakes().await;
    let body =
        json!([{"earthquake_id": "a"}, {"earthquake_id": "71842370", ":id": "row-2222~2222~2222"}]);
    assert_eq!(counts(&put(&server, ID, &body).await), [2, 0, 0, 0, 2, 0]);
    let found = rows(&server, "earthquakes.json?$order=earthquake_id").await;
    assert_eq!(
        found,
        [
            json!({"earthquake_id": "71842370"}),
            json!({"earthquake_id": "a"})
        ]
    );
    assert_eq!(counts(&put(&server, ID, &json!([])).await), [0; 6]);
    assert!(rows(&server, "earthquakes.json").await.is_empty());
}

#[tokio::test]
async fn one_row_that_fails_leaves_everything_as_it_was() {
    let server = earthquakes().await;
    let before = rows(&server, "earthquakes.json").await;
    let mut body: Vec<Value> = (0..2500)
        .map(|n| json!({"earthquake_id": n.to_string()}))
        .collect();
    body.push(json!({"earthquake_id": "x", "magnitude": "strong"}));
    let answer = put(&server, ID, &Value::Array(body)).await;
    refused(
        &answer,
        400,
        "soda.column.maltyped",
        &["Row 2500", "magnitude"],
    );
    let unknown = put(
        &server,
        ID,
        &json!([{"earthquake_id": "a"}, {"switch_comm": 1}]),
    )
    .await;
    refused(
        &unknown,
        400,
        "invalid_request",
        &["Illegal field name sent: switch_comm"],
    );
    let deleted = put(
        &server,
        ID,
        &json!([{"earthquake_id": "a", ":deleted": true}]),
    )
    .await;
    refused(&deleted, 400, "invalid_request", &["deleted"]);
    let lone = put(&server, ID, &json!({"earthquake_id": "a"})).await;
    refused(&lone, 400, "req.content.json.invalid", &["array"]);
    assert_eq!(rows(&server, "earthquakes.json").await, before);
}

#[tokio::test]
async fn csv_replaces_too_and_a_dataset_without_a_row_identifier_is_replaced() {
    let server = notes().await;
    let request = server.request(Method::PUT, "/resource/notes.json");
    let request = request.header("content-type", "text/csv");
    let request = request.body("Note Text,Score\nthree,3\nfour,\n");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(counts(&answer), [2, 0, 0, 0, 0, 0]);
    let found = rows(
        &server,
        "notes.json?$select=note_text,score&$order=note_text",
    )
    .await;
    assert_eq!(
        found,
        [
            json!({"note_text": "four"}),
            json!({"note_text": "three", "score": "3.00"})
        ]
    );
}

#[tokio::test]
async fn a_body_without_rows_or_with_a_quote_that_stays_open_replaces_nothing() {
    let server = notes().await;
    let before = rows(&server, "notes.json?$order=note_text").await;
    assert!(!before.is_empty());
    for (media, body) in [
        ("text/csv", ""),
        ("application/x-ndjson", ""),
        ("text/csv", "Note Text,Score\n\"three,3\nfour,4\n"),
    ] {
        let request = server.request(Method::PUT, "/resource/notes.json");
        let request = request.header("content-type", media).body(body);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 400, "{media} {body:?}: {answer:?}");
    }
    assert_eq!(rows(&server, "notes.json?$order=note_text").await, before);
}
