//! What the journal tells: writes, the rows that they changed, requests that failed; and what undoes a write. Times are in
//! UTC. Values are as the journal keeps them, in the engine's own words: each turns back into exactly what it was.

use std::sync::Arc;

use jiff::civil::DateTime;
use uuid::Uuid;

use super::{ColumnIndex, Note};

/// One write of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The request.
    pub log_id: Uuid,
    /// Which of the request's writes, from 0.
    pub step: u32,
    /// When.
    pub at: DateTime,
    /// Who.
    pub client: String,
    /// By which API, in its word.
    pub api: String,
    /// What was written to, by the name it was served under.
    pub entity: String,
    /// The table behind it, with its schema where there are schemas.
    pub table: String,
    /// What the API calls it.
    pub operation: String,
    /// The clause as it was given.
    pub clause: Option<String>,
    /// The columns of which values were kept; `None` where the rows were only counted.
    pub columns: Option<Vec<String>>,
    /// Rows that were made.
    pub created: u64,
    /// Rows that were changed.
    pub updated: u64,
    /// Rows that were deleted.
    pub deleted: u64,
    /// The request that it undid.
    pub undoes: Option<Uuid>,
}

/// A row that was changed.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRow {
    /// Its place among those of its step, in the order of change.
    pub number: i64,
    /// As it was, in the order of the columns; `None` where it was made.
    pub before: Option<Vec<serde_json::Value>>,
    /// As it has become; `None` where it was deleted.
    pub after: Option<Vec<serde_json::Value>>,
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogError {
    /// The request.
    pub log_id: Uuid,
    /// When.
    pub at: DateTime,
    /// Who, where that was known by then.
    pub client: Option<String>,
    /// By which API, in its word.
    pub api: String,
    /// What it was about.
    pub entity: Option<String>,
    /// What the API calls it.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind of error.
    pub code: String,
    /// What the caller was told.
    pub message: String,
    /// What the caller was not told.
    pub detail: Option<String>,
}

/// Which writes are asked for; what is `None` does not narrow them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// By whom.
    pub client: Option<String>,
    /// By which API.
    pub api: Option<String>,
    /// To what.
    pub entity: Option<String>,
    /// What the API calls it.
    pub operation: Option<String>,
    /// Not before this moment.
    pub from: Option<DateTime>,
    /// Before this moment.
    pub until: Option<DateTime>,
    /// Only what comes after this one, newest first.
    pub after: Option<LogPlace>,
    /// How many are told at most.
    pub length: u32,
}

/// A place in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPlace {
    /// When it was written.
    pub at: DateTime,
    /// The request.
    pub log_id: Uuid,
    /// Which of its writes.
    pub step: u32,
}

/// The undoing of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    /// The request.
    pub log_id: Uuid,
    /// Its steps, the last one first.
    pub steps: Vec<UndoStep>,
}

/// The undoing of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoStep {
    /// The step.
    pub step: u32,
    /// The columns of which values were kept, in the order of the log row's.
    pub columns: Vec<ColumnIndex>,
    /// What is noted of the undoing, and what is written to.
    pub note: Arc<Note>,
}

/// What became of an undoing.
#[derive(Debug, Clone, PartialEq)]
pub enum Undone {
    /// Every row is as it was before.
    Done,
    /// Rows have been changed since, and nothing was done.
    Changed(Vec<ChangedRow>),
}

/// A row that has been changed since.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedRow {
    /// What it belongs to, by the name it is served under.
    pub entity: String,
    /// The columns of its key with their values, as the journal kept them.
    pub key: Vec<(String, serde_json::Value)>,
}

/// The most rows of a request that can be undone: others wait to write meanwhile.
pub const MOST_UNDONE: u64 = 100_000;

/// The most rows that are told to have been changed since.
pub const MOST_CHANGED: usize = 1000;

/// The moment, in UTC, to the millisecond, as the journal keeps it.
#[must_use]
pub fn now() -> DateTime {
    let now = jiff::Timestamp::now();
    let whole = jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    jiff::tz::TimeZone::UTC.to_datetime(whole)
}
