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

/// The token of an `OAuth` header, which some APIs call so; `None` when there is none.
#[must_use]
pub fn oauth(headers: &HeaderMap) -> Option<&str> {
    credential(headers, "OAuth")
}

/// Whether there is any `Authorization` header.
#[must_use]
pub fn has_any(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
}

/// The token of a Bearer header, or of one of the scheme `OAuth` by which some APIs' clients send theirs.
#[must_use]
pub fn bearer_or_oauth(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| credential(headers, "OAuth"))
}

/// The id and secret of a Basic header; `None` when there is none or it cannot be read.
#[must_use]
pub fn basic(headers: &HeaderMap) -> Option<Basic> {
    let decoded = STANDARD.decode(credential(headers, "Basic")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let encoded = is_form_encoded(&text);
    let decode = |part: &str| {
        if encoded {
            let spaced = part.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        } else {
            part.to_owned()
        }
    };
    Some(Basic {
        id: decode(id),
        secret: decode(secret),
    })
}

/// RFC 6749, section 2.3.1 has both parts form-encoded, but many clients (curl among them) send them
/// as they are. They are taken as encoded when they have an escape and nothing that encoding would
/// have escaped; a `+` alone proves nothing, and secrets have it more often than spaces.
fn is_form_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let plain = |part: &str| {
        part.chars()
            .all(|c| c.is_ascii_alphanumeric() || "*-._+:".contains(c))
    };
    let escape = |part: &str| {
        let hex = part.as_bytes().first_chunk::<2>();
        hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
    };
    let first = parts.next().is_some_and(plain);
    first && text.contains('%') && parts.all(|part| escape(part) && plain(part))
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
        for sent in ["Bearer abc", "OAuth abc", "oauth abc"] {
            assert_eq!(bearer_or_oauth(&headers(sent)), Some("abc"), "{sent}");
        }
        assert_eq!(bearer_or_oauth(&headers("Basic abc")), None);
    }

    #[test]
    fn a_basic_header_is_decoded_where_it_was_encoded() {
        for (sent, id, secret) in [
            ("my%20app:a+b%2Bc%3Ad%25", "my app", "a b+c:d%"),
            ("demo:a+b", "demo", "a+b"),
            ("demo:a+b/c%2F==", "demo", "a+b/c%2F=="),
            ("demo:50%&:more", "demo", "50%&:more"),
            ("demo:%C3%BC", "demo", "ü"),
            ("demo:ü%20", "demo", "ü%20"),
        ] {
            let header = format!("Basic {}", STANDARD.encode(sent));
            let expected = Basic {
                id: id.to_owned(),
                secret: secret.to_owned(),
            };
            assert_eq!(basic(&headers(&header)), Some(expected), "{sent}");
        }
        assert_eq!(basic(&headers("Basic ???")), None);
        assert!(has_basic(&headers("Basic ???")));
    }
}
