//! Requests and rows that are too many, told in each API's own words.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use upsertd::{config::Config, wire::limits::Caps};

use super::{number, send, until_said};
use crate::support::{Answer, CLIENT, EVERYTHING, SECRET, Server, tuple};

const GET: &str = "/CSSAPI/V2/tblCustomers/Get";

/// A request of each API that needs a client, with the status that its contract has for one too many.
const EACH_API: [(&str, u16); 4] = [
    ("/CSSAPI/V2/EntityList", 429),
    ("/data/tblCustomers.json", 429),
    ("/resource/abcd-efgh.json", 429),
    ("/services/data/v59.0/sobjects", 403),
];

fn in_its_own_words(path: &str, answer: &Answer) {
    let body = answer.json();
    match path.split('/').nth(1) {
        Some("CSSAPI") => assert!(body["Message"].is_string(), "{answer:?}"),
        Some("data") => {
            assert_eq!(body["ok"], false, "{answer:?}");
            assert_eq!(body["status"], answer.status, "{answer:?}");
        }
        Some("resource") => assert_eq!(body["error"], true, "{answer:?}"),
        _ => assert!(body[0]["errorCode"].is_string(), "{answer:?}"),
    }
    assert_eq!(answer.header("x-log-id").len(), 36, "{answer:?}");
}

#[tokio::test]
async fn rows_beyond_the_budget_are_refused_in_the_words_of_each_api() {
    let server = Server::demo_with(|config| {
        config.limits.caps.rows_per_minute = number(20);
        config.datasette.database = Some("data".to_owned());
    })
    .await;
    let first = server.get("/CSSAPI/V2/EntityList").await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.header("ratelimit-policy"), "\"rows\";q=20;w=60");
    assert_eq!(first.header("ratelimit"), "\"rows\";r=19;t=3");
    // The demo has more; what is read beyond the budget is owed.
    let read = server.rows("tblCustomers", json!({})).await;
    assert!(read.len() > 20);
    for (path, status) in EACH_API {
        let answer = server.get(path).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(answer.header("x-error-code"), "too_many_rows");
        let wait: u32 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(
            answer.header("ratelimit").starts_with("\"rows\";r=0;t="),
            "{answer:?}"
        );
        in_its_own_words(path, &answer);
    }
    assert_eq!(
        server.get("/services/data/v59.0/sobjects").await.json()[0]["errorCode"],
        "REQUEST_LIMIT_EXCEEDED"
    );
    assert_eq!(server.get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn a_batch_with_more_rows_than_the_budget_is_refused_before_it_writes() {
    let server = Server::with_tables_and("CREATE TABLE t (a int PRIMARY KEY)", &["t"], |config| {
        config.limits.caps.rows_per_minute = number(1000);
        config.serving.declared[0].actions = EVERYTHING;
    })
    .await;
    let rows = |range: std::ops::Range<u32>| {
        let lines: Vec<String> = range.map(|a| json!({"a": a}).to_string()).collect();
        lines.join("\n")
    };
    let batch = async |rows: String, atomic: bool| {
        let path = format!("/CSSAPI/V2/t/UpsertMany?Atomic={atomic}&Key=a");
        let request = server.request(Method::POST, &path);
        let request = request.header("content-type", "application/x-ndjson");
        Answer::of(request.body(rows).send().await.unwrap()).await
    };
    let refused = batch(rows(0..1001), true).await;
    assert_eq!(
        (refused.status, refused.header("x-error-code")),
        (429, "too_many_rows"),
        "{refused:?}"
    );
    assert!(refused.message().contains("fewer at once"), "{refused:?}");
    assert_eq!(server.count("t", "a >= 0").await, 0);
    let written = batch(rows(0..300), true).await;
    assert_eq!(written.status, 200, "{written:?}");
    let left = written
        .header("ratelimit")
        .split(['=', ';'])
        .nth(2)
        .unwrap();
    // One for each other request; what came back meanwhile.
    assert!(
        (690..=710).contains(&left.parse::<u32>().unwrap()),
        "{written:?}"
    );
}

#[tokio::test]
async fn requests_that_come_too_fast_are_refused_and_another_client_s_are_not() {
    let server = Server::demo_with(|config| {
        config.limits.caps.requests_per_second = number(1);
        let other = upsertd::access::ClientSecret {
            id: "other".to_owned(),
            ..config.auth.clients[0].clone()
        };
        config.auth.clients.push(other);
        config.auth.caps.insert("other".to_owned(), Caps::default());
    })
    .await;
    // However slow the machine is: of so many at once some come within a second.
    let all = join_all((0..50).map(|_| server.get("/CSSAPI/V2/EntityList"))).await;
    let refused: Vec<&Answer> = all.iter().filter(|answer| answer.status != 200).collect();
    assert!(refused.len() < 50);
    for answer in refused.iter().take(1) {
        answer.fails(429, "too_many_requests", &["try again"]);
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.header("ratelimit-policy"), "\"requests\";q=1;w=1");
    }
    assert!(!refused.is_empty());
    let token = server.ask_token("other", SECRET).await.json();
    let token = token["access_token"].as_str().unwrap();
    let others = (0..50).map(|_| async {
        let request = server
            .http
            .get(format!("{}/CSSAPI/V2/EntityList", server.base));
        Answer::of(request.bearer_auth(token).send().await.unwrap()).await
    });
    for answer in join_all(others).await {
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
    }
}

