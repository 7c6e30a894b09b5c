//! One write, step by step: count, decide, then update or insert. It runs inside a transaction that
//! is somebody else's to commit or roll back; on an error it leaves its changes to be rolled back.

use rusqlite::Connection;

use super::{bind::bind, decode::decode, errors::translate_for};
use crate::{
    domain::{Row, Value, WriteOutcome, plan::MatchRule},
    engine::EngineError,
    render::{RowGuard, Statement, WriteBatch},
};

type Outcome = Result<WriteOutcome, EngineError>;

/// Runs a write. No other connection can write between its steps: the transaction is an immediate one.
pub(super) fn execute(conn: &Connection, batch: &WriteBatch) -> Outcome {
    match batch {
        WriteBatch::Script { .. } => Err(EngineError::Unexpected {
            detail: "a script where SQLite takes steps".to_owned(),
        }),
        WriteBatch::Guarded { guard, write } => {
            check(conn, guard)?;
            execute(conn, write)
        }
        WriteBatch::Insert { insert } => execute_insert(conn, insert),
        WriteBatch::Update {
            count,
            update,
            rule,
        } => match execute_count(conn, count)? {
            0 => Ok(WriteOutcome::Updated { affected: 0 }),
            matched => execute_update(conn, update, matched, *rule),
        },
        WriteBatch::Upsert {
            count,
            update,
            insert,
            rule,
        } => match (execute_count(conn, count)?, insert) {
            (0, Some(insert)) => execute_insert(conn, insert),
            (0, None) => Ok(WriteOutcome::NoMatch),
            (matched, _) => execute_update(conn, update, matched, *rule),
        },
    }
}

/// Holds preconditions against the row that is to be written.
pub(super) fn check(conn: &Connection, guard: &RowGuard) -> Result<(), EngineError> {
    let rows = match &guard.find {
        Some(find) => query(conn, find)?,
        None => Vec::new(),
    };
    guard.check(&rows).map_err(EngineError::Unmet)
}

fn execute_count(conn: &Connection, count: &Statement) -> Result<u32, EngineError> {
    match query(conn, count)?.as_slice() {
        [row] => match row.as_slice() {
            [Some(Value::Int(matched))] => u32::try_from(*matched).ok(),
            _ => None,
        },
        _ => None,
    }
    .ok_or_else(|| EngineError::Unexpected {
        detail: "a count returned something else than one number".to_owned(),
    })
}

fn execute_update(conn: &Connection, update: &Statement, matched: u32, rule: MatchRule) -> Outcome {
    if matched > rule.allowed {
        return Ok(WriteOutcome::TooMany { matched });
    }
    let mut rows = query(conn, update)?;
    check_changes(conn, u64::from(matched))?;
    check_verdicts(update.verdict(), &mut rows)?;
    Ok(WriteOutcome::Updated { affected: matched })
}

fn execute_insert(conn: &Connection, insert: &Statement) -> Outcome {
    let mut rows = query(conn, insert)?;
    check_changes(conn, 1)?;
    check_verdicts(insert.verdict(), &mut rows)?;
    let generated = rows.into_iter().flatten().next().flatten();
    Ok(WriteOutcome::Inserted { generated })
}

/// Takes the verdicts off rows that were written, where there are any: each must be one that its writer may have.
pub(super) fn check_verdicts(judged: bool, rows: &mut [Row]) -> Result<(), EngineError> {
    let kept = |row: &mut Row| row.pop() == Some(Some(Value::Bool(true)));
    if judged && !rows.iter_mut().all(kept) {
        return Err(EngineError::Outside);
    }
    Ok(())
}

/// Nobody else can have changed the rows since they were counted. When fewer were written, the
/// database itself passed over some: a trigger's RAISE(IGNORE), or a constraint declared ON CONFLICT
/// IGNORE. That is its way of saying no, and a caller who is told "updated" must be able to rely on it.
fn check_changes(conn: &Connection, expected: u64) -> Result<(), EngineError> {
    // The rows that the last statement wrote itself: triggers and cascades do not count.
    let changed = conn.changes();
    if changed < expected {
        return Err(EngineError::Trigger {
            detail: format!(
                "the database passed over {} of {expected} rows",
                expected - changed
            ),
        });
    }
    if changed > expected {
        return Err(EngineError::Unexpected {
            detail: format!("{changed} rows changed where {expected} matched"),
        });
    }
    Ok(())
}

/// Runs a statement to its end and reads what it returns.
pub(super) fn query(conn: &Connection, statement: &Statement) -> Result<Vec<Row>, EngineError> {
    let translate = |error| translate_for(statement.target(), error);
    let mut prepared = conn.prepare_cached(statement.text()).map_err(translate)?;
    let types = statement.columns();
    if prepared.column_count() != types.len() {
        return Err(EngineError::Unexpected {
            detail: format!(
                "the statement returns {} columns, not {}",
                prepared.column_count(),
                types.len()
            ),
        });
    }
    bind(&mut prepared, statement.params()).map_err(translate)?;
    let mut rows = prepared.raw_query();
    let mut read = Vec::new();
    while let Some(row) = rows.next().map_err(translate)? {
        let values = (0..).zip(types).map(|(i, ty)| {
            let stored = row.get_ref(i).map_err(translate)?;
            Ok(decode(stored, ty))
        });
        read.push(values.collect::<Result<_, EngineError>>()?);
    }
    Ok(read)
}
