//! The answer to a batch: how many rows ended how.

use poem_openapi::Object;
use serde::Serialize;

/// How many rows of an upsert or a replacement ended how. Rows that failed are counted in `Errors`; the log has the
/// reason of each under the request's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Object)]
pub struct Counts {
    /// Rows that were there and were deleted.
    #[serde(rename = "Rows Deleted")]
    #[oai(rename = "Rows Deleted")]
    pub deleted: u64,
    /// Rows that were there and were updated.
    #[serde(rename = "Rows Updated")]
    #[oai(rename = "Rows Updated")]
    pub updated: u64,
    /// Rows that were inserted.
    #[serde(rename = "Rows Created")]
    #[oai(rename = "Rows Created")]
    pub created: u64,
    /// Rows that failed, deletions of rows that are not there among them.
    #[serde(rename = "Errors")]
    #[oai(rename = "Errors")]
    pub errors: u64,
    /// Rows done that were named by the row identifier.
    #[serde(rename = "By RowIdentifier")]
    #[oai(rename = "By RowIdentifier")]
    pub by_row_identifier: u64,
    /// Rows done that were named by `:id`.
    #[serde(rename = "By SID")]
    #[oai(rename = "By SID")]
    pub by_sid: u64,
}
