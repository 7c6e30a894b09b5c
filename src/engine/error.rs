//! What a database can answer instead of a result, told apart as far as a caller can act on it. The
//! database's own text is kept for the log alone.

use crate::domain::precondition::Unmet;

impl EngineError {
    /// Whether it is about the row that was written, so that others may be written all the same.
    #[must_use]
    pub fn is_about_a_row(&self) -> bool {
        match self {
            Self::Unique { .. }
            | Self::ForeignKey { .. }
            | Self::Check { .. }
            | Self::Null { .. }
            | Self::Truncated { .. }
            | Self::Conversion { .. }
            | Self::Trigger { .. }
            | Self::Outside => true,
            Self::Permission { .. }
            | Self::Exists { .. }
            | Self::Dependent { .. }
            | Self::Stale { .. }
            | Self::Unmet(_)
            | Self::Busy
            | Self::Overloaded
            | Self::Underway
            | Self::Timeout
            | Self::Unavailable { .. }
            | Self::Lost { .. }
            | Self::Unexpected { .. } => false,
        }
    }
}

/// Why a statement did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// A unique key already holds the value.
    #[error("unique key violated: {columns:?} {constraint:?}")]
    Unique {
        /// The constraint or index, where the database names it.
        constraint: Option<String>,
        /// The columns, where the database names them.
        columns: Vec<String>,
    },
    /// A foreign key has no partner, or a referenced row would lose its own.
    #[error("foreign key violated: {constraint:?}")]
    ForeignKey {
        /// The constraint, where the database names it.
        constraint: Option<String>,
    },
    /// A check constraint does not hold.
    #[error("check violated: {constraint:?}")]
    Check {
        /// The constraint, where the database names it.
        constraint: Option<String>,
    },
    /// A NOT NULL column would be NULL.
    #[error("NULL in column {column}")]
    Null {
        /// The column.
        column: String,
    },
    /// A text or bytes longer than the column: it has become shorter since it was read, or a trigger wrote it.
    #[error("too long for column {column:?}: {detail}")]
    Truncated {
        /// The column, where the database names it.
        column: Option<String>,
        /// The database's text.
        detail: String,
    },
    /// A value that the database cannot turn into what it is to be: XML that is none, an overflow in a
    /// computed column.
    #[error("a value cannot be used: {detail}")]
    Conversion {
        /// The database's text.
        detail: String,
    },
    /// A table or column of the name is there already.
    #[error("the name is taken: {detail}")]
    Exists {
        /// The database's text.
        detail: String,
    },
    /// Something else of the database needs what was to be changed or dropped: a key, an index, a view, another
    /// table's foreign key.
    #[error("something depends on it: {detail}")]
    Dependent {
        /// The database's text.
        detail: String,
    },
    /// The login of this program may not do it.
    #[error("permission denied: {detail}")]
    Permission {
        /// The database's text.
        detail: String,
    },
    /// A trigger of the database refused the change.
    #[error("refused by a trigger: {detail}")]
    Trigger {
        /// The database's text.
        detail: String,
    },
    /// A row as it would be written is none that its writer may have.
    #[error("outside of the writer's rows")]
    Outside,
    /// The request is one that is not to act twice, and somebody else has made this write of it meanwhile.
    #[error("the same request has been made meanwhile")]
    Underway,
    /// A table or column that the statement names is gone: the catalog is out of date, or, where reading
    /// it again does not help, a view or trigger of the database names what does not exist.
    #[error("a table or column is gone: {detail}")]
    Stale {
        /// The database's text.
        detail: String,
    },
    /// A precondition of the write does not hold; nothing was written.
    #[error("a precondition does not hold: {0:?}")]
    Unmet(Unmet),
    /// Another process holds the locks needed; the same request may succeed in a moment.
    #[error("database busy")]
    Busy,
    /// Too many requests are waiting already.
    #[error("engine overloaded")]
    Overloaded,
    /// The deadline passed; nothing was written.
    #[error("deadline passed")]
    Timeout,
    /// The database cannot be reached, opened or, with a full or read-only disk, used.
    #[error("database unavailable: {detail}")]
    Unavailable {
        /// The database's text.
        detail: String,
    },
    /// The engine stopped between the commit and its answer: whether it was written is unknown.
    #[error("connection lost around commit: {detail}")]
    Lost {
        /// The database's text.
        detail: String,
    },
    /// Anything else: a defect of this program or of the database file.
    #[error("unexpected: {detail}")]
    Unexpected {
        /// The database's text.
        detail: String,
    },
}
