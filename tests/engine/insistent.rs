//! An engine that asks again, as a caller would, where there are more at once than the server takes.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use upsertd::{
    domain::{Rows, Table, WriteOutcome},
    engine::{
        Capabilities, Engine, EngineError,
        ledger::Ledger,
        mssql::MssqlEngine,
        repeats::Repeats,
        rows::{Ending, RowReport, Together},
        schema::SchemaOutcome,
        store::Store,
    },
    render::{Statement, WriteBatch, rows::RowsBatch, schema::SchemaBatch},
};

/// Sends a write again that was turned away.
#[derive(Debug)]
pub struct Insistent {
    pub engine: MssqlEngine,
    pub babelfish: bool,
}

#[async_trait]
impl Engine for Insistent {
    fn capabilities(&self) -> Capabilities<'_> {
        self.engine.capabilities()
    }

    fn store(&self) -> &dyn Store {
        self.engine.store()
    }

    fn ledger(&self) -> Option<&dyn Ledger> {
        self.engine.ledger()
    }

    fn repeats(&self) -> Option<&dyn Repeats> {
        self.engine.repeats()
    }

    async fn load_tables(&self, deadline: Instant) -> Result<Vec<Table>, EngineError> {
        self.engine.load_tables(deadline).await
    }

    async fn write(
        &self,
        batch: WriteBatch,
        note: Option<Arc<upsertd::domain::Note>>,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError> {
        loop {
            let outcome = self
                .engine
                .write(batch.clone(), note.clone(), deadline)
                .await;
            let again = match outcome {
                // No connection was free in time; on a slow machine that happens.
                Err(EngineError::Overloaded) => true,
                // Babelfish, which ignores lock hints, has all but one of the writers of one missing key
                // begin anew, and again.
                Err(EngineError::Busy) => self.babelfish,
                _ => false,
            };
            if !again {
                return outcome;
            }
            println!("sent again: {outcome:?}");
        }
    }

    async fn write_rows(
        &self,
        batch: Arc<RowsBatch>,
        deadline: Instant,
    ) -> Result<Vec<(u64, RowReport)>, EngineError> {
        loop {
            let written = self.engine.write_rows(Arc::clone(&batch), deadline).await;
            // As the service does, and for the same reasons as above.
            let again = match written {
                Err(EngineError::Overloaded) => true,
                Err(EngineError::Busy) => self.babelfish,
                _ => false,
            };
            if !again {
                return written;
            }
            println!("sent again: {written:?}");
        }
    }

    async fn write_together(
        &self,
        work: Together,
        deadline: Instant,
    ) -> Result<Ending, EngineError> {
        self.engine.write_together(work, deadline).await
    }

    async fn change_schema(
        &self,
        batch: SchemaBatch,
        deadline: Instant,
    ) -> Result<SchemaOutcome, EngineError> {
        self.engine.change_schema(batch, deadline).await
    }

    async fn query(&self, query: Statement, deadline: Instant) -> Result<Rows, EngineError> {
        self.engine.query(query, deadline).await
    }

    async fn ping(&self, deadline: Instant) -> Result<(), EngineError> {
        self.engine.ping(deadline).await
    }

    async fn close(&self) {
        self.engine.close().await;
    }
}
