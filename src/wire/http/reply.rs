//! Answers: their media types and the headers that go with an error. What stands in the body is the
//! API's business.

use std::io::{Cursor, Read as _, Seek as _, SeekFrom};

use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use serde::Serialize;
use tokio::io::{AsyncReadExt, BufReader};

use crate::{
    error::{Error, Unauthenticated},
    rows::Spool,
    wire::operation::Envelope,
};

/// The id under which the log has a request.
pub const LOG_ID: HeaderName = HeaderName::from_static("x-log-id");
/// The stable code of an error.
pub const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// A 200 with JSON that is written already.
#[must_use]
pub fn json_text(text: impl Into<poem::Body>) -> Response {
    Response::builder()
        .content_type("application/json; charset=utf-8")
        .body(text.into())
}

/// A 200 with a value as JSON.
///
/// # Errors
/// [`Error::Internal`] when the value has no JSON.
pub fn json(value: &impl Serialize) -> Result<Response, Error> {
    let text = serde_json::to_vec(value).map_err(unwritable)?;
    Ok(json_text(text))
}

/// The longest answer that is sent from memory, in bytes.
const IN_MEMORY: u64 = 1 << 20;
/// How much of a longer answer is read at a time.
const READ_AT_ONCE: usize = 256 << 10;

/// A 200 with JSON that was put away as it came, between a head and a tail.
///
/// # Errors
/// [`Error::Internal`] when it cannot be read again.
pub fn json_spool(
    mut head: Vec<u8>,
    mut spool: Spool,
    tail: &'static [u8],
) -> Result<Response, Error> {
    let length = spool.seek(SeekFrom::End(0)).map_err(unwritable)?;
    spool.rewind().map_err(unwritable)?;
    if length <= IN_MEMORY {
        spool.read_to_end(&mut head).map_err(unwritable)?;
        head.extend_from_slice(tail);
        return Ok(json_text(head));
    }
    let file = tokio::fs::File::from_std(spool.into_file().map_err(unwritable)?);
    // Each reading of a file is a task of its own: few large ones.
    let file = BufReader::with_capacity(READ_AT_ONCE, file);
    let parts = AsyncReadExt::chain(Cursor::new(head), file).chain(tail);
    Ok(json_text(poem::Body::from_async_read(parts)))
}

/// The error for a value that has no JSON: a defect.
#[must_use]
pub fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::Internal {
        detail: format!("the answer cannot be written: {error}"),
    }
}

/// An error as its API tells it.
#[must_use]
pub fn error(error: &Error, envelope: Envelope, log_id: &str) -> Response {
    let mut response = json_text((envelope.body)(error, log_id).to_string());
    response.set_status(
        StatusCode::from_u16((envelope.status)(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    );
    let headers = response.headers_mut();
    headers.insert(ERROR_CODE, HeaderValue::from_static(error.code()));
    if let Some(seconds) = error.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    remedy(error, headers);
    response
}

/// The header by which HTTP says what would be allowed.
fn remedy(error: &Error, headers: &mut HeaderMap) {
    match error {
        Error::MethodNotAllowed { allowed } => {
            if let Ok(allowed) = HeaderValue::from_str(allowed) {
                headers.insert(header::ALLOW, allowed);
            }
        }
        // What is left of the body is not waited for (RFC 9110, section 15.5.9).
        Error::BodyTimeout { .. } | Error::BodyTooSlow { .. } => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Error::Unauthenticated(why) => {
            // RFC 6750, section 3: no error attribute where no token came at all.
            let challenge = match why {
                Unauthenticated::Missing => "Bearer",
                Unauthenticated::Invalid | Unauthenticated::Expired => {
                    "Bearer error=\"invalid_token\""
                }
                Unauthenticated::Client => "Basic realm=\"upsertd\"",
            };
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
        }
        _ => {}
    }
}
