//! The only orchestrator: it takes a decoded request through plan, policy, render and engine. Every
//! API calls it and nothing below it.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use crate::{
    access::{Access, Client, Token},
    catalog::{Catalog, CatalogError, Serving},
    clause,
    domain::{
        Action, Entity, Rows, SqlType, WriteOutcome,
        request::{AddRequest, GetRequest, UpdateRequest, UpsertRequest},
    },
    engine::{Engine, EngineError},
    error::Error,
};

/// What the configuration says about requests.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The most rows one request may update, 1 to 500.
    pub row_cap: u32,
    /// Bounds on a clause.
    pub clause: clause::Limits,
    /// The longest a request may take.
    pub timeout: Duration,
    /// The zone in which columns without an offset hold times; system dates are filled in it.
    pub time_zone: jiff::tz::TimeZone,
}

/// The engine, what is served from it, and who may ask.
#[derive(Debug)]
pub struct Service {
    engine: Arc<dyn Engine>,
    access: Access,
    serving: Serving,
    settings: Settings,
    catalog: RwLock<Arc<Catalog>>,
}

/// Why a service cannot start, or a reload cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database cannot be read.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The declarations do not hold against it.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Catalog(Vec<CatalogError>),
}

/// A caller's right to act on an entity, given before its body is read.
#[derive(Debug, Clone)]
pub struct Permit {
    entity: Arc<Entity>,
}

impl Permit {
    /// The entity it is for.
    #[must_use]
    pub fn entity(&self) -> &Entity {
        &self.entity
    }
}

/// What a Get found.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// The keys of each row, in order, with the types of their values.
    pub keys: Vec<(String, SqlType)>,
    /// The rows.
    pub rows: Rows,
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
        let catalog = load(engine.as_ref(), &serving).await?;
        Ok(Self {
            engine,
            access,
            serving,
            settings,
            catalog: RwLock::new(catalog),
        })
    }

    /// Exchanges a client's id and secret for a token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::TooManyRequests`].
    pub async fn issue_token(&self, client_id: &str, secret: &str) -> Result<Token, Error> {
        Ok(self.access.issue(client_id, secret).await?)
    }

    /// The client behind a Bearer token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`].
    pub fn authenticate(&self, bearer: Option<&str>) -> Result<Client, Error> {
        todo!("{bearer:?}")
    }

    /// What is served now.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        let held = self.catalog.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets a client act on an entity: every action named must be allowed. (Schema needs none of them
    /// in particular: pass an empty list for "any".)
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::Forbidden`].
    pub fn permit(
        &self,
        client: &Client,
        entity: &str,
        actions: &[Action],
    ) -> Result<Permit, Error> {
        todo!("{client:?} {entity} {actions:?}")
    }

    /// Updates the rows that match, or inserts one when none does.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn upsert(
        &self,
        permit: &Permit,
        request: UpsertRequest,
    ) -> Result<WriteOutcome, Error> {
        todo!("{permit:?} {request:?}")
    }

    /// Updates the rows that match.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn update(
        &self,
        permit: &Permit,
        request: UpdateRequest,
    ) -> Result<WriteOutcome, Error> {
        todo!("{permit:?} {request:?}")
    }

    /// Inserts one row.
    ///
    /// # Errors
    /// [`Error`]; nothing was written then.
    pub async fn add(&self, permit: &Permit, request: AddRequest) -> Result<WriteOutcome, Error> {
        todo!("{permit:?} {request:?}")
    }

    /// Reads rows.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn get(&self, permit: &Permit, request: GetRequest) -> Result<Selection, Error> {
        todo!("{permit:?} {request:?}")
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.engine.ping(self.deadline()).await?)
    }

    /// Finishes what runs and lets go of the database.
    pub async fn close(&self) {
        self.engine.close().await;
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.settings.timeout
    }
}

async fn load(engine: &dyn Engine, serving: &Serving) -> Result<Arc<Catalog>, LoadError> {
    let tables = engine.load_tables().await?;
    let catalog = Catalog::build(&tables, serving).map_err(LoadError::Catalog)?;
    Ok(Arc::new(catalog))
}
