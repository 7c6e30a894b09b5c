//! What a payload may hold, and what becomes of rows and requests that are wrong.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    EARTHQUAKES, ID, as_earthquakes, counts, earthquakes, notes, post, refused, rows, send,
};
use crate::support::{Answer, Server};

#[tokio::test]
async fn what_a_row_leaves_out_stays_and_null_empties() {
    let server = earthquakes().await;
    let row = json!([{"earthquake_id": "71842370", "magnitude": null, "VERSION": "3"}]);
    assert_eq!(counts(&post(&server, ID, &row).await), [0, 1, 0, 0, 1, 0]);
    let found = rows(&server, "4tka-6guv.json?earthquake_id=71842370").await;
    assert_eq!(found[0]["version"], "3");
    assert_eq!(found[0]["region"], "Northern California");
    assert_eq!(found[0].get("magnitude"), None);
}

#[tokio::test]
async fn only_true_deletes_and_a_key_alone_in_an_array_does() {
    let server = earthquakes().await;
    for no in [json!(false), json!("true"), json!(1), json!(null)] {
        let row = json!([{"earthquake_id": "71842370", ":deleted": no}]);
        assert_eq!(counts(&post(&server, ID, &row).await), [0, 1, 0, 0, 1, 0]);
    }
    assert_eq!(
        counts(&post(&server, ID, &json!([["71842370"]])).await),
        [0, 0, 1, 0, 1, 0]
    );
    // Other columns do not matter then, but they must exist.
    let row = json!([{"earthquake_id": "00388609", ":deleted": true, "magnitude": "much"}]);
    assert_eq!(counts(&post(&server, ID, &row).await), [0, 0, 1, 0, 1, 0]);
    let keyless = json!([{"region": "Nevada", ":deleted": true}]);
    assert_eq!(
        counts(&post(&server, ID, &keyless).await),
        [0, 0, 0, 1, 0, 0]
    );
    assert!(rows(&server, "earthquakes.json").await.is_empty());
}

#[tokio::test]
async fn a_row_that_fails_is_counted_and_the_others_are_written() {
    let server = earthquakes().await;
    let body = json!([
        {"earthquake_id": "a", "magnitude": "1.5"},
        {"earthquake_id": "b", "magnitude": "strong"},
        {"region": "without a key"},
        {"earthquake_id": null, "region": "without a key"},
        {"earthquake_id": "c", "location": "somewhere"},
        {"earthquake_id": "d", "region": "x".repeat(101)},
        {"earthquake_id": "e", "felt": true},
    ]);
    assert_eq!(counts(&post(&server, ID, &body).await), [2, 0, 0, 5, 2, 0]);
    let ids = rows(&server, "earthquakes.json?$select=earthquake_id&$where=earthquake_id in ('a','b','c','d','e')&$order=earthquake_id").await;
    assert_eq!(
        ids,
        [json!({"earthquake_id": "a"}), json!({"earthquake_id": "e"})]
    );
}

#[tokio::test]
async fn a_field_that_there_is_not_refuses_the_whole_request() {
    let server = earthquakes().await;
    let mut body: Vec<Value> = (0..3000)
        .map(|n| json!({"earthquake_id": n.to_string()}))
        .collect();
    body.push(json!({"earthquake_id": "x", "switch_comm": 1}));
    let answer = post(&server, ID, &Value::Array(body)).await;
    refused(
        &answer,
        400,
        "invalid_request",
        &["Illegal field name sent: switch_comm"],
    );
    let twice = post(
        &server,
        ID,
        &json!([{"region": "a", "REGION": "b", "earthquake_id": "y"}]),
    )
    .await;
    refused(
        &twice,
        400,
        "invalid_request",
        &["REGION", "more than once"],
    );
    let both = json!([{"earthquake_id": "y", "location": null, "latitude": 1}]);
    refused(
        &post(&server, ID, &both).await,
        400,
        "invalid_request",
        &["latitude"],
    );
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 2);
}

