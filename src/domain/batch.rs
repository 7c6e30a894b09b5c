//! Batches of rows, each found by its key: what a caller asks for, and what became of each row. A row is not yet
//! held against a table; that is `plan`'s job.

use std::sync::Arc;

use super::{ColumnIndex, Literal, Value};

/// What a row of a batch asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowAction {
    /// Update the row that has the key, or insert one. What the row leaves out stays as it is.
    Upsert,
    /// Insert a row; one that is there already is an error.
    Insert,
    /// Insert a row, unless one is there already.
    InsertIgnore,
    /// Insert a row, or put this one in the place of the one that is there: columns that it leaves out, and that
    /// callers may write, get their default or NULL.
    Replace,
    /// Update the row that has the key, which must be there.
    Update,
    /// Delete the row that has the key, which must be there.
    Delete,
}

/// One row of a batch, in the caller's names and values.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// Where it stands in the request, from 0.
    pub number: u64,
    /// What it asks for.
    pub action: RowAction,
    /// The columns in the caller's spelling; rows with the same columns share one list.
    pub names: Arc<[String]>,
    /// A value for each name.
    pub values: Vec<Literal>,
}

/// The columns that find a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchKey {
    /// The columns, in the key's order; empty where rows have no key and are only inserted.
    pub columns: Vec<ColumnIndex>,
    /// Whether a unique index stands behind it. Without one, several rows may match, which is an error of
    /// the row.
    pub unique: bool,
}

/// What an upsert does with a row that sends no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyless {
    /// It is refused.
    Refuse,
    /// It is inserted.
    Insert,
}

/// What a key means that stands in a batch more than once (equal by the database's collation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// The rows are taken in order: the last one wins.
    InOrder,
    /// Every row that has it is refused. The batch must not be larger than [`Repeated::MOST_REFUSED`] rows.
    Refuse,
}

impl Repeated {
    /// The most rows of a batch in which repeated keys are looked for: they are held together.
    pub const MOST_REFUSED: usize = 1000;
}

/// How a batch is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub struct BatchRequest {
    /// What finds the rows.
    pub key: BatchKey,
    /// All rows or none; otherwise each for itself.
    pub atomic: bool,
    /// What an upsert does with a row without a key.
    pub keyless: Keyless,
    /// What a repeated key means.
    pub repeated: Repeated,
    /// Delete every row of the table first. Only where `atomic`.
    pub clear: bool,
    /// Whether each row's own key (the primary key, else a unique key without NULL) is reported.
    pub report_keys: bool,
    /// Do everything but keep nothing.
    pub dry_run: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// It was inserted.
    Created,
    /// It was updated.
    Updated,
    /// It was there already and stays as it was.
    Ignored,
    /// It was deleted.
    Deleted,
}

/// A row that was done.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDone {
    /// What became of it.
    pub outcome: RowOutcome,
    /// Its own key, where that was asked for and the table has one; in the order of `Table::row_key`.
    pub key: Vec<Option<Value>>,
}

/// How many rows of a batch ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BatchCounts {
    /// Inserted.
    pub created: u64,
    /// Updated.
    pub updated: u64,
    /// There already.
    pub ignored: u64,
    /// Deleted.
    pub deleted: u64,
    /// Refused, by this service or by the database. In an atomic batch one of them means that nothing was written.
    pub failed: u64,
}

impl BatchCounts {
    /// All rows that were looked at.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.created + self.updated + self.ignored + self.deleted + self.failed
    }

    /// Counts a row that was done.
    pub fn count(&mut self, outcome: RowOutcome) {
        match outcome {
            RowOutcome::Created => self.created += 1,
            RowOutcome::Updated => self.updated += 1,
            RowOutcome::Ignored => self.ignored += 1,
            RowOutcome::Deleted => self.deleted += 1,
        }
    }
}
