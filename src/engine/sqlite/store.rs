//! The service's own tables in the file.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use rusqlite::Connection;

use super::{
    SqliteEngine,
    batch::query,
    job::{Outcome, Work},
    migrate,
};
use crate::{
    domain::{
        SqlType,
        credential::{AccessChanges, ClientRecord, RevokedToken},
    },
    engine::{
        EngineError,
        store::{Migration, Store, rows},
    },
    render::Statement,
};

const RAISE: &str = include_str!("../../../sql/sqlite/access/raise_version.sql");
const VERSION: &str = include_str!("../../../sql/sqlite/access/version.sql");
const CLIENTS: &str = include_str!("../../../sql/sqlite/access/clients.sql");
const REVOKED: &str = include_str!("../../../sql/sqlite/access/revoked.sql");
const INSERT: &str = include_str!("../../../sql/sqlite/access/insert_client.sql");
const UPDATE: &str = include_str!("../../../sql/sqlite/access/update_client.sql");
const REVOKE: &str = include_str!("../../../sql/sqlite/access/revoke_token.sql");
const PRUNE: &str = include_str!("../../../sql/sqlite/access/prune_revoked.sql");

impl SqliteEngine {
    /// Has work on the service's own tables done in a transaction of its own.
    pub(super) async fn own<T: Send + 'static>(
        &self,
        deadline: Instant,
        mut work: impl FnMut(&Connection) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, EngineError> {
        let done = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&done);
        let work = Box::new(move |conn: &Connection| {
            let outcome = work(conn)?;
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            Ok(Outcome::Own)
        });
        let outcome = self.writer.run(Work::Alone(work), deadline).await?;
        let done = done.lock().unwrap_or_else(PoisonError::into_inner).take();
        done.ok_or_else(|| outcome.unexpected())
    }
}

#[async_trait]
impl Store for SqliteEngine {
    fn migrates_itself(&self) -> bool {
        true
    }

    async fn missing(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError> {
        let read = |conn: &mut Connection| migrate::missing(conn);
        self.readers.run(deadline, read).await
    }

    async fn migrate(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError> {
        self.own(deadline, migrate::run).await
    }

    async fn access_changes(
        &self,
        after: i64,
        deadline: Instant,
    ) -> Result<AccessChanges, EngineError> {
        let read = move |conn: &mut Connection| {
            // First: whatever has this number or a lower one is there to be read from now on.
            let version = rows::only_number(query(conn, &version())?)?;
            if version == after {
                return Ok(AccessChanges {
                    version,
                    ..AccessChanges::default()
                });
            }
            let after = || vec![rows::number(after)];
            let clients = Statement::fixed(CLIENTS, after(), rows::client_columns());
            let revoked = Statement::fixed(REVOKED, after(), rows::token_columns());
            let clients = query(conn, &clients)?.into_iter().map(rows::client);
            let revoked = query(conn, &revoked)?.into_iter().map(rows::token);
            Ok(AccessChanges {
                version,
                clients: clients.collect::<Result<_, _>>()?,
                revoked: revoked.collect::<Result<_, _>>()?,
            })
        };
        self.readers.run(deadline, read).await
    }

    async fn save_client(
        &self,
        client: &ClientRecord,
        deadline: Instant,
    ) -> Result<bool, EngineError> {
        let text = if client.version == 0 { INSERT } else { UPDATE };
        let save = Statement::fixed(text, rows::of_client(client), vec![SqlType::Int]);
        self.own(deadline, move |conn| {
            query(conn, &raise())?;
            Ok(!query(conn, &save)?.is_empty())
        })
        .await
    }

    async fn revoke_token(
        &self,
        token: &RevokedToken,
        deadline: Instant,
    ) -> Result<(), EngineError> {
        let params = vec![rows::text(&token.id), rows::number(token.until)];
        let revoke = Statement::fixed(REVOKE, params, Vec::new());
        self.own(deadline, move |conn| {
            query(conn, &raise())?;
            query(conn, &revoke).map(drop)
        })
        .await
    }

    async fn prune_revoked(&self, before: i64, deadline: Instant) -> Result<(), EngineError> {
        let prune = Statement::fixed(PRUNE, vec![rows::number(before)], Vec::new());
        self.own(deadline, move |conn| query(conn, &prune).map(drop))
            .await
    }
}

fn raise() -> Statement {
    Statement::fixed(RAISE, Vec::new(), Vec::new())
}

fn version() -> Statement {
    Statement::fixed(VERSION, Vec::new(), vec![SqlType::BigInt])
}
