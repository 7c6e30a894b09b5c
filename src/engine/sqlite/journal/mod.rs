//! The journal on the writer's connection: what a noted write does to rows is caught by triggers of the connection's own
//! and written down in the same transaction. A write that leaves nothing behind leaves nothing here either.

mod caught;
mod pile;
pub(super) mod stored;
mod watch;

use std::{
    cell::Cell,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, params};
use uuid::Uuid;

use self::{
    caught::Net,
    watch::{Kept, Watches},
};
use super::errors::translate;
use crate::{
    domain::{
        ChangeEntry, Deed, Keeping, Note, WriteOutcome, batch::RowOutcome, iso, journal::now,
    },
    engine::EngineError,
};

const NOTE: &str = include_str!("../../../../sql/sqlite/journal/note.sql");
const NOTE_ROW: &str = include_str!("../../../../sql/sqlite/journal/note_row.sql");
const NEXT_NUMBER: &str = include_str!("../../../../sql/sqlite/journal/next_number.sql");

/// The writer's journal.
#[derive(Debug)]
pub(super) struct Journal {
    net: Net,
    watches: Mutex<Watches>,
}

/// How many rows a write has made, changed and deleted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) deleted: u64,
}

/// Keeps one write. Dropped without an end it keeps nothing.
pub(super) struct Keeper<'j> {
    journal: &'j Journal,
    /// `None` where nothing is kept.
    note: Option<&'j Note>,
    /// `None` where rows are counted alone.
    kept: Option<Arc<Kept>>,
    /// The number of the next row; `None` while nobody has asked.
    next: Cell<Option<i64>>,
    deleted: Cell<u64>,
}

impl Counts {
    /// Counts a row.
    pub(super) fn count(&mut self, outcome: RowOutcome) {
        match outcome {
            RowOutcome::Created => self.created += 1,
            RowOutcome::Updated => self.updated += 1,
            RowOutcome::Deleted => self.deleted += 1,
            RowOutcome::Ignored => {}
        }
    }

    /// Those of one write; `None` where it came to nothing.
    pub(super) fn of(outcome: &WriteOutcome) -> Option<Self> {
        match outcome {
            WriteOutcome::Updated { affected } => Some(Self {
                updated: (*affected).into(),
                ..Self::default()
            }),
            WriteOutcome::Inserted { .. } => Some(Self {
                created: 1,
                ..Self::default()
            }),
            WriteOutcome::NoMatch | WriteOutcome::TooMany { .. } => None,
        }
    }
}

/// A place in a write to which it can be rolled back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark((usize, u64));

impl Journal {
    /// A journal for the connection.
    pub(super) fn open(conn: &Connection) -> Result<Self, EngineError> {
        Ok(Self {
            net: Net::cast(conn).map_err(translate)?,
            watches: Mutex::default(),
        })
    }

    /// Begins to keep a write, within its transaction; nothing where there is no note. `whole`: it is all that its note is
    /// about, not one of several parts.
    pub(super) fn keep<'j>(
        &'j self,
        conn: &Connection,
        note: Option<&'j Note>,
        whole: bool,
    ) -> Result<Keeper<'j>, EngineError> {
        let note = note.filter(|note| note.keeping() != Keeping::Off);
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = if let Some(note) = note.filter(|note| note.keeping() == Keeping::Full) {
            watches.watch(conn, &note.entity)?
        } else {
            watches.look(conn)?;
            None
        };
        if let Some(kept) = &kept {
            self.net.lock().arm(Arc::clone(&kept.key), kept.tag());
        }
        Ok(Keeper {
            journal: self,
            note,
            kept,
            next: Cell::new(whole.then_some(0)),
            deleted: Cell::new(0),
        })
    }

    /// Watches no table any more: tables are about to change.
    pub(super) fn look_away(&self, conn: &Connection) -> Result<(), EngineError> {
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        watches.drop_all(conn)
    }

    /// Takes note of the end of a transaction, whatever its end was.
    pub(super) fn settled(&self) {
        let mut watches = self.watches.lock().unwrap_or_else(PoisonError::into_inner);
        watches.settled();
    }
}

