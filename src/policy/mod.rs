//! What may be done. [`authorize`] says whether an operation may touch an entity at all, before a body
//! is read; [`approve`] whether a plan keeps to the guards. Both answer with a type that only this
//! module can make: without a [`Permit`] nothing is planned for, without [`Approved`] nothing is rendered.

mod permit;
mod schema;
mod undo;
mod view;

use crate::domain::{
    Action, Entity, Fault, Faults, Guard,
    batch::RowAction,
    plan::{ColumnUse, Draft, GuardPlan, MatchRule, Plan, UpdatePlan, UpsertPlan, Use},
    rows::{RowShape, RowsPlan},
};

pub use permit::{
    Describe, Insert, Operation, Permit, Planned, Read, Update, Upsert, WriteRows, authorize,
    authorize_rows,
};
pub use undo::{UndoBan, approve_undoing, depends_on_columns};
pub use view::{Seen, see};

pub use schema::{
    Alter, CreatePermit, Drop, NotAllowed, approve_alter, approve_create, approve_drop,
    approve_undo, authorize_create,
};

/// A plan that keeps every rule. It can be made here alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved<P> {
    plan: P,
    row_cap: u32,
}

impl<P> Approved<P> {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &P {
        &self.plan
    }

    /// The plan, given away and approved no longer.
    #[must_use]
    pub fn into_plan(self) -> P {
        self.plan
    }
}

impl Approved<UpsertPlan> {
    /// How many rows it may update.
    #[must_use]
    pub fn rule(&self) -> MatchRule {
        MatchRule {
            allowed: if self.plan.allow_multi_update {
                self.row_cap
            } else {
                1
            },
            cap: self.row_cap,
        }
    }
}

impl Approved<UpdatePlan> {
    /// How many rows it may update.
    #[must_use]
    pub fn rule(&self) -> MatchRule {
        MatchRule {
            allowed: self.row_cap,
            cap: self.row_cap,
        }
    }
}

/// Approves a plan, or names everything that is wrong with it. `row_cap` is the most rows that it may
/// change.
///
/// # Errors
/// The draft's own faults and every broken guard.
pub fn approve<O: Planned>(
    permit: &Permit<O>,
    draft: Draft<O::Plan>,
    row_cap: u32,
) -> Result<Approved<O::Plan>, Faults> {
    let Draft {
        plan,
        mut uses,
        mut faults,
    } = draft;
    // The plan's own uses are what counts; the draft's only let a faulty request hear everything.
    uses.extend(plan.iter().flat_map(Plan::uses));
    uses.sort_unstable();
    uses.dedup();
    let entity = permit.entity();
    faults.extend(uses.into_iter().filter_map(|u| check_use(entity, u)));
    match (Faults::new(faults), plan) {
        (Some(faults), _) => Err(faults),
        (None, Some(plan)) => Ok(Approved { plan, row_cap }),
        // A draft without plan and without fault cannot come out of `plan`; refuse it all the same.
        (None, None) => Err(Faults::from(Fault::NoTuples)),
    }
}

/// What of a shape breaks the entity's guards or actions: the same for every row that has it.
///
/// # Errors
/// Every broken guard, or the action that is not allowed.
pub fn check_shape(permit: &Permit<WriteRows>, shape: &RowShape) -> Result<(), Refused> {
    let entity = permit.entity();
    let allowed = entity.actions();
    let needed = actions_of(shape.action).iter();
    if let Some(action) = needed.copied().find(|action| !allowed.allow(*action)) {
        return Err(Refused::Action(action));
    }
    let mut uses: Vec<ColumnUse> = shape.uses().collect();
    uses.sort_unstable();
    uses.dedup();
    let faults = uses.into_iter().filter_map(|u| check_use(entity, u));
    match Faults::new(faults.collect()) {
        Some(faults) => Err(Refused::Guards(faults)),
        None => Ok(()),
    }
}

/// Why rows of a shape are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The entity does not allow the action.
    Action(Action),
    /// Guards are broken.
    Guards(Faults),
}

/// What a row's action needs of its entity.
#[must_use]
pub fn actions_of(action: RowAction) -> &'static [Action] {
    match action {
        RowAction::Upsert | RowAction::Replace => &[Action::Add, Action::Edit],
        RowAction::Insert | RowAction::InsertIgnore => &[Action::Add],
        RowAction::Update => &[Action::Edit],
        RowAction::Delete => &[Action::Delete],
    }
}

/// Approves a part of a batch.
///
/// # Errors
/// What is wrong with the first shape of which something is.
pub fn approve_rows(
    permit: &Permit<WriteRows>,
    plan: RowsPlan,
) -> Result<Approved<RowsPlan>, Refused> {
    for shape in &plan.shapes {
        check_shape(permit, shape)?;
    }
    Ok(Approved { plan, row_cap: 1 })
}

/// Approves that preconditions are held against a row, for a write that is approved itself.
///
/// # Errors
/// The action that the entity does not allow: who may not read a row must not find out by trying what it holds.
pub fn approve_guard<O>(
    permit: &Permit<O>,
    plan: GuardPlan,
) -> Result<Approved<GuardPlan>, Action> {
    if plan.tag.is_some() && !permit.entity().actions().allow(Action::View) {
        return Err(Action::View);
    }
    Ok(Approved { plan, row_cap: 1 })
}

fn check_use(entity: &Entity, (index, usage): ColumnUse) -> Option<Fault> {
    let guard = entity.guard(index)?;
    let name = &entity.table().column(index).name;
    let forbidden = match guard {
        Guard::Hidden => {
            return Some(Fault::UnknownColumn {
                wrote: name.as_str().to_owned(),
                entity: entity.name().clone(),
                suggestion: None,
            });
        }
        Guard::Password => true,
        Guard::WriteOnly => usage != Use::Write,
        _ => usage == Use::Write,
    };
    forbidden.then(|| Fault::Protected {
        column: name.clone(),
        guard,
        usage,
    })
}
