//! A change of tables, ready for an engine: steps of one transaction, or one script.

use super::Statement;
use crate::domain::{ChangeNote, Name, SqlType};

/// Tables made, changed or dropped, all of it or nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaBatch {
    /// Steps, between which the engine looks whether to go on.
    Steps(Vec<SchemaStep>),
    /// One script. It returns one integer: 0, or why nothing was done.
    Script(Statement),
}

impl SchemaBatch {
    /// What a script returns where rows were in a table that was to be empty.
    pub const NOT_EMPTY: i64 = 1;
    /// What a script returns where a column holds values that are none of its new type.
    pub const MISFITS: i64 = 2;
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaStep {
    /// A statement that returns nothing.
    Run(Statement),
    /// A query: nothing is done if it returns a row.
    Unless(Statement, SchemaRefusal),
    /// A column that is changed in a way for which the table has to be written anew.
    Rebuild(Rebuild),
    /// What is noted of the change.
    Keep(ChangeNote),
}

/// Why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaRefusal {
    /// Rows are in a table that was to be empty.
    NotEmpty,
    /// Another table refers to this one.
    ReferredTo,
}

/// A change of one column; what is `None` stays as it is defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Rebuild {
    /// The table.
    pub table: Name,
    /// The column.
    pub column: Name,
    /// The declaration of its type and collation.
    pub ty: Option<Fragment>,
    /// Whether NULL may be stored.
    pub nullable: Option<bool>,
    /// The expression of its default; `Some(None)`: none.
    pub default: Option<Option<Fragment>>,
    /// What the rows that are there get in it: an expression over the old row.
    pub value: Fragment,
    /// Finds a row of the new table, [`REBUILT`], that holds what the new type cannot.
    pub misfits: Option<Statement>,
    /// The new type.
    pub holds: SqlType,
}

/// The name of a table while it is written anew. Nothing of this beginning is served.
pub const REBUILT: &str = "upsertd_rebuilt";

/// A piece of SQL, made as [`Statement`]s are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment(pub(super) String);

impl Fragment {
    /// The SQL.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}
