//! What both ways of writing a batch share: the batch on its way, and what is said of its rows.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use super::{RowSink, RowSource, plan::Planner};
use crate::{
    domain::{
        Deed, Entity, Fault, Faults, Note,
        batch::{BatchCounts, BatchKey, BatchRequest, RowDone},
    },
    engine::{Engine, EngineError, rows::RowReport},
    error::Error,
    policy::{Permit, WriteRows},
    service::{Settings, discreet::Discretion},
};

/// How often something is tried again that finds no room or no lock, and the pause before the first of these; each next
/// one is twice as long.
const RETRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);

/// What is left of the willingness to try again.
pub(super) struct Patience {
    retries: u32,
    pause: Duration,
}

impl std::default::Default for Patience {
    fn default() -> Self {
        Self {
            retries: RETRIES,
            pause: PAUSE,
        }
    }
}

impl Patience {
    /// Whether to try again after this error; waits before that.
    pub(super) async fn waits_for(&mut self, error: &EngineError) -> bool {
        let passing = matches!(error, EngineError::Busy | EngineError::Overloaded);
        if !passing || self.retries == 0 {
            return false;
        }
        sleep(self.pause).await;
        self.retries -= 1;
        self.pause *= 2;
        true
    }
}

/// Rows that a request has touched, counted when it ends: also where its caller has hung up and nobody hears of them.
pub(super) struct Tally {
    deed: Option<Arc<Deed>>,
    rows: u64,
}

impl Tally {
    pub(super) fn of(permit: &Permit<WriteRows>) -> Self {
        Self {
            deed: permit.client().deed().cloned(),
            rows: 0,
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if let Some(deed) = &self.deed {
            deed.count_rows(self.rows);
        }
    }
}

/// Why a run did not come to its end.
pub(super) enum Ended {
    Failed(Error),
    /// A row names a column that is not known; perhaps it is by now.
    Doubted(Error),
}

impl<E: Into<Error>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A batch on its way.
pub(super) struct Run<S, K> {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) settings: Settings,
    pub(super) deadline: Instant,
    pub(super) request: BatchRequest,
    /// `None` while a planner has it.
    pub(super) source: Option<S>,
    pub(super) sink: K,
    pub(super) counts: BatchCounts,
    pub(super) tally: Tally,
    /// Whether something was written that stays.
    pub(super) written: bool,
    /// Whether a column that is not known may still have come into the table meanwhile.
    pub(super) doubts: bool,
    /// What is noted of it with every part.
    pub(super) note: Option<Arc<Note>>,
    /// What had become of its rows when the request was made before, if it was begun.
    pub(super) past: Option<BTreeMap<u64, RowDone>>,
    /// What may be told of rows that fail.
    pub(super) discretion: Discretion,
}

impl<S: RowSource, K: RowSink> Run<S, K> {
    pub(super) fn planner(&mut self, permit: Permit<WriteRows>) -> Result<Planner<S>, Error> {
        let source = self.source.take().ok_or_else(lost_planner)?;
        let engine = Arc::clone(&self.engine);
        let settings = self.settings.clone();
        let note = self.note.clone();
        Ok(Planner::new(
            source,
            permit,
            &self.request,
            note,
            engine,
            settings,
        ))
    }

    /// Makes ready for another run, with the entity as it is by now.
    pub(super) fn start_over(&mut self, old: &Entity, fresh: &Entity) -> Result<(), Error> {
        self.request.key = rebind(&self.request.key, old, fresh)?;
        self.counts = BatchCounts::default();
        self.tally.rows = 0;
        self.sink.clear();
        self.source.as_mut().ok_or_else(lost_planner)?.rewind()
    }

    /// Whether what is written stays.
    pub(super) fn request_keeps(&self) -> bool {
        !self.request.dry_run
    }

    /// Asks once whether a column that is not known is by now, as long as nothing was written.
    pub(super) fn doubt(&mut self, refused: &[(u64, Error)]) -> Result<(), Ended> {
        if self.written || !self.doubts {
            return Ok(());
        }
        let unknown = |fault: &Fault| matches!(fault, Fault::UnknownColumn { .. });
        let names_unknown = |error: &Error| match error {
            Error::Invalid(faults) => faults.all().iter().any(unknown),
            _ => false,
        };
        match refused.iter().find(|(_, error)| names_unknown(error)) {
            Some((_, error)) => {
                self.doubts = false;
                Err(Ended::Doubted(error.clone()))
            }
            None => Ok(()),
        }
    }

    /// Counts results and passes them on.
    pub(super) fn report(
        &mut self,
        results: Vec<(u64, Result<RowDone, Error>)>,
    ) -> Result<(), Error> {
        self.tally.rows += results.len() as u64;
        for (number, result) in results {
            match &result {
                Ok(done) => self.counts.count(done.outcome),
                Err(error) => {
                    self.counts.failed += 1;
                    if let Some(note) = self.note.as_ref().filter(|_| error.may_pass()) {
                        note.deed.leave_unfinished();
                    }
                }
            }
            let result = result.map_err(|error| self.discretion.told(error));
            self.sink.take(number, result)?;
        }
        Ok(())
    }
}

/// What a row's report means to a caller.
pub(super) fn result(report: RowReport) -> Result<RowDone, Error> {
    match report {
        RowReport::Done(done) => Ok(done),
        RowReport::NoMatch(faults) => Err(Error::Invalid(faults)),
        RowReport::Ambiguous(columns) => {
            Err(Error::Invalid(Fault::KeyAmbiguous { columns }.into()))
        }
        RowReport::Repeated(columns) => Err(Error::Invalid(Fault::KeyRepeated { columns }.into())),
        RowReport::Failed(error) => Err(Error::Engine(error)),
    }
}

/// The key's columns where the table has been read again.
fn rebind(key: &BatchKey, old: &Entity, fresh: &Entity) -> Result<BatchKey, Error> {
    let columns = key.columns.iter().map(|index| {
        let name = &old.table().column(*index).name;
        fresh.table().find(name.as_str()).ok_or_else(|| {
            Error::Invalid(Faults::from(Fault::UnknownColumn {
                wrote: name.as_str().to_owned(),
                entity: fresh.name().clone(),
                suggestion: None,
            }))
        })
    });
    let columns = columns.collect::<Result<Vec<_>, Error>>()?;
    let unique = columns.is_empty() || fresh.key_of(&columns).is_some_and(|key| key.unique);
    Ok(BatchKey { columns, unique })
}

/// A defect: the thread that plans has panicked.
pub(super) fn lost_planner() -> Error {
    Error::Internal {
        detail: "a batch was not planned to its end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use uuid::Uuid;

    use super::*;
    use crate::domain::Api;

    #[test]
    fn rows_are_counted_though_nobody_waits_for_the_end_of_the_run() {
        let deed = Deed::new(Uuid::now_v7(), "erp".into(), Api::ContractInsight, "test");
        let deed = Arc::new(deed);
        let run = Tally {
            deed: Some(Arc::clone(&deed)),
            rows: 2000,
        };
        drop(run);
        // The first row was taken when the request came.
        assert_eq!(deed.unsettled_rows(), 1999);
    }
}
