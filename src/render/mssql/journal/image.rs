//! A row as the journal keeps it: a JSON array of texts, each of which turns back into exactly the value that it was.

use super::super::{Mssql, Sql};
use crate::domain::{Column, SqlType};

/// Whether values of a type can be kept. Babelfish has no way to write bytes as text.
pub(in super::super) fn travels(dialect: Mssql, ty: &SqlType) -> bool {
    match ty {
        // The database stamps it anew with every change; the others have no text that turns back into them.
        SqlType::RowVersion | SqlType::Other(_) => false,
        ty if ty.is_binary() => dialect.null_parameters,
        _ => true,
    }
}

/// Types of old, which OUTPUT and variables do not take.
pub(super) fn without_order(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Text | SqlType::NText | SqlType::Image)
}

/// Adds a value as it stands in the array; `push` adds the value itself.
pub(super) fn push_value(
    sql: &mut Sql,
    dialect: Mssql,
    column: &Column,
    push: impl FnOnce(&mut Sql),
) {
    if column.nullable {
        sql.push_syntax("COALESCE(");
    }
    sql.push_syntax("N'\"' + ");
    push_text(sql, dialect, &column.ty, push);
    sql.push_syntax(" + N'\"'");
    if column.nullable {
        sql.push_syntax(", N'null')");
    }
}

/// How the text of a value is made: what stands before and after it.
fn around(ty: &SqlType) -> (&'static str, &'static str) {
    match ty {
        SqlType::Bit
        | SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Int
        | SqlType::BigInt
        | SqlType::Decimal { .. } => ("CAST(", " AS nvarchar(50))"),
        // By itself its text has two digits after the point.
        SqlType::Money | SqlType::SmallMoney => {
            ("CAST(CAST(", " AS decimal(19,4)) AS nvarchar(50))")
        }
        // 17 digits, which name every value of either type.
        SqlType::Real | SqlType::Float => ("CONVERT(nvarchar(50), ", ", 3)"),
        SqlType::Date => ("CONVERT(nvarchar(10), ", ", 23)"),
        // Milliseconds that name each 300th part of a second.
        SqlType::SmallDateTime | SqlType::DateTime => ("CONVERT(nvarchar(30), ", ", 126)"),
        SqlType::Time { .. } | SqlType::DateTime2 { .. } | SqlType::DateTimeOffset { .. } => {
            ("CAST(", " AS nvarchar(40))")
        }
        SqlType::UniqueIdentifier => ("CAST(", " AS nvarchar(36))"),
        SqlType::Image => ("CONVERT(nvarchar(max), CAST(", " AS varbinary(max)), 1)"),
        SqlType::Binary(_) | SqlType::VarBinary(_) | SqlType::RowVersion => {
            ("CONVERT(nvarchar(max), ", ", 1)")
        }
        SqlType::Text => ("CAST(CAST(", " AS varchar(max)) AS nvarchar(max))"),
        SqlType::Char(_)
        | SqlType::NChar(_)
        | SqlType::VarChar(_)
        | SqlType::NVarChar(_)
        | SqlType::NText
        | SqlType::Xml
        | SqlType::Other(_) => ("CAST(", " AS nvarchar(max))"),
    }
}

/// Adds the text of a value.
pub(in super::super) fn push_text(
    sql: &mut Sql,
    dialect: Mssql,
    ty: &SqlType,
    push: impl FnOnce(&mut Sql),
) {
    let (before, after) = around(ty);
    let escaped = ty.is_text() || *ty == SqlType::Xml;
    let plain = |sql: &mut Sql| {
        push(sql.push_syntax(before));
        sql.push_syntax(after);
    };
    match (escaped, dialect.null_parameters) {
        (false, _) => plain(sql),
        (true, true) => {
            sql.push_syntax("STRING_ESCAPE(");
            plain(sql);
            sql.push_syntax(", 'json')");
        }
        // Babelfish's writes the bytes of what is not ASCII as characters.
        (true, false) => {
            for _ in ESCAPING {
                sql.push_syntax("REPLACE(");
            }
            plain(sql);
            for escaping in ESCAPING {
                sql.push_syntax(escaping);
            }
        }
    }
}

/// What JSON has no character of its own for: the backslash first, since the others bring more of them. In what replaces
/// something, two backslashes are one to Babelfish.
#[rustfmt::skip]
const ESCAPING: [&str; 33] = [
    ", N'\\', N'\\\\\\\\')", ", N'\"', N'\\\"')",
    ", NCHAR(1), N'\\u0001')", ", NCHAR(2), N'\\u0002')", ", NCHAR(3), N'\\u0003')",
    ", NCHAR(4), N'\\u0004')", ", NCHAR(5), N'\\u0005')", ", NCHAR(6), N'\\u0006')",
    ", NCHAR(7), N'\\u0007')", ", NCHAR(8), N'\\b')", ", NCHAR(9), N'\\t')",
    ", NCHAR(10), N'\\n')", ", NCHAR(11), N'\\u000b')", ", NCHAR(12), N'\\f')",
    ", NCHAR(13), N'\\r')", ", NCHAR(14), N'\\u000e')", ", NCHAR(15), N'\\u000f')",
    ", NCHAR(16), N'\\u0010')", ", NCHAR(17), N'\\u0011')", ", NCHAR(18), N'\\u0012')",
    ", NCHAR(19), N'\\u0013')", ", NCHAR(20), N'\\u0014')", ", NCHAR(21), N'\\u0015')",
    ", NCHAR(22), N'\\u0016')", ", NCHAR(23), N'\\u0017')", ", NCHAR(24), N'\\u0018')",
    ", NCHAR(25), N'\\u0019')", ", NCHAR(26), N'\\u001a')", ", NCHAR(27), N'\\u001b')",
    ", NCHAR(28), N'\\u001c')", ", NCHAR(29), N'\\u001d')", ", NCHAR(30), N'\\u001e')",
    ", NCHAR(31), N'\\u001f')",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_is_escaped_as_json_does() {
        for (number, escaping) in (1_u8..).zip(&ESCAPING[2..]) {
            let c = char::from(number).to_string();
            let escaped = serde_json::to_string(&c).unwrap();
            let escaped = escaped.trim_matches('"');
            let expected = format!(", NCHAR({number}), N'{escaped}')");
            assert_eq!(*escaping, expected);
        }
    }
}
