//! When what the server refused is asked again, as a whole.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::errors::{self, Refusal};

/// How often a transaction is tried again that the server gave up.
const RETRIES: u32 = 3;

/// How long the first of the pauses before that is at most; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(50);

/// What is left to be tried.
#[derive(Debug)]
pub(super) struct Retry {
    deadline: Instant,
    lock_timeout: Duration,
    transient: u32,
    duplicates: u32,
}

impl Retry {
    /// `races`: a row that was not there when its key was looked for may have come in from elsewhere; once
    /// more, and it is found.
    pub(super) fn until(deadline: Instant, lock_timeout: Duration, races: bool) -> Self {
        Self {
            deadline,
            lock_timeout,
            transient: RETRIES,
            duplicates: u32::from(races),
        }
    }

    /// Whether to ask again; waits before that where it helps.
    pub(super) async fn again(&mut self, refusal: &Refusal) -> bool {
        // Another wait for the same lock must not run into the deadline.
        let left = self.deadline.saturating_duration_since(Instant::now());
        if errors::is_lock_timeout(refusal) && left <= self.lock_timeout {
            return false;
        }
        if errors::is_transient(refusal) && self.transient > 0 {
            tracing::debug!(number = refusal.number, "the transaction is tried again");
            self.pause(RETRIES - self.transient).await;
            self.transient -= 1;
        } else if errors::is_duplicate(refusal) && self.duplicates > 0 {
            self.duplicates -= 1;
        } else {
            return false;
        }
        Instant::now() < self.deadline
    }

    /// Waits a random part of the pause, so that those who were in each other's way do not meet again.
    async fn pause(&self, tries: u32) {
        let longest = PAUSE * 2_u32.saturating_pow(tries);
        let mut random = [0; 2];
        let part = match getrandom::fill(&mut random) {
            Ok(()) => u32::from(u16::from_le_bytes(random)),
            // All of it, then.
            Err(_) => u32::from(u16::MAX),
        };
        let pause = longest * part / u32::from(u16::MAX);
        let left = self.deadline.saturating_duration_since(Instant::now());
        sleep(pause.min(left)).await;
    }
}
