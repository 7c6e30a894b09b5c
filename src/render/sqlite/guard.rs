//! The look at the row that a write is about. The writer's transaction keeps others from changing it.

use super::{Sql, push_integer};
use crate::{
    domain::{
        SqlType,
        plan::{About, GuardPlan},
    },
    render::{
        RowGuard,
        predicate::{push_predicate, within},
    },
};

pub(super) fn guard(plan: &GuardPlan) -> RowGuard {
    let table = plan.entity.table();
    let columns = plan.tag.as_ref().map_or(&[][..], |tag| tag.columns());
    let mut sql = Sql::new();
    sql.push_syntax("SELECT ");
    // Also where nothing is read of the row it is to be told that it is there.
    sql.push_list(columns, ", ", |sql, index| {
        sql.push_name(&table.column(*index).name);
    });
    let mut types: Vec<SqlType> = columns
        .iter()
        .map(|i| table.column(*i).ty.clone())
        .collect();
    if types.is_empty() {
        sql.push_syntax("1");
        types.push(SqlType::Int);
    }
    sql.push_syntax(" FROM ")
        .push_name(&table.name)
        .push_syntax(" WHERE ");
    match &plan.about {
        About::New => return RowGuard::new(plan, None),
        About::Meeting(predicate) => {
            push_predicate(&mut sql, table, &within(predicate, &plan.entity));
        }
        About::Keyed(key) => {
            sql.push_list(key, " AND ", |sql, (index, value)| {
                let column = table.column(*index);
                sql.push_name(&column.name).push_syntax(" = ");
                sql.push_param(Some(value.clone()), &column.ty);
            });
            if let Some(rows) = plan.entity.rows() {
                sql.push_syntax(" AND (");
                push_predicate(&mut sql, table, rows);
                sql.push_syntax(")");
            }
        }
    }
    sql.push_syntax(" LIMIT ");
    push_integer(&mut sql, 2);
    RowGuard::new(plan, Some(sql.finish(types)))
}