async fn raw(server: &Server, body: &'static str) -> Answer {
    let request = server
        .request(Method::POST, "/resource/4tka-6guv.json")
        .body(body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn json_needs_no_content_type_and_broken_json_writes_nothing() {
    let server = earthquakes().await;
    let sent = raw(&server, r#"[{"earthquake_id": "a"}]"#).await;
    assert_eq!(counts(&sent), [1, 0, 0, 0, 1, 0]);
    let broken = raw(
        &server,
        "[{\"earthquake_id\": \"b\"},\n {\"earthquake_id\": c}]",
    )
    .await;
    refused(
        &broken,
        400,
        "req.body.malformed-json",
        &["malformed at row 2 and column 20"],
    );
    for (body, code) in [
        ("[1]", "soda.row.upsert-row-not-an-object"),
        ("[[1, 2]]", "soda.row.upsert-row-not-an-object"),
        ("\"text\"", "req.content.json.invalid"),
        (" null", "req.content.json.invalid"),
        ("5", "req.content.json.invalid"),
        ("5 6", "req.body.malformed-json"),
        ("nul", "req.body.malformed-json"),
        ("", "req.body.malformed-json"),
        ("[{\"earthquake_id\": \"b\"}", "req.body.malformed-json"),
    ] {
        refused(&raw(&server, body).await, 400, code, &[]);
    }
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 3);
    let answer = raw(&server, "[]").await;
    assert_eq!(counts(&answer), [0; 6]);
}

#[tokio::test]
async fn another_media_type_is_refused_and_lines_of_json_are_taken() {
    let server = earthquakes().await;
    let typed = async |media: &str, body: &'static str| {
        let request = server.request(Method::POST, "/resource/4tka-6guv");
        let request = request.header("content-type", media).body(body);
        Answer::of(request.send().await.unwrap()).await
    };
    let answer = typed("text/xml", "<a/>").await;
    refused(
        &answer,
        415,
        "req.content-type.not-json",
        &["text/xml", "text/csv"],
    );
    let lines = "{\"earthquake_id\":\"a\"}\n{\"earthquake_id\":\"b\"}\n";
    let answer = typed("application/x-ndjson", lines).await;
    assert_eq!(counts(&answer), [2, 0, 0, 0, 2, 0]);
}

#[tokio::test]
async fn one_key_twice_is_taken_in_order() {
    let server = earthquakes().await;
    let body = json!([
        {"earthquake_id": "a", "version": 1},
        {"earthquake_id": "A", "version": 2},
        {"earthquake_id": "b", "version": 1},
        {"earthquake_id": "b", ":deleted": true},
    ]);
    assert_eq!(counts(&post(&server, ID, &body).await), [2, 1, 1, 0, 4, 0]);
    let found = rows(
        &server,
        "earthquakes.json?$where=earthquake_id in ('a', 'b')",
    )
    .await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["version"], "2");
}

#[tokio::test]
async fn where_errors_are_fatal_all_rows_are_written_or_none() {
    let server = earthquakes().await;
    let path = "/resource/4tka-6guv.json?errorsAreFatal=true";
    let body = json!([{"earthquake_id": "a"}, {"earthquake_id": "b", "magnitude": "strong"}]);
    let answer = send(&server, Method::POST, path, &body).await;
    refused(
        &answer,
        400,
        "soda.column.maltyped",
        &[
            "Row 1",
            "for field 'magnitude' we expected 'decimal(4,2)' but got 'strong'",
        ],
    );
    let body = json!([{"earthquake_id": "a"}, {"earthquake_id": "c", ":deleted": true}]);
    refused(
        &send(&server, Method::POST, path, &body).await,
        404,
        "soda.row.not-found",
        &["Row 1"],
    );
    let body = json!([{"earthquake_id": "a"}, {"region": "x"}]);
    refused(
        &send(&server, Method::POST, path, &body).await,
        400,
        "soda.row.primary-key-nonexistent-or-null",
        &["earthquake_id"],
    );
    let body = json!([{"earthquake_id": "a"}, {"region": "x", ":deleted": true}]);
    let keyless = send(&server, Method::POST, path, &body).await;
    refused(
        &keyless,
        400,
        "soda.row.delete-without-primary-key",
        &["Row 1", ":id"],
    );
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 2);
    let body = json!([{"earthquake_id": "a"}, {"earthquake_id": "71842370", "version": 9}]);
    assert_eq!(
        counts(&send(&server, Method::POST, path, &body).await),
        [1, 1, 0, 0, 2, 0]
    );
}

#[tokio::test]
async fn parameters_of_the_server_are_taken_and_bad_ones_refused() {
    let server = earthquakes().await;
    let path = |query: &str| format!("/resource/4tka-6guv.json?{query}");
    let body = json!([{"earthquake_id": "71842370", "version": 5}]);
    let bad = send(&server, Method::POST, &path("errorsAreFatal=1"), &body).await;
    refused(&bad, 400, "req.bad-parameter", &["errorsAreFatal"]);
    let replaced = send(
        &server,
        Method::POST,
        &path("mergeInsteadOfReplace=false"),
        &body,
    )
    .await;
    assert_eq!(counts(&replaced), [0, 1, 0, 0, 1, 0]);
    let found = rows(&server, "earthquakes.json?version=5").await;
    assert_eq!(
        found,
        [json!({"earthquake_id": "71842370", "version": "5"})]
    );
    let truncated = send(&server, Method::POST, &path("truncate=true"), &body).await;
    assert_eq!(counts(&truncated), [1, 0, 0, 0, 1, 0]);
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 1);
}

