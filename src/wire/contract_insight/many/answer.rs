//! What became of each row → UpsertMany's answer. The results are put away as they come and sent from there: memory does
//! not grow with them.

use std::io::{self, BufWriter, Write as _};

use poem::{
    Response,
    http::{HeaderValue, StatusCode},
};
use serde_json::json;

use crate::{
    domain::{
        Entity, SqlType,
        batch::{RowDone, RowOutcome},
    },
    error::Error,
    rows::Spool,
    service::{Batch, RowSink},
    wire::http::{
        json::push_value,
        reply::{self, unwritable},
    },
};

/// The code where one row keeps all others from being written.
const FAILED: &str = "rows_failed";

/// How much is gathered before it is put away.
const PART: usize = 64 << 10;

/// The results so far.
pub(super) struct Results {
    /// The type of the key that a result tells; `None` where the key is not one column, or none may read it.
    key: Option<SqlType>,
    dry_run: bool,
    taken: u64,
    kept: BufWriter<Spool>,
}

impl Results {
    /// None yet.
    pub(super) fn new(entity: &Entity, dry_run: bool) -> Self {
        let key = match entity.table().row_key() {
            [single] if entity.readable(*single) => Some(entity.table().column(*single).ty.clone()),
            _ => None,
        };
        Self {
            key,
            dry_run,
            taken: 0,
            kept: BufWriter::with_capacity(PART, Spool::new()),
        }
    }

    fn put(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        let mut text = Vec::with_capacity(128);
        if self.taken > 0 {
            text.push(b',');
        }
        self.taken += 1;
        match result {
            Ok(done) => {
                let status = match done.outcome {
                    RowOutcome::Created => "Created",
                    RowOutcome::Updated => "Updated",
                    RowOutcome::Ignored | RowOutcome::Deleted => {
                        return Err(unwritable(format!("{:?} is no upsert", done.outcome)));
                    }
                };
                write!(
                    text,
                    r#"{{"Index":{number},"Status":"{status}","GeneratedId":"#
                )
                .map_err(unwritable)?;
                match (&self.key, done.key.as_slice()) {
                    (Some(ty), [Some(value)]) => push_value(&mut text, Some(ty), value)?,
                    _ => text.extend_from_slice(b"null"),
                }
                text.extend_from_slice(br#","Code":null,"Message":null}"#);
            }
            Err(error) => {
                let failed = json!({
                    "Index": number,
                    "Status": "Failed",
                    "GeneratedId": null,
                    "Code": error.code(),
                    "Message": error.to_string(),
                });
                serde_json::to_writer(&mut text, &failed).map_err(unwritable)?;
            }
        }
        self.kept.write_all(&text).map_err(|error| unkept(&error))
    }

    /// The answer, once all rows are done.
    pub(super) fn answer(self, batch: Batch, log_id: &str) -> Result<Response, Error> {
        let spool = self
            .kept
            .into_inner()
            .map_err(|error| unkept(error.error()))?;
        let counts = batch.counts;
        let message = match (batch.written, counts.failed) {
            (true, _) if self.dry_run => Some("A dry run: nothing was kept.".to_owned()),
            (true, _) => None,
            (false, 1) => Some("A row failed; nothing was written.".to_owned()),
            (false, failed) => Some(format!("{failed} rows failed; nothing was written.")),
        };
        let mut head = json!({
            "TotalCreated": counts.created,
            "TotalUpdated": counts.updated,
            "TotalFailed": counts.failed,
            "Message": message,
        });
        if !batch.written {
            head["LogId"] = log_id.into();
            head["Exception"] = serde_json::Value::Null;
        }
        let mut head = head.to_string();
        head.pop();
        head.push_str(r#","Results":["#);
        let mut response = reply::json_spool(head.into_bytes(), spool, b"]}")?;
        if !batch.written {
            response.set_status(StatusCode::BAD_REQUEST);
            let headers = response.headers_mut();
            headers.insert(reply::ERROR_CODE, HeaderValue::from_static(FAILED));
        }
        Ok(response)
    }
}

impl RowSink for Results {
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        self.put(number, result)
    }

    fn clear(&mut self) {
        self.taken = 0;
        self.kept = BufWriter::with_capacity(PART, Spool::new());
    }
}

fn unkept(error: &io::Error) -> Error {
    Error::Internal {
        detail: format!("results cannot be kept: {error}"),
    }
}
