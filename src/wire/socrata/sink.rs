//! Takes what became of the rows: counts them as Socrata's answer does, and writes a line into the log for each that
//! failed, since the answer gives no reasons.

use super::{
    encode::counts::Counts,
    rows::{Named, RowNumber},
};
use crate::{
    domain::{
        Fault, Value,
        batch::{RowDone, RowOutcome},
    },
    error::Error,
    service::RowSink,
};

/// The most rows of one request whose failures are logged one by one.
const MOST_LOGGED: u64 = 1000;

/// Counts rows.
#[derive(Debug)]
pub struct Sink {
    log_id: String,
    /// How many ended how.
    pub counts: Counts,
    /// The first row that failed, and why.
    pub first_failure: Option<(u64, Error)>,
    /// The own key of the row that was done last, where that was asked for.
    pub key: Vec<Option<Value>>,
}

impl Sink {
    /// For the request that the log has under this id.
    #[must_use]
    pub fn new(log_id: &str) -> Self {
        Self {
            log_id: log_id.to_owned(),
            counts: Counts::default(),
            first_failure: None,
            key: Vec::new(),
        }
    }

    /// For more rows of the same request.
    #[must_use]
    pub fn after(counts: Counts, log_id: &str) -> Self {
        Self {
            counts,
            ..Self::new(log_id)
        }
    }

    fn fail(&mut self, row: u64, error: Error) {
        self.counts.errors += 1;
        let log_id = self.log_id.as_str();
        match self.counts.errors {
            ..=MOST_LOGGED => {
                let (code, reason) = (error.code(), reason(&error));
                tracing::info!(log_id, row, code, reason, "row not written");
            }
            errors if errors == MOST_LOGGED + 1 => {
                tracing::info!(
                    log_id,
                    row,
                    "more rows not written; they are not logged one by one"
                );
            }
            _ => {}
        }
        if self.first_failure.is_none() {
            self.first_failure = Some((row, error));
        }
    }
}

/// Why a row failed, without any of its values.
fn reason(error: &Error) -> String {
    let Error::Invalid(faults) = error else {
        return error.to_string();
    };
    let spelled = faults.all().iter().take(10).map(|fault| match fault {
        Fault::Misfit {
            column, ty, misfit, ..
        } => format!("Column '{}' is {ty}: the value {misfit}", column.as_str()),
        other => other.to_string(),
    });
    spelled.collect::<Vec<_>>().join(" ")
}

impl RowSink for Sink {
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        let RowNumber { row, named } = RowNumber::unpacked(number);
        let done = match result {
            Ok(done) => done,
            Err(error) => {
                self.fail(row, error);
                return Ok(());
            }
        };
        match done.outcome {
            RowOutcome::Created => self.counts.created += 1,
            RowOutcome::Updated | RowOutcome::Ignored => self.counts.updated += 1,
            RowOutcome::Deleted => self.counts.deleted += 1,
        }
        match named {
            Named::Nothing => {}
            Named::Identifier => self.counts.by_row_identifier += 1,
            Named::Sid => self.counts.by_sid += 1,
        }
        self.key = done.key;
        Ok(())
    }

    fn clear(&mut self) {
        *self = Self::new(&self.log_id);
    }
}
