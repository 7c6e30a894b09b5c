//! From values to JSON as Datasette writes what SQLite stores: bytes as `{"$base64": true, "encoded": …}`, floats with a
//! point, dates and times as text with a blank between them. Nothing is decided here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Number, Value as Json, json};

use crate::{
    domain::{Literal, Row, SqlType, Value, iso},
    error::Error,
    wire::http::reply::unwritable,
};

/// A cell.
///
/// # Errors
/// [`Error::Internal`] for a number that JSON cannot hold: a defect.
pub(super) fn json(value: Option<&Value>, ty: &SqlType) -> Result<Json, Error> {
    Ok(match value {
        None => Json::Null,
        Some(Value::Bool(flag)) => Json::from(*flag),
        Some(Value::Binary(bytes)) => json!({"$base64": true, "encoded": STANDARD.encode(bytes)}),
        Some(Value::Int(number)) => Json::from(*number),
        Some(Value::Decimal(_) | Value::Float(_)) => {
            let digits = text(value, ty);
            let number: Result<Number, _> = digits.parse();
            match number {
                Ok(number) => Json::Number(number),
                // What is not finite.
                Err(_) if matches!(value, Some(Value::Float(_))) => Json::from(digits),
                Err(error) => return Err(unwritable(error)),
            }
        }
        Some(_) => Json::from(text(value, ty)),
    })
}

/// A value as text: what a path or a page's mark has of it. NULL is empty.
pub(super) fn text(value: Option<&Value>, ty: &SqlType) -> String {
    match value {
        None => String::new(),
        Some(Value::Bool(flag)) => u8::from(*flag).to_string(),
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Decimal(number)) => number.to_plain_string(),
        Some(Value::Float(number)) => float_text(*number, ty),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Date(date)) => iso::date_text(*date),
        Some(Value::Time(time)) => iso::time_text(*time),
        Some(Value::DateTime(at)) => iso::datetime_text(*at, ' '),
        Some(Value::DateTimeOffset(at)) => iso::offset_datetime_text(at, ' '),
        Some(Value::Guid(guid)) => guid.hyphenated().to_string(),
        Some(Value::Binary(bytes)) => STANDARD.encode(bytes),
    }
}

/// A value as a caller would write it.
pub(super) fn literal(value: Option<&Value>, ty: &SqlType) -> Literal {
    match value {
        None => Literal::Null,
        Some(Value::Bool(flag)) => Literal::Bool(*flag),
        Some(Value::Int(_) | Value::Decimal(_) | Value::Float(_)) => {
            Literal::Number(text(value, ty))
        }
        Some(_) => Literal::Text(text(value, ty)),
    }
}

/// The shortest number that reads back as the same value of the column's type, with a point.
fn float_text(number: f64, ty: &SqlType) -> String {
    #[allow(clippy::cast_possible_truncation)] // used only where nothing is lost
    let single = number as f32;
    if *ty == SqlType::Real && f64::from(single).to_bits() == number.to_bits() {
        format!("{single:?}")
    } else {
        format!("{number:?}")
    }
}

/// A row as an object.
///
/// # Errors
/// As of [`json`].
pub(super) fn object(keys: &[(String, SqlType)], row: &Row) -> Result<Json, Error> {
    let cells = keys
        .iter()
        .zip(row)
        .map(|((name, ty), cell)| Ok((name.clone(), json(cell.as_ref(), ty)?)));
    let object: Result<Map<String, Json>, Error> = cells.collect();
    object.map(Json::Object)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_keep_their_kind() {
        let told = |value: Value, ty: &str| {
            json(Some(&value), &SqlType::parse(ty).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(told(Value::Float(5.0), "float"), "5.0");
        assert_eq!(told(Value::Float(f64::from(0.1_f32)), "real"), "0.1");
        assert_eq!(told(Value::Float(1e300), "float"), "1e+300");
        assert_eq!(told(Value::Float(f64::INFINITY), "float"), "\"inf\"");
        assert_eq!(told(Value::Int(i64::MIN), "bigint"), i64::MIN.to_string());
        assert_eq!(
            told(Value::Decimal("12.50".parse().unwrap()), "decimal(5,2)"),
            "12.50"
        );
        assert_eq!(told(Value::Bool(true), "bit"), "true");
        assert_eq!(
            told(Value::Binary(vec![0, 1, 2]), "varbinary(max)"),
            r#"{"$base64":true,"encoded":"AAEC"}"#
        );
    }
}
