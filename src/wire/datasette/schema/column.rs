//! What a body says of a column, on both paths: its type by Datasette's word for it, its default, the expressions that a
//! default may be.

use serde_json::Value as Json;

use super::fields::{Fields, Wrong};
use crate::domain::{
    Length, Literal, SqlType,
    schema::{DefaultSpec, Now},
};

/// Datasette's words for types (`CREATE_TABLE_COLUMN_TYPES`).
pub(super) const TYPES: [(&str, SqlType); 4] = [
    ("text", SqlType::NVarChar(Length::Max)),
    ("integer", SqlType::BigInt),
    ("float", SqlType::Float),
    ("blob", SqlType::VarBinary(Length::Max)),
];

/// Its words for expressions (`DEFAULT_EXPRESSIONS`).
const EXPRESSIONS: [(&str, Now); 5] = [
    ("current_timestamp", Now::Timestamp),
    ("current_date", Now::Date),
    ("current_time", Now::Time),
    ("current_unixtime", Now::UnixSeconds),
    ("current_unixtime_ms", Now::UnixMilliseconds),
];

/// The type of a word.
pub(super) fn type_of(word: &str) -> Option<SqlType> {
    let found = TYPES.iter().find(|(known, _)| *known == word);
    found.map(|(_, ty)| ty.clone())
}

/// A type that may be left out; `None` then.
pub(super) fn read_type(fields: &mut Fields<'_>, nullable: bool) -> Option<SqlType> {
    match fields.any("type")? {
        Json::Null if nullable => None,
        Json::String(word) if type_of(word).is_some() => type_of(word),
        _ => {
            fields.refuse_at(
                "type",
                "Input should be 'text', 'integer', 'float' or 'blob'",
            );
            None
        }
    }
}

/// What a body says of a default.
pub(super) enum SentDefault<'a> {
    Missing,
    Value(&'a Json),
    Now(Now),
}

/// Reads `default` and `default_expr`.
pub(super) fn read_default<'a>(fields: &mut Fields<'a>) -> SentDefault<'a> {
    let value = fields.any("default");
    let expression = fields.optional_text("default_expr");
    let now = expression.and_then(|word| {
        let found = EXPRESSIONS.iter().find(|(known, _)| *known == word);
        if found.is_none() {
            fields.refuse_at(
                "default_expr",
                "Input should be 'current_timestamp', 'current_date', 'current_time', 'current_unixtime' or \
                 'current_unixtime_ms'",
            );
        }
        found.map(|(_, now)| *now)
    });
    match (value, now) {
        (_, Some(now)) => SentDefault::Now(now),
        (Some(value), None) => SentDefault::Value(value),
        (None, None) => SentDefault::Missing,
    }
}

/// What is wrong with the two together, once each is right by itself.
pub(super) fn check_default(fields: &Fields<'_>, place: &str) -> Option<Wrong> {
    let (value, expression) = (fields.has("default"), fields.has("default_expr"));
    let wrong = |text: &str| Some(Wrong::at(place, format!("Value error, {text}")));
    match (value, expression, is_null(fields)) {
        (true, true, _) => wrong("default and default_expr cannot both be provided"),
        (false, true, true) => wrong("default_expr cannot be null"),
        _ => None,
    }
}

fn is_null(fields: &Fields<'_>) -> bool {
    fields.peek("default_expr").is_some_and(Json::is_null)
}

impl SentDefault<'_> {
    /// As the plan takes it; `None` for no default.
    ///
    /// # Errors
    /// The contract's text for what no default can be.
    pub(super) fn spec(&self) -> Result<Option<DefaultSpec>, String> {
        let literal = match self {
            Self::Missing | Self::Value(Json::Null) => return Ok(None),
            Self::Now(now) => return Ok(Some(DefaultSpec::Now(*now))),
            Self::Value(Json::Bool(flag)) => Literal::Number(u8::from(*flag).to_string()),
            Self::Value(Json::Number(number)) => Literal::Number(number.as_str().to_owned()),
            Self::Value(Json::String(text)) => Literal::Text(text.clone()),
            Self::Value(Json::Array(_)) => return Err(unbindable("list")),
            Self::Value(Json::Object(_)) => return Err(unbindable("dict")),
        };
        Ok(Some(DefaultSpec::Value(literal)))
    }
}

fn unbindable(kind: &str) -> String {
    format!("Error binding parameter 1: type '{kind}' is not supported")
}
