//! What can be wrong with a table to be made or changed, each with a stable code and a message that names the remedy.

use std::fmt;

use super::super::{Name, SqlType, fault::shorten, name::NameError};

/// One thing wrong with a table that is to be made or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaFault {
    /// A text that cannot be a name.
    NotAName {
        /// The text.
        wrote: String,
        /// Why.
        error: NameError,
    },
    /// A table's name that the databases or this service keep for themselves.
    Reserved {
        /// The name.
        name: Name,
    },
    /// There is a table or view of that name.
    TableExists {
        /// The name.
        name: Name,
    },
    /// The configuration declares an entity of that name or over a table of that name.
    Declared {
        /// The name.
        name: Name,
    },
    /// No column at all, or none left.
    NoColumns,
    /// A column of that name is there, or asked for twice.
    ColumnExists {
        /// The name.
        name: Name,
    },
    /// The table has no such column.
    NoColumn {
        /// As the caller spelled it.
        wrote: String,
    },
    /// A column of the primary key, which cannot be changed so.
    KeyColumn {
        /// The column.
        column: Name,
    },
    /// A column that the configuration names: as protected, or as part of a key.
    Kept {
        /// The column.
        column: Name,
    },
    /// A type that cannot be in a key.
    NotAKeyType {
        /// The column.
        column: Name,
        /// Its type.
        ty: SqlType,
    },
    /// A type of which no column can be made, or none can be changed.
    TypeNotMade {
        /// The column.
        column: Name,
        /// The type.
        ty: SqlType,
    },
    /// A default that the column's type or the place does not take.
    DefaultNotTaken {
        /// The column.
        column: Name,
        /// Its type.
        ty: SqlType,
    },
    /// A column that is NOT NULL, added to a table without a default for the rows that are there.
    DefaultMissing {
        /// The column.
        column: Name,
    },
    /// A foreign key to what is not there.
    ReferenceUnknown {
        /// The table, as the caller spelled it.
        table: String,
        /// The column, where the table is there.
        column: Option<String>,
    },
    /// A foreign key to a table without a primary key of one column.
    ReferenceWithoutKey {
        /// The table, as the caller spelled it.
        table: String,
    },
    /// A foreign key to a column that is no key, or of a type that this one's values cannot be of.
    ReferenceUnfit {
        /// The referring column.
        column: Name,
    },
}

impl SchemaFault {
    /// The stable code, never reused for another meaning.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAName { .. } | Self::Reserved { .. } => "name_invalid",
            Self::TableExists { .. } | Self::Declared { .. } | Self::ColumnExists { .. } => {
                "name_taken"
            }
            Self::NoColumns => "columns_missing",
            Self::NoColumn { .. } => "unknown_column",
            Self::KeyColumn { .. } | Self::Kept { .. } => "protected_column",
            Self::NotAKeyType { .. } => "key_type_unfit",
            Self::TypeNotMade { .. } => "type_unfit",
            Self::DefaultNotTaken { .. } | Self::DefaultMissing { .. } => "default_unfit",
            Self::ReferenceUnknown { .. }
            | Self::ReferenceWithoutKey { .. }
            | Self::ReferenceUnfit { .. } => "reference_unfit",
        }
    }
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAName { wrote, error } => {
                write!(f, "'{}' cannot be a name: {error}.", shorten(wrote))
            }
            Self::Reserved { name } => write!(
                f,
                "A table cannot be called '{}': names that begin with 'sqlite_', 'upsertd_' or '#' are kept for other \
                 uses; choose another.",
                shorten(name.as_str())
            ),
            Self::TableExists { name } => write!(
                f,
                "There is a table or view '{}' already; choose another name.",
                name.as_str()
            ),
            Self::Declared { name } => write!(
                f,
                "The configuration declares '{}'; its table is not made or renamed here.",
                name.as_str()
            ),
            Self::NoColumns => f.write_str("A table needs at least one column."),
            Self::ColumnExists { name } => write!(
                f,
                "Column '{}' is there already (case does not count); choose another name.",
                shorten(name.as_str())
            ),
            Self::NoColumn { wrote } => write!(f, "There is no column '{}'.", shorten(wrote)),
            Self::KeyColumn { column } => write!(
                f,
                "Column '{}' is in the primary key and stays as it is.",
                column.as_str()
            ),
            Self::Kept { column } => write!(
                f,
                "Column '{}' is protected or named by the configuration; it is not renamed, altered or dropped here.",
                column.as_str()
            ),
            Self::NotAKeyType { column, ty } => write!(
                f,
                "Column '{}' is {ty}, which cannot be in a primary key; use an integer or a text.",
                column.as_str()
            ),
            Self::TypeNotMade { column, ty } => write!(
                f,
                "Column '{}' is {ty}; columns of this type are neither made nor changed here.",
                column.as_str()
            ),
            Self::DefaultNotTaken { column, ty } => write!(
                f,
                "Column '{}' is {ty} and cannot have this default; choose one of its type.",
                column.as_str()
            ),
            Self::DefaultMissing { column } => write!(
                f,
                "Column '{}' cannot be null, and the rows that are there need a value for it; give it a default.",
                column.as_str()
            ),
            Self::ReferenceUnknown {
                table,
                column: None,
            } => write!(f, "There is no table '{}' to refer to.", shorten(table)),
            Self::ReferenceUnknown {
                table,
                column: Some(column),
            } => write!(
                f,
                "Table '{}' has no column '{}' to refer to.",
                shorten(table),
                shorten(column)
            ),
            Self::ReferenceWithoutKey { table } => write!(
                f,
                "Table '{}' has no primary key of one column; name the column to refer to.",
                shorten(table)
            ),
            Self::ReferenceUnfit { column } => write!(
                f,
                "Column '{}' cannot refer to that column: it is no key of its own, or of another kind of type.",
                column.as_str()
            ),
        }
    }
}
