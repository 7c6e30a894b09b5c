//! The embedded engine: one SQLite file, one connection that writes for everybody, a few that read.
//! Other processes may use the file at the same time. rusqlite is used here and nowhere else.

mod batch;
mod bind;
mod catalog;
mod claims;
mod connection;
mod deadline;
mod decode;
mod definition;
mod demo;
mod dependents;
mod errors;
mod fold;
mod functions;
mod job;
mod journal;
mod ledger;
mod migrate;
mod once;
mod reader;
mod repeats;
mod rows;
mod schema;
mod store;
mod types;
mod undo;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::task::spawn_blocking;

use self::{
    claims::Claims,
    job::{Outcome, Work},
    journal::{Counts, Journal},
    once::Record,
    reader::Readers,
    writer::{Measures, Writer},
};
use super::{
    Capabilities, Engine, EngineError,
    ledger::Ledger,
    repeats::Repeats,
    rows::{Ending, RowReport, Together},
    schema::SchemaOutcome,
    store::Store,
};
use crate::{
    domain::{Note, Rows, Table, WriteOutcome},
    render::{Statement, WriteBatch, rows::RowsBatch, schema::SchemaBatch, sqlite::Sqlite},
};

/// Rows of a batch that are written before others get their turn.
const CHUNK_ROWS: usize = 12_000;

const PING: &str = include_str!("../../../sql/sqlite/ping.sql");

/// Where the database is and how it is used.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The file.
    pub path: PathBuf,
    /// Make the file when there is none.
    pub create: bool,
    /// Connections that read, at least 1.
    pub readers: u32,
    /// Writes that may wait before others are turned away, at least 1.
    pub queue: usize,
    /// Writes in one transaction at most, at least 1.
    pub group: usize,
    /// How long a write waits for another process's lock.
    pub busy_timeout: Duration,
}

impl SqliteOptions {
    /// A file with the usual measures; it must exist.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            create: false,
            readers: 4,
            queue: 1024,
            group: 128,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

/// A SQLite file, open.
#[derive(Debug)]
pub struct SqliteEngine {
    options: SqliteOptions,
    writer: Arc<Writer>,
    readers: Readers,
    journal: Arc<Journal>,
    claims: Claims,
}

impl SqliteEngine {
    /// Opens the file and puts it into WAL mode. It blocks for a few milliseconds, longer when another
    /// process holds the file.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`] when there is no such file, or it is no database that can be
    /// written; [`EngineError::Busy`].
    pub fn open(options: SqliteOptions) -> Result<Self, EngineError> {
        let SqliteOptions {
            ref path,
            create,
            readers,
            busy_timeout,
            ..
        } = options;
        let session = connection::open_writer(path, create, busy_timeout)?;
        let journal = Arc::new(Journal::open(&session.conn)?);
        let readers = Readers::open(path, readers.max(1), busy_timeout)?;
        let measures = Measures {
            queue: options.queue.max(1),
            group: options.group.max(1),
            busy_timeout,
        };
        Ok(Self {
            writer: Arc::new(Writer::start(session, Arc::clone(&journal), measures)?),
            readers,
            journal,
            claims: Claims::beside(path),
            options,
        })
    }

    /// Makes the demo's tables and rows where there are none of them; an existing demo stays as it is.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was written then.
    pub async fn create_demo(&self) -> Result<(), EngineError> {
        let options = self.options.clone();
        let work = move || demo::create(&options);
        spawn_blocking(work).await.unwrap_or_else(|error| {
            Err(EngineError::Unexpected {
                detail: error.to_string(),
            })
        })
    }
}

#[async_trait]
impl Engine for SqliteEngine {
    fn capabilities(&self) -> Capabilities<'_> {
        Capabilities {
            dialect: &Sqlite,
            fraction_digits: Some(decode::FLOAT_DIGITS),
            parameters: None,
            pattern_units: None,
            chunk_rows: CHUNK_ROWS,
            row_versions: false,
            undo_cascades: false,
        }
    }

    fn store(&self) -> &dyn Store {
        self
    }

    fn ledger(&self) -> Option<&dyn Ledger> {
        Some(self)
    }

