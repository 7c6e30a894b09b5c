//! What engines report of a change of tables.

use crate::render::schema::SchemaRefusal;

/// How a change of tables ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOutcome {
    /// It was made.
    Done,
    /// What it asks for first does not hold: nothing was changed.
    Refused(SchemaRefusal),
}
