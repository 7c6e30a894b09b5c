//! Who may make, change and drop tables, and which columns stay as they are whoever asks: those that the configuration
//! protects or names, under any entity of the same table.

use std::sync::Arc;

use super::{Approved, Operation, Permit};
use crate::access::Client;
use crate::domain::{
    Action, ColumnIndex, Entity, Fault, Faults, Guard, Name,
    plan::Draft,
    schema::{AlterPlan, Change, CreatePlan, DropPlan, SchemaFault},
};

/// Change a table's columns and name.
#[derive(Debug, Clone, Copy)]
pub enum Alter {}

/// Drop a table.
#[derive(Debug, Clone, Copy)]
pub enum Drop {}

impl Operation for Alter {
    const ACTIONS: &'static [Action] = &[Action::Alter];
}

impl Operation for Drop {
    const ACTIONS: &'static [Action] = &[Action::Drop];
}

/// Leave to make tables. Only [`authorize_create`] gives it.
#[derive(Debug, Clone)]
pub struct CreatePermit(Client);

impl CreatePermit {
    /// Who has it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.0
    }
}

/// Permits making tables, which is a right of the whole service.
///
/// # Errors
/// Neither the configuration allows it, or the client has not the right.
pub fn authorize_create(client: &Client, allowed: bool) -> Result<CreatePermit, NotAllowed> {
    let allowed = allowed && client.rights().may_create();
    allowed
        .then(|| CreatePermit(client.clone()))
        .ok_or(NotAllowed)
}

/// The configuration does not allow tables to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAllowed;

/// Approves a new table.
///
/// # Errors
/// The draft's faults.
pub fn approve_create(
    _permit: &CreatePermit,
    draft: Draft<CreatePlan>,
) -> Result<Approved<CreatePlan>, Faults> {
    approve(draft.plan, draft.faults)
}

/// Approves changes of a table that these entities serve, the permit's among them.
///
/// # Errors
/// The draft's faults and every column that has to stay as it is.
pub fn approve_alter(
    permit: &Permit<Alter>,
    entities: &[Arc<Entity>],
    draft: Draft<AlterPlan>,
) -> Result<Approved<AlterPlan>, Faults> {
    let own = permit.entity();
    let mut faults = draft.faults;
    let names = draft.plan.iter().flat_map(|plan| &plan.changes);
    for name in names.filter_map(named_anew) {
        let taken = |entity: &Entity| entity.dataset().has_place(name);
        if taken(own) || entities.iter().any(|other| taken(other)) {
            let name = name.clone();
            faults.push(Fault::Schema(SchemaFault::ColumnExists { name }));
        }
    }
    let changes = draft.plan.iter().flat_map(|plan| &plan.changes);
    for (index, kind) in changes.filter_map(touched) {
        let name = &own.table().column(index).name;
        let kept = is_kept(own, index, kind)
            || entities.iter().any(|other| {
                let there = other.table().find(name.as_str());
                there.is_some_and(|there| is_kept(other, there, kind))
            });
        if kept {
            faults.push(Fault::Schema(SchemaFault::Kept {
                column: name.clone(),
            }));
        }
    }
    approve(draft.plan, faults)
}

/// Approves dropping the table of the permit's entity.
#[must_use]
pub fn approve_drop(permit: &Permit<Drop>) -> Approved<DropPlan> {
    drop_plan(permit.entity(), false)
}

/// Approves dropping a table again that was just made, while nothing is in it.
#[must_use]
pub fn approve_undo(_permit: &CreatePermit, entity: &Arc<Entity>) -> Approved<DropPlan> {
    drop_plan(entity, true)
}

fn drop_plan(entity: &Arc<Entity>, only_empty: bool) -> Approved<DropPlan> {
    let plan = DropPlan {
        entity: Arc::clone(entity),
        only_empty,
    };
    Approved { plan, row_cap: 0 }
}

fn approve<P>(plan: Option<P>, faults: Vec<Fault>) -> Result<Approved<P>, Faults> {
    match (Faults::new(faults), plan) {
        (Some(faults), _) => Err(faults),
        (None, Some(plan)) => Ok(Approved { plan, row_cap: 0 }),
        // A draft without plan and without fault cannot come out of `plan`; refuse it all the same.
        (None, None) => Err(Faults::from(Fault::Schema(SchemaFault::NoColumns))),
    }
}

/// What is done to a column that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touch {
    /// It gets another name.
    Name,
    /// It gets another type, or goes.
    Itself,
}

/// The column of the entity that is renamed, altered or dropped.
fn touched(change: &Change) -> Option<(ColumnIndex, Touch)> {
    match change {
        Change::Rename { index, .. } => index.map(|index| (index, Touch::Name)),
        Change::Drop { index, .. } => index.map(|index| (index, Touch::Itself)),
        Change::Alter(altered) => altered.index.map(|index| (index, Touch::Itself)),
        Change::Add(_) | Change::RenameTable { .. } => None,
    }
}

/// The name that a column gets.
fn named_anew(change: &Change) -> Option<&Name> {
    match change {
        Change::Add(column) => Some(&column.name),
        Change::Rename { to, .. } => Some(to),
        Change::Alter(_) | Change::Drop { .. } | Change::RenameTable { .. } => None,
    }
}

/// What is protected by its name must keep it, what is protected at all must stay, and what the configuration names
/// must be there.
fn is_kept(entity: &Entity, index: ColumnIndex, touch: Touch) -> bool {
    let guarded = match entity.nature(index) {
        Some(Guard::Password | Guard::SystemDate | Guard::ReadOnly) => true,
        // Protected by its type.
        Some(Guard::Guid | Guard::Identity | Guard::Computed | Guard::RowVersion) => {
            touch == Touch::Itself
        }
        // What a caller may not see or not write must stay as well: under another name other rights would go by it.
        Some(Guard::WriteOnly | Guard::Hidden) | None => entity.guard(index).is_some(),
    };
    let keys = entity.keys();
    let mut declared = keys.external_ids().iter().chain(keys.row_identifier());
    guarded
        || declared.any(|key| key.columns.contains(&index))
        || entity.dataset().is_of_a_place(index)
}
