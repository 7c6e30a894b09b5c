//! Whether no more than one row can match a condition.

use super::operand::keeps_to_index;
use crate::domain::{ColumnIndex, Comparison, Predicate, Table, Tree, predicate::Test};

/// Whether the condition asks for one value of every column of a unique key: then at most one row matches.
pub(super) fn names_one_row(table: &Table, predicate: &Predicate) -> bool {
    let mut fixed = Vec::new();
    collect_fixed(table, predicate, &mut fixed);
    let covered = |key: &[ColumnIndex]| !key.is_empty() && key.iter().all(|c| fixed.contains(c));
    let unique = table.unique_keys.iter().filter(|key| !key.filtered);
    covered(&table.primary_key) || unique.into_iter().any(|key| covered(&key.columns))
}

/// The columns that have one given value in every row that matches.
fn collect_fixed(table: &Table, predicate: &Predicate, fixed: &mut Vec<ColumnIndex>) {
    match predicate {
        Tree::All(branches) => branches.iter().for_each(|b| collect_fixed(table, b, fixed)),
        Tree::Any(branches) => {
            if let [only] = branches.as_slice() {
                collect_fixed(table, only, fixed);
            }
        }
        Tree::Leaf(leaf) => {
            if let Test::Compare(Comparison::Equal, value) = &leaf.test
                && keeps_to_index(table.column(leaf.column), value)
            {
                fixed.push(leaf.column);
            }
        }
        Tree::Not(_) => {}
    }
}
