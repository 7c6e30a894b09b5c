//! Claims of requests: application locks of one session, a connection beside the pool's that serves all of them. They go
//! with the process. Should the connection be lost alone, its claims are too; then what the writes keep, each with a key
//! of its own, lets only one of two act.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tiberius::{ColumnData, error::Error};
use tokio::{sync::Mutex as AsyncMutex, time::timeout_at};

use super::{
    MssqlAddress, MssqlOptions,
    connection::{Connection, Request, ResultSet},
    pool::{CONNECTING, refused},
};
use crate::{
    engine::{EngineError, repeats::Claim, store::rows},
    render::Statement,
};

const CLAIM: &str = include_str!("../../../sql/mssql/idempotency/claim.sql");
const RELEASE: &str = include_str!("../../../sql/mssql/idempotency/release.sql");

/// How long a lock may take to be given back.
const RELEASING: Duration = Duration::from_secs(10);

pub(super) type Key = [u8; 32];

pub(super) struct Claims {
    address: MssqlAddress,
    lock_timeout: Duration,
    /// Those of this process: to its one session a lock that it has is free.
    held: Mutex<HashSet<Key>>,
    connection: AsyncMutex<Option<Connection>>,
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims")
    }
}

impl Claims {
    pub(super) fn new(options: &MssqlOptions) -> Self {
        Self {
            address: options.address.clone(),
            lock_timeout: options.lock_timeout,
            held: Mutex::default(),
            connection: AsyncMutex::default(),
        }
    }

    /// Claims a request; `None` while another holds it.
    pub(super) async fn claim(
        self: &Arc<Self>,
        key: Key,
        deadline: Instant,
    ) -> Result<Option<Claim>, EngineError> {
        if !self.held().insert(key) {
            return Ok(None);
        }
        let this = Arc::clone(self);
        // In a task of its own: a caller that stops waiting must not leave the session in the middle of an answer,
        // nor a lock that nobody gives back.
        let task = tokio::spawn(async move {
            let taken = timeout_at(deadline.into(), this.ask(CLAIM, &key)).await;
            let taken = taken.unwrap_or(Err(EngineError::Timeout));
            let taken = taken.and_then(|results| read_taken(&results));
            if !matches!(taken, Ok(true)) {
                this.held().remove(&key);
                return taken.map(|_| None);
            }
            Ok(Some(Claim::new(move || {
                tokio::spawn(async move { this.release(key).await });
            })))
        });
        task.await.unwrap_or_else(|error| {
            Err(EngineError::Unexpected {
                detail: error.to_string(),
            })
        })
    }

    async fn release(&self, key: Key) {
        let until = tokio::time::Instant::now() + RELEASING;
        let released = timeout_at(until, self.ask(RELEASE, &key)).await;
        self.held().remove(&key);
        if !matches!(released, Ok(Ok(_))) {
            // With the session go all of its locks, and this one could not be given back otherwise.
            tracing::debug!("a claim went with its session");
        }
    }

    /// Asks over the one connection, which is opened where there is none, or none of use. One that is not read to the end
    /// in time is of no use any more.
    async fn ask(&self, text: &'static str, key: &Key) -> Result<Vec<ResultSet>, EngineError> {
        let statement = Statement::fixed(text, vec![rows::text(&resource(key))], Vec::new());
        let request = Request::Rendered(Arc::new(statement));
        let mut place = self.connection.lock().await;
        let usable = |held: &Connection| !held.is_spoilt() && held.check().is_ok();
        let mut connection = match place.take().filter(usable) {
            Some(connection) => connection,
            None => Connection::open(&self.address, self.lock_timeout, CONNECTING)
                .await
                .map_err(refused)?,
        };
        let asked = connection.ask(&request).await;
        if !connection.is_spoilt() {
            *place = Some(connection);
        }
        asked.map_err(|error| match error {
            Error::Server(_) => refused(error),
            other => EngineError::Unavailable {
                detail: other.to_string(),
            },
        })
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashSet<Key>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn close(&self) {
        self.connection.lock().await.take();
    }
}

/// The lock's name.
fn resource(key: &Key) -> String {
    let mut name = "upsertd ".to_owned();
    for byte in key {
        for digit in [byte >> 4, byte & 15] {
            name.extend(char::from_digit(digit.into(), 16));
        }
    }
    name
}

/// 0 and more: it was taken. −1: another has it, for which Babelfish has −999. Whatever else is below is no claim either.
fn read_taken(results: &[ResultSet]) -> Result<bool, EngineError> {
    let cell = results.iter().flatten().flatten().next_back();
    match cell {
        Some(ColumnData::I32(Some(taken))) if *taken >= 0 => Ok(true),
        Some(ColumnData::I32(Some(_))) => Ok(false),
        other => Err(EngineError::Unexpected {
            detail: format!("a lock was answered with {other:?}"),
        }),
    }
}
