//! The triggers by which the writer's connection watches tables. They are temporary: no other connection, and no other
//! process, has them. They go when the tables of the file have changed, and are made again when a table is written to.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use rusqlite::Connection;

use crate::{
    domain::{ColumnIndex, Default, Entity, Guard, Name},
    engine::{
        EngineError,
        sqlite::errors::{translate, translate_change},
    },
    render::sqlite::Sqlite,
};

const VERSION: &str = include_str!("../../../../sql/sqlite/journal/schema_version.sql");
const WATCHES: &str = include_str!("../../../../sql/sqlite/journal/watches.sql");
const COLUMNS: &str = include_str!("../../../../sql/sqlite/journal/columns.sql");
const REPLACES: &str = include_str!("../../../../sql/sqlite/journal/replaces.sql");

/// The letters by which the triggers of a table are told apart.
const EVENTS: [&str; 3] = ["i", "u", "d"];
/// The state of tables of which nothing is known. SQLite counts from 0 on.
const UNKNOWN: i64 = -1;
/// Entities kept in mind. When there are more, all are forgotten.
const MOST: usize = 1024;

/// What is kept of an entity's rows.
#[derive(Debug)]
pub(super) struct Kept {
    /// The columns, in the table's order.
    pub(super) columns: Vec<ColumnIndex>,
    /// Their names, as a JSON array.
    pub(super) names: String,
    /// The places of the key's columns among them; empty where rows cannot be told apart by them.
    pub(super) key: Arc<[usize]>,
    /// Tells the triggers from those of other columns and tables.
    hash: u64,
    /// What its address belongs to.
    _of: Arc<Entity>,
}

/// What is watched.
#[derive(Debug, std::default::Default)]
pub(super) struct Watches {
    /// By where the entity lies.
    kept: HashMap<usize, Arc<Kept>>,
    /// The state of the file's tables for which the triggers below were made; 0 as long as none ever was.
    version: i64,
    /// Tables whose triggers are there for sure, by their hashes.
    sure: HashSet<u64>,
    /// Tables in which rows give way to others, of which no trigger hears.
    deaf: HashSet<u64>,
    /// Triggers were made or dropped in this transaction, which may yet be rolled back.
    unsettled: bool,
}

impl Watches {
    /// Watches a table; `None` where its rows cannot be kept.
    pub(super) fn watch(
        &mut self,
        conn: &Connection,
        entity: &Arc<Entity>,
    ) -> Result<Option<Arc<Kept>>, EngineError> {
        let kept = self.kept(entity);
        if kept.columns.is_empty() {
            return Ok(None);
        }
        let version = version(conn)?;
        if version != self.version {
            self.sure.clear();
            self.deaf.clear();
            self.version = version;
        }
        if self.deaf.contains(&kept.hash) {
            return Ok(None);
        }
        if !self.sure.contains(&kept.hash) && !self.make(conn, entity, &kept)? {
            return Ok(None);
        }
        Ok(Some(kept))
    }

    /// Drops the triggers of tables that may have changed.
    pub(super) fn look(&mut self, conn: &Connection) -> Result<(), EngineError> {
        if self.version == 0 {
            return Ok(());
        }
        let version = version(conn)?;
        if version != self.version {
            let of_now = of_version(version);
            self.drop_those(conn, |name| !name.starts_with(&of_now))?;
            self.version = version;
        }
        Ok(())
    }

    /// Drops every trigger.
    pub(super) fn drop_all(&mut self, conn: &Connection) -> Result<(), EngineError> {
        self.drop_those(conn, |_| true)
    }

    /// The transaction has ended.
    pub(super) fn settled(&mut self) {
        if std::mem::take(&mut self.unsettled) {
            // Whether it was rolled back shows when they are looked for.
            self.sure.clear();
            self.version = UNKNOWN;
        }
    }

    fn kept(&mut self, entity: &Arc<Entity>) -> Arc<Kept> {
        let place = Arc::as_ptr(entity) as usize;
        if let Some(kept) = self.kept.get(&place) {
            return Arc::clone(kept);
        }
        if self.kept.len() >= MOST {
            self.kept.clear();
        }
        let kept = Arc::new(Kept::of(entity));
        self.kept.insert(place, Arc::clone(&kept));
        kept
    }

