//! A write that is made only if preconditions hold: one session looks at the row, which locks it, and then runs the
//! write's own script, in one transaction of both. The script's own transaction is a part of it and ends nothing.

use std::{sync::Arc, time::Instant};

use super::stage::{Stage, Stopped};
use crate::{
    domain::Row,
    engine::{
        EngineError,
        mssql::{
            MssqlOptions,
            connection::ResultSet,
            decode,
            errors::{self, Refusal},
            pool::Pool,
            retry::Retry,
        },
    },
    render::{RowGuard, Statement},
};

/// What a guarded script came to.
pub(in crate::engine::mssql) enum Came<T> {
    /// It is to be kept.
    Through(T),
    /// It has undone itself, or is to be undone.
    Undone(Result<T, EngineError>),
}

/// A script with the preconditions of its row.
#[derive(Clone)]
pub(in crate::engine::mssql) struct Guarded {
    pub(in crate::engine::mssql) guard: Arc<RowGuard>,
    pub(in crate::engine::mssql) script: Arc<Statement>,
    /// What it comes to by itself where no row is there, without being run.
    pub(in crate::engine::mssql) idle: bool,
}

/// Why a guarded script did not come to its end.
pub(in crate::engine::mssql) enum Ended {
    /// The server refuses it, again and again.
    Refused(Refusal),
    Failed(EngineError),
}

impl Guarded {
    /// Runs it in a task of its own, which goes on when nobody waits for it any more; `read` says what its answer comes
    /// to, `None` being that of a script that was not run.
    pub(in crate::engine::mssql) async fn run<T, R>(
        &self,
        pool: &Pool,
        options: &MssqlOptions,
        mut retry: Retry,
        deadline: Instant,
        read: R,
    ) -> Result<T, Ended>
    where
        T: Send + 'static,
        R: Fn(Option<Vec<ResultSet>>) -> Came<T> + Clone + Send + 'static,
    {
        if Instant::now() >= deadline {
            return Err(Ended::Failed(EngineError::Timeout));
        }
        loop {
            let lease = pool.lease(deadline).await.map_err(Ended::Failed)?;
            let mut stage = Stage::new(lease, options.isolation, deadline);
            let (this, read) = (self.clone(), read.clone());
            let task = tokio::spawn(async move {
                let ended = this.transact(&mut stage, read).await;
                let clean = matches!(ended, Ok(_) | Err(Stopped::Failed(EngineError::Unmet(_))));
                stage.leave(clean).await;
                ended
            });
            let lost = |error: tokio::task::JoinError| {
                let detail = error.to_string();
                Ended::Failed(EngineError::Lost { detail })
            };
            match task.await.map_err(lost)? {
                Ok(done) => return Ok(done),
                Err(Stopped::Failed(error)) => return Err(Ended::Failed(error)),
                Err(Stopped::Refused(refusal)) => {
                    if !retry.again(&refusal).await {
                        return Err(Ended::Refused(refusal));
                    }
                }
            }
        }
    }

    async fn transact<T>(
        &self,
        stage: &mut Stage,
        read: impl Fn(Option<Vec<ResultSet>>) -> Came<T>,
    ) -> Result<T, Stopped> {
        stage.begin().await?;
        let found = self.look(stage).await?;
        if let Err(unmet) = self.guard.check(&found) {
            stage.roll_back().await?;
            return Err(EngineError::Unmet(unmet).into());
        }
        let results = if found.is_empty() && self.idle {
            None
        } else {
            Some(stage.ask(self.script.as_ref().clone()).await?)
        };
        match read(results) {
            Came::Through(done) => {
                stage.commit().await?;
                Ok(done)
            }
            Came::Undone(told) => {
                stage.roll_back().await?;
                Ok(told?)
            }
        }
    }

    async fn look(&self, stage: &mut Stage) -> Result<Vec<Row>, Stopped> {
        let Some(find) = &self.guard.find else {
            return Ok(Vec::new());
        };
        let types = find.columns().to_vec();
        let results = stage.ask(find.clone()).await?;
        let rows = results.into_iter().next().unwrap_or_default();
        let rows = rows.into_iter().map(|row| decode::row(row, &types));
        Ok(rows.collect::<Result<_, EngineError>>()?)
    }
}

impl Ended {
    /// What it means to whoever asked.
    pub(in crate::engine::mssql) fn into_error(self, script: &Statement) -> EngineError {
        match self {
            Self::Refused(refusal) => errors::translate(&refusal, script.target()),
            Self::Failed(error) => error,
        }
    }
}
