//! Takes batches to an engine as the service does: planned, approved, rendered; a part that fails in halves.

use std::sync::Arc;

use tokio::sync::mpsc;
use upsertd::{
    domain::{
        Literal, Note,
        batch::{BatchKey, BatchRow, Keyless, Repeated, RowAction},
        entity_keys::{EntityKeys, KeyDeclaration},
        rows::RowsPlan,
    },
    engine::{
        EngineError,
        rows::{Ending, Feed, RowReport, Together},
    },
    plan::RowPlanner,
    policy,
    render::rows::RowsBatch,
};

use crate::driver::{Driver, deadline};

/// How rows are to be written.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub struct Batch {
    pub entity: &'static str,
    pub key: &'static [&'static str],
    pub not_unique: bool,
    pub caller_keys: bool,
    pub action: RowAction,
    pub repeated: Repeated,
    pub keep: bool,
    pub clear: bool,
}

impl Batch {
    pub fn upsert(entity: &'static str, key: &'static [&'static str]) -> Self {
        Self {
            entity,
            key,
            not_unique: false,
            caller_keys: false,
            action: RowAction::Upsert,
            repeated: Repeated::InOrder,
            keep: true,
            clear: false,
        }
    }
}

/// A row's columns and values.
pub type Row = Vec<(String, Literal)>;

pub fn row(cells: &[(&str, Literal)]) -> Row {
    let cells = cells.iter();
    cells
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

impl Driver<'_> {
    /// What becomes of rows that stand each for itself.
    pub async fn rows(&self, batch: &Batch, rows: &[Row]) -> Vec<RowReport> {
        let note = self.note(self.entity(batch.entity), None);
        let mut waiting = vec![self.render_rows_noted(batch, 0, rows, note.as_ref())];
        let mut reports = Vec::new();
        while let Some(part) = waiting.pop() {
            let mut part = Arc::new(part);
            match self.engine.write_rows(Arc::clone(&part), deadline()).await {
                Ok(done) => reports.extend(done),
                Err(error) if error.is_about_a_row() && part.rows.len() > 1 => {
                    let rest = Arc::make_mut(&mut part).split();
                    waiting.extend(rest);
                    waiting.push(Arc::unwrap_or_clone(part));
                }
                Err(error) if error.is_about_a_row() => {
                    reports.push((part.rows[0].number, RowReport::Failed(error)));
                }
                Err(error) => panic!("{error}"),
            }
        }
        let numbers: Vec<u64> = reports.iter().map(|(number, _)| *number).collect();
        let all: Vec<u64> = (0..rows.len() as u64).collect();
        assert_eq!(numbers, all, "a report for each row, in their order");
        reports.into_iter().map(|(_, report)| report).collect()
    }

    /// What becomes of rows of which all are written or none.
    pub async fn together(
        &self,
        batch: &Batch,
        parts: &[&[Row]],
    ) -> (Result<Ending, EngineError>, Vec<(u64, RowReport)>) {
        self.feed(batch, parts, true).await
    }

    /// The same, but whoever feeds them gives up before the end.
    pub async fn together_broken_off(
        &self,
        batch: &Batch,
        parts: &[&[Row]],
    ) -> (Result<Ending, EngineError>, Vec<(u64, RowReport)>) {
        self.feed(batch, parts, false).await
    }

    async fn feed(
        &self,
        batch: &Batch,
        parts: &[&[Row]],
        to_its_end: bool,
    ) -> (Result<Ending, EngineError>, Vec<(u64, RowReport)>) {
        let (send, feed) = mpsc::channel(parts.len() + 1);
        let (reports, mut reported) = mpsc::channel(parts.len() + 1);
        let mut first = 0;
        let note = self.note(self.entity(batch.entity), None);
        for rows in parts {
            let part = self.render_rows_noted(batch, first, rows, note.as_ref());
            first += rows.len() as u64;
            send.send(Feed::Rows(part)).await.unwrap();
        }
        if to_its_end {
            send.send(Feed::End).await.unwrap();
        }
        drop(send);
        let permit = policy::authorize(
            &upsertd::access::Client::operator(),
            &policy::Seen::whole(self.entity(batch.entity)),
        )
        .unwrap();
        let dialect = self.engine.capabilities().dialect;
        let work = Together {
            clear: batch
                .clear
                .then(|| dialect.render_clear(&permit, note.as_deref())),
            feed,
            reports,
            keep: batch.keep,
            note,
        };
        let ending = self.engine.write_together(work, deadline()).await;
        let mut all = Vec::new();
        while let Some(reports) = reported.recv().await {
            all.extend(reports);
        }
        (ending, all)
    }

    // Only one of the test binaries that share this asks for it.
    #[allow(dead_code)]
    pub fn render_rows(&self, batch: &Batch, first: u64, rows: &[Row]) -> RowsBatch {
        self.render_rows_noted(batch, first, rows, None)
    }

    fn render_rows_noted(
        &self,
        batch: &Batch,
        first: u64,
        rows: &[Row],
        note: Option<&Arc<Note>>,
    ) -> RowsBatch {
        let keys = KeyDeclaration {
            caller_keys: batch.caller_keys,
            ..KeyDeclaration::default()
        };
        let entity = self.entity(batch.entity);
        let bound = EntityKeys::bind(entity.table(), &keys).unwrap();
        let entity = Arc::new(entity.as_ref().clone().with_keys(bound));
        let columns = batch
            .key
            .iter()
            .map(|name| entity.table().find(name).unwrap());
        let key = BatchKey {
            columns: columns.collect(),
            unique: !batch.not_unique,
        };
        let permit = policy::authorize(
            &upsertd::access::Client::operator(),
            &policy::Seen::whole(&entity),
        )
        .unwrap();
        let mut planner = RowPlanner::new(&entity, &key, Keyless::Refuse);
        let rows = (first..).zip(rows).map(|(number, row)| {
            let (names, values): (Vec<_>, Vec<_>) = row.iter().cloned().unzip();
            let row = BatchRow {
                number,
                action: batch.action,
                names: names.into(),
                values,
            };
            let shape = planner.shape_of(&row);
            planner.plan(row, shape, &self.context()).unwrap()
        });
        let rows: Vec<_> = rows.collect();
        let last = rows.iter().map(|row| row.shape).max().unwrap();
        let plan = RowsPlan {
            key,
            repeated: batch.repeated,
            report_keys: true,
            shapes: (0..=last)
                .map(|shape| Arc::clone(planner.shape(shape)))
                .collect(),
            rows,
            entity,
        };
        let approved = policy::approve_rows(&permit, plan).unwrap();
        let dialect = self.engine.capabilities().dialect;
        dialect.render_rows(approved, batch.keep, note)
    }
}
