//! The bodies of the ContractInsight API. The answers are written from these types; the requests are
//! only described by them, since what is accepted is wider than what is documented (see `decode`).

use std::collections::HashMap;

use poem_openapi::{
    Enum, Object, Union,
    types::{Any, Example},
};
use serde::Serialize;
use serde_json::Value;

/// One column and the value it shall have.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct Tuple {
    /// The column's name; case does not matter.
    name: String,
    /// A string, a number, true, false or null. Numbers and dates may also be sent as strings.
    value: Any<Value>,
}

/// Update the rows that match the clause, or insert one row when none does.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct UpsertBody {
    /// Every column of the record: an insert is made from these alone.
    #[oai(validator(min_items = "1", max_items = "1024"))]
    tuples: Vec<Tuple>,
    /// Which rows are meant. It may also be named `Where`.
    clause: Clause,
    /// Whether more than one row may be updated.
    #[oai(default)]
    allow_multi_update: bool,
    /// Accepted for compatibility; there is no workflow here.
    #[oai(default)]
    trigger_workflow: bool,
}

/// Update the rows that match the clause.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct UpdateBody {
    /// The columns to set.
    #[oai(validator(min_items = "1", max_items = "1024"))]
    tuples: Vec<Tuple>,
    /// Which rows are meant. It may also be named `Where`.
    clause: Clause,
    /// Accepted for compatibility; there is no workflow here.
    #[oai(default)]
    trigger_workflow: bool,
}

/// Insert one row.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct AddBody {
    /// The columns of the row. Columns that are left out get their default or null.
    #[oai(validator(min_items = "1", max_items = "1024"))]
    tuples: Vec<Tuple>,
}

/// Which rows to return, and what of each.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct GetBody {
    /// What to return of each row; empty or left out for every column that may be returned.
    #[oai(validator(max_items = "1024"))]
    fields: Option<Vec<FieldItem>>,
    /// Which rows; left out for all of them, page by page. It may also be named `Where`.
    clause: Option<Clause>,
    /// The order; left out for that of the primary key.
    order_by_tag: Option<OrderByTag>,
    /// Columns to group by; the fields are then these columns and `COUNT(*)`.
    #[oai(validator(max_items = "1024"))]
    group_by_tag: Option<Vec<String>>,
    /// Rows to skip.
    #[oai(default, validator(minimum(value = "0")))]
    start_index: i64,
    /// Rows to return at most, 1 to 1000.
    #[oai(
        default = "default_length",
        validator(minimum(value = "1"), maximum(value = "1000"))
    )]
    length: i64,
}

fn default_length() -> i64 {
    100
}

/// A column, alone or with an alias.
#[derive(Debug, Union)]
pub enum FieldItem {
    /// With an alias.
    Aliased(Field),
    /// Alone.
    Name(String),
}

/// A column and the key it gets in the answer.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct Field {
    /// The column's name, or `COUNT(*)`.
    attribute: String,
    /// The key in the answer; left out for the column's own name.
    alias: Option<String>,
}

/// The order of the rows.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct OrderByTag {
    /// Columns or aliases to order by, or `COUNT(*)`; the primary key then settles ties.
    #[oai(validator(max_items = "1024"))]
    fields: Vec<String>,
    /// The direction of all of them.
    direction: Option<Direction>,
}

/// A direction; case does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Direction {
    /// From small to great; the default.
    Asc,
    /// From great to small.
    Desc,
}

/// A condition: jQuery QueryBuilder's JSON, that JSON as a string, or SQL such as
/// `VendorName = 'Acme' AND (City IN ('Paris', 'Rome') OR CreditLimit > 1000)`.
#[derive(Debug, Union)]
pub enum Clause {
    /// As JSON.
    Group(ClauseGroup),
    /// As text.
    Text(String),
}

/// Rules that hold together or in turn. A group marked `valid: false` is refused.
#[derive(Debug, Object)]
pub struct ClauseGroup {
    /// How the rules combine.
    #[oai(default)]
    condition: Condition,
    /// Whether the group as a whole is negated.
    #[oai(default)]
    not: bool,
    /// At least one rule or group.
    #[oai(validator(min_items = "1"))]
    rules: Vec<ClauseItem>,
}

