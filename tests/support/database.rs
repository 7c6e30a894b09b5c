//! The database under a test's service: a file of the embedded engine or, where `UPSERTD_TEST_MSSQL` names a
//! SQL Server, a database there. Tests reach it behind the service's back in the engine's own SQL.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use upsertd::config::{self, DatabaseUrl};

use super::mssql::{self, CONNECTIONS, OwnDatabase};

/// SQL that means the same on each engine. A text alone is SQL that both understand.
#[derive(Debug, Clone, Copy)]
pub struct Sql<'s> {
    pub sqlite: &'s str,
    /// Batches, with lines `GO` between them.
    pub mssql: &'s str,
}

impl<'s> From<&'s str> for Sql<'s> {
    fn from(both: &'s str) -> Self {
        Self {
            sqlite: both,
            mssql: both,
        }
    }
}

/// A database that goes with this value.
#[derive(Debug)]
pub enum Database {
    Embedded { file: PathBuf, _folder: TempDir },
    Mssql(Box<OwnDatabase>),
}

impl Database {
    /// An empty one, wherever the tests run.
    pub async fn create() -> Self {
        match OwnDatabase::create().await {
            Some(own) => Self::Mssql(Box::new(own)),
            None => Self::embedded(),
        }
    }

    /// A file that is not there yet.
    pub fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::Embedded {
            file: folder.path().join("own.db"),
            _folder: folder,
        }
    }

    /// An empty one on a SQL Server. `None`, and said so, where no server is named.
    pub async fn mssql() -> Option<Self> {
        let own = OwnDatabase::create().await;
        if own.is_none() {
            mssql::print_skipped();
        }
        own.map(|own| Self::Mssql(Box::new(own)))
    }

    pub fn is_embedded(&self) -> bool {
        matches!(self, Self::Embedded { .. })
    }

    /// Whether it speaks SQL Server's protocol and has words of its own.
    pub fn is_babelfish(&self) -> bool {
        matches!(self, Self::Mssql(own) if own.is_babelfish())
    }

    /// The file of an embedded one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Embedded { file, .. } => Some(file),
            Self::Mssql(_) => None,
        }
    }

    /// How a service uses it.
    pub fn settings(&self) -> config::Database {
        match self {
            Self::Embedded { file, .. } => config::Database::at(DatabaseUrl::Sqlite(file.clone())),
            Self::Mssql(own) => config::Database {
                connections: CONNECTIONS,
                isolation: own.isolation(),
                ..config::Database::at(DatabaseUrl::Mssql(Box::new(own.address())))
            },
        }
    }

    /// A connection of somebody else's.
    pub async fn session(&self) -> Session {
        match self {
            Self::Embedded { file, .. } => {
                Session::Sqlite(rusqlite::Connection::open(file).unwrap())
            }
            Self::Mssql(own) => Session::Mssql(Box::new(own.session().await)),
        }
    }
}

/// A connection beside the service's. Dropping it rolls back what it has not committed.
#[derive(Debug)]
pub enum Session {
    Sqlite(rusqlite::Connection),
    Mssql(Box<mssql::Session>),
}

impl Session {
    pub async fn execute(&mut self, sql: impl Into<Sql<'_>>) {
        let sql = sql.into();
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql.sqlite).unwrap(),
            Self::Mssql(session) => session.execute(sql.mssql).await,
        }
    }

    /// The whole numbers that a query gives in its first column.
    pub async fn numbers(&mut self, sql: impl Into<Sql<'_>>) -> Vec<i64> {
        let sql = sql.into();
        match self {
            Self::Sqlite(connection) => {
                let mut query = connection.prepare(sql.sqlite).unwrap();
                let rows = query.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            Self::Mssql(session) => session.numbers(sql.mssql).await,
        }
    }
}
