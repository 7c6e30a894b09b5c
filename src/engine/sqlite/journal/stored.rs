//! Values as SQLite stores them ↔ the journal's JSON, from which each is told again to the last bit: a number with a point
//! or an exponent is a float, bytes are `{"blob": base64}`, text that is no UTF-8 is `{"text": base64}`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::{
    Result,
    types::{ToSql, ToSqlOutput, ValueRef},
};
use serde_json::Value as Json;

const BLOB: &str = "blob";
const TEXT: &str = "text";
const REAL: &str = "real";

/// A value as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine::sqlite) enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    /// Of whatever bytes.
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl From<ValueRef<'_>> for Stored {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => Self::Text(bytes.to_vec()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

impl Stored {
    fn borrowed(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

impl ToSql for Stored {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.borrowed()))
    }
}

/// Adds a value.
pub(super) fn push(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        ValueRef::Real(number) if number.is_finite() => {
            // The shortest text that is this number and no other.
            out.extend_from_slice(format!("{number:?}").as_bytes());
        }
        ValueRef::Real(number) => push_tagged(out, REAL, &number.to_string()),
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => push_text(out, text),
            Err(_) => push_tagged(out, TEXT, &STANDARD.encode(bytes)),
        },
        ValueRef::Blob(bytes) => push_tagged(out, BLOB, &STANDARD.encode(bytes)),
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(Json::from(text).to_string().as_bytes());
    }
}

fn push_tagged(out: &mut Vec<u8>, tag: &str, text: &str) {
    for piece in ["{\"", tag, "\":\"", text, "\"}"] {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// The value that the journal holds; `None` where that is none of its making.
pub(in crate::engine::sqlite) fn parse(json: &Json) -> Option<Stored> {
    Some(match json {
        Json::Null => Stored::Null,
        Json::Number(number) => {
            let text = number.to_string();
            if text.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')) {
                Stored::Real(text.parse().ok()?)
            } else {
                Stored::Integer(text.parse().ok()?)
            }
        }
        Json::String(text) => Stored::Text(text.clone().into_bytes()),
        Json::Object(tagged) => {
            let (tag, value) = tagged.iter().next()?;
            let value = value.as_str()?;
            match tag.as_str() {
                BLOB => Stored::Blob(STANDARD.decode(value).ok()?),
                TEXT => Stored::Text(STANDARD.decode(value).ok()?),
                REAL => Stored::Real(value.parse().ok()?),
                _ => return None,
            }
        }
        Json::Bool(_) | Json::Array(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn there_and_back(value: &Stored) {
        let mut out = Vec::new();
        push(&mut out, value.borrowed());
        let json: Json = serde_json::from_slice(&out).unwrap();
        assert_eq!(parse(&json).as_ref(), Some(value), "{json}");
    }

    proptest! {
        #[test]
        fn integers_come_back(number: i64) {
            there_and_back(&Stored::Integer(number));
        }

        #[test]
        fn floats_come_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(!number.is_nan());
            there_and_back(&Stored::Real(number));
        }

        #[test]
        fn texts_come_back(text: String) {
            there_and_back(&Stored::Text(text.into_bytes()));
        }

        #[test]
        fn texts_come_back_that_are_none(bytes: Vec<u8>) {
            there_and_back(&Stored::Text(bytes));
        }

        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            there_and_back(&Stored::Blob(bytes));
        }
    }

    #[test]
    fn what_is_none_and_what_has_no_end_come_back() {
        there_and_back(&Stored::Null);
        there_and_back(&Stored::Real(f64::INFINITY));
        there_and_back(&Stored::Real(f64::NEG_INFINITY));
    }
}
