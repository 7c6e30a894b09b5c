//! The service's own tables: made when the service starts, where they are made by themselves, and read again from then on.

use std::{sync::Arc, time::Duration};

use super::{Background, OpenError, engine_error};
use crate::{
    catalog::Serving,
    config::Database,
    engine::{Engine, store::Migration},
    service::Service,
};

/// How long making the service's own tables may take: another process that makes them is waited for.
pub const MIGRATING: Duration = Duration::from_secs(180);

/// How often clients and withdrawn tokens are read: the longest that a token is taken after another process withdrew it,
/// but for the reading itself.
const WATCHING: Duration = Duration::from_secs(2);
/// After how many readings expired entries are pruned: ten minutes.
const PRUNING: u64 = 300;

/// Makes what is missing of the service's own tables where they are made by themselves, and says what is missing
/// elsewhere.
///
/// The missing ones, which are none where they are made by themselves.
pub(super) async fn prepare(
    engine: &dyn Engine,
    database: &Database,
) -> Result<Missing, OpenError> {
    let failed = |error| engine_error(&database.url, error);
    let deadline = std::time::Instant::now() + MIGRATING;
    let store = engine.store();
    if store.migrates_itself() {
        for migration in store.migrate(deadline).await.map_err(failed)? {
            tracing::info!(number = migration.number, name = migration.name, "migrated");
        }
        return Ok(Missing(Vec::new()));
    }
    let missing = store.missing(deadline).await.map_err(failed)?;
    if !missing.is_empty() {
        let missing: Vec<&str> = missing.iter().map(|migration| migration.name).collect();
        tracing::warn!(
            missing = missing.join(", "),
            "the database lacks tables of the service's own, or its login may not see them; until `upsertd migrate` has \
             been run, there are no clients but the configuration's, no token can be withdrawn, and Idempotency-Key means \
             nothing"
        );
    }
    Ok(Missing(missing))
}

/// Migrations that a database has not had.
#[derive(Debug)]
pub(super) struct Missing(Vec<Migration>);

impl Missing {
    /// Whether the one with this number is among them.
    pub(super) fn has(&self, number: i32) -> bool {
        self.0.iter().any(|migration| migration.number == number)
    }

    /// Nothing, or the error where the journal is to be kept and its tables are among them: every write would fail.
    pub(super) fn check_journal(&self, serving: &Serving) -> Result<(), OpenError> {
        let lacks = self.0.iter().any(|m| m.number == Migration::JOURNAL);
        if lacks && serving.journals() {
            return Err(OpenError::NoJournal);
        }
        Ok(())
    }
}

/// Reads clients and withdrawn tokens again and again.
pub(super) fn watch_clients(service: &Arc<Service>) -> Background {
    let service = Arc::clone(service);
    Background(tokio::spawn(async move {
        let mut failing = false;
        for round in 1_u64.. {
            tokio::time::sleep(WATCHING).await;
            match service.read_clients().await {
                Ok(()) => failing = false,
                // Once is enough to say so.
                Err(_) if failing => {}
                Err(error) => {
                    failing = true;
                    tracing::warn!(%error, "clients and withdrawn tokens cannot be read; those known before stay");
                }
            }
            if round % PRUNING == 0 {
                service.prune_withdrawn().await;
            }
        }
    }))
}

/// How often requests are forgotten that were kept long enough.
const FORGETTING: Duration = Duration::from_secs(60);

/// Forgets requests that were kept long enough again and again.
pub(super) fn forget_requests(service: &Arc<Service>) -> Background {
    let service = Arc::clone(service);
    Background(tokio::spawn(async move {
        loop {
            if let Err(error) = service.forget_requests().await {
                tracing::debug!(%error, "old requests cannot be forgotten just now");
            }
            tokio::time::sleep(FORGETTING).await;
        }
    }))
}
