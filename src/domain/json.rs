//! JSON in which no key stands twice. What a repeated key means is anyone's guess, and `serde_json` keeps
//! the last without a word; here it is refused where it is read.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::fault::shorten;

/// A JSON value without an object that repeats a key. Numbers keep their digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Unrepeated(pub Value);

/// The first of these names that an object has more than once when case is ignored.
#[must_use]
pub fn repeated<'n>(object: &Map<String, Value>, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| {
        let mut keys = object.keys();
        let mut again = || keys.any(|key| key.eq_ignore_ascii_case(name));
        again() && again()
    })
}

/// The message for a key that stands twice.
#[must_use]
pub fn repeated_text(key: &str) -> String {
    format!("{} stands more than once; send it once", shorten(key))
}

impl<'de> Deserialize<'de> for Unrepeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnrepeatedVisitor).map(Self)
    }
}

/// `serde_json` hands a number over as an object of this one key, except small whole ones, so that it keeps
/// its digits.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";

struct UnrepeatedVisitor;

impl<'de> Visitor<'de> for UnrepeatedVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Unrepeated(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if object.is_empty() && key == NUMBER {
                let digits: String = map.next_value()?;
                let number: Number = digits.parse().map_err(A::Error::custom)?;
                return Ok(Value::Number(number));
            }
            if object.contains_key(&key) {
                return Err(A::Error::custom(repeated_text(&key)));
            }
            let Unrepeated(value) = map.next_value()?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        let read: Result<Unrepeated, _> = serde_json::from_str(text);
        read.map(|json| json.0).map_err(|error| error.to_string())
    }

    #[test]
    fn everything_else_is_read_as_it_stands() {
        for text in [
            r#"{"b":[1,-0,0.1000,12345678901234567890.10,1e400],"a":{"x":null,"y":true,"z":"\u00e9\n"}}"#,
            "[]",
            "{}",
            "\"$serde_json::private::Number\"",
            "[[[false]]]",
        ] {
            let plain: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read(text).unwrap(), plain, "{text}");
            assert_eq!(read(text).unwrap().to_string(), plain.to_string());
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_at_every_level() {
        for text in [
            r#"{"rules":1,"rules":1}"#,
            r#"[{"a":{"rules":null,"b":2,"rules":[]}}]"#,
            r#"{"r\u0075les":1,"rules":2}"#,
        ] {
            let message = read(text).unwrap_err();
            assert!(message.contains("rules stands more than once"), "{message}");
            assert!(message.contains("line 1 column"), "{message}");
        }
        assert!(read(r#"{"a":{"x":1},"b":{"x":1},"X":1,"x":2}"#).is_ok());
    }

    #[test]
    fn names_in_another_case_are_found_again() {
        let object = |text| match read(text) {
            Ok(Value::Object(object)) => object,
            other => unreachable!("{other:?}"),
        };
        let both = object(r#"{"a":1,"Rules":null,"rules":2}"#);
        assert_eq!(repeated(&both, &["a", "rules"]), Some("rules"));
        assert_eq!(repeated(&both, &["a", "field"]), None);
    }
}
