//! The collations and the function that this engine's SQL relies on. Every connection gets them.
//!
//! SQLite's own `like` stays as it is: CHECK constraints, triggers, views and partial indexes of an
//! existing file were written, and their indexes filled, under its meaning. `upsertd_like` may only
//! stand in statements, never in a schema.

use std::{borrow::Cow, cmp::Ordering, sync::Arc};

use jiff::{SignedDuration, civil::DateTime};
use rusqlite::{
    Connection, Error, Result, ffi,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};

use super::{deadline::Deadline, fold};
use crate::{
    domain::{
        LikePattern,
        iso::{self, Moment},
        like,
    },
    render::sqlite::{INSTANT_COLLATION, LIKE_FUNCTION, TEXT_COLLATION},
};

/// Defines what the dialect counts on. Matching a long text by a long pattern may take seconds, so it
/// keeps the connection's deadline itself.
pub(super) fn define(conn: &Connection, deadline: &Arc<Deadline>) -> Result<()> {
    conn.create_collation(TEXT_COLLATION, fold::compare)?;
    conn.create_collation(INSTANT_COLLATION, compare_instants)?;
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    let deadline = Arc::clone(deadline);
    conn.create_scalar_function(LIKE_FUNCTION, 2, flags, move |context| {
        matches(context, &deadline)
    })
}

/// The order of two `datetimeoffset` texts by the points in time they name. What an existing file
/// holds besides sorts after them, by its characters, so that the order is one all the same.
fn compare_instants(a: &str, b: &str) -> Ordering {
    match (instant(a), instant(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// UTC wall clock; a text without an offset is taken as UTC, as SQL Server takes it.
fn instant(text: &str) -> Option<DateTime> {
    match iso::parse(text)? {
        Moment::Date(date) => Some(date.into()),
        Moment::Local(local) => Some(local),
        Moment::Offset {
            local,
            offset_minutes,
        } => local
            .checked_sub(SignedDuration::from_mins(offset_minutes.into()))
            .ok(),
        Moment::Time(_) => None,
    }
}

/// `upsertd_like(pattern, text)`: LIKE as T-SQL has it, `\` escaping, case ignored in all of Unicode.
fn matches(context: &Context<'_>, deadline: &Deadline) -> Result<Option<bool>> {
    let text = match context.get_raw(1) {
        ValueRef::Null => return Ok(None),
        // No text matches bytes.
        ValueRef::Blob(_) => return Ok(Some(false)),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes),
        ValueRef::Integer(number) => Cow::Owned(number.to_string()),
        ValueRef::Real(number) => Cow::Owned(number.to_string()),
    };
    if context.get_raw(0) == ValueRef::Null {
        return Ok(None);
    }
    // Kept by SQLite for as long as the statement runs with this pattern.
    let pattern = context.get_or_create_aux(0, |raw| {
        let pattern = raw
            .as_str()
            .map_err(|e| Error::UserFunctionError(e.into()))?;
        LikePattern::parse(pattern, Some(like::ESCAPE))
            .map(|pattern| pattern.matcher(fold::fold))
            .map_err(|e| Error::UserFunctionError(e.into()))
    })?;
    match pattern.matches(&text, || !deadline.passed()) {
        // With a text it would be a plain error.
        None => Err(Error::SqliteFailure(
            ffi::Error::new(ffi::SQLITE_INTERRUPT),
            None,
        )),
        matched => Ok(matched),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn connection() -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        let deadline = Deadline::install(&mut conn).unwrap();
        define(&conn, &deadline).unwrap();
        conn
    }

    fn like(conn: &Connection, pattern: Option<&str>, text: Option<&str>) -> Option<bool> {
        conn.prepare_cached("SELECT upsertd_like(?1, ?2)")
            .unwrap()
            .query_row((pattern, text), |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn like_has_t_sqls_meaning_and_ignores_case_in_all_of_unicode() {
        let conn = connection();
        for (pattern, text, expected) in [
            ("acme%", "ACME Supplies", true),
            ("%ärger", "GROSSER ÄRGER", true),
            ("[abc]_", "Bx", true),
            ("[^abc]_", "Bx", false),
            (r"100\%", "100%", true),
            (r"100\%", "1000", false),
            (r"\[x]", "[X]", true),
        ] {
            let got = like(&conn, Some(pattern), Some(text));
            assert_eq!(got, Some(expected), "{pattern} {text}");
        }
        assert_eq!(like(&conn, None, Some("x")), None);
        assert_eq!(like(&conn, Some("%"), None), None);
    }

    #[test]
    fn a_pattern_is_kept_for_the_rows_of_a_statement_and_no_longer() {
        let conn = connection();
        conn.execute_batch("CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('ab'), ('cd'), ('ad')")
            .unwrap();
        let mut statement = conn
            .prepare("SELECT count(*) FROM t WHERE upsertd_like(?1, x)")
            .unwrap();
        let mut count =
            |pattern: &str| -> i64 { statement.query_row([pattern], |r| r.get(0)).unwrap() };
        assert_eq!(count("a%"), 2);
        assert_eq!(count("c%"), 1);
        let by_column: i64 = conn
            .query_row("SELECT count(*) FROM t WHERE upsertd_like(x, x)", [], |r| {
                r.get(0)
            })
            .unwrap();
        assert_eq!(by_column, 3);
    }

    #[test]
    fn a_schema_keeps_sqlites_like_and_cannot_use_this_one() {
        let conn = connection();
        conn.execute_batch("CREATE TABLE t (x TEXT CHECK (x LIKE '[%'))")
            .unwrap();
        conn.execute("INSERT INTO t VALUES ('[a]')", []).unwrap();
        conn.execute_batch("CREATE VIEW v AS SELECT upsertd_like('a', x) FROM t")
            .unwrap();
        assert!(conn.prepare("SELECT * FROM v").is_err());
    }

    #[test]
    fn date_times_with_offsets_compare_by_their_instants() {
        let order = |a, b| compare_instants(a, b);
        let noon = "2024-01-05 12:00:00+02:00";
        assert_eq!(order(noon, "2024-01-05 10:00:00+00:00"), Ordering::Equal);
        assert_eq!(order(noon, "2024-01-05T10:00:00Z"), Ordering::Equal);
        assert_eq!(order(noon, "2024-01-05 10:00:00"), Ordering::Equal);
        assert_eq!(order(noon, "2024-01-05 11:00:00-01:00"), Ordering::Less);
        assert_eq!(order("n/a", noon), Ordering::Greater);
        assert_eq!(order("0001-01-01 00:00:00+14:00", noon), Ordering::Less);
    }
}
