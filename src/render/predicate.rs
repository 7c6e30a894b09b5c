//! The walk over a predicate that all dialects share: AND, OR, NOT and parentheses. What a single test
//! looks like is the dialect's own.

use std::borrow::Cow;

use super::statement::{Lexis, SqlText};
use crate::domain::{
    Column, ColumnIndex, Comparison, Entity, Predicate, Table, Tree, predicate::Test,
};

/// How a dialect writes one test of one column.
pub(super) trait Tests: Lexis + Sized {
    /// Adds the test, in parentheses where it is more than one comparison.
    fn push_test(sql: &mut SqlText<Self>, column: &Column, test: &Test);
}

/// A condition and what rows there are for whoever asks.
pub(super) fn within<'p>(predicate: &'p Predicate, entity: &Entity) -> Cow<'p, Predicate> {
    match entity.rows() {
        None => Cow::Borrowed(predicate),
        Some(rows) => Cow::Owned(Tree::All(vec![predicate.clone(), rows.clone()])),
    }
}

/// The rows there are for whoever writes, where a write of these columns can bring a row out of them.
pub(super) fn endangered(
    entity: &Entity,
    mut written: impl Iterator<Item = ColumnIndex>,
) -> Option<&Predicate> {
    let rows = entity.rows()?;
    let leaves = rows.leaves();
    let goes_by = |column| leaves.iter().any(|leaf| leaf.column == column);
    written.any(goes_by).then_some(rows)
}

/// Adds a predicate; every group and every test inside a group is closed in itself.
pub(super) fn push_predicate<D: Tests>(sql: &mut SqlText<D>, table: &Table, predicate: &Predicate) {
    match predicate {
        Tree::All(branches) => push_group(sql, table, branches, " AND "),
        Tree::Any(branches) => push_group(sql, table, branches, " OR "),
        Tree::Not(branch) => {
            sql.push_syntax("NOT (");
            push_predicate(sql, table, branch);
            sql.push_syntax(")");
        }
        Tree::Leaf(leaf) => D::push_test(sql, table.column(leaf.column), &leaf.test),
    }
}

fn push_group<D: Tests>(
    sql: &mut SqlText<D>,
    table: &Table,
    branches: &[Predicate],
    separator: &'static str,
) {
    sql.push_list(branches, separator, |sql, branch| {
        let nested = matches!(branch, Tree::All(_) | Tree::Any(_));
        if nested {
            sql.push_syntax("(");
        }
        push_predicate(sql, table, branch);
        if nested {
            sql.push_syntax(")");
        }
    });
}

/// A comparison's operator, with a space on either side.
pub(super) fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::NotEqual => " <> ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
    }
}
