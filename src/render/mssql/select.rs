//! A read in T-SQL.

use super::{
    Sql,
    operand::{push_comparable, push_ordered, push_read},
    push_integer, push_rows_seen, push_table,
};
use crate::{
    domain::{
        SqlType, Table,
        plan::{Direction, OutputSource, SelectPlan},
    },
    render::{
        Statement,
        predicate::{push_predicate, within},
    },
};

pub(super) fn select(plan: &SelectPlan) -> Statement {
    let table = plan.entity.table();
    let mut sql = Sql::new();
    sql.push_syntax("SELECT ")
        .push_list(&plan.outputs, ", ", |sql, output| match output.source {
            OutputSource::Column(index) => push_read(sql, table.column(index)),
            OutputSource::Count => {
                sql.push_syntax("COUNT_BIG(*)");
            }
        })
        .push_syntax(" FROM ");
    push_table(&mut sql, table);
    match &plan.predicate {
        Some(predicate) => {
            sql.push_syntax(" WHERE ");
            push_predicate(&mut sql, table, &within(predicate, &plan.entity));
        }
        None => push_rows_seen(&mut sql, &plan.entity),
    }
    if !plan.group.is_empty() {
        sql.push_syntax(" GROUP BY ")
            .push_list(&plan.group, ", ", |sql, index| {
                push_comparable(sql, table.column(*index));
            });
    }
    push_order(&mut sql, table, plan);
    sql.push_syntax(" OFFSET ");
    // Planning has refused what does not fit.
    push_integer(&mut sql, i64::try_from(plan.start).unwrap_or(i64::MAX));
    sql.push_syntax(" ROWS FETCH NEXT ");
    push_integer(&mut sql, i64::from(plan.length));
    sql.push_syntax(" ROWS ONLY");
    let types = plan.outputs.iter().map(|o| match o.source {
        OutputSource::Column(index) => table.column(index).ty.clone(),
        OutputSource::Count => SqlType::BigInt,
    });
    sql.finish(types.collect())
}

/// The caller's order, then what makes it complete. OFFSET must have an order, also where there is none.
fn push_order(sql: &mut Sql, table: &Table, plan: &SelectPlan) {
    let ties = plan.ties.iter().map(|index| OutputSource::Column(*index));
    let more = ties.filter(|tie| !plan.order.iter().any(|(key, _)| key == tie));
    let all = plan.order.iter().copied();
    let all: Vec<_> = all
        .chain(more.map(|tie| (tie, Direction::Ascending)))
        .collect();
    sql.push_syntax(" ORDER BY ");
    if all.is_empty() {
        sql.push_syntax("(SELECT NULL)");
    }
    sql.push_list(all, ", ", |sql, (key, direction)| {
        match key {
            OutputSource::Column(index) => push_ordered(sql, table, table.column(index)),
            OutputSource::Count => {
                sql.push_syntax("COUNT_BIG(*)");
            }
        }
        if direction == Direction::Descending {
            sql.push_syntax(" DESC");
        }
    });
}
