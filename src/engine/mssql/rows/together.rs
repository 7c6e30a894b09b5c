//! Rows of which all are written or none, however many there are. They are staged first, part by part and outside of
//! any transaction, in a table of one session's own; then one transaction writes them, so that others wait only for
//! the writing. What the server refuses is written anew in smaller pieces, until it is one row that is refused; it is
//! the batch's own rows before it that the row is tried after.

mod guarded;
mod stage;

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use self::stage::Part;
pub(in super::super) use self::stage::{Stage, Stopped};
use super::{Meaning, Reports, ignored, ignores, packed::range, read_reports, unexpected};
use crate::{
    domain::Value,
    engine::{
        EngineError,
        mssql::{MssqlOptions, decode, errors, pool::Pool, retry::Retry},
        rows::{Ending, RowReport, Together},
    },
    render::{
        Param, Statement,
        rows::{RowStatement, RowsScript},
    },
};

pub(in super::super) use guarded::{Came as CameTo, Ended, Guarded};

/// How often, and how long, others are looked for when one row is known to be at fault.
const LOOKING_ON: u32 = 64;
const LOOKING_ON_FOR: Duration = Duration::from_secs(5);

/// Writes all rows of a feed or none, in a task of its own, which goes on when nobody waits for it any more.
pub(in super::super) async fn write_together(
    pool: &Pool,
    mut work: Together,
    options: &MssqlOptions,
    deadline: Instant,
) -> Result<Ending, EngineError> {
    if Instant::now() >= deadline {
        return Err(EngineError::Timeout);
    }
    let lease = pool.lease(deadline).await?;
    let mut stage = Stage::new(lease, options.isolation, deadline);
    let retry = Retry::until(deadline, options.lock_timeout, true);
    let task = tokio::spawn(async move {
        let ended = match stage.fill(&mut work.feed).await {
            Ok(true) => Run::new(&mut stage, &work).finish(retry).await,
            // Whoever feeds has given up.
            Ok(false) => Ok(Ending::RolledBack),
            Err(error) => Err(error),
        };
        stage.leave(ended == Ok(Ending::Done)).await;
        ended
    });
    task.await.unwrap_or_else(|error| {
        Err(EngineError::Lost {
            detail: error.to_string(),
        })
    })
}

/// Rows that are written by one request.
#[derive(Debug, Clone, Copy)]
struct Piece {
    part: usize,
    first: u64,
    last: u64,
}

/// The writing of what is staged.
struct Run<'s> {
    stage: &'s mut Stage,
    clear: Option<&'s Statement>,
    reports: &'s mpsc::Sender<Reports>,
    keep: bool,
    pieces: Vec<Piece>,
    /// Rows that are there already, as another of their keys has told.
    ignored: HashSet<u64>,
    failed: Reports,
    /// When the first of them was found, and how often was looked for others since.
    looking: Option<(Instant, u32)>,
}

/// How far a transaction came.
enum Came {
    /// Everything is written, and waits for its end.
    Through,
    /// Rows are not, and not because the server refuses them.
    Upon(Reports),
}

impl<'s> Run<'s> {
    fn new(stage: &'s mut Stage, work: &'s Together) -> Self {
        let parts = stage.parts.iter().enumerate();
        let pieces = parts.map(|(part, rows)| Piece {
            part,
            first: rows.first,
            last: rows.last,
        });
        Self {
            clear: work.clear.as_ref(),
            reports: &work.reports,
            keep: work.keep,
            pieces: pieces.collect(),
            ignored: HashSet::new(),
            failed: Vec::new(),
            looking: None,
            stage,
        }
    }

    async fn finish(mut self, mut retry: Retry) -> Result<Ending, EngineError> {
        loop {
            let mut at = None;
            let refusal = match self.transact(&mut at).await {
                Ok(ending) => return Ok(ending),
                // Some rows at fault are known, which is enough.
                Err(Stopped::Failed(EngineError::Timeout)) if !self.failed.is_empty() => {
                    return Ok(self.tell_failed(Vec::new()).await);
                }
                Err(Stopped::Failed(error)) => return Err(error),
                Err(Stopped::Refused(refusal)) => refusal,
            };
            self.stage.roll_back().await?;
            if retry.again(&refusal).await {
                continue;
            }
            let target = self.stage.parts.last().map(|part| &part.script.target);
            let error = errors::translate(&refusal, target);
            match at {
                Some(at) if error.is_about_a_row() => {
                    self.narrow(at, error, errors::is_duplicate(&refusal))
                        .await?;
                }
                _ => return Err(error),
            }
            if self.looked_enough() {
                return Ok(self.tell_failed(Vec::new()).await);
            }
        }
    }

    /// One transaction, from its begin to its end; `at` is the piece that it has come to.
    async fn transact(&mut self, at: &mut Option<usize>) -> Result<Ending, Stopped> {
        self.stage.begin().await?;
        let came = self.write(at).await?;
        *at = None;
        match came {
            Came::Through if self.failed.is_empty() && !self.reports.is_closed() => {
                self.end().await
            }
            Came::Through => {
                self.stage.roll_back().await?;
                Ok(self.tell_failed(Vec::new()).await)
            }
            Came::Upon(reports) => {
                self.stage.roll_back().await?;
                Ok(self.tell_failed(reports).await)
            }
        }
    }

