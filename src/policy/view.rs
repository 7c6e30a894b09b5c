//! What a client sees of an entity: its rights, laid over the entity. Everything that is decoded, planned and rendered for
//! the client goes by that.

use std::sync::Arc;

use crate::domain::{Action, Actions, Entity, Predicate, rights::Scope};

/// An entity as a client sees it, and as it is. It can be made here alone.
#[derive(Debug, Clone)]
pub struct Seen {
    base: Arc<Entity>,
    entity: Arc<Entity>,
}

/// Lays rights over an entity; `rows` is what they come to for its rows. `None` where the client has no right to it: to
/// that client it does not exist.
#[must_use]
pub fn see(base: &Arc<Entity>, scope: &Scope<'_>, rows: Option<Predicate>) -> Option<Seen> {
    // A change of the table is one of every row.
    let of_all_rows = Actions::of([Action::Alter, Action::Drop]);
    let actions = match &rows {
        Some(_) => scope.actions.without(of_all_rows),
        None => scope.actions,
    };
    let seen = base.seen(actions, |column| scope.column(column), rows);
    (seen.actions() != Actions::NONE).then(|| Seen {
        base: Arc::clone(base),
        entity: Arc::new(seen),
    })
}

impl Seen {
    /// The entity as it is.
    #[must_use]
    pub fn base(&self) -> &Arc<Entity> {
        &self.base
    }

    /// As the client sees it.
    #[must_use]
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// As the client sees it, by itself.
    #[must_use]
    pub fn into_entity(self) -> Arc<Entity> {
        self.entity
    }

    /// All of an entity, as whoever owns the database sees it.
    #[must_use]
    pub fn whole(entity: &Arc<Entity>) -> Self {
        Self {
            base: Arc::clone(entity),
            entity: Arc::clone(entity),
        }
    }
}
