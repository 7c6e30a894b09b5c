//! The one thread that writes. It drains a bounded queue: many jobs per transaction, a savepoint
//! each, one commit, and only then the answers. One job's fault never reaches another: what ends the
//! whole transaction, or shows at its commit, makes the group run again one by one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{
    connection::Session,
    errors::{translate, translate_commit},
    job::{Answer, Job, Work},
    journal::Journal,
};
use crate::engine::EngineError;

/// The queue's end that callers see.
#[derive(Debug)]
pub(super) struct Writer {
    /// `None` once closed.
    queue: RwLock<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// The measures of a writer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measures {
    /// Jobs that may wait.
    pub(super) queue: usize,
    /// Jobs in one transaction.
    pub(super) group: usize,
    /// How long to wait for another process's lock.
    pub(super) busy_timeout: Duration,
}

impl Writer {
    /// Starts the thread; the session is its own from then on.
    pub(super) fn start(
        session: Session,
        journal: Arc<Journal>,
        measures: Measures,
    ) -> Result<Self, EngineError> {
        let (queue, jobs) = sync_channel(measures.queue);
        let thread = Thread {
            session,
            journal,
            jobs,
            measures,
        };
        let thread = thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || thread.run())
            .map_err(|e| EngineError::Unavailable {
                detail: format!("the writer's thread cannot start: {e}"),
            })?;
        Ok(Self {
            queue: RwLock::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Has the work done inside a transaction and waits for its commit.
    pub(super) async fn run(&self, work: Work, deadline: Instant) -> Answer {
        let (job, ticket) = Job::new(work, deadline);
        self.enqueue(job)?;
        ticket.wait().await
    }

    /// Puts a job into the queue, if there is room.
    pub(super) fn enqueue(&self, job: Job) -> Result<(), EngineError> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => Err(EngineError::Overloaded),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(stopped()),
        }
    }

    /// Whether the thread runs.
    pub(super) fn check(&self) -> Result<(), EngineError> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        match thread.as_ref() {
            Some(thread) if !thread.is_finished() => Ok(()),
            _ => Err(stopped()),
        }
    }

    /// Takes no more jobs, has those in the queue done, and waits for the thread to end.
    pub(super) fn close(&self) {
        let mut queue = self.queue.write().unwrap_or_else(PoisonError::into_inner);
        *queue = None;
        drop(queue);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let ending = thread.take();
        drop(thread);
        if let Some(Err(_)) = ending.map(JoinHandle::join) {
            tracing::error!("the writer's thread had panicked");
        }
    }
}

fn stopped() -> EngineError {
    EngineError::Unavailable {
        detail: "the writer has stopped".to_owned(),
    }
}

/// The thread's own things.
struct Thread {
    session: Session,
    journal: Arc<Journal>,
    jobs: Receiver<Job>,
    measures: Measures,
}

impl Thread {
    fn run(self) {
        while let Ok(first) = self.jobs.recv() {
            let more = self.measures.group.saturating_sub(1);
            let mut group = vec![first];
            group.extend(self.jobs.try_iter().take(more));
            self.serve(group);
        }
        // So that the file is complete without its journal; the last connection to go would do it too,
        // but another process may stay.
        if let Err(error) = self
            .session
            .conn
            .execute_batch("PRAGMA wal_checkpoint(PASSIVE)")
        {
            tracing::warn!(%error, "the journal stays until the next start");
        }
    }

    fn serve(&self, group: Vec<Job>) {
        let (mut shared, alone): (Vec<Job>, Vec<Job>) =
            group.into_iter().partition(|job| job.work.is_shared());
        if shared.len() > 1 {
            shared = self.run_together(shared);
        }
        for mut job in shared.into_iter().chain(alone) {
            if let Some(answer) = self.run_alone(&mut job) {
                job.answer(answer);
            }
        }
    }

    /// Runs jobs in one transaction and answers them; returns those that have to run alone.
    fn run_together(&self, group: Vec<Job>) -> Vec<Job> {
        let patience = group.iter().map(|job| job.deadline).max();
        if let Err(error) = self.begin(patience) {
            for mut job in group {
                if job.take() {
                    job.answer(Err(error.clone()));
                }
            }
            return Vec::new();
        }
        let mut ran: Vec<(Job, Answer)> = Vec::with_capacity(group.len());
        let mut waiting = group.into_iter();
        while let Some(mut job) = waiting.next() {
            if !job.take() {
                continue;
            }
            let Some(answer) = self.run_in_savepoint(&mut job) else {
                self.rollback();
                return again(ran).chain([job]).chain(waiting).collect();
            };
            ran.push((job, answer));
        }
        match self.commit() {
            Ok(()) => {
                for (job, answer) in ran {
                    job.answer(answer);
                }
            }
            Err(lost @ EngineError::Lost { .. }) => {
                self.rollback();
                for (job, answer) in ran {
                    job.answer(answer.and(Err(lost.clone())));
                }
            }
            Err(_) => {
                self.rollback();
                return again(ran).collect();
            }
        }
        Vec::new()
    }

