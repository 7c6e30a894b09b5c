//! Takes a batch through plan, policy, render and engine, part by part: however many rows it has, only a few parts of
//! it are held. Rows are planned on a thread of their own while those before them are written.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
    time::sleep,
};

use super::{
    Service, Settings,
    batch_plan::{Chunk, Planner},
};
use crate::{
    domain::{
        Action, Entity, Fault, Faults,
        batch::{BatchCounts, BatchKey, BatchRequest, BatchRow, Repeated, RowDone},
    },
    engine::{
        Engine, EngineError,
        rows::{Ending, Feed, RowReport, Together},
    },
    error::Error,
    policy::{self, Permit, WriteRows},
    render::rows::RowsBatch,
};

/// How often a part is tried again that finds no room or no lock, and the pause before the first of these; each next
/// one is twice as long.
const RETRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(50);

/// The most rows of an atomic batch whose faults are reported.
const MOST_REFUSED: usize = 1000;

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
        client: &super::Client,
        entity: &str,
        actions: &[Action],
    ) -> Result<Permit<WriteRows>, Error> {
        let found = self.find_entity(entity)?;
        policy::authorize_rows(&found, actions).map_err(|action| {
            tracing::debug!(client = client.id(), "refused");
            Error::Forbidden {
                entity: found.name().clone(),
                action,
            }
        })
    }

    /// Writes a batch.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then. What is wrong with single rows is no error here: `sink` gets it.
    pub async fn write_rows<S: RowSource, K: RowSink>(
        &self,
        permit: &Permit<WriteRows>,
        request: BatchRequest,
        source: S,
        sink: K,
    ) -> Result<(Batch, K), Error> {
        let deadline = Instant::now() + self.settings.batch_timeout;
        let mut trial = self.served.trial(permit.entity(), deadline);
        let mut run = Run {
            engine: Arc::clone(&self.engine),
            settings: self.settings.clone(),
            deadline,
            request,
            source: Some(source),
            sink,
            counts: BatchCounts::default(),
            written: false,
            doubts: true,
        };
        loop {
            let entity = Arc::clone(trial.entity());
            let permit = super::grant(&entity)?;
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
                Err(Ended::Failed(error)) => {
                    if run.written || !trial.again(Some(&error)).await? {
                        return Err(error);
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

/// Why a run did not come to its end.
enum Ended {
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
struct Run<S, K> {
    engine: Arc<dyn Engine>,
    settings: Settings,
    deadline: Instant,
    request: BatchRequest,
    /// `None` while a planner has it.
    source: Option<S>,
    sink: K,
    counts: BatchCounts,
    /// Whether something was written that stays.
    written: bool,
    /// Whether a column that is not known may still have come into the table meanwhile.
    doubts: bool,
}

impl<S: RowSource, K: RowSink> Run<S, K> {
    fn planner(&mut self, permit: Permit<WriteRows>) -> Result<Planner<S>, Error> {
        let source = self.source.take().ok_or_else(lost_planner)?;
        let engine = Arc::clone(&self.engine);
        let settings = self.settings.clone();
        Ok(Planner::new(
            source,
            permit,
            &self.request,
            engine,
            settings,
        ))
    }

    /// Makes ready for another run, with the entity as it is by now.
    fn start_over(&mut self, old: &Entity, fresh: &Entity) -> Result<(), Error> {
        self.request.key = rebind(&self.request.key, old, fresh)?;
        self.counts = BatchCounts::default();
        self.sink.clear();
        self.source.as_mut().ok_or_else(lost_planner)?.rewind()
    }

    /// Each row for itself, part by part.
    async fn independently(&mut self, permit: Permit<WriteRows>) -> Result<bool, Ended> {
        let mut planner = self.planner(permit)?;
        let (send, mut parts) = mpsc::channel(1);
        let planning = spawn_blocking(move || {
            let ended = loop {
                match planner.next() {
                    Ok(Some(chunk)) => {
                        if send.blocking_send(chunk).is_err() {
                            break Ok(());
                        }
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            (planner.into_source(), ended)
        });
        let mut stopped = None;
        while let Some(chunk) = parts.recv().await {
            if let Err(ended) = self.write_part(chunk).await {
                stopped = Some(ended);
                break;
            }
        }
        drop(parts);
        let (source, planned) = planning.await.map_err(|_| lost_planner())?;
        self.source = Some(source);
        match (stopped, planned) {
            (Some(ended), _) => Err(ended),
            // What came before it stands, if anything did: each API says what its contract says of that.
            (None, planned) => Ok(planned.map(|()| true)?),
        }
    }

    async fn write_part(&mut self, chunk: Chunk) -> Result<(), Ended> {
        self.doubt(&chunk.refused)?;
        let mut results: Vec<(u64, Result<RowDone, Error>)> = Vec::new();
        if let Some(batch) = chunk.batch {
            // Halves are taken in order, so that of rows with one key the last one stays the last.
            let mut waiting = vec![batch];
            while let Some(batch) = waiting.pop() {
                let batch = Arc::new(batch);
                match self.try_rows(&batch).await {
                    Ok(reports) => {
                        self.written |= self.request_keeps();
                        results.extend(reports.into_iter().map(|(n, report)| (n, result(report))));
                    }
                    Err(error) if error.is_about_a_row() && batch.rows.len() > 1 => {
                        let mut batch = Arc::unwrap_or_clone(batch);
                        let rest = batch.split();
                        waiting.extend(rest);
                        waiting.push(batch);
                    }
                    Err(error) if !error.is_about_a_row() && !self.written => {
                        return Err(error.into());
                    }
                    Err(error) => results.extend(
                        batch
                            .rows
                            .iter()
                            .map(|row| (row.number, Err(Error::Engine(error.clone())))),
                    ),
                }
            }
        }
        let refused = chunk.refused.into_iter().map(|(n, error)| (n, Err(error)));
        results.extend(refused);
        results.sort_by_key(|(number, _)| *number);
        Ok(self.report(results)?)
    }

    fn request_keeps(&self) -> bool {
        !self.request.dry_run
    }

    /// Asks once whether a column that is not known is by now, as long as nothing was written.
    fn doubt(&mut self, refused: &[(u64, Error)]) -> Result<(), Ended> {
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

    /// Writes rows; tries again where there was no room or no lock.
    async fn try_rows(&self, batch: &Arc<RowsBatch>) -> Result<Vec<(u64, RowReport)>, EngineError> {
        let mut pause = PAUSE;
        for _ in 0..RETRIES {
            match self
                .engine
                .write_rows(Arc::clone(batch), self.deadline)
                .await
            {
                Err(EngineError::Busy | EngineError::Overloaded) => sleep(pause).await,
                done => return done,
            }
            pause *= 2;
        }
        self.engine
            .write_rows(Arc::clone(batch), self.deadline)
            .await
    }

    fn report(&mut self, results: Vec<(u64, Result<RowDone, Error>)>) -> Result<(), Error> {
        for (number, result) in results {
            match &result {
                Ok(done) => self.counts.count(done.outcome),
                Err(_) => self.counts.failed += 1,
            }
            self.sink.take(number, result)?;
        }
        Ok(())
    }

    /// All rows or none: planned to the last before the first is written.
    async fn together(&mut self, permit: Permit<WriteRows>) -> Result<bool, Ended> {
        let clear = self.request.clear.then(|| {
            let dialect = self.engine.capabilities().dialect;
            dialect.render_clear(&permit)
        });
        let planner = self.planner(permit)?;
        let checking = spawn_blocking(move || check(planner));
        let (planner, checked) = checking.await.map_err(|_| lost_planner())?;
        let held = match checked {
            Ok(Checked::Refused(refused)) => {
                self.source = Some(planner.into_source());
                self.doubt(&refused)?;
                self.report(
                    refused
                        .into_iter()
                        .map(|(n, error)| (n, Err(error)))
                        .collect(),
                )?;
                return Ok(false);
            }
            Ok(Checked::Held(chunk)) => Some(chunk),
            Ok(Checked::TooManyToHold) if self.request.repeated == Repeated::Refuse => {
                self.source = Some(planner.into_source());
                return Err(Ended::Failed(too_many_to_compare()));
            }
            Ok(Checked::TooManyToHold) => None,
            Err(error) => {
                self.source = Some(planner.into_source());
                return Err(error.into());
            }
        };
        self.write_together(planner, held, clear).await
    }

    async fn write_together(
        &mut self,
        mut planner: Planner<S>,
        held: Option<Option<RowsBatch>>,
        clear: Option<crate::render::Statement>,
    ) -> Result<bool, Ended> {
        let (send, feed) = mpsc::channel(1);
        let (reports, mut reported) = mpsc::channel(1);
        let feeding: JoinHandle<(S, Result<(), Error>)> = spawn_blocking(move || {
            let fed = match held {
                Some(batch) => feed_held(&send, batch),
                None => feed_all(&mut planner, &send),
            };
            (planner.into_source(), fed)
        });
        let work = Together {
            clear,
            feed,
            reports,
            keep: self.request_keeps(),
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
        let (source, fed) = feeding.await.map_err(|_| lost_planner())?;
        self.source = Some(source);
        let failed = failed?;
        match ending? {
            Ending::Done => {
                fed?;
                self.written = self.request_keeps();
                Ok(true)
            }
            Ending::RolledBack => {
                fed?;
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
    /// These rows are not to be written.
    Refused(Vec<(u64, Error)>),
    /// All can be, and are held here; `None`: there are none.
    Held(Option<RowsBatch>),
    /// All can be; they are more than should be held.
    TooManyToHold,
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
        return Ok(Checked::Refused(refused));
    }
    if parts <= 1 {
        return Ok(Checked::Held(first));
    }
    planner.rewind()?;
    Ok(Checked::TooManyToHold)
}

/// Err of a channel: the engine has stopped listening, and says itself why.
fn feed_held(send: &mpsc::Sender<Feed>, batch: Option<RowsBatch>) -> Result<(), Error> {
    let rows = batch.map(Feed::Rows);
    for feed in rows.into_iter().chain([Feed::End]) {
        if send.blocking_send(feed).is_err() {
            break;
        }
    }
    Ok(())
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

fn result(report: RowReport) -> Result<RowDone, Error> {
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

fn too_many_to_compare() -> Error {
    Error::Malformed {
        message: format!(
            "The batch has more than {} rows, among which repeated keys are looked for; send it in parts.",
            Repeated::MOST_REFUSED
        ),
    }
}

fn lost_planner() -> Error {
    Error::Internal {
        detail: "a batch was not planned to its end".to_owned(),
    }
}
