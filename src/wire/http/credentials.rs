//! Reads the `Authorization` header. Whether a credential holds is not decided here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use poem::http::{HeaderMap, header};

/// A client's id and secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basic {
    /// The client id.
    pub id: String,
    /// The secret.
    pub secret: String,
}

/// The Bearer token; `None` when there is no such header or it is of another scheme.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    credential(headers, "Bearer")
}

/// The id and secret of a Basic header; `None` when there is none or it cannot be read.
#[must_use]
pub fn basic(headers: &HeaderMap) -> Option<Basic> {
    let decoded = STANDARD.decode(credential(headers, "Basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    // RFC 6749, section 2.3.1 has both form-encoded. A '+' is left alone all the same: clients that
    // skip the encoding (curl among them) send it as itself, and those that do not send %2B.
    let decode = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    Some(Basic {
        id: decode(id),
        secret: decode(secret),
    })
}

/// Whether a Basic header was sent, readable or not.
#[must_use]
pub fn has_basic(headers: &HeaderMap) -> bool {
    credential(headers, "Basic").is_some()
}

fn credential<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (sent, credential) = value.trim().split_once(' ')?;
    let credential = credential.trim();
    (sent.eq_ignore_ascii_case(scheme) && !credential.is_empty()).then_some(credential)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn the_scheme_is_read_without_regard_to_case() {
        assert_eq!(bearer(&headers("Bearer abc")), Some("abc"));
        assert_eq!(bearer(&headers("bearer  abc ")), Some("abc"));
        for other in ["Basic abc", "Bearer", "Bearer ", "abc"] {
            assert_eq!(bearer(&headers(other)), None, "{other}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    #[test]
    fn a_basic_header_is_percent_decoded_and_a_plus_stays() {
        let header = format!("Basic {}", STANDARD.encode("my%20app:a+b%2Bc%3Ad:e"));
        let expected = Basic {
            id: "my app".to_owned(),
            secret: "a+b+c:d:e".to_owned(),
        };
        assert_eq!(basic(&headers(&header)), Some(expected));
        assert_eq!(basic(&headers("Basic ???")), None);
        assert!(has_basic(&headers("Basic ???")));
    }
}
