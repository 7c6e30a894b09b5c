//! A batch's rows, ready for an engine: the statements that rows of each shape need, or one script for all of them. A
//! row's values stand beside the SQL, never in it.

use std::sync::Arc;

use super::{
    guard::RowGuard,
    statement::{Param, Statement},
};
use crate::domain::{
    ColumnIndex, Name, Note, SqlType,
    batch::{Repeated, RowOutcome},
    rows::{PlannedRow, RowShape},
};

/// Rows that are written together.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsBatch {
    /// The rows, in the order of the request.
    pub rows: Vec<PlannedRow>,
    /// What they have in common; a row's `shape` is a position here.
    pub shapes: Vec<Arc<RowShape>>,
    /// The names of the key's columns.
    pub key: Vec<Name>,
    /// How they are written.
    pub work: RowsWork,
    /// What a repeated key means.
    pub repeated: Repeated,
    /// Whether what is written is kept; if not, it is rolled back when the rows are reported.
    pub keep: bool,
    /// What is noted of it, if it is kept.
    pub note: Option<Arc<Note>>,
    /// What must hold of its one row; a batch of more rows has none.
    pub guard: Option<Box<RowGuard>>,
}

/// How rows are written.
#[derive(Debug, Clone, PartialEq)]
pub enum RowsWork {
    /// Row by row: the steps of each shape.
    Steps {
        /// In the order of the shapes.
        shapes: Vec<Arc<RowSteps>>,
        /// Where repeated keys are refused: takes the keys as a JSON array of arrays `[number, value, …]` and returns
        /// the numbers of those that are repeated.
        repeats: Option<Box<RowStatement>>,
    },
    /// One script for all of them.
    Script(Arc<RowsScript>),
}

/// What is done for a row of a shape.
#[derive(Debug, Clone, PartialEq)]
pub struct RowSteps {
    /// Looks for rows with the key, at most two; `None` where `change` finds out by itself. Returns their own keys.
    pub find: Option<RowStatement>,
    /// Changes or deletes the row that has the key; `None` where it stays as it is. Returns its own key, if that is
    /// reported.
    pub change: Option<RowStatement>,
    /// What a row is that was there.
    pub found: RowOutcome,
    /// Inserts the row if none was there; `None` where that is impossible. Returns its own key, if that is reported.
    pub insert: Option<RowStatement>,
}

/// A statement for one row: its parameter `?N` is the row's N-th value.
#[derive(Debug, Clone, PartialEq)]
pub struct RowStatement {
    /// The SQL.
    pub text: String,
    /// The types of what it returns.
    pub columns: Vec<SqlType>,
    /// The table it writes to.
    pub target: Option<Name>,
    /// What it binds besides, after a row's values.
    pub params: Vec<Param>,
    /// Whether its last column says of a row that it wrote whether it is one that its writer may have.
    pub verdict: bool,
}

/// What writes rows by scripts over a table of the session's own, in which they are staged. The parameters are the
/// first and the last number of the rows that are meant, and where rows are staged the rows as JSON and their bytes;
/// where rows are written, what is noted of it comes last.
#[derive(Debug, Clone, PartialEq)]
pub struct RowsScript {
    /// All of it at once, for rows of one request: stages, writes in one transaction, reports.
    pub whole: RowStatement,
    /// Makes the staging table, as wide as any rows of the table's need it. Takes no parameter.
    pub make: RowStatement,
    /// Stages rows.
    pub stage: RowStatement,
    /// Writes staged rows, within a transaction that is begun and ended elsewhere. Returns how many of them are not
    /// done.
    pub write: RowStatement,
    /// Tells what became of staged rows.
    pub report: RowStatement,
    /// What is staged of a row, in the order of the JSON array that it travels as, after its number and its shape.
    /// Bytes take two places: where in all the bytes they begin, from 1, and how many they are.
    pub staged: Vec<Staged>,
    /// The table they are written to.
    pub target: Name,
    /// What is noted of the write.
    pub noted: Vec<Param>,
    /// Whether `whole` keeps what it writes.
    pub keep: bool,
}

/// A column as it is staged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// The column.
    pub column: ColumnIndex,
    /// Whether it holds bytes.
    pub binary: bool,
}

impl RowStatement {
    /// The statement with values for its parameters.
    #[must_use]
    pub fn bind(&self, params: Vec<Param>) -> Statement {
        let own = self.params.iter().cloned();
        let params = params.into_iter().chain(own).collect();
        Statement::of_rows(self.clone(), params)
    }
}

impl RowsBatch {
    /// Gives the second half of the rows away; `None` when there is only one.
    pub fn split(&mut self) -> Option<Self> {
        if self.rows.len() < 2 {
            return None;
        }
        let rows = self.rows.split_off(self.rows.len() / 2);
        Some(Self {
            rows,
            shapes: self.shapes.clone(),
            key: self.key.clone(),
            work: self.work.clone(),
            repeated: self.repeated,
            keep: self.keep,
            note: self.note.clone(),
            guard: None,
        })
    }
}
