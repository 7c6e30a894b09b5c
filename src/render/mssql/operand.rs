//! How a column and a value of each type stand in T-SQL: so that nothing is cut or rounded on the way and
//! an index on the column can be sought.

use super::{Sql, declared::push_type};
use crate::domain::{Column, Length, SqlType, Table, Value};

/// The most UTF-16 code units of a text that is not `nvarchar(max)`.
const NVARCHAR_UNITS: usize = 4000;
/// The most bytes of a text that is not `varchar(max)`.
const VARCHAR_BYTES: usize = 8000;
/// The bytes of a row version.
const ROW_VERSION_BYTES: usize = 8;

/// Adds a value that is written to a column. What its type does not take as it travels is cast; text is
/// not: the database turns it into the column's own encoding, and planning has made sure that it can.
pub(super) fn push_stored(sql: &mut Sql, column: &Column, value: Option<Value>) {
    let cast = match column.ty {
        // It may be reported back as the generated key, and the driver's money is a float.
        SqlType::Money | SqlType::SmallMoney => Cast::To("decimal(19,4)"),
        ref ty => cast_of(ty),
    };
    push_cast(sql, column, value, cast);
}

/// Adds a value that a column is compared with. It is of the column's type, as planning has placed it
/// there; only a text may be longer.
pub(super) fn push_compared(sql: &mut Sql, column: &Column, value: &Value) {
    let cast = match (&column.ty, value) {
        (SqlType::Char(_) | SqlType::VarChar(_), Value::Text(text)) => varchar_cast(column, text),
        (ty, _) => cast_of(ty),
    };
    push_cast(sql, column, Some(value.clone()), cast);
}

/// Adds a pattern that a text column is matched against.
pub(super) fn push_pattern(sql: &mut Sql, column: &Column, pattern: String) {
    let cast = match column.ty {
        SqlType::Char(_) | SqlType::VarChar(_) => varchar_cast(column, &pattern),
        _ => Cast::None,
    };
    push_cast(sql, column, Some(Value::Text(pattern)), cast);
}

/// A text parameter travels as nvarchar, and a varchar column would be turned into that, past its index.
/// The other way round it is the value that is turned: never to the column's length, which would cut it.
fn varchar_cast(column: &Column, text: &str) -> Cast {
    // No code page takes more bytes than UTF-8 does.
    match (survives_cast(column, text), text.len() <= VARCHAR_BYTES) {
        (false, _) => Cast::None,
        (true, true) => Cast::To("varchar(8000)"),
        (true, false) => Cast::To("varchar(max)"),
    }
}

fn survives_cast(column: &Column, text: &str) -> bool {
    column.code_page.is_none_or(|page| page.survives_cast(text))
}

/// Whether a value is compared by the rules that the column's indexes are sorted and unique by. A varchar
/// column that is turned into nvarchar goes by others, under which more of its values may be equal.
pub(super) fn keeps_to_index(column: &Column, value: &Value) -> bool {
    match (&column.ty, value) {
        (SqlType::Char(_) | SqlType::VarChar(_), Value::Text(text)) => survives_cast(column, text),
        _ => true,
    }
}

/// What a parameter is cast to.
#[derive(Clone, Copy)]
pub(super) enum Cast {
    /// Nothing: it is bound as the column's type already, or the database turns it into that.
    None,
    /// The column's own type, which planning has made sure can hold it.
    Own,
    /// Another one.
    To(&'static str),
}

/// What travels as text and is a number, a date or a time is cast.
pub(super) fn cast_of(ty: &SqlType) -> Cast {
    match ty {
        SqlType::Decimal { .. }
        | SqlType::Money
        | SqlType::SmallMoney
        | SqlType::Date
        | SqlType::SmallDateTime
        | SqlType::DateTime
        | SqlType::Time { .. }
        | SqlType::DateTime2 { .. }
        | SqlType::DateTimeOffset { .. } => Cast::Own,
        SqlType::Bit
        | SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Int
        | SqlType::BigInt
        | SqlType::Real
        | SqlType::Float
        | SqlType::Char(_)
        | SqlType::NChar(_)
        | SqlType::VarChar(_)
        | SqlType::NVarChar(_)
        | SqlType::Text
        | SqlType::NText
        | SqlType::Xml
        | SqlType::UniqueIdentifier
        | SqlType::Binary(_)
        | SqlType::VarBinary(_)
        | SqlType::Image
        | SqlType::RowVersion
        | SqlType::Other(_) => Cast::None,
    }
}

fn push_cast(sql: &mut Sql, column: &Column, value: Option<Value>, cast: Cast) {
    if matches!(cast, Cast::None) {
        sql.push_param(value, &column.ty);
        return;
    }
    sql.push_syntax("CAST(")
        .push_param(value, &column.ty)
        .push_syntax(" AS ");
    match cast {
        Cast::To(ty) => {
            sql.push_syntax(ty);
        }
        Cast::None | Cast::Own => push_type(sql, &column.ty),
    }
    sql.push_syntax(")");
}

/// What a column is cast to before it is compared, ordered or grouped by: these types have no order
/// themselves.
pub(super) fn comparable_as(ty: &SqlType) -> Option<&'static str> {
    match ty {
        SqlType::Text => Some("varchar(max)"),
        SqlType::NText => Some("nvarchar(max)"),
        SqlType::Image => Some("varbinary(max)"),
        _ => None,
    }
}

