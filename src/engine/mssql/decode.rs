//! What SQL Server answers → values of the column's type, exactly.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, num_bigint::BigInt};
use jiff::{
    SignedDuration, Span,
    civil::{Date, DateTime, Time},
};
use tiberius::{ColumnData, numeric::Numeric, time as wire};

use crate::{
    domain::{OffsetDateTime, Row, SqlType, Value},
    engine::EngineError,
};

/// Reads a row; there is a type for each of its cells.
pub(super) fn row(row: Vec<ColumnData<'static>>, types: &[SqlType]) -> Result<Row, EngineError> {
    if row.len() != types.len() {
        return Err(EngineError::Unexpected {
            detail: format!(
                "a row of {} columns where {} were asked for",
                row.len(),
                types.len()
            ),
        });
    }
    row.into_iter()
        .zip(types)
        .map(|(cell, ty)| decode(cell, ty))
        .collect()
}

/// Reads a cell as one of a column of type `ty`; `None` is NULL.
fn decode(cell: ColumnData<'static>, ty: &SqlType) -> Result<Option<Value>, EngineError> {
    let value = match cell {
        ColumnData::Bit(bit) => bit.map(Value::Bool),
        ColumnData::U8(number) => number.map(|n| Value::Int(n.into())),
        ColumnData::I16(number) => number.map(|n| Value::Int(n.into())),
        ColumnData::I32(number) => number.map(|n| Value::Int(n.into())),
        ColumnData::I64(number) => number.map(Value::Int),
        ColumnData::F32(number) => number.map(|n| Value::Float(single(n, ty))),
        ColumnData::F64(number) => number.map(Value::Float),
        ColumnData::Numeric(number) => number.map(|n| numeric(n, ty)),
        ColumnData::String(text) => text.map(|t| Value::Text(t.into_owned())),
        ColumnData::Xml(xml) => xml.map(|xml| Value::Text(xml.into_owned().to_string())),
        ColumnData::Guid(guid) => guid.map(Value::Guid),
        ColumnData::Binary(bytes) => bytes.map(Cow::into_owned).map(Value::Binary),
        ColumnData::Date(date) => date.map(|d| day(d).map(Value::Date)).transpose()?,
        ColumnData::Time(time) => time.map(|t| time_of_day(t).map(Value::Time)).transpose()?,
        ColumnData::DateTime2(at) => at.map(|at| local(at).map(Value::DateTime)).transpose()?,
        ColumnData::DateTimeOffset(at) => at.map(with_offset).transpose()?,
        ColumnData::DateTime(at) => at.map(datetime).transpose()?,
        ColumnData::SmallDateTime(at) => at.map(smalldatetime).transpose()?,
    };
    Ok(value)
}

/// A single as it is in a column of singles; anywhere else (in a `sql_variant`) by the decimal that names it.
fn single(number: f32, ty: &SqlType) -> f64 {
    match ty {
        SqlType::Real => number.into(),
        _ => number.to_string().parse().unwrap_or_else(|_| number.into()),
    }
}

/// A decimal with its scale; a counted key may come as one and be a whole number.
fn numeric(number: Numeric, ty: &SqlType) -> Value {
    let whole = matches!(
        ty,
        SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt
    );
    if let (true, 0, Ok(whole_number)) = (whole, number.scale(), i64::try_from(number.value())) {
        return Value::Int(whole_number);
    }
    let digits = BigInt::from(number.value());
    Value::Decimal(BigDecimal::new(digits, number.scale().into()))
}

const YEAR_1: Date = Date::constant(1, 1, 1);
const YEAR_1900: Date = Date::constant(1900, 1, 1);

fn broken(what: &str) -> EngineError {
    EngineError::Unexpected {
        detail: format!("the server sent a {what} that there is not"),
    }
}

fn days_after(first: Date, days: i64) -> Result<Date, EngineError> {
    let span = Span::new().try_days(days);
    let day = span.and_then(|span| first.checked_add(span));
    day.map_err(|_| broken("date"))
}

fn day(date: wire::Date) -> Result<Date, EngineError> {
    days_after(YEAR_1, date.days().into())
}

fn time_of_day(time: wire::Time) -> Result<Time, EngineError> {
    let nanos = 9_u32
        .checked_sub(time.scale().into())
        .and_then(|digits| time.increments().checked_mul(10_u64.pow(digits)))
        .and_then(|nanos| i64::try_from(nanos).ok())
        .ok_or_else(|| broken("time"))?;
    let span = SignedDuration::from_nanos(nanos);
    Time::midnight()
        .checked_add(span)
        .map_err(|_| broken("time"))
}

