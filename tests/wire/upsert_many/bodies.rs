//! The bodies that bring rows.

use std::{fmt::Write as _, io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{CUSTOMERS, many, results, send, totals};
use crate::support::{Answer, Server};

const COUNTRIES: &str = "/CSSAPI/V2/tblCountries/UpsertMany";

#[tokio::test]
async fn rows_come_as_csv_with_key_and_all_or_none_in_the_query() {
    let server = Server::demo().await;
    let csv = "\u{feff}VendorCode,VendorName,CreditLimit,IsActive,City\r\n\
               C-1,\"Quote \"\"and\"\", comma\",12.75,1,\"two\r\nlines\"\r\n\
               C-2,Two,,false,\r\n\
               C-3,Three,1\r\n";
    let path = format!("{CUSTOMERS}?key=VendorCode&allornone=false");
    let answer = send(&server, &path, "text/csv; charset=utf-8", csv).await;
    assert_eq!(
        results(&answer),
        ["0 Created", "1 Created", "2 Failed body_malformed"]
    );
    let message = answer.json()["Results"][2]["Message"].to_string();
    assert!(
        message.contains("The row has 3 fields and the header 5"),
        "{message}"
    );
    let fields = json!(["VendorName", "CreditLimit", "IsActive", "City"]);
    let body = json!({"Fields": fields, "Clause": "VendorCode LIKE 'C-%'", "OrderByTag": {"Fields": ["VendorCode"]}});
    assert_eq!(
        server.rows("tblCustomers", body).await,
        [
            json!({"VendorName": "Quote \"and\", comma", "CreditLimit": 12.75, "IsActive": true, "City": "two\r\nlines"}),
            json!({"VendorName": "Two", "CreditLimit": null, "IsActive": false, "City": null}),
        ]
    );
    let answer = send(
        &server,
        &format!("{CUSTOMERS}?Key=VendorCode&AllOrNone=true"),
        "text/csv",
        csv,
    )
    .await;
    answer.fails(400, "rows_failed", &["A row failed; nothing was written."]);
}

#[tokio::test]
async fn rows_come_as_ndjson_and_as_a_bare_array() {
    let server = Server::demo().await;
    let lines = "{\"CountryCode\":\"XA\",\"CountryName\":\"A\"}\n\nnull\n{\"CountryCode\":\"XB\",\"CountryName\":\"B\"}";
    let answer = send(&server, COUNTRIES, "application/x-ndjson", lines).await;
    assert_eq!(
        results(&answer),
        ["0 Created", "1 Failed body_malformed", "2 Created"]
    );
    let array = json!([{"CountryCode": "XA", "CountryName": "AA"}]).to_string();
    let answer = send(
        &server,
        &format!("{COUNTRIES}?Key=CountryCode"),
        "application/json",
        array,
    )
    .await;
    assert_eq!(totals(&answer), [0, 1, 0]);
}

#[tokio::test]
async fn what_is_said_in_the_query_and_in_the_body_must_agree() {
    let server = Server::demo().await;
    let rows = json!([{"CountryCode": "XA", "CountryName": "A"}]);
    let body = json!({"Rows": rows, "Key": "CountryCode"}).to_string();
    let path = |query| format!("{COUNTRIES}?{query}");
    let answer = server
        .post_raw(&path("Key=CountryName"), body.clone())
        .await;
    answer.fails(
        400,
        "body_malformed",
        &["Key stands in the query and in the body"],
    );
    let answer = server
        .post_raw(&path("Key=CountryCode"), body.clone())
        .await;
    assert_eq!(totals(&answer), [1, 0, 0]);
    let answer = server.post_raw(&path("AllOrNone=perhaps"), body).await;
    answer.fails(400, "body_malformed", &["AllOrNone"]);
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

async fn send_packed(server: &Server, body: Vec<u8>) -> Answer {
    let request = server.request(Method::POST, COUNTRIES);
    let request = request
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    Answer::of(request.body(body).send().await.unwrap()).await
}

#[tokio::test]
async fn a_packed_body_is_unpacked_and_bounded_by_what_comes_out() {
    let server = Server::demo_with(|config| config.limits.batch_bytes = 4096).await;
    let body = json!({"Rows": [{"CountryCode": "XA", "CountryName": "A"}]}).to_string();
    let whole = packed(body.as_bytes());
    let answer = send_packed(&server, whole[..whole.len() - 6].to_vec()).await;
    answer.fails(400, "body_malformed", &["gzip"]);
    assert_eq!(server.count("tblCountries", "CountryCode = 'XA'").await, 0);
    assert_eq!(totals(&send_packed(&server, whole).await), [1, 0, 0]);
    let bomb = format!("{body}{}", " ".repeat(1 << 20));
    let answer = send_packed(&server, packed(bomb.as_bytes())).await;
    answer.fails(413, "body_too_large", &["4096 bytes"]);
    let answer = server.post_raw(COUNTRIES, " ".repeat(4097)).await;
    answer.fails(413, "body_too_large", &["4096 bytes"]);
}

#[tokio::test]
async fn more_rows_than_allowed_are_refused_and_none_is_written() {
    let server = Server::demo_with(|config| config.limits.batch_rows = 2).await;
    let row = |n: u32| json!({"CountryCode": format!("X{n}"), "CountryName": "X"});
    let body = json!({"Rows": [row(1), row(2), row(3)]});
    let answer = many(&server, "tblCountries", body).await;
    answer.fails(
        400,
        "parameter_out_of_range",
        &["Rows must be at most 2 rows"],
    );
    let csv = "CountryCode,CountryName\nX1,X\nX2,X\nX3,X\n";
    let answer = send(&server, COUNTRIES, "text/csv", csv).await;
    answer.fails(
        400,
        "parameter_out_of_range",
        &["Rows must be at most 2 rows"],
    );
    assert_eq!(
        server.count("tblCountries", "CountryCode LIKE 'X%'").await,
        0
    );
    let body = json!({"Rows": [row(1), row(2)]});
    assert_eq!(
        totals(&many(&server, "tblCountries", body).await),
        [2, 0, 0]
    );
}

#[tokio::test]
async fn a_body_that_is_not_whole_writes_nothing() {
    let server = Server::demo().await;
    let whole = json!({"Rows": [
        {"CountryCode": "XA", "CountryName": "A"},
        {"CountryCode": "XB", "CountryName": "B"},
    ]})
    .to_string();
    for length in [1, 8, 20, whole.len() - 20, whole.len() - 2, whole.len() - 1] {
        let answer = server.post_raw(COUNTRIES, whole[..length].to_owned()).await;
        answer.fails(400, "body_malformed", &["line 1 column"]);
    }
    for (body, words) in [
        ("", "Nothing where an object is expected"),
        ("{}", "Rows is missing"),
        ("{\"Rows\":null}", "Rows is missing"),
        ("{\"Rows\":{}}", "Rows is an object"),
        ("{\"Rows\":[],\"rows\":[]}", "more than once"),
        (
            "{\"Rows\":[],\"Key\":\"a\",\"KEY\":\"b\"}",
            "Key stands more than once",
        ),
        ("7", "a number; send an object"),
    ] {
        server
            .post_raw(COUNTRIES, body)
            .await
            .fails(400, "body_malformed", &[words]);
    }
    // The announced length never comes.
    let head = server.head(COUNTRIES, &format!("Content-Length: {}", whole.len() + 1));
    let mut socket = server.connect().await;
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(whole.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    socket.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(
        server.count("tblCountries", "CountryCode LIKE 'X%'").await,
        0
    );
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_given_up() {
    let server =
        Server::demo_with(|config| config.limits.batch_timeout = Duration::from_millis(1)).await;
    let mut socket = server.connect().await;
    let head = server.head(COUNTRIES, "Content-Length: 5");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(
        answer.to_lowercase().contains("x-error-code: body_timeout"),
        "{answer}"
    );
}

#[tokio::test]
async fn another_media_type_is_refused() {
    let server = Server::demo().await;
    let answer = send(&server, COUNTRIES, "application/xml", "<a/>").await;
    answer.fails(
        415,
        "unsupported_media_type",
        &["application/json or text/csv or application/x-ndjson"],
    );
}

#[tokio::test]
async fn many_rows_are_told_one_by_one_however_many_they_are() {
    const ROWS: usize = 15_000;
    let server = Server::with_tables(
        "CREATE TABLE t (k int NOT NULL PRIMARY KEY, v nvarchar(100))",
        &["t"],
    )
    .await;
    let mut csv = "k,v\n".to_owned();
    for k in 0..ROWS {
        writeln!(csv, "{k},value {k} {}", "x".repeat(60)).unwrap();
    }
    // More than is kept in memory, on both ways.
    assert!(csv.len() > 1 << 20);
    let answer = send(&server, "/CSSAPI/V2/t/UpsertMany", "text/csv", csv).await;
    assert!(answer.text.len() > 1 << 20);
    assert_eq!(totals(&answer), [ROWS as u64, 0, 0]);
    let told = results(&answer);
    assert_eq!(told.len(), ROWS);
    assert_eq!(told[ROWS - 1], format!("{} Created", ROWS - 1));
    assert_eq!(server.count("t", "k >= 0").await, ROWS as u64);
}
