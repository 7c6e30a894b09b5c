//! What is to be known of a request by whoever writes for it, whatever it writes: who asks, under which id, and on what
//! conditions. It holds no column and no value of the request.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};

use uuid::Uuid;

use super::{Entity, Precondition, once::Outcome};

/// The API by which a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// `/CSSAPI/V2`.
    ContractInsight,
    /// Datasette's JSON API.
    Datasette,
    /// Socrata's publisher API.
    Socrata,
    /// Salesforce's REST API.
    Salesforce,
    /// This service's own.
    Admin,
    /// A command on the machine itself.
    Command,
}

impl Api {
    /// Each with the word by which the journal names it.
    pub const WORDS: [(Self, &'static str); 6] = [
        (Self::ContractInsight, "contractinsight"),
        (Self::Datasette, "datasette"),
        (Self::Socrata, "socrata"),
        (Self::Salesforce, "salesforce"),
        (Self::Admin, "admin"),
        (Self::Command, "command"),
    ];

    /// The word by which the journal names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(api, _)| *api == self);
        found.map_or("", |(_, word)| word)
    }
}

/// How much of a change the journal keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing.
    Off,
    /// That it was made, and how many rows it changed.
    Counts,
    /// That, and every row as it was before and after, without passwords.
    Full,
}

impl Keeping {
    /// Each with its word in the configuration.
    pub const WORDS: [(Self, &'static str); 3] = [
        (Self::Off, "off"),
        (Self::Counts, "counts"),
        (Self::Full, "full"),
    ];
}

/// A request, as everything that it writes has it in common.
#[derive(Debug)]
pub struct Deed {
    /// The id under which the log and the journal have it: its first bits are the time (UUID version 7).
    pub log_id: Uuid,
    /// Who asks.
    pub client: Arc<str>,
    /// How.
    pub api: Api,
    /// What the API calls it.
    pub operation: &'static str,
    /// The key under which it is to be done once only.
    pub once: Option<Once>,
    /// What its writes had come to when it was made before and got no answer: the step, the part, the outcome.
    pub past: Vec<(u32, u64, Outcome)>,
    /// What must hold of the row it is about: all of these.
    pub preconditions: Vec<Precondition>,
    steps: AtomicU32,
    changes: AtomicU32,
    rows: AtomicU64,
    settled: AtomicU64,
    most_rows: Option<RowAllowance>,
    unfinished: AtomicBool,
}

/// How many rows a request may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowAllowance {
    /// So many.
    pub rows: u64,
    /// The seconds after which it would be as many as it ever is.
    pub full_after: u32,
}

/// A request that is not to act twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// A hash of the client and the key that it sent.
    pub key: [u8; 32],
    /// A hash of the request.
    pub fingerprint: [u8; 32],
}

/// What is noted of one write within a request, in the write's own transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// The request.
    pub deed: Arc<Deed>,
    /// Which of the request's writes it is, from 0. A batch is one write, however many parts it has.
    pub step: u32,
    /// What is written, with every column, whatever the caller may see of it.
    pub entity: Arc<Entity>,
    /// The clause as it was given, for a write that has one.
    pub clause: Option<String>,
}

impl Note {
    /// The same of the entity as it is by now.
    #[must_use]
    pub fn now(self: &Arc<Self>, entity: &Arc<Entity>) -> Arc<Self> {
        if Arc::ptr_eq(&self.entity, entity) {
            return Arc::clone(self);
        }
        Arc::new(Self {
            entity: Arc::clone(entity),
            ..self.as_ref().clone()
        })
    }

    /// How much of the change is kept.
    #[must_use]
    pub fn keeping(&self) -> Keeping {
        self.entity.journal()
    }

    /// What this write had come to, part by part, when the request was made before.
    pub fn past(&self) -> impl Iterator<Item = (u64, &Outcome)> {
        let of_step = self
            .deed
            .past
            .iter()
            .filter(|(step, ..)| *step == self.step);
        of_step.map(|(_, part, outcome)| (*part, outcome))
    }
}

impl Deed {
    /// The number of its first change of a table. They are numbered apart from the writes of rows: whether there is
    /// one depends on the table, and a request that is made again must find its writes under the same numbers.
    pub const CHANGE: u32 = 1 << 30;

    /// A request of which nothing is known but who asks for what.
    #[must_use]
    pub fn new(log_id: Uuid, client: Arc<str>, api: Api, operation: &'static str) -> Self {
        Self {
            log_id,
            client,
            api,
            operation,
            once: None,
            past: Vec::new(),
            preconditions: Vec::new(),
            steps: AtomicU32::new(0),
            changes: AtomicU32::new(Self::CHANGE),
            rows: AtomicU64::new(0),
            settled: AtomicU64::new(1),
            most_rows: None,
            unfinished: AtomicBool::new(false),
        }
    }

    /// The same request, which is not to act twice, before any of its writes.
    #[must_use]
    pub fn once(&self, once: Once, past: Vec<(u32, u64, Outcome)>) -> Self {
        Self {
            log_id: self.log_id,
            client: Arc::clone(&self.client),
            api: self.api,
            operation: self.operation,
            once: Some(once),
            past,
            preconditions: self.preconditions.clone(),
            steps: AtomicU32::new(0),
            changes: AtomicU32::new(Self::CHANGE),
            rows: AtomicU64::new(self.rows.load(Ordering::Relaxed)),
            settled: AtomicU64::new(self.settled.load(Ordering::Relaxed)),
            most_rows: self.most_rows,
            unfinished: AtomicBool::new(false),
        }
    }

    /// Whether it was made before, and something was written by it.
    #[must_use]
    pub fn resumes(&self) -> bool {
        !self.past.is_empty()
    }

    /// Says how many rows it may touch, and the seconds after which its client may touch as many as ever.
    pub fn set_most_rows(&mut self, rows: u64, full_after: u32) {
        self.most_rows = Some(RowAllowance { rows, full_after });
    }

    /// Whether it may touch so many rows besides those it has touched already.
    ///
    /// # Errors
    /// What it may.
    pub fn check_rows(&self, more: u64) -> Result<(), RowAllowance> {
        let touched = self.rows.load(Ordering::Relaxed);
        match self.most_rows {
            Some(most) if touched.saturating_add(more) > most.rows => Err(most),
            _ => Ok(()),
        }
    }

    /// Counts rows that it has read, or sent to be written.
    pub fn count_rows(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// The rows counted since this was asked last. Every request touches one row at least: the first is none of them.
    #[must_use]
    pub fn unsettled_rows(&self) -> u64 {
        let rows = self.rows.load(Ordering::Relaxed);
        rows.saturating_sub(self.settled.fetch_max(rows, Ordering::Relaxed))
    }

    /// Says that some of it was not done for a reason that may be gone the next time.
    pub fn leave_unfinished(&self) {
        self.unfinished.store(true, Ordering::Relaxed);
    }

    /// Whether some of it may yet be done when it is made again, though it is answered.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// The number of its next change of a table.
    pub fn next_change(&self) -> u32 {
        self.changes.fetch_add(1, Ordering::Relaxed)
    }

    /// The number of its next write.
    pub fn next_step(&self) -> u32 {
        self.steps.fetch_add(1, Ordering::Relaxed)
    }
}

impl PartialEq for Deed {
    fn eq(&self, other: &Self) -> bool {
        self.log_id == other.log_id
    }
}
