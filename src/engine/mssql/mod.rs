//! SQL Server, and what speaks its protocol: a pool of connections, one round trip for each request, and
//! whole transactions tried again where the server says that they may succeed in a moment. tiberius and bb8
//! are used here and nowhere else.

mod address;
mod bind;
mod catalog;
mod claims;
mod connection;
mod decode;
mod demo;
mod errors;
mod ledger;
mod migrate;
mod ping;
mod pool;
mod repeats;
mod retry;
mod rows;
mod schema;
mod store;
mod write;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

use self::{
    claims::Claims,
    connection::{Request, ResultSet},
    ping::Pinger,
    pool::{Failed, Pool},
    retry::Retry,
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
    render::{
        Statement, WriteBatch,
        mssql::{Isolation, Mssql},
        rows::RowsBatch,
        schema::SchemaBatch,
    },
};

pub use address::{AddressError, MssqlAddress};

/// How long the server has to say that it is there.
const PINGING: Duration = Duration::from_secs(3);

/// Parameters of one request: the protocol's 2,100, less the two of `sp_executesql` itself and those that
/// the script and the service add to the caller's values.
const PARAMETERS: usize = 2_040;

/// A pattern has at most 8,000 bytes ("LIKE (Transact-SQL)", Arguments), as nvarchar two for each unit.
const PATTERN_UNITS: usize = 4_000;

/// Where the server is and how it is used.
#[derive(Debug, Clone)]
pub struct MssqlOptions {
    /// The server, the database and the login.
    pub address: MssqlAddress,
    /// Connections at most, at least 1.
    pub connections: u32,
    /// Requests that may wait for a connection before others are turned away.
    pub queue: usize,
    /// How long a statement waits for another's locks.
    pub lock_timeout: Duration,
    /// The level of the writes' transactions.
    pub isolation: Isolation,
}

impl MssqlOptions {
    /// Connections at most, where nobody says otherwise.
    pub const CONNECTIONS: u32 = 16;

    /// A server with the usual measures.
    #[must_use]
    pub fn new(address: MssqlAddress) -> Self {
        Self {
            address,
            connections: Self::CONNECTIONS,
            queue: 1024,
            lock_timeout: Duration::from_secs(5),
            isolation: Isolation::default(),
        }
    }
}

/// A SQL Server. It connects when it is first asked something, and again whenever a connection is lost.
#[derive(Debug)]
pub struct MssqlEngine {
    options: MssqlOptions,
    pool: Pool,
    pinger: Pinger,
    claims: Arc<Claims>,
    /// The dialect with and without NULL as a parameter, and which of them the server takes.
    dialects: [Mssql; 2],
    null_parameters: AtomicBool,
}

impl MssqlEngine {
    /// An engine that has not connected yet. Must be called within a tokio runtime.
    #[must_use]
    pub fn new(options: MssqlOptions) -> Self {
        let dialect = |null_parameters| Mssql {
            isolation: options.isolation,
            null_parameters,
        };
        Self {
            pool: Pool::new(&options),
            pinger: Pinger::default(),
            claims: Arc::new(Claims::new(&options)),
            dialects: [dialect(false), dialect(true)],
            // Until the server has said what it is: what every server takes.
            null_parameters: AtomicBool::new(false),
            options,
        }
    }

    /// Makes the demo's tables and rows where there are none of them; an existing demo stays as it is.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was written then.
    pub async fn create_demo(&self) -> Result<(), EngineError> {
        demo::create(&self.options).await
    }

    /// The dialect that the server takes.
    fn dialect(&self) -> &Mssql {
        let [plain, with_nulls] = &self.dialects;
        if self.null_parameters.load(Ordering::Relaxed) {
            with_nulls
        } else {
            plain
        }
    }

