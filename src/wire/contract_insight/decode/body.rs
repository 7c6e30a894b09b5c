//! The outer shape of a body: known keys in any case, each at most once. Repeated keys are refused
//! rather than the last one taken: two clauses in one request are no clause anyone can vouch for.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

use crate::{
    domain::{
        fault::shorten,
        json::{Unrepeated, repeated_text},
    },
    error::Error,
};

/// The keys an endpoint may look for, besides `Tuples`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Clause,
    Where,
    AllowMultiUpdate,
    Fields,
    OrderByTag,
    GroupByTag,
    StartIndex,
    Length,
}

const KEYS: [(&str, Key); 8] = [
    ("Clause", Key::Clause),
    ("Where", Key::Where),
    ("AllowMultiUpdate", Key::AllowMultiUpdate),
    ("Fields", Key::Fields),
    ("OrderByTag", Key::OrderByTag),
    ("GroupByTag", Key::GroupByTag),
    ("StartIndex", Key::StartIndex),
    ("Length", Key::Length),
];

/// The known parts of a body.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// `Tuples` or `Tuple`.
    pub(super) tuples: Option<Vec<TupleBody>>,
    others: Vec<(Key, Value)>,
}

/// One of `Tuples`, its parts unchecked.
#[derive(Debug, Default)]
pub(super) struct TupleBody {
    pub(super) name: Option<Value>,
    pub(super) value: Option<Value>,
}

impl Body {
    /// Parses a body that must be an object.
    ///
    /// # Errors
    /// [`Error::Malformed`] with line and column.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        // Written by some Windows clients in front of UTF-8.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(Error::Malformed {
                message: "The body is empty; send a JSON object.".to_owned(),
            });
        }
        serde_json::from_slice(bytes).map_err(|error| describe(&error))
    }

    /// Takes a part out; `None` when it is missing or null.
    pub(super) fn take(&mut self, key: Key) -> Option<Value> {
        let index = self.others.iter().position(|(k, _)| *k == key)?;
        Some(self.others.swap_remove(index).1).filter(|value| !value.is_null())
    }
}

fn describe(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    // Only what serde says about a caller's own text can be long; the place is kept in any case.
    let what = text.strip_suffix(&place).unwrap_or(&text);
    let message = format!("The body cannot be read{place}: {}.", clip(what));
    Error::Malformed { message }
}

/// The longest explanation that is repeated, in bytes.
const EXPLANATION: usize = 200;

fn clip(what: &str) -> String {
    if what.len() <= EXPLANATION {
        what.to_owned()
    } else {
        shorten(what)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let mut body = Body::default();
        while let Some(name) = map.next_key::<String>()? {
            if name.eq_ignore_ascii_case("Tuples") || name.eq_ignore_ascii_case("Tuple") {
                let tuples: Option<Vec<TupleBody>> = map
                    .next_value()
                    .map_err(|error| A::Error::custom(format!("Tuples: {error}")))?;
                if body.tuples.is_some() {
                    return Err(repeated("Tuples"));
                }
                body.tuples = tuples;
            } else if let Some((name, key)) = known(&name) {
                if body.others.iter().any(|(k, _)| *k == key) {
                    return Err(repeated(name));
                }
                let Unrepeated(value) = map
                    .next_value()
                    .map_err(|error| A::Error::custom(format!("{name}: {error}")))?;
                body.others.push((key, value));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(body)
    }
}

fn known(name: &str) -> Option<(&'static str, Key)> {
    KEYS.into_iter().find(|(k, _)| k.eq_ignore_ascii_case(name))
}

fn repeated<E: serde::de::Error>(name: &str) -> E {
    E::custom(repeated_text(name))
}

impl<'de> Deserialize<'de> for TupleBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TupleVisitor)
    }
}

struct TupleVisitor;

impl<'de> Visitor<'de> for TupleVisitor {
    type Value = TupleBody;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object {\"Name\": column, \"Value\": value}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TupleBody, A::Error> {
        let mut tuple = TupleBody::default();
        while let Some(key) = map.next_key::<String>()? {
            let (name, slot) = if key.eq_ignore_ascii_case("Name") {
                ("Name", &mut tuple.name)
            } else if key.eq_ignore_ascii_case("Value") {
                ("Value", &mut tuple.value)
            } else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if slot.replace(map.next_value()?).is_some() {
                return Err(repeated(name));
            }
        }
        Ok(tuple)
    }
}
