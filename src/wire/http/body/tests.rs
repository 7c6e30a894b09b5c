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
        stall: Duration::from_secs(3600),
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

mod spooled {
    use std::io::{Read as _, Write as _};

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const ROWS: &[Media] = &[Media::Json, Media::Csv, Media::NdJson];

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    async fn send(
        headers: &[(&str, &str)],
        body: Vec<u8>,
        limit: usize,
    ) -> Result<(Media, Vec<u8>), Error> {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body);
        let (media, mut spool) = spool(&mut request, ROWS, allowance(limit)).await?;
        let mut read = Vec::new();
        spool.read_to_end(&mut read).unwrap();
        Ok((media, read))
    }

    #[tokio::test]
    async fn a_body_of_any_length_is_kept_as_it_came() {
        for length in [0, 1, PART_AND_ONE, 3 << 20] {
            let body: Vec<u8> = (0..length)
                .map(|i| u8::try_from(i % 251).unwrap())
                .collect();
            let plain = send(&[], body.clone(), 4 << 20).await.unwrap();
            assert!(plain == (Media::Json, body.clone()), "{length}");
            let headers = [("content-encoding", "gzip"), ("content-type", "text/csv")];
            let unpacked = send(&headers, packed(&body), 4 << 20).await.unwrap();
            assert!(unpacked == (Media::Csv, body), "{length}");
        }
    }

    const PART_AND_ONE: usize = (256 << 10) + 1;

    #[tokio::test]
    async fn what_is_unpacked_may_be_as_long_as_the_limit_and_not_a_byte_longer() {
        let gzip = [("content-encoding", "GZip")];
        let body = packed(&vec![b' '; 1 << 20]);
        assert!(body.len() < 10_000);
        assert!(send(&gzip, body.clone(), 1 << 20).await.is_ok());
        let limit = (1 << 20) - 1;
        let refused = send(&gzip, body, limit).await.unwrap_err();
        assert_eq!(refused, Error::BodyTooLarge { limit });
        let refused = send(&[], vec![b' '; 11], 10).await.unwrap_err();
        assert_eq!(refused, Error::BodyTooLarge { limit: 10 });
    }

    #[tokio::test]
    async fn what_is_not_packed_as_it_says_or_breaks_off_is_refused() {
        let gzip = [("content-encoding", "gzip")];
        let whole = packed(&b"some rows ".repeat(1000));
        for body in [
            b"plain".to_vec(),
            whole[..whole.len() - 5].to_vec(),
            whole[..20].to_vec(),
        ] {
            let refused = send(&gzip, body, 1 << 20).await.unwrap_err();
            assert_eq!(refused.code(), "body_malformed");
        }
        let refused = send(&[("content-encoding", "br")], Vec::new(), 10).await;
        assert_eq!(refused.unwrap_err().status(), 415);
    }

    #[tokio::test]
    async fn the_media_type_says_what_is_in_it() {
        for (sent, media) in [
            ("application/x-ndjson", Media::NdJson),
            ("application/jsonl; charset=utf-8", Media::NdJson),
            ("text/csv; header=present", Media::Csv),
            ("application/json", Media::Json),
        ] {
            let taken = send(&[("content-type", sent)], Vec::new(), 10).await;
            assert_eq!(taken.unwrap().0, media);
        }
        let refused = send(&[("content-type", "text/plain")], Vec::new(), 10).await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            "Content-Type 'text/plain' is not supported; send application/json or text/csv or application/x-ndjson."
        );
    }

    #[tokio::test]
    async fn a_body_that_is_not_complete_in_time_is_given_up() {
        let (_sender, body) = tokio::io::duplex(64);
        let mut request = Request::builder().body(Body::from_async_read(body));
        let now = Allowance {
            time: Duration::ZERO,
            ..allowance(5)
        };
        let refused = spool(&mut request, ROWS, now).await.unwrap_err();
        assert_eq!(refused.code(), "body_timeout");
    }
}
