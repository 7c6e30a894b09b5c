//! Batches under a key: in every form, of many parts, and with long answers.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::{ask, count, is_the_same, server, server_on};
use crate::support::{Database, Server};

/// Rows of two parts and a bit.
pub const MANY: u64 = 25_000;

fn gzip(bytes: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes.as_bytes()).unwrap();
    packed.finish().unwrap()
}

/// Rows of the code `C`, as CSV.
pub fn csv(rows: u64) -> String {
    let mut csv = "code,n\n".to_owned();
    for n in 0..rows {
        writeln!(csv, "C,{n}").unwrap();
    }
    csv
}

/// many rows whose key the database counts.
pub fn many(server: &Server, all_or_none: bool, body: String) -> RequestBuilder {
    let path = format!("/CSSAPI/V2/notes/UpsertMany?AllOrNone={all_or_none}");
    let request = server.request(Method::POST, &path);
    request.header("content-type", "text/csv").body(body)
}

#[tokio::test]
async fn rows_in_every_form_are_written_once() {
    let server = server().await;
    let csv = "code,n\nC,1\nC,2\n";
    let lines = "{\"code\":\"C\"}\n{\"code\":\"C\"}\n";
    let array = json!([{"code": "C"}, {"code": "C"}]).to_string();
    let forms = [
        ("/CSSAPI/V2/notes/UpsertMany", "text/csv", csv.to_owned()),
        (
            "/CSSAPI/V2/notes/UpsertMany",
            "application/x-ndjson",
            lines.to_owned(),
        ),
        (
            "/CSSAPI/V2/notes/UpsertMany",
            "application/json",
            array.clone(),
        ),
        ("/resource/lines.csv", "text/csv", csv.to_owned()),
        ("/resource/lines.json", "application/json", array),
    ];
    let mut expected = 0;
    for (number, (path, form, body)) in forms.into_iter().enumerate() {
        for packed in [false, true] {
            let request = || {
                let request = server
                    .request(Method::POST, path)
                    .header("content-type", form);
                if packed {
                    let request = request.header("content-encoding", "gzip");
                    request.body(gzip(&body))
                } else {
                    request.body(body.clone())
                }
            };
            let key = format!("{number} {packed}").replace(' ', "-");
            let first = ask(request(), &key).await;
            assert_eq!(first.status, 200, "{first:?}");
            expected += 2;
            assert_eq!(
                count(&server, "C").await,
                expected,
                "{path} {form} {packed}"
            );
            is_the_same(&ask(request(), &key).await, &first);
            assert_eq!(
                count(&server, "C").await,
                expected,
                "{path} {form} {packed}"
            );
        }
    }
    // The same rows, otherwise packed, are another request.
    let request = server.request(Method::POST, "/resource/lines.csv");
    let request = request.header("content-type", "text/csv").body(csv);
    assert_eq!(ask(request, "3-true").await.status, 422);
}

#[tokio::test]
async fn batches_of_many_parts_are_written_once_and_their_long_answers_kept() {
    let server = server().await;
    let mut expected = 0;
    for all_or_none in [false, true] {
        let key = all_or_none.to_string();
        let first = ask(many(&server, all_or_none, csv(MANY)), &key).await;
        assert_eq!(first.status, 200);
        assert!(first.text.len() > 1 << 20, "{} bytes", first.text.len());
        expected += MANY;
        assert_eq!(count(&server, "C").await, expected);
        let repeated = ask(many(&server, all_or_none, csv(MANY)), &key).await;
        is_the_same(&repeated, &first);
        assert_eq!(count(&server, "C").await, expected);
        let other = ask(many(&server, all_or_none, csv(MANY + 1)), &key).await;
        assert_eq!(other.status, 422);
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_as_ever() {
    let server = super::server_with(|config| config.limits.batch_bytes = 4096).await;
    let answer = ask(many(&server, false, csv(2_000)), "k").await;
    answer.fails(413, "body_too_large", &["4096"]);
    let answer = ask(many(&server, false, csv(20)), "another").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn rows_that_could_not_be_tried_are_tried_by_a_repetition() {
    let server = server_on(Database::embedded(), |_| ()).await;
    // No fault of a row, but one of the database.
    server
        .execute(
            "CREATE TRIGGER broken BEFORE INSERT ON notes WHEN NEW.n = 24999 BEGIN
                 SELECT abs(-9223372036854775807 - length(NEW.code));
             END",
        )
        .await;
    let first = ask(many(&server, false, csv(MANY)), "k").await;
    assert_eq!(first.status, 200, "{first:?}");
    let told = first.json();
    let failed = told["TotalFailed"].as_u64().unwrap();
    assert!((1..MANY).contains(&failed), "{failed}");
    assert_eq!(count(&server, "C").await, MANY - failed);
    server.execute("DROP TRIGGER broken").await;
    let second = ask(many(&server, false, csv(MANY)), "k").await;
    assert_eq!(second.json()["TotalFailed"], 0);
    assert_eq!(second.json()["TotalCreated"], MANY);
    assert_eq!(count(&server, "C").await, MANY);
    let third = ask(many(&server, false, csv(MANY)), "k").await;
    assert_eq!((third.status, &third.text), (200, &second.text));
}