#[tokio::test]
async fn without_a_row_identifier_rows_are_always_appended() {
    let server = notes().await;
    let body =
        json!([{"note_text": "one"}, {"Note Text": "one", ":id": null}, {"id": null, "score": 2}]);
    assert_eq!(
        counts(&post(&server, "notes", &body).await),
        [3, 0, 0, 0, 0, 0]
    );
    assert_eq!(rows(&server, "notes.json").await.len(), 5);
    let found = rows(&server, "notes.json?note_text=one").await;
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn a_lone_object_is_answered_by_the_row_itself() {
    let server = earthquakes().await;
    let created = post(&server, ID, &json!({"earthquake_id": "a", "version": 1})).await;
    assert_eq!(created.status, 200, "{created:?}");
    let row = created.json();
    assert_eq!(
        (&row["earthquake_id"], &row["version"]),
        (&json!("a"), &json!("1"))
    );
    let id = row[":id"].as_str().unwrap();
    let found = server.get(&format!("/resource/4tka-6guv/{id}.json")).await;
    assert_eq!(found.json(), row);
    let failed = post(
        &server,
        ID,
        &json!({"earthquake_id": "b", "magnitude": "strong"}),
    )
    .await;
    refused(&failed, 400, "soda.column.maltyped", &["magnitude"]);
    let deleted = post(
        &server,
        ID,
        &json!({"earthquake_id": "a", ":deleted": true}),
    )
    .await;
    deleted.is(&json!([{"typ": "delete", "id": id}]));
    let gone = post(
        &server,
        ID,
        &json!({"earthquake_id": "a", ":deleted": true}),
    )
    .await;
    refused(&gone, 404, "soda.row.not-found", &[]);
}

#[tokio::test]
async fn what_the_dataset_does_not_allow_is_permission_denied_and_nothing_is_written() {
    let server = Server::with_tables_and(EARTHQUAKES, &["earthquakes"], |config| {
        as_earthquakes(config);
        config.serving.declared[0].actions = crate::support::EVERYTHING;
    })
    .await;
    let body = super::earthquakes::payload();
    refused(
        &post(&server, ID, &body).await,
        403,
        "permission_denied",
        &["deleting"],
    );
    let replaced = send(&server, Method::PUT, "/resource/4tka-6guv.json", &json!([])).await;
    refused(&replaced, 403, "permission_denied", &["deleting"]);
    let row = "/resource/4tka-6guv/71842370.json";
    let deleted = send(&server, Method::DELETE, row, &Value::Null).await;
    refused(&deleted, 403, "permission_denied", &["deleting"]);
    assert_eq!(rows(&server, "earthquakes.json?version=1").await.len(), 2);
}

#[tokio::test]
async fn a_request_has_no_more_rows_than_the_limit() {
    let server = Server::with_tables_and(EARTHQUAKES, &["earthquakes"], |config| {
        as_earthquakes(config);
        config.limits.batch_rows = 2;
        config.limits.batch_bytes = 1024;
    })
    .await;
    let body = json!([{"earthquake_id": "a"}, {"earthquake_id": "b"}]);
    assert_eq!(counts(&post(&server, ID, &body).await), [2, 0, 0, 0, 2, 0]);
    let more = json!([{"earthquake_id": "c"}, {"earthquake_id": "d"}, {"earthquake_id": "e"}]);
    refused(
        &post(&server, ID, &more).await,
        413,
        "req.body.too-large",
        &["2 rows"],
    );
    let long = json!([{"earthquake_id": "c", "region": "x".repeat(1024)}]);
    refused(
        &post(&server, ID, &long).await,
        413,
        "req.body.too-large",
        &["The request body is too large; the limit is 1024 bytes"],
    );
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 4);
}

#[tokio::test]
async fn a_column_that_has_just_come_into_the_table_is_known() {
    let server = notes().await;
    let add = |column: &str, ty: &str| {
        (
            format!("ALTER TABLE notes ADD COLUMN {column} {ty} NULL"),
            format!("ALTER TABLE notes ADD {column} {ty} NULL"),
        )
    };
    let (sqlite, mssql) = add("colour", "nvarchar(10)");
    let sql = crate::support::Sql {
        sqlite: &sqlite,
        mssql: &mssql,
    };
    server.execute(sql).await;
    let sent = post(&server, "notes", &json!([{"colour": "red"}])).await;
    assert_eq!(counts(&sent), [1, 0, 0, 0, 0, 0]);
    assert_eq!(rows(&server, "notes.json?colour=red").await.len(), 1);
}
