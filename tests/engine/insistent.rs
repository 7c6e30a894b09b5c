//! An engine for a server that gives writers up more often than the engine itself tries them again.

use std::time::Instant;

use async_trait::async_trait;
use upsertd::{
    domain::{Rows, Table, WriteOutcome},
    engine::{Capabilities, Engine, EngineError, mssql::MssqlEngine},
    render::{Statement, WriteBatch},
};

/// Tries again what found the server busy. Babelfish, which ignores lock hints, has all but one of the
/// writers of one missing key begin anew, and again.
#[derive(Debug)]
pub struct Insistent(pub MssqlEngine);

#[async_trait]
impl Engine for Insistent {
    fn capabilities(&self) -> Capabilities<'_> {
        self.0.capabilities()
    }

    async fn load_tables(&self, deadline: Instant) -> Result<Vec<Table>, EngineError> {
        self.0.load_tables(deadline).await
    }

    async fn write(
        &self,
        batch: WriteBatch,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError> {
        loop {
            let outcome = self.0.write(batch.clone(), deadline).await;
            if outcome != Err(EngineError::Busy) {
                return outcome;
            }
            println!("Babelfish gave one up");
        }
    }

    async fn query(&self, query: Statement, deadline: Instant) -> Result<Rows, EngineError> {
        self.0.query(query, deadline).await
    }

    async fn ping(&self, deadline: Instant) -> Result<(), EngineError> {
        self.0.ping(deadline).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
