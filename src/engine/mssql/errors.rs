//! SQL Server's errors → [`EngineError`]. Nothing else in the engine reads a number or a message.

mod numbers;

use tiberius::error::{Error, TokenError};

use self::numbers::Kind;
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

/// A foreign number, of Babelfish: its message says what it is.
const BABELFISH: u32 = 33_557_097;

fn kind(number: u32, message: &str) -> Kind {
    match number {
        BABELFISH => babelfish_kind(message),
        number => match numbers::kind(number) {
            Kind::Unique if is_recorded(message) => Kind::Underway,
            kind => kind,
        },
    }
}

/// Whether it is this program's own record of a write that is there already.
fn is_recorded(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("pk_upsertd_idempotency")
}

/// PostgreSQL's words behind Babelfish's one number.
fn babelfish_kind(message: &str) -> Kind {
    let has = |words: &str| message.contains(words);
    if has("could not serialize access") || has("deadlock detected") || has("lock timeout") {
        Kind::Transient
    } else if has("permission denied") {
        Kind::Permission
    } else if has("invalid input syntax")
        || has("out of range")
        || has("overflow")
        || has("value too long")
    {
        Kind::Conversion
    } else if has("already exists") {
        Kind::Exists
    } else if has("other objects depend on it") {
        Kind::Dependent
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
    refusal.number == numbers::LOCK_TIMEOUT || refusal.message.contains("lock timeout")
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
            | Kind::Outside
            | Kind::Underway
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
        Kind::Outside => EngineError::Outside,
        Kind::Underway => EngineError::Underway,
        Kind::Exists => EngineError::Exists { detail },
        Kind::Dependent => EngineError::Dependent { detail },
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
        Error::Tls(text) => {
            // What follows is about the driver's own functions.
            let said = text.split(" To connect anyway").next().unwrap_or(text);
            format!(
                "{said} Name the CA with ca_file in the address; trust_server_certificate=true takes any \
                 certificate, for trying out."
            )
        }
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
