//! One row, by the URL.

use reqwest::Method;
use serde_json::{Value, json};

use super::{counts, earthquakes, notes, post, refused, rows, send};

#[tokio::test]
async fn a_row_is_read_changed_and_deleted_by_its_identifier_and_by_its_id() {
    let server = earthquakes().await;
    let path = "/resource/4tka-6guv/71842370.json";
    let row = server.get(path).await.json();
    assert_eq!(row["region"], "Northern California");
    let id = row[":id"].as_str().unwrap().to_owned();
    for path in [
        format!("/resource/4tka-6guv/{id}"),
        "/resource/earthquakes/71842370".to_owned(),
    ] {
        assert_eq!(server.get(&path).await.json(), row, "{path}");
    }
    let changed = send(&server, Method::POST, path, &json!({"version": 7})).await;
    assert_eq!(
        (changed.status, &changed.json()["version"]),
        (200, &json!("7"))
    );
    let by_id = format!("/resource/4tka-6guv/{id}.json");
    let body = json!({"version": 8, "earthquake_id": "71842370"});
    assert_eq!(
        send(&server, Method::POST, &by_id, &body).await.json()["version"],
        "8"
    );
    let other = json!({"version": 9, "earthquake_id": "00388609"});
    refused(
        &send(&server, Method::POST, &by_id, &other).await,
        400,
        "invalid_request",
        &["earthquake_id"],
    );
    let deleted = send(&server, Method::DELETE, &by_id, &Value::Null).await;
    deleted.is(&json!([{"typ": "delete", "id": id}]));
    for (method, path) in [
        (Method::GET, &*by_id),
        (Method::DELETE, path),
        (Method::POST, &*by_id),
    ] {
        let answer = send(&server, method, path, &json!({"version": 1})).await;
        refused(&answer, 404, "soda.row.not-found", &[]);
    }
}

#[tokio::test]
async fn a_row_that_is_posted_under_a_new_identifier_is_created() {
    let server = earthquakes().await;
    let path = "/resource/4tka-6guv/a%2Fb.json";
    let created = send(&server, Method::POST, path, &json!({"magnitude": "2"})).await;
    assert_eq!(
        (created.status, &created.json()["earthquake_id"]),
        (200, &json!("a/b"))
    );
    assert_eq!(server.get(path).await.json()["magnitude"], "2.00");
    for body in [json!([{"magnitude": 1}, {"magnitude": 2}]), json!([])] {
        let refusal = send(&server, Method::POST, path, &body).await;
        refused(&refusal, 400, "req.content.json.invalid", &["one object"]);
    }
}

#[tokio::test]
async fn without_a_row_identifier_only_the_id_names_a_row() {
    let server = notes().await;
    refused(
        &server.get("/resource/notes/1.json").await,
        404,
        "soda.row.not-found",
        &["Row with identifier 1 was not found"],
    );
    let all = rows(&server, "notes.json?$select=:id,id&$order=id").await;
    let id = all[1][":id"].as_str().unwrap();
    let row = server.get(&format!("/resource/notes/{id}.json")).await;
    row.is(&json!({":id": id, "id": "2", "note_text": "two"}));
    let deleted = send(
        &server,
        Method::DELETE,
        &format!("/resource/notes/{id}"),
        &Value::Null,
    )
    .await;
    deleted.is(&json!([{"typ": "delete", "id": id}]));
    let gone = json!([{":id": id, "score": 1}]);
    assert_eq!(
        counts(&post(&server, "notes", &gone).await),
        [0, 0, 0, 1, 0, 0]
    );
}

#[tokio::test]
async fn other_methods_are_refused_and_nothing_drops_a_dataset() {
    let server = earthquakes().await;
    for (method, path, allowed) in [
        (
            Method::PUT,
            "/resource/4tka-6guv/71842370.json",
            "GET, HEAD, POST, DELETE",
        ),
        (
            Method::DELETE,
            "/resource/4tka-6guv.json",
            "POST, PUT, GET, HEAD",
        ),
        (Method::DELETE, "/api/views/4tka-6guv.json", "GET, HEAD"),
        (Method::DELETE, "/api/views/4tka-6guv", "GET, HEAD"),
    ] {
        let answer = send(&server, method, path, &Value::Null).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, allowed),
            "{answer:?}"
        );
        assert_eq!(answer.json()["code"], "method-not-allowed");
    }
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 2);
}
