//! One test of one column in T-SQL. Text compares by the column's collation.

use super::{
    Mssql, Sql,
    operand::{push_comparable, push_compared, push_compared_column, push_pattern},
};
use crate::{
    domain::{Column, predicate::Test},
    render::predicate::{Tests, operator},
};

impl Tests for Mssql {
    fn push_test(sql: &mut Sql, column: &Column, test: &Test) {
        match test {
            Test::Compare(comparison, value) => {
                push_compared_column(sql, column, [value]);
                sql.push_syntax(operator(*comparison));
                push_compared(sql, column, value);
            }
            Test::In { negated, values } => {
                push_compared_column(sql, column, values);
                sql.push_syntax(if *negated { " NOT IN (" } else { " IN (" })
                    .push_list(values, ", ", |sql, value| push_compared(sql, column, value))
                    .push_syntax(")");
            }
            Test::Between { negated, low, high } => {
                push_compared_column(sql, column, [low, high]);
                sql.push_syntax(if *negated {
                    " NOT BETWEEN "
                } else {
                    " BETWEEN "
                });
                push_compared(sql, column, low);
                sql.push_syntax(" AND ");
                push_compared(sql, column, high);
            }
            Test::Like { negated, pattern } => {
                push_comparable(sql, column);
                sql.push_syntax(if *negated { " NOT LIKE " } else { " LIKE " });
                let (pattern, escaped) = pattern.to_sql_in_classes();
                push_pattern(sql, column, pattern);
                if escaped {
                    // No Unicode constant: one such argument makes a varchar column's test a Unicode one, past its
                    // index and with the blanks that end a char value no longer ignored.
                    sql.push_syntax(" ESCAPE '\\'");
                }
            }
            Test::Null { negated } => {
                sql.push_column(&column.name).push_syntax(if *negated {
                    " IS NOT NULL"
                } else {
                    " IS NULL"
                });
            }
            Test::Settled(truth) => {
                // Not the constant: NULL must still answer NULL.
                push_comparable(sql, column);
                sql.push_syntax(if *truth { " = " } else { " <> " });
                push_comparable(sql, column);
            }
        }
    }
}
