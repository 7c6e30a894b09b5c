//! The bodies of this API as the document describes them. Requests and answers are read and written elsewhere: some of
//! these keys may be any value that Python takes for true.

use std::collections::HashMap;

use poem_openapi::{Object, types::Any};
use serde_json::Value as Json;

/// A row, by the names of its columns.
pub(super) type Record = HashMap<String, Any<Json>>;

/// Rows to upsert: either `row` or `rows`.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteUpsertBody")]
pub(super) struct UpsertBody {
    /// One row, which is always returned.
    pub(super) row: Option<Record>,
    /// At most 100 rows (a setting). What a row leaves out stays as it is.
    pub(super) rows: Option<Vec<Record>>,
    /// Return the rows as they are afterwards, in the table's order.
    #[oai(rename = "return")]
    pub(super) returns: Option<bool>,
    /// Add columns that are missing, which needs the right to alter.
    pub(super) alter: Option<bool>,
}

/// Rows to insert: either `row` or `rows`.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteInsertBody")]
pub(super) struct InsertBody {
    /// One row, which is always returned.
    pub(super) row: Option<Record>,
    /// At most 100 rows (a setting).
    pub(super) rows: Option<Vec<Record>>,
    /// Return the rows as they are afterwards.
    #[oai(rename = "return")]
    pub(super) returns: Option<bool>,
    /// Pass over rows that are there already.
    pub(super) ignore: Option<bool>,
    /// Put the whole row in the place of one that is there already, which needs the right to edit.
    pub(super) replace: Option<bool>,
    /// Add columns that are missing, which needs the right to alter.
    pub(super) alter: Option<bool>,
}

/// What a row shall have.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteUpdateBody")]
pub(super) struct UpdateBody {
    /// The values by column.
    pub(super) update: Record,
    /// Return the row as it is afterwards.
    #[oai(rename = "return")]
    pub(super) returns: Option<bool>,
    /// Add columns that are missing, which needs the right to alter.
    pub(super) alter: Option<bool>,
}

/// What was written.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteWritten")]
pub(super) struct Written {
    /// Always true.
    pub(super) ok: bool,
    /// The rows, where they were asked for and may be viewed.
    pub(super) rows: Option<Vec<Record>>,
}

/// A table to be made: from `columns`, or from `row` or `rows`.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteCreateBody")]
pub(super) struct CreateBody {
    /// Its name.
    pub(super) table: String,
    /// Its columns, each with `name` and `type` (`text`, `integer`, `float` or `blob`).
    pub(super) columns: Option<Vec<Record>>,
    /// One row to make it from, and to write.
    pub(super) row: Option<Record>,
    /// Rows to make it from, and to write.
    pub(super) rows: Option<Vec<Record>>,
    /// The primary key's column.
    pub(super) pk: Option<String>,
    /// The primary key's columns, where they are several.
    pub(super) pks: Option<Vec<String>>,
}

/// Changes of a table.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteAlterBody")]
pub(super) struct AlterBody {
    /// What to do, each with `op` and `args`.
    pub(super) operations: Vec<Record>,
}

/// Whether a table is really to go.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteDropBody")]
pub(super) struct DropBody {
    /// True to drop it.
    pub(super) confirm: Option<bool>,
}

/// A table that was made or changed.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteTableMade")]
pub(super) struct TableMade {
    /// Always true.
    pub(super) ok: bool,
    /// The database's name.
    pub(super) database: String,
    /// The table's name.
    pub(super) table: String,
    /// The table as SQL would make it.
    pub(super) schema: String,
    /// How many rows were written, where some were sent.
    pub(super) row_count: Option<u64>,
}

/// A page of rows.
#[derive(Debug, Object)]
#[oai(rename = "DatasettePage")]
pub(super) struct Page {
    /// Always true.
    pub(super) ok: bool,
    /// What `_next` is for the next page; null on the last one.
    pub(super) next: Option<String>,
    /// The next page's address.
    pub(super) next_url: Option<String>,
    /// The rows.
    pub(super) rows: Vec<Record>,
    /// Always false.
    pub(super) truncated: bool,
}

/// One row.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteOneRow")]
pub(super) struct OneRow {
    /// Always true.
    pub(super) ok: bool,
    /// The database's name.
    pub(super) database: String,
    /// The table's name.
    pub(super) table: String,
    /// The row.
    pub(super) rows: Vec<Record>,
    /// The names of the key's columns.
    pub(super) primary_keys: Vec<String>,
    /// The key's values as they stand in the path.
    pub(super) primary_key_values: Vec<String>,
    /// How long it took, in milliseconds.
    pub(super) query_ms: f64,
    /// Always false.
    pub(super) truncated: bool,
}

/// The database.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteContents")]
pub(super) struct Contents {
    /// Always true.
    pub(super) ok: bool,
    /// Its name.
    pub(super) database: String,
    /// Where it is found.
    pub(super) path: String,
    /// The tables that may be viewed.
    pub(super) tables: Vec<Record>,
    /// The views that may be viewed.
    pub(super) views: Vec<Record>,
}

/// Who calls.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteActor")]
pub(super) struct Actor {
    /// Always true.
    pub(super) ok: bool,
    /// The client, as `{"id": …}`; null for nobody.
    pub(super) actor: Option<Record>,
}

/// An error.
#[derive(Debug, Object)]
#[oai(rename = "DatasetteRefused")]
pub(super) struct Refused {
    /// Always false.
    pub(super) ok: bool,
    /// All texts, with semicolons between them.
    pub(super) error: String,
    /// What is wrong, each for itself.
    pub(super) errors: Vec<String>,
    /// The HTTP status.
    pub(super) status: u16,
}
