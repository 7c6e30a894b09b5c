//! The journal as clients see it: what was done to the entities that they may explain, without the columns that are none
//! of theirs, and the requests that failed.

mod errors;
mod undo;

use std::time::Instant;

use uuid::Uuid;

use super::{Client, Service};
use crate::{
    domain::journal::{LogEntry, LogError, LogFilter, LogPlace, LogRow},
    engine::{EngineError, ledger::Ledger},
    error::Error,
    policy::Seen,
};

pub(super) use errors::Errors;
pub use undo::{Outlook, Undoing};

/// Writes that are read at a time while those are looked for that the client may see.
const AT_ONCE: u32 = 500;
/// The most writes that are looked at for one page: a client that may see few of them gets a short one.
const MOST_SCANNED: usize = 10_000;

/// A page of the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage<T> {
    /// What is on it, newest first.
    pub entries: Vec<T>,
    /// Where the next page begins; `None` where there is none.
    pub next: Option<LogPlace>,
}

/// A request as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRequest {
    /// What it wrote.
    pub steps: Vec<LogStep>,
    /// Why it failed, if it did.
    pub error: Option<LogError>,
    /// Whether it can be undone; `None` where it wrote nothing.
    pub undo: Option<Outlook>,
    /// The requests that undid it.
    pub undone_by: Vec<Uuid>,
}

/// One of a request's writes.
#[derive(Debug, Clone, PartialEq)]
pub struct LogStep {
    /// The write; its columns are those that the client may read.
    pub entry: LogEntry,
    /// The columns by which rows are told apart, as far as they are among those.
    pub key: Vec<String>,
    /// Rows that it changed, in the order of change.
    pub rows: Vec<LogRow>,
    /// Whether there are more.
    pub more: bool,
}

/// What a client sees of a write.
struct Visible {
    /// `None` where the entity is not served any more.
    seen: Option<Seen>,
    /// Whether the client's rights leave everything of the entity open.
    open: bool,
}

impl Service {
    /// Writes that a client may see, newest first; `limit` at most.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn log(
        &self,
        client: &Client,
        filter: LogFilter,
        limit: usize,
    ) -> Result<LogPage<LogEntry>, Error> {
        let deadline = self.deadline();
        let ledger = self.ledger()?;
        let mut filter = LogFilter {
            length: AT_ONCE,
            ..filter
        };
        let mut entries = Vec::new();
        let mut scanned = 0;
        loop {
            let page = ledger.list(&filter, deadline).await?;
            let last = page.len() < AT_ONCE as usize;
            for entry in page {
                if entries.len() == limit || scanned == MOST_SCANNED {
                    let next = filter.after;
                    return Ok(LogPage { entries, next });
                }
                scanned += 1;
                filter.after = Some(LogPlace {
                    at: entry.at,
                    log_id: entry.log_id,
                    step: entry.step,
                });
                if let Some(visible) = self.visible(client, &entry) {
                    entries.push(visible.narrow_entry(client, entry).0);
                }
            }
            if last {
                return Ok(LogPage {
                    entries,
                    next: None,
                });
            }
        }
    }

    /// Requests that failed, newest first; the client's own, unless it may explain everything and nothing is kept from it.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn log_errors(
        &self,
        client: &Client,
        mut filter: LogFilter,
        limit: u32,
    ) -> Result<LogPage<LogError>, Error> {
        let deadline = self.deadline();
        let ledger = self.ledger()?;
        self.errors.flush(deadline).await;
        let own = (!client.rights().explain_everything()).then(|| client.id());
        if let Some(own) = own {
            if filter.client.as_deref().is_some_and(|asked| asked != own) {
                return Ok(LogPage {
                    entries: Vec::new(),
                    next: None,
                });
            }
            filter.client = Some(own.to_owned());
        }
        filter.length = limit.saturating_add(1);
        let mut entries = ledger.errors(&filter, deadline).await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let last = entries.last().filter(|_| more);
        let next = last.map(|error| LogPlace {
            at: error.at,
            log_id: error.log_id,
            step: 0,
        });
        if let Some(own) = own {
            // The database may compare without regard to case; `corp:ada` is not `corp:Ada`.
            entries.retain(|error| error.client.as_deref() == Some(own));
        }
        Ok(LogPage { entries, next })
    }

    /// Where a page begins that comes after a write; `None` where there is no such write.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn log_place(&self, log_id: Uuid, step: u32) -> Result<Option<LogPlace>, Error> {
        let deadline = self.deadline();
        let ledger = self.ledger()?;
        let entries = ledger.entries(log_id, deadline).await?;
        let write = entries.iter().find(|entry| entry.step == step);
        let mut at = write.map(|entry| entry.at);
        if at.is_none() {
            let error = ledger.error(log_id, deadline).await?;
            at = error.map(|error| error.at);
        }
        Ok(at.map(|at| LogPlace { at, log_id, step }))
    }

    /// A request by its id, with `length` of the rows of each of its writes after the first `start` of them. `None` where
    /// there is none, or none that the client may see.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn log_request(
        &self,
        client: &Client,
        log_id: Uuid,
        start: u32,
        length: u32,
    ) -> Result<Option<LogRequest>, Error> {
        let deadline = self.deadline();
        let ledger = self.ledger()?;
        self.errors.flush(deadline).await;
        let entries = ledger.entries(log_id, deadline).await?;
        let mut steps = Vec::new();
        for entry in &entries {
            if let Some(visible) = self.visible(client, entry) {
                let read = ledger.rows(
                    log_id,
                    entry.step,
                    start,
                    length.saturating_add(1),
                    deadline,
                );
                let rows = read.await?;
                steps.push(visible.narrow(client, entry.clone(), rows, length as usize));
            }
        }
        let error = ledger.error(log_id, deadline).await?;
        let mine = |error: &LogError| {
            error.client.as_deref() == Some(client.id()) || client.rights().explain_everything()
        };
        let error = error.filter(mine);
        if steps.is_empty() && error.is_none() {
            return Ok(None);
        }
        let undone_by = undone_by(ledger, log_id, deadline).await?;
        let undo = if steps.is_empty() {
            None
        } else {
            Some(self.outlook(client, log_id, &entries, deadline).await?)
        };
        Ok(Some(LogRequest {
            steps,
            error,
            undo,
            undone_by,
        }))
    }

    /// Whether requests that fail are noted.
    #[must_use]
    pub fn notes_errors(&self) -> bool {
        self.errors.are_kept()
    }

    /// Notes a request that failed, by and by: nobody waits for it.
    pub fn note_error(&self, error: LogError) {
        self.errors.note(error);
    }

    /// Forgets what has been kept for its time, a bite of it; returns how much that was.
    ///
    /// # Errors
    /// The database cannot.
    pub async fn prune_log(&self) -> Result<u64, Error> {
        let ledger = self.ledger()?;
        let now = jiff::Timestamp::now();
        let kept = jiff::SignedDuration::try_from(self.settings.keep).unwrap_or_default();
        let before = now.checked_sub(kept).unwrap_or(jiff::Timestamp::MIN);
        let before = jiff::tz::TimeZone::UTC.to_datetime(before);
        Ok(ledger.prune(before, AT_ONCE, self.deadline()).await?)
    }

    fn ledger(&self) -> Result<&dyn Ledger, Error> {
        self.engine.ledger().ok_or_else(|| {
            Error::Engine(EngineError::Unavailable {
                detail: "the engine keeps no journal".to_owned(),
            })
        })
    }

    /// What a client sees of a write; `None` for nothing.
    fn visible(&self, client: &Client, entry: &LogEntry) -> Option<Visible> {
        let rights = client.rights();
        let catalog = self.catalog();
        let Some(base) = catalog.find(&entry.entity) else {
            // What is not served any more is for those who may see everything.
            let name = crate::domain::Name::parse(entry.entity.as_str()).ok()?;
            let scope = rights.on(&name);
            let open = scope.is_open();
            let shown = rights.on_all().explain && scope.actions.explain && open;
            return shown.then_some(Visible { seen: None, open });
        };
        let seen = self.see(client, base)?;
        let own = entry.client == client.id();
        let shown = seen.entity().actions().explain && (seen.entity().rows().is_none() || own);
        let open = rights.on(base.name()).is_open();
        shown.then_some(Visible {
            seen: Some(seen),
            open,
        })
    }
}

