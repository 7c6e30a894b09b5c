//! What is kept on the server of requests that are not to act twice, in the schema dbo.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use jiff::civil::DateTime;

use super::{MssqlEngine, connection::Request, decode};
use crate::{
    domain::{
        Length, Row, SqlType, Value,
        deed::Once,
        once::{Answer, Recalled},
    },
    engine::{
        EngineError,
        repeats::{Claim, Repeats, rows},
        store::rows as own,
    },
    render::{Param, Statement},
};

const RECALL: &str = include_str!("../../../sql/mssql/idempotency/recall.sql");
const KEEP: &str = include_str!("../../../sql/mssql/idempotency/keep.sql");
const PRUNE: &str = include_str!("../../../sql/mssql/idempotency/prune.sql");

fn bytes(bytes: &[u8]) -> Param {
    Param {
        value: Some(Value::Binary(bytes.to_vec())),
        ty: SqlType::VarBinary(Length::Max),
    }
}

#[async_trait]
impl Repeats for MssqlEngine {
    async fn claim(&self, once: &Once, deadline: Instant) -> Result<Option<Claim>, EngineError> {
        self.pool.check_open()?;
        self.claims.claim(once.key, deadline).await
    }

    async fn recall(
        &self,
        once: &Once,
        deadline: Instant,
    ) -> Result<Option<Recalled>, EngineError> {
        let recall = Statement::fixed(RECALL, vec![bytes(&once.key)], Vec::new());
        let asked = self.read(Request::Rendered(Arc::new(recall)), deadline);
        let mut results = asked.await?.into_iter();
        let mut next = |types: &[SqlType]| {
            let rows = results.next().unwrap_or_default().into_iter();
            rows.map(|row| decode::row(row, types))
                .collect::<Result<Vec<Row>, _>>()
        };
        let request = next(&rows::request_columns())?.into_iter().next();
        let steps = next(&rows::step_columns())?;
        request.map(|row| rows::recalled(row, &steps)).transpose()
    }

    async fn keep(
        &self,
        once: &Once,
        client: &str,
        answer: &Answer,
        deadline: Instant,
    ) -> Result<(), EngineError> {
        let params = vec![
            bytes(&once.key),
            own::text(client),
            bytes(&once.fingerprint),
            own::number(answer.status.into()),
            own::text(&answer.headers),
            bytes(&answer.body),
        ];
        let keep = Statement::fixed(KEEP, params, Vec::new());
        self.own(keep, deadline).await.map(drop)
    }

    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError> {
        let moment = Param {
            value: Some(Value::DateTime(before)),
            ty: SqlType::DateTime2 { scale: 3 },
        };
        let params = vec![moment, own::number(most.into())];
        let prune = Statement::fixed(PRUNE, params, vec![SqlType::Int]);
        let forgotten = own::only_number(self.own(prune, deadline).await?)?;
        Ok(u64::try_from(forgotten).unwrap_or_default())
    }
}
