//! SQL Server's error numbers → [`EngineError`]. Nothing else in the engine reads a number or a message.
//!
//! Source of the numbers: "Database engine events and errors" of SQL Server's documentation
//! (learn.microsoft.com/sql/relational-databases/errors-events) and, for Azure SQL, "Troubleshoot common
//! connection issues" (learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues).

use tiberius::error::{Error, TokenError};

use crate::{domain::Name, engine::EngineError};

/// An error as the server reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Its number.
    pub(super) number: u32,
    /// The server's words.
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn of(error: &TokenError) -> Self {
        Self {
            number: error.code(),
            message: error.message().to_owned(),
        }
    }
}

/// What an error number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unique,
    ForeignKeyOrCheck,
    Null,
    Truncated,
    Conversion,
    Permission,
    Stale,
    /// The same transaction may succeed in a moment.
    Transient,
    Unavailable,
    Trigger,
    Unexpected,
}

/// A foreign number, of Babelfish: its message says what it is.
const BABELFISH: u32 = 33_557_097;

/// From here on numbers are the users' own, of RAISERROR and THROW.
const FIRST_OF_USERS: u32 = 50_000;

fn kind(number: u32, message: &str) -> Kind {
    match number {
        // Cannot insert duplicate key row with unique index; violation of a key constraint.
        2601 | 2627 => Kind::Unique,
        // Conflicted with the FOREIGN KEY, REFERENCE or CHECK constraint.
        547 => Kind::ForeignKeyOrCheck,
        // Cannot insert the value NULL.
        515 => Kind::Null,
        // String or binary data would be truncated, without and with the column.
        8152 | 2628 => Kind::Truncated,
        // Overflow (220, 232, 8115), conversion failed (241, 242, 244, 245, 248, 257, 295, 8114, 8169),
        // divide by zero (8134), invalid for its type (6522: said by CLR), XML that is none (6600-6699,
        // 9400-9499).
        220
        | 232
        | 241
        | 242
        | 244
        | 245
        | 248
        | 257
        | 295
        | 6522
        | 8114
        | 8115
        | 8134
        | 8169
        | 9400..=9499 => Kind::Conversion,
        // Permission denied on an object, a column, a database, a schema.
        229 | 230 | 262 | 300 | 916 => Kind::Permission,
        // Invalid column, invalid object; the column is computed (271), a row version (272, 273), an identity
        // (544, 8102), generated always (13536, 13537); a view over what is gone (4413, 4502); gone (4902, 4924);
        // types that do not go together any more (206, 402).
        206 | 207 | 208 | 271 | 272 | 273 | 402 | 544 | 4413 | 4502 | 4902 | 4924 | 8102
        | 13_536 | 13_537 => Kind::Stale,
        // Out of locks (1204), deadlock victim (1205), lock timeout (1222), update conflict of a snapshot
        // (3960, 41302, 41305, 41325), the clock behind a temporal row (13535), out of time for memory (8645), and Azure's limits, moves and restarts.
        1204 | 1205 | 1222 | 3960 | 13_535 | 41_302 | 41_305 | 41_325 | 8645 | 10_928 | 10_929
        | 40_143 | 40_197 | 40_501 | 40_540 | 40_613 | 49_918 | 49_919 | 49_920 => Kind::Transient,
        // Database not there, not open, not recovered, read-only, full or shut down; login failed or refused.
        // 701 out of memory, 1105 and 9002 full, 4060 and 911 no such database, 18456 login failed.
        701
        | 911
        | 922
        | 924
        | 927
        | 941
        | 942
        | 945
        | 1105
        | 3906
        | 3908
        | 3952
        | 4060
        | 4064
        | 5011
        | 5063
        | 6005
        | 9001
        | 9002
        | 18_401
        | 18_452
        | 18_456
        | 18_470
        | 18_486..=18_488 => Kind::Unavailable,
        // The transaction ended in the trigger.
        3609 => Kind::Trigger,
        BABELFISH => babelfish_kind(message),
        FIRST_OF_USERS.. => Kind::Trigger,
        _ => Kind::Unexpected,
    }
}

/// PostgreSQL's words behind Babelfish's one number.
fn babelfish_kind(message: &str) -> Kind {
    let has = |words: &str| message.contains(words);
    if has("could not serialize access") || has("deadlock detected") || has("lock timeout") {
        Kind::Transient
    } else if has("permission denied") {
        Kind::Permission
    } else if has("invalid input syntax") || has("out of range") || has("value too long") {
        Kind::Conversion
    } else if has("does not exist") || has("generated column") {
        Kind::Stale
    } else {
        Kind::Unexpected
    }
}

/// Whether anybody has thought about this number.
pub(super) fn is_known(number: u32) -> bool {
    kind(number, "") != Kind::Unexpected
}