    /// Runs a job in a transaction of its own; `None` when nobody waits for it.
    fn run_alone(&self, job: &mut Job) -> Option<Answer> {
        if job.work.keeps_foreign_keys() {
            return self.run_in_transaction(job);
        }
        // SQLite passes over this inside a transaction.
        if let Err(error) = self.watch_foreign_keys(false) {
            return job.take().then_some(Err(error));
        }
        let answer = self.run_in_transaction(job);
        match self.watch_foreign_keys(true) {
            Ok(()) => answer,
            Err(error) => {
                tracing::error!(?error, "foreign keys are not watched any more");
                answer
            }
        }
    }

    fn run_in_transaction(&self, job: &mut Job) -> Option<Answer> {
        if let Err(error) = self.begin(Some(job.deadline)) {
            return job.take().then_some(Err(error));
        }
        if !job.take() {
            self.rollback();
            return None;
        }
        let answer = self.run_job(job);
        let answer = answer.and_then(|outcome| self.commit().map(|()| outcome));
        if answer.is_err() {
            self.rollback();
        }
        Some(answer)
    }

    /// `None` when the job has ended the whole transaction, and with it what the others had done, or
    /// cannot be told apart from the others any more.
    fn run_in_savepoint(&self, job: &mut Job) -> Option<Answer> {
        self.execute("SAVEPOINT job").ok()?;
        let answer = self.run_job(job);
        if self.session.conn.is_autocommit() {
            return None;
        }
        if answer.is_err() {
            self.execute("ROLLBACK TO job").ok()?;
        }
        self.execute("RELEASE job").ok()?;
        Some(answer)
    }

    fn run_job(&self, job: &mut Job) -> Answer {
        if Instant::now() >= job.deadline {
            return Err(EngineError::Timeout);
        }
        let _limited = self.session.deadline.limit(job.deadline);
        // A defect in one job must not take the others' writer away. What it did is rolled back.
        catch_unwind(AssertUnwindSafe(|| job.work.run(&self.session.conn))).unwrap_or_else(|_| {
            Err(EngineError::Unexpected {
                detail: "a write panicked".to_owned(),
            })
        })
    }

    fn watch_foreign_keys(&self, watch: bool) -> Result<(), EngineError> {
        let conn = &self.session.conn;
        conn.pragma_update(None, "foreign_keys", watch)
            .map_err(translate)
    }

    /// Begins to write, which waits for other processes: no longer than anybody here waits.
    fn begin(&self, until: Option<Instant>) -> Result<(), EngineError> {
        self.rollback();
        self.journal.settled();
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let patience = left.map_or(self.measures.busy_timeout, |left| {
            left.min(self.measures.busy_timeout)
        });
        self.session
            .conn
            .busy_timeout(patience)
            .map_err(translate)?;
        self.execute("BEGIN IMMEDIATE")
    }

    fn commit(&self) -> Result<(), EngineError> {
        let mut commit = self
            .session
            .conn
            .prepare_cached("COMMIT")
            .map_err(translate)?;
        commit.execute([]).map_err(translate_commit)?;
        Ok(())
    }

    /// Does nothing where SQLite has rolled back by itself.
    fn rollback(&self) {
        if self.session.conn.is_autocommit() {
            return;
        }
        if let Err(error) = self.execute("ROLLBACK") {
            // `begin` tries again, and fails as long as it cannot be done.
            tracing::error!(?error, "a transaction cannot be rolled back");
        }
    }

    fn execute(&self, sql: &'static str) -> Result<(), EngineError> {
        let mut statement = self.session.conn.prepare_cached(sql).map_err(translate)?;
        statement.execute([]).map_err(translate)?;
        Ok(())
    }
}

fn again(ran: Vec<(Job, Answer)>) -> impl Iterator<Item = Job> {
    ran.into_iter().map(|(job, _)| job)
}
