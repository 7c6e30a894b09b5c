//! Makes the service's own tables in the file: each numbered file of `sql/sqlite/migrations/` once.

use rusqlite::Connection;

use super::errors::translate;
use crate::engine::{EngineError, store::Migration};

const TABLE: &str = include_str!("../../../sql/sqlite/migrations.sql");
const EXIST: &str = include_str!("../../../sql/sqlite/migrations_exist.sql");
const APPLIED: &str = include_str!("../../../sql/sqlite/migrations_applied.sql");
const NOTE: &str = include_str!("../../../sql/sqlite/migrations_note.sql");

/// Every migration, in the order of the numbers.
pub(super) const ALL: &[Migration] = &[
    Migration {
        number: Migration::ACCESS,
        name: "access",
        sql: include_str!("../../../sql/sqlite/migrations/0001_access.sql"),
    },
    Migration {
        number: Migration::JOURNAL,
        name: "journal",
        sql: include_str!("../../../sql/sqlite/migrations/0002_journal.sql"),
    },
    Migration {
        number: Migration::IDEMPOTENCY,
        name: "idempotency",
        sql: include_str!("../../../sql/sqlite/migrations/0003_idempotency.sql"),
    },
];

/// Those that the file has not had.
pub(super) fn missing(conn: &Connection) -> Result<Vec<Migration>, EngineError> {
    let read = || {
        if !conn.prepare(EXIST)?.exists([])? {
            return Ok(Vec::new());
        }
        let mut applied = conn.prepare(APPLIED)?;
        let numbers = applied.query_map([], |row| row.get(0))?;
        numbers.collect::<rusqlite::Result<Vec<i64>>>()
    };
    Ok(Migration::missing(ALL, &read().map_err(translate)?))
}

/// Runs the missing ones inside a transaction that is somebody else's to commit.
pub(super) fn run(conn: &Connection) -> Result<Vec<Migration>, EngineError> {
    let missing = missing(conn)?;
    conn.execute_batch(TABLE).map_err(translate)?;
    for migration in &missing {
        let Migration { number, name, sql } = migration;
        conn.execute_batch(sql)
            .and_then(|()| conn.execute(NOTE, (number, name)))
            .map_err(translate)?;
    }
    Ok(missing)
}
