//! What SQLite stores → values of the column's type. An existing file may hold anything in any column:
//! what does not fit the declared type comes back as what it is stored as (bytes as bytes, infinities as
//! text), so that no row is unreadable and nothing stored passes for NULL.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::domain::{
    OffsetDateTime, SqlType, Value,
    iso::{self, Moment},
};

/// Decimal digits that a float always holds exactly; the ones after them are noise of its arithmetic.
pub(super) const FLOAT_DIGITS: u32 = 15;
/// Integers between the two are floats without loss.
const LEAST_FLOAT_INTEGER: i64 = -(1 << 53);
const GREATEST_FLOAT_INTEGER: i64 = 1 << 53;

/// Reads a stored value as one of a column of type `ty`; `None` is NULL.
pub(super) fn decode(stored: ValueRef<'_>, ty: &SqlType) -> Option<Value> {
    Some(match stored {
        ValueRef::Null => return None,
        ValueRef::Integer(number) => from_integer(number, ty),
        ValueRef::Real(number) => from_real(number, ty),
        ValueRef::Text(bytes) => from_text(String::from_utf8_lossy(bytes).into_owned(), ty),
        ValueRef::Blob(bytes) => Value::Binary(bytes.to_vec()),
    })
}

fn from_integer(number: i64, ty: &SqlType) -> Value {
    match (ty, number) {
        (SqlType::Bit, 0 | 1) => Value::Bool(number == 1),
        #[allow(clippy::cast_precision_loss)] // there is none between these bounds
        (SqlType::Float | SqlType::Real, LEAST_FLOAT_INTEGER..=GREATEST_FLOAT_INTEGER) => {
            Value::Float(number as f64)
        }
        _ => match decimal_scale(ty) {
            Some(scale) => Value::Decimal(BigDecimal::from(number).with_scale(scale)),
            None => Value::Int(number),
        },
    }
}

fn from_real(number: f64, ty: &SqlType) -> Value {
    // JSON has no number for them.
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return Value::Text(format!("{sign}Infinity"));
    }
    decimal_scale(ty)
        .and_then(|scale| decimal(number, scale))
        .map_or(Value::Float(number), Value::Decimal)
}

fn decimal_scale(ty: &SqlType) -> Option<i64> {
    match ty {
        SqlType::Decimal { scale, .. } => Some(i64::from(*scale)),
        SqlType::Money | SqlType::SmallMoney => Some(4),
        _ => None,
    }
}

/// The decimal that a float stands for, with the column's scale. One that is finer than the column
/// even without its noise keeps its digits: nothing stored is rounded away.
fn decimal(number: f64, scale: i64) -> Option<BigDecimal> {
    let exact = BigDecimal::from_str(&number.to_string()).ok()?;
    let fits = |number: &BigDecimal| number.normalized().fractional_digit_count() <= scale;
    if fits(&exact) {
        return Some(exact.with_scale(scale));
    }
    let quiet = exact.with_prec(u64::from(FLOAT_DIGITS));
    Some(if fits(&quiet) {
        quiet.with_scale(scale)
    } else {
        exact
    })
}

fn from_text(text: String, ty: &SqlType) -> Value {
    let read = match ty {
        SqlType::UniqueIdentifier => Uuid::parse_str(&text).ok().map(Value::Guid),
        SqlType::Date
        | SqlType::Time { .. }
        | SqlType::SmallDateTime
        | SqlType::DateTime
        | SqlType::DateTime2 { .. }
        | SqlType::DateTimeOffset { .. } => iso::parse(&text).and_then(|m| moment(m, ty)),
        _ => None,
    };
    read.unwrap_or(Value::Text(text))
}

fn moment(moment: Moment, ty: &SqlType) -> Option<Value> {
    match (ty, moment) {
        (SqlType::Date, Moment::Date(date)) => Some(Value::Date(date)),
        (SqlType::Time { .. }, Moment::Time(time)) => Some(Value::Time(time)),
        (SqlType::Date | SqlType::Time { .. }, _) | (_, Moment::Time(_)) => None,
        // Without an offset it is UTC, as in comparisons.
        (SqlType::DateTimeOffset { .. }, Moment::Date(date)) => with_offset(date.into(), 0),
        (SqlType::DateTimeOffset { .. }, Moment::Local(local)) => with_offset(local, 0),
        (
            SqlType::DateTimeOffset { .. },
            Moment::Offset {
                local,
                offset_minutes,
            },
        ) => with_offset(local, offset_minutes),
        (_, Moment::Date(date)) => Some(Value::DateTime(date.into())),
        (_, Moment::Local(local)) => Some(Value::DateTime(local)),
        // An offset that the column's type has no place for.
        (_, Moment::Offset { .. }) => None,
    }
}

fn with_offset(local: jiff::civil::DateTime, minutes: i16) -> Option<Value> {
    OffsetDateTime::new(local, minutes).map(Value::DateTimeOffset)
}
