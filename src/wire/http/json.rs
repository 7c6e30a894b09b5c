//! Values as JSON, with exactly the digits that they have. Which values an API shows, and under which names, is its
//! own business.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::reply::unwritable;
use crate::{
    domain::{SqlType, Value, iso},
    error::Error,
};

/// Writes a value as JSON. `ty` is its column's type, where that is known.
///
/// # Errors
/// [`Error::Internal`] when it has no JSON.
pub fn push_value(out: &mut Vec<u8>, ty: Option<&SqlType>, value: &Value) -> Result<(), Error> {
    match value {
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Decimal(number) => out.extend_from_slice(number.to_plain_string().as_bytes()),
        Value::Float(number) if number.is_finite() => {
            out.extend_from_slice(float_text(ty, *number).as_bytes());
        }
        Value::Float(number) => push_text(out, not_finite_text(*number))?,
        Value::Text(text) => push_text(out, text)?,
        Value::Date(date) => push_text(out, &iso::date_text(*date))?,
        Value::Time(time) => push_text(out, &iso::time_text(*time))?,
        Value::DateTime(at) => push_text(out, &iso::datetime_text(*at, 'T'))?,
        Value::DateTimeOffset(at) => push_text(out, &iso::offset_datetime_text(at, 'T'))?,
        Value::Guid(guid) => push_text(out, &guid.hyphenated().to_string())?,
        // A Get selects none, but a key may be one. As a write takes it.
        Value::Binary(bytes) => push_text(out, &STANDARD.encode(bytes))?,
    }
    Ok(())
}

/// Writes a text as JSON.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written.
pub fn push_text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    serde_json::to_writer(out, text).map_err(unwritable)
}

/// What JSON has no number for, as .NET's serializers write it: null would say that there is no value.
fn not_finite_text(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// The shortest JSON number that reads back as the same value of the column's type.
fn float_text(ty: Option<&SqlType>, number: f64) -> String {
    // Up to here every whole number has its own f64; beyond, an exponent is shorter.
    const WHOLE: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() < WHOLE {
        #[allow(clippy::cast_possible_truncation)] // whole and far inside i64
        return (number as i64).to_string();
    }
    #[allow(clippy::cast_possible_truncation)] // used only where nothing is lost
    let single = number as f32;
    let text = if ty == Some(&SqlType::Real) && f64::from(single).to_bits() == number.to_bits() {
        serde_json::to_string(&single)
    } else {
        serde_json::to_string(&number)
    };
    // A sign that says nothing.
    text.map_or_else(|_| "null".to_owned(), |text| text.replace("e+", "e"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::str::FromStr;

    use bigdecimal::BigDecimal;
    use jiff::civil;
    use uuid::Uuid;

    use super::*;
    use crate::domain::OffsetDateTime;

    fn text(ty: Option<&SqlType>, value: &Value) -> String {
        let mut out = Vec::new();
        push_value(&mut out, ty, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_type_has_its_json() {
        let day = civil::date(2024, 1, 5);
        let at = day.at(10, 0, 0, 120_000_000);
        let offset = OffsetDateTime::new(day.at(10, 0, 0, 0), 120).unwrap();
        let guid = Uuid::from_str("6F9619FF-8B86-D011-B42D-00C04FC964FF").unwrap();
        for (value, json) in [
            (Value::Bool(true), "true"),
            (Value::Int(-7), "-7"),
            (
                Value::Decimal(BigDecimal::from_str("12.50").unwrap()),
                "12.50",
            ),
            (
                Value::Decimal(
                    BigDecimal::from_str("0.0000000000000000000000000000000001").unwrap(),
                ),
                "0.0000000000000000000000000000000001",
            ),
            (Value::Text("Zoë \n".to_owned()), "\"Zoë \\n\""),
            (Value::Date(day), "\"2024-01-05\""),
            (Value::Time(civil::time(10, 0, 0, 0)), "\"10:00:00\""),
            (Value::DateTime(at), "\"2024-01-05T10:00:00.12\""),
            (
                Value::DateTimeOffset(offset),
                "\"2024-01-05T10:00:00+02:00\"",
            ),
            (
                Value::Guid(guid),
                "\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"",
            ),
            (Value::Binary(vec![0, 255, 7]), "\"AP8H\""),
        ] {
            assert_eq!(text(None, &value), json);
        }
    }

    #[test]
    fn a_float_is_written_as_short_as_it_can_be() {
        let real = SqlType::Real;
        for (ty, number, json) in [
            (None, 5.0, "5"),
            (None, -0.0, "0"),
            (None, 0.1, "0.1"),
            (None, 1e300, "1e300"),
            (None, f64::INFINITY, "\"Infinity\""),
            (Some(&real), f64::NEG_INFINITY, "\"-Infinity\""),
            (None, f64::NAN, "\"NaN\""),
            (Some(&real), f64::from(0.1_f32), "0.1"),
            (Some(&real), 0.1, "0.1"),
            (
                Some(&SqlType::Float),
                f64::from(0.1_f32),
                "0.10000000149011612",
            ),
        ] {
            assert_eq!(text(ty, &Value::Float(number)), json);
        }
    }
}
