//! What an engine reports.

use super::Value;

/// What became of a write. Nothing was written unless the variant says so.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteOutcome {
    /// Rows were updated.
    Updated {
        /// How many.
        affected: u32,
    },
    /// One row was inserted.
    Inserted {
        /// Its identity or single-column key; `None` where the table has neither.
        generated: Option<Value>,
    },
    /// More rows match than may be updated; nothing was written.
    TooMany {
        /// How many match, counted no further than the cap and one.
        matched: u32,
    },
    /// No row matches and no insert was possible; nothing was written.
    NoMatch,
}

impl WriteOutcome {
    /// How many rows were touched for it: changed, or found in vain.
    #[must_use]
    pub fn rows(&self) -> u64 {
        match self {
            Self::Updated { affected } => (*affected).into(),
            Self::Inserted { .. } => 1,
            Self::TooMany { matched } => (*matched).into(),
            Self::NoMatch => 0,
        }
    }
}

/// One row: `None` is NULL.
pub type Row = Vec<Option<Value>>;

/// Rows in the order of a plan's outputs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows(pub Vec<Row>);
