//! A write on its way to the writer and its answer on the way back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use rusqlite::Connection;
use tokio::{sync::oneshot, time::timeout_at};

use crate::{
    domain::WriteOutcome,
    engine::{
        EngineError,
        rows::{Ending, RowReport},
        schema::SchemaOutcome,
    },
};

/// What a caller gets.
pub(super) type Answer = Result<Outcome, EngineError>;

/// What came of a job.
#[derive(Debug, PartialEq)]
pub(super) enum Outcome {
    /// Of one write.
    Write(WriteOutcome),
    /// Of rows that stand each for itself.
    Rows(Vec<(u64, RowReport)>),
    /// Of rows that are written together.
    Together(Ending),
    /// Of one part that is written as a whole.
    Whole(Ending, Vec<(u64, RowReport)>),
    /// Of a change of tables.
    Schema(SchemaOutcome),
    /// Of work on the service's own tables, which keeps what came of it to itself.
    Own,
}

impl Outcome {
    /// The error for an outcome of another job: a defect.
    pub(super) fn unexpected(&self) -> EngineError {
        EngineError::Unexpected {
            detail: format!("the writer answered {self:?}"),
        }
    }
}

/// What is to be done inside a transaction.
pub(super) enum Work {
    /// It can share a transaction with others, and may be done again after a rollback.
    Shared(Box<dyn Fn(&Connection) -> Answer + Send>),
    /// It is done once, in a transaction of its own.
    Alone(Box<dyn FnMut(&Connection) -> Answer + Send>),
    /// The same, with foreign keys left unwatched: a table that is dropped in order to be written anew would take along
    /// what refers to it.
    Schema(Box<dyn FnMut(&Connection) -> Answer + Send>),
}

impl Work {
    /// Does it.
    pub(super) fn run(&mut self, conn: &Connection) -> Answer {
        match self {
            Self::Shared(work) => work(conn),
            Self::Alone(work) | Self::Schema(work) => work(conn),
        }
    }

    /// Whether foreign keys are watched meanwhile.
    pub(super) fn keeps_foreign_keys(&self) -> bool {
        !matches!(self, Self::Schema(_))
    }

    /// Whether it can share a transaction.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
    }
}

/// The writer's end.
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) deadline: Instant,
    reply: oneshot::Sender<Answer>,
    taken: Arc<AtomicBool>,
    mine: bool,
}

/// The caller's end.
pub(super) struct Ticket {
    deadline: Instant,
    answer: oneshot::Receiver<Answer>,
    /// Set by whoever decides first: the writer that the job runs, or the caller that it is too late.
    taken: Arc<AtomicBool>,
}

impl Job {
    pub(super) fn new(work: Work, deadline: Instant) -> (Self, Ticket) {
        let (reply, answer) = oneshot::channel();
        let taken = Arc::new(AtomicBool::new(false));
        let ticket = Ticket {
            deadline,
            answer,
            taken: Arc::clone(&taken),
        };
        let job = Self {
            work,
            deadline,
            reply,
            taken,
            mine: false,
        };
        (job, ticket)
    }

    /// Whether the job is to be run; from then on its caller waits for the answer. `false` when the
    /// caller is gone or has been told that it was too late.
    pub(super) fn take(&mut self) -> bool {
        self.mine =
            self.mine || (!self.reply.is_closed() && !self.taken.swap(true, Ordering::AcqRel));
        self.mine
    }

    /// Answers the caller, if it is still there.
    pub(super) fn answer(self, answer: Answer) {
        // Err gives the answer back when the caller is gone: the write stands all the same.
        if let Err(unheard) = self.reply.send(answer) {
            tracing::debug!(?unheard, "nobody waits for this write any more");
        }
    }
}

impl Ticket {
    /// Waits for the answer: to the deadline while the job has not started, then to its end, which the
    /// writer's own watch over the deadline bounds.
    pub(super) async fn wait(mut self) -> Answer {
        match timeout_at(self.deadline.into(), &mut self.answer).await {
            Ok(answer) => answer.unwrap_or_else(|_| Err(lost())),
            Err(_) if !self.taken.swap(true, Ordering::AcqRel) => Err(EngineError::Timeout),
            Err(_) => self.answer.await.unwrap_or_else(|_| Err(lost())),
        }
    }
}

/// The writer stopped with the job in its hands.
fn lost() -> EngineError {
    EngineError::Lost {
        detail: "the writer stopped".to_owned(),
    }
}
