//! Requests that failed, on their way into the journal. No request waits for that, and none fails because of it: what finds
//! no room is dropped, and the process's log says how much.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout_at,
};

use crate::{domain::journal::LogError, engine::Engine};

/// Errors that may wait.
const QUEUE: usize = 1024;
/// Errors that are written at once.
const AT_ONCE: usize = 200;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What writes errors down.
#[derive(Debug)]
pub(in crate::service) struct Errors {
    /// `None` where none are kept, and when it is closed.
    queue: Mutex<Option<mpsc::Sender<Item>>>,
    dropped: AtomicU64,
}

#[derive(Debug)]
enum Item {
    Error(Box<LogError>),
    /// Everything that came before is to be written by the time that this is answered.
    Flush(oneshot::Sender<()>),
}

impl Errors {
    /// Writes errors into the engine's journal; keeps none where `keep` is false.
    pub(in crate::service) fn start(engine: &Arc<dyn Engine>, keep: bool) -> Self {
        let queue = (keep && engine.ledger().is_some()).then(|| {
            let (queue, items) = mpsc::channel(QUEUE);
            tokio::spawn(write_down(Arc::clone(engine), items));
            queue
        });
        Self {
            queue: Mutex::new(queue),
            dropped: AtomicU64::new(0),
        }
    }

    /// Whether errors are kept.
    pub(in crate::service) fn are_kept(&self) -> bool {
        self.queue().is_some()
    }

    /// Has an error written down, by and by.
    pub(in crate::service) fn note(&self, error: LogError) {
        let Some(queue) = self.queue() else {
            return;
        };
        if queue.try_send(Item::Error(Box::new(error))).is_err() {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            if dropped.is_power_of_two() {
                tracing::warn!(dropped, "errors come faster than they can be journalled");
            }
        }
    }

    /// Waits until everything is written down that was noted before.
    pub(in crate::service) async fn flush(&self, deadline: Instant) {
        let Some(queue) = self.queue() else {
            return;
        };
        let (done, written) = oneshot::channel();
        let flushing = async {
            if queue.send(Item::Flush(done)).await.is_ok() {
                // Err: it has stopped, and nothing is left to be written.
                written.await.unwrap_or_default();
            }
        };
        if timeout_at(deadline.into(), flushing).await.is_err() {
            tracing::debug!("errors are still being written down");
        }
    }

    /// Writes down what is left, and takes no more.
    pub(in crate::service) async fn close(&self) {
        self.flush(Instant::now() + PATIENCE).await;
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        *queue = None;
    }

    fn queue(&self) -> Option<mpsc::Sender<Item>> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.clone()
    }
}

async fn write_down(engine: Arc<dyn Engine>, mut items: mpsc::Receiver<Item>) {
    let mut batch = Vec::with_capacity(AT_ONCE);
    while items.recv_many(&mut batch, AT_ONCE).await > 0 {
        let mut errors = Vec::new();
        let mut flushed = Vec::new();
        for item in batch.drain(..) {
            match item {
                Item::Error(error) => errors.push(*error),
                Item::Flush(done) => flushed.push(done),
            }
        }
        if let Some(ledger) = engine.ledger().filter(|_| !errors.is_empty()) {
            let deadline = Instant::now() + PATIENCE;
            if let Err(error) = ledger.note_errors(&errors, deadline).await {
                tracing::warn!(%error, lost = errors.len(), "errors could not be journalled");
            }
        }
        for done in flushed {
            // Err: nobody waits any more.
            done.send(()).unwrap_or_default();
        }
    }
}
