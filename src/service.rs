//! The only orchestrator: it takes a decoded request through plan, policy, render and engine. Every
//! API calls it and nothing below it.

mod batch;
mod discreet;
mod entry;
mod grants;
mod guard;
mod journal;
mod once;
mod schema;
mod seen;
mod served;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use tracing::Instrument as _;

use crate::{
    access::Access,
    catalog::{Catalog, CatalogError, Serving},
    clause,
    domain::{
        Entity, Faults, Note, Rows, SqlType, WriteOutcome,
        plan::{About, Draft, Output, OutputSource, SelectPlan},
        request::{AddRequest, ClauseSource, GetRequest, UpdateRequest, UpsertRequest},
    },
    engine::{Capabilities, Engine, EngineError},
    error::Error,
    plan::{self, Context},
    policy::{self, Approved, Planned},
    render::{Dialect, RowGuard, WriteBatch},
};
use journal::Errors;
use seen::{Views, grant};
use served::Served;

pub use crate::access::Client;
pub use crate::policy::{
    Alter, CreatePermit, Describe, Drop, Insert, Operation, Permit, Read, Update, Upsert, WriteRows,
};
pub use batch::{Batch, RowSink, RowSource, SourceRow};
pub use grants::{GrantReport, Granted, hold_grants};
pub use journal::{LogPage, LogRequest, LogStep, Outlook, Undoing};
pub use once::{Begun, Changed, Turn};

/// What the configuration says about requests.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The most rows one request may update, 1 to 500.
    pub row_cap: u32,
    /// Bounds on a clause.
    pub clause: clause::Limits,
    /// The longest a request may take.
    pub timeout: Duration,
    /// The longest a batch of rows may take.
    pub batch_timeout: Duration,
    /// The zone in which columns without an offset hold times; system dates are filled in it.
    pub time_zone: jiff::tz::TimeZone,
    /// How long the journal keeps what was done.
    pub keep: Duration,
    /// How long it is kept what became of requests that are not to act twice; `None`: there are none.
    pub keep_requests: Option<Duration>,
}

/// The engine, what is served from it, and who may ask.
#[derive(Debug)]
pub struct Service {
    engine: Arc<dyn Engine>,
    access: Access,
    settings: Settings,
    served: Arc<Served>,
    views: Views,
    /// Whether clients and withdrawn tokens are looked for in the database.
    stored_clients: AtomicBool,
    errors: Errors,
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The declarations do not hold against it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Catalog(Vec<CatalogError>),
}

/// A write ready to run, and why its insert is impossible if it is.
type Prepared = (WriteBatch, Option<Faults>);

/// What a write is rendered with.
#[derive(Clone, Copy)]
struct Rendering<'r> {
    dialect: &'r dyn Dialect,
    note: Option<&'r Note>,
}

/// What a Get found.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The keys of each row, in order, with the types of their values.
    pub keys: Vec<(String, SqlType)>,
    /// The rows.
    pub rows: Rows,
    /// The tag of each row; empty where tags were not asked for or cannot be told.
    pub tags: Vec<String>,
}

impl Service {
    /// Reads the database's tables and holds the declarations against them.
    ///
    /// # Errors
    /// [`LoadError`].
    pub async fn start(
        engine: Arc<dyn Engine>,
        access: Access,
        serving: Serving,
        settings: Settings,
    ) -> Result<Self, LoadError> {
        let journals = serving.journals();
        let served = Served::load(Arc::clone(&engine), serving).await?;
        Ok(Self {
            errors: Errors::start(&engine, journals),
            engine,
            access,
            settings,
            served: Arc::new(served),
            views: Views::default(),
            stored_clients: AtomicBool::new(false),
        })
    }