impl Keeper<'_> {
    /// Where the write is now.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.journal.net.lock().mark())
    }

    /// Forgets what was caught since then.
    pub(super) fn back_to(&self, mark: Mark) {
        self.journal.net.lock().back_to(mark.0);
    }

    /// Writes down the rows that were caught so far: they can be rolled back with the transaction alone.
    pub(super) fn write_rows(&self, conn: &Connection) -> Result<(), EngineError> {
        let (Some(note), Some(_)) = (self.note, &self.kept) else {
            return Ok(());
        };
        let changes = {
            let mut caught = self.journal.net.lock();
            self.deleted.set(caught.deleted());
            caught.take()
        };
        let changes = changes.ok_or_else(|| EngineError::Unexpected {
            detail: "a trigger told the journal what it does not understand or cannot hold"
                .to_owned(),
        })?;
        if changes.is_empty() {
            return Ok(());
        }
        let id = note.deed.log_id.as_bytes().as_slice();
        let mut next = match self.next.get() {
            Some(next) => next,
            None => conn
                .prepare_cached(NEXT_NUMBER)
                .and_then(|mut query| query.query_row(params![id, note.step], |row| row.get(0)))
                .map_err(translate)?,
        };
        let mut insert = conn.prepare_cached(NOTE_ROW).map_err(translate)?;
        changes.for_each(|before, after| {
            if before != after {
                insert
                    .execute(params![id, note.step, next, before, after])
                    .map_err(translate)?;
                next += 1;
            }
            Ok::<_, Unwritten>(())
        })?;
        self.next.set(Some(next));
        Ok(())
    }

    /// Writes down the write: it has come to its end.
    pub(super) fn end(self, conn: &Connection, counts: Counts) -> Result<(), EngineError> {
        self.end_as(conn, counts, None)
    }

    /// The same of a write that undoes another.
    pub(super) fn end_as(
        self,
        conn: &Connection,
        mut counts: Counts,
        undoes: Option<Uuid>,
    ) -> Result<(), EngineError> {
        let Some(note) = self.note else {
            return Ok(());
        };
        self.write_rows(conn)?;
        // What triggers and cascades deleted in the table as well.
        counts.deleted = counts.deleted.max(self.deleted.get());
        let entry = Entry {
            deed: &note.deed,
            step: note.step,
            entity: note.entity.name().as_str(),
            table: &note.entity.table().full_name(),
            clause: note.clause.as_deref(),
            columns: self.kept.as_ref().map(|kept| kept.names.as_str()),
            counts,
            undoes,
        };
        entry.write(conn)
    }
}

/// A row of the log.
struct Entry<'e> {
    deed: &'e Deed,
    step: u32,
    entity: &'e str,
    table: &'e str,
    clause: Option<&'e str>,
    columns: Option<&'e str>,
    counts: Counts,
    undoes: Option<Uuid>,
}

impl Entry<'_> {
    fn write(&self, conn: &Connection) -> Result<(), EngineError> {
        let mut insert = conn.prepare_cached(NOTE).map_err(translate)?;
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        insert
            .execute(params![
                self.deed.log_id.as_bytes().as_slice(),
                self.step,
                iso::datetime_text(now(), ' '),
                &*self.deed.client,
                self.deed.api.word(),
                self.entity,
                self.table,
                self.deed.operation,
                self.clause,
                self.columns,
                count(self.counts.created),
                count(self.counts.updated),
                count(self.counts.deleted),
                self.undoes.as_ref().map(|id| id.as_bytes().as_slice()),
            ])
            .map(drop)
            .map_err(translate)
    }
}

/// Changes could not be written down.
struct Unwritten(EngineError);

impl From<EngineError> for Unwritten {
    fn from(error: EngineError) -> Self {
        Self(error)
    }
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Self {
        Self(EngineError::Unexpected {
            detail: format!("changes of rows cannot be read again: {error}"),
        })
    }
}

impl From<Unwritten> for EngineError {
    fn from(error: Unwritten) -> Self {
        error.0
    }
}

/// Writes down a change of tables, within its transaction.
pub(super) fn keep_change(
    conn: &Connection,
    deed: &Deed,
    change: &ChangeEntry,
) -> Result<(), EngineError> {
    let entry = Entry {
        deed,
        step: change.step,
        entity: &change.entity,
        table: &change.table,
        clause: None,
        columns: None,
        counts: Counts::default(),
        undoes: None,
    };
    entry.write(conn)
}

impl Drop for Keeper<'_> {
    fn drop(&mut self) {
        if self.kept.is_some() {
            self.journal.net.lock().disarm();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = include_str!("../../../../sql/sqlite/migrations/0002_journal.sql");

    #[test]
    fn parts_that_kept_other_columns_leave_none_that_values_could_be_taken_for() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        let note = |columns: Option<&str>| {
            let entry = params![
                [0_u8],
                0,
                "2026-01-01",
                "c",
                "a",
                "e",
                "t",
                "o",
                None::<String>,
                columns,
                1,
                2,
                3,
                None::<String>
            ];
            conn.execute(NOTE, entry).unwrap();
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            conn.query_row("SELECT columns, deleted FROM upsertd_log", [], read)
                .unwrap()
        };
        let kept = |text: &str| Some(text.to_owned());
        assert_eq!(note(Some("[1]")), (kept("[1]"), 3));
        assert_eq!(note(Some("[1]")), (kept("[1]"), 6));
        assert_eq!(note(Some("[1,2]")), (None, 9));
        assert_eq!(note(Some("[1,2]")), (None, 12));
    }
}