/// The requests that undid one.
async fn undone_by(
    ledger: &dyn Ledger,
    log_id: Uuid,
    deadline: Instant,
) -> Result<Vec<Uuid>, Error> {
    let undoings = ledger.undoings(log_id, deadline).await?;
    let mut ids: Vec<Uuid> = undoings.iter().map(|entry| entry.log_id).collect();
    ids.dedup();
    Ok(ids)
}

impl Visible {
    /// Whether the client may read a column.
    fn shows(&self, column: &str) -> bool {
        let Some(seen) = &self.seen else {
            return self.open;
        };
        match seen.entity().table().find(column) {
            Some(index) => seen.entity().readable(index),
            // It is not there any more.
            None => self.open,
        }
    }

    /// The write with the columns that the client may read, and their places.
    fn narrow_entry(&self, client: &Client, mut entry: LogEntry) -> (LogEntry, Vec<usize>) {
        let names = entry.columns.take();
        let places: Vec<usize> = names
            .iter()
            .flatten()
            .enumerate()
            .filter(|(_, name)| self.shows(name))
            .map(|(place, _)| place)
            .collect();
        entry.columns = names.map(|names| {
            let shown = names.into_iter().filter(|name| self.shows(name));
            shown.collect()
        });
        if !self.open && entry.client != client.id() {
            // It may name what the client does not know of.
            entry.clause = None;
        }
        (entry, places)
    }

    fn narrow(
        &self,
        client: &Client,
        entry: LogEntry,
        mut rows: Vec<LogRow>,
        most: usize,
    ) -> LogStep {
        let (entry, places) = self.narrow_entry(client, entry);
        let more = rows.len() > most;
        rows.truncate(most);
        let shown = |values: Vec<serde_json::Value>| {
            let values = &values;
            let value = |place: &usize| values.get(*place).cloned();
            places.iter().filter_map(value).collect()
        };
        let rows = rows.into_iter().map(|row| LogRow {
            number: row.number,
            before: row.before.map(shown),
            after: row.after.map(shown),
        });
        let key = self.seen.as_ref().map_or_else(Vec::new, |seen| {
            let table = seen.entity().table();
            let name = |index| table.column(index).name.as_str().to_owned();
            let names = table.row_key().iter().map(|index| name(*index));
            let kept = entry.columns.as_deref().unwrap_or_default();
            names.filter(|name| kept.contains(name)).collect()
        });
        LogStep {
            key,
            rows: rows.collect(),
            more,
            entry,
        }
    }
}
