//! Types as T-SQL declares them: where a value is cast, and where one is held.

use super::Sql;
use crate::domain::{Length, SqlType};

/// Adds the type of a column's values where they are held until they are reported.
pub(super) fn push_reported(sql: &mut Sql, ty: &SqlType) {
    match ty {
        // The driver's money is a float.
        SqlType::Money | SqlType::SmallMoney => {
            sql.push_syntax("decimal(19,4)");
        }
        ty => push_type(sql, ty),
    }
}

/// Adds the type in which values wait that are compared with a column's: text in the column's own encoding, since
/// one in another would be compared past the column's index.
pub(super) fn push_compared_type(sql: &mut Sql, ty: &SqlType) {
    match ty {
        SqlType::Char(length) | SqlType::VarChar(Length::Limited(length)) => {
            sql.push_syntax("varchar(")
                .push_measure(*length)
                .push_syntax(")");
        }
        SqlType::VarChar(Length::Max) | SqlType::Text => {
            sql.push_syntax("varchar(max)");
        }
        ty => push_type(sql, ty),
    }
}

/// Adds a type as it is declared; text and what has no form here as Unicode text.
pub(super) fn push_type(sql: &mut Sql, ty: &SqlType) {
    let measured = |sql: &mut Sql, name: &'static str, measure: u16| {
        sql.push_syntax(name)
            .push_syntax("(")
            .push_measure(measure)
            .push_syntax(")");
    };
    let name = match ty {
        SqlType::Bit => "bit",
        SqlType::TinyInt => "tinyint",
        SqlType::SmallInt => "smallint",
        SqlType::Int => "int",
        SqlType::BigInt => "bigint",
        SqlType::Decimal { precision, scale } => {
            sql.push_syntax("decimal(")
                .push_measure((*precision).into())
                .push_syntax(",")
                .push_measure((*scale).into())
                .push_syntax(")");
            return;
        }
        SqlType::Money => "money",
        SqlType::SmallMoney => "smallmoney",
        SqlType::Real => "real",
        SqlType::Float => "float",
        SqlType::Date => "date",
        SqlType::SmallDateTime => "smalldatetime",
        SqlType::DateTime => "datetime",
        SqlType::Time { scale } => return measured(sql, "time", (*scale).into()),
        SqlType::DateTime2 { scale } => return measured(sql, "datetime2", (*scale).into()),
        SqlType::DateTimeOffset { scale } => {
            return measured(sql, "datetimeoffset", (*scale).into());
        }
        SqlType::UniqueIdentifier => "uniqueidentifier",
        SqlType::Binary(length) => return measured(sql, "binary", *length),
        SqlType::VarBinary(Length::Limited(length)) => return measured(sql, "varbinary", *length),
        SqlType::VarBinary(Length::Max) | SqlType::Image | SqlType::RowVersion => "varbinary(max)",
        SqlType::Char(length)
        | SqlType::NChar(length)
        | SqlType::VarChar(Length::Limited(length))
        | SqlType::NVarChar(Length::Limited(length))
            if *length <= 4000 =>
        {
            return measured(sql, "nvarchar", *length);
        }
        SqlType::Char(_)
        | SqlType::NChar(_)
        | SqlType::VarChar(_)
        | SqlType::NVarChar(_)
        | SqlType::Text
        | SqlType::NText
        | SqlType::Xml
        | SqlType::Other(_) => "nvarchar(max)",
    };
    sql.push_syntax(name);
}
