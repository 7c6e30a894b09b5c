//! A batch's rows: sent as one JSON text, written by one script, and reported by it. Rows that stand each for
//! themselves are a single request, which is sent again as a whole where the server says that it may succeed in a
//! moment; which of them was at fault, whoever asks finds out by asking for fewer.

mod packed;
mod together;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use self::packed::pack;
use super::{
    MssqlOptions,
    connection::{Request, ResultSet},
    decode, errors,
    pool::{Failed, Pool},
    retry::Retry,
};
use crate::{
    domain::{
        Name, Row, SqlType, Value,
        batch::{RowAction, RowDone, RowOutcome},
        rows::RowShape,
    },
    engine::{EngineError, rows::RowReport},
    render::{
        RowGuard, Statement,
        rows::{RowsBatch, RowsScript, RowsWork},
    },
};

pub(super) use together::{CameTo, Ended, Guarded, Stage, Stopped, write_together};

type Reports = Vec<(u64, RowReport)>;

/// Runs a part of a batch to its end or to the deadline.
pub(super) async fn write(
    pool: &Pool,
    batch: &RowsBatch,
    lock_timeout: Duration,
    deadline: Instant,
) -> Result<Reports, EngineError> {
    let script = script_of(batch)?;
    if Instant::now() >= deadline {
        return Err(EngineError::Timeout);
    }
    let statement = Arc::new(whole_of(script, batch)?);
    let alone = batch.rows.len() == 1;
    let mut retry = Retry::until(deadline, lock_timeout, alone);
    loop {
        let lease = pool.lease(deadline).await?;
        let request = Request::Rendered(Arc::clone(&statement));
        match lease.ask(request, deadline).await {
            Ok(results) => {
                let reported = read_reports(results, statement.columns(), batch.into())?;
                if reported.len() == batch.rows.len() {
                    return Ok(reported);
                }
                return Err(unexpected("another number of rows"));
            }
            Err(Failed::Late { undone: true }) => return Err(EngineError::Timeout),
            Err(Failed::Late { undone: false }) => {
                return Err(EngineError::Lost {
                    detail: "no answer before the deadline".to_owned(),
                });
            }
            // It was on its way: whether it came to its commit, nobody here can tell.
            Err(Failed::Broken(detail) | Failed::Unreadable(detail)) if batch.keep => {
                return Err(EngineError::Lost { detail });
            }
            Err(Failed::Broken(detail)) => return Err(EngineError::Unavailable { detail }),
            Err(Failed::Unreadable(detail)) => return Err(EngineError::Unexpected { detail }),
            Err(Failed::Refused(refusal)) => {
                if retry.again(&refusal).await {
                    continue;
                }
                return match (batch.rows.as_slice(), errors::is_duplicate(&refusal)) {
                    ([row], true) if ignores(&batch.shapes, row.shape) => {
                        Ok(vec![(row.number, ignored())])
                    }
                    _ => Err(errors::translate(&refusal, Some(&script.target))),
                };
            }
        }
    }
}

/// Writes the one row of a batch if the batch's preconditions hold of it.
pub(super) async fn write_guarded(
    pool: &Pool,
    batch: RowsBatch,
    guard: Box<RowGuard>,
    options: &MssqlOptions,
    deadline: Instant,
) -> Result<Reports, EngineError> {
    let script = Arc::clone(script_of(&batch)?);
    let guarded = Guarded {
        guard: guard.into(),
        script: Arc::new(whole_of(&script, &batch)?),
        idle: false,
    };
    let types = guarded.script.columns().to_vec();
    let batch = Arc::new(batch);
    let rows = Arc::clone(&batch);
    let read = move |results: Option<Vec<ResultSet>>| {
        // A row that is not done has left nothing to be undone.
        match read_reports(results.unwrap_or_default(), &types, rows.as_ref().into()) {
            Ok(reports) => CameTo::Through(reports),
            Err(error) => CameTo::Undone(Err(error)),
        }
    };
    let retry = Retry::until(deadline, options.lock_timeout, true);
    match guarded.run(pool, options, retry, deadline, read).await {
        Ok(reports) => Ok(reports),
        Err(Ended::Refused(refusal)) if errors::is_duplicate(&refusal) => {
            match batch.rows.as_slice() {
                [row] if ignores(&batch.shapes, row.shape) => Ok(vec![(row.number, ignored())]),
                _ => Err(errors::translate(&refusal, Some(&script.target))),
            }
        }
        Err(ended) => Err(ended.into_error(&guarded.script)),
    }
}

