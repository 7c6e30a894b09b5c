//! What bodies are taken, and how much of them.

#![allow(clippy::unwrap_used)]
use poem::Body;

use super::*;

#[test]
fn json_is_known_by_its_media_type_and_must_be_utf_8() {
    for sent in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;charset=\"utf-8\"; odata=verbose",
        "application/merge-patch+json",
    ] {
        assert!(fits(sent, Media::Json), "{sent}");
    }
    for sent in [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "image/svg+json",
    ] {
        assert!(!fits(sent, Media::Json), "{sent}");
    }
}

fn allowance(bytes: usize) -> Allowance {
    Allowance {
        bytes,
        from: Instant::now(),
        time: Duration::from_secs(3600),
    }
}

#[tokio::test]
async fn a_body_that_is_not_complete_in_time_is_given_up() {
    // The other end stays open and sends no more.
    let (mut sender, body) = tokio::io::duplex(64);
    tokio::io::AsyncWriteExt::write_all(&mut sender, b"12")
        .await
        .unwrap();
    let mut request = Request::builder().body(Body::from_async_read(body));
    let now = Allowance {
        time: Duration::ZERO,
        ..allowance(5)
    };
    let refused = read(&mut request, Media::Json, now).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (408, "body_timeout"));
}

#[tokio::test]
async fn a_body_may_be_as_long_as_the_limit_and_not_a_byte_longer() {
    let request = |body: &'static str| Request::builder().body(body);
    let read_all = read(&mut request("12345"), Media::Json, allowance(5)).await;
    assert_eq!(read_all.unwrap(), b"12345");
    let refused = read(&mut request("123456"), Media::Json, allowance(5)).await;
    assert_eq!(refused.err(), Some(Error::BodyTooLarge { limit: 5 }));
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_refused_unread() {
    let mut request = Request::builder()
        .header("content-length", "6")
        .body("123456");
    let refused = read(&mut request, Media::Json, allowance(5)).await;
    assert_eq!(refused.err(), Some(Error::BodyTooLarge { limit: 5 }));
    assert_eq!(request.take_body().into_string().await.unwrap(), "123456");
}

#[tokio::test]
async fn a_refused_media_type_says_what_to_send() {
    let mut request = Request::builder().content_type("text/xml").body("<a/>");
    let refused = read(&mut request, Media::Form, allowance(5)).await;
    assert_eq!(
        refused.err().map(|e| e.to_string()).unwrap(),
        "Content-Type 'text/xml' is not supported; send application/x-www-form-urlencoded."
    );
}
