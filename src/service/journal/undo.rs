//! Takes the undoing of a request through plan, policy, render and engine.

use std::{sync::Arc, time::Instant};

use uuid::Uuid;

use super::{Service, undone_by};
use crate::{
    access::Client,
    domain::{
        Action, ColumnIndex, Deed, Entity,
        journal::{ChangedRow, LogEntry, LogRow, Undo, Undone},
    },
    engine::ledger::Ledger,
    error::Error,
    plan,
    policy::{self, Approved, Seen, UndoBan},
    render::UndoBatch,
};

/// How deep undoings of undoings are followed.
const DEEPEST: usize = 64;
/// The rows of the journal that are looked at together.
const AT_ONCE: u32 = 1000;
/// The most rows that a refusal names.
const MOST_NAMED: usize = 20;

/// Whether a request can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// What keeps it from being undone; empty where nothing is known to.
    pub refusals: Vec<String>,
    /// What would not come back.
    pub losses: Vec<String>,
}

/// What came of an undoing, or would come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    /// The request that was to be undone.
    pub undone: Uuid,
    /// The request that undid it; `None` where it was only tried.
    pub by: Option<Uuid>,
    /// The writes that are taken back: for each the entity, and how many rows are deleted, put back and inserted again.
    pub steps: Vec<(String, u64, u64, u64)>,
    /// What keeps it from being undone.
    pub refusals: Vec<String>,
    /// What does not come back.
    pub losses: Vec<String>,
    /// Rows that have been changed since.
    pub changed: Vec<ChangedRow>,
}

impl Undoing {
    /// One that was not done yet, with nothing that keeps it from being done.
    fn of(undone: Uuid, entries: &[LogEntry], losses: Vec<String>) -> Self {
        Self {
            undone,
            by: None,
            steps: entries.iter().rev().map(step).collect(),
            refusals: Vec::new(),
            losses,
            changed: Vec::new(),
        }
    }
}

impl Service {
    /// Undoes a request, or only tries to. `None` where there is no such request that the client may see.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; 409 with every reason, or with the rows that have been changed since, unless it is only tried;
    /// nothing was done then.
    pub async fn undo(
        &self,
        client: &Client,
        log_id: Uuid,
        dry_run: bool,
    ) -> Result<Option<Undoing>, Error> {
        // Tables may have changed since.
        self.served.refresh(self.deadline()).await?;
        let deadline = Instant::now() + self.settings.batch_timeout;
        let ledger = self.ledger()?;
        let entries = ledger.entries(log_id, deadline).await?;
        if !entries.iter().any(|e| self.visible(client, e).is_some()) {
            return Ok(None);
        }
        self.check_right(client, &entries)?;
        if let Some(by) = client.deed().and_then(|deed| past(deed)) {
            let find = |name: &str| self.catalog().find(name).cloned();
            return Ok(Some(Undoing {
                by: Some(by),
                ..Undoing::of(log_id, &entries, self.losses(&entries, find))
            }));
        }
        let (planned, outlook) = self.planned(client, log_id, &entries, deadline).await?;
        let told = entries.iter();
        let told = told.filter(|entry| self.visible(client, entry).is_some());
        let mut undoing = Undoing {
            steps: told.rev().map(step).collect(),
            refusals: outlook.refusals,
            ..Undoing::of(log_id, &entries, outlook.losses)
        };
        let Some(approved) = planned else {
            return if dry_run {
                Ok(Some(undoing))
            } else {
                Err(refused(undoing.refusals))
            };
        };
        let batch = UndoBatch::new(approved);
        match ledger.undo(&batch, !dry_run, deadline).await? {
            Undone::Changed(mut changed) => {
                self.leave_out_hidden(client, &mut changed);
                if !dry_run {
                    return Err(changed_since(&changed));
                }
                undoing.changed = changed;
                Ok(Some(undoing))
            }
            Undone::Done => {
                let by = client.deed().filter(|_| !dry_run);
                undoing.by = by.map(|deed| deed.log_id);
                Ok(Some(undoing))
            }
        }
    }

