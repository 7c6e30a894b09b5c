//! The journal in the file: read, pruned, undone; and the requests that failed.

use std::time::Instant;

use async_trait::async_trait;
use jiff::civil::DateTime;
use rusqlite::Connection;
use uuid::Uuid;

use super::{SqliteEngine, batch::query, undo};
use crate::{
    domain::{
        Row, SqlType, Value,
        journal::{LogEntry, LogError, LogFilter, LogRow, Undone},
    },
    engine::{
        EngineError,
        ledger::{Ledger, rows},
        store::rows as own,
    },
    render::{Param, Statement, UndoBatch},
};

const ENTRIES: &str = include_str!("../../../sql/sqlite/journal/entries.sql");
const UNDOINGS: &str = include_str!("../../../sql/sqlite/journal/undoings.sql");
const LIST: &str = include_str!("../../../sql/sqlite/journal/list.sql");
const LIST_ERRORS: &str = include_str!("../../../sql/sqlite/journal/list_errors.sql");
const ROWS: &str = include_str!("../../../sql/sqlite/journal/rows.sql");
const ROWS_BEFORE: &str = include_str!("../../../sql/sqlite/journal/rows_before.sql");
const ERROR: &str = include_str!("../../../sql/sqlite/journal/error.sql");
const NOTE_ERROR: &str = include_str!("../../../sql/sqlite/journal/note_error.sql");
const PRUNE_OLD: &str = include_str!("../../../sql/sqlite/journal/prune_old.sql");
const PRUNE_ROWS: &str = include_str!("../../../sql/sqlite/journal/prune_rows.sql");
const PRUNE_PART: &str = include_str!("../../../sql/sqlite/journal/prune_part.sql");
const PRUNE_WRITE: &str = include_str!("../../../sql/sqlite/journal/prune_write.sql");
const PRUNE_ERRORS: &str = include_str!("../../../sql/sqlite/journal/prune_errors.sql");

/// Rows that are forgotten at once at most, while others wait to write.
const MOST_PRUNED: i64 = 2_000;

fn id(id: Uuid) -> Param {
    own::text(&id.simple().to_string())
}

fn optional(text: Option<&String>) -> Param {
    Param {
        value: text.cloned().map(Value::Text),
        ..own::text("")
    }
}

/// What narrows a list, in the order of the statements' parameters.
fn narrowing(filter: &LogFilter) -> Vec<Param> {
    vec![
        rows::moment(filter.from),
        rows::moment(filter.until),
        optional(filter.client.as_ref()),
        optional(filter.api.as_ref()),
        optional(filter.entity.as_ref()),
        optional(filter.operation.as_ref()),
        filter
            .after
            .as_ref()
            .map_or_else(|| optional(None), |after| id(after.log_id)),
    ]
}

/// The rows of a step before a number, the last one first.
pub(super) fn rows_before(
    conn: &Connection,
    log_id: Uuid,
    step: u32,
    number: i64,
    most: u32,
) -> Result<Vec<LogRow>, EngineError> {
    let params = vec![
        id(log_id),
        own::number(step.into()),
        own::number(number),
        own::number(most.into()),
    ];
    let read = Statement::fixed(ROWS_BEFORE, params, rows::row_columns());
    query(conn, &read)?.into_iter().map(rows::row).collect()
}

impl SqliteEngine {
    async fn look_up<T: Send + 'static>(
        &self,
        text: &'static str,
        params: Vec<Param>,
        columns: Vec<SqlType>,
        read: fn(Row) -> Result<T, EngineError>,
        deadline: Instant,
    ) -> Result<Vec<T>, EngineError> {
        let statement = Statement::fixed(text, params, columns);
        let run =
            move |conn: &mut Connection| query(conn, &statement)?.into_iter().map(read).collect();
        self.readers.run(deadline, run).await
    }
}

#[async_trait]
impl Ledger for SqliteEngine {
    async fn entries(&self, log_id: Uuid, deadline: Instant) -> Result<Vec<LogEntry>, EngineError> {
        let (params, columns) = (vec![id(log_id)], rows::entry_columns());
        self.look_up(ENTRIES, params, columns, rows::entry, deadline)
            .await
    }

    async fn undoings(
        &self,
        log_id: Uuid,
        deadline: Instant,
    ) -> Result<Vec<LogEntry>, EngineError> {
        let (params, columns) = (vec![id(log_id)], rows::entry_columns());
        self.look_up(UNDOINGS, params, columns, rows::entry, deadline)
            .await
    }

