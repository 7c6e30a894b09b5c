//! Undoes a request within a transaction that is somebody else's: row by row, the last change first, and only while every
//! row still is as it was left. The file's triggers run as for any write; what they change of a row that was put back is
//! put back once more, without them.

use rusqlite::{CachedStatement, Connection, config::DbConfig};
use serde_json::Value as Json;

use super::{
    dependents::Dependents,
    errors::{translate, translate_for},
    journal::{
        Counts, Journal, Keeper,
        stored::{self, Stored},
    },
    ledger::rows_before,
    once::Record,
};
use crate::{
    domain::{
        ColumnIndex, Table,
        journal::{ChangedRow, LogRow, MOST_CHANGED, Undo, UndoStep, Undone},
    },
    engine::EngineError,
    render::{Statement, sqlite::Sqlite},
};

/// Rows that are held at a time.
const AT_ONCE: u32 = 500;

/// Undoes a request, or only tries to.
pub(super) fn put_back(
    conn: &Connection,
    journal: &Journal,
    undo: &Undo,
    keep: bool,
) -> Result<Undone, EngineError> {
    // What rows refer to may come back after them. It ends with the transaction.
    run(conn, "PRAGMA defer_foreign_keys = ON; SAVEPOINT undoing")?;
    let mut changed = Vec::new();
    for step in &undo.steps {
        let note = Some(&*step.note).filter(|_| keep);
        let record = Record::of(conn, note);
        if let Some(record) = &record {
            record.check(0, 0)?;
        }
        let keeper = journal.keep(conn, note, true)?;
        let counts = Back::new(conn, step)?.put_back(undo, &keeper, &mut changed)?;
        if changed.is_empty() && keep {
            keeper.end_as(conn, counts, Some(undo.log_id))?;
            if let Some(record) = &record {
                record.keep_undoing()?;
            }
        }
    }
    if keep && changed.is_empty() {
        run(conn, "RELEASE undoing")?;
    } else {
        run(conn, "ROLLBACK TO undoing; RELEASE undoing")?;
    }
    Ok(if changed.is_empty() {
        Undone::Done
    } else {
        Undone::Changed(changed)
    })
}

/// A step on its way back.
struct Back<'s> {
    conn: &'s Connection,
    step: &'s UndoStep,
    table: &'s Table,
    key: &'s [ColumnIndex],
    /// The places of the key's columns among those that were kept.
    places: Vec<usize>,
    /// What nobody has put into question, and must not go with what is taken away.
    dependents: Dependents,
}

impl<'s> Back<'s> {
    fn new(conn: &'s Connection, step: &'s UndoStep) -> Result<Self, EngineError> {
        let table = step.note.entity.table();
        let key = table.row_key();
        let place = |index: &ColumnIndex| step.columns.iter().position(|c| c == index);
        Ok(Self {
            conn,
            step,
            table,
            key,
            places: key.iter().filter_map(place).collect(),
            dependents: Dependents::of(conn, table, key)?,
        })
    }

    fn put_back(
        &self,
        undo: &Undo,
        keeper: &Keeper<'_>,
        changed: &mut Vec<ChangedRow>,
    ) -> Result<Counts, EngineError> {
        let mut counts = Counts::default();
        let mut number = i64::MAX;
        loop {
            let rows = rows_before(self.conn, undo.log_id, self.step.step, number, AT_ONCE)?;
            let Some(last) = rows.last() else {
                return Ok(counts);
            };
            number = last.number;
            for row in &rows {
                if !self.put_row_back(row, &mut counts)? {
                    let row = self.told(row);
                    if !changed.contains(&row) {
                        changed.push(row);
                    }
                    if changed.len() >= MOST_CHANGED {
                        return Ok(counts);
                    }
                }
            }
            // All of them would be too many to be held.
            keeper.write_rows(self.conn)?;
        }
    }

    /// `false` where the row is not as it was left.
    fn put_row_back(&self, row: &LogRow, counts: &mut Counts) -> Result<bool, EngineError> {
        let before = row.before.as_deref().map(values).transpose()?;
        let after = row.after.as_deref().map(values).transpose()?;
        match (before, after) {
            (Some(before), Some(after)) => {
                if self.find(&after)?.as_deref() != Some(std::slice::from_ref(&after)) {
                    return Ok(false);
                }
                self.update(&after, &before)?;
                self.insist(&before)?;
                counts.updated += 1;
            }
            (None, Some(after)) => {
                if self.find(&after)?.as_deref() != Some(std::slice::from_ref(&after)) {
                    return Ok(false);
                }
                self.dependents.check(self.conn, &self.key_of(&after))?;
                let delete = Sqlite.render_take_away(self.table, self.key);
                self.execute(&delete, self.key_of(&after))?;
                counts.deleted += 1;
            }
            (Some(before), None) => {
                if self.find(&before)?.is_some() {
                    return Ok(false);
                }
                let insert = Sqlite.render_bring_back(self.table, &self.step.columns);
                self.execute(&insert, before.iter())?;
                self.insist(&before)?;
                counts.created += 1;
            }
            (None, None) => {}
        }
        Ok(true)
    }

