//! What is kept in the file of requests that are not to act twice.

use std::time::Instant;

use async_trait::async_trait;
use jiff::{civil::DateTime, tz::TimeZone};
use rusqlite::Connection;
use tokio::task::spawn_blocking;

use super::{
    SqliteEngine,
    batch::query,
    errors::translate,
    job::{Outcome, Work},
};
use crate::{
    domain::{
        Length, SqlType, Value,
        deed::Once,
        once::{Answer, Recalled},
    },
    engine::{
        EngineError,
        repeats::{Claim, Repeats, rows},
    },
    render::{Param, Statement},
};

const RECALL: &str = include_str!("../../../sql/sqlite/idempotency/recall.sql");
const STEPS: &str = include_str!("../../../sql/sqlite/idempotency/recall_steps.sql");
const KEEP: &str = include_str!("../../../sql/sqlite/idempotency/keep.sql");
const CLEAR: &str = include_str!("../../../sql/sqlite/idempotency/clear_steps.sql");
const PRUNE: &str = include_str!("../../../sql/sqlite/idempotency/prune.sql");
const PRUNE_STEPS: &str = include_str!("../../../sql/sqlite/idempotency/prune_steps.sql");

#[async_trait]
impl Repeats for SqliteEngine {
    async fn claim(&self, once: &Once, _: Instant) -> Result<Option<Claim>, EngineError> {
        let (claims, key) = (self.claims.clone(), once.key);
        blocking(move || claims.claim(&key)).await
    }

    async fn recall(
        &self,
        once: &Once,
        deadline: Instant,
    ) -> Result<Option<Recalled>, EngineError> {
        let key = Param {
            value: Some(Value::Binary(once.key.to_vec())),
            ty: SqlType::VarBinary(Length::Max),
        };
        let read = move |conn: &mut Connection| {
            let request = Statement::fixed(RECALL, vec![key.clone()], rows::request_columns());
            let Some(request) = query(conn, &request)?.into_iter().next() else {
                return Ok(None);
            };
            let steps = Statement::fixed(STEPS, vec![key], rows::step_columns());
            rows::recalled(request, &query(conn, &steps)?).map(Some)
        };
        self.readers.run(deadline, read).await
    }

    async fn keep(
        &self,
        once: &Once,
        client: &str,
        answer: &Answer,
        deadline: Instant,
    ) -> Result<(), EngineError> {
        let (once, client, answer) = (once.clone(), client.to_owned(), answer.clone());
        let keep = Box::new(move |conn: &Connection| {
            let run = || {
                let (
                    key,
                    Answer {
                        status,
                        headers,
                        body,
                    },
                ) = (&once.key[..], &answer);
                let fingerprint = &once.fingerprint[..];
                let mut keep = conn.prepare_cached(KEEP)?;
                keep.execute((key, &client, fingerprint, status, headers, body))?;
                conn.prepare_cached(CLEAR)?.execute([key])
            };
            run().map_err(translate)?;
            Ok(Outcome::Own)
        });
        // It shares its commit with others.
        self.writer
            .run(Work::Shared(keep), deadline)
            .await
            .map(drop)
    }

    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError> {
        let claims = self.claims.clone();
        blocking(move || claims.sweep()).await?;
        let before = before.to_zoned(TimeZone::UTC);
        // A moment beyond what has a number is later than all others.
        let before = before.map_or(i64::MAX, |before| before.timestamp().as_second());
        self.own(deadline, move |conn| {
            let run = || {
                conn.prepare_cached(PRUNE_STEPS)?.execute((before, most))?;
                conn.prepare_cached(PRUNE)?.execute((before, most))
            };
            let forgotten = run().map_err(translate)?;
            Ok(u64::try_from(forgotten).unwrap_or_default())
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(EngineError::Unexpected {
            detail: error.to_string(),
        })
    })
}