    fn repeats(&self) -> Option<&dyn Repeats> {
        Some(self)
    }

    async fn load_tables(&self, deadline: Instant) -> Result<Vec<Table>, EngineError> {
        let read = |conn: &mut _| catalog::read_tables(conn).map_err(errors::translate);
        self.readers.run(deadline, read).await
    }

    async fn write(
        &self,
        batch: WriteBatch,
        note: Option<Arc<Note>>,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError> {
        let journal = Arc::clone(&self.journal);
        let work = Box::new(move |conn: &_| {
            let record = Record::of(conn, note.as_deref());
            if let Some(record) = &record {
                record.check(0, 0)?;
            }
            let keeper = journal.keep(conn, note.as_deref(), true)?;
            let outcome = batch::execute(conn, &batch)?;
            if let Some(counts) = Counts::of(&outcome) {
                keeper.end(conn, counts)?;
            }
            if let Some(record) = &record {
                record.keep_write(&outcome)?;
            }
            Ok(Outcome::Write(outcome))
        });
        match self.writer.run(Work::Shared(work), deadline).await? {
            Outcome::Write(outcome) => Ok(outcome),
            other => Err(other.unexpected()),
        }
    }

    async fn write_rows(
        &self,
        batch: Arc<RowsBatch>,
        deadline: Instant,
    ) -> Result<Vec<(u64, RowReport)>, EngineError> {
        let journal = Arc::clone(&self.journal);
        let work =
            Box::new(move |conn: &_| rows::execute(conn, &journal, &batch).map(Outcome::Rows));
        match self.writer.run(Work::Shared(work), deadline).await? {
            Outcome::Rows(reports) => Ok(reports),
            other => Err(other.unexpected()),
        }
    }

    /// Shares its commit with others, as a single write does.
    async fn write_whole(
        &self,
        batch: RowsBatch,
        deadline: Instant,
    ) -> Result<(Ending, Vec<(u64, RowReport)>), EngineError> {
        let journal = Arc::clone(&self.journal);
        let work = Box::new(move |conn: &_| rows::execute_whole(conn, &journal, &batch));
        match self.writer.run(Work::Shared(work), deadline).await? {
            Outcome::Whole(ending, reports) => Ok((ending, reports)),
            other => Err(other.unexpected()),
        }
    }

    async fn write_together(
        &self,
        mut work: Together,
        deadline: Instant,
    ) -> Result<Ending, EngineError> {
        let journal = Arc::clone(&self.journal);
        let work = Box::new(move |conn: &_| {
            rows::execute_together(conn, &journal, &mut work).map(Outcome::Together)
        });
        match self.writer.run(Work::Alone(work), deadline).await? {
            Outcome::Together(ending) => Ok(ending),
            other => Err(other.unexpected()),
        }
    }

    async fn change_schema(
        &self,
        batch: SchemaBatch,
        deadline: Instant,
    ) -> Result<SchemaOutcome, EngineError> {
        let journal = Arc::clone(&self.journal);
        let work = Box::new(move |conn: &_| {
            journal.look_away(conn)?;
            schema::execute(conn, &batch).map(Outcome::Schema)
        });
        match self.writer.run(Work::Schema(work), deadline).await? {
            Outcome::Schema(outcome) => Ok(outcome),
            other => Err(other.unexpected()),
        }
    }

    async fn query(&self, query: Statement, deadline: Instant) -> Result<Rows, EngineError> {
        let read = move |conn: &mut _| batch::query(conn, &query).map(Rows);
        self.readers.run(deadline, read).await
    }

    async fn ping(&self, deadline: Instant) -> Result<(), EngineError> {
        self.writer.check()?;
        let read = |conn: &mut rusqlite::Connection| {
            conn.query_row(PING, [], |_| Ok(()))
                .map_err(errors::translate)
        };
        self.readers.run(deadline, read).await
    }

    async fn close(&self) {
        self.readers.close().await;
        let writer = Arc::clone(&self.writer);
        if let Err(error) = spawn_blocking(move || writer.close()).await {
            tracing::error!(%error, "the writer could not be closed");
        }
    }
}