/// Whether the same transaction may succeed if it is run again.
pub(super) fn is_transient(refusal: &Refusal) -> bool {
    kind(refusal.number, &refusal.message) == Kind::Transient
}

/// Whether a lock did not come free in time.
pub(super) fn is_lock_timeout(refusal: &Refusal) -> bool {
    refusal.number == 1222 || refusal.message.contains("lock timeout")
}

/// Whether another row was in the way of a unique key: perhaps one that came in just now.
pub(super) fn is_duplicate(refusal: &Refusal) -> bool {
    kind(refusal.number, &refusal.message) == Kind::Unique
}

/// Whether the session is as before after this error: its transaction rolled back (`XACT_ABORT`), nothing else
/// changed. Of errors that nobody thought about that is not sure.
pub(super) fn leaves_session_clean(number: u32) -> bool {
    matches!(
        kind(number, ""),
        Kind::Unique
            | Kind::ForeignKeyOrCheck
            | Kind::Null
            | Kind::Truncated
            | Kind::Conversion
            | Kind::Permission
            | Kind::Trigger
    ) || matches!(number, 1205 | 1222 | 3960 | BABELFISH)
}

/// What a refusal means to a caller who asked to write to `target`. Names of other tables, which triggers
/// write to, are not the caller's to hear.
pub(super) fn translate(refusal: &Refusal, target: Option<&Name>) -> EngineError {
    let Refusal { number, message } = refusal;
    let detail = format!("{number} {message}");
    let own = || is_about(message, target);
    match kind(*number, message) {
        Kind::Unique | Kind::ForeignKeyOrCheck | Kind::Null if !own() => {
            EngineError::Trigger { detail }
        }
        Kind::Unique => EngineError::Unique {
            constraint: constraint_name(message),
            columns: Vec::new(),
        },
        Kind::ForeignKeyOrCheck => {
            let constraint = constraint_name(message);
            // Both vendors write the kind in front of the word "constraint".
            if message.to_ascii_lowercase().contains("check constraint") {
                EngineError::Check { constraint }
            } else {
                EngineError::ForeignKey { constraint }
            }
        }
        Kind::Null => match column_name(message) {
            Some(column) => EngineError::Null { column },
            None => EngineError::Trigger { detail },
        },
        Kind::Truncated => EngineError::Truncated {
            column: column_name(message).filter(|_| own()),
            detail,
        },
        Kind::Conversion => EngineError::Conversion { detail },
        Kind::Permission => EngineError::Permission { detail },
        Kind::Stale => EngineError::Stale { detail },
        Kind::Transient => EngineError::Busy,
        Kind::Unavailable => EngineError::Unavailable { detail },
        Kind::Trigger => EngineError::Trigger { detail },
        Kind::Unexpected => EngineError::Unexpected { detail },
    }
}

/// Why nobody was let in, for the log and for `check`. The driver's texts hold no password.
pub(super) fn login_text(error: &Error) -> String {
    match error {
        Error::Server(error) => format!("{} {}", error.code(), error.message()),
        Error::Io { message, .. } => message.clone(),
        other => other.to_string(),
    }
}

/// Whether the table that a message names is the target; so it is where the message names none.
fn is_about(message: &str, target: Option<&Name>) -> bool {
    let Some(target) = target else { return true };
    // "in object 'dbo.T'", "table 'db.dbo.T'".
    let quoted = ["in object '", "table '"]
        .iter()
        .find_map(|before| between(message, before, '\''));
    // In double quotes it is the table with the check, but a foreign key's other one: its constraint is the
    // target's all the same.
    let checked = message.contains("CHECK constraint");
    let checked = checked.then(|| between(message, "table \"", '"')).flatten();
    let named = quoted.or(checked);
    named.is_none_or(|named| {
        let own = named.len().checked_sub(target.as_str().len());
        own.and_then(|at| named.split_at_checked(at))
            .is_some_and(|(before, own)| {
                (before.is_empty() || before.ends_with('.')) && target.matches(own)
            })
    })
}

fn constraint_name(message: &str) -> Option<String> {
    [
        ("unique index '", '\''),
        ("constraint '", '\''),
        ("constraint \"", '"'),
    ]
    .into_iter()
    .find_map(|(before, end)| between(message, before, end))
    .map(str::to_owned)
}

fn column_name(message: &str) -> Option<String> {
    [("column '", '\''), ("column \"", '"')]
        .into_iter()
        .find_map(|(before, end)| between(message, before, end))
        .map(str::to_owned)
}

fn between<'m>(message: &'m str, before: &str, end: char) -> Option<&'m str> {
    let (_, rest) = message.split_once(before)?;
    rest.split_once(end).map(|(name, _)| name)
}

#[cfg(test)]
mod tests;
