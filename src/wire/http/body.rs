//! Reads request bodies: the right media type, no more bytes than allowed, counted while reading (a
//! chunked body announces no length). What the bytes mean is decoded elsewhere.

use std::time::{Duration, Instant};

use poem::{
    Request,
    http::{HeaderMap, header},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, copy, sink},
    time::{timeout, timeout_at},
};

use crate::{domain::fault::shorten, error::Error};

/// The most bytes that are reserved on the word of a header.
const RESERVED: usize = 64 << 10;

/// The most bytes of a refused body that are read and forgotten.
const DISCARDED: u64 = 16 << 20;
/// The longest that is waited for them.
const PATIENCE: Duration = Duration::from_secs(2);

/// The media types an endpoint reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/json` and everything `+json`, in UTF-8.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// Whatever it is called.
    Any,
}

/// What a body may take up.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Its longest length, in bytes.
    pub bytes: usize,
    /// When the request came.
    pub from: Instant,
    /// How long after that the body must be complete.
    pub time: Duration,
}

/// Reads the body of a request whose Content-Type fits; a missing Content-Type is taken to fit.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::BodyTooLarge`], [`Error::BodyTimeout`], and
/// [`Error::Malformed`] when the client stopped sending.
pub async fn read(
    request: &mut Request,
    media: Media,
    allowance: Allowance,
) -> Result<Vec<u8>, Error> {
    let limit = allowance.bytes;
    check_media(request.headers(), media)?;
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Error::BodyTooLarge { limit });
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(RESERVED));
    let body = request.take_body().into_async_read();
    let mut body = body.take(limit as u64 + 1);
    let until = allowance.from + allowance.time;
    timeout_at(until.into(), body.read_to_end(&mut bytes))
        .await
        .map_err(|_| Error::BodyTimeout {
            limit: allowance.time,
        })?
        .map_err(|_| Error::Malformed {
            message: "The body ended before it was complete; send it again.".to_owned(),
        })?;
    if bytes.len() > limit {
        discard(body.into_inner()).await;
        return Err(Error::BodyTooLarge { limit });
    }
    Ok(bytes)
}

/// Reads what is left of a refused request and forgets it, within bounds: a client that is still
/// sending when its connection closes may never see the answer.
pub async fn discard_rest(request: &mut Request) {
    // Such a client waits for leave to send, and the answer denies it.
    let waits = request.headers().contains_key(header::EXPECT);
    let body = request.take_body();
    if !waits && !body.is_empty() {
        discard(body.into_async_read()).await;
    }
}

async fn discard(body: impl AsyncRead + Unpin) {
    let mut rest = body.take(DISCARDED);
    // The request is refused whether or not the rest arrives.
    drop(timeout(PATIENCE, copy(&mut rest, &mut sink())).await);
}

fn check_media(headers: &HeaderMap, media: Media) -> Result<(), Error> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if let Some(encoding) = encoding.map(|sent| String::from_utf8_lossy(sent.as_bytes()))
        && !encoding.eq_ignore_ascii_case("identity")
    {
        return Err(Error::UnsupportedEncoding(shorten(&encoding)));
    }
    let Some(sent) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(sent.as_bytes());
    if fits(&text, media) {
        return Ok(());
    }
    Err(Error::UnsupportedMediaType {
        got: shorten(&text),
        send: match media {
            Media::Json | Media::Any => "application/json",
            Media::Form => "application/x-www-form-urlencoded",
        },
    })
}

fn fits(content_type: &str, media: Media) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let right_type = match media {
        Media::Json => {
            essence == "application/json"
                || essence.starts_with("application/") && essence.ends_with("+json")
        }
        Media::Form => essence == "application/x-www-form-urlencoded",
        Media::Any => return true,
    };
    let charset = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    });
    right_type
        && charset.is_none_or(|c| c.eq_ignore_ascii_case("utf-8") || c.eq_ignore_ascii_case("utf8"))
}

#[cfg(test)]
mod tests {
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
}
