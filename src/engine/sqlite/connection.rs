//! Opens connections, all alike: the same settings, collations and functions on each.

use std::{
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{deadline::Deadline, errors, functions};
use crate::engine::EngineError;

/// Statements kept prepared: an entity has a few, and each shape of a clause its own.
const STATEMENTS: usize = 256;
/// Pages of the journal after which it is written back to the file: 32 MiB. A batch changes many pages with each of its
/// parts, and the same ones again; written back after each part they would be written twice as often.
const CHECKPOINT: u32 = 8_192;
/// Between two attempts to get the lock that changing the journal needs.
const PAUSE: Duration = Duration::from_millis(10);

/// A connection and the deadline that its statements keep.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) conn: Connection,
    pub(super) deadline: Arc<Deadline>,
}

/// Opens the connection that writes; it puts the file into WAL mode, for good.
pub(super) fn open_writer(
    path: &Path,
    create: bool,
    busy_timeout: Duration,
) -> Result<Session, EngineError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, create);
    let mut conn = Connection::open_with_flags(path, flags).map_err(errors::translate)?;
    conn.busy_timeout(busy_timeout).map_err(errors::translate)?;
    enter_wal(&conn, busy_timeout)?;
    let deadline = set_up(&mut conn).map_err(errors::translate)?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)
        .map_err(errors::translate)?;
    Ok(Session { conn, deadline })
}

/// Opens a connection that reads. The writer must be open: it may have created the file.
pub(super) fn open_reader(path: &Path, busy_timeout: Duration) -> Result<Session, EngineError> {
    // Not SQLITE_OPEN_READ_ONLY: the last connection to go has to be able to tidy up the journal.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let mut conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(busy_timeout)?;
        let deadline = set_up(&mut conn)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(Session { conn, deadline })
    };
    open().map_err(errors::translate)
}

fn set_up(conn: &mut Connection) -> rusqlite::Result<Arc<Deadline>> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Every answered write has reached the disk.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // 16 MiB.
    conn.pragma_update(None, "cache_size", -16_384)?;
    // The file comes from somewhere: its triggers and views may call harmless functions only.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // Else a quoted column that is gone would be taken for a text, and a clause on it for true.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    // Else a statement is compiled anew for each value that its plan might depend on, LIMIT's first.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    let deadline = Deadline::install(conn)?;
    functions::define(conn, &deadline)?;
    Ok(deadline)
}

/// SQLite does not wait for this lock by itself when two connections want it at once.
fn enter_wal(conn: &Connection, patience: Duration) -> Result<(), EngineError> {
    let until = Instant::now() + patience;
    loop {
        let mode = conn
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(EngineError::Unavailable {
                    detail: format!(
                        "the file's journal stays in mode '{mode}'; WAL needs a local disk"
                    ),
                });
            }
            Err(error) if errors::is_busy(&error) && Instant::now() < until => {
                thread::sleep(PAUSE);
            }
            Err(error) => return Err(errors::translate(error)),
        }
    }
}