    /// What is served now.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.served.catalog()
    }

    /// The zone whose wall clock columns without an offset hold.
    #[must_use]
    pub fn time_zone(&self) -> &jiff::tz::TimeZone {
        &self.settings.time_zone
    }

    /// Lets a client do an operation with an entity.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Forbidden`].
    pub fn permit<O: Operation>(&self, client: &Client, entity: &str) -> Result<Permit<O>, Error> {
        grant(client, &self.find_seen(client, entity)?)
    }

    /// What a client sees of the entity as it is by now, where it is another one: for a request that names what it does not
    /// have. The tables are read again if that was long ago.
    ///
    /// # Errors
    /// The tables cannot be read, or the entity is gone.
    pub async fn changed(
        &self,
        client: &Client,
        entity: &Arc<Entity>,
    ) -> Result<Option<Arc<Entity>>, Error> {
        let seen = self.find_seen(client, entity.name().as_str())?;
        if seen.entity() != entity {
            return Ok(Some(seen.into_entity()));
        }
        let fresh = self.served.doubt(seen.base(), self.deadline()).await?;
        let seen = fresh.and_then(|fresh| self.see(client, &fresh));
        Ok(seen.map(policy::Seen::into_entity))
    }

    /// The permit for the entity as it is by now, for a request that names what is not known of it: the tables are
    /// read again if that was long ago.
    ///
    /// # Errors
    /// The tables cannot be read in time, or the entity does not allow the operation any more.
    pub async fn look_again<O: Operation>(&self, permit: Permit<O>) -> Result<Permit<O>, Error> {
        match self.served.doubt(permit.base(), self.deadline()).await? {
            Some(fresh) => self.grant_again(&permit, &fresh),
            None => Ok(permit),
        }
    }

    /// Updates the rows that match, or inserts one when none does.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn upsert(
        &self,
        permit: &Permit<Upsert>,
        request: UpsertRequest,
    ) -> Result<WriteOutcome, Error> {
        let clause = request.clause.as_ref().map(ClauseSource::text);
        self.write(permit, clause, |permit, context, rendering| {
            let draft = stage("plan", || {
                plan::plan_upsert(permit.entity(), &request, context)
            });
            let plan = self.approve(permit, draft)?;
            let impossible = plan.plan().insert.as_ref().err().cloned();
            let guard = self.guard(permit, || About::Meeting(plan.plan().predicate.clone()))?;
            let batch = stage("render", || {
                rendering.dialect.render_upsert(&plan, rendering.note)
            });
            Ok((batch.guarded(guard), impossible))
        })
        .await
    }

    /// Updates the rows that match.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn update(
        &self,
        permit: &Permit<Update>,
        request: UpdateRequest,
    ) -> Result<WriteOutcome, Error> {
        let clause = request.clause.as_ref().map(ClauseSource::text);
        self.write(permit, clause, |permit, context, rendering| {
            let draft = stage("plan", || {
                plan::plan_update(permit.entity(), &request, context)
            });
            let plan = self.approve(permit, draft)?;
            let guard = self.guard(permit, || About::Meeting(plan.plan().predicate.clone()))?;
            let batch = stage("render", || {
                rendering.dialect.render_update(&plan, rendering.note)
            });
            Ok((batch.guarded(guard), None))
        })
        .await
    }

    /// Inserts one row.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn add(
        &self,
        permit: &Permit<Insert>,
        request: AddRequest,
    ) -> Result<WriteOutcome, Error> {
        self.write(permit, None, |permit, context, rendering| {
            let draft = stage("plan", || {
                plan::plan_insert(permit.entity(), &request, context)
            });
            let plan = self.approve(permit, draft)?;
            let guard = self.guard(permit, || plan::about_inserted(plan.plan()))?;
            let batch = stage("render", || {
                rendering.dialect.render_insert(&plan, rendering.note)
            });
            Ok((batch.guarded(guard), None))
        })
        .await
    }

    /// Reads rows.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn get(
        &self,
        permit: &Permit<Read>,
        request: GetRequest,
    ) -> Result<Selection, Error> {
        self.read(permit, request, false).await
    }

    /// Reads rows, and tells their tags where the read is about one row or brings all of its rows' columns.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn get_tagged(
        &self,
        permit: &Permit<Read>,
        request: GetRequest,
    ) -> Result<Selection, Error> {
        self.read(permit, request, true).await
    }

    async fn read(
        &self,
        permit: &Permit<Read>,
        request: GetRequest,
        tagged: bool,
    ) -> Result<Selection, Error> {
        let deadline = self.deadline();
        let run = async |permit: &Permit<Read>| {
            let Capabilities {
                dialect,
                row_versions,
                ..
            } = self.engine.capabilities();
            let mut draft = stage("plan", || {
                plan::plan_select(permit.entity(), &request, &self.context())
            });
            let planned = draft.plan.as_mut().filter(|_| tagged);
            let tags = planned.and_then(|plan| plan::read_tags(plan, row_versions));
            let plan = self.approve(permit, draft)?;
            let query = stage("render", || dialect.render_select(&plan));
            let running = self.engine.query(query, deadline);
            let rows = running.instrument(stage_span("engine")).await?;
            count_rows(permit, rows.0.len() as u64);
            let mut selection = Selection {
                keys: output_keys(plan.plan()),
                rows,
                tags: Vec::new(),
            };
            if let Some(tags) = &tags {
                guard::untag(&mut selection, tags);
            }
            Ok(selection)
        };
        let mut trial = self.served.trial(permit.base(), deadline);
        loop {
            let result = run(&self.grant_again(permit, trial.entity())?).await;
            if !trial.again(result.as_ref().err()).await? {
                return result.map_err(|error| Self::told(permit, error));
            }
        }
    }

    /// An error as whoever has the permit may have it.
    fn told<O>(permit: &Permit<O>, error: Error) -> Error {
        Self::discretion(permit.client(), permit.entity()).told(error)
    }

    /// Plans, renders and runs a write; once more on a fresh catalog when the tables have changed.
    async fn write<O: Planned>(
        &self,
        permit: &Permit<O>,
        clause: Option<String>,
        prepare: impl Fn(&Permit<O>, &Context<'_>, Rendering<'_>) -> Result<Prepared, Error>
        + Send
        + Sync,
    ) -> Result<WriteOutcome, Error> {
        let deadline = self.deadline();
        let note = Self::note(permit, clause);
        if let Some(done) = note.as_deref().and_then(once::written) {
            return done;
        }
        let run = async |permit: &Permit<O>| {
            let note = note.as_ref().map(|note| note.now(permit.base()));
            let rendering = Rendering {
                dialect: self.engine.capabilities().dialect,
                note: note.as_deref(),
            };
            let (batch, impossible) = prepare(permit, &self.context(), rendering)?;
            let rule = batch.rule();
            let running = self.engine.write(batch, note, deadline);
            let outcome = running.instrument(stage_span("engine")).await?;
            count_rows(permit, outcome.rows());
            match (outcome, impossible, rule) {
                (WriteOutcome::TooMany { matched }, _, Some(rule)) => Err(Error::TooManyMatches {
                    matched,
                    cap: rule.cap,
                }),
                (WriteOutcome::NoMatch, Some(faults), _) => Err(Error::Invalid(faults)),
                (outcome, _, _) => Ok(outcome),
            }
        };
        let mut trial = self.served.trial(permit.base(), deadline);
        loop {
            let result = run(&self.grant_again(permit, trial.entity())?).await;
            if !trial.again(result.as_ref().err()).await? {
                return result.map_err(|error| Self::told(permit, error));
            }
        }
    }

    fn approve<O: Planned>(
        &self,
        permit: &Permit<O>,
        draft: Draft<O::Plan>,
    ) -> Result<Approved<O::Plan>, Faults> {
        stage("approve", || {
            policy::approve(permit, draft, self.settings.row_cap)
        })
    }

    fn guard<O: Operation>(
        &self,
        permit: &Permit<O>,
        about: impl FnOnce() -> About,
    ) -> Result<Option<Box<RowGuard>>, Error> {
        guard::guard(permit, about, false, self.engine.capabilities())
    }

    fn context(&self) -> Context<'_> {
        context(&self.settings, self.engine.capabilities())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn ready(&self) -> Result<(), Error> {
        // Whatever is wrong, the answer to "is it ready" is no, and that is not a defect.
        let unavailable = |error: EngineError| match error {
            EngineError::Unavailable { .. } => error,
            other => EngineError::Unavailable {
                detail: other.to_string(),
            },
        };
        Ok(self
            .engine
            .ping(self.deadline())
            .await
            .map_err(unavailable)?)
    }

    /// Reads the database's tables again. What cannot be read stays as it was.
    pub async fn reload(&self) {
        self.served.reload().await;
    }

    /// Finishes what runs and lets go of the database.
    pub async fn close(&self) {
        self.errors.close().await;
        self.engine.close().await;
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.settings.timeout
    }
}