/// Sends the head of a request, and waits until the service waits for its body.
async fn hold(server: &Server) -> tokio::net::TcpStream {
    let head = server.head(GET, "Content-Length: 2\r\nExpect: 100-continue");
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    until_said(&mut stream, "100 Continue").await;
    stream
}

async fn release(mut stream: tokio::net::TcpStream) {
    stream.write_all(b"{}").await.unwrap();
    until_said(&mut stream, "HTTP/1.1 200").await;
}

fn with_room_for_one(config: &mut Config) {
    config.limits.concurrent_requests = 1;
    config.datasette.database = Some("data".to_owned());
}

#[tokio::test]
async fn a_service_without_room_says_so_at_once_in_the_words_of_each_api() {
    let server = Server::demo_with(with_room_for_one).await;
    let held = hold(&server).await;
    for (path, _) in EACH_API {
        let answer = server.get(path).await;
        assert_eq!(
            (answer.status, answer.header("x-error-code")),
            (503, "overloaded"),
            "{answer:?}"
        );
        assert_eq!(answer.header("retry-after"), "1");
        in_its_own_words(path, &answer);
    }
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.get(path).await.status, 200);
    }
    release(held).await;
    // The place is free before the answer is told.
    assert_eq!(server.get("/CSSAPI/V2/EntityList").await.status, 200);
}

#[tokio::test]
async fn a_client_with_too_many_requests_at_once_has_to_wait() {
    let server =
        Server::demo_with(|config| config.limits.caps.concurrent_requests = number(1)).await;
    let held = hold(&server).await;
    let refused = server.get("/CSSAPI/V2/EntityList").await;
    refused.fails(429, "too_many_requests", &[]);
    // Whoever asks for a token is no client yet.
    assert_eq!(server.ask_token(CLIENT, SECRET).await.status, 200);
    release(held).await;
}

#[tokio::test]
async fn whoever_guesses_secrets_has_to_wait_and_whoever_has_a_token_does_not() {
    let server =
        Server::demo_with(|config| config.limits.failed_logins_per_minute = number(3)).await;
    for _ in 0..3 {
        assert_eq!(server.ask_token(CLIENT, "wrong").await.status, 401);
    }
    // Also with the right one: whether it is cannot be learnt any more.
    for secret in ["wrong", SECRET] {
        let refused = server.ask_token(CLIENT, secret).await;
        refused.fails(429, "too_many_requests", &[]);
        assert_eq!(refused.json()["error"], "temporarily_unavailable");
        let wait: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
    }
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    let request = server
        .http
        .post(format!("{}/services/oauth2/token", server.base));
    let refused = Answer::of(request.form(&form).send().await.unwrap()).await;
    assert!(
        refused.header("retry-after").parse::<u32>().is_ok(),
        "{refused:?}"
    );
    let basic = server
        .http
        .get(format!("{}/resource/abcd-efgh.json", server.base));
    let refused = Answer::of(basic.basic_auth(CLIENT, Some("x")).send().await.unwrap()).await;
    assert_eq!(refused.status, 429, "{refused:?}");
    let update = json!({"Tuples": [tuple("City", "Rome")], "Clause": "CustomerId = 1"});
    assert_eq!(
        server.post("tblCustomers", "Update", update).await.status,
        200
    );
    assert_eq!(
        send(&server, Method::GET, "/CSSAPI/V2/EntityList", &[])
            .await
            .status,
        200
    );
}