    fn losses(
        &self,
        entries: &[LogEntry],
        find: impl Fn(&str) -> Option<Arc<Entity>>,
    ) -> Vec<String> {
        plan::losses(entries, find, self.engine.capabilities().undo_cascades)
    }

    /// Leaves out of the rows' keys what the client may not read.
    fn leave_out_hidden(&self, client: &Client, changed: &mut [ChangedRow]) {
        let catalog = self.catalog();
        for row in changed {
            let seen = catalog.find(&row.entity);
            let seen = seen.and_then(|base| self.see(client, base));
            row.key.retain(|(name, _)| {
                let entity = seen.as_ref().map(Seen::entity);
                entity.is_some_and(|entity| {
                    let index = entity.table().find(name);
                    index.is_some_and(|index| entity.readable(index))
                })
            });
        }
    }

    /// Whether a client could undo a request.
    pub(super) async fn outlook(
        &self,
        client: &Client,
        log_id: Uuid,
        entries: &[LogEntry],
        deadline: Instant,
    ) -> Result<Outlook, Error> {
        let mut outlook = self.planned(client, log_id, entries, deadline).await?.1;
        if self.check_right(client, entries).is_err() {
            outlook
                .refusals
                .insert(0, "you have not the right \"undo\" on all of it".to_owned());
        }
        Ok(outlook)
    }

    /// The undoing, where nothing keeps it from being done, and what is to be said of it.
    async fn planned(
        &self,
        client: &Client,
        log_id: Uuid,
        entries: &[LogEntry],
        deadline: Instant,
    ) -> Result<(Option<Approved<Undo>>, Outlook), Error> {
        let ledger = self.ledger()?;
        let mut refusals = Vec::new();
        if let Some(by) = still_undone_by(ledger, log_id, deadline).await? {
            refusals.push(format!("it was undone already, by {by}"));
        }
        if entries.iter().any(|e| self.visible(client, e).is_none()) {
            refusals.push("it also changed what is not yours to see".to_owned());
        }
        let catalog = self.catalog();
        let find = |name: &str| catalog.find(name).cloned();
        let deed = client.deed().cloned().unwrap_or_else(|| anonymous(client));
        let planned = match plan::plan_undo(log_id, entries, find, &deed) {
            Ok(undo) => {
                let seen = self.seen_of(client, &undo);
                let put_back = if policy::depends_on_columns(&seen, &undo) {
                    put_back(ledger, &undo, deadline).await?
                } else {
                    Vec::new()
                };
                match policy::approve_undoing(&seen, undo, &put_back) {
                    Ok(approved) => Some(approved),
                    Err(UndoBan::Columns(entity)) => {
                        refusals.push(format!(
                            "columns of \"{}\" that would be put back are not all yours to write",
                            entity.as_str()
                        ));
                        None
                    }
                    // Said by whoever asks for it.
                    Err(UndoBan::Action(_)) => None,
                }
            }
            Err(problems) => {
                refusals.extend(problems.iter().map(ToString::to_string));
                None
            }
        };
        let losses = self.losses(entries, find);
        let planned = planned.filter(|_| refusals.is_empty());
        Ok((planned, Outlook { refusals, losses }))
    }

    /// What a client sees of the entities of the steps.
    fn seen_of(&self, client: &Client, undo: &Undo) -> Vec<Seen> {
        let entities = undo.steps.iter().map(|step| &step.note.entity);
        let seen = entities.map(|base: &Arc<Entity>| self.see(client, base));
        // One that is not seen ends the list: no right on it, none on the rest.
        seen.map_while(|seen| seen).collect()
    }

    fn check_right(&self, client: &Client, entries: &[LogEntry]) -> Result<(), Error> {
        let catalog = self.catalog();
        for entry in entries {
            let Some(base) = catalog.find(&entry.entity) else {
                continue;
            };
            let seen = self.see(client, base);
            if seen.is_some_and(|seen| seen.entity().actions().undo) {
                continue;
            }
            return Err(Error::Forbidden {
                entity: base.name().clone(),
                action: Action::Undo,
            });
        }
        Ok(())
    }
}

