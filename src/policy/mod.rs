//! What may be done. `authorize` says whether a caller may act on an entity at all; `approve` says
//! whether a plan keeps to the guards. Nothing can be rendered that `approve` has not passed.

use crate::domain::{
    Action, Entity, Fault, Faults, Guard,
    plan::{ColumnUse, Draft, Plan, Use},
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

    /// The most rows that it may change.
    #[must_use]
    pub fn row_cap(&self) -> u32 {
        self.row_cap
    }
}

/// Whether an entity allows an action.
#[must_use]
pub fn authorize(entity: &Entity, action: Action) -> bool {
    entity.actions().allow(action)
}

/// Approves a plan, or names everything that is wrong with it.
///
/// # Errors
/// The draft's own faults and every broken guard.
pub fn approve<P: Plan>(
    entity: &Entity,
    draft: Draft<P>,
    row_cap: u32,
) -> Result<Approved<P>, Faults> {
    let Draft {
        plan,
        mut uses,
        mut faults,
    } = draft;
    // The plan's own uses are what counts; the draft's only let a faulty request hear everything.
    uses.extend(plan.iter().flat_map(Plan::uses));
    uses.sort_unstable();
    uses.dedup();
    faults.extend(uses.into_iter().filter_map(|u| check_use(entity, u)));
    match (Faults::new(faults), plan) {
        (Some(faults), _) => Err(faults),
        (None, Some(plan)) => Ok(Approved { plan, row_cap }),
        // A draft without plan and without fault cannot come out of `plan`; refuse it all the same.
        (None, None) => Err(Faults::from(Fault::NoTuples)),
    }
}

fn check_use(entity: &Entity, (index, usage): ColumnUse) -> Option<Fault> {
    let guard = entity.guard(index)?;
    let forbidden = guard == Guard::Password || usage == Use::Write;
    forbidden.then(|| Fault::Protected {
        column: entity.table().column(index).name.clone(),
        guard,
        usage,
    })
}
