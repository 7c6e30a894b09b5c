//! What is kept with a change of tables, in its script: the journal's row, and what the same request finds when it is made
//! again.

use super::{
    Mssql, Sql,
    journal::{self, Journal},
    once::Record,
};
use crate::domain::{ChangeMemory, ChangeNote};

/// What is kept with a change.
pub(super) struct Kept<'n> {
    note: Option<&'n ChangeNote>,
    record: Option<Record<'n>>,
}

impl<'n> Kept<'n> {
    /// What is kept with a change of this note.
    pub(super) fn of(dialect: Mssql, note: Option<&'n ChangeNote>) -> Self {
        Self {
            note,
            record: note.and_then(|note| Record::of_change(dialect, note)),
        }
    }

    /// Declares the variables.
    pub(super) fn push_bound(&self, sql: &mut Sql) {
        if let Some(note) = self.note
            && let Some(entry) = &note.entry
        {
            journal::push_bound_to_change(sql, &note.deed, entry);
            if entry.makes {
                // Where the database makes it.
                sql.push_syntax("SET @log_table = SCHEMA_NAME() + N'.' + @log_table;\n");
            }
        }
        if let Some(record) = &self.record {
            record.push_bound(sql);
        }
    }

    /// What comes before the change, in its transaction.
    pub(super) fn push_before(&self, sql: &mut Sql) {
        let (Some(_), Some(note)) = (&self.record, self.note) else {
            return;
        };
        // What it had come to before is gone by now: else it would not be made again.
        Record::push_forget(sql);
        if let ChangeMemory::Keep(outcome) = &note.memory {
            Record::push_request(sql);
            Record::push_known(sql, outcome);
        }
    }

    /// What comes after it, where it was made.
    pub(super) fn push_after(&self, sql: &mut Sql) {
        if self.note.is_some_and(|note| note.entry.is_some()) {
            Journal::push_log_row(sql, |sql| {
                sql.push_syntax("0, 0, 0");
            });
        }
    }
}
