//! The bodies of UpsertMany, as they are described. What is accepted is wider (see `decode`); the answer is written as it
//! comes (see `answer`).

use poem_openapi::{
    Enum, Object, Union,
    types::{Any, Example},
};
use serde_json::Value;

use super::super::model::Record;

/// Rows to be updated or inserted.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct ManyBody {
    /// What finds a row: the primary key, where it is left out. A unique index must stand behind it, or the entity's
    /// declaration.
    key: Option<KeyColumns>,
    /// The rows, each an object with columns and values. A row without the key is inserted where the key is an identity or
    /// a GUID, which callers cannot know of a new row; else it fails.
    rows: Vec<Record>,
    /// Whether all rows are written or none.
    #[oai(default)]
    all_or_none: bool,
    /// Whether everything is done and nothing kept: the results say what would become of the rows.
    #[oai(default)]
    dry_run: bool,
}

/// One column or several.
#[derive(Debug, Union)]
pub enum KeyColumns {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// What became of the rows.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase", example)]
pub struct ManyAnswer {
    /// Rows that were inserted.
    total_created: u64,
    /// Rows that were updated.
    total_updated: u64,
    /// Rows that failed.
    total_failed: u64,
    /// Null, unless nothing was written or kept.
    message: Option<String>,
    /// A result for each row, in their order.
    results: Vec<RowResult>,
}

/// What became of a row.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase")]
pub struct RowResult {
    /// Its place among the rows, from 0.
    index: u64,
    /// What became of it.
    status: RowStatus,
    /// Its key, where that is one column; null for a compound one, and for a row that failed.
    generated_id: Any<Value>,
    /// The stable code of what is wrong with it, as `X-Error-Code` has it for a single row.
    code: Option<String>,
    /// What is wrong with it and what to do.
    message: Option<String>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RowStatus {
    /// It was inserted.
    Created,
    /// It was updated.
    Updated,
    /// It was not written.
    Failed,
}

impl Example for ManyAnswer {
    fn example() -> Self {
        let result = |index, status, id: u64| RowResult {
            index,
            status,
            generated_id: Any(id.into()),
            code: None,
            message: None,
        };
        Self {
            total_created: 1,
            total_updated: 1,
            total_failed: 1,
            message: None,
            results: vec![
                result(0, RowStatus::Created, 25),
                result(1, RowStatus::Updated, 3),
                RowResult {
                    index: 2,
                    status: RowStatus::Failed,
                    generated_id: Any(Value::Null),
                    code: Some("null_not_allowed".to_owned()),
                    message: Some("Column 'VendorName' cannot be null; send a value.".to_owned()),
                },
            ],
        }
    }
}
