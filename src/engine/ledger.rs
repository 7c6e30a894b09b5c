//! The journal as it is read, pruned and undone. Writes are kept in it by the writes themselves.

pub(super) mod rows;

use std::time::Instant;

use async_trait::async_trait;
use jiff::civil::DateTime;
use uuid::Uuid;

use super::EngineError;
use crate::{
    domain::journal::{LogEntry, LogError, LogFilter, LogRow, Undone},
    render::UndoBatch,
};

/// The tables `upsertd_log`, `upsertd_log_rows` and `upsertd_log_errors`.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The writes of a request, in their order; none where it wrote nothing, or is not known any more.
    ///
    /// # Errors
    /// [`EngineError`] when they cannot be read before the deadline.
    async fn entries(&self, log_id: Uuid, deadline: Instant) -> Result<Vec<LogEntry>, EngineError>;

    /// The writes that undid a request, in their order.
    ///
    /// # Errors
    /// [`EngineError`] when they cannot be read before the deadline.
    async fn undoings(&self, log_id: Uuid, deadline: Instant)
    -> Result<Vec<LogEntry>, EngineError>;

    /// Writes, newest first.
    ///
    /// # Errors
    /// [`EngineError`] when they cannot be read before the deadline.
    async fn list(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogEntry>, EngineError>;

    /// Requests that failed, newest first.
    ///
    /// # Errors
    /// [`EngineError`] when they cannot be read before the deadline.
    async fn errors(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogError>, EngineError>;

    /// The rows of a step in the order of change, after the first `start` of them, `length` at most.
    ///
    /// # Errors
    /// [`EngineError`] when they cannot be read before the deadline.
    async fn rows(
        &self,
        log_id: Uuid,
        step: u32,
        start: u32,
        length: u32,
        deadline: Instant,
    ) -> Result<Vec<LogRow>, EngineError>;

    /// The failed request of an id.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be read before the deadline.
    async fn error(&self, log_id: Uuid, deadline: Instant)
    -> Result<Option<LogError>, EngineError>;

    /// Notes requests that failed; once is as good as twice.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn note_errors(&self, errors: &[LogError], deadline: Instant) -> Result<(), EngineError>;

    /// Forgets writes and errors from before a moment, so many of either at most; how many there were.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError>;

    /// Undoes a request in one transaction, if every row is still as the request left it; keeps nothing of it unless
    /// `keep`.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed then, except that after [`EngineError::Lost`] it is unknown.
    async fn undo(
        &self,
        undo: &UndoBatch,
        keep: bool,
        deadline: Instant,
    ) -> Result<Undone, EngineError>;
}
