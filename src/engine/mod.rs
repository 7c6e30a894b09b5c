//! The only place that does database I/O. An engine runs rendered statements; it plans nothing and
//! decides nothing about rights.

mod cells;
pub mod error;
pub mod ledger;
pub mod mssql;
pub mod repeats;
pub mod rows;
pub mod schema;
pub mod sqlite;
pub mod store;

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;

use crate::{
    domain::{Note, Rows, Table, WriteOutcome},
    render::{Dialect, Statement, WriteBatch, rows::RowsBatch, schema::SchemaBatch},
};
use ledger::Ledger;
use repeats::Repeats;
use rows::{Ending, RowReport, Together};
use schema::SchemaOutcome;
use store::Store;

pub use error::EngineError;

/// How an engine differs from another, as data.
#[derive(Debug, Clone, Copy)]
pub struct Capabilities<'e> {
    /// The SQL it speaks.
    pub dialect: &'e dyn Dialect,
    /// Significant digits of a number with a fraction that it stores exactly; `None`: all of them. Whole
    /// numbers of 64 bits are exact on every engine.
    pub fraction_digits: Option<u32>,
    /// Values that one request may hold, those of its clause and those it writes together; `None`: as many
    /// as the other limits let through.
    pub parameters: Option<usize>,
    /// UTF-16 code units of a LIKE pattern; `None`: any number.
    pub pattern_units: Option<usize>,
    /// Rows of a batch that are written at once at most.
    pub chunk_rows: usize,
    /// Whether it stamps a row version itself whenever a row is changed.
    pub row_versions: bool,
    /// Whether rows that refer to one that an undoing takes away go along with it where their foreign keys say so; else it
    /// is not taken away.
    pub undo_cascades: bool,
}

/// A database. Every method may be called from many tasks at once; a caller that stops waiting never
/// leaves a transaction open.
#[async_trait]
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// What it can do.
    fn capabilities(&self) -> Capabilities<'_>;

    /// The service's own tables.
    fn store(&self) -> &dyn Store;

    /// The journal, where it keeps one.
    fn ledger(&self) -> Option<&dyn Ledger> {
        None
    }

    /// What keeps requests from acting twice, where it has that.
    fn repeats(&self) -> Option<&dyn Repeats> {
        None
    }

    /// Reads every table and view that the login can see.
    ///
    /// # Errors
    /// [`EngineError`] when the database cannot be read before the deadline.
    async fn load_tables(&self, deadline: Instant) -> Result<Vec<Table>, EngineError>;

    /// Runs a write in one transaction: its count and its write see the same rows. What the note says is written in the
    /// same transaction.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was written then, except that after [`EngineError::Lost`] it is unknown.
    async fn write(
        &self,
        batch: WriteBatch,
        note: Option<Arc<Note>>,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError>;

    /// Writes a part of a batch whose rows stand each for itself, in one transaction. Each row's number comes back with
    /// what became of it, in the rows' order.
    ///
    /// # Errors
    /// [`EngineError`], also where it is about one of the rows and the engine cannot tell which: as few rows as can
    /// be are then to be tried again. Nothing was written, except that after [`EngineError::Lost`] it is unknown.
    async fn write_rows(
        &self,
        batch: Arc<RowsBatch>,
        deadline: Instant,
    ) -> Result<Vec<(u64, RowReport)>, EngineError>;

    /// Writes all rows of a feed in one transaction, or none of them.
    ///
    /// # Errors
    /// [`EngineError`] where it is not about one of the rows. Nothing was written, except that after
    /// [`EngineError::Lost`] it is unknown.
    async fn write_together(
        &self,
        work: Together,
        deadline: Instant,
    ) -> Result<Ending, EngineError>;

    /// Makes, changes or drops tables, in one transaction.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed then, except that after [`EngineError::Lost`] it is unknown.
    async fn change_schema(
        &self,
        batch: SchemaBatch,
        deadline: Instant,
    ) -> Result<SchemaOutcome, EngineError>;

    /// Writes one part of a batch, all of its rows or none. What became of the rows holds only when it was done;
    /// otherwise the reports of those that failed say why.
    ///
    /// # Errors
    /// As [`Engine::write_together`], of which this is the case of one part: an engine may have many of these share
    /// what a transaction costs.
    async fn write_whole(
        &self,
        batch: RowsBatch,
        deadline: Instant,
    ) -> Result<(Ending, Vec<(u64, RowReport)>), EngineError> {
        let (work, feeding) = Together::of_one(batch);
        let (ending, reports) = tokio::join!(self.write_together(work, deadline), feeding);
        Ok((ending?, reports))
    }

    /// Runs a query.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be run to its end before the deadline.
    async fn query(&self, query: Statement, deadline: Instant) -> Result<Rows, EngineError>;

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`EngineError`] when it does not.
    async fn ping(&self, deadline: Instant) -> Result<(), EngineError>;

    /// Finishes what runs and lets go of the database. Calls made afterwards fail.
    async fn close(&self);
}