    fn key_of<'v>(&'v self, values: &'v [Stored]) -> impl Iterator<Item = &'v Stored> + Clone {
        self.places.iter().filter_map(|place| values.get(*place))
    }

    /// The rows that have the key of these values; `None` for none.
    fn find(&self, values: &[Stored]) -> Result<Option<Vec<Vec<Stored>>>, EngineError> {
        let read = Sqlite.render_kept(self.table, &self.step.columns, self.key);
        let mut prepared = self.prepare(&read)?;
        bind(&mut prepared, self.key_of(values))?;
        let mut rows = prepared.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(translate)? {
            let values = (0..self.step.columns.len()).map(|i| row.get_ref(i).map(Stored::from));
            found.push(values.collect::<Result<Vec<_>, _>>().map_err(translate)?);
        }
        Ok((!found.is_empty()).then_some(found))
    }

    /// Sets what differs of the row that is as in `now`.
    fn update(&self, now: &[Stored], then: &[Stored]) -> Result<(), EngineError> {
        let pairs = self.step.columns.iter().zip(now.iter().zip(then));
        let differing: Vec<_> = pairs.filter(|(_, (now, then))| now != then).collect();
        if differing.is_empty() {
            return Ok(());
        }
        let columns: Vec<ColumnIndex> = differing.iter().map(|(column, _)| **column).collect();
        let update = Sqlite.render_put_back(self.table, &columns, self.key);
        let set = differing.iter().map(|(_, (_, then))| *then);
        self.execute(&update, set.chain(self.key_of(now)))
    }

    /// Makes sure that a row is as it was, whatever triggers have made of it.
    fn insist(&self, then: &[Stored]) -> Result<(), EngineError> {
        let found = self.find(then)?.unwrap_or_default();
        let [now] = found.as_slice() else {
            return Err(passed_over());
        };
        if now == then {
            return Ok(());
        }
        // The connection's own still run: what is journalled is what is there in the end.
        self.let_triggers(false)?;
        let updated = self.update(now, then);
        self.let_triggers(true)?;
        updated?;
        match self.find(then)?.as_deref() {
            Some([now]) if now == then => Ok(()),
            _ => Err(passed_over()),
        }
    }

    fn let_triggers(&self, run: bool) -> Result<(), EngineError> {
        let set = self
            .conn
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, run);
        set.map(drop).map_err(translate)
    }

    /// Runs a statement that changes one row.
    fn execute<'v>(
        &self,
        statement: &Statement,
        values: impl Iterator<Item = &'v Stored>,
    ) -> Result<(), EngineError> {
        let mut prepared = self.prepare(statement)?;
        bind(&mut prepared, values)?;
        let changed = prepared
            .raw_execute()
            .map_err(|error| translate_for(statement.target(), error))?;
        if changed == 1 {
            Ok(())
        } else {
            Err(passed_over())
        }
    }

    fn prepare(&self, statement: &Statement) -> Result<CachedStatement<'_>, EngineError> {
        self.conn
            .prepare_cached(statement.text())
            .map_err(|error| translate_for(statement.target(), error))
    }

    /// The row by its key.
    fn told(&self, row: &LogRow) -> ChangedRow {
        let values = row.after.as_ref().or(row.before.as_ref());
        let key = self
            .key
            .iter()
            .zip(&self.places)
            .filter_map(|(index, place)| {
                let value = values?.get(*place)?;
                Some((
                    self.table.column(*index).name.as_str().to_owned(),
                    value.clone(),
                ))
            });
        ChangedRow {
            entity: self.step.note.entity.name().as_str().to_owned(),
            key: key.collect(),
        }
    }
}

fn bind<'v>(
    prepared: &mut CachedStatement<'_>,
    values: impl Iterator<Item = &'v Stored>,
) -> Result<(), EngineError> {
    for (number, value) in (1..).zip(values) {
        prepared
            .raw_bind_parameter(number, value)
            .map_err(translate)?;
    }
    Ok(())
}

fn values(kept: &[Json]) -> Result<Vec<Stored>, EngineError> {
    let values = kept.iter().map(stored::parse).collect::<Option<_>>();
    values.ok_or_else(|| EngineError::Unexpected {
        detail: "the journal holds a value that is none of SQLite's".to_owned(),
    })
}

/// The database's own way of saying no.
fn passed_over() -> EngineError {
    EngineError::Trigger {
        detail: "a row could not be put back as it was".to_owned(),
    }
}

fn run(conn: &Connection, sql: &'static str) -> Result<(), EngineError> {
    conn.execute_batch(sql).map_err(translate)
}
