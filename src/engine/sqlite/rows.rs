//! A batch's rows, step by step: find or change, else insert. It runs inside a transaction that is somebody else's to
//! commit or roll back; what it is not to keep it rolls back itself, to where it began.

use rusqlite::{CachedStatement, Connection};
use serde_json::Value as Json;

use super::{
    batch,
    bind::{bind_row, stored_json},
    decode::decode,
    errors::{translate, translate_for},
    job::Outcome,
    journal::{Counts, Journal, Keeper},
    once::Record,
};
use crate::{
    domain::{Note, Row, Value, batch::RowDone, batch::RowOutcome, rows::PlannedRow},
    engine::{
        EngineError,
        rows::{Ending, Feed, RowReport, Together},
    },
    render::rows::{RowStatement, RowSteps, RowsBatch, RowsWork},
};

type Reports = Vec<(u64, RowReport)>;

/// Writes rows, each for itself: one that fails leaves nothing behind and costs no other.
pub(super) fn execute(
    conn: &Connection,
    journal: &Journal,
    batch: &RowsBatch,
) -> Result<Reports, EngineError> {
    let record = record(conn, batch)?;
    if let Some(guard) = &batch.guard {
        batch::check(conn, guard)?;
    }
    let keeper = journal.keep(conn, noted(batch), false)?;
    frame(conn, "SAVEPOINT rows")?;
    let reports = Rows::prepare(conn, batch, &keeper)?.run_all("ROLLBACK TO rows")?;
    if batch.keep {
        let mut counts = Counts::default();
        if count(&mut counts, &reports) > 0 {
            keeper.end(conn, counts)?;
        }
    } else {
        frame(conn, "ROLLBACK TO rows")?;
    }
    if let Some(record) = record {
        record.keep_rows(&reports)?;
    }
    frame(conn, "RELEASE rows")?;
    Ok(reports)
}

/// What is noted of a part; nothing where nothing of it is to be kept.
fn noted(batch: &RowsBatch) -> Option<&Note> {
    batch.note.as_deref().filter(|_| batch.keep)
}

/// Counts the rows that were done; returns their number, those that stay as they were among them.
fn count(counts: &mut Counts, reports: &Reports) -> usize {
    let done = reports.iter().filter_map(|(_, report)| match report {
        RowReport::Done(done) => Some(done.outcome),
        _ => None,
    });
    done.map(|outcome| counts.count(outcome)).count()
}

/// Writes all rows of a part or none.
pub(super) fn execute_whole(
    conn: &Connection,
    journal: &Journal,
    batch: &RowsBatch,
) -> Result<Outcome, EngineError> {
    let record = record(conn, batch)?;
    let keeper = journal.keep(conn, noted(batch), true)?;
    frame(conn, "SAVEPOINT rows")?;
    let reports = run_part(conn, batch, &keeper)?;
    let done = reports.iter().all(|(_, report)| report.is_done());
    if done && batch.keep {
        let mut counts = Counts::default();
        count(&mut counts, &reports);
        keeper.end(conn, counts)?;
    } else {
        frame(conn, "ROLLBACK TO rows")?;
    }
    if let Some(record) = record.filter(|_| done) {
        record.keep_rows(&reports)?;
    }
    frame(conn, "RELEASE rows")?;
    let ending = if done {
        Ending::Done
    } else {
        Ending::RolledBack
    };
    Ok(Outcome::Whole(ending, reports))
}

/// Writes all rows of the feed or none.
pub(super) fn execute_together(
    conn: &Connection,
    journal: &Journal,
    work: &mut Together,
) -> Result<Ending, EngineError> {
    let note = work.note.clone().filter(|_| work.keep);
    let keeper = journal.keep(conn, note.as_deref(), true)?;
    let mut counts = Counts::default();
    frame(conn, "SAVEPOINT rows")?;
    let ending = run_together(conn, work, &keeper, &mut counts)?;
    if ending == Ending::Done && work.keep {
        keeper.end(conn, counts)?;
    } else {
        frame(conn, "ROLLBACK TO rows")?;
    }
    frame(conn, "RELEASE rows")?;
    Ok(ending)
}

