//! What an engine keeps for the service itself, in tables that begin with `upsertd_`: clients, tokens that were
//! withdrawn, and which migrations made these tables. Callers never reach them.

pub(super) mod rows;

use std::time::Instant;

use async_trait::async_trait;

use super::EngineError;
use crate::domain::credential::{AccessChanges, ClientRecord, RevokedToken};

/// A step in the making of the service's own tables: a file in `sql/<engine>/migrations/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its number: the file's name begins with it. Those with lower numbers are run first.
    pub number: i32,
    /// What it is about.
    pub name: &'static str,
    /// The file.
    pub(super) sql: &'static str,
}

impl Migration {
    /// The number of the one that makes the tables of clients and withdrawn tokens.
    pub const ACCESS: i32 = 1;
    /// The number of the journal's tables.
    pub const JOURNAL: i32 = 2;
    /// The number of the one that makes the tables of requests that are not to act twice.
    pub const IDEMPOTENCY: i32 = 3;

    /// Those of a list that a database has not had.
    pub(super) fn missing(all: &'static [Self], applied: &[i64]) -> Vec<Self> {
        let had = |migration: &&Self| !applied.contains(&i64::from(migration.number));
        all.iter().filter(had).copied().collect()
    }
}

/// The service's own tables.
#[async_trait]
pub trait Store: Send + Sync {
    /// Whether whoever opens the database makes the tables without being asked to. Elsewhere an administrator does.
    fn migrates_itself(&self) -> bool;

    /// The migrations that the database has not had, or that the login may not know of.
    ///
    /// # Errors
    /// [`EngineError`] when the database cannot be read before the deadline.
    async fn missing(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError>;

    /// Runs the missing ones, all in one transaction; says which they were.
    ///
    /// # Errors
    /// [`EngineError`]; nothing was changed then.
    async fn migrate(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError>;

    /// What has changed after a version, 0 for everything.
    ///
    /// # Errors
    /// [`EngineError`] when it cannot be read before the deadline.
    async fn access_changes(
        &self,
        after: i64,
        deadline: Instant,
    ) -> Result<AccessChanges, EngineError>;

    /// Writes a client as a whole: a new one where its version is 0, else the one of that version. `false` when there is
    /// one already, or when it has changed meanwhile: nothing was written then.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn save_client(
        &self,
        client: &ClientRecord,
        deadline: Instant,
    ) -> Result<bool, EngineError>;

    /// Withdraws a token; once is as good as twice.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn revoke_token(
        &self,
        token: &RevokedToken,
        deadline: Instant,
    ) -> Result<(), EngineError>;

    /// Forgets tokens that would have expired before a moment, in seconds since 1970.
    ///
    /// # Errors
    /// [`EngineError`].
    async fn prune_revoked(&self, before: i64, deadline: Instant) -> Result<(), EngineError>;
}
