//! Variables of a script that values are declared with, so that each travels once. What has no value is NULL by itself.

use super::Sql;
use crate::render::Param;

/// A variable with its declared type.
pub(super) type Variable = (&'static str, &'static str);

/// Declares variables with parameters of the statement's own.
pub(super) fn push_bound(sql: &mut Sql, variables: &[Variable], values: Vec<Param>) {
    push(sql, variables, values, |sql, param| {
        sql.push_param(param.value, &param.ty);
    });
}

/// Declares variables with the parameters from a position on (from 0); there is one for each that has a value.
pub(super) fn push_placed(
    sql: &mut Sql,
    variables: &[Variable],
    values: Vec<Param>,
    mut position: usize,
) {
    push(sql, variables, values, |sql, _| {
        sql.push_row_value(position);
        position += 1;
    });
}

fn push(
    sql: &mut Sql,
    variables: &[Variable],
    values: Vec<Param>,
    mut push_value: impl FnMut(&mut Sql, Param),
) {
    let all = variables.iter().zip(values);
    sql.push_syntax("DECLARE ")
        .push_list(all, ", ", |sql, ((name, ty), param)| {
            sql.push_syntax(name).push_syntax(" ").push_syntax(ty);
            if param.value.is_some() {
                push_value(sql.push_syntax(" = "), param);
            }
        })
        .push_syntax(";\n");
}
