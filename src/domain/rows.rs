//! A batch's rows bound to an entity's columns and types: rows with the same columns share a shape, so that what is
//! the same for all of them is worked out once. Only a proposal, as every plan is.

use std::sync::Arc;

use super::{
    ColumnIndex, Entity, Faults, Name, Value,
    batch::{BatchKey, Repeated, RowAction},
    plan::{ColumnUse, Plan, Use},
};

/// A part of a batch that is written together.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsPlan {
    /// The entity written.
    pub entity: Arc<Entity>,
    /// What finds the rows.
    pub key: BatchKey,
    /// What a repeated key means.
    pub repeated: Repeated,
    /// Whether each row's own key is reported.
    pub report_keys: bool,
    /// The shapes of its rows.
    pub shapes: Vec<Arc<RowShape>>,
    /// The rows, in the order of the request.
    pub rows: Vec<PlannedRow>,
}

/// What rows with the same columns and the same action have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct RowShape {
    /// What they ask for.
    pub action: RowAction,
    /// The column of each value of a row: the key's first, where the rows have it, then what the caller sets, then
    /// what the service fills on INSERT.
    pub columns: Vec<ColumnIndex>,
    /// How many of them find the row: all of the key's columns, or 0 for rows without a key, which are inserted.
    pub key: usize,
    /// How many of the columns after those are the caller's to set; an UPDATE sets these.
    pub set: usize,
    /// What an INSERT takes, as positions in `columns`, or why it is impossible, which matters only when it comes to one.
    pub insert: Result<Vec<usize>, Faults>,
    /// Columns that a replaced row gets back to their default.
    pub reset: Vec<ColumnIndex>,
    /// Whether an INSERT gives a value for the identity column.
    pub sets_identity: bool,
}

/// One row, bound.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow {
    /// Where it stands in the request, from 0.
    pub number: u64,
    /// Which of the plan's shapes it has.
    pub shape: usize,
    /// A value for each of the shape's columns; `None` is NULL.
    pub values: Vec<Option<Value>>,
}

impl RowShape {
    /// The columns that find the row.
    #[must_use]
    pub fn key_columns(&self) -> &[ColumnIndex] {
        &self.columns[..self.key]
    }

    /// The columns that an UPDATE sets.
    #[must_use]
    pub fn set_columns(&self) -> &[ColumnIndex] {
        &self.columns[self.key..self.key + self.set]
    }

    /// Every use of a column that the caller asked for. A key that finds a row is not a write.
    pub fn uses(&self) -> impl Iterator<Item = ColumnUse> {
        let keys = self.key_columns().iter().map(|c| (*c, Use::Filter));
        keys.chain(self.set_columns().iter().map(|c| (*c, Use::Write)))
    }
}

impl RowsPlan {
    /// The names of the key's columns.
    #[must_use]
    pub fn key_names(&self) -> Vec<Name> {
        let table = self.entity.table();
        let columns = self.key.columns.iter();
        columns.map(|c| table.column(*c).name.clone()).collect()
    }
}

impl Plan for RowsPlan {
    fn uses(&self) -> Vec<ColumnUse> {
        self.shapes.iter().flat_map(|shape| shape.uses()).collect()
    }
}
