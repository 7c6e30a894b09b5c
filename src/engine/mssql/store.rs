//! The service's own tables on the server, in the schema dbo.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use tiberius::ColumnData;

use super::{
    MssqlEngine, connection::Request, decode, migrate, retry::Retry, write::run as run_script,
};
use crate::{
    domain::{
        Row, SqlType,
        credential::{AccessChanges, ClientRecord, RevokedToken},
    },
    engine::{
        EngineError,
        store::{Migration, Store, rows},
    },
    render::Statement,
};

const CHANGES: &str = include_str!("../../../sql/mssql/access/changes.sql");
const SAVE: &str = include_str!("../../../sql/mssql/access/save_client.sql");
const REVOKE: &str = include_str!("../../../sql/mssql/access/revoke_token.sql");
const PRUNE: &str = include_str!("../../../sql/mssql/access/prune_revoked.sql");

impl MssqlEngine {
    /// Runs a script that is one transaction; the rows of its last result.
    pub(super) async fn own(
        &self,
        script: Statement,
        deadline: Instant,
    ) -> Result<Vec<Row>, EngineError> {
        let script = Arc::new(script);
        let retry = Retry::until(deadline, self.options.lock_timeout, false);
        let results = run_script(&self.pool, &script, retry, deadline).await?;
        let last = results.into_iter().next_back().unwrap_or_default();
        let rows = last
            .into_iter()
            .map(|row| decode::row(row, script.columns()));
        rows.collect()
    }
}

#[async_trait]
impl Store for MssqlEngine {
    fn migrates_itself(&self) -> bool {
        false
    }

    async fn missing(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError> {
        let asked = self.read(Request::Batch(migrate::APPLIED.into()), deadline);
        migrate::missing(asked.await?)
    }

    async fn migrate(&self, deadline: Instant) -> Result<Vec<Migration>, EngineError> {
        migrate::run(&self.options, deadline).await
    }

    async fn access_changes(
        &self,
        after: i64,
        deadline: Instant,
    ) -> Result<AccessChanges, EngineError> {
        let query = Statement::fixed(CHANGES, vec![rows::number(after)], Vec::new());
        let results = self
            .read(Request::Rendered(Arc::new(query)), deadline)
            .await?;
        let mut results = results.into_iter();
        let mut next = |types: &[SqlType]| {
            let rows = results.next().unwrap_or_default().into_iter();
            rows.map(|row| decode::row(row, types))
                .collect::<Result<Vec<Row>, _>>()
        };
        let version = rows::only_number(next(&[SqlType::BigInt])?)?;
        let clients = next(&rows::client_columns())?.into_iter();
        let revoked = next(&rows::token_columns())?.into_iter();
        Ok(AccessChanges {
            version,
            clients: clients.map(rows::client).collect::<Result<_, _>>()?,
            revoked: revoked.map(rows::token).collect::<Result<_, _>>()?,
        })
    }

    async fn save_client(
        &self,
        client: &ClientRecord,
        deadline: Instant,
    ) -> Result<bool, EngineError> {
        let save = Statement::fixed(SAVE, rows::of_client(client), vec![SqlType::Int]);
        let written = rows::only_number(self.own(save, deadline).await?)?;
        Ok(written > 0)
    }

    async fn revoke_token(
        &self,
        token: &RevokedToken,
        deadline: Instant,
    ) -> Result<(), EngineError> {
        let params = vec![rows::text(&token.id), rows::number(token.until)];
        let revoke = Statement::fixed(REVOKE, params, Vec::new());
        self.own(revoke, deadline).await.map(drop)
    }

    async fn prune_revoked(&self, before: i64, deadline: Instant) -> Result<(), EngineError> {
        let prune = Statement::fixed(PRUNE, vec![rows::number(before)], Vec::new());
        self.own(prune, deadline).await.map(drop)
    }
}

/// The one number of a row.
pub(super) fn only_number(row: Vec<ColumnData<'static>>, ty: &SqlType) -> Result<i64, EngineError> {
    rows::only_number(vec![decode::row(row, std::slice::from_ref(ty))?])
}