/// Counts rows that a request has touched.
fn count_rows<O>(permit: &Permit<O>, rows: u64) {
    if let Some(deed) = permit.client().deed() {
        deed.count_rows(rows);
    }
}

/// What planning needs to know now.
fn context<'s>(settings: &'s Settings, capabilities: Capabilities<'_>) -> Context<'s> {
    let now = jiff::Timestamp::now().to_zoned(settings.time_zone.clone());
    Context {
        clause: &settings.clause,
        fraction_digits: capabilities.fraction_digits,
        parameters: capabilities.parameters,
        pattern_units: capabilities.pattern_units,
        now: now.datetime(),
        // Offsets of time zones are whole minutes since 1972.
        offset_minutes: i16::try_from(now.offset().seconds() / 60).unwrap_or(0),
        new_guid: uuid::Uuid::new_v4,
    }
}

/// Runs a pure stage of a request under a span of its own.
fn stage<T>(name: &'static str, run: impl FnOnce() -> T) -> T {
    stage_span(name).in_scope(run)
}

fn stage_span(name: &'static str) -> tracing::Span {
    tracing::debug_span!("stage", name)
}

fn output_keys(plan: &SelectPlan) -> Vec<(String, SqlType)> {
    let table = plan.entity.table();
    let key = |output: &Output| {
        let ty = match output.source {
            OutputSource::Column(index) => table.column(index).ty.clone(),
            OutputSource::Count => SqlType::BigInt,
        };
        (output.key.clone(), ty)
    };
    plan.outputs.iter().map(key).collect()
}