fn local(at: wire::DateTime2) -> Result<DateTime, EngineError> {
    Ok(day(at.date())?.to_datetime(time_of_day(at.time())?))
}

/// On the wire it is UTC with the offset beside it.
fn with_offset(at: wire::DateTimeOffset) -> Result<Value, EngineError> {
    let span = SignedDuration::from_mins(at.offset().into());
    let local = local(at.datetime2())?
        .checked_add(span)
        .map_err(|_| broken("date with an offset"))?;
    OffsetDateTime::new(local, at.offset())
        .map(Value::DateTimeOffset)
        .ok_or_else(|| broken("date with an offset"))
}

/// Days and 1/300 s; shown in milliseconds that end in 0, 3 or 7, which name each of them.
fn datetime(at: wire::DateTime) -> Result<Value, EngineError> {
    let ticks = i64::from(at.seconds_fragments());
    let milliseconds = ticks / 3 * 10 + [0, 3, 7][usize::try_from(ticks % 3).unwrap_or_default()];
    let date = days_after(YEAR_1900, at.days().into())?;
    let time = Time::midnight()
        .checked_add(SignedDuration::from_millis(milliseconds))
        .map_err(|_| broken("time"))?;
    Ok(Value::DateTime(date.to_datetime(time)))
}

fn smalldatetime(at: wire::SmallDateTime) -> Result<Value, EngineError> {
    let date = days_after(YEAR_1900, at.days().into())?;
    let time = Time::midnight()
        .checked_add(SignedDuration::from_mins(at.seconds_fragments().into()))
        .map_err(|_| broken("time"))?;
    Ok(Value::DateTime(date.to_datetime(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::iso;

    fn decoded(cell: ColumnData<'static>, ty: &str) -> Value {
        decode(cell, &SqlType::parse(ty).unwrap()).unwrap().unwrap()
    }

    #[test]
    fn decimals_keep_their_scale_and_all_their_digits() {
        let number =
            Numeric::new_with_scale(-99_999_999_999_999_999_999_999_999_999_999_999_999, 10);
        let value = decoded(ColumnData::Numeric(Some(number)), "decimal(38,10)");
        let Value::Decimal(number) = value else {
            panic!("{value:?}")
        };
        assert_eq!(
            number.to_plain_string(),
            "-9999999999999999999999999999.9999999999"
        );
        let id = Numeric::new_with_scale(25, 0);
        let id = decoded(ColumnData::Numeric(Some(id)), "bigint");
        assert_eq!(id, Value::Int(25));
    }

    #[test]
    fn the_300th_parts_of_a_second_are_named_by_their_milliseconds() {
        for (ticks, expected) in [
            (0, "2026-01-31T00:00:00"),
            (1, "2026-01-31T00:00:00.003"),
            (2, "2026-01-31T00:00:00.007"),
            (3, "2026-01-31T00:00:00.01"),
            (300 * 86_400 - 1, "2026-01-31T23:59:59.997"),
        ] {
            let at = wire::DateTime::new(46_051, ticks);
            let value = decoded(ColumnData::DateTime(Some(at)), "datetime");
            let Value::DateTime(at) = value else {
                panic!("{value:?}")
            };
            assert_eq!(iso::datetime_text(at, 'T'), expected);
        }
    }

    #[test]
    fn an_offset_is_added_to_the_utc_of_the_wire() {
        let date = wire::Date::new(738_944);
        let time = wire::Time::new(10 * 36_000_000_000 + 1, 7);
        let at = wire::DateTimeOffset::new(wire::DateTime2::new(date, time), -210);
        let value = decoded(ColumnData::DateTimeOffset(Some(at)), "datetimeoffset(7)");
        let Value::DateTimeOffset(at) = value else {
            panic!("{value:?}")
        };
        assert_eq!(
            iso::offset_datetime_text(&at, 'T'),
            "2024-02-29T06:30:00.0000001-03:30"
        );
    }

    #[test]
    fn what_no_date_can_be_is_an_error_and_no_panic() {
        let cell = ColumnData::Date(Some(wire::Date::new(3_652_058)));
        assert!(decode(cell, &SqlType::Date).unwrap().is_some());
        let at = wire::DateTime::new(i32::MAX, 0);
        assert!(decode(ColumnData::DateTime(Some(at)), &SqlType::DateTime).is_err());
    }
}