/// The columns that each step of an undoing puts back: what an update changed, and every value of rows that were deleted.
/// Rows that were made are only taken away.
async fn put_back(
    ledger: &dyn Ledger,
    undo: &Undo,
    deadline: Instant,
) -> Result<Vec<Vec<ColumnIndex>>, Error> {
    let mut all = Vec::with_capacity(undo.steps.len());
    for step in &undo.steps {
        let mut written = vec![false; step.columns.len()];
        let mut start = 0;
        loop {
            let rows = ledger.rows(undo.log_id, step.step, start, AT_ONCE, deadline);
            let rows = rows.await?;
            for row in &rows {
                mark_written(&mut written, row);
            }
            if rows.len() < AT_ONCE as usize {
                break;
            }
            start += AT_ONCE;
        }
        let columns = step.columns.iter().zip(written);
        all.push(columns.filter(|(_, w)| *w).map(|(c, _)| *c).collect());
    }
    Ok(all)
}

fn mark_written(written: &mut [bool], row: &LogRow) {
    let Some(before) = &row.before else {
        return;
    };
    for (place, (value, written)) in before.iter().zip(written).enumerate() {
        let now = row.after.as_ref().and_then(|after| after.get(place));
        *written |= now.map_or(!value.is_null(), |now| now != value);
    }
}

/// The undoing that this very request had done when it was made before.
fn past(deed: &Deed) -> Option<Uuid> {
    deed.past.iter().find_map(|(.., outcome)| outcome.undoing())
}

/// What is done for nobody's request: only looked at, never written.
fn anonymous(client: &Client) -> Arc<Deed> {
    let id = Arc::from(client.id());
    Arc::new(Deed::new(
        Uuid::nil(),
        id,
        crate::domain::Api::Command,
        "undo",
    ))
}

/// What is taken back of a write.
fn step(entry: &LogEntry) -> (String, u64, u64, u64) {
    let LogEntry {
        created,
        updated,
        deleted,
        ..
    } = entry;
    (entry.entity.clone(), *created, *updated, *deleted)
}

/// The request that undid one, unless that was undone in its turn.
async fn still_undone_by(
    ledger: &dyn Ledger,
    log_id: Uuid,
    deadline: Instant,
) -> Result<Option<Uuid>, Error> {
    // Each undoing of an undoing can be made only while it holds, so that the last one tells of all before it.
    let mut last = None;
    let mut id = log_id;
    let mut holds = false;
    for _ in 0..DEEPEST {
        let Some(by) = undone_by(ledger, id, deadline).await?.pop() else {
            break;
        };
        last = last.or(Some(by));
        holds = !holds;
        id = by;
    }
    Ok(last.filter(|_| holds))
}

fn refused(reasons: Vec<String>) -> Error {
    let messages = reasons
        .into_iter()
        .map(|reason| format!("It cannot be undone: {reason}."));
    Error::Contract {
        status: 409,
        code: "undo_refused",
        messages: messages.collect(),
    }
}

fn changed_since(changed: &[ChangedRow]) -> Error {
    let name = |row: &ChangedRow| {
        let key = row
            .key
            .iter()
            .map(|(name, value)| format!("{name} = {value}"));
        format!("{} ({})", row.entity, key.collect::<Vec<_>>().join(", "))
    };
    let mut named: Vec<String> = changed.iter().take(MOST_NAMED).map(name).collect();
    if changed.len() > MOST_NAMED {
        named.push(format!("{} more", changed.len() - MOST_NAMED));
    }
    Error::Contract {
        status: 409,
        code: "rows_changed",
        messages: vec![format!(
            "Rows have been changed since, and nothing was undone: {}.",
            named.join("; ")
        )],
    }
}
