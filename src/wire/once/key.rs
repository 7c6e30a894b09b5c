//! The header `Idempotency-Key`: a text in double quotes (a string of RFC 9651, section 3.3.3), as the draft has it, or
//! without them, as most clients send it. It knows no request.

use poem::http::{HeaderMap, HeaderName};

use crate::{domain::repeat::Refusal, error::Error};

/// Its name.
pub(super) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key.
const LONGEST: usize = 255;

/// The key of a request that has the header.
///
/// # Errors
/// [`Refusal::Key`].
pub(super) fn read(headers: &HeaderMap) -> Result<String, Error> {
    let mut sent = headers.get_all(HEADER).iter();
    let key = match (sent.next(), sent.next()) {
        (Some(only), None) => only.to_str().ok().and_then(parse),
        _ => None,
    };
    key.ok_or(Error::Once(Refusal::Key))
}

fn parse(sent: &str) -> Option<String> {
    let sent = sent.trim();
    let key = match sent.strip_prefix('"') {
        Some(rest) => unquote(rest)?,
        None => bare(sent)?,
    };
    (1..=LONGEST).contains(&key.len()).then_some(key)
}

/// A list has commas, a string of its own quotes; a key without quotes has none of them.
fn bare(sent: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_graphic() && !['"', ',', '\\'].contains(&c);
    sent.chars().all(fits).then(|| sent.to_owned())
}

/// What stands behind the opening quote; parameters behind the closing one mean nothing here.
fn unquote(rest: &str) -> Option<String> {
    let mut key = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => key.push(chars.next().filter(|c| ['"', '\\'].contains(c))?),
            c if c.is_ascii_graphic() || c == ' ' => key.push(c),
            _ => return None,
        }
    }
    let behind = chars.as_str();
    (behind.is_empty() || behind.starts_with(';')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_with_quotes_or_without() {
        let longest = "k".repeat(LONGEST);
        for (sent, key) in [
            (
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
            ),
            ("\"8e03978e\"", "8e03978e"),
            (" \"a b\" ", "a b"),
            ("\"a\\\"\\\\b\"", "a\"\\b"),
            ("\"a\";v=1", "a"),
            ("a=/+:;b", "a=/+:;b"),
            (longest.as_str(), longest.as_str()),
        ] {
            assert_eq!(parse(sent).as_deref(), Some(key), "{sent}");
        }
        let longer = "k".repeat(LONGEST + 1);
        for sent in [
            "",
            " ",
            "\"\"",
            "\"a",
            "a\"",
            "a b",
            "a, b",
            "\"a\", \"b\"",
            "\"a\" b",
            "\"a\\n\"",
            "a\\b",
            &longer,
        ] {
            assert_eq!(parse(sent), None, "{sent}");
        }
    }

    #[test]
    fn a_request_has_one_key() {
        let mut headers = HeaderMap::new();
        headers.append(HEADER, "a".parse().unwrap());
        assert_eq!(read(&headers).unwrap(), "a");
        headers.append(HEADER, "a".parse().unwrap());
        assert_eq!(read(&headers), Err(Error::Once(Refusal::Key)));
    }
}
