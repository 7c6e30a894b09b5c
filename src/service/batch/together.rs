//! A batch of which all rows are written or none: every row is looked at before the first is written, so that others
//! wait only for the writing.

use std::sync::Arc;

use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};

use super::{
    RowSink, RowSource,
    plan::Planner,
    run::{Ended, Run, lost_planner, result},
};
use crate::{
    domain::batch::{BatchCounts, Repeated, RowDone},
    engine::{
        EngineError,
        rows::{Ending, Feed, Together},
    },
    error::Error,
    policy::{Permit, WriteRows},
    render::{Statement, rows::RowsBatch},
};

/// The most rows of a batch in which those are looked for because of which the database refused the whole.
const MOST_SEARCHED: usize = 2_000;

/// The most rows whose faults are reported.
const MOST_REFUSED: usize = 1000;

impl<S: RowSource, K: RowSink> Run<S, K> {
    /// All rows or none: planned to the last before the first is written.
    pub(super) async fn together(&mut self, permit: Permit<WriteRows>) -> Result<bool, Ended> {
        if let Some(past) = self.past.take() {
            // They were all written.
            self.written = true;
            self.report(past.into_iter().map(|(n, done)| (n, Ok(done))).collect())?;
            return Ok(true);
        }
        let clear = self.request.clear.then(|| {
            let dialect = self.engine.capabilities().dialect;
            dialect.render_clear(&permit, self.note.as_deref())
        });
        let planner = self.planner(permit)?;
        let checking = spawn_blocking(move || check(planner));
        let (planner, checked) = checking.await.map_err(|_| lost_planner())?;
        let rows = match checked {
            Ok(Checked::Refused(refused, others)) => {
                let others = others.filter(|_| !self.request.clear);
                let others = others.map(|batch| planner.trial(batch)).transpose();
                self.source = Some(planner.into_source());
                self.doubt(&refused)?;
                let refused = refused.into_iter().map(|(n, error)| (n, Err(error)));
                let mut all: Vec<_> = refused.collect();
                all.extend(self.try_others(others?).await);
                all.sort_by_key(|(number, _)| *number);
                self.report(all)?;
                return Ok(false);
            }
            Ok(Checked::Fit(Rows::ToBeRead)) if self.request.repeated == Repeated::Refuse => {
                self.source = Some(planner.into_source());
                return Err(Ended::Failed(too_many_to_compare()));
            }
            Ok(Checked::Fit(Rows::Held(batch))) if clear.is_none() => {
                return self.write_whole(planner, batch).await;
            }
            Ok(Checked::Fit(rows)) => rows,
            Err(error) => {
                self.source = Some(planner.into_source());
                return Err(error.into());
            }
        };
        self.write_together(planner, rows, clear).await
    }

    /// The rows of a trial that the database refuses where each stands for itself.
    async fn find_refused(&self, trial: RowsBatch) -> Vec<(u64, Result<RowDone, Error>)> {
        let mut waiting = vec![trial];
        let mut refused = Vec::new();
        while let Some(batch) = waiting.pop() {
            let mut batch = Arc::new(batch);
            let tried = self.engine.write_rows(Arc::clone(&batch), self.deadline);
            match tried.await {
                Ok(reports) => {
                    let results = reports.into_iter().map(|(n, report)| (n, result(report)));
                    refused.extend(results.filter(|(_, r)| r.is_err()));
                }
                Err(error) if error.is_about_a_row() => {
                    if let Some(rest) = Arc::make_mut(&mut batch).split() {
                        waiting.extend([rest, Arc::unwrap_or_clone(batch)]);
                    } else {
                        let numbers = batch.rows.iter().map(|row| row.number);
                        refused.extend(numbers.map(|n| (n, Err(Error::Engine(error.clone())))));
                    }
                }
                Err(error) => {
                    tracing::debug!(%error, "the rows of a refused batch could not be tried");
                    return Vec::new();
                }
            }
        }
        refused
    }

    /// What the database refuses of the other rows of a batch that is refused already, by a trial of them, so that the
    /// caller hears of all at once.
    async fn try_others(&self, trial: Option<RowsBatch>) -> Vec<(u64, Result<RowDone, Error>)> {
        let Some(trial) = trial else {
            return Vec::new();
        };
        let engine = Arc::clone(&self.engine);
        match engine.write_whole(trial, self.deadline).await {
            Ok((_, reports)) => {
                let results = reports.into_iter().map(|(n, report)| (n, result(report)));
                results.filter(|(_, r)| r.is_err()).collect()
            }
            Err(error) => {
                tracing::debug!(%error, "the other rows of a refused batch could not be tried");
                Vec::new()
            }
        }
    }

