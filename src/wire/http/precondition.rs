//! `If-Match` and `If-None-Match` as they come, and what they make of a row that is read (RFC 9110, section 13).

use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};

use crate::{
    domain::{
        Precondition,
        precondition::{Found, Unmet},
    },
    error::Error,
};

/// The preconditions of a request: none, one, or one of each header.
///
/// # Errors
/// [`Error::PreconditionUnusable`]: a header is none of `*` and a list of tags.
pub fn read(headers: &HeaderMap) -> Result<Vec<Precondition>, Error> {
    let if_match = listed(headers, &header::IF_MATCH)?.map(|list| match list {
        Listed::Any => Precondition::Exists,
        // A weak tag says that a row is much the same, which is not enough to write over it.
        Listed::Tags(tags) => Precondition::Is(texts(tags.into_iter().filter(|tag| !tag.weak))),
    });
    let if_none_match = listed(headers, &header::IF_NONE_MATCH)?.map(|list| match list {
        Listed::Any => Precondition::Missing,
        Listed::Tags(tags) => Precondition::IsNot(texts(tags)),
    });
    Ok(if_match.into_iter().chain(if_none_match).collect())
}

/// The answer to a read of one row: with its tag, or, as the request's preconditions have it, without a body.
///
/// # Errors
/// [`Error::PreconditionFailed`]: the row is not as `If-Match` has it.
pub fn answer(headers: &HeaderMap, tag: Option<&str>, answer: Response) -> Result<Response, Error> {
    let Some(tag) = tag else {
        return Ok(answer);
    };
    let mut answer = answer;
    for precondition in read(headers)? {
        match precondition.check(Found::One(tag)) {
            Ok(()) => {}
            Err(Unmet::There | Unmet::Unchanged) => {
                answer = Response::builder()
                    .status(StatusCode::NOT_MODIFIED)
                    .finish();
            }
            Err(unmet) => return Err(Error::PreconditionFailed(unmet)),
        }
    }
    set_tag(&mut answer, tag);
    Ok(answer)
}

/// Gives an answer the tag of the row that it shows.
pub fn set_tag(answer: &mut Response, tag: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        answer.headers_mut().insert(header::ETAG, value);
    }
}

enum Listed {
    Any,
    Tags(Vec<Tag>),
}

struct Tag {
    weak: bool,
    text: String,
}

fn texts(tags: impl IntoIterator<Item = Tag>) -> Vec<String> {
    tags.into_iter().map(|tag| tag.text).collect()
}

/// What a header lists, over all of its lines; `None` where it was not sent.
fn listed(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Listed>, Error> {
    let mut tags = Vec::new();
    let mut lines = 0;
    let mut any = false;
    for line in headers.get_all(name) {
        lines += 1;
        let bytes = line.as_bytes().trim_ascii();
        if bytes == b"*" {
            any = true;
        } else {
            let read = read_tags(bytes).ok_or_else(|| malformed(name))?;
            tags.extend(read);
        }
    }
    match (lines, any, tags.is_empty()) {
        (0, _, _) => Ok(None),
        (1, true, _) => Ok(Some(Listed::Any)),
        (_, false, false) => Ok(Some(Listed::Tags(tags))),
        _ => Err(malformed(name)),
    }
}

/// `#entity-tag`: tags with commas between them, of which some may stand for nothing (RFC 9110, sections 5.6.1.2 and
/// 8.8.3).
fn read_tags(mut rest: &[u8]) -> Option<Vec<Tag>> {
    let mut tags = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        let Some(first) = rest.first() else {
            return Some(tags);
        };
        if *first == b',' {
            rest = &rest[1..];
            continue;
        }
        let (weak, quoted) = match rest.strip_prefix(b"W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let inner = quoted.strip_prefix(b"\"")?;
        let length = inner.iter().position(|byte| *byte == b'"')?;
        let (text, after) = inner.split_at(length);
        if !text
            .iter()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..))
        {
            return None;
        }
        tags.push(Tag {
            weak,
            text: String::from_utf8_lossy(text).into_owned(),
        });
        rest = after[1..].trim_ascii_start();
        if !matches!(rest.first(), None | Some(b',')) {
            return None;
        }
    }
}

fn malformed(name: &HeaderName) -> Error {
    let name = if *name == header::IF_MATCH {
        "If-Match"
    } else {
        "If-None-Match"
    };
    Error::PreconditionUnusable {
        message: format!(
            "{name} is neither * nor a list of tags; nothing was written; send the ETag as it came, with its quotes."
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    type Sent<'s> = &'s [(HeaderName, &'s str)];

    fn headers(sent: Sent<'_>) -> HeaderMap {
        let pairs = sent.iter();
        pairs
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    fn tags(list: &[&str]) -> Vec<String> {
        list.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn lists_stars_and_several_lines_are_read() {
        let cases: [(Sent, Vec<Precondition>); 8] = [
            (&[], Vec::new()),
            (&[(header::IF_MATCH, "*")], vec![Precondition::Exists]),
            (
                &[(header::IF_MATCH, r#""a""#)],
                vec![Precondition::Is(tags(&["a"]))],
            ),
            (
                &[(header::IF_MATCH, r#" "a" ,, W/"b","c,d" "#)],
                vec![Precondition::Is(tags(&["a", "c,d"]))],
            ),
            (
                &[(header::IF_MATCH, r#"W/"b""#)],
                vec![Precondition::Is(tags(&[]))],
            ),
            (
                &[(header::IF_NONE_MATCH, r#"W/"b", """#)],
                vec![Precondition::IsNot(tags(&["b", ""]))],
            ),
            (&[(header::IF_NONE_MATCH, "*")], vec![Precondition::Missing]),
            (
                &[(header::IF_NONE_MATCH, "*"), (header::IF_MATCH, r#""a""#)],
                vec![Precondition::Is(tags(&["a"])), Precondition::Missing],
            ),
        ];
        for (sent, expected) in cases {
            assert_eq!(read(&headers(sent)), Ok(expected), "{sent:?}");
        }
        let mut two = HeaderMap::new();
        two.append(header::IF_MATCH, r#""a""#.parse().unwrap());
        two.append(header::IF_MATCH, r#""b""#.parse().unwrap());
        assert_eq!(read(&two), Ok(vec![Precondition::Is(tags(&["a", "b"]))]));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for text in [
            "",
            ",",
            "a",
            r#""a"#,
            r#"a""#,
            r#""a" "b""#,
            r#""a b""#,
            r#"w/"a""#,
            r#"*, "a""#,
            r#""a", *"#,
            "**",
        ] {
            for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
                let refused = read(&headers(&[(name, text)]));
                assert_eq!(
                    refused.map_err(|error| (error.status(), error.code())),
                    Err((400, "precondition_unusable")),
                    "{text}"
                );
            }
        }
        let mut mixed = HeaderMap::new();
        mixed.append(header::IF_MATCH, "*".parse().unwrap());
        mixed.append(header::IF_MATCH, r#""a""#.parse().unwrap());
        assert!(read(&mixed).is_err());
    }
}
