//! Connections that read, each used by one query at a time on a blocking thread.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout_at,
};

use super::connection::{Session, open_reader};
use crate::engine::EngineError;

/// A fixed number of reading connections.
#[derive(Debug)]
pub(super) struct Readers {
    size: u32,
    /// As many permits as `idle` has connections.
    free: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Session>>>,
}

/// A connection in use. Dropped, it is idle again, whatever became of the query.
struct Lease {
    reader: Option<Session>,
    idle: Arc<Mutex<Vec<Session>>>,
    /// Given back after the connection: fields are dropped when `drop` is through.
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    /// Opens `size` connections.
    pub(super) fn open(
        path: &Path,
        size: u32,
        busy_timeout: Duration,
    ) -> Result<Self, EngineError> {
        let open = |_| open_reader(path, busy_timeout);
        let idle: Vec<Session> = (0..size).map(open).collect::<Result<_, EngineError>>()?;
        Ok(Self {
            size,
            free: Arc::new(Semaphore::new(idle.len())),
            idle: Arc::new(Mutex::new(idle)),
        })
    }

    /// Runs work on a connection. A caller that stops waiting leaves it to its deadline.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl FnOnce(&mut Connection) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let permit = timeout_at(deadline.into(), Arc::clone(&self.free).acquire_owned())
            .await
            .map_err(|_| EngineError::Timeout)?
            .map_err(|_| closed())?;
        let mut lease = self.lease(permit)?;
        let done = spawn_blocking(move || {
            let Some(reader) = lease.reader.as_mut() else {
                return Err(closed());
            };
            let _limited = reader.deadline.limit(deadline);
            work(&mut reader.conn)
        });
        done.await.unwrap_or_else(|error| {
            Err(EngineError::Unexpected {
                detail: format!("a query did not come to its end: {error}"),
            })
        })
    }

    fn lease(&self, permit: OwnedSemaphorePermit) -> Result<Lease, EngineError> {
        let reader = lock(&self.idle).pop().ok_or_else(closed)?;
        Ok(Lease {
            reader: Some(reader),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        })
    }

    /// Waits for the queries that run, then closes the connections.
    pub(super) async fn close(&self) {
        // Err: closed already.
        if let Ok(_all) = self.free.acquire_many(self.size).await {
            self.free.close();
            lock(&self.idle).clear();
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        lock(&self.idle).extend(self.reader.take());
    }
}

fn lock(idle: &Mutex<Vec<Session>>) -> std::sync::MutexGuard<'_, Vec<Session>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

fn closed() -> EngineError {
    EngineError::Unavailable {
        detail: "the database has been closed".to_owned(),
    }
}
