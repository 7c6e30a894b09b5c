//! Hands the records of a request, which are few and held, to the service as rows, and keeps what became of each.

use std::sync::Arc;

use super::decode::Record;
use crate::{
    domain::batch::{BatchKey, BatchRequest, BatchRow, Keyless, Repeated, RowAction, RowDone},
    error::Error,
    service::{Permit, RowSink, RowSource, Service, SourceRow, WriteRows},
};

/// What became of a record; `None` where an all-or-nothing request failed because of others.
pub type Outcome = Option<Result<RowDone, Error>>;

/// How a request's records are written.
#[derive(Debug, Clone)]
pub struct Writing {
    /// What finds the rows.
    pub key: BatchKey,
    /// What is asked of each.
    pub action: RowAction,
    /// All or none.
    pub atomic: bool,
}

/// Writes records. The outcomes are in their order.
///
/// # Errors
/// As [`Service::write_rows`]; nothing was written then.
pub async fn write(
    service: &Service,
    permit: &Permit<WriteRows>,
    writing: Writing,
    records: Arc<[Record]>,
) -> Result<Vec<Outcome>, Error> {
    let request = BatchRequest {
        key: writing.key,
        atomic: writing.atomic,
        keyless: Keyless::Refuse,
        repeated: Repeated::Refuse,
        clear: false,
        report_keys: true,
        dry_run: false,
    };
    let sink = Outcomes(vec![None; records.len()]);
    let source = Source {
        records,
        action: writing.action,
        next: 0,
    };
    let (_, sink) = service.write_rows(permit, request, source, sink).await?;
    Ok(sink.0)
}

struct Source {
    records: Arc<[Record]>,
    action: RowAction,
    next: usize,
}

impl RowSource for Source {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        let Some(record) = self.records.get(self.next) else {
            return Ok(None);
        };
        let number = self.next as u64;
        self.next += 1;
        Ok(Some(match &record.complaint {
            Some(complaint) => Err((number, complaint.clone().into())),
            None => Ok(BatchRow {
                number,
                action: self.action,
                names: Arc::clone(&record.names),
                values: record.values.clone(),
            }),
        }))
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.next = 0;
        Ok(())
    }
}

struct Outcomes(Vec<Outcome>);

impl RowSink for Outcomes {
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        let place = usize::try_from(number).ok();
        let slot = place.and_then(|place| self.0.get_mut(place));
        let slot = slot.ok_or_else(|| Error::Internal {
            detail: format!("record {number} was never sent"),
        })?;
        *slot = Some(result);
        Ok(())
    }

    fn clear(&mut self) {
        self.0.fill(None);
    }
}
