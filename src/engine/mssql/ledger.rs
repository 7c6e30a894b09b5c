//! The journal on the server, in the schema dbo: read, pruned, undone.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use jiff::civil::{DateTime, date};
use uuid::Uuid;

use super::{
    MssqlEngine,
    connection::{Request, ResultSet},
    decode, errors,
    retry::Retry,
    rows::{Stage, Stopped},
};
use crate::{
    domain::{
        SqlType, Value,
        journal::{ChangedRow, LogEntry, LogError, LogFilter, LogRow, Undo, UndoStep, Undone},
    },
    engine::{
        EngineError,
        ledger::{Ledger, rows},
        store::rows as own,
    },
    render::{Param, Statement, UndoBatch, mssql::Mssql},
};

const ENTRIES: &str = include_str!("../../../sql/mssql/journal/entries.sql");
const LIST: &str = include_str!("../../../sql/mssql/journal/list.sql");
const LIST_ERRORS: &str = include_str!("../../../sql/mssql/journal/list_errors.sql");
const UNDOINGS: &str = include_str!("../../../sql/mssql/journal/undoings.sql");
const ROWS: &str = include_str!("../../../sql/mssql/journal/rows.sql");
const ERROR: &str = include_str!("../../../sql/mssql/journal/error.sql");
const NOTE_ERROR: &str = include_str!("../../../sql/mssql/journal/note_error.sql");
const PRUNE: &str = include_str!("../../../sql/mssql/journal/prune.sql");

/// Before and after every moment of a journal.
const EVER: (DateTime, DateTime) = (
    date(1, 1, 1).at(0, 0, 0, 0),
    date(9999, 12, 31).at(0, 0, 0, 0),
);

fn id(id: Uuid) -> Param {
    Param {
        value: Some(Value::Guid(id)),
        ty: SqlType::UniqueIdentifier,
    }
}

/// What narrows a list, in the order of the statements' parameters.
fn narrowing(filter: &LogFilter) -> Vec<Param> {
    let text = |text: &Option<String>| own::text(text.as_deref().unwrap_or_default());
    let (at, after) = match &filter.after {
        Some(after) => (after.at, after.log_id),
        None => (EVER.1, Uuid::nil()),
    };
    vec![
        rows::moment(Some(filter.from.unwrap_or(EVER.0))),
        rows::moment(Some(filter.until.unwrap_or(EVER.1))),
        text(&filter.client),
        text(&filter.api),
        text(&filter.entity),
        text(&filter.operation),
        rows::moment(Some(at)),
        id(after),
    ]
}

impl MssqlEngine {
    async fn ask(
        &self,
        text: &'static str,
        params: Vec<Param>,
        columns: Vec<SqlType>,
        deadline: Instant,
    ) -> Result<Vec<crate::domain::Row>, EngineError> {
        let query = Arc::new(Statement::fixed(text, params, columns));
        let asked = self.read(Request::Rendered(Arc::clone(&query)), deadline);
        let first = asked.await?.into_iter().next().unwrap_or_default();
        let rows = first.into_iter();
        rows.map(|row| decode::row(row, query.columns())).collect()
    }
}

#[async_trait]
impl Ledger for MssqlEngine {
    async fn entries(&self, log_id: Uuid, deadline: Instant) -> Result<Vec<LogEntry>, EngineError> {
        let asked = self.ask(ENTRIES, vec![id(log_id)], rows::entry_columns(), deadline);
        asked.await?.into_iter().map(rows::entry).collect()
    }

