//! Rows that would go, or change, along with a row that is deleted: those that refer to it by a foreign key that says so. It
//! deletes nothing.

use rusqlite::Connection;

use super::{errors::translate, journal::stored::Stored};
use crate::{
    domain::{ColumnIndex, Name, Table},
    engine::EngineError,
    render::{Statement, sqlite::Sqlite},
};

const DEPENDENTS: &str = include_str!("../../../sql/sqlite/journal/dependents.sql");

/// How rows that depend on one of a table's rows are found, for each of the foreign keys that lead to it.
pub(super) struct Dependents(Vec<Statement>);

/// A column that refers, and the one that it refers to.
type Pair = (Name, Name);

impl Dependents {
    /// Those of a table whose rows are found by a key.
    pub(super) fn of(
        conn: &Connection,
        table: &Table,
        key: &[ColumnIndex],
    ) -> Result<Self, EngineError> {
        let mut keys: Vec<(Name, i64, Vec<Pair>)> = Vec::new();
        let mut query = conn.prepare_cached(DEPENDENTS).map_err(translate)?;
        let mut rows = query.query([table.name.as_str()]).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            let name = |place| {
                let text: String = row.get(place).map_err(translate)?;
                Name::parse(text).map_err(|_| refers())
            };
            let (child, number) = (name(0)?, row.get(1).map_err(translate)?);
            let pair = (name(2)?, name(3)?);
            match keys.last_mut() {
                Some((last, id, pairs)) if *last == child && *id == number => pairs.push(pair),
                _ => keys.push((child, number, vec![pair])),
            }
        }
        let looks = keys
            .iter()
            .map(|(child, _, pairs)| Sqlite.render_dependents(table, key, child, pairs));
        Ok(Self(looks.collect()))
    }

    /// Makes sure that no row depends on the one of this key.
    ///
    /// # Errors
    /// [`EngineError::ForeignKey`] where one does.
    pub(super) fn check<'v>(
        &self,
        conn: &Connection,
        key: &(impl Iterator<Item = &'v Stored> + Clone),
    ) -> Result<(), EngineError> {
        for look in &self.0 {
            let mut look = conn.prepare_cached(look.text()).map_err(translate)?;
            let key = rusqlite::params_from_iter(key.clone());
            if look.exists(key).map_err(translate)? {
                return Err(refers());
            }
        }
        Ok(())
    }
}

fn refers() -> EngineError {
    EngineError::ForeignKey { constraint: None }
}
