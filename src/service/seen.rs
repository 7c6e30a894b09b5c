//! What each client sees of the catalog. Laying rights over an entity is done once for a client and a reading of the
//! tables, however many requests go by it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{Client, Service};
use crate::{
    domain::{Entity, Note, Rights, fault::shorten, name::nearest, request::ClauseSource},
    error::Error,
    plan,
    policy::{self, Operation, Permit, Seen},
};

/// Entities kept. When there are more, all are forgotten, and each is looked at once more.
const KEPT: usize = 4096;

/// Rights and an entity, by where they lie: both are kept as long as this is.
type Pair = (usize, usize);

/// What was looked at already.
#[derive(Debug, std::default::Default)]
pub(super) struct Views {
    kept: RwLock<HashMap<Pair, Kept>>,
}

/// Nobody has looked at it.
struct NotYet;

#[derive(Debug)]
struct Kept {
    seen: Option<Seen>,
    /// What the pair's addresses belong to.
    _held: (Arc<Rights>, Arc<Entity>),
}

impl Views {
    /// What the pair came to: nothing, where the rights leave nothing of the entity.
    fn find(&self, pair: Pair) -> Result<Option<Seen>, NotYet> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&pair).map(|kept| kept.seen.clone()).ok_or(NotYet)
    }

    fn keep(&self, pair: Pair, rights: &Arc<Rights>, base: &Arc<Entity>, seen: Option<&Seen>) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        let kept_one = Kept {
            seen: seen.cloned(),
            _held: (Arc::clone(rights), Arc::clone(base)),
        };
        kept.insert(pair, kept_one);
    }
}

impl Service {
    /// An entity as a client sees it; `None` where the client has no right to it.
    pub(super) fn see(&self, client: &Client, base: &Arc<Entity>) -> Option<Seen> {
        let rights = client.rights();
        let pair = (Arc::as_ptr(rights) as usize, Arc::as_ptr(base) as usize);
        if let Ok(seen) = self.views.find(pair) {
            return seen;
        }
        let seen = self.look(rights, base);
        self.views.keep(pair, rights, base, seen.as_ref());
        seen
    }

    fn look(&self, rights: &Rights, base: &Arc<Entity>) -> Option<Seen> {
        let scope = rights.on(base.name());
        let conditions: Vec<&ClauseSource> = scope.rows().collect();
        let rows = match plan::plan_rows_seen(base, &conditions, &self.context()) {
            Ok(rows) => rows,
            // Rather no row than one too many.
            Err(faults) => {
                let entity = base.name().as_str();
                tracing::error!(entity, %faults, "a row filter does not hold; the entity is closed to whoever has it");
                return None;
            }
        };
        policy::see(base, &scope, rows)
    }

    /// An entity as a client sees it.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], also where the client has no right to it.
    pub fn entity_of(&self, client: &Client, name: &str) -> Result<Arc<Entity>, Error> {
        Ok(self.find_seen(client, name)?.into_entity())
    }

    /// The entity that a name means, as a client sees it, or closed to one who has no right to it, or to nobody: for an API
    /// whose contract tells that it exists before it asks who calls. `None` where there is no such entity; the tables
    /// are then read again if that was long ago.
    #[must_use]
    pub fn told_of(&self, client: Option<&Client>, name: &str) -> Option<Arc<Entity>> {
        let catalog = self.catalog();
        let Some(base) = catalog.find(name) else {
            self.served.look_again();
            return None;
        };
        Some(self.seen_or_closed(client, base))
    }

    /// The same of an entity that is known.
    pub(super) fn seen_or_closed(
        &self,
        client: Option<&Client>,
        base: &Arc<Entity>,
    ) -> Arc<Entity> {
        let seen = client.and_then(|client| self.see(client, base));
        seen.map_or_else(|| Arc::new(base.closed()), Seen::into_entity)
    }

    /// Every entity that a client has a right to, as the client sees it.
    #[must_use]
    pub fn entities_of(&self, client: &Client) -> Vec<Arc<Entity>> {
        let catalog = self.catalog();
        let seen = catalog.entities().filter_map(|base| self.see(client, base));
        seen.map(Seen::into_entity).collect()
    }

    pub(super) fn find_seen(&self, client: &Client, name: &str) -> Result<Seen, Error> {
        let catalog = self.catalog();
        let found = catalog.find(name);
        if found.is_none() {
            self.served.look_again();
        }
        let seen = found.and_then(|base| self.see(client, base));
        seen.ok_or_else(|| self.unknown(client, name))
    }

    /// Says that there is no such entity. Only a name that the client may know is suggested.
    fn unknown(&self, client: &Client, wrote: &str) -> Error {
        let seen = self.entities_of(client);
        let near = nearest(wrote, seen.iter().map(|e| e.name().as_str()));
        let suggestion = near.and_then(|near| {
            let found = seen.iter().find(|e| e.name().as_str() == near);
            found.map(|entity| entity.name().clone())
        });
        Error::UnknownEntity {
            wrote: shorten(wrote),
            suggestion,
        }
    }

    /// The permit for the entity as it is by now.
    pub(super) fn grant_again<O: Operation>(
        &self,
        permit: &Permit<O>,
        base: &Arc<Entity>,
    ) -> Result<Permit<O>, Error> {
        let client = permit.client();
        let seen = self.see(client, base);
        let seen = seen.ok_or_else(|| self.unknown(client, base.name().as_str()))?;
        grant(client, &seen)
    }

    /// What is to be noted of a write of a request; `None` where nobody is to know of it.
    pub(super) fn note<O>(permit: &Permit<O>, clause: Option<String>) -> Option<Arc<Note>> {
        let deed = permit.client().deed()?;
        Some(Arc::new(Note {
            deed: Arc::clone(deed),
            step: deed.next_step(),
            entity: Arc::clone(permit.base()),
            clause,
        }))
    }
}

/// Permits an operation on what a client sees.
pub(super) fn grant<O: Operation>(client: &Client, seen: &Seen) -> Result<Permit<O>, Error> {
    policy::authorize(client, seen).map_err(|action| {
        tracing::debug!(client = client.id(), "refused");
        Error::Forbidden {
            entity: seen.entity().name().clone(),
            action,
        }
    })
}
