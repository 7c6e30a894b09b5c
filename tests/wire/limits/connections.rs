//! Heads that trickle, connections that are idle or too many, bodies that stop.

use std::time::Duration;

use reqwest::Method;
use tokio::io::AsyncWriteExt as _;

use super::{send, until_closed, until_said};
use crate::support::Server;

const SOON: Duration = Duration::from_millis(50);

/// A request that is answered without a credential, on a connection that stays open.
const LIVE: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test]
async fn a_head_that_does_not_arrive_is_cut_off_without_an_answer() {
    let server = Server::demo_with(|config| config.server.header_timeout = SOON).await;
    for sent in [&b""[..], b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let mut stream = server.connect().await;
        stream.write_all(sent).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, "");
    }
}

#[tokio::test]
async fn a_second_head_that_does_not_arrive_is_cut_off_as_well() {
    let server = Server::demo_with(|config| config.server.header_timeout = SOON).await;
    let mut stream = server.connect().await;
    stream.write_all(LIVE).await.unwrap();
    until_said(&mut stream, "live").await;
    stream.write_all(&LIVE[..20]).await.unwrap();
    assert_eq!(until_closed(&mut stream).await, "");
}

#[tokio::test]
async fn a_connection_that_is_idle_is_closed_and_one_that_works_is_not() {
    let server = Server::demo_with(|config| config.server.idle_timeout = SOON).await;
    let mut stream = server.connect().await;
    stream.write_all(LIVE).await.unwrap();
    let answered = until_closed(&mut stream).await;
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    // Its body comes when the connection would be idle for too long already.
    let body = r#"{"Clause": "CustomerId = 1"}"#;
    let length = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
    let head = server.head("/CSSAPI/V2/tblCustomers/Get", &length);
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    until_said(&mut stream, "100 Continue").await;
    let mut other = server.connect().await;
    other.write_all(LIVE).await.unwrap();
    until_closed(&mut other).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    let answered = until_closed(&mut stream).await;
    assert!(answered.contains("CustomerId"), "{answered}");
}

#[tokio::test]
async fn a_connection_too_many_hears_at_once_that_there_is_no_room() {
    let server = Server::demo_with(|config| config.server.max_connections = 2).await;
    // The client of the test keeps the first, over which it got its token.
    let mut second = server.connect().await;
    second.write_all(LIVE).await.unwrap();
    until_said(&mut second, "live").await;
    let mut third = server.connect().await;
    let refused = until_closed(&mut third).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("Retry-After: 1\r\n"), "{refused}");
    drop(second);
    // There is room again once the service has seen that it is gone.
    loop {
        let mut fourth = server.connect().await;
        // One that is turned away may be closed before it has written.
        if fourth.write_all(LIVE).await.is_err() {
            continue;
        }
        let mut byte = [0; 16];
        let read = tokio::io::AsyncReadExt::read(&mut fourth, &mut byte).await;
        if read.is_ok() && byte.starts_with(b"HTTP/1.1 200") {
            break;
        }
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_or_has_too_many_fields_is_refused() {
    let server = Server::demo_with(|config| config.server.max_header_bytes = 8192).await;
    for field in [
        format!("X-A: {}\r\n", "a".repeat(9000)),
        "X-A: a\r\n".repeat(101),
    ] {
        let mut stream = server.connect().await;
        let head = format!("GET /health/live HTTP/1.1\r\nHost: x\r\n{field}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let refused = until_closed(&mut stream).await;
        assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    }
    let answer = send(&server, Method::GET, "/health/live", &[]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_body_that_stops_is_given_up_long_before_its_time_is_over() {
    let server = Server::demo_with(|config| config.server.body_stall = SOON).await;
    for (path, kind) in [
        ("/CSSAPI/V2/tblCustomers/Get", "application/json"),
        ("/CSSAPI/V2/tblCustomers/UpsertMany", "application/x-ndjson"),
    ] {
        let head = server.head(path, "Content-Length: 1000");
        let head = head.replace("application/json", kind);
        let mut stream = server.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"{").await.unwrap();
        let answered = until_closed(&mut stream).await;
        assert!(answered.starts_with("HTTP/1.1 408 "), "{path}: {answered}");
        assert!(
            answered.contains("x-error-code: body_timeout\r\n"),
            "{answered}"
        );
        assert!(answered.contains("500 bytes a second"), "{answered}");
    }
}

/// A frame of HTTP/2 (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    let head = [0, 0, length, kind, flags, 0, 0, 0, stream];
    [&head[..], payload].concat()
}

/// A field of a head, written out (RFC 7541, section 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [vec![0], text(name), text(value)].concat()
}

#[tokio::test]
async fn an_answer_whose_stream_is_kept_closed_is_given_up() {
    let server = Server::demo_with(|config| config.server.body_stall = SOON).await;
    let head = [
        field(":method", "GET"),
        field(":scheme", "http"),
        field(":authority", "x"),
        field(":path", "/health/live"),
    ];
    let sent = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        // Nothing of any answer's body is wanted: SETTINGS_INITIAL_WINDOW_SIZE is 0.
        frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]),
        frame(1, 5, 1, &head.concat()),
    ];
    let mut stream = server.connect().await;
    stream.write_all(&sent.concat()).await.unwrap();
    let answered = until_closed(&mut stream).await;
    assert!(!answered.contains("live"), "{answered}");
}
