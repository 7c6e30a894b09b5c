//! The fields of a body's objects, checked as Datasette's own models check them (pydantic): everything that is wrong is
//! told, each with its place, in pydantic's words. What the fields mean is not known here.

use serde_json::{Map, Value as Json};

use super::super::python_json::dumps;

/// What is wrong, and where: `columns.0.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    place: String,
    message: String,
    /// Whether the message says all by itself.
    bare: bool,
}

impl Wrong {
    /// With its place before it.
    pub(super) fn at(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            bare: false,
        }
    }

    /// Without one.
    pub(super) fn bare(message: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            message: message.into(),
            bare: true,
        }
    }

    /// As it is told.
    pub(super) fn text(&self) -> String {
        if self.bare || self.place.is_empty() {
            return self.message.clone();
        }
        format!("{}: {}", self.place, self.message)
    }
}

const STRING: &str = "Input should be a valid string";
const REQUIRED: &str = "Field required";
const EXTRA: &str = "Extra inputs are not permitted";

/// Reads the fields of one object, each once, in the order in which what is wrong is told.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Json>,
    place: String,
    known: Vec<&'static str>,
    wrong: Vec<Wrong>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: &'a Map<String, Json>, place: impl Into<String>) -> Self {
        Self {
            object,
            place: place.into(),
            known: Vec::new(),
            wrong: Vec::new(),
        }
    }

    pub(super) fn place_of(&self, key: &str) -> String {
        if self.place.is_empty() {
            return key.to_owned();
        }
        format!("{}.{key}", self.place)
    }

    pub(super) fn refuse(&mut self, wrong: Wrong) {
        self.wrong.push(wrong);
    }

    pub(super) fn refuse_at(&mut self, key: &str, message: impl Into<String>) {
        self.wrong.push(Wrong::at(self.place_of(key), message));
    }

    /// A field of any kind; `None` where it is missing.
    pub(super) fn any(&mut self, key: &'static str) -> Option<&'a Json> {
        self.known.push(key);
        self.object.get(key)
    }

    /// A field that must be there.
    pub(super) fn required(&mut self, key: &'static str) -> Option<&'a Json> {
        let found = self.any(key);
        if found.is_none() {
            self.refuse_at(key, REQUIRED);
        }
        found
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, key: &'static str) -> Option<&'a str> {
        let found = self.required(key)?;
        if !found.is_string() {
            self.refuse_at(key, STRING);
        }
        found.as_str()
    }

    /// A text that may be missing or null.
    pub(super) fn optional_text(&mut self, key: &'static str) -> Option<&'a str> {
        match self.any(key)? {
            Json::Null => None,
            Json::String(text) => Some(text),
            _ => {
                self.refuse_at(key, STRING);
                None
            }
        }
    }

    /// `true` or `false`, or what pydantic takes for them; `None` where it is missing, or null and may be.
    pub(super) fn flag(&mut self, key: &'static str, nullable: bool) -> Option<bool> {
        let found = self.any(key)?;
        if nullable && found.is_null() {
            return None;
        }
        let flag = as_flag(found);
        if flag.is_none() {
            self.refuse_at(
                key,
                if found.is_string() || found.is_number() {
                    "Input should be a valid boolean, unable to interpret input"
                } else {
                    "Input should be a valid boolean"
                },
            );
        }
        flag
    }

    /// The fields that nobody has asked for.
    pub(super) fn unknown(&self) -> Vec<&'a str> {
        let keys = self.object.keys().map(String::as_str);
        keys.filter(|key| !self.known.contains(key)).collect()
    }

    /// A field's value, without counting as asked for.
    pub(super) fn peek(&self, key: &str) -> Option<&'a Json> {
        self.object.get(key)
    }

    /// Whether a field was sent, of whatever value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    /// What is wrong, fields that do not belong there among it.
    pub(super) fn finish(mut self) -> Vec<Wrong> {
        for key in self.unknown() {
            self.refuse_at(key, EXTRA);
        }
        self.wrong
    }

    /// What is wrong, fields that do not belong there aside.
    pub(super) fn finish_open(self) -> Vec<Wrong> {
        self.wrong
    }

    /// Whether something is wrong already.
    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty() || !self.unknown().is_empty()
    }
}

/// What pydantic takes for a boolean.
fn as_flag(value: &Json) -> Option<bool> {
    match value {
        Json::Bool(flag) => Some(*flag),
        Json::Number(number) => match number.as_f64() {
            Some(0.0) => Some(false),
            Some(1.0) => Some(true),
            _ => None,
        },
        Json::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A value as Python's `str` would show it, near enough for a message.
pub(super) fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        other => dumps(other),
    }
}
