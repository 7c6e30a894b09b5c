//! The catalog that is served, and when the database's tables are read anew for it: when a statement
//! fails because one has changed, and when a request names what is not known. However many requests ask
//! for it, one reads at a time, and none soon after another.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use tokio::{
    runtime::Handle,
    sync::{Mutex, MutexGuard},
    time::{sleep_until, timeout_at},
};

use super::LoadError;
use crate::{
    catalog::{Catalog, CatalogError, Serving},
    domain::{Entity, Fault},
    engine::{Engine, EngineError},
    error::Error,
};

/// The least time between two readings. Who needs one sooner waits.
const PAUSE: Duration = Duration::from_secs(1);
/// How old a reading is before it is doubted because a request names what it does not hold.
const DOUBTED: Duration = Duration::from_secs(5);
/// How long a reading may take that no request waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is served now.
#[derive(Debug)]
pub(super) struct Served {
    engine: Arc<dyn Engine>,
    serving: Serving,
    current: RwLock<Arc<Catalog>>,
    /// Held by whoever reads.
    last: Mutex<Reading>,
}

/// The last reading of the tables.
#[derive(Debug)]
struct Reading {
    /// `None` while the first still counts.
    at: Option<Instant>,
    /// The entities that it left out, and why.
    broken: Vec<CatalogError>,
}

impl Reading {
    fn is_old(&self) -> bool {
        self.at.is_none_or(|at| at.elapsed() >= DOUBTED)
    }
}

impl Served {
    /// Reads the tables for the first time: everything declared must hold.
    pub(super) async fn load(engine: Arc<dyn Engine>, serving: Serving) -> Result<Self, LoadError> {
        let tables = engine.load_tables(Instant::now() + PATIENCE).await?;
        let catalog = Catalog::build(&tables, &serving).map_err(LoadError::Catalog)?;
        Ok(Self {
            engine,
            serving,
            current: RwLock::new(Arc::new(catalog)),
            last: Mutex::new(Reading {
                at: None,
                broken: Vec::new(),
            }),
        })
    }

    /// The catalog as of the last reading.
    pub(super) fn catalog(&self) -> Arc<Catalog> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// An attempt to do something with an entity.
    pub(super) fn trial(&self, entity: &Arc<Entity>, deadline: Instant) -> Trial<'_> {
        Trial {
            served: self,
            entity: Arc::clone(entity),
            confirmed: false,
            deadline,
        }
    }

    /// Has the tables read in the background, for the next request that names what is not known now.
    pub(super) fn look_again(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let served = Arc::clone(self);
        runtime.spawn(async move {
            // Err: somebody reads.
            if let Ok(mut last) = served.last.try_lock()
                && last.is_old()
                && let Err(error) = served.read(&mut last, Instant::now() + PATIENCE).await
            {
                tracing::warn!(%error, "the database's tables cannot be read again");
            }
        });
    }

    /// Reads the tables, after whoever reads them just now.
    pub(super) async fn reload(&self) {
        let mut last = self.last.lock().await;
        if let Err(error) = self.read(&mut last, Instant::now() + PATIENCE).await {
            tracing::warn!(%error, "the database's tables cannot be read again");
        }
    }

    /// Reads the tables now, after a change of them or before one.
    ///
    /// # Errors
    /// They cannot be read before the deadline.
    pub(super) async fn refresh(&self, deadline: Instant) -> Result<Arc<Catalog>, Error> {
        let mut last = self.turn(deadline).await?;
        self.read(&mut last, deadline).await?;
        drop(last);
        Ok(self.catalog())
    }

    /// What the configuration says of what is served.
    pub(super) fn serving(&self) -> &Serving {
        &self.serving
    }

    /// The entity as of a reading later than the one it is from.
    async fn reread(&self, entity: &Arc<Entity>, deadline: Instant) -> Result<Arc<Entity>, Error> {
        let mut last = self.turn(deadline).await?;
        if self.holds(entity) {
            if let Some(at) = last.at {
                timeout_at(deadline.into(), sleep_until((at + PAUSE).into()))
                    .await
                    .map_err(|_| EngineError::Timeout)?;
            }
            self.read(&mut last, deadline).await?;
        }
        drop(last);
        let found = self.catalog().find(entity.name().as_str()).cloned();
        found.ok_or_else(|| Error::UnknownEntity {
            wrote: entity.name().as_str().to_owned(),
            suggestion: None,
        })
    }

    /// The entity where it is another one by now; the tables are read if that was long ago.
    pub(super) async fn doubt(
        &self,
        entity: &Arc<Entity>,
        deadline: Instant,
    ) -> Result<Option<Arc<Entity>>, Error> {
        let mut last = self.turn(deadline).await?;
        if self.holds(entity) && last.is_old() {
            self.read(&mut last, deadline).await?;
        }
        drop(last);
        let found = self.catalog().find(entity.name().as_str()).cloned();
        Ok(found.filter(|found| found != entity))
    }

    async fn turn(&self, deadline: Instant) -> Result<MutexGuard<'_, Reading>, Error> {
        let turn = timeout_at(deadline.into(), self.last.lock()).await;
        turn.map_err(|_| Error::Engine(EngineError::Timeout))
    }

    /// Whether nobody has read the tables since the entity was found.
    fn holds(&self, entity: &Arc<Entity>) -> bool {
        let catalog = self.catalog();
        let found = catalog.find(entity.name().as_str());
        found.is_some_and(|found| Arc::ptr_eq(found, entity))
    }

    /// Reads the tables. What does not hold any more is served no longer; the rest is.
    async fn read(&self, last: &mut Reading, deadline: Instant) -> Result<(), EngineError> {
        tracing::debug!("reading the database's tables again");
        // A failure too is followed by a pause.
        last.at = Some(Instant::now());
        let tables = self.engine.load_tables(deadline).await?;
        let (fresh, broken) = Catalog::build_what_holds(&tables, &self.serving);
        for error in broken.iter().filter(|error| !last.broken.contains(error)) {
            tracing::error!(%error, "a declaration does not hold any more; its entity is not served until it does");
        }
        last.broken = broken;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }
}

/// An attempt to do something with an entity, made again when the tables have changed meanwhile.
#[derive(Debug)]
pub(super) struct Trial<'s> {
    served: &'s Served,
    entity: Arc<Entity>,
    /// A reading has just shown the entity as it is: trying again on the same changes nothing.
    confirmed: bool,
    deadline: Instant,
}

impl Trial<'_> {
    /// The entity, as far as it is known.
    pub(super) fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// Whether to try again, the entity being another one by now. A statement that fails for want of a
    /// table or column though the entity is as it was read is not the catalog's fault: that stands.
    ///
    /// # Errors
    /// The entity is gone, or cannot be read before the deadline.
    pub(super) async fn again(&mut self, error: Option<&Error>) -> Result<bool, Error> {
        match error {
            Some(Error::Engine(EngineError::Stale { .. })) if !self.confirmed => {
                let fresh = self.served.reread(&self.entity, self.deadline).await?;
                self.confirmed = fresh == self.entity;
                self.entity = fresh;
                Ok(true)
            }
            Some(Error::Invalid(faults)) => {
                let unknown = |fault: &Fault| matches!(fault, Fault::UnknownColumn { .. });
                if !faults.all().iter().any(unknown) {
                    return Ok(false);
                }
                let other = self.served.doubt(&self.entity, self.deadline).await?;
                let changed = other.is_some();
                self.entity = other.unwrap_or_else(|| Arc::clone(&self.entity));
                Ok(changed)
            }
            _ => Ok(false),
        }
    }
}