/// How rules combine; case does not matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "UPPERCASE")]
pub enum Condition {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

/// A rule or a group of them.
#[derive(Debug, Union)]
pub enum ClauseItem {
    /// A rule.
    Rule(ClauseRule),
    /// A group.
    Group(ClauseGroup),
}

/// A test on one column. Other keys of QueryBuilder (`id`, `type`, `input`, …) may stand beside these
/// and are ignored: values are read by the column's own type. A rule marked `valid: false` is refused.
#[derive(Debug, Object)]
pub struct ClauseRule {
    /// The column's name; case does not matter.
    field: String,
    /// The test.
    #[oai(default)]
    operator: Operator,
    /// A scalar; an array for `in` and `not_in`; an array of two for `between` and `not_between`; left
    /// out or null for the tests on empty and null. `% _ [ \` have no special meaning.
    value: Option<Any<Value>>,
}

/// QueryBuilder's operators.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
#[allow(missing_docs)] // the names say it
pub enum Operator {
    #[default]
    Equal,
    NotEqual,
    In,
    NotIn,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    NotBetween,
    BeginsWith,
    NotBeginsWith,
    Contains,
    NotContains,
    EndsWith,
    NotEndsWith,
    IsEmpty,
    IsNotEmpty,
    IsNull,
    IsNotNull,
}

/// What an Upsert did.
#[derive(Debug, Union)]
pub enum UpsertAnswer {
    /// Rows were updated.
    Updated(Updated),
    /// A row was inserted.
    Inserted(Inserted),
}

/// Rows were updated.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "PascalCase")]
#[oai(rename_all = "PascalCase", example)]
pub struct Updated {
    /// Rows that were updated; 0 when the clause of an Update matched none.
    pub total_affected: u32,
    /// Always 0: a request is carried out as a whole or not at all.
    pub total_failed: u32,
    /// Always null.
    pub message: Option<String>,
}

/// A row was inserted.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "PascalCase")]
#[oai(rename_all = "PascalCase", example)]
pub struct Inserted {
    /// The identity, or the key where that is one column, binary as base64; null where the table has
    /// neither.
    pub generated_id: Any<Value>,
    /// Always `Success`.
    pub message: String,
}

impl Example for Updated {
    fn example() -> Self {
        Self {
            total_affected: 1,
            total_failed: 0,
            message: None,
        }
    }
}

impl Example for Inserted {
    fn example() -> Self {
        Self {
            generated_id: Any(Value::from(25)),
            message: "Success".to_owned(),
        }
    }
}

/// A row, by the names or aliases of the fields asked for. An infinite float is the text `Infinity` or
/// `-Infinity`.
pub type Record = HashMap<String, Any<Value>>;

/// One column of an entity.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "PascalCase")]
#[oai(rename_all = "PascalCase")]
// A column is described by independent yes/no facts on the wire.
#[allow(clippy::struct_excessive_bools)]
pub struct SchemaColumn {
    /// The name.
    pub name: String,
    /// Whether it is part of the primary key.
    pub is_primary_key: bool,
    /// Whether the database counts it; it cannot be written.
    pub is_identity: bool,
    /// Whether null is allowed.
    pub is_nullable: bool,
    /// The T-SQL type without its arguments, such as `nvarchar`.
    #[serde(rename = "DBType")]
    #[oai(rename = "DBType")]
    pub db_type: String,
    /// The length of a text or binary column, −1 for `(max)`; null for every other type.
    pub max_length: Option<i32>,
    /// Digits of a number; null for every other type.
    pub data_precision: Option<u8>,
    /// Digits after the point of a number; null for every other type.
    pub data_scale: Option<u8>,
    /// Whether the column may be left out of an insert because it has a default.
    pub has_default_value: bool,
    /// Whether the database computes it; it cannot be written.
    pub is_computed_column: bool,
    /// Whether it holds a password; it cannot be written, read or filtered by.
    pub is_password: bool,
}

/// An entity and what may be done with it.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "PascalCase")]
#[oai(rename_all = "PascalCase")]
pub struct EntityListItem {
    /// The table.
    pub entity_name: String,
    /// The name for people.
    pub entity_name_display: String,
    /// Whether rows may be inserted.
    pub allow_add: bool,
    /// Whether rows may be changed.
    pub allow_edit: bool,
    /// Whether rows may be read.
    pub allow_view: bool,
    /// The name to put into the path.
    #[serde(rename = "EntityNameForAPI")]
    #[oai(rename = "EntityNameForAPI")]
    pub entity_name_for_api: String,
}
