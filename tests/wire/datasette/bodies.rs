//! Bodies that cannot be: each text of the contract, in the contract's order.

use serde_json::json;

use super::{data, data_with, post, post_text, refuses};

#[tokio::test]
async fn what_is_no_json_is_told_as_python_tells_it() {
    let server = data().await;
    for path in [
        "/data/docs/-/upsert",
        "/data/docs/-/insert",
        "/data/docs/1/-/update",
    ] {
        for (body, error) in [
            (
                "",
                "Invalid JSON: Expecting value: line 1 column 1 (char 0)",
            ),
            (
                "{'row': 1}",
                "Invalid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
            ("[1]", "JSON must be a dictionary"),
        ] {
            refuses(&post_text(&server, path, body).await, 400, &[error]);
        }
    }
    let answer = post_text(&server, "/data/docs/-/insert", "\u{feff}{\"rows\":[]}").await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn the_form_of_an_insert_is_checked_step_by_step() {
    let server = data().await;
    let many: Vec<_> = (0..101).map(|id| json!({"id": id})).collect();
    for (body, error) in [
        (
            json!({"x": 1}),
            "JSON must have one or other of \"row\" or \"rows\"",
        ),
        (
            json!({"row": {}, "rows": []}),
            "Cannot use \"row\" and \"rows\" at the same time",
        ),
        (json!({"row": []}), "\"row\" must be a dictionary"),
        (json!({"rows": {}}), "\"rows\" must be a list"),
        (
            json!({"rows": [{}, 1]}),
            "\"rows\" must be a list of dictionaries",
        ),
        (
            json!({"rows": many, "foo": 1}),
            "Too many rows, maximum allowed is 100",
        ),
        (json!({"rows": [], "foo": 1}), "Invalid parameter: \"foo\""),
        (
            json!({"rows": [], "two": 1, "one": 2, "ignore": 1, "replace": 1}),
            "Invalid parameter: \"one\", \"two\"",
        ),
        (
            json!({"rows": [{"bad": 1}], "ignore": 1, "replace": "x"}),
            "Cannot use \"ignore\" and \"replace\" at the same time",
        ),
    ] {
        for path in ["/data/docs/-/upsert", "/data/docs/-/insert"] {
            refuses(&post(&server, path, body.clone()).await, 400, &[error]);
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_columns_is_collected_over_all_rows() {
    let server = data().await;
    let body = json!({"rows": [{"id": 1, "worse": 1, "bad": 2}, {"y": 1, "id": null}, {}], "ignore": true});
    let errors = [
        "Row 0 has invalid columns: bad, worse",
        "Row 1 has null primary key column(s): \"id\"",
        "Row 1 has invalid columns: y",
        "Row 2 is missing primary key column(s): \"id\"",
    ];
    refuses(
        &post(&server, "/data/docs/-/upsert", body).await,
        400,
        &errors,
    );
    let body = json!({"rows": [{"id": 1, "TITLE": "x"}]});
    let answer = post(&server, "/data/docs/-/insert", body).await;
    refuses(&answer, 400, &["Row 0 has invalid columns: TITLE"]);
}

#[tokio::test]
async fn an_upsert_takes_neither_ignore_nor_replace() {
    let server = data().await;
    for option in ["ignore", "replace"] {
        let body = |value: bool| json!({"rows": [{"id": 1}], option: value});
        let answer = post(&server, "/data/docs/-/upsert", body(true)).await;
        refuses(&answer, 400, &["Upsert does not support ignore or replace"]);
        assert_eq!(
            post(&server, "/data/docs/-/upsert", body(false))
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn the_limits_are_settings() {
    let server = data_with(|config| {
        config.datasette.max_insert_rows = 2;
        config.datasette.max_body_bytes = 1024;
    })
    .await;
    let answer = post(
        &server,
        "/data/docs/-/insert",
        json!({"rows": [{}, {}, {}]}),
    )
    .await;
    refuses(&answer, 400, &["Too many rows, maximum allowed is 2"]);
    let long = format!("{{\"row\": {{\"note\": \"{}\"}}}}", "x".repeat(1024));
    for path in ["/data/docs/-/insert", "/data/docs/1/-/update"] {
        let answer = post_text(&server, path, &long).await;
        refuses(
            &answer,
            413,
            &["Request body exceeded maximum size of 1024 bytes"],
        );
    }
}

#[tokio::test]
async fn two_mebibytes_are_the_usual_limit() {
    let server = data().await;
    let note = |bytes: usize| format!("{{\"row\": {{\"note\": \"{}\"}}}}", "x".repeat(bytes));
    assert_eq!(
        post_text(&server, "/data/docs/-/insert", &note((2 << 20) - 30))
            .await
            .status,
        201
    );
    let answer = post_text(&server, "/data/docs/-/insert", &note(2 << 20)).await;
    refuses(
        &answer,
        413,
        &["Request body exceeded maximum size of 2097152 bytes"],
    );
}