    async fn list(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogEntry>, EngineError> {
        let mut params = narrowing(filter);
        let step = filter.after.map_or(0, |after| after.step);
        params.extend([own::number(step.into()), own::number(filter.length.into())]);
        let asked = self.ask(LIST, params, rows::entry_columns(), deadline);
        asked.await?.into_iter().map(rows::entry).collect()
    }

    async fn undoings(
        &self,
        log_id: Uuid,
        deadline: Instant,
    ) -> Result<Vec<LogEntry>, EngineError> {
        let asked = self.ask(UNDOINGS, vec![id(log_id)], rows::entry_columns(), deadline);
        asked.await?.into_iter().map(rows::entry).collect()
    }

    async fn errors(
        &self,
        filter: &LogFilter,
        deadline: Instant,
    ) -> Result<Vec<LogError>, EngineError> {
        let mut params = narrowing(filter);
        params.push(own::number(filter.length.into()));
        let asked = self.ask(LIST_ERRORS, params, rows::error_columns(), deadline);
        asked.await?.into_iter().map(rows::error).collect()
    }

    async fn rows(
        &self,
        log_id: Uuid,
        step: u32,
        start: u32,
        length: u32,
        deadline: Instant,
    ) -> Result<Vec<LogRow>, EngineError> {
        let params = rows::of_rows(id(log_id), step, start, length);
        let asked = self.ask(ROWS, params, rows::row_columns(), deadline);
        asked.await?.into_iter().map(rows::row).collect()
    }

    async fn error(
        &self,
        log_id: Uuid,
        deadline: Instant,
    ) -> Result<Option<LogError>, EngineError> {
        let asked = self.ask(ERROR, vec![id(log_id)], rows::error_columns(), deadline);
        asked.await?.into_iter().next().map(rows::error).transpose()
    }

    async fn note_errors(&self, errors: &[LogError], deadline: Instant) -> Result<(), EngineError> {
        for error in errors {
            let params = rows::of_error(id(error.log_id), error);
            let note = Statement::fixed(NOTE_ERROR, params, Vec::new());
            self.own(note, deadline).await?;
        }
        Ok(())
    }

    async fn prune(
        &self,
        before: DateTime,
        most: u32,
        deadline: Instant,
    ) -> Result<u64, EngineError> {
        let params = vec![rows::moment(Some(before)), own::number(most.into())];
        let prune = Statement::fixed(PRUNE, params, vec![SqlType::Int]);
        let forgotten = own::only_number(self.own(prune, deadline).await?)?;
        Ok(u64::try_from(forgotten).unwrap_or_default())
    }

    async fn undo(
        &self,
        undo: &UndoBatch,
        keep: bool,
        deadline: Instant,
    ) -> Result<Undone, EngineError> {
        let undo = undo.undo();
        let lease = self.pool.lease(deadline).await?;
        let mut stage = Stage::new(lease, self.options.isolation, deadline);
        let retry = Retry::until(deadline, self.options.lock_timeout, false);
        let (undo, dialect) = (undo.clone(), *self.dialect());
        // In a task of its own, which goes on when nobody waits for it any more.
        let task = tokio::spawn(async move {
            let undone = put_back(&mut stage, &undo, keep, dialect, retry).await;
            stage.leave(keep && undone == Ok(Undone::Done)).await;
            undone
        });
        task.await.unwrap_or_else(|error| {
            Err(EngineError::Lost {
                detail: error.to_string(),
            })
        })
    }
}

async fn put_back(
    stage: &mut Stage,
    undo: &Undo,
    keep: bool,
    dialect: Mssql,
    mut retry: Retry,
) -> Result<Undone, EngineError> {
    loop {
        let mut at = None;
        let refusal = match transact(stage, undo, keep, dialect, &mut at).await {
            Ok(undone) => return Ok(undone),
            Err(Stopped::Failed(error)) => return Err(error),
            Err(Stopped::Refused(refusal)) => refusal,
        };
        stage.roll_back().await?;
        if !retry.again(&refusal).await {
            let table = at.map(|step: &UndoStep| &step.note.entity.table().name);
            return Err(errors::translate(&refusal, table));
        }
    }
}

/// One transaction, from its begin to its end; `at` is the step that it has come to.
async fn transact<'u>(
    stage: &mut Stage,
    undo: &'u Undo,
    keep: bool,
    dialect: Mssql,
    at: &mut Option<&'u UndoStep>,
) -> Result<Undone, Stopped> {
    stage.begin().await?;
    for step in &undo.steps {
        *at = Some(step);
        let script = dialect.render_undo(undo.log_id, step);
        let types = script.columns().to_vec();
        let results = stage.ask(script).await?;
        let changed = read_changed(results, &types, step)?;
        if !changed.is_empty() {
            stage.roll_back().await?;
            return Ok(Undone::Changed(changed));
        }
    }
    if keep {
        stage.commit().await?;
    } else {
        stage.roll_back().await?;
    }
    Ok(Undone::Done)
}

/// Reads the script's own report, its last result: a trigger may have returned rows of its own before.
fn read_changed(
    results: Vec<ResultSet>,
    types: &[SqlType],
    step: &UndoStep,
) -> Result<Vec<ChangedRow>, EngineError> {
    let last = results.into_iter().next_back().unwrap_or_default();
    let rows = last.into_iter();
    rows.map(|row| rows::changed(decode::row(row, types)?, step))
        .collect()
}
