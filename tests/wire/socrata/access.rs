//! Who is let in, and what is told of datasets.

use reqwest::Method;
use serde_json::json;

use super::{EARTHQUAKES, ID, earthquakes, refused};
use crate::support::{Answer, CLIENT, SECRET, Server};

async fn get_with(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = server.http.get(format!("{}{path}", server.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}

const PATH: &str = "/resource/4tka-6guv.json";

#[tokio::test]
async fn basic_oauth_and_bearer_are_taken_and_an_app_token_says_nothing() {
    let server = earthquakes().await;
    for scheme in ["OAuth", "oauth", "Bearer"] {
        let token = format!("{scheme} {}", server.token);
        let answer = get_with(&server, PATH, &[("authorization", &token)]).await;
        assert_eq!(answer.status, 200, "{scheme}");
    }
    for _ in 0..2 {
        let request = server
            .http
            .get(format!("{}{PATH}?$$app_token=x", server.base));
        let request = request
            .basic_auth(CLIENT, Some(SECRET))
            .header("X-App-Token", "abc");
        assert_eq!(Answer::of(request.send().await.unwrap()).await.status, 200);
    }
    let answer = get_with(&server, PATH, &[("X-App-Token", "abc")]).await;
    refused(
        &answer,
        403,
        "authentication_required",
        &["You must be logged in to access this resource"],
    );
    let write = server
        .http
        .post(format!("{}{PATH}", server.base))
        .json(&json!([]));
    let answer = Answer::of(write.send().await.unwrap()).await;
    refused(&answer, 403, "authentication_required", &[]);
}

#[tokio::test]
async fn credentials_that_do_not_hold_are_401() {
    let server = earthquakes().await;
    for header in [
        "Basic ???",
        "Basic dGVzdGVyOndyb25n",
        "OAuth x.y.z",
        "Digest abc",
    ] {
        let answer = get_with(&server, PATH, &[("authorization", header)]).await;
        refused(&answer, 401, "authentication_failed", &[]);
    }
}

#[tokio::test]
async fn a_dataset_is_found_by_id_or_name_and_told_with_its_columns() {
    let server = earthquakes().await;
    for path in [
        "4TKA-6GUV",
        "earthquakes",
        "Earthquakes.json",
        "4tka-6guv.json",
    ] {
        assert_eq!(
            server.get(&format!("/resource/{path}")).await.status,
            200,
            "{path}"
        );
        assert_eq!(
            server.get(&format!("/api/views/{path}")).await.status,
            200,
            "{path}"
        );
    }
    let view = server.get("/api/views/4tka-6guv.json").await.json();
    assert_eq!(view["id"], ID);
    assert_eq!(view["rights"], json!(["read", "add", "write", "delete"]));
    let columns = view["columns"].as_array().unwrap();
    let names: Vec<&str> = columns
        .iter()
        .map(|c| c["fieldName"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "earthquake_id",
            "region",
            "source",
            "magnitude",
            "number_of_stations",
            "datetime",
            "depth",
            "version",
            "felt",
            "location"
        ]
    );
    let types: Vec<&str> = columns
        .iter()
        .map(|c| c["dataTypeName"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "text",
            "text",
            "text",
            "number",
            "number",
            "calendar_date",
            "number",
            "number",
            "checkbox",
            "location"
        ]
    );
    assert_eq!(view["rowIdentifierColumnId"], columns[0]["id"]);
    let missing = server.get("/resource/abcd-efgh.json").await;
    refused(
        &missing,
        404,
        "soda.dataset.not-found",
        &["Dataset 'abcd-efgh' was not found"],
    );
    refused(
        &server.get("/api/views/abcd-efgh.json").await,
        404,
        "soda.dataset.not-found",
        &[],
    );
}

#[tokio::test]
async fn an_id_that_is_not_declared_is_made_from_the_name_and_listed() {
    let server = Server::with_tables(EARTHQUAKES, &["earthquakes"]).await;
    let listed = server.get("/api/views.json").await.json();
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(listed[0]["resourceName"], "earthquakes");
    assert_eq!(id.len(), 9);
    assert_eq!(
        server.get(&format!("/resource/{id}.json")).await.status,
        200
    );
    assert_eq!(server.get("/api/views").await.json(), listed);
}

#[tokio::test]
async fn an_answer_has_a_tag_by_which_it_is_not_sent_again() {
    let server = earthquakes().await;
    let first = server.get(PATH).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{first:?}");
    assert_eq!(
        first.header("x-soda2-types"),
        r#"["text","text","text","number","number","floating_timestamp","number","number","checkbox","location"]"#
    );
    let request = server
        .request(Method::GET, PATH)
        .header("if-none-match", &tag);
    let again = Answer::of(request.send().await.unwrap()).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    server
        .execute("DELETE FROM earthquakes WHERE earthquake_id = '00388609'")
        .await;
    let request = server
        .request(Method::GET, PATH)
        .header("if-none-match", &tag);
    assert_eq!(Answer::of(request.send().await.unwrap()).await.status, 200);
}

#[tokio::test]
async fn the_columns_of_a_place_stay_and_none_gets_its_name() {
    let server = Server::with_tables_and(EARTHQUAKES, &["earthquakes"], |config| {
        super::as_earthquakes(config);
        config.datasette.database = Some("data".to_owned());
        config.serving.declared[0].actions.alter = true;
    })
    .await;
    for (operation, told) in [
        (
            json!({"op": "drop_column", "args": {"name": "latitude"}}),
            "latitude",
        ),
        (
            json!({"op": "rename_column", "args": {"name": "longitude", "to": "lon"}}),
            "longitude",
        ),
        (
            json!({"op": "add_column", "args": {"name": "Location", "type": "text"}}),
            "duplicate column name: Location",
        ),
    ] {
        let body = json!({"operations": [operation]});
        let request = server.request(Method::POST, "/data/earthquakes/-/alter");
        let answer = Answer::of(request.json(&body).send().await.unwrap()).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.text.contains(told), "{answer:?}");
    }
    let token = format!("OAuth {}", server.token);
    let read = get_with(&server, PATH, &[("authorization", &token)]).await;
    assert_eq!(read.status, 200);
}
