//! The vendor's errors that a live server rarely gives on demand, one table: number, severity, state and
//! text. Texts and severities are those of the pages below; the names in the texts are the caller's.
//!
//! - 547, 515, 229: <https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-0-to-999>
//! - 1205, 1222: <https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-1000-to-1999>
//! - 2601, 2627, 2628: <https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-2000-to-2999>
//! - 4060: <https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors-4000-to-4999>
//! - 18456: <https://learn.microsoft.com/sql/relational-databases/errors-events/mssqlserver-18456-database-engine-error>
//! - 40501: <https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues>
//!
//! Held against the vendor's tables for SQL Server 2017 and later; earlier ones leave the duplicate's value out.
//! Of states the documentation has 18456's alone, and the severity of 40501 was not found: those stand for
//! what a server might send, and nothing in the service reads them.

use super::tokens::Message;

/// The server's name in its messages.
pub const SERVER: &str = "peer";

/// An error of this class or a higher one ends the connection.
pub const FATAL_CLASS: u8 = 20;

/// Errors as templates: `{}` is a name or value.
struct Template {
    number: u32,
    class: u8,
    state: u8,
    text: &'static str,
}

const fn template(number: u32, class: u8, state: u8, text: &'static str) -> Template {
    Template {
        number,
        class,
        state,
        text,
    }
}

const DENIED: Template = template(
    229,
    14,
    5,
    "The {} permission was denied on the object '{}', database '{}', schema '{}'.",
);
const NULL_REFUSED: Template = template(
    515,
    16,
    2,
    "Cannot insert the value NULL into column '{}', table '{}'; column does not allow nulls. {} fails.",
);
const CONSTRAINT: Template = template(
    547,
    16,
    0,
    "The {} statement conflicted with the {} constraint \"{}\". The conflict occurred in database \"{}\", table \"{}\", column '{}'.",
);
const DEADLOCK: Template = template(
    1205,
    13,
    51,
    "Transaction (Process ID {}) was deadlocked on {} resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
);
const LOCK_TIMEOUT: Template = template(1222, 16, 51, "Lock request time out period exceeded.");
const DUPLICATE_IN_INDEX: Template = template(
    2601,
    14,
    1,
    "Cannot insert duplicate key row in object '{}' with unique index '{}'. The duplicate key value is ({}).",
);
const DUPLICATE_KEY: Template = template(
    2627,
    14,
    1,
    "Violation of {} constraint '{}'. Cannot insert duplicate key in object '{}'. The duplicate key value is ({}).",
);
const TRUNCATION: Template = template(
    2628,
    16,
    1,
    "String or binary data would be truncated in table '{}', column '{}'. Truncated value: '{}'.",
);
const NO_DATABASE: Template = template(
    4060,
    11,
    1,
    "Cannot open database \"{}\" requested by the login. The login failed.",
);
const LOGIN_FAILED: Template = template(18456, 14, 1, "Login failed for user '{}'.");
const BUSY: Template = template(
    40501,
    20,
    1,
    "The service is currently busy. Retry the request after 10 seconds. Incident ID: {}. Code: {}.",
);

impl Template {
    fn fill(&self, names: &[&str]) -> Message {
        let mut text = String::new();
        let mut names = names.iter();
        for piece in self.text.split_inclusive("{}") {
            match piece.strip_suffix("{}") {
                Some(before) => {
                    text.push_str(before);
                    text.push_str(names.next().copied().unwrap_or_default());
                }
                None => text.push_str(piece),
            }
        }
        error(self.number, self.class, self.state, &text)
    }
}

/// Any error, on line 1 of what was sent.
pub fn error(number: u32, class: u8, state: u8, text: &str) -> Message {
    Message {
        number,
        state,
        class,
        text: text.to_owned(),
        server: SERVER.to_owned(),
        procedure: String::new(),
        line: 1,
    }
}

/// `action` is INSERT, UPDATE or SELECT.
pub fn permission_denied(action: &str, object: &str, database: &str, schema: &str) -> Message {
    DENIED.fill(&[action, object, database, schema])
}

/// `table` with its database and schema; `statement` is INSERT or UPDATE.
pub fn null_refused(column: &str, table: &str, statement: &str) -> Message {
    NULL_REFUSED.fill(&[column, table, statement])
}

/// `kind` is FOREIGN KEY, CHECK or REFERENCE.
pub fn constraint(statement: &str, kind: &str, name: &str, at: (&str, &str, &str)) -> Message {
    let (database, table, column) = at;
    CONSTRAINT.fill(&[statement, kind, name, database, table, column])
}

pub fn deadlock() -> Message {
    DEADLOCK.fill(&["52", "lock"])
}

pub fn lock_timeout() -> Message {
    LOCK_TIMEOUT.fill(&[])
}

pub fn duplicate_in_index(table: &str, index: &str, key: &str) -> Message {
    DUPLICATE_IN_INDEX.fill(&[table, index, key])
}

/// `kind` is PRIMARY KEY or UNIQUE KEY.
pub fn duplicate_key(kind: &str, name: &str, table: &str, key: &str) -> Message {
    DUPLICATE_KEY.fill(&[kind, name, table, key])
}

pub fn truncation(table: &str, column: &str, value: &str) -> Message {
    TRUNCATION.fill(&[table, column, value])
}

pub fn no_database(name: &str) -> Message {
    NO_DATABASE.fill(&[name])
}

pub fn login_failed(user: &str) -> Message {
    LOGIN_FAILED.fill(&[user])
}

/// Azure SQL turns work away. The connection ends.
pub fn busy() -> Message {
    BUSY.fill(&["00000000-0000-0000-0000-000000000000", "0"])
}

/// What the peer answers to what its script does not hold.
pub fn unanswered(request: &str) -> Message {
    /// An error's text has a limit; the whole request stands in the test's failure.
    const LONGEST: usize = 2000;
    let request: String = request.chars().take(LONGEST).collect();
    error(50_000, 16, 1, &format!("no answer scripted for: {request}"))
}