fn run_together(
    conn: &Connection,
    work: &mut Together,
    keeper: &Keeper<'_>,
    counts: &mut Counts,
) -> Result<Ending, EngineError> {
    let note = work.note.clone().filter(|_| work.keep);
    let whole = Record::of(conn, note.as_deref());
    if let Some(whole) = &whole {
        whole.check(0, u64::MAX)?;
    }
    if let Some(clear) = &work.clear {
        batch::query(conn, clear)?;
        counts.deleted += conn.changes();
        keeper.write_rows(conn)?;
    }
    let mut wrote = false;
    while let Some(feed) = work.feed.blocking_recv() {
        let batch = match feed {
            Feed::End => {
                if let Some(whole) = whole.filter(|_| work.clear.is_some() && !wrote) {
                    whole.keep_clearing()?;
                }
                return Ok(Ending::Done);
            }
            Feed::Rows(batch) => batch,
        };
        let reports = run_part(conn, &batch, keeper)?;
        count(counts, &reports);
        keeper.write_rows(conn)?;
        if let Some(whole) = &whole {
            whole.keep_rows(&reports)?;
        }
        wrote = true;
        let failed = reports.iter().any(|(_, report)| !report.is_done());
        // Err: nobody waits any more.
        if work.reports.blocking_send(reports).is_err() || failed {
            return Ok(Ending::RolledBack);
        }
    }
    // Whoever feeds has given up.
    Ok(Ending::RolledBack)
}

/// Runs the rows of one part of several. When one fails nothing will be kept, but the caller is to hear of every row of
/// this part that does.
fn run_part(
    conn: &Connection,
    batch: &RowsBatch,
    keeper: &Keeper<'_>,
) -> Result<Reports, EngineError> {
    if let Some(guard) = &batch.guard {
        batch::check(conn, guard)?;
    }
    frame(conn, "SAVEPOINT part")?;
    let reports = Rows::prepare(conn, batch, keeper)?.run_all("ROLLBACK TO part")?;
    frame(conn, "RELEASE part")?;
    Ok(reports)
}

/// The record of a part that is to be kept, where nobody else has written it.
fn record<'n>(
    conn: &'n Connection,
    batch: &'n RowsBatch,
) -> Result<Option<Record<'n>>, EngineError> {
    let numbers = batch.rows.first().zip(batch.rows.last());
    let note = batch.note.as_deref().filter(|_| batch.keep);
    let record = Record::of(conn, note).zip(numbers);
    let Some((record, (first, last))) = record else {
        return Ok(None);
    };
    record.check(first.number, last.number)?;
    Ok(Some(record))
}

fn frame(conn: &Connection, sql: &'static str) -> Result<(), EngineError> {
    let mut statement = conn.prepare_cached(sql).map_err(translate)?;
    statement.execute([]).map_err(translate)?;
    Ok(())
}

/// Rows with their statements prepared.
struct Rows<'c> {
    conn: &'c Connection,
    batch: &'c RowsBatch,
    keeper: &'c Keeper<'c>,
    shapes: Vec<Prepared<'c>>,
    /// The numbers of rows whose keys are repeated, in order.
    repeated: Vec<u64>,
}

/// The statements of a shape.
struct Prepared<'c> {
    steps: &'c RowSteps,
    find: Option<Ready<'c>>,
    change: Option<Ready<'c>>,
    insert: Option<Ready<'c>>,
}

/// A statement, prepared. Only one row is run at a time.
struct Ready<'c> {
    source: &'c RowStatement,
    prepared: std::cell::RefCell<CachedStatement<'c>>,
}