    /// Asks something that changes nothing, so that it can be asked again on another connection.
    async fn read(
        &self,
        request: Request,
        deadline: Instant,
    ) -> Result<Vec<ResultSet>, EngineError> {
        let mut retry = Retry::until(deadline, self.options.lock_timeout, false);
        let mut broken = false;
        loop {
            let lease = self.pool.lease(deadline).await?;
            match lease.ask(request.clone(), deadline).await {
                Ok(results) => return Ok(results),
                Err(Failed::Late { .. }) => return Err(EngineError::Timeout),
                Err(Failed::Broken(detail)) if broken => {
                    return Err(EngineError::Unavailable { detail });
                }
                Err(Failed::Broken(_)) => broken = true,
                Err(Failed::Unreadable(detail)) => return Err(EngineError::Unexpected { detail }),
                Err(Failed::Refused(refusal)) => {
                    if !retry.again(&refusal).await {
                        return Err(errors::translate(&refusal, None));
                    }
                }
            }
        }
    }
}

#[async_trait]
impl Engine for MssqlEngine {
    fn capabilities(&self) -> Capabilities<'_> {
        let dialect = self.dialect();
        Capabilities {
            dialect,
            fraction_digits: None,
            parameters: Some(PARAMETERS),
            pattern_units: Some(PATTERN_UNITS),
            chunk_rows: 2_000,
            // The same servers: Babelfish has the type, and stamps nothing.
            row_versions: dialect.null_parameters,
            undo_cascades: true,
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
        let results = self
            .read(Request::Batch(catalog::CATALOG.into()), deadline)
            .await?;
        let reading = catalog::read(results)?;
        let takes_nulls = !reading.version.contains("Babelfish");
        self.null_parameters.store(takes_nulls, Ordering::Relaxed);
        Ok(reading.tables)
    }

    async fn write(
        &self,
        batch: WriteBatch,
        _note: Option<Arc<Note>>,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError> {
        if let WriteBatch::Guarded { guard, write } = batch {
            let writing = write::write_guarded(&self.pool, *write, guard, &self.options, deadline);
            return writing.await;
        }
        write::write(&self.pool, batch, self.options.lock_timeout, deadline).await
    }

    async fn write_rows(
        &self,
        batch: Arc<RowsBatch>,
        deadline: Instant,
    ) -> Result<Vec<(u64, RowReport)>, EngineError> {
        if let Some(guard) = batch.guard.clone().filter(|_| batch.keep) {
            let batch = Arc::unwrap_or_clone(batch);
            return rows::write_guarded(&self.pool, batch, guard, &self.options, deadline).await;
        }
        rows::write(&self.pool, &batch, self.options.lock_timeout, deadline).await
    }

    async fn write_whole(
        &self,
        batch: RowsBatch,
        deadline: Instant,
    ) -> Result<(Ending, Vec<(u64, RowReport)>), EngineError> {
        if batch.guard.is_some() && batch.keep {
            let reports = self.write_rows(Arc::new(batch), deadline).await?;
            let done = reports.iter().all(|(_, report)| report.is_done());
            let ending = if done {
                Ending::Done
            } else {
                Ending::RolledBack
            };
            return Ok((ending, reports));
        }
        let (work, feeding) = Together::of_one(batch);
        let (ending, reports) = tokio::join!(self.write_together(work, deadline), feeding);
        Ok((ending?, reports))
    }

    async fn write_together(
        &self,
        work: Together,
        deadline: Instant,
    ) -> Result<Ending, EngineError> {
        rows::write_together(&self.pool, work, &self.options, deadline).await
    }

    async fn change_schema(
        &self,
        batch: SchemaBatch,
        deadline: Instant,
    ) -> Result<SchemaOutcome, EngineError> {
        schema::change(&self.pool, batch, self.options.lock_timeout, deadline).await
    }

    async fn query(&self, query: Statement, deadline: Instant) -> Result<Rows, EngineError> {
        let types = query.columns().to_vec();
        let results = self
            .read(Request::Rendered(Arc::new(query)), deadline)
            .await?;
        let first = results.into_iter().next().unwrap_or_default();
        let rows = first.into_iter().map(|row| decode::row(row, &types));
        rows.collect::<Result<_, _>>().map(Rows)
    }

    async fn ping(&self, deadline: Instant) -> Result<(), EngineError> {
        self.pool.check_open()?;
        let deadline = deadline.min(Instant::now() + PINGING);
        self.pinger.ping(&self.options, deadline).await
    }

    async fn close(&self) {
        self.pool.close().await;
        self.pinger.close().await;
        self.claims.close().await;
    }
}
