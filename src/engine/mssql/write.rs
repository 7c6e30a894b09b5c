//! One write: its script is sent as a whole and, where the server says that it may succeed in a moment, sent
//! again as a whole.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{
    connection::{Request, ResultSet},
    decode_row,
    errors,
    pool::{Failed, Pool},
};
use crate::{
    domain::{Value, WriteOutcome, plan::MatchRule},
    engine::EngineError,
    render::{Otherwise, Statement, WriteBatch},
};

/// How often a transaction is tried again that the server gave up.
const RETRIES: u32 = 3;

/// How long the first of these pauses is at most; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs a write to its end or to the deadline.
pub(super) async fn write(
    pool: &Pool,
    batch: WriteBatch,
    deadline: Instant,
) -> Result<WriteOutcome, EngineError> {
    let WriteBatch::Script {
        script,
        otherwise,
        rule,
    } = batch
    else {
        return Err(EngineError::Unexpected {
            detail: "steps where SQL Server takes a script".to_owned(),
        });
    };
    // A row that was not there when its key was looked for may have come in from elsewhere: once more, and it
    // is found.
    let mut duplicates = u32::from(rule.is_some() && otherwise == Otherwise::Insert);
    let mut retries = RETRIES;
    loop {
        if Instant::now() >= deadline {
            return Err(EngineError::Timeout);
        }
        let lease = pool.lease(deadline).await?;
        let refusal = match lease.ask(Request::Rendered(script.clone()), deadline).await {
            Ok(results) => return report(results, &script, otherwise, rule),
            // It was on its way: whether it came to its commit, nobody here can tell.
            Err(Failed::Broken(detail)) => return Err(EngineError::Lost { detail }),
            Err(Failed::Late) => {
                return Err(EngineError::Lost {
                    detail: "no answer before the deadline".to_owned(),
                });
            }
            Err(Failed::Refused(refusal)) => refusal,
        };
        if errors::is_transient(&refusal) && retries > 0 {
            tracing::debug!(number = refusal.number, "the transaction is tried again");
            pause(RETRIES - retries, deadline).await;
            retries -= 1;
        } else if errors::is_duplicate(&refusal) && duplicates > 0 {
            duplicates -= 1;
        } else {
            return Err(errors::translate(&refusal, script.target()));
        }
    }
}

/// Waits a random part of the pause, so that those who were in each other's way do not meet again.
async fn pause(tries: u32, deadline: Instant) {
    let longest = PAUSE * 2_u32.saturating_pow(tries);
    let mut random = [0; 2];
    let part = match getrandom::fill(&mut random) {
        Ok(()) => u32::from(u16::from_le_bytes(random)),
        // All of it, then.
        Err(_) => u32::from(u16::MAX),
    };
    let pause = longest * part / u32::from(u16::MAX);
    sleep(pause.min(deadline.saturating_duration_since(Instant::now()))).await;
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
    let mut cells = decode_row(row, script.columns())?.into_iter();
    let (matched, affected) = (count(cells.next()), count(cells.next()));
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
        // A trigger instead of the statement, or an index that ignores duplicates. It is rolled back.
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

fn count(cell: Option<Option<Value>>) -> Option<u32> {
    match cell.flatten() {
        Some(Value::Int(number)) => u32::try_from(number).ok(),
        _ => None,
    }
}