impl<'c> Rows<'c> {
    fn prepare(
        conn: &'c Connection,
        batch: &'c RowsBatch,
        keeper: &'c Keeper<'c>,
    ) -> Result<Self, EngineError> {
        let RowsWork::Steps { shapes, repeats } = &batch.work else {
            return Err(EngineError::Unexpected {
                detail: "a script where SQLite takes steps".to_owned(),
            });
        };
        let ready = |source: &'c Option<RowStatement>| match source {
            Some(source) => Ready::prepare(conn, source).map(Some),
            None => Ok(None),
        };
        let prepared = shapes.iter().map(|steps| {
            Ok(Prepared {
                steps,
                find: ready(&steps.find)?,
                change: ready(&steps.change)?,
                insert: ready(&steps.insert)?,
            })
        });
        let repeated = match repeats {
            Some(statement) => find_repeated(conn, batch, statement)?,
            None => Vec::new(),
        };
        Ok(Self {
            conn,
            batch,
            keeper,
            shapes: prepared.collect::<Result<_, EngineError>>()?,
            repeated,
        })
    }

    /// Runs the rows; `back` rolls back to where they began.
    fn run_all(&self, back: &'static str) -> Result<Reports, EngineError> {
        let start = self.keeper.mark();
        if let Some(reports) = self.run_plainly()? {
            return Ok(reports);
        }
        // A row has failed, and may have left what a trigger did: once more, each in a frame of its own.
        frame(self.conn, back)?;
        self.keeper.back_to(start);
        self.run_framed()
    }

    /// Runs the rows without a frame around each; `None` as soon as one fails.
    fn run_plainly(&self) -> Result<Option<Reports>, EngineError> {
        let mut reports = Vec::with_capacity(self.batch.rows.len());
        for row in &self.batch.rows {
            match self.run(row) {
                Ok(report) => reports.push((row.number, report)),
                Err(error) if self.is_own(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(reports))
    }

    /// Runs the rows, each in a frame of its own.
    fn run_framed(&self) -> Result<Reports, EngineError> {
        let mut reports = Vec::with_capacity(self.batch.rows.len());
        for row in &self.batch.rows {
            frame(self.conn, "SAVEPOINT one")?;
            let start = self.keeper.mark();
            let report = match self.run(row) {
                Ok(report) => report,
                Err(error) if self.is_own(&error) => {
                    frame(self.conn, "ROLLBACK TO one")?;
                    self.keeper.back_to(start);
                    RowReport::Failed(error)
                }
                Err(error) => return Err(error),
            };
            frame(self.conn, "RELEASE one")?;
            reports.push((row.number, report));
        }
        Ok(reports)
    }

    /// Whether an error is about one row alone, and the transaction still stands.
    fn is_own(&self, error: &EngineError) -> bool {
        error.is_about_a_row() && !self.conn.is_autocommit()
    }

    fn run(&self, row: &PlannedRow) -> Result<RowReport, EngineError> {
        if self.repeated.binary_search(&row.number).is_ok() {
            return Ok(RowReport::Repeated(self.batch.key.clone()));
        }
        let shape = self
            .shapes
            .get(row.shape)
            .ok_or_else(|| EngineError::Unexpected {
                detail: "a row of no shape".to_owned(),
            })?;
        let done = |outcome, key| Ok(RowReport::Done(RowDone { outcome, key }));
        let mut there = None;
        if let Some(find) = &shape.find {
            let mut found = find.run(&row.values)?.rows;
            if found.len() > 1 {
                return Ok(RowReport::Ambiguous(self.batch.key.clone()));
            }
            there = Some(!found.is_empty());
            if let (Some(key), None) = (found.pop(), &shape.change) {
                return done(shape.steps.found, key);
            }
        }
        if let (Some(change), Some(true) | None) = (&shape.change, there) {
            let ran = change.run(&row.values)?;
            match self.conn.changes() {
                0 if there.is_some() => return Err(passed_over()),
                0 => {}
                1 => return done(shape.steps.found, ran.key()),
                // The key has become ambiguous since the catalog was read.
                _ => {
                    return Err(EngineError::Stale {
                        detail: "a key is unique no more".to_owned(),
                    });
                }
            }
        }
        let Some(insert) = &shape.insert else {
            let shape = self.batch.shapes.get(row.shape);
            let why = shape.and_then(|shape| shape.insert.clone().err());
            return why
                .map(RowReport::NoMatch)
                .ok_or_else(|| EngineError::Unexpected {
                    detail: "a row without an insert".to_owned(),
                });
        };
        let ignores = shape.steps.found == RowOutcome::Ignored;
        let start = ignores.then(|| self.keeper.mark());
        let ran = match (insert.run(&row.values), start) {
            // Another of its keys is taken: there is such a row already. What triggers did meanwhile was rolled back.
            (Err(EngineError::Unique { .. }), Some(start)) => {
                self.keeper.back_to(start);
                return done(RowOutcome::Ignored, Vec::new());
            }
            (ran, _) => ran?,
        };
        if self.conn.changes() == 0 {
            return Err(passed_over());
        }
        done(RowOutcome::Created, ran.key())
    }
}

/// The database's own way of saying no: a trigger's RAISE(IGNORE), or ON CONFLICT IGNORE.
fn passed_over() -> EngineError {
    EngineError::Trigger {
        detail: "the database passed over the row".to_owned(),
    }
}

/// What a statement returned.
struct Ran {
    rows: Vec<Row>,
}

impl Ran {
    fn key(self) -> Vec<Option<Value>> {
        self.rows.into_iter().next().unwrap_or_default()
    }
}

impl<'c> Ready<'c> {
    fn prepare(conn: &'c Connection, source: &'c RowStatement) -> Result<Self, EngineError> {
        let prepared = conn
            .prepare_cached(&source.text)
            .map_err(|error| translate_for(source.target.as_ref(), error))?;
        Ok(Self {
            source,
            prepared: prepared.into(),
        })
    }

    /// Runs it to its end for a row.
    fn run(&self, values: &[Option<Value>]) -> Result<Ran, EngineError> {
        let translate = |error| translate_for(self.source.target.as_ref(), error);
        let mut prepared = self.prepared.borrow_mut();
        bind_row(&mut prepared, values, &self.source.params).map_err(translate)?;
        let mut rows = prepared.raw_query();
        let mut read = Vec::new();
        while let Some(row) = rows.next().map_err(translate)? {
            let cells = (0..).zip(&self.source.columns).map(|(i, ty)| {
                let stored = row.get_ref(i).map_err(translate)?;
                Ok(decode(stored, ty))
            });
            read.push(cells.collect::<Result<_, EngineError>>()?);
        }
        batch::check_verdicts(self.source.verdict, &mut read)?;
        Ok(Ran { rows: read })
    }
}

/// The numbers of rows whose keys another row of the batch has as well.
fn find_repeated(
    conn: &Connection,
    batch: &RowsBatch,
    statement: &RowStatement,
) -> Result<Vec<u64>, EngineError> {
    let keyed = batch.rows.iter().filter_map(|row| {
        let key = batch.shapes.get(row.shape)?.key;
        (key > 0).then(|| {
            let values = row.values.iter().take(key).map(|v| stored_json(v.as_ref()));
            Json::Array(
                std::iter::once(Json::from(row.number))
                    .chain(values)
                    .collect(),
            )
        })
    });
    let keys = Value::Text(Json::Array(keyed.collect()).to_string());
    let found = Ready::prepare(conn, statement)?.run(&[Some(keys)])?;
    let number = |row: Row| match row.first() {
        Some(Some(Value::Int(number))) => u64::try_from(*number).ok(),
        _ => None,
    };
    let mut numbers: Vec<u64> = found.rows.into_iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}
