//! SQLite's errors → [`EngineError`]. Nothing else in the engine reads a result code or a message.

use rusqlite::{Error, ErrorCode, ffi};

use crate::engine::EngineError;

/// What a failed statement means to a caller.
pub(super) fn translate(error: Error) -> EngineError {
    match error {
        Error::SqliteFailure(error, message) => {
            translate_code(error, message.unwrap_or_else(|| error.to_string()))
        }
        Error::SqlInputError { error, msg, .. } => translate_code(error, msg),
        other => EngineError::Unexpected {
            detail: other.to_string(),
        },
    }
}

/// What a failed COMMIT means: as [`translate`], except that a fault of the disk leaves it unknown
/// what a restart will find.
pub(super) fn translate_commit(error: Error) -> EngineError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt) => EngineError::Lost {
            detail: error.to_string(),
        },
        _ => translate(error),
    }
}

/// Whether another connection holds the lock that was asked for.
pub(super) fn is_busy(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

fn translate_code(error: ffi::Error, detail: String) -> EngineError {
    match error.code {
        ErrorCode::ConstraintViolation => constraint(error.extended_code, detail),
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => EngineError::Busy,
        ErrorCode::OperationInterrupted => EngineError::Timeout,
        ErrorCode::SchemaChanged => EngineError::Stale { detail },
        ErrorCode::Unknown if names_what_is_gone(&detail) => EngineError::Stale { detail },
        ErrorCode::PermissionDenied
        | ErrorCode::ReadOnly
        | ErrorCode::OutOfMemory
        | ErrorCode::SystemIoFailure
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::DiskFull
        | ErrorCode::CannotOpen
        | ErrorCode::NoLargeFileSupport
        | ErrorCode::NotADatabase => EngineError::Unavailable { detail },
        _ => EngineError::Unexpected { detail },
    }
}

fn names_what_is_gone(message: &str) -> bool {
    message.starts_with("no such table")
        || message.starts_with("no such column")
        || message.contains(" has no column named ")
        // The table has become a view, or a column a generated one.
        || message.starts_with("cannot modify ")
        || message.starts_with("cannot UPDATE generated column")
        || message.starts_with("cannot INSERT into generated column")
}

fn constraint(code: i32, detail: String) -> EngineError {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => unique(&detail),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => EngineError::ForeignKey { constraint: None },
        ffi::SQLITE_CONSTRAINT_CHECK => EngineError::Check {
            constraint: subject(&detail).map(str::to_owned),
        },
        ffi::SQLITE_CONSTRAINT_NOTNULL => EngineError::Null {
            column: subject(&detail).map_or_else(String::new, column),
        },
        ffi::SQLITE_CONSTRAINT_TRIGGER => EngineError::Trigger { detail },
        _ => EngineError::Unexpected { detail },
    }
}

/// `UNIQUE constraint failed: T.a, T.b` names columns, `… failed: index 'i'` an index on expressions.
fn unique(detail: &str) -> EngineError {
    let subject = subject(detail).unwrap_or_default();
    let index = subject
        .strip_prefix("index '")
        .and_then(|rest| rest.strip_suffix('\''));
    EngineError::Unique {
        constraint: index.map(str::to_owned),
        columns: match index {
            Some(_) => Vec::new(),
            None => subject.split(", ").map(column).collect(),
        },
    }
}

fn subject(detail: &str) -> Option<&str> {
    detail.split_once("constraint failed: ").map(|(_, s)| s)
}

/// `T.a` → `a`. Tables brought over from a server may have a point in their names, columns hardly.
fn column(qualified: &str) -> String {
    let name = qualified.rsplit_once('.').map_or(qualified, |(_, c)| c);
    name.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use rusqlite::Connection;

    use super::*;

    fn fails(sql: &str) -> EngineError {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = ON;
             CREATE TABLE parent (id INTEGER PRIMARY KEY);
             CREATE TABLE \"dbo.t\" (
                 a INTEGER, b TEXT, c TEXT NOT NULL DEFAULT 'x',
                 d INTEGER REFERENCES parent (id),
                 e INTEGER CONSTRAINT positive CHECK (e > 0),
                 UNIQUE (a, b));
             CREATE UNIQUE INDEX lower_c ON \"dbo.t\" (lower(c)) WHERE c <> 'x';
             CREATE TRIGGER guard BEFORE INSERT ON \"dbo.t\" WHEN NEW.a = 99
             BEGIN SELECT RAISE(ABORT, 'not ninety-nine'); END;
             INSERT INTO parent VALUES (1);
             INSERT INTO \"dbo.t\" (a, b, c) VALUES (1, 'k', 'one');",
        )
        .unwrap();
        translate(conn.execute_batch(sql).unwrap_err())
    }

    #[test]
    fn each_broken_constraint_is_told_apart_and_named() {
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (a, b) VALUES (1, 'k')"),
            EngineError::Unique {
                constraint: None,
                columns: vec!["a".into(), "b".into()]
            }
        );
        assert_eq!(
            fails("INSERT INTO parent VALUES (1)"),
            EngineError::Unique {
                constraint: None,
                columns: vec!["id".into()]
            }
        );
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (c) VALUES ('ONE')"),
            EngineError::Unique {
                constraint: Some("lower_c".into()),
                columns: vec![]
            }
        );
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (c) VALUES (NULL)"),
            EngineError::Null { column: "c".into() }
        );
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (d) VALUES (7)"),
            EngineError::ForeignKey { constraint: None }
        );
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (e) VALUES (0)"),
            EngineError::Check {
                constraint: Some("positive".into())
            }
        );
        assert_eq!(
            fails("INSERT INTO \"dbo.t\" (a) VALUES (99)"),
            EngineError::Trigger {
                detail: "not ninety-nine".into()
            }
        );
    }

    #[test]
    fn a_table_or_column_that_is_gone_means_the_catalog_is_out_of_date() {
        for sql in [
            "SELECT 1 FROM gone",
            "SELECT gone FROM parent",
            "UPDATE parent SET gone = 1",
            "INSERT INTO parent (gone) VALUES (1)",
        ] {
            assert!(matches!(fails(sql), EngineError::Stale { .. }), "{sql}");
        }
        assert!(matches!(fails("SELEKT"), EngineError::Unexpected { .. }));
    }
}
