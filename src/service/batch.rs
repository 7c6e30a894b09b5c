//! Takes a batch through plan, policy, render and engine, part by part: however many rows it has, only a few parts of
//! it are held. Rows are planned on a thread of their own while those before them are written.

mod independent;
mod plan;
mod run;
mod together;

use std::{sync::Arc, time::Instant};

use self::run::{Ended, Patience, Run, Tally};
use super::{Client, Service, guard, once};
use crate::{
    domain::{
        Action,
        batch::{BatchCounts, BatchRequest, BatchRow, RowDone},
    },
    error::Error,
    policy::{self, Permit, WriteRows},
};

/// Where a batch's rows come from. It is read on a thread that may wait.
pub trait RowSource: Send + 'static {
    /// The next row; a row that cannot be read comes with its number and what is wrong with it, and the others go on.
    ///
    /// # Errors
    /// No more rows can be read: the whole is not what it should be.
    fn next(&mut self) -> Result<Option<SourceRow>, Error>;

    /// Goes back to the first row.
    ///
    /// # Errors
    /// It cannot be read again.
    fn rewind(&mut self) -> Result<(), Error>;
}

/// A row, or its number and why it cannot be read.
pub type SourceRow = Result<BatchRow, (u64, Error)>;

/// Takes what became of the rows, in their order. Of an atomic batch that was not written it gets only the rows
/// because of which it was not.
pub trait RowSink: Send + 'static {
    /// Takes a row's result.
    ///
    /// # Errors
    /// It cannot be kept; the batch goes on to its end all the same.
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error>;

    /// Forgets everything: the batch is begun anew, or what was taken did not come to hold.
    fn clear(&mut self);
}

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    /// What became of its rows.
    pub counts: BatchCounts,
    /// Whether it was written: always, if it is not atomic.
    pub written: bool,
}

impl Service {
    /// Lets a client write rows of an entity, which need these actions.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Forbidden`].
    pub fn permit_rows(
        &self,
        client: &Client,
        entity: &str,
        actions: &[Action],
    ) -> Result<Permit<WriteRows>, Error> {
        let found = self.find_seen(client, entity)?;
        policy::authorize_rows(client, &found, actions).map_err(|action| {
            tracing::debug!(client = client.id(), "refused");
            Error::Forbidden {
                entity: found.entity().name().clone(),
                action,
            }
        })
    }

    /// Writes a batch.
    ///
    /// One with more rows than its client may touch for now is refused before anything is written if it is atomic, and
    /// stops at the last row that it may touch if not.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then. What is wrong with single rows is no error here: `sink` gets it.
    pub async fn write_rows<S: RowSource, K: RowSink>(
        &self,
        asked: &Permit<WriteRows>,
        request: BatchRequest,
        source: S,
        sink: K,
    ) -> Result<(Batch, K), Error> {
        if request.clear {
            guard::refuse_preconditions(asked)?;
        }
        let deadline = Instant::now() + self.settings.batch_timeout;
        // What leaves nothing behind is no write of the request.
        let note = if request.dry_run {
            None
        } else {
            Self::note(asked, None)
        };
        let past = note.as_deref().and_then(once::rows).transpose()?;
        let mut trial = self.served.trial(asked.base(), deadline);
        let mut run = Run {
            engine: Arc::clone(&self.engine),
            settings: self.settings.clone(),
            deadline,
            request,
            source: Some(source),
            sink,
            counts: BatchCounts::default(),
            tally: Tally::of(asked),
            written: false,
            doubts: true,
            note,
            past,
            discretion: Self::discretion(asked.client(), asked.entity()),
        };
        let mut patience = Patience::default();
        loop {
            let entity = Arc::clone(trial.entity());
            let permit = self.grant_again(asked, &entity)?;
            let told = permit.clone();
            run.note = run.note.map(|note| note.now(&entity));
            run.discretion = Self::discretion(permit.client(), permit.entity());
            let ended = if run.request.atomic {
                run.together(permit).await
            } else {
                run.independently(permit).await
            };
            match ended {
                Ok(written) => {
                    let counts = run.counts;
                    return Ok((Batch { counts, written }, run.sink));
                }
                // Of rows that stand each for itself, each part has been tried again by itself.
                Err(Ended::Failed(Error::Engine(error)))
                    if run.request.atomic && patience.waits_for(&error).await => {}
                Err(Ended::Failed(error)) => {
                    if run.written || !trial.again(Some(&error)).await? {
                        return Err(Self::told(&told, error));
                    }
                }
                Err(Ended::Doubted(error)) => {
                    trial.again(Some(&error)).await?;
                }
            }
            run.start_over(&entity, trial.entity())?;
        }
    }
}
