//! Permits: an operation may touch an entity. The operation is part of the type, so that a permit to
//! read cannot be used to write.

use std::{marker::PhantomData, sync::Arc};

use super::Seen;
use crate::access::Client;
use crate::domain::{
    Action, Actions, Entity,
    plan::{InsertPlan, Plan, SelectPlan, UpdatePlan, UpsertPlan},
};

/// Something that can be done with an entity, and what the entity must allow for it.
pub trait Operation {
    /// The actions needed: all of them.
    const ACTIONS: &'static [Action];
}

/// An operation that is planned and then run.
pub trait Planned: Operation {
    /// Its plan.
    type Plan: Plan;
}

/// Update what matches, else insert.
#[derive(Debug, Clone, Copy)]
pub enum Upsert {}

/// Update what matches.
#[derive(Debug, Clone, Copy)]
pub enum Update {}

/// Insert a row.
#[derive(Debug, Clone, Copy)]
pub enum Insert {}

/// Read rows.
#[derive(Debug, Clone, Copy)]
pub enum Read {}

/// Name the columns. Whoever may do anything with an entity has to know them.
#[derive(Debug, Clone, Copy)]
pub enum Describe {}

/// Write the rows of a batch, each as its own action wants. Which actions these may be is asked of each row.
#[derive(Debug, Clone, Copy)]
pub enum WriteRows {}

impl Operation for WriteRows {
    const ACTIONS: &'static [Action] = &[];
}

impl Operation for Upsert {
    const ACTIONS: &'static [Action] = &[Action::Add, Action::Edit];
}

impl Operation for Update {
    const ACTIONS: &'static [Action] = &[Action::Edit];
}

impl Operation for Insert {
    const ACTIONS: &'static [Action] = &[Action::Add];
}

impl Operation for Read {
    const ACTIONS: &'static [Action] = &[Action::View];
}

impl Operation for Describe {
    const ACTIONS: &'static [Action] = &[];
}

impl Planned for Upsert {
    type Plan = UpsertPlan;
}

impl Planned for Update {
    type Plan = UpdatePlan;
}

impl Planned for Insert {
    type Plan = InsertPlan;
}

impl Planned for Read {
    type Plan = SelectPlan;
}

/// Leave to do one operation with one entity. Only [`authorize`] gives it.
#[derive(Debug, Clone)]
pub struct Permit<O> {
    entity: Arc<Entity>,
    base: Arc<Entity>,
    client: Client,
    operation: PhantomData<fn() -> O>,
}

impl<O> Permit<O> {
    /// The entity it is for, as the client may use it.
    #[must_use]
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// The same whoever asks.
    #[must_use]
    pub fn base(&self) -> &Arc<Entity> {
        &self.base
    }

    /// Who has it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// Permits an operation on an entity.
///
/// # Errors
/// The action that the entity does not allow.
pub fn authorize<O: Operation>(client: &Client, seen: &Seen) -> Result<Permit<O>, Action> {
    let (base, entity) = (seen.base(), seen.entity());
    let allowed = entity.actions();
    if let Some(refused) = O::ACTIONS.iter().find(|action| !allowed.allow(**action)) {
        return Err(*refused);
    }
    // An entity that allows nothing shows nothing either.
    if allowed == Actions::NONE {
        return Err(Action::View);
    }
    Ok(Permit {
        entity: Arc::clone(entity),
        base: Arc::clone(base),
        client: client.clone(),
        operation: PhantomData,
    })
}

/// Permits a batch whose rows need these actions.
///
/// # Errors
/// The first action that the entity does not allow.
pub fn authorize_rows(
    client: &Client,
    seen: &Seen,
    actions: &[Action],
) -> Result<Permit<WriteRows>, Action> {
    let allowed = seen.entity().actions();
    match actions.iter().find(|action| !allowed.allow(**action)) {
        Some(refused) => Err(*refused),
        None => authorize(client, seen),
    }
}
