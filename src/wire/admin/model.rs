//! The bodies of the journal's API. They are written by serde and described by poem-openapi, from the same types.

use std::collections::HashMap;

use poem_openapi::{Object, types::Any};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// A page of the journal, newest first.
#[derive(Debug, Serialize, Object)]
pub struct LogPage {
    /// Writes, unless `errors=true` asked for the requests that failed.
    pub entries: Vec<Entry>,
    /// Requests that failed.
    pub errors: Vec<Failure>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

/// A write of a request.
#[derive(Debug, Serialize, Object)]
pub struct Entry {
    /// The request's id.
    pub log_id: String,
    /// Which of the request's writes, from 0.
    pub step: u32,
    /// When, in UTC.
    pub at: String,
    /// Who.
    pub client: String,
    /// By which API.
    pub api: String,
    /// To what.
    pub entity: String,
    /// The table behind it.
    pub table: String,
    /// What the API calls it.
    pub operation: String,
    /// The clause as it was given.
    pub clause: Option<String>,
    /// Rows that were inserted.
    pub created: u64,
    /// Rows that were updated.
    pub updated: u64,
    /// Rows that were deleted.
    pub deleted: u64,
    /// The request that it undid.
    pub undoes: Option<String>,
}

/// A request that failed.
#[derive(Debug, Serialize, Object)]
pub struct Failure {
    /// The request's id.
    pub log_id: String,
    /// When, in UTC.
    pub at: String,
    /// Who, where that was known.
    pub client: Option<String>,
    /// By which API.
    pub api: String,
    /// What it was about.
    pub entity: Option<String>,
    /// What the API calls it.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// The code, as in `X-Error-Code`.
    pub code: String,
    /// What the caller was told.
    pub message: String,
}

/// A request.
#[derive(Debug, Serialize, Object)]
pub struct Request {
    /// Its id.
    pub log_id: String,
    /// What it wrote.
    pub writes: Vec<Write>,
    /// Why it failed, if it did.
    pub error: Option<Failure>,
    /// Whether it can be undone; null where it wrote nothing.
    pub undo: Option<UndoOutlook>,
    /// The requests that undid it.
    pub undone_by: Vec<String>,
    /// The request that it undid.
    pub undoes: Option<String>,
}

/// One of a request's writes, with rows.
#[derive(Debug, Serialize, Object)]
pub struct Write {
    /// The write.
    pub entry: Entry,
    /// The columns of which values were kept and that you may read; null where rows were only counted.
    pub columns: Option<Vec<String>>,
    /// The rows that it changed, in the order of change, as far as `start` and `limit` go.
    pub rows: Vec<ChangedRow>,
    /// Whether there are more.
    pub more: bool,
}

/// A row that was changed.
#[derive(Debug, Serialize, Object)]
pub struct ChangedRow {
    /// Its place among those of its write.
    pub number: i64,
    /// The columns of its key.
    pub key: Values,
    /// As it was, as stored; null where it was inserted.
    pub before: Option<Values>,
    /// As it has become, as stored; null where it was deleted.
    pub after: Option<Values>,
}

/// Values by their columns, in the table's order.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Values(pub Map<String, Json>);

/// Whether a request can be undone.
#[derive(Debug, Serialize, Object)]
pub struct UndoOutlook {
    /// Whether nothing is known that keeps it from being undone. Rows that have been changed since show when it is tried.
    pub possible: bool,
    /// What keeps it from being undone.
    pub refusals: Vec<String>,
    /// What would not come back.
    pub losses: Vec<String>,
}

/// What came of an undoing, or would come of it.
#[derive(Debug, Serialize, Object)]
#[allow(clippy::struct_field_names)] // the words of the API
pub struct Undone {
    /// The request that was to be undone.
    pub undone: String,
    /// The id under which the journal has the undoing, by which it can be undone in its turn; null for a trial.
    pub undone_by: Option<String>,
    /// Whether nothing was done, only tried.
    pub dry_run: bool,
    /// Whether it is undone, or would be.
    pub possible: bool,
    /// The writes that are taken back, the last one first.
    pub writes: Vec<TakenBack>,
    /// What keeps it from being undone.
    pub refusals: Vec<String>,
    /// Rows that have been changed since, by their keys.
    pub changed: Vec<ChangedSince>,
    /// What does not come back.
    pub losses: Vec<String>,
}

/// A write that is taken back.
#[derive(Debug, Serialize, Object)]
pub struct TakenBack {
    /// The entity.
    pub entity: String,
    /// Rows that it had inserted, which are deleted.
    pub deleted: u64,
    /// Rows that it had updated, which are put back.
    pub updated: u64,
    /// Rows that it had deleted, which are inserted again.
    pub created: u64,
}

/// A row that has been changed since.
#[derive(Debug, Serialize, Object)]
pub struct ChangedSince {
    /// The entity.
    pub entity: String,
    /// The columns of its key.
    pub key: Values,
}

/// How [`Values`] are described.
type Described = HashMap<String, Any<Json>>;

impl poem_openapi::types::Type for Values {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        <Described as poem_openapi::types::Type>::name()
    }

    fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
        <Described as poem_openapi::types::Type>::schema_ref()
    }

    fn register(registry: &mut poem_openapi::registry::Registry) {
        <Described as poem_openapi::types::Type>::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        Some(self)
    }

    fn raw_element_iter<'a>(
        &'a self,
    ) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl poem_openapi::types::ToJSON for Values {
    fn to_json(&self) -> Option<Json> {
        Some(Json::Object(self.0.clone()))
    }
}

impl poem_openapi::types::ParseFromJSON for Values {
    fn parse_from_json(value: Option<Json>) -> poem_openapi::types::ParseResult<Self> {
        match value {
            Some(Json::Object(values)) => Ok(Self(values)),
            _ => Err(poem_openapi::types::ParseError::custom("no object")),
        }
    }
}