    async fn list(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogEntry>, EngineError> {
        let mut params = narrowing(filter);
        let step = filter.after.as_ref().map_or(0, |after| after.step);
        params.extend([own::number(step.into()), own::number(filter.length.into())]);
        self.look_up(LIST, params, rows::entry_columns(), rows::entry, deadline)
            .await
    }

    async fn errors(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogError>, EngineError> {
        let mut params = narrowing(filter);
        params.push(own::number(filter.length.into()));
        let columns = rows::error_columns();
        self.look_up(LIST_ERRORS, params, columns, rows::error, deadline)
            .await
    }

    async fn rows(
        &self,
        log_id: Uuid,
        step: u32,
        start: u32,
        length: u32,
        deadline: Instant,
    ) -> Result<Vec<LogRow>, EngineError> {
        let params = rows::of_rows(id(log_id), step, start, length);
        self.look_up(ROWS, params, rows::row_columns(), rows::row, deadline)
            .await
    }

    async fn error(
        &self,
        log_id: Uuid,
        deadline: Instant,
    ) -> Result<Option<LogError>, EngineError> {
        let (params, columns) = (vec![id(log_id)], rows::error_columns());
        let found = self.look_up(ERROR, params, columns, rows::error, deadline);
        Ok(found.await?.into_iter().next())
    }

    async fn note_errors(&self, errors: &[LogError], deadline: Instant) -> Result<(), EngineError> {
        let note = |error: &LogError| {
            let params = rows::of_error(id(error.log_id), error);
            Statement::fixed(NOTE_ERROR, params, Vec::new())
        };
        let notes: Vec<Statement> = errors.iter().map(note).collect();
        self.own(deadline, move |conn| {
            notes
                .iter()
                .try_for_each(|note| query(conn, note).map(drop))
        })
        .await
    }

    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError> {
        self.own(deadline, move |conn| prune(conn, before, most))
            .await
    }

    async fn undo(
        &self,
        undo: &UndoBatch,
        keep: bool,
        deadline: Instant,
    ) -> Result<Undone, EngineError> {
        let journal = std::sync::Arc::clone(&self.journal);
        let undo = undo.undo().clone();
        self.own(deadline, move |conn| {
            undo::put_back(conn, &journal, &undo, keep)
        })
        .await
    }
}

/// Forgets the oldest; a write whose rows are too many at once goes bit by bit.
fn prune(conn: &Connection, before: DateTime, most: u32) -> Result<u64, EngineError> {
    let bound = first_id_from(before);
    let old = || {
        vec![
            rows::moment(Some(before)),
            id(bound),
            own::number(most.into()),
        ]
    };
    let columns = vec![rows::TEXT, SqlType::BigInt];
    let writes = query(conn, &Statement::fixed(PRUNE_OLD, old(), columns))?;
    let mut forgotten = 0;
    let mut left = MOST_PRUNED;
    for write in writes {
        let whose = || {
            let key = write.iter().zip([rows::TEXT, SqlType::BigInt]);
            key.map(|(value, ty)| Param {
                value: value.clone(),
                ty,
            })
            .collect::<Vec<_>>()
        };
        let mut params = whose();
        params.push(own::number(left));
        query(conn, &Statement::fixed(PRUNE_ROWS, params, Vec::new()))?;
        left -= i64::try_from(conn.changes()).unwrap_or(left);
        if left <= 0 {
            // Perhaps not all of them; the write itself stays until they are. Nobody must undo what is left of it.
            query(conn, &Statement::fixed(PRUNE_PART, whose(), Vec::new()))?;
            return Ok(forgotten + 1);
        }
        query(conn, &Statement::fixed(PRUNE_WRITE, whose(), Vec::new()))?;
        forgotten += 1;
    }
    query(conn, &Statement::fixed(PRUNE_ERRORS, old(), Vec::new()))?;
    Ok(forgotten + conn.changes())
}

/// No id from before a moment is as great as this.
fn first_id_from(moment: DateTime) -> Uuid {
    let at = jiff::tz::TimeZone::UTC.to_timestamp(moment);
    let milliseconds = at.map_or(0, |at| u64::try_from(at.as_millisecond()).unwrap_or(0));
    uuid::Builder::from_unix_timestamp_millis(milliseconds.saturating_add(1), &[0; 10]).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &str = include_str!("../../../sql/sqlite/migrations/0002_journal.sql");

    #[test]
    fn a_write_of_which_some_rows_are_forgotten_is_one_whose_rows_were_counted() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        conn.execute_batch(
            "INSERT INTO upsertd_log VALUES (x'00', 0, '2020-01-01 00:00:00', 'c', 'a', 'e', 't', 'o', NULL, '[\"k\"]', 2001, 0, 0, NULL);
             WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2000)
             INSERT INTO upsertd_log_rows SELECT x'00', 0, n, NULL, '[1]' FROM n;",
        )
        .unwrap();
        let left = || -> (i64, i64) {
            let sql = "SELECT count(*), count(columns) FROM upsertd_log";
            let rows = "SELECT count(*) FROM upsertd_log_rows";
            let (writes, whole): (i64, i64) = conn
                .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap();
            let rows: i64 = conn.query_row(rows, [], |row| row.get(0)).unwrap();
            assert_eq!(whole, i64::from(rows == 2001));
            (writes, rows)
        };
        assert_eq!(left(), (1, 2001));
        let before = jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0);
        assert_eq!(prune(&conn, before, 10).unwrap(), 1);
        assert_eq!(left(), (1, 1));
        assert_eq!(prune(&conn, before, 10).unwrap(), 1);
        assert_eq!(left(), (0, 0));
        assert_eq!(prune(&conn, before, 10).unwrap(), 0);
    }
}
