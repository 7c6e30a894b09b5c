//! SQLite's errors → [`EngineError`]. Nothing else in the engine reads a result code or a message.

use rusqlite::{Error, ErrorCode, ffi};

use crate::{domain::Name, engine::EngineError};

/// What a failure means to a caller.
pub(super) fn translate(error: Error) -> EngineError {
    translate_for(None, error)
}

/// What a failed statement means to a caller who asked to write to `target`: columns of other tables,
/// which triggers write to, are not the caller's to hear of.
pub(super) fn translate_for(target: Option<&Name>, error: Error) -> EngineError {
    match error {
        Error::SqliteFailure(error, message) => {
            let detail = message.unwrap_or_else(|| error.to_string());
            translate_code(target, error, detail)
        }
        Error::SqlInputError { error, msg, .. } => translate_code(target, error, msg),
        other => EngineError::Unexpected {
            detail: other.to_string(),
        },
    }
}

/// What a failed change of tables means.
pub(super) fn translate_change(error: Error) -> EngineError {
    let message = match &error {
        Error::SqliteFailure(error, message) if error.code == ErrorCode::Unknown => message.clone(),
        Error::SqlInputError { error, msg, .. } if error.code == ErrorCode::Unknown => {
            Some(msg.clone())
        }
        _ => None,
    };
    let Some(detail) = message else {
        return translate(error);
    };
    let has = |words: &str| detail.contains(words);
    if has("already exists")
        || has("duplicate column name")
        || has("already a table")
        || has("already another table")
    {
        EngineError::Exists { detail }
    } else if has("cannot drop column") || detail.starts_with("error in ") || has("may not be") {
        EngineError::Dependent { detail }
    } else {
        translate(error)
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

fn translate_code(target: Option<&Name>, error: ffi::Error, detail: String) -> EngineError {
    match error.code {
        ErrorCode::ConstraintViolation => constraint(target, error.extended_code, detail),
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

fn constraint(target: Option<&Name>, code: i32, detail: String) -> EngineError {
    let broken = detail.split_once("constraint failed: ").map(|(_, s)| s);
    match (code, broken) {
        (
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID,
            _,
        ) => unique(target, broken.unwrap_or_default()),
        (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, _) => EngineError::ForeignKey { constraint: None },
        (ffi::SQLITE_CONSTRAINT_CHECK, _) => EngineError::Check {
            constraint: broken.filter(|b| is_identifier(b)).map(str::to_owned),
        },
        (ffi::SQLITE_CONSTRAINT_NOTNULL, Some(broken)) => match columns(target, broken).pop() {
            Some(column) => EngineError::Null { column },
            // A trigger wrote it to another table.
            None => EngineError::Trigger { detail },
        },
        (ffi::SQLITE_CONSTRAINT_TRIGGER, _) => EngineError::Trigger { detail },
        _ => EngineError::Unexpected { detail },
    }
}

/// A constraint without a name is told by its expression, which is not the caller's to read.
fn is_identifier(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || "_$#@".contains(c))
}

/// `T.a, T.b` names columns, `index 'i'` an index on expressions.
fn unique(target: Option<&Name>, broken: &str) -> EngineError {
    let index = broken
        .strip_prefix("index '")
        .and_then(|rest| rest.strip_suffix('\''));
    EngineError::Unique {
        constraint: index.map(str::to_owned),
        columns: columns(target, broken),
    }
}

/// `T.a, T.b` → `a`, `b` where `T` is the target; nothing otherwise.
fn columns(target: Option<&Name>, broken: &str) -> Vec<String> {
    let own = |qualified: &str| {
        let column = qualified
            .strip_prefix(target?.as_str())?
            .strip_prefix('.')?;
        Some(column.to_owned())
    };
    let names: Option<Vec<String>> = broken.split(", ").map(own).collect();
    names.unwrap_or_default()
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
             CREATE TABLE log (entry TEXT NOT NULL UNIQUE CHECK (length(entry) < 20));
             INSERT INTO log VALUES ('twice');
             CREATE TRIGGER logs AFTER INSERT ON parent WHEN NEW.id > 1 BEGIN
                 INSERT INTO log
                 SELECT CASE NEW.id WHEN 2 THEN NULL WHEN 3 THEN 'twice' ELSE hex(zeroblob(20)) END;
             END;
             INSERT INTO \"dbo.t\" (a, b, c) VALUES (1, 'k', 'one');",
        )
        .unwrap();
        let target = Name::parse(if sql.contains("dbo.t") {
            "dbo.t"
        } else {
            "parent"
        })
        .unwrap();
        translate_for(Some(&target), conn.execute_batch(sql).unwrap_err())
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
    fn what_a_trigger_breaks_elsewhere_and_what_a_nameless_check_says_is_kept_from_callers() {
        assert!(matches!(
            fails("INSERT INTO parent VALUES (2)"),
            EngineError::Trigger { .. }
        ));
        assert_eq!(
            fails("INSERT INTO parent VALUES (3)"),
            EngineError::Unique {
                constraint: None,
                columns: vec![]
            }
        );
        assert_eq!(
            fails("INSERT INTO parent VALUES (4)"),
            EngineError::Check { constraint: None }
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
