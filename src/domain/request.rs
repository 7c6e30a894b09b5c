//! What a caller asks for, decoded from an API's bytes but not yet held against a table.

use super::{Literal, predicate::Condition};

/// A column and the value it shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuple {
    /// The column, in the caller's spelling.
    pub name: String,
    /// The value as written.
    pub value: Literal,
}

/// A Where as it came in. Parsing it is `clause`'s job.
#[derive(Debug, Clone, PartialEq)]
pub enum ClauseSource {
    /// jQuery QueryBuilder's JSON.
    QueryBuilder(serde_json::Value),
    /// Text: either that JSON as a string, or an SQL condition.
    Text(String),
    /// A condition that an API has made itself. The bounds on clauses do not hold for it: whoever makes it bounds it.
    Condition(Condition),
    /// A condition that a caller wrote in a form of its API's own: the bounds on clauses hold for it.
    Asked(Condition),
    /// Several that must all hold. Never empty.
    All(Vec<ClauseSource>),
}

impl ClauseSource {
    /// It as it was given, as far as it was given as a text or as JSON; what an API has made itself is described.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::QueryBuilder(json) => json.to_string(),
            Self::Text(text) => text.clone(),
            Self::Condition(condition) | Self::Asked(condition) => format!("{condition:?}"),
            Self::All(list) => {
                let all: Vec<String> = list.iter().map(Self::text).collect();
                all.join(" AND ")
            }
        }
    }
}

/// Update the rows a clause matches, or insert one when none does.
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertRequest {
    /// The values to set or to insert.
    pub tuples: Vec<Tuple>,
    /// Which rows; `None` when the caller left it out.
    pub clause: Option<ClauseSource>,
    /// Whether more than one row may be updated.
    pub allow_multi_update: bool,
}

/// Update the rows a clause matches.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateRequest {
    /// The values to set.
    pub tuples: Vec<Tuple>,
    /// Which rows; `None` when the caller left it out.
    pub clause: Option<ClauseSource>,
}

/// Insert one row.
#[derive(Debug, Clone, PartialEq)]
pub struct AddRequest {
    /// The values to insert.
    pub tuples: Vec<Tuple>,
}

/// Read rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GetRequest {
    /// What to return of each row; empty means every column that may be returned.
    pub fields: Vec<Field>,
    /// Which rows; `None` means all of them, page by page.
    pub clause: Option<ClauseSource>,
    /// What to order by, the most important first.
    pub order_by: Vec<OrderBy>,
    /// Columns to group by, in the caller's spelling.
    pub group_by: Vec<String>,
    /// Rows to skip.
    pub start: u64,
    /// Rows to return at most; `None` for the default.
    pub length: Option<u64>,
    /// What `length` may be at most; `None` for 1,000.
    pub most: Option<u32>,
    /// Whether binary columns are returned too; otherwise none is, and one that is named is a fault.
    pub binary: bool,
}

/// A column to order by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy {
    /// The column in the caller's spelling, an alias, or `COUNT(*)`.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// One output of a Get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// A column in the caller's spelling, or `COUNT(*)`.
    pub attribute: String,
    /// The key it gets in the answer; `None` for the column's own name.
    pub alias: Option<String>,
}