/// Adds a column as it is compared and grouped by.
pub(super) fn push_comparable(sql: &mut Sql, column: &Column) {
    match comparable_as(&column.ty) {
        Some(ty) => push_as(sql, column, ty),
        None => {
            sql.push_column(&column.name);
        }
    }
}

/// Adds a column as it is compared with these values.
pub(super) fn push_compared_column<'v>(
    sql: &mut Sql,
    column: &Column,
    values: impl IntoIterator<Item = &'v Value>,
) {
    let cut = |value: &Value| matches!(value, Value::Binary(b) if b.len() > ROW_VERSION_BYTES);
    if column.ty == SqlType::RowVersion && values.into_iter().any(cut) {
        // Beside a row version it is the value that is turned into one, and cut to its length.
        push_as(sql, column, "varbinary(8)");
    } else {
        push_comparable(sql, column);
    }
}

/// Adds a column as it is ordered by. Its bare name would stand for what is returned under that name, and be
/// refused where that is returned twice; the table's name before it says that the column is meant.
pub(super) fn push_ordered(sql: &mut Sql, table: &Table, column: &Column) {
    if comparable_as(&column.ty).is_none() {
        sql.push_name(&table.name).push_syntax(".");
    }
    push_comparable(sql, column);
}

/// Adds a column as it is read: exactly, and in a form that the driver reads whatever the server's code
/// pages and CLR types.
pub(super) fn push_read(sql: &mut Sql, column: &Column) {
    match &column.ty {
        // The driver's money is a float.
        SqlType::Money | SqlType::SmallMoney => push_as(sql, column, "decimal(19,4)"),
        SqlType::Char(length) | SqlType::VarChar(Length::Limited(length))
            if usize::from(*length) <= NVARCHAR_UNITS =>
        {
            sql.push_syntax("CAST(")
                .push_column(&column.name)
                .push_syntax(" AS nvarchar(")
                .push_measure(*length)
                .push_syntax("))");
        }
        SqlType::Char(_) | SqlType::VarChar(_) | SqlType::NText | SqlType::Xml => {
            push_as(sql, column, "nvarchar(max)");
        }
        // Around the form that it is grouped by, which alone may stand beside GROUP BY.
        SqlType::Text => {
            sql.push_syntax("CAST(");
            push_comparable(sql, column);
            sql.push_syntax(" AS nvarchar(max))");
        }
        SqlType::Other(name) => push_foreign(sql, column, name),
        _ => {
            sql.push_column(&column.name);
        }
    }
}

/// A column of a type that has no form of its own here, as text: a CLR type says itself what it is as text.
fn push_foreign(sql: &mut Sql, column: &Column, name: &str) {
    match name {
        // It says itself what its value is, to the driver as well.
        "sql_variant" => {
            sql.push_column(&column.name);
        }
        "json" | "vector" => push_as(sql, column, "nvarchar(max)"),
        _ => {
            sql.push_column(&column.name).push_syntax(".ToString()");
        }
    }
}

fn push_as(sql: &mut Sql, column: &Column, ty: &'static str) {
    sql.push_syntax("CAST(")
        .push_column(&column.name)
        .push_syntax(" AS ")
        .push_syntax(ty)
        .push_syntax(")");
}
