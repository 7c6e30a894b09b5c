//! What the service says of the journal → the bodies of the API.

use jiff::civil::DateTime;
use serde_json::{Map, Value as Json};

use super::model;
use crate::{
    domain::{
        iso,
        journal::{LogEntry, LogError, LogPlace, LogRow},
    },
    service::{LogPage, LogRequest, LogStep, Outlook, Undoing},
};

fn moment(at: DateTime) -> String {
    format!("{}Z", iso::datetime_text(at, 'T'))
}

pub(super) fn entry(entry: &LogEntry) -> model::Entry {
    model::Entry {
        log_id: entry.log_id.to_string(),
        step: entry.step,
        at: moment(entry.at),
        client: entry.client.clone(),
        api: entry.api.clone(),
        entity: entry.entity.clone(),
        table: entry.table.clone(),
        operation: entry.operation.clone(),
        clause: entry.clause.clone(),
        created: entry.created,
        updated: entry.updated,
        deleted: entry.deleted,
        undoes: entry.undoes.map(|id| id.to_string()),
    }
}

pub(super) fn failure(error: &LogError) -> model::Failure {
    model::Failure {
        log_id: error.log_id.to_string(),
        at: moment(error.at),
        client: error.client.clone(),
        api: error.api.clone(),
        entity: error.entity.clone(),
        operation: error.operation.clone(),
        status: error.status,
        code: error.code.clone(),
        message: error.message.clone(),
    }
}

pub(super) fn entries(page: &LogPage<LogEntry>) -> model::LogPage {
    model::LogPage {
        entries: page.entries.iter().map(entry).collect(),
        errors: Vec::new(),
        next: page.next.map(place),
    }
}

pub(super) fn failures(page: &LogPage<LogError>) -> model::LogPage {
    model::LogPage {
        entries: Vec::new(),
        errors: page.entries.iter().map(failure).collect(),
        next: page.next.map(place),
    }
}

fn place(place: LogPlace) -> String {
    format!("{}.{}", place.log_id, place.step)
}

pub(super) fn request(log_id: uuid::Uuid, request: &LogRequest) -> model::Request {
    let undoes = request.steps.iter().find_map(|step| step.entry.undoes);
    model::Request {
        log_id: log_id.to_string(),
        writes: request.steps.iter().map(write).collect(),
        error: request.error.as_ref().map(failure),
        undo: request.undo.as_ref().map(outlook),
        undone_by: request.undone_by.iter().map(ToString::to_string).collect(),
        undoes: undoes.map(|id| id.to_string()),
    }
}

fn outlook(outlook: &Outlook) -> model::UndoOutlook {
    model::UndoOutlook {
        possible: outlook.refusals.is_empty(),
        refusals: outlook.refusals.clone(),
        losses: outlook.losses.clone(),
    }
}

fn write(step: &LogStep) -> model::Write {
    let columns = step.entry.columns.as_deref().unwrap_or_default();
    model::Write {
        entry: entry(&step.entry),
        columns: step.entry.columns.clone(),
        rows: step
            .rows
            .iter()
            .map(|r| row(columns, &step.key, r))
            .collect(),
        more: step.more,
    }
}

fn row(columns: &[String], key: &[String], row: &LogRow) -> model::ChangedRow {
    let named = |values: &Vec<Json>| -> Map<String, Json> {
        columns
            .iter()
            .cloned()
            .zip(values.iter().cloned())
            .collect()
    };
    let before = row.before.as_ref().map(named);
    let after = row.after.as_ref().map(named);
    let known = before.as_ref().or(after.as_ref());
    let of_key = key.iter().filter_map(|name| {
        let value = known?.get(name)?;
        Some((name.clone(), value.clone()))
    });
    model::ChangedRow {
        number: row.number,
        key: model::Values(of_key.collect()),
        before: before.map(model::Values),
        after: after.map(model::Values),
    }
}

pub(super) fn undone(undoing: &Undoing, dry_run: bool) -> model::Undone {
    let steps = undoing.steps.iter();
    let writes = steps.map(|(entity, created, updated, deleted)| model::TakenBack {
        entity: entity.clone(),
        deleted: *created,
        updated: *updated,
        created: *deleted,
    });
    let changed = undoing.changed.iter().map(|row| model::ChangedSince {
        entity: row.entity.clone(),
        key: model::Values(row.key.iter().cloned().collect()),
    });
    model::Undone {
        undone: undoing.undone.to_string(),
        undone_by: undoing.by.map(|id| id.to_string()),
        dry_run,
        possible: undoing.refusals.is_empty() && undoing.changed.is_empty(),
        writes: writes.collect(),
        refusals: undoing.refusals.clone(),
        changed: changed.collect(),
        losses: undoing.losses.clone(),
    }
}
