//! Stops a connection's statements when their time is up. SQLite asks every few thousand steps, and so
//! does what takes long within one; what they should then do is for their caller to know.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use rusqlite::Connection;

/// Virtual machine steps between two looks at the clock: well under a millisecond.
const STEPS: i32 = 2_000;
/// No deadline.
const NEVER: u64 = u64::MAX;

/// The moment at which what runs on one connection is interrupted.
#[derive(Debug)]
pub(super) struct Deadline {
    epoch: Instant,
    /// Nanoseconds after `epoch`.
    at: AtomicU64,
}

/// While it lives the deadline holds.
#[derive(Debug)]
pub(super) struct Limited<'d>(&'d Deadline);

impl Deadline {
    /// Sees to it that the connection's statements keep the deadline.
    pub(super) fn install(conn: &mut Connection) -> rusqlite::Result<Arc<Self>> {
        let deadline = Arc::new(Self {
            epoch: Instant::now(),
            at: AtomicU64::new(NEVER),
        });
        let watched = Arc::clone(&deadline);
        conn.progress_handler(STEPS, Some(move || watched.passed()))?;
        Ok(deadline)
    }

    /// Interrupts what runs after `until`, for as long as the answer is held.
    pub(super) fn limit(&self, until: Instant) -> Limited<'_> {
        let nanos = until.saturating_duration_since(self.epoch).as_nanos();
        let nanos = u64::try_from(nanos).unwrap_or(NEVER);
        self.at.store(nanos, Ordering::Relaxed);
        Limited(self)
    }

    /// Whether it is time to stop.
    pub(super) fn passed(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != NEVER && self.epoch.elapsed().as_nanos() >= u128::from(at)
    }
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        self.0.at.store(NEVER, Ordering::Relaxed);
    }
}
