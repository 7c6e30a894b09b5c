//! Bounds how many secrets are checked at once: each check takes a core and 19 MiB for some time, and
//! anyone who can reach the token endpoint can ask for one.

use std::{sync::Arc, thread};

use tokio::{sync::Semaphore, task};

use super::AccessError;

/// How many callers may wait for a core.
const WAITING: usize = 32;

/// Seconds after which a caller that found no room may try again.
const RETRY_AFTER: u32 = 1;

pub(super) struct Gate {
    /// Callers inside, running or waiting.
    room: Arc<Semaphore>,
    /// Callers running.
    cores: Arc<Semaphore>,
}

impl Gate {
    /// One check per core at a time.
    pub(super) fn for_this_machine() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores, WAITING)
    }

    pub(super) fn new(cores: usize, waiting: usize) -> Self {
        Self {
            room: Arc::new(Semaphore::new(cores + waiting)),
            cores: Arc::new(Semaphore::new(cores)),
        }
    }

    /// Runs a check on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        check: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccessError> {
        let crowded = AccessError::Crowded {
            retry_after: RETRY_AFTER,
        };
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            return Err(crowded);
        };
        let Ok(core) = Arc::clone(&self.cores).acquire_owned().await else {
            return Err(crowded);
        };
        // The permits go with the thread: a caller that stops waiting does not make room for another
        // check while its own still runs.
        let running = task::spawn_blocking(move || {
            let _held = (place, core);
            check()
        });
        running.await.map_err(|error| {
            tracing::error!(%error, "checking a secret did not finish");
            crowded
        })
    }
}
