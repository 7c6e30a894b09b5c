//! JSON as Python's `json` module reads it: of a repeated key the last value counts, `NaN` is taken (for null), and what
//! cannot be read is told in its words, with its line, column and character. Clients' tests compare these texts
//! (contract, section 3). What the values mean is not known here.

mod scan;

use std::fmt;

use serde_json::Value as Json;

use scan::Scanner;

/// How deep arrays and objects may stand in each other. Python stops at about a thousand, by its stack.
const DEPTH: usize = 500;

/// What cannot be read, as a Python `JSONDecodeError` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    what: &'static str,
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// From 0, in characters.
    at: usize,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            line,
            column,
            at,
        } = self;
        write!(f, "{what}: line {line} column {column} (char {at})")
    }
}

/// Reads a body. A byte order mark before it does not count.
///
/// # Errors
/// What is wrong first, and where.
pub(super) fn parse(bytes: &[u8]) -> Result<Json, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (text, broken) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let sound = &bytes[..error.valid_up_to()];
            (
                std::str::from_utf8(sound).unwrap_or_default(),
                Some("Not UTF-8"),
            )
        }
    };
    let read = Scanner::new(text, DEPTH).document();
    match (broken, read) {
        (Some(what), _) => Err(locate(text, what, text.len())),
        (None, read) => read.map_err(|(what, at)| locate(text, what, at)),
    }
}

/// A place in the text, from its byte.
fn locate(text: &str, what: &'static str, at: usize) -> Unreadable {
    let before = &text[..at.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Unreadable {
        what,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        at: before.chars().count(),
    }
}

/// Whether Python takes a value for true.
pub(super) fn is_truthy(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => false,
        Some(Json::Bool(flag)) => *flag,
        Some(Json::Number(number)) => {
            let mantissa = number.as_str().split(['e', 'E']).next();
            mantissa.is_some_and(|digits| digits.contains(|c: char| ('1'..='9').contains(&c)))
        }
        Some(Json::String(text)) => !text.is_empty(),
        Some(Json::Array(items)) => !items.is_empty(),
        Some(Json::Object(members)) => !members.is_empty(),
    }
}

/// Writes a value as `json.dumps(…, ensure_ascii=False)` does, with blanks behind commas and colons.
pub(super) fn dumps(value: &Json) -> String {
    let mut text = String::new();
    dump(&mut text, value);
    text
}

fn dump(out: &mut String, value: &Json) {
    match value {
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                dump(out, item);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push_str(": ");
                dump(out, value);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests;
