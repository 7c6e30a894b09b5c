//! A session with rows that are staged in it, and what is asked of it: nothing but its commit can come to a write, and
//! it is left as it was or closed.

use std::{sync::Arc, time::Instant};

use tokio::{sync::mpsc, time::timeout_at};

use super::super::{packed::pack, script_of};
use crate::{
    domain::{Name, rows::RowShape},
    engine::{
        EngineError,
        mssql::{
            connection::{Request, ResultSet},
            errors::{self, Refusal},
            pool::{Failed, Lease},
        },
        rows::Feed,
    },
    render::{
        Statement,
        mssql::Isolation,
        rows::{RowsBatch, RowsScript},
    },
};

/// Begins the transaction, once the isolation level is set.
const BEGIN: &str = "SET NOCOUNT, XACT_ABORT ON;\nSET CONTEXT_INFO 0x00;\nBEGIN TRANSACTION;";

const COMMIT: &str = "SET CONTEXT_INFO 0x01;\nCOMMIT TRANSACTION;";

/// An error has done so already, unless it was a trigger's own.
const ROLL_BACK: &str = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;";

/// Leaves the session as it was.
const FORGET: &str = "DROP TABLE #upsertd;\nSET TRANSACTION ISOLATION LEVEL READ COMMITTED;";
const LEVEL: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;";

/// A session with the rows that are staged in it.
pub(in super::super::super) struct Stage {
    lease: Lease,
    deadline: Instant,
    begin: String,
    pub(super) parts: Vec<Part>,
    /// Whether the server has refused something, and the session may not be as it was.
    disturbed: bool,
}

/// Rows that were rendered together.
pub(super) struct Part {
    pub(super) script: Arc<RowsScript>,
    pub(super) shapes: Vec<Arc<RowShape>>,
    pub(super) key: Vec<Name>,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// Why a request of the transaction has no answer.
pub(in super::super::super) enum Stopped {
    /// The server refuses it: it can be begun anew.
    Refused(Refusal),
    /// It is over.
    Failed(EngineError),
}

impl From<EngineError> for Stopped {
    fn from(error: EngineError) -> Self {
        Self::Failed(error)
    }
}

impl Stage {
    pub(in super::super::super) fn new(
        lease: Lease,
        isolation: Isolation,
        deadline: Instant,
    ) -> Self {
        Self {
            lease,
            deadline,
            begin: format!("{}\n{BEGIN}", isolation.setting()),
            parts: Vec::new(),
            disturbed: false,
        }
    }

    /// Stages everything; whether the feed came to its end.
    pub(super) async fn fill(
        &mut self,
        feed: &mut mpsc::Receiver<Feed>,
    ) -> Result<bool, EngineError> {
        loop {
            let next = timeout_at(self.deadline.into(), feed.recv()).await;
            match next.map_err(|_| EngineError::Timeout)? {
                None => return Ok(false),
                Some(Feed::End) => return Ok(true),
                Some(Feed::Rows(batch)) => self.add(&batch).await?,
            }
        }
    }

    async fn add(&mut self, batch: &RowsBatch) -> Result<(), EngineError> {
        let script = script_of(batch)?;
        let (Some(first), Some(last)) = (batch.rows.first(), batch.rows.last()) else {
            return Ok(());
        };
        let refused = |stopped| match stopped {
            Stopped::Refused(refusal) => errors::translate(&refusal, Some(&script.target)),
            Stopped::Failed(error) => error,
        };
        if self.parts.is_empty() {
            let make = self.say(script.make.text.clone());
            make.await.map_err(refused)?;
        }
        let statement = script.stage.bind(pack(script, batch));
        self.ask(statement).await.map_err(refused)?;
        // Parts mostly look alike, and there may be thousands.
        let before = self.parts.last().filter(|part| *part.script == **script);
        self.parts.push(Part {
            script: Arc::clone(before.map_or(script, |part| &part.script)),
            shapes: batch.shapes.clone(),
            key: batch.key.clone(),
            first: first.number,
            last: last.number,
        });
        Ok(())
    }

    pub(in super::super::super) async fn ask(
        &mut self,
        statement: Statement,
    ) -> Result<Vec<ResultSet>, Stopped> {
        self.send(&Request::Rendered(Arc::new(statement))).await
    }

    async fn say(&mut self, text: impl Into<String>) -> Result<Vec<ResultSet>, Stopped> {
        self.send(&Request::Batch(text.into().into())).await
    }

    /// Sends anything but a commit: if it has no answer, nothing was written.
    async fn send(&mut self, request: &Request) -> Result<Vec<ResultSet>, Stopped> {
        match self.lease.ask_here(request, self.deadline).await {
            Ok(results) => Ok(results),
            Err(Failed::Refused(refusal)) => {
                self.disturbed = true;
                Err(Stopped::Refused(refusal))
            }
            Err(Failed::Late { .. }) => Err(EngineError::Timeout.into()),
            Err(Failed::Broken(detail)) => Err(EngineError::Unavailable { detail }.into()),
            Err(Failed::Unreadable(detail)) => Err(EngineError::Unexpected { detail }.into()),
        }
    }

    pub(in super::super::super) async fn begin(&mut self) -> Result<(), Stopped> {
        self.say(self.begin.clone()).await.map(drop)
    }

    pub(in super::super::super) async fn roll_back(&mut self) -> Result<(), EngineError> {
        match self.say(ROLL_BACK).await {
            Ok(_) => Ok(()),
            Err(Stopped::Failed(error)) => Err(error),
            Err(Stopped::Refused(refusal)) => Err(errors::translate(&refusal, None)),
        }
    }

    pub(in super::super::super) async fn commit(&mut self) -> Result<(), Stopped> {
        let request = Request::Batch(COMMIT.into());
        let lost = |detail| Err(EngineError::Lost { detail }.into());
        match self.lease.ask_here(&request, self.deadline).await {
            Ok(_) => Ok(()),
            Err(Failed::Refused(refusal)) => Err(Stopped::Refused(refusal)),
            Err(Failed::Late { undone: true }) => Err(EngineError::Timeout.into()),
            Err(Failed::Late { undone: false }) => lost("no answer before the deadline".to_owned()),
            Err(Failed::Broken(detail) | Failed::Unreadable(detail)) => lost(detail),
        }
    }

    /// Gives the session back as it was, or has it closed.
    pub(in super::super::super) async fn leave(&mut self, clean: bool) {
        let left = match (clean && !self.disturbed, self.parts.is_empty()) {
            (false, _) => false,
            (true, true) => self.say(LEVEL).await.is_ok(),
            (true, false) => self.say(FORGET).await.is_ok(),
        };
        if !left {
            self.lease.spoil();
        }
    }
}
