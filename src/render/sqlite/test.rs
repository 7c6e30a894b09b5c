//! One test of one column in SQLite's SQL, with the collation its type compares by.

use super::{INSTANT_COLLATION, LIKE_FUNCTION, Sql, Sqlite, TEXT_COLLATION};
use crate::{
    domain::{Column, LikePattern, SqlType, Value, predicate::Test},
    render::predicate::{Tests, operator},
};

/// SQLite's own collation: case ignored in ASCII alone.
const NOCASE: &str = "NOCASE";

/// The collation that a type's values are ordered and grouped by; `None` for SQLite's own order.
pub(super) fn collation(ty: &SqlType) -> Option<&'static str> {
    match ty {
        SqlType::UniqueIdentifier => Some(NOCASE),
        SqlType::DateTimeOffset { .. } => Some(INSTANT_COLLATION),
        ty if ty.is_text() => Some(TEXT_COLLATION),
        _ => None,
    }
}

/// The collation for comparing with these values. Where all are ASCII, SQLite's own NOCASE gives the
/// same answers as all of Unicode would, and can use an index declared with it.
fn collation_for<'v>(
    ty: &SqlType,
    values: impl IntoIterator<Item = &'v Value>,
) -> Option<&'static str> {
    let ascii = |v: &Value| matches!(v, Value::Text(text) if text.is_ascii());
    if ty.is_text() && values.into_iter().all(ascii) {
        Some(NOCASE)
    } else {
        collation(ty)
    }
}

impl Tests for Sqlite {
    fn push_test(sql: &mut Sql, column: &Column, test: &Test) {
        match test {
            Test::Compare(comparison, value) => {
                push_column(sql, column, [value]);
                sql.push_syntax(operator(*comparison))
                    .push_param(Some(value.clone()), &column.ty);
            }
            Test::In { negated, values } => {
                push_column(sql, column, values);
                sql.push_syntax(if *negated { " NOT IN (" } else { " IN (" })
                    .push_list(values, ", ", |sql, value| {
                        sql.push_param(Some(value.clone()), &column.ty);
                    })
                    .push_syntax(")");
            }
            Test::Between { negated, low, high } => {
                push_column(sql, column, [low, high]);
                sql.push_syntax(if *negated {
                    " NOT BETWEEN "
                } else {
                    " BETWEEN "
                })
                .push_param(Some(low.clone()), &column.ty)
                .push_syntax(" AND ")
                .push_param(Some(high.clone()), &column.ty);
            }
            Test::Like { negated, pattern } => push_like(sql, column, *negated, pattern),
            Test::Null { negated } => {
                sql.push_column(&column.name).push_syntax(if *negated {
                    " IS NOT NULL"
                } else {
                    " IS NULL"
                });
            }
            Test::Settled(truth) => {
                // Not the constant: NULL must still answer NULL.
                sql.push_column(&column.name)
                    .push_syntax(if *truth { " = " } else { " <> " })
                    .push_column(&column.name);
            }
        }
    }
}

fn push_column<'v>(sql: &mut Sql, column: &Column, values: impl IntoIterator<Item = &'v Value>) {
    sql.push_column(&column.name);
    push_collation(sql, collation_for(&column.ty, values));
}

/// Adds a collation behind the column that stands there.
pub(super) fn push_collation(sql: &mut Sql, collation: Option<&'static str>) {
    if let Some(name) = collation {
        sql.push_syntax(" COLLATE ").push_syntax(name);
    }
}

fn push_like(sql: &mut Sql, column: &Column, negated: bool, pattern: &LikePattern) {
    let prefix = pattern.literal_prefix().filter(|p| p.is_ascii());
    if let (Some(prefix), false) = (prefix, negated) {
        // The same rows and perhaps some more as a range, which an index can answer.
        let end = range_end(&prefix);
        sql.push_syntax("(")
            .push_column(&column.name)
            .push_syntax(" COLLATE NOCASE >= ")
            .push_param(Some(Value::Text(prefix)), &column.ty)
            .push_syntax(" AND ")
            .push_column(&column.name)
            .push_syntax(" COLLATE NOCASE < ")
            .push_param(Some(Value::Text(end)), &column.ty)
            .push_syntax(" AND ");
        push_match(sql, column, pattern);
        sql.push_syntax(")");
        return;
    }
    if negated {
        sql.push_syntax("NOT ");
    }
    push_match(sql, column, pattern);
}

/// A text that sorts under NOCASE after every text that begins with an ASCII prefix: the prefix with its last
/// character moved on by one.
fn range_end(prefix: &str) -> String {
    let mut end = prefix.to_ascii_lowercase();
    let last = end
        .pop()
        .and_then(|last| char::from_u32(u32::from(last) + 1));
    end.extend(last);
    end
}

/// LIKE with T-SQL's meaning, by a function that the engine defines: SQLite's own knows no character
/// classes and folds ASCII alone.
fn push_match(sql: &mut Sql, column: &Column, pattern: &LikePattern) {
    sql.push_syntax(LIKE_FUNCTION)
        .push_syntax("(")
        .push_param(Some(Value::Text(pattern.to_sql())), &column.ty)
        .push_syntax(", ")
        .push_column(&column.name)
        .push_syntax(")");
}
