//! The look at the row that a write is about: it is locked by it, and where there is none, that stays so.

use super::{Sql, operand::push_read, push_integer, push_table, script::LOCKS};
use crate::{
    domain::{
        Comparison, Predicate, SqlType, Tree,
        plan::{About, GuardPlan},
        predicate::{ColumnTest, Test},
    },
    render::{
        RowGuard,
        predicate::{push_predicate, within},
    },
};

pub(super) fn guard(plan: &GuardPlan) -> RowGuard {
    let table = plan.entity.table();
    let predicate = match &plan.about {
        About::New => return RowGuard::new(plan, None),
        About::Meeting(predicate) => predicate.clone(),
        About::Keyed(key) => {
            let equal = key.iter().map(|(column, value)| {
                Tree::Leaf(ColumnTest {
                    column: *column,
                    test: Test::Compare(Comparison::Equal, value.clone()),
                })
            });
            Predicate::All(equal.collect())
        }
    };
    let columns = plan.tag.as_ref().map_or(&[][..], |tag| tag.columns());
    let mut sql = Sql::new();
    sql.push_syntax("SELECT TOP (");
    push_integer(&mut sql, 2);
    sql.push_syntax(") ");
    sql.push_list(columns, ", ", |sql, index| {
        push_read(sql, table.column(*index));
    });
    let mut types: Vec<SqlType> = columns
        .iter()
        .map(|i| table.column(*i).ty.clone())
        .collect();
    if types.is_empty() {
        sql.push_syntax("1 AS x");
        types.push(SqlType::Int);
    }
    sql.push_syntax(" FROM ");
    push_table(&mut sql, table);
    sql.push_syntax(LOCKS).push_syntax(" WHERE ");
    push_predicate(&mut sql, table, &within(&predicate, &plan.entity));
    RowGuard::new(plan, Some(sql.finish(types)))
}