    async fn write(&mut self, at: &mut Option<usize>) -> Result<Came, Stopped> {
        if let Some(clear) = self.clear {
            self.stage.ask(clear.clone()).await?;
        }
        for i in 0..self.pieces.len() {
            *at = Some(i);
            let piece = self.pieces[i];
            let write = self.bound(&piece, |script| (&script.write, &script.noted))?;
            let types = write.columns().to_vec();
            let results = self.stage.ask(write).await?;
            let row = results
                .into_iter()
                .next_back()
                .and_then(|set| set.into_iter().next());
            let row = row.ok_or_else(|| unexpected("nothing"))?;
            match decode::row(row, &types)?.as_slice() {
                [Some(Value::Int(0))] => {}
                [Some(Value::Int(_))] => return Ok(Came::Upon(self.read(&piece).await?)),
                _ => return Err(unexpected("no numbers").into()),
            }
        }
        Ok(Came::Through)
    }

    /// Keeps what is written and tells of it, or the other way round.
    async fn end(&mut self) -> Result<Ending, Stopped> {
        if !self.keep {
            self.tell_all().await?;
            self.stage.roll_back().await?;
            return Ok(Ending::Done);
        }
        self.stage.commit().await?;
        let lost = |error: EngineError| EngineError::Lost {
            detail: format!("everything was written, but not what became of each row: {error}"),
        };
        match self.tell_all().await {
            Ok(()) => Ok(Ending::Done),
            Err(Stopped::Failed(error)) => Err(lost(error).into()),
            Err(Stopped::Refused(refusal)) => Err(lost(errors::translate(&refusal, None)).into()),
        }
    }

    async fn tell_all(&mut self) -> Result<(), Stopped> {
        for part in 0..self.stage.parts.len() {
            let Part { first, last, .. } = self.stage.parts[part];
            let mut reports = self.read(&Piece { part, first, last }).await?;
            for (number, report) in &mut reports {
                if self.ignored.contains(number) {
                    *report = ignored();
                }
            }
            if self.reports.send(reports).await.is_err() {
                // Nobody waits any more.
                break;
            }
        }
        Ok(())
    }

    /// What became of rows, as far as the transaction has come.
    async fn read(&mut self, piece: &Piece) -> Result<Reports, Stopped> {
        let report = self.bound(piece, |script| (&script.report, &[]))?;
        let types = report.columns().to_vec();
        let results = self.stage.ask(report).await?;
        let part = &self.stage.parts[piece.part];
        let meaning = Meaning {
            shapes: &part.shapes,
            key: &part.key,
        };
        Ok(read_reports(results, &types, meaning)?)
    }

    fn bound(
        &self,
        piece: &Piece,
        which: fn(&RowsScript) -> (&RowStatement, &[Param]),
    ) -> Result<Statement, EngineError> {
        let part = self.stage.parts.get(piece.part);
        let part = part.ok_or_else(|| unexpected("rows that are not staged"))?;
        let (statement, more) = which(&part.script);
        let mut params = range(piece.first, piece.last);
        params.extend(more.iter().cloned());
        Ok(statement.bind(params))
    }

    /// Tells which rows are at fault.
    async fn tell_failed(&mut self, more: Reports) -> Ending {
        let mut reports = std::mem::take(&mut self.failed);
        reports.extend(more);
        reports.sort_by_key(|(number, _)| *number);
        if self.reports.send(reports).await.is_err() {
            tracing::debug!("nobody waits for what became of a batch");
        }
        Ending::RolledBack
    }
}

impl Run<'_> {
    /// Takes a piece that the server refuses in halves; a single row is left out from then on.
    async fn narrow(
        &mut self,
        at: usize,
        error: EngineError,
        duplicate: bool,
    ) -> Result<(), EngineError> {
        let piece = self.pieces[at];
        if piece.first < piece.last {
            let middle = piece.first + (piece.last - piece.first) / 2;
            let halves = [
                Piece {
                    last: middle,
                    ..piece
                },
                Piece {
                    first: middle + 1,
                    ..piece
                },
            ];
            self.pieces.splice(at..=at, halves);
            return Ok(());
        }
        self.pieces.remove(at);
        if duplicate && self.ignores(&piece).await? {
            self.ignored.insert(piece.first);
            return Ok(());
        }
        self.failed.push((piece.first, RowReport::Failed(error)));
        // The caller is to hear of every row of this part that fails.
        self.pieces.retain(|other| other.part <= piece.part);
        Ok(())
    }

    /// Whether a single row is one that may be there already.
    async fn ignores(&mut self, piece: &Piece) -> Result<bool, EngineError> {
        let report = self.bound(piece, |script| (&script.report, &[]))?;
        let types = report.columns().to_vec();
        let results = match self.stage.ask(report).await {
            Ok(results) => results,
            Err(Stopped::Failed(error)) => return Err(error),
            Err(Stopped::Refused(refusal)) => return Err(errors::translate(&refusal, None)),
        };
        let row = results.into_iter().flatten().next();
        let row = row.ok_or_else(|| unexpected("nothing"))?;
        let shape = match decode::row(row, &types)?.get(1) {
            Some(Some(Value::Int(shape))) => usize::try_from(*shape).ok(),
            _ => None,
        };
        let shapes = &self.stage.parts[piece.part].shapes;
        Ok(shape.is_some_and(|shape| ignores(shapes, shape)))
    }

    fn looked_enough(&mut self) -> bool {
        if self.failed.is_empty() {
            return false;
        }
        let (since, times) = self.looking.get_or_insert((Instant::now(), 0));
        *times += 1;
        *times > LOOKING_ON || since.elapsed() > LOOKING_ON_FOR
    }
}
