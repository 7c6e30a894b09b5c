//! Tables to be made, changed and dropped: what a caller asks for (`…Spec`, `…Request`), and the plan that comes of it,
//! its names and values checked. How an engine writes that is `render`'s matter.

mod fault;

use std::sync::Arc;

use super::{ColumnIndex, Entity, Literal, Name, SqlType, Value};

pub use fault::SchemaFault;

/// A column to be made, in the caller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The name.
    pub name: String,
    /// The type of its values.
    pub ty: SqlType,
    /// Whether NULL may be stored.
    pub nullable: bool,
    /// What a row gets that leaves it out; `None` for NULL.
    pub default: Option<DefaultSpec>,
    /// What its values have to be found in.
    pub references: Option<ReferenceSpec>,
}

/// A default, in the caller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultSpec {
    /// A value.
    Value(Literal),
    /// The time of the INSERT.
    Now(Now),
}

/// Forms of the time at which a row is inserted, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// `2026-05-01 13:34:00`, a text.
    Timestamp,
    /// `2026-05-01`, a text.
    Date,
    /// `13:34:00`, a text.
    Time,
    /// Whole seconds since 1970, an integer.
    UnixSeconds,
    /// Whole milliseconds since 1970, an integer.
    UnixMilliseconds,
}

impl Now {
    /// Whether a column of the type can hold it.
    #[must_use]
    pub fn fits(self, ty: &SqlType) -> bool {
        match self {
            Self::Timestamp | Self::Date | Self::Time => {
                ty.is_text() && ty.max_length().is_none_or(|most| !(0..19).contains(&most))
            }
            Self::UnixSeconds | Self::UnixMilliseconds => *ty == SqlType::BigInt,
        }
    }
}

/// A foreign key of one column, in the caller's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceSpec {
    /// The entity referred to.
    pub table: String,
    /// Its column; `None` for its primary key.
    pub column: Option<String>,
}

/// A table to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateRequest {
    /// Its name.
    pub table: String,
    /// Its columns, in order.
    pub columns: Vec<ColumnSpec>,
    /// The columns of its primary key. One that is not among `columns` becomes an integer, if it is the only one.
    pub key: Vec<String>,
}

/// A change of a table, in the caller's words. Changes are made one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSpec {
    /// Add a column.
    Add(ColumnSpec),
    /// Give a column another name.
    Rename {
        /// The column.
        column: String,
        /// Its name from then on.
        to: String,
    },
    /// Change what a column holds.
    Alter {
        /// The column.
        column: String,
        /// Its new type; `None`: as it is.
        ty: Option<SqlType>,
        /// Whether NULL may be stored; `None`: as it is.
        nullable: Option<bool>,
        /// Its new default, or `Some(None)` for none any more; `None`: as it is.
        default: Option<Option<DefaultSpec>>,
    },
    /// Drop a column with all its values.
    Drop {
        /// The column.
        column: String,
    },
    /// Give the table another name.
    RenameTable {
        /// Its name from then on.
        to: String,
    },
}

/// Changes of one table, all or none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterRequest {
    /// The changes, in order.
    pub changes: Vec<ChangeSpec>,
}

/// A default's value: one that can stand in the text of a definition.
#[derive(Debug, Clone, PartialEq)]
pub struct DefaultValue(Value);

impl DefaultValue {
    /// `None` for what has no form there that every engine reads alike: dates, GUIDs, a text with NUL in it.
    #[must_use]
    pub fn new(value: Value) -> Option<Self> {
        let plain = match &value {
            Value::Bool(_) | Value::Int(_) | Value::Decimal(_) | Value::Binary(_) => true,
            Value::Float(number) => number.is_finite(),
            Value::Text(text) => !text.contains('\0'),
            Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::DateTimeOffset(_)
            | Value::Guid(_) => false,
        };
        plain.then_some(Self(value))
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }
}

/// A column's default.
#[derive(Debug, Clone, PartialEq)]
pub enum NewDefault {
    /// A value.
    Value(DefaultValue),
    /// The time of the INSERT; it fits the column's type.
    Now(Now),
}

/// A foreign key of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The schema of the table referred to.
    pub schema: Option<Name>,
    /// The table referred to.
    pub table: Name,
    /// Its column, which is a key of its own and of the referring column's type.
    pub column: Name,
}

/// A column to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewColumn {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: SqlType,
    /// Whether NULL may be stored.
    pub nullable: bool,
    /// What a row gets that leaves it out; `None` for NULL.
    pub default: Option<NewDefault>,
    /// What its values have to be found in.
    pub references: Option<Reference>,
}

/// A table to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePlan {
    /// Its name, which nothing has yet.
    pub name: Name,
    /// Its columns, at least one, no two of one name.
    pub columns: Vec<NewColumn>,
    /// The primary key: positions among `columns`, none of them nullable; empty for a table without one.
    pub key: Vec<usize>,
    /// Whether the database counts the key up where a row leaves it out: a single column of whole numbers.
    pub counted: bool,
}

/// A change of a table. Columns are named as they are called when the change is made.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Add a column.
    Add(NewColumn),
    /// Give a column another name.
    Rename {
        /// The column.
        column: Name,
        /// Where the entity has it; `None` for one that an earlier change adds.
        index: Option<ColumnIndex>,
        /// Its name from then on.
        to: Name,
    },
    /// Change what a column holds.
    Alter(AlteredColumn),
    /// Drop a column.
    Drop {
        /// The column.
        column: Name,
        /// Where the entity has it.
        index: Option<ColumnIndex>,
    },
    /// Give the table another name.
    RenameTable {
        /// Its name from then on.
        to: Name,
    },
}

/// A column that comes to hold something else.
#[derive(Debug, Clone, PartialEq)]
pub struct AlteredColumn {
    /// The column.
    pub column: Name,
    /// Where the entity has it.
    pub index: Option<ColumnIndex>,
    /// Its type before.
    pub was: SqlType,
    /// Its type from then on.
    pub ty: SqlType,
    /// Whether that is another one than before.
    pub retyped: bool,
    /// Whether NULL may be stored from then on.
    pub nullable: bool,
    /// Whether that is otherwise than before.
    pub renulled: bool,
    /// Its new default, or `Some(None)` for none any more; `None`: as it is.
    pub default: Option<Option<NewDefault>>,
}

/// Changes of one table, all or none of them.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterPlan {
    /// The entity whose table is changed.
    pub entity: Arc<Entity>,
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// A table to be dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct DropPlan {
    /// The entity whose table is dropped.
    pub entity: Arc<Entity>,
    /// Whether it is dropped only while no row is in it.
    pub only_empty: bool,
}

/// What a table's columns have besides what the catalog tells, in the database's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDetail {
    /// The column.
    pub name: String,
    /// The text of its default.
    pub default: Option<String>,
    /// The table and column that it refers to.
    pub references: Option<(String, String)>,
}
