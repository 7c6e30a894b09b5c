//! CSV, by its Content-Type or its ending.

use reqwest::Method;
use serde_json::json;

use super::{counts, earthquakes, notes, refused, rows};
use crate::support::{Answer, Server};

async fn post_csv(server: &Server, path: &str, body: &'static str) -> Answer {
    let request = server
        .request(Method::POST, path)
        .header("content-type", "text/csv");
    Answer::of(request.body(body).send().await.unwrap()).await
}

/// As the vendor's page has it: names for people, and times as people write them.
const EXAMPLE: &str = "Earthquake ID,Region,Source,Location,Magnitude,Number of Stations,Datetime,Depth,Version,:deleted\r\n\
    demo1234,Washington,demo,\"(47.59815, -122.334540)\",1.2,1,03/26/2014 10:38:01 PM,7.9,1,false\r\n\
    71842370,,nc,\"\",1.4,21,09/14/2012 10:14:21 PM,0,2,\r\n\
    00388609,,,,,,,,,TRUE\r\n";

#[tokio::test]
async fn the_vendor_s_example_is_taken_with_names_for_people() {
    let server = earthquakes().await;
    let answer = post_csv(&server, "/resource/4tka-6guv.json", EXAMPLE).await;
    assert_eq!(counts(&answer), [1, 1, 1, 0, 3, 0]);
    let found = rows(&server, "4tka-6guv.json?$order=earthquake_id").await;
    assert_eq!(found[0]["datetime"], "2012-09-14T22:14:21.000");
    // An empty cell is NULL, in quotes or not.
    assert_eq!(
        (found[0].get("region"), found[0].get("location")),
        (None, None)
    );
    assert_eq!(found[1]["datetime"], "2014-03-26T22:38:01.000");
    assert_eq!(
        found[1]["location"],
        json!({"latitude": "47.598150", "longitude": "-122.334540"})
    );
    let again = post_csv(&server, "/resource/4tka-6guv", EXAMPLE).await;
    assert_eq!(counts(&again), [0, 2, 0, 1, 2, 0]);
}

#[tokio::test]
async fn the_ending_csv_says_what_a_body_without_a_content_type_is() {
    let server = earthquakes().await;
    let request = server.request(Method::POST, "/resource/4tka-6guv.csv");
    let request = request.body("earthquake_id,magnitude\na,1\nb,much\nc\n");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(counts(&answer), [1, 0, 0, 2, 1, 0]);
}

#[tokio::test]
async fn a_column_that_there_is_not_refuses_the_file() {
    let server = earthquakes().await;
    let answer = post_csv(
        &server,
        "/resource/4tka-6guv.json",
        "earthquake_id,Color\na,red\n",
    )
    .await;
    refused(
        &answer,
        400,
        "invalid_request",
        &["Illegal field name sent: Color"],
    );
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 2);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_no_broken_json() {
    let server = earthquakes().await;
    for file in [
        "earthquake_id,earthquake_id\na,b\n",
        "earthquake_id,,\na,b,c\n",
    ] {
        let answer = post_csv(&server, "/resource/4tka-6guv.json", file).await;
        refused(&answer, 400, "req.body.malformed-csv", &[]);
    }
    assert_eq!(rows(&server, "earthquakes.json").await.len(), 2);
}

/// A few lines of the agency's own export, with its spelling of everything.
const EXPORT: &str = "earthquake_id,magnitude,datetime,longitude,latitude,depth,source,number_of_stations\n\
    ci37868143,2,2018-02-07T01:26:13.840,-118.6671667,34.4945,26.49,ci,7\n\
    ak18384056,3.8,2018-02-07T00:56:19.027,-149.145,55.7729,7.7,ak,\n\
    ci37868143,2.5,2018-02-07T01:26:13.840,-118.667166,34.4945,26.49,ci,8\n";

#[tokio::test]
async fn an_export_is_loaded_row_by_row() {
    let server = earthquakes().await;
    let answer = post_csv(&server, "/resource/4tka-6guv.json", EXPORT).await;
    // The first longitude has more digits than its column.
    assert_eq!(counts(&answer), [2, 0, 0, 1, 2, 0]);
    let found = rows(&server, "earthquakes.json?source=ci").await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["magnitude"], &found[0]["number_of_stations"]),
        (&json!("2.50"), &json!("8"))
    );
}

#[tokio::test]
async fn rows_are_read_as_csv_and_what_was_read_can_be_sent_back() {
    let server = notes().await;
    let answer = server
        .get("/resource/notes.csv?$select=:id,note_text,score&$order=id")
        .await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = answer.text.lines().collect();
    assert_eq!(lines[0], "\":id\",\"note_text\",\"score\"");
    assert!(lines[1].ends_with(",\"one\",\"1.50\""), "{}", lines[1]);
    assert!(lines[2].ends_with(",\"two\","), "{}", lines[2]);
    let request = server.request(Method::POST, "/resource/notes.csv");
    let back = request.header("content-type", "text/csv").body(answer.text);
    let back = Answer::of(back.send().await.unwrap()).await;
    assert_eq!(counts(&back), [0, 2, 0, 0, 0, 2]);
}
