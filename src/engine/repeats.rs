//! What keeps a request from acting twice: a claim, which dies with whoever holds it, and what is kept of the request. What
//! its writes come to is kept by the writes themselves (see [`crate::domain::deed::Once`]).

pub(super) mod rows;

use std::{fmt, time::Instant};

use async_trait::async_trait;
use jiff::civil::DateTime;

use super::EngineError;
use crate::domain::{
    deed::Once,
    once::{Answer, Recalled},
};

/// A request that is being made by this process alone. Dropping it lets others make it.
pub struct Claim(Option<Box<dyn FnOnce() + Send + Sync>>);

impl Claim {
    /// A claim, and how it is given back.
    #[must_use]
    pub fn new(release: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self(Some(Box::new(release)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claim")
    }
}

/// The tables `upsertd_idempotency` and `upsertd_idempotency_steps`, and the claims.
#[async_trait]
pub trait Repeats: Send + Sync {
    /// Claims a request; `None` at once while another holds it, here or in another process. Never waits for it.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be told before the deadline.
    async fn claim(&self, once: &Once, deadline: Instant) -> Result<Option<Claim>, EngineError>;

    /// What is kept of a request that was made before. To be asked by whoever holds the claim.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be read before the deadline.
    async fn recall(&self, once: &Once, deadline: Instant)
    -> Result<Option<Recalled>, EngineError>;

    /// Keeps the answer of a request.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn keep(
        &self,
        once: &Once,
        client: &str,
        answer: &Answer,
        deadline: Instant,
    ) -> Result<(), EngineError>;

    /// Forgets requests from before a moment, in UTC, so many at most; how many there were.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError>;
}
