//! Values → what SQLite stores; `decode` reads it back. What sorts as text is written so that it does.

use bigdecimal::{BigDecimal, ToPrimitive};
use rusqlite::{
    Result, Statement, ToSql,
    types::{ToSqlOutput, Value as Stored, ValueRef},
};
use serde_json::Value as Json;

use crate::{
    domain::{Value, iso},
    render::Param,
};

/// Between date and time, as SQLite's own functions write it; it sorts as text.
const SEPARATOR: char = ' ';

/// Binds every parameter of a statement.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Param]) -> Result<()> {
    let expected = statement.parameter_count();
    if expected != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(
            params.len(),
            expected,
        ));
    }
    for (number, param) in (1..).zip(params) {
        statement.raw_bind_parameter(number, Bound(param.value.as_ref()))?;
    }
    Ok(())
}

/// Binds a row's values, the N-th one to `?N`, and behind them what the statement binds for every row; what it does not
/// use is left out.
pub(super) fn bind_row(
    statement: &mut Statement<'_>,
    values: &[Option<Value>],
    besides: &[Param],
) -> Result<()> {
    let used = statement.parameter_count();
    let besides = besides.iter().map(|param| param.value.as_ref());
    let all = values.iter().map(Option::as_ref).chain(besides);
    for (number, value) in (1..=used).zip(all) {
        statement.raw_bind_parameter(number, Bound(value))?;
    }
    Ok(())
}

/// A value as JSON that SQLite reads back as what it stores for it. Bytes have none; they are told by their text.
pub(super) fn stored_json(value: Option<&Value>) -> Json {
    match Bound(value).to_sql() {
        Ok(ToSqlOutput::Owned(Stored::Integer(number))) => number.into(),
        Ok(ToSqlOutput::Owned(Stored::Real(number))) => number.into(),
        Ok(ToSqlOutput::Owned(Stored::Text(text))) => text.into(),
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(bytes) | ValueRef::Blob(bytes))) => {
            String::from_utf8_lossy(bytes).into()
        }
        _ => Json::Null,
    }
}

/// A value on its way into SQLite.
struct Bound<'v>(Option<&'v Value>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match self.0 {
            None => Stored::Null,
            Some(Value::Text(text)) => return Ok(text.as_str().into()),
            Some(Value::Binary(bytes)) => return Ok(bytes.as_slice().into()),
            Some(Value::Bool(bit)) => Stored::Integer(i64::from(*bit)),
            Some(Value::Int(number)) => Stored::Integer(*number),
            Some(Value::Float(number)) => Stored::Real(*number),
            Some(Value::Decimal(number)) => decimal(number),
            Some(Value::Date(date)) => Stored::Text(iso::date_text(*date)),
            Some(Value::Time(time)) => Stored::Text(iso::time_text(*time)),
            Some(Value::DateTime(local)) => Stored::Text(iso::datetime_text(*local, SEPARATOR)),
            Some(Value::DateTimeOffset(value)) => {
                Stored::Text(iso::offset_datetime_text(value, SEPARATOR))
            }
            Some(Value::Guid(guid)) => Stored::Text(guid.hyphenated().to_string()),
        }))
    }
}

/// An integer as such: its text with zeros after a point would become a float, which holds 15 digits.
/// Everything else as text, which the column's NUMERIC affinity makes a number.
fn decimal(number: &BigDecimal) -> Stored {
    let (steps, scale) = number.as_bigint_and_scale();
    if let (Some(steps), Ok(scale)) = (steps.to_i64(), usize::try_from(scale))
        && let Some(power) = POWERS.get(scale)
        && (-EXACT..=EXACT).contains(&steps)
    {
        if steps % power == 0 {
            return Stored::Integer(steps / power);
        }
        // Both are floats without loss, so that their quotient is the float nearest to the decimal: what SQLite
        // would make of its text.
        #[allow(clippy::cast_precision_loss)] // there is none
        return Stored::Real(steps as f64 / *power as f64);
    }
    let integer = number.is_integer().then(|| number.to_i64()).flatten();
    integer.map_or_else(|| Stored::Text(number.to_plain_string()), Stored::Integer)
}

/// The greatest integer up to which all are floats without loss.
const EXACT: i64 = 1 << 53;

/// Powers of ten that are floats without loss.
const POWERS: [i64; 16] = {
    let mut powers = [1; 16];
    let mut i = 1;
    while i < 16 {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};
