//! Requests that are not to act twice: who may make one now, what its writes had come to when it was made before, and
//! its answer.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Client, Service};
use crate::{
    domain::{
        ChangeMemory, Deed, Entity, Note, WriteOutcome,
        batch::RowDone,
        deed::Once,
        once::{Answer, Outcome, Recalled},
        repeat::Refusal,
    },
    engine::{
        EngineError,
        repeats::{Claim, Repeats},
    },
    error::Error,
};

/// Requests forgotten in one transaction.
const FORGOTTEN: u32 = 200;

/// What is to be done with a request.
#[derive(Debug)]
pub enum Begun {
    /// It is to be made, by nobody else meanwhile.
    Turn(Turn),
    /// It was made; this was its answer.
    Answered(Answer),
}

/// A request that is made once. While this is there nobody else makes it.
#[derive(Debug)]
pub struct Turn {
    /// What tells it from others.
    pub once: Once,
    /// What its writes had come to when it was made before: the step, the part, the outcome.
    pub past: Vec<(u32, u64, Outcome)>,
    client: String,
    _claim: Claim,
}

impl Service {
    /// Whether requests can be made once only.
    #[must_use]
    pub fn keeps_requests(&self) -> bool {
        self.repeats().is_some()
    }

    fn repeats(&self) -> Option<&dyn Repeats> {
        self.settings.keep_requests?;
        self.engine.repeats()
    }

    /// Begins a request under a key of the client's own.
    ///
    /// # Errors
    /// [`Error::Once`] where another request has the key or this one still runs; the database cannot be asked.
    pub async fn begin_once(
        &self,
        client: &str,
        key: &str,
        fingerprint: [u8; 32],
    ) -> Result<Begun, Error> {
        let repeats = self.repeats().ok_or_else(|| Error::Internal {
            detail: "requests are not kept".to_owned(),
        })?;
        let deadline = self.deadline();
        let once = Once {
            key: hash_of(client, key),
            fingerprint,
        };
        let claim = repeats.claim(&once, deadline).await?;
        // Also while it is claimed: an answer may be kept before its holder lets go.
        let past = match repeats.recall(&once, deadline).await? {
            Some(Recalled { fingerprint, .. }) if fingerprint != once.fingerprint => {
                return Err(Error::Once(Refusal::Other));
            }
            Some(Recalled {
                answer: Some(answer),
                ..
            }) => return Ok(Begun::Answered(answer)),
            Some(Recalled { steps, .. }) => steps,
            None => Vec::new(),
        };
        let claim = claim.ok_or(Error::Once(Refusal::Underway))?;
        Ok(Begun::Turn(Turn {
            once,
            past,
            client: client.to_owned(),
            _claim: claim,
        }))
    }

    /// Ends a request with its answer. Without one the request is made again when it is repeated, but for what it has
    /// written.
    pub async fn end_once(&self, turn: Turn, answer: Option<&Answer>) {
        let (Some(repeats), Some(answer)) = (self.repeats(), answer) else {
            return;
        };
        // The answer is given all the same: what was written is known.
        let kept = repeats.keep(&turn.once, &turn.client, answer, self.deadline());
        if let Err(error) = kept.await {
            tracing::warn!(%error, "the answer of a request is not kept for its repetition");
        }
    }

    /// The change of a table that a client's request had made when it was made before, if it had.
    #[must_use]
    pub fn changed_before(&self, client: &Client) -> Option<Changed> {
        let past = &client.deed()?.past;
        let (.., outcome) = past.iter().find(|(step, ..)| *step == Deed::CHANGE)?;
        let text = |at: usize| outcome.0.get(at)?.as_str();
        let (table, memo) = (text(1)?, text(2)?);
        Some(Changed {
            table: self.told_of(Some(client), table),
            memo: memo.to_owned(),
        })
    }

    /// Forgets requests that were kept long enough, little by little.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_requests(&self) -> Result<(), EngineError> {
        let (Some(repeats), Some(kept)) = (self.repeats(), self.settings.keep_requests) else {
            return Ok(());
        };
        let now = jiff::Timestamp::now();
        let before = now.saturating_sub(kept).unwrap_or(jiff::Timestamp::MIN);
        let before = before.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        loop {
            let deadline: Instant = self.deadline();
            let forgotten = repeats.prune(before, FORGOTTEN, deadline).await?;
            if forgotten < u64::from(FORGOTTEN) {
                return Ok(());
            }
        }
    }
}

/// A hash of a client and a key of its own.
fn hash_of(client: &str, key: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    // The length keeps `a` + `bc` apart from `ab` + `c`.
    hash.update((client.len() as u64).to_le_bytes());
    hash.update(client);
    hash.update(key);
    hash.finalize().into()
}

/// A change of a table that a request had made when it was made before.
#[derive(Debug)]
pub struct Changed {
    /// The table as the client sees it now; `None` where there is none of its name any more.
    pub table: Option<Arc<Entity>>,
    /// What the request left to itself.
    pub memo: String,
}

/// What is kept with a change of a table, which is called this afterwards.
pub(super) fn change(table: &str, memo: &str) -> ChangeMemory {
    ChangeMemory::Keep(Outcome(json!(["table", table, memo])))
}

/// What a write with a condition had come to when its request was made before, if it had.
pub(super) fn written(note: &Note) -> Option<Result<WriteOutcome, Error>> {
    let (_, outcome) = note.past().next()?;
    Some(outcome.write(&note.entity).ok_or_else(unreadable))
}

/// What had become of the rows of a batch when its request was made before, if it was begun.
pub(super) fn rows(note: &Note) -> Option<Result<BTreeMap<u64, RowDone>, Error>> {
    let mut past = note.past().peekable();
    past.peek()?;
    let mut all = BTreeMap::new();
    for (_, outcome) in past {
        match outcome.rows(&note.entity) {
            Some(rows) => all.extend(rows),
            None => return Some(Err(unreadable())),
        }
    }
    Some(Ok(all))
}

/// Its columns have changed since: rather nothing than a second time.
fn unreadable() -> Error {
    Error::Internal {
        detail: "what a write had come to cannot be read any more".to_owned(),
    }
}
