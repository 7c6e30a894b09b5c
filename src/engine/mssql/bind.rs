//! Values → what travels to SQL Server; `decode` reads it back. Integers, bits, floats, GUIDs and bytes
//! travel as the column's own type. Everything else is text that the statement casts: the driver's decimals
//! and dates would give each value a declaration, and so each request a plan, of its own.

use std::borrow::Cow;

use tiberius::{ColumnData, IntoSql};

use crate::{
    domain::{SqlType, Value, iso},
    render::Param,
};

/// Between date and time: the form that the server reads alike whatever the session's language.
const SEPARATOR: char = 'T';

/// A parameter on its way.
pub(super) struct Bound<'p>(pub(super) &'p Param);

impl<'p> IntoSql<'p> for Bound<'p> {
    fn into_sql(self) -> ColumnData<'p> {
        match &self.0.value {
            Some(value) => bind(value, &self.0.ty),
            None => null(&self.0.ty),
        }
    }
}

fn bind<'p>(value: &'p Value, ty: &SqlType) -> ColumnData<'p> {
    let text = |text: String| ColumnData::String(Some(Cow::Owned(text)));
    match value {
        Value::Bool(bit) => ColumnData::Bit(Some(*bit)),
        Value::Int(number) => integer(*number, ty),
        #[allow(clippy::cast_possible_truncation)] // planning has made it one of the narrow type
        Value::Float(number) => match ty {
            SqlType::Real => ColumnData::F32(Some(*number as f32)),
            _ => ColumnData::F64(Some(*number)),
        },
        Value::Decimal(number) => text(number.to_plain_string()),
        Value::Text(text) => ColumnData::String(Some(Cow::Borrowed(text))),
        Value::Date(date) => text(iso::date_text(*date)),
        Value::Time(time) => text(iso::time_text(*time)),
        Value::DateTime(local) => text(iso::datetime_text(*local, SEPARATOR)),
        Value::DateTimeOffset(value) => text(iso::offset_datetime_text(value, SEPARATOR)),
        Value::Guid(guid) => ColumnData::Guid(Some(*guid)),
        Value::Binary(bytes) => ColumnData::Binary(Some(Cow::Borrowed(bytes))),
    }
}

/// An integer as wide as its column: a wider one would be compared past the column's index.
fn integer(number: i64, ty: &SqlType) -> ColumnData<'static> {
    let narrow = match ty {
        SqlType::TinyInt => u8::try_from(number).ok().map(|n| ColumnData::U8(Some(n))),
        SqlType::SmallInt => i16::try_from(number).ok().map(|n| ColumnData::I16(Some(n))),
        SqlType::Int => i32::try_from(number).ok().map(|n| ColumnData::I32(Some(n))),
        _ => None,
    };
    narrow.unwrap_or(ColumnData::I64(Some(number)))
}

/// NULL, declared as the type's values are.
fn null(ty: &SqlType) -> ColumnData<'static> {
    match ty {
        SqlType::Bit => ColumnData::Bit(None),
        SqlType::TinyInt => ColumnData::U8(None),
        SqlType::SmallInt => ColumnData::I16(None),
        SqlType::Int => ColumnData::I32(None),
        SqlType::BigInt => ColumnData::I64(None),
        SqlType::Real => ColumnData::F32(None),
        SqlType::Float => ColumnData::F64(None),
        SqlType::UniqueIdentifier => ColumnData::Guid(None),
        SqlType::Binary(_) | SqlType::VarBinary(_) | SqlType::Image | SqlType::RowVersion => {
            ColumnData::Binary(None)
        }
        _ => ColumnData::String(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(value: Option<Value>, ty: &str) -> ColumnData<'static> {
        let param = Box::leak(Box::new(Param {
            value,
            ty: SqlType::parse(ty).unwrap(),
        }));
        Bound(param).into_sql()
    }

    #[test]
    fn an_integer_is_as_wide_as_its_column() {
        let one = || Some(Value::Int(1));
        assert_eq!(bound(one(), "tinyint"), ColumnData::U8(Some(1)));
        assert_eq!(bound(one(), "smallint"), ColumnData::I16(Some(1)));
        assert_eq!(bound(one(), "int"), ColumnData::I32(Some(1)));
        assert_eq!(bound(one(), "bigint"), ColumnData::I64(Some(1)));
    }

    #[test]
    fn what_has_no_stable_declaration_travels_as_text() {
        for (value, ty, expected) in [
            (
                Value::Decimal("-1234567890123456789012.5000".parse().unwrap()),
                "decimal(38,4)",
                "-1234567890123456789012.5000",
            ),
            (
                Value::DateTime(jiff::civil::datetime(2026, 1, 31, 10, 0, 0, 3_000_000)),
                "datetime",
                "2026-01-31T10:00:00.003",
            ),
        ] {
            let expected = ColumnData::String(Some(expected.into()));
            assert_eq!(bound(Some(value), ty), expected);
        }
    }

    #[test]
    fn a_null_is_declared_as_a_value_would_be() {
        assert_eq!(bound(None, "int"), ColumnData::I32(None));
        assert_eq!(bound(None, "decimal(12,2)"), ColumnData::String(None));
        assert_eq!(bound(None, "varbinary(10)"), ColumnData::Binary(None));
    }
}
