//! What a write has come to, kept with it in its transaction, so that a request that is made again does not act again.
//! It decides nothing about requests: who may make one is the claim's affair.

use rusqlite::Connection;

use super::errors::translate;
use crate::{
    domain::{ChangeMemory, ChangeNote, Deed, Note, WriteOutcome, deed::Once, once::Outcome},
    engine::{EngineError, rows::RowReport},
};

const PARTS: &str = include_str!("../../../sql/sqlite/idempotency/parts.sql");
const BEGIN: &str = include_str!("../../../sql/sqlite/idempotency/begin.sql");
const STEP: &str = include_str!("../../../sql/sqlite/idempotency/step.sql");
const FORGET: &str = include_str!("../../../sql/sqlite/idempotency/forget_step.sql");

/// A write of a request that is not to act twice.
#[derive(Clone, Copy)]
pub(super) struct Record<'n> {
    conn: &'n Connection,
    note: &'n Note,
    once: &'n Once,
}

impl<'n> Record<'n> {
    /// The record of a write with this note; `None` where the request may act again.
    pub(super) fn of(conn: &'n Connection, note: Option<&'n Note>) -> Option<Self> {
        let note = note?;
        let once = note.deed.once.as_ref()?;
        Some(Self { conn, note, once })
    }

    /// Makes sure that nobody else has written this meanwhile, who made the same request: whoever claims a request may
    /// come while the last write of another, that is gone, is still waiting for its turn.
    ///
    /// # Errors
    /// [`EngineError::Underway`].
    pub(super) fn check(&self, first: u64, last: u64) -> Result<(), EngineError> {
        let known: Vec<i64> = self.note.past().map(|(part, _)| number(part)).collect();
        let mut statement = self.conn.prepare_cached(PARTS).map_err(translate)?;
        let place = (
            &self.once.key[..],
            self.note.step,
            number(first),
            number(last),
        );
        let mut rows = statement.query(place).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            let part: i64 = row.get(0).map_err(translate)?;
            if !known.contains(&part) {
                return Err(EngineError::Underway);
            }
        }
        Ok(())
    }

    /// Keeps what a write with a condition has come to.
    pub(super) fn keep_write(&self, outcome: &WriteOutcome) -> Result<(), EngineError> {
        match Outcome::of_write(outcome) {
            Some(outcome) => self.keep(0, &outcome),
            None => Ok(()),
        }
    }

    /// Keeps what became of the rows of a part; those that were not done are left out.
    pub(super) fn keep_rows(&self, reports: &[(u64, RowReport)]) -> Result<(), EngineError> {
        let done = || {
            reports.iter().filter_map(|(number, report)| match report {
                RowReport::Done(done) => Some((*number, done)),
                _ => None,
            })
        };
        match done().next() {
            Some((first, _)) => self.keep(first, &Outcome::of_rows(done())),
            None => Ok(()),
        }
    }

    /// Keeps that every row was deleted, where no other was written.
    pub(super) fn keep_clearing(&self) -> Result<(), EngineError> {
        self.keep(0, &Outcome::of_rows([]))
    }

    /// Keeps that a step of another request was undone.
    pub(super) fn keep_undoing(&self) -> Result<(), EngineError> {
        self.keep(0, &Outcome::of_undoing(self.note.deed.log_id))
    }

    fn keep(&self, part: u64, outcome: &Outcome) -> Result<(), EngineError> {
        let step = (self.note.step, number(part));
        keep(self.conn, &self.note.deed, self.once, step, outcome)
    }
}

/// Keeps what a change of tables has come to, or takes that back.
pub(super) fn keep_change(conn: &Connection, note: &ChangeNote) -> Result<(), EngineError> {
    let Some(once) = &note.deed.once else {
        return Ok(());
    };
    if note.memory == ChangeMemory::None {
        return Ok(());
    }
    // What it had come to before is gone by now: else it would not be made again.
    let mut forget = conn.prepare_cached(FORGET).map_err(translate)?;
    forget
        .execute((&once.key[..], Deed::CHANGE))
        .map_err(translate)?;
    match &note.memory {
        ChangeMemory::Keep(outcome) => keep(conn, &note.deed, once, (Deed::CHANGE, 0), outcome),
        ChangeMemory::Forget | ChangeMemory::None => Ok(()),
    }
}

fn keep(
    conn: &Connection,
    deed: &Deed,
    once: &Once,
    (step, part): (u32, i64),
    outcome: &Outcome,
) -> Result<(), EngineError> {
    let Once { key, fingerprint } = once;
    let run = || {
        let mut begin = conn.prepare_cached(BEGIN)?;
        begin.execute((&key[..], &*deed.client, &fingerprint[..]))?;
        let mut kept = conn.prepare_cached(STEP)?;
        kept.execute((&key[..], step, part, outcome.0.to_string()))
    };
    run().map(drop).map_err(translate)
}

/// Rows of a request are fewer than that.
fn number(part: u64) -> i64 {
    i64::try_from(part).unwrap_or(i64::MAX)
}
