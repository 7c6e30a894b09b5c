//! A batch's rows as they are read → parts of it that are approved and rendered. It runs on a thread that may wait for
//! the rows; it writes nothing.

use std::sync::Arc;

use super::RowSource;
use crate::{
    domain::{
        Faults, Literal, Note,
        batch::{BatchRequest, BatchRow},
        rows::{PlannedRow, RowShape, RowsPlan},
    },
    engine::Engine,
    error::Error,
    plan::{Context, RowPlanner, about_row},
    policy::{self, Approved, Permit, Refused, WriteRows},
    render::{RowGuard, rows::RowsBatch},
    service::{Settings, context, guard},
};

/// The most bytes of values in one part, about.
const CHUNK_BYTES: usize = 8 << 20;
/// The most shapes of rows in one part.
const CHUNK_SHAPES: usize = 64;

/// A part of a batch.
pub(super) struct Chunk {
    /// Its rows; `None` when all of them are refused.
    pub(super) batch: Option<RowsBatch>,
    /// Rows that are not written, with the reasons, in order.
    pub(super) refused: Vec<(u64, Error)>,
}

/// Reads, plans and renders a batch.
pub(super) struct Planner<S> {
    source: S,
    rows: RowPlanner,
    /// Rows read so far.
    read: u64,
    /// For each shape what refuses its rows.
    refusals: Vec<Option<Refused>>,
    permit: Permit<WriteRows>,
    request: BatchRequest,
    note: Option<Arc<Note>>,
    engine: Arc<dyn Engine>,
    settings: Settings,
}

impl<S: RowSource> Planner<S> {
    pub(super) fn new(
        source: S,
        permit: Permit<WriteRows>,
        request: &BatchRequest,
        note: Option<Arc<Note>>,
        engine: Arc<dyn Engine>,
        settings: Settings,
    ) -> Self {
        Self {
            source,
            rows: RowPlanner::new(permit.entity(), &request.key, request.keyless),
            read: 0,
            refusals: Vec::new(),
            permit,
            request: request.clone(),
            note,
            engine,
            settings,
        }
    }

    /// Begins with the first row again.
    pub(super) fn rewind(&mut self) -> Result<(), Error> {
        self.read = 0;
        self.source.rewind()
    }

    /// The source, given back.
    pub(super) fn into_source(self) -> S {
        self.source
    }

