//! The columns that stand for a row in a path, and in an upsert: the primary key's, else the number that the database
//! gives its rows (`rowid`), else those of another unique key. What they are compared with is not decided here.

use super::path;
use crate::domain::{
    ColumnIndex, Comparison, Entity, Literal, Tree,
    predicate::{Condition, RawTest, Rule},
};

/// The key's columns in their order; empty where rows cannot be told apart.
pub(super) fn columns(entity: &Entity) -> Vec<ColumnIndex> {
    let table = entity.table();
    if !table.shown_key().is_empty() {
        return table.shown_key().to_vec();
    }
    match table.row_number() {
        Some(number) => vec![number],
        None => table.row_key().to_vec(),
    }
}

/// The names of columns.
pub(super) fn names<'e>(entity: &'e Entity, columns: &[ColumnIndex]) -> Vec<&'e str> {
    let table = entity.table();
    columns
        .iter()
        .map(|c| table.column(*c).name.as_str())
        .collect()
}

/// The values that a path's segment has for the key, decoded.
pub(super) fn values(segment: &str) -> Vec<String> {
    segment.split(',').map(path::decode).collect()
}

/// The condition that the key's columns have these values.
pub(super) fn condition(entity: &Entity, columns: &[ColumnIndex], values: &[Literal]) -> Condition {
    let names = names(entity, columns);
    let tests = names.iter().zip(values).map(|(name, value)| {
        Tree::Leaf(Rule {
            column: (*name).to_owned(),
            place: String::new(),
            test: RawTest::Compare(Comparison::Equal, value.clone()),
        })
    });
    Tree::All(tests.collect())
}