/// The script with the rows and what is noted of them.
fn whole_of(script: &RowsScript, batch: &RowsBatch) -> Result<Statement, EngineError> {
    if script.keep != batch.keep {
        return Err(unexpected("another end than is asked for"));
    }
    let mut params = pack(script, batch);
    params.extend(script.noted.iter().cloned());
    Ok(script.whole.bind(params))
}

fn script_of(batch: &RowsBatch) -> Result<&Arc<RowsScript>, EngineError> {
    match &batch.work {
        RowsWork::Script(script) => Ok(script),
        RowsWork::Steps { .. } => Err(EngineError::Unexpected {
            detail: "steps where SQL Server takes a script".to_owned(),
        }),
    }
}

/// Whether a row that another one's key refuses is simply there already.
fn ignores(shapes: &[Arc<RowShape>], shape: usize) -> bool {
    let shape = shapes.get(shape);
    shape.is_some_and(|shape| shape.action == RowAction::InsertIgnore)
}

fn ignored() -> RowReport {
    RowReport::Done(RowDone {
        outcome: RowOutcome::Ignored,
        key: Vec::new(),
    })
}

fn unexpected(what: &str) -> EngineError {
    EngineError::Unexpected {
        detail: format!("the script reported {what}"),
    }
}

/// What gives a script's figures their meaning.
#[derive(Clone, Copy)]
struct Meaning<'b> {
    shapes: &'b [Arc<RowShape>],
    key: &'b [Name],
}

impl<'b> From<&'b RowsBatch> for Meaning<'b> {
    fn from(batch: &'b RowsBatch) -> Self {
        Self {
            shapes: &batch.shapes,
            key: &batch.key,
        }
    }
}

/// Reads the script's own report, its last result: a trigger may have returned rows of its own before.
fn read_reports(
    results: Vec<ResultSet>,
    types: &[SqlType],
    meaning: Meaning<'_>,
) -> Result<Reports, EngineError> {
    let last = results.into_iter().next_back();
    let rows = last.ok_or_else(|| unexpected("nothing"))?.into_iter();
    rows.map(|row| meaning.read(decode::row(row, types)?))
        .collect()
}

impl Meaning<'_> {
    /// A row's number, its shape, how many rows have its key, and its own key.
    fn read(self, row: Row) -> Result<(u64, RowReport), EngineError> {
        let mut cells = row.into_iter();
        let mut integer = || match cells.next().flatten() {
            Some(Value::Int(number)) => Some(number),
            _ => None,
        };
        let number = integer().and_then(|n| u64::try_from(n).ok());
        let shape = integer()
            .and_then(|n| usize::try_from(n).ok())
            .and_then(|n| self.shapes.get(n));
        let (Some(number), Some(shape), Some(found)) = (number, shape, integer()) else {
            return Err(unexpected("no numbers"));
        };
        let done = |outcome| {
            let key = cells.collect();
            RowReport::Done(RowDone { outcome, key })
        };
        let report = match (found, shape.action, &shape.insert) {
            (0, _, Ok(_)) => done(RowOutcome::Created),
            (0, _, Err(faults)) => RowReport::NoMatch(faults.clone()),
            (1, RowAction::Delete, _) => done(RowOutcome::Deleted),
            (1, RowAction::InsertIgnore, _) => done(RowOutcome::Ignored),
            (1, _, _) => done(RowOutcome::Updated),
            (2.., _, _) => RowReport::Ambiguous(self.key.to_vec()),
            _ => RowReport::Repeated(self.key.to_vec()),
        };
        Ok((number, report))
    }
}
