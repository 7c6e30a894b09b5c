//! One write: its script is sent as a whole and, where the server says that it may succeed in a moment, sent
//! again as a whole.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    MssqlOptions,
    connection::{Request, ResultSet},
    decode, errors,
    pool::{Failed, Pool},
    retry::Retry,
    rows::{CameTo, Guarded},
};
use crate::{
    domain::{Value, WriteOutcome, plan::MatchRule},
    engine::EngineError,
    render::{Otherwise, RowGuard, Statement, WriteBatch},
};

/// Runs a write to its end or to the deadline.
pub(super) async fn write(
    pool: &Pool,
    batch: WriteBatch,
    lock_timeout: Duration,
    deadline: Instant,
) -> Result<WriteOutcome, EngineError> {
    let (script, otherwise, rule) = script_of(batch)?;
    let races = rule.is_some() && otherwise == Otherwise::Insert;
    let retry = Retry::until(deadline, lock_timeout, races);
    let results = run(pool, &script, retry, deadline).await?;
    report(results, &script, otherwise, rule)
}

/// The script of a write, with what it does when no row matches and how many rows it may touch.
fn script_of(
    batch: WriteBatch,
) -> Result<(Arc<Statement>, Otherwise, Option<MatchRule>), EngineError> {
    match batch {
        WriteBatch::Script {
            script,
            otherwise,
            rule,
        } => Ok((Arc::new(script), otherwise, rule)),
        _ => Err(EngineError::Unexpected {
            detail: "steps where SQL Server takes a script".to_owned(),
        }),
    }
}

/// Runs a write if preconditions hold of the row that it is about.
pub(super) async fn write_guarded(
    pool: &Pool,
    batch: WriteBatch,
    guard: Box<RowGuard>,
    options: &MssqlOptions,
    deadline: Instant,
) -> Result<WriteOutcome, EngineError> {
    let (script, otherwise, rule) = script_of(batch)?;
    let guarded = Guarded {
        guard: guard.into(),
        script: Arc::clone(&script),
        // It would roll back what is not its own.
        idle: rule.is_some() && otherwise != Otherwise::Insert,
    };
    let read = move |results: Option<Vec<ResultSet>>| {
        let Some(results) = results else {
            return CameTo::Undone(Ok(match otherwise {
                Otherwise::Impossible => WriteOutcome::NoMatch,
                _ => WriteOutcome::Updated { affected: 0 },
            }));
        };
        match report(results, &script, otherwise, rule) {
            Ok(
                outcome @ (WriteOutcome::Inserted { .. } | WriteOutcome::Updated { affected: 1.. }),
            ) => CameTo::Through(outcome),
            other => CameTo::Undone(other),
        }
    };
    let races = rule.is_some() && otherwise == Otherwise::Insert;
    let retry = Retry::until(deadline, options.lock_timeout, races);
    let ran = guarded.run(pool, options, retry, deadline, read).await;
    ran.map_err(|ended| ended.into_error(&guarded.script))
}

/// Runs a script that is one transaction, again where the server says that it may succeed in a moment.
pub(super) async fn run(
    pool: &Pool,
    script: &Arc<Statement>,
    mut retry: Retry,
    deadline: Instant,
) -> Result<Vec<ResultSet>, EngineError> {
    if Instant::now() >= deadline {
        return Err(EngineError::Timeout);
    }
    loop {
        let lease = pool.lease(deadline).await?;
        match lease
            .ask(Request::Rendered(Arc::clone(script)), deadline)
            .await
        {
            Ok(results) => return Ok(results),
            Err(Failed::Late { undone: true }) => return Err(EngineError::Timeout),
            Err(Failed::Late { undone: false }) => {
                return Err(EngineError::Lost {
                    detail: "no answer before the deadline".to_owned(),
                });
            }
            // It was on its way: whether it came to its commit, nobody here can tell.
            Err(Failed::Broken(detail) | Failed::Unreadable(detail)) => {
                return Err(EngineError::Lost { detail });
            }
            Err(Failed::Refused(refusal)) => {
                if !retry.again(&refusal).await {
                    return Err(errors::translate(&refusal, script.target()));
                }
            }
        }
    }
}

/// Reads the script's own report: matching rows, rows written, generated key.
fn report(
    results: Vec<ResultSet>,
    script: &Statement,
    otherwise: Otherwise,
    rule: Option<MatchRule>,
) -> Result<WriteOutcome, EngineError> {
    let unexpected = |what: &str| EngineError::Unexpected {
        detail: format!("the script reported {what}"),
    };
    // A trigger may have returned rows of its own before.
    let last = results.into_iter().next_back();
    let row = last.and_then(|set| set.into_iter().next());
    let row = row.ok_or_else(|| unexpected("nothing"))?;
    let mut cells = decode::row(row, script.columns())?.into_iter();
    let mut count = || match cells.next().flatten() {
        Some(Value::Int(number)) => u32::try_from(number).ok(),
        _ => None,
    };
    let (matched, affected) = (count(), count());
    let (Some(matched), Some(affected)) = (matched, affected) else {
        return Err(unexpected("no numbers"));
    };
    let generated = cells.next().flatten();
    if rule.is_some_and(|rule| matched > rule.allowed) {
        return Ok(WriteOutcome::TooMany { matched });
    }
    let expected = match (matched, otherwise) {
        (0, Otherwise::Nothing) => return Ok(WriteOutcome::Updated { affected: 0 }),
        (0, Otherwise::Impossible) => return Ok(WriteOutcome::NoMatch),
        (0, Otherwise::Insert) => 1,
        (matched, _) => matched,
    };
    if affected != expected {
        // An index that ignores duplicates, or a key that is none any more. It is rolled back.
        return Err(EngineError::Trigger {
            detail: format!("{affected} rows written where {expected} were to be"),
        });
    }
    Ok(if matched == 0 {
        WriteOutcome::Inserted { generated }
    } else {
        WriteOutcome::Updated { affected }
    })
}
