//! Reads request bodies: the right media type, no more bytes than allowed, counted while reading (a
//! chunked body announces no length). Small ones are read into memory, those that hold rows into a spool. What the bytes
//! mean is decoded elsewhere.

mod arriving;
mod spooled;

use std::time::{Duration, Instant};

use poem::{
    Request,
    http::{HeaderMap, header},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, copy, sink},
    time::timeout,
};

use self::arriving::Arriving;
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
    /// `text/csv` in UTF-8.
    Csv,
    /// `application/x-ndjson` and its other names.
    NdJson,
    /// Whatever it is called.
    Any,
}

impl Media {
    /// The name to send it under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json | Self::Any => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Csv => "text/csv",
            Self::NdJson => "application/x-ndjson",
        }
    }
}

pub use spooled::{hash, spool};

/// What a body may take up.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Its longest length, in bytes.
    pub bytes: usize,
    /// When the request came.
    pub from: Instant,
    /// How long after that the body must be complete.
    pub time: Duration,
    /// For how long fewer bytes may come than the least rate wants.
    pub stall: Duration,
}

/// Reads the body of a request whose Content-Type fits; a missing Content-Type is taken to fit.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], [`Error::BodyTooLarge`], [`Error::BodyTimeout`], [`Error::BodyTooSlow`], and
/// [`Error::Malformed`] when the client stopped sending.
pub async fn read(
    request: &mut Request,
    media: Media,
    allowance: Allowance,
) -> Result<Vec<u8>, Error> {
    let limit = allowance.bytes;
    if let Some(other) = content_encoding(request.headers()) {
        return Err(Error::UnsupportedEncoding(shorten(&other)));
    }
    find_media(request.headers(), &[media])?;
    let announced = announced_length(request.headers(), limit)?;
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0).min(RESERVED));
    let body = request.take_body().into_async_read();
    let mut body = Arriving::new(body.take(limit as u64 + 1), allowance);
    while body.read(&mut bytes).await? > 0 {}
    let body = body.into_inner();
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

fn broke_off() -> Error {
    Error::Malformed {
        message: "The body ended before it was complete; send it again.".to_owned(),
    }
}

/// The length that the headers announce, if they do.
fn announced_length(headers: &HeaderMap, limit: usize) -> Result<Option<usize>, Error> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Error::BodyTooLarge { limit });
    }
    Ok(announced)
}

/// How the body is packed, if it is.
fn content_encoding(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(header::CONTENT_ENCODING)?;
    let encoding = String::from_utf8_lossy(sent.as_bytes());
    (!encoding.eq_ignore_ascii_case("identity")).then(|| encoding.into_owned())
}

/// Which of these the body is; the first where the request does not say.
fn find_media(headers: &HeaderMap, takes: &[Media]) -> Result<Media, Error> {
    let sent = headers
        .get(header::CONTENT_TYPE)
        .map(|sent| String::from_utf8_lossy(sent.as_bytes()).into_owned());
    let found = match &sent {
        None => takes.first(),
        Some(text) => takes.iter().find(|media| fits(text, **media)),
    };
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = takes.iter().map(|media| media.name()).collect();
        Error::UnsupportedMediaType {
            got: shorten(&sent.unwrap_or_default()),
            send: names.join(" or "),
        }
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
        Media::NdJson => matches!(
            essence.as_str(),
            "application/x-ndjson"
                | "application/ndjson"
                | "application/jsonlines"
                | "application/x-jsonlines"
                | "application/jsonl"
        ),
        Media::Form | Media::Csv => essence == media.name(),
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
mod tests;
