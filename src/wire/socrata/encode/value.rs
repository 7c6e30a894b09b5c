//! One value as Socrata's API writes it: numbers as strings, dates with milliseconds, points in time in UTC.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::civil::{DateTime, Time};
use serde_json::Value as Json;

use crate::{
    domain::{SqlType, Value, iso},
    wire::socrata::place,
};

/// In JSON.
#[must_use]
pub fn json(ty: &SqlType, value: &Value) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Text(stored) => {
            place::given_back(stored).unwrap_or_else(|| Json::from(stored.as_str()))
        }
        other => Json::String(text(ty, other)),
    }
}

/// In CSV, and within JSON's strings.
#[must_use]
pub fn text(ty: &SqlType, value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_plain_string(),
        Value::Float(number) => float_text(ty, *number),
        Value::Text(text) => text.clone(),
        Value::Date(date) => with_milliseconds(date.to_datetime(Time::midnight())),
        Value::Time(time) => iso::time_text(*time),
        Value::DateTime(at) => with_milliseconds(*at),
        Value::DateTimeOffset(at) => format!("{}Z", with_milliseconds(at.instant())),
        Value::Guid(guid) => guid.hyphenated().to_string(),
        Value::Binary(bytes) => STANDARD.encode(bytes),
    }
}

/// `2014-10-13T00:00:00.000`; finer fractions keep their digits.
fn with_milliseconds(at: DateTime) -> String {
    let mut text = iso::datetime_text(at, 'T');
    if !text.contains('.') {
        text.push('.');
    }
    let digits = text.split('.').next_back().map_or(0, str::len);
    text.extend(std::iter::repeat_n('0', 3_usize.saturating_sub(digits)));
    text
}

/// The shortest digits that read back as the same value of the column's type.
fn float_text(ty: &SqlType, number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    // Beyond these, an exponent is shorter than the zeros.
    let plain = number == 0.0 || (1e-7..1e21).contains(&number.abs());
    #[allow(clippy::cast_possible_truncation)] // used only where nothing is lost
    let single = number as f32;
    let exact = *ty == SqlType::Real && f64::from(single).to_bits() == number.to_bits();
    match (exact, plain) {
        (true, true) => single.to_string(),
        (true, false) => format!("{single:e}"),
        (false, true) => number.to_string(),
        (false, false) => format!("{number:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_short_as_they_read_back() {
        for (ty, number, text) in [
            (SqlType::Float, 1.2, "1.2"),
            (SqlType::Float, 4.0, "4"),
            (SqlType::Float, 0.0, "0"),
            (SqlType::Real, f64::from(1.2_f32), "1.2"),
            (SqlType::Float, f64::from(1.2_f32), "1.2000000476837158"),
            (SqlType::Float, 1e300, "1e300"),
            (SqlType::Float, -1e-9, "-1e-9"),
            (SqlType::Float, f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(float_text(&ty, number), text);
        }
    }
}