    /// The next part; `None` when there are no more rows.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, Error> {
        let engine = Arc::clone(&self.engine);
        let settings = self.settings.clone();
        let most = engine.capabilities().chunk_rows;
        let context = context(&settings, engine.capabilities());
        if self.refusals.len() >= CHUNK_SHAPES {
            self.rows.forget_shapes();
            self.refusals.clear();
        }
        let mut planned = Vec::new();
        let mut refused = Vec::new();
        let mut bytes = 0;
        // Nothing is written by way of trial that preconditions are about.
        let guarded = !self.request.dry_run && !guard::preconditions(&self.permit).is_empty();
        let full = |planned: &Vec<_>, refused: &Vec<_>, bytes| {
            planned.len() + refused.len() >= most || (bytes >= CHUNK_BYTES && !guarded)
        };
        while !full(&planned, &refused, bytes) && self.refusals.len() < CHUNK_SHAPES {
            let Some(next) = self.source.next()? else {
                break;
            };
            self.count()?;
            match next {
                Err(unreadable) => refused.push(unreadable),
                Ok(row) => {
                    bytes += row.values.iter().map(size).sum::<usize>();
                    let number = row.number;
                    match self.plan(row, &context) {
                        Ok(row) => planned.push(row),
                        Err(error) => refused.push((number, error)),
                    }
                }
            }
            if guarded && planned.len() + refused.len() > 1 {
                return Err(guard::one_row_only());
            }
        }
        if planned.is_empty() && refused.is_empty() {
            return Ok(None);
        }
        let batch = if planned.is_empty() {
            None
        } else {
            Some(self.render(planned, guarded)?)
        };
        Ok(Some(Chunk { batch, refused }))
    }

    /// Counts a row, which its client must be allowed to touch.
    fn count(&mut self) -> Result<(), Error> {
        self.read += 1;
        let deed = self.permit.client().deed();
        let may = deed.map_or(Ok(()), |deed| deed.check_rows(self.read));
        may.map_err(|allowance| Error::TooManyRows {
            retry_after: allowance.full_after.max(1),
        })
    }

    fn plan(&mut self, row: BatchRow, context: &Context<'_>) -> Result<PlannedRow, Error> {
        let shape = self.rows.shape_of(&row);
        while self.refusals.len() <= shape {
            let next = self.rows.shape(self.refusals.len());
            self.refusals
                .push(policy::check_shape(&self.permit, next).err());
        }
        let planned = self.rows.plan(row, shape, context);
        match (planned, &self.refusals[shape]) {
            (Ok(row), None) => Ok(row),
            (Err(faults), None) => Err(Error::Invalid(faults)),
            (_, Some(Refused::Action(action))) => Err(Error::Forbidden {
                entity: self.permit.entity().name().clone(),
                action: *action,
            }),
            (Ok(_), Some(Refused::Guards(guards))) => Err(Error::Invalid(guards.clone())),
            (Err(faults), Some(Refused::Guards(guards))) => {
                let mut all = faults.into_vec();
                all.extend(guards.all().iter().cloned());
                Err(Faults::new(all).map_or_else(nothing_wrong, Error::Invalid))
            }
        }
    }

    /// Approves and renders rows; what refuses them has been asked for already.
    fn render(&self, mut rows: Vec<PlannedRow>, guarded: bool) -> Result<RowsBatch, Error> {
        let mut shapes = Vec::new();
        let mut places = vec![None; self.refusals.len()];
        for row in &mut rows {
            row.shape = *places[row.shape].get_or_insert_with(|| {
                shapes.push(Arc::clone(self.rows.shape(row.shape)));
                shapes.len() - 1
            });
        }
        let approved = self.approve(shapes, rows)?;
        let guard = match approved.plan().rows.as_slice() {
            [row] if guarded => self.guard(approved.plan(), row)?,
            _ => None,
        };
        let dialect = self.engine.capabilities().dialect;
        let batch = dialect.render_rows(approved, !self.request.dry_run, self.note.as_ref());
        Ok(RowsBatch { guard, ..batch })
    }

    /// The same rows, of which nothing is kept and nothing noted: to find out what the database says of them.
    pub(super) fn trial(&self, batch: RowsBatch) -> Result<RowsBatch, Error> {
        let approved = self.approve(batch.shapes, batch.rows)?;
        let dialect = self.engine.capabilities().dialect;
        Ok(dialect.render_rows(approved, false, None))
    }

    fn approve(
        &self,
        shapes: Vec<Arc<RowShape>>,
        rows: Vec<PlannedRow>,
    ) -> Result<Approved<RowsPlan>, Error> {
        let plan = RowsPlan {
            entity: Arc::clone(self.permit.entity()),
            key: self.request.key.clone(),
            repeated: self.request.repeated,
            report_keys: self.request.report_keys,
            shapes,
            rows,
        };
        policy::approve_rows(&self.permit, plan).map_err(|_| nothing_wrong())
    }
}

impl<S> Planner<S> {
    /// What is looked at right before the only row is written.
    fn guard(&self, plan: &RowsPlan, row: &PlannedRow) -> Result<Option<Box<RowGuard>>, Error> {
        let shape = plan.shapes.get(row.shape).ok_or_else(nothing_wrong)?;
        let (about, tells_missing) = about_row(shape, row);
        let capabilities = self.engine.capabilities();
        guard::guard(&self.permit, || about, tells_missing, capabilities)
    }
}

fn nothing_wrong() -> Error {
    Error::Internal {
        detail: "a row was refused for no reason".to_owned(),
    }
}

/// About how much memory a value takes.
fn size(literal: &Literal) -> usize {
    let text = match literal {
        Literal::Null | Literal::Bool(_) => 0,
        Literal::Number(text) | Literal::Text(text) => text.len(),
    };
    text + size_of::<Literal>()
}