    /// Writes rows that are one part, or none.
    async fn write_whole(
        &mut self,
        planner: Planner<S>,
        batch: Option<RowsBatch>,
    ) -> Result<bool, Ended> {
        let Some(batch) = batch else {
            self.source = Some(planner.into_source());
            return Ok(true);
        };
        let engine = Arc::clone(&self.engine);
        // What ends the whole transaction is told without its row.
        let again = (batch.rows.len() <= MOST_SEARCHED).then(|| batch.clone());
        let written = engine.write_whole(batch, self.deadline).await;
        let again = again.filter(|_| written.as_ref().is_err_and(EngineError::is_about_a_row));
        let trial = again.map(|batch| planner.trial(batch)).transpose();
        self.source = Some(planner.into_source());
        let (ending, reports) = match (written, trial?) {
            (Err(error), Some(trial)) => {
                let refused = self.find_refused(trial).await;
                if refused.is_empty() {
                    return Err(error.into());
                }
                self.report(refused)?;
                return Ok(false);
            }
            (written, _) => written?,
        };
        let done = ending == Ending::Done;
        let results = reports.into_iter().map(|(n, report)| (n, result(report)));
        self.report(results.filter(|(_, r)| done || r.is_err()).collect())?;
        self.written = done && self.request_keeps();
        Ok(done)
    }

    async fn write_together(
        &mut self,
        mut planner: Planner<S>,
        rows: Rows,
        clear: Option<Statement>,
    ) -> Result<bool, Ended> {
        let (send, feed) = mpsc::channel(1);
        let (reports, mut reported) = mpsc::channel(1);
        let feeding: JoinHandle<(S, Result<(), Error>)> = spawn_blocking(move || {
            let ended = match rows {
                Rows::Held(batch) => {
                    feed_held(&send, batch);
                    Ok(())
                }
                Rows::ToBeRead => feed_all(&mut planner, &send),
            };
            (planner.into_source(), ended)
        });
        let work = Together {
            clear,
            feed,
            reports,
            keep: self.request_keeps(),
            note: self.note.clone(),
        };
        let engine = Arc::clone(&self.engine);
        let writing = engine.write_together(work, self.deadline);
        let reading = async {
            let mut failed = Vec::new();
            while let Some(reports) = reported.recv().await {
                let results = reports.into_iter().map(|(n, report)| (n, result(report)));
                let results: Vec<_> = results.collect();
                failed.extend(results.iter().filter(|(_, r)| r.is_err()).cloned());
                self.report(results)?;
            }
            Ok::<_, Error>(failed)
        };
        let (ending, failed) = tokio::join!(writing, reading);
        let (source, ended) = feeding.await.map_err(|_| lost_planner())?;
        self.source = Some(source);
        let failed = failed?;
        match ending? {
            Ending::Done => {
                ended?;
                self.written = self.request_keeps();
                Ok(true)
            }
            Ending::RolledBack => {
                ended?;
                self.counts = BatchCounts::default();
                self.sink.clear();
                self.report(failed)?;
                Ok(false)
            }
        }
    }
}

/// What looking at all rows came to.
enum Checked {
    /// These rows are not to be written; the others, if they are one part.
    Refused(Vec<(u64, Error)>, Option<RowsBatch>),
    /// All can be.
    Fit(Rows),
}

/// Rows that were looked at.
enum Rows {
    /// They are one part, or none.
    Held(Option<RowsBatch>),
    /// They are more than should be held, and are to be read once more.
    ToBeRead,
}

/// Plans every row of a batch. Only a batch that is one part is held; another one is rewound.
fn check<S: RowSource>(mut planner: Planner<S>) -> (Planner<S>, Result<Checked, Error>) {
    let checked = check_all(&mut planner);
    (planner, checked)
}

fn check_all<S: RowSource>(planner: &mut Planner<S>) -> Result<Checked, Error> {
    let mut first = None;
    let mut parts = 0_u64;
    let mut refused: Vec<(u64, Error)> = Vec::new();
    while let Some(chunk) = planner.next()? {
        parts += 1;
        refused.extend(chunk.refused);
        first = if parts == 1 { chunk.batch } else { None };
        if refused.len() >= MOST_REFUSED {
            break;
        }
    }
    if !refused.is_empty() {
        refused.truncate(MOST_REFUSED);
        return Ok(Checked::Refused(refused, first));
    }
    if parts <= 1 {
        return Ok(Checked::Fit(Rows::Held(first)));
    }
    planner.rewind()?;
    Ok(Checked::Fit(Rows::ToBeRead))
}

/// Err of a channel: the engine has stopped listening, and says itself why.
fn feed_held(send: &mpsc::Sender<Feed>, batch: Option<RowsBatch>) {
    let rows = batch.map(Feed::Rows);
    for feed in rows.into_iter().chain([Feed::End]) {
        if send.blocking_send(feed).is_err() {
            break;
        }
    }
}

fn feed_all<S: RowSource>(
    planner: &mut Planner<S>,
    send: &mpsc::Sender<Feed>,
) -> Result<(), Error> {
    while let Some(chunk) = planner.next()? {
        let Some(batch) = chunk.batch.filter(|_| chunk.refused.is_empty()) else {
            return Err(Error::Internal {
                detail: "a batch has changed since it was checked".to_owned(),
            });
        };
        if send.blocking_send(Feed::Rows(batch)).is_err() {
            return Ok(());
        }
    }
    if send.blocking_send(Feed::End).is_err() {
        tracing::debug!("nobody waits for the end of a batch");
    }
    Ok(())
}

fn too_many_to_compare() -> Error {
    Error::Malformed {
        message: format!(
            "The batch has more than {} rows, among which repeated keys are looked for; send it in parts.",
            Repeated::MOST_REFUSED
        ),
    }
}