    /// Makes the triggers where they are missing. `false` where they would not hear everything.
    fn make(
        &mut self,
        conn: &Connection,
        entity: &Entity,
        kept: &Kept,
    ) -> Result<bool, EngineError> {
        let names = EVENTS.map(|event| {
            let of_now = of_version(self.version);
            format!("{of_now}{:016x}_{event}", kept.hash)
        });
        let there = watches(conn)?;
        if names.iter().all(|name| there.contains(name)) {
            if !self.unsettled {
                self.sure.insert(kept.hash);
            }
            return Ok(true);
        }
        let table = entity.table();
        let of_now = of_version(self.version);
        self.drop_those(conn, |name| !name.starts_with(&of_now))?;
        let replaces = conn
            .prepare_cached(REPLACES)
            .and_then(|mut query| query.exists([table.name.as_str()]))
            .map_err(translate)?;
        if replaces {
            self.deaf.insert(kept.hash);
            return Ok(false);
        }
        check_columns(conn, entity, kept)?;
        let [a, b, c] = names.map(Name::parse);
        let (Ok(a), Ok(b), Ok(c)) = (a, b, c) else {
            return Ok(false);
        };
        self.unsettled = true;
        for statement in Sqlite.render_watch(table, &kept.columns, &[a, b, c], kept.tag()) {
            conn.execute(statement.text(), [])
                .map_err(translate_change)?;
        }
        Ok(true)
    }

    fn drop_those(
        &mut self,
        conn: &Connection,
        meant: impl Fn(&str) -> bool,
    ) -> Result<(), EngineError> {
        self.sure.clear();
        for name in watches(conn)?.iter().filter(|name| meant(name)) {
            let Ok(name) = Name::parse(name.as_str()) else {
                continue;
            };
            self.unsettled = true;
            conn.execute(Sqlite.render_unwatch(&name).text(), [])
                .map_err(translate_change)?;
        }
        Ok(())
    }
}

impl Kept {
    fn of(entity: &Arc<Entity>) -> Self {
        let table = entity.table();
        let keeps = |index: &ColumnIndex| {
            entity.nature(*index) != Some(Guard::Password)
                && table.column(*index).default != Default::Computed
        };
        // The number by which a row is known comes with it, where rows have no other key.
        let number = table.row_number().filter(|n| table.row_key() == [*n]);
        let columns: Vec<ColumnIndex> = table.indices().filter(keeps).chain(number).collect();
        let place = |index: &ColumnIndex| columns.iter().position(|column| column == index);
        let key: Option<Vec<usize>> = table.row_key().iter().map(place).collect();
        let names: Vec<&str> = columns
            .iter()
            .map(|index| table.column(*index).name.as_str())
            .collect();
        let mut hasher = DefaultHasher::new();
        (table.name.as_str(), &names).hash(&mut hasher);
        Self {
            names: serde_json::Value::from(names).to_string(),
            key: key.unwrap_or_default().into(),
            hash: hasher.finish(),
            columns,
            _of: Arc::clone(entity),
        }
    }

    /// By what its triggers say that they are its own. Of two readings of a table, with other columns, either may have
    /// its triggers there: a write can still go by the reading before.
    pub(super) fn tag(&self) -> u32 {
        u32::try_from(self.hash >> 32).unwrap_or_default()
    }
}

/// What the names of triggers begin with that were made for a state of the tables.
fn of_version(version: i64) -> String {
    format!("upsertd_note_{version}_")
}

fn version(conn: &Connection) -> Result<i64, EngineError> {
    conn.prepare_cached(VERSION)
        .and_then(|mut query| query.query_row([], |row| row.get(0)))
        .map_err(translate)
}

fn watches(conn: &Connection) -> Result<Vec<String>, EngineError> {
    let read = || {
        let mut query = conn.prepare_cached(WATCHES)?;
        let names = query.query_map([], |row| row.get(0))?;
        names.collect::<rusqlite::Result<Vec<String>>>()
    };
    read().map_err(translate)
}

/// A trigger on a column that is not there would fail every write.
fn check_columns(conn: &Connection, entity: &Entity, kept: &Kept) -> Result<(), EngineError> {
    let table = entity.table();
    let read = || {
        let mut query = conn.prepare_cached(COLUMNS)?;
        let names = query.query_map([table.name.as_str()], |row| row.get(0))?;
        names.collect::<rusqlite::Result<Vec<String>>>()
    };
    let there = read().map_err(translate)?;
    let found = |index: &ColumnIndex| {
        let name = table.column(*index).name.as_str();
        table.row_number() == Some(*index) || there.iter().any(|there| there == name)
    };
    if kept.columns.iter().all(found) {
        return Ok(());
    }
    Err(EngineError::Stale {
        detail: "a column is gone".to_owned(),
    })
}
