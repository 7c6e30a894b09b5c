//! Request + entity → plan. Pure: the clock and new GUIDs come in through [`Context`]. Every fault of a
//! request is collected, not just the first; guards are `policy`'s business, which is why each use of a
//! column is written down.

mod assign;
mod encoding;
mod exact;
mod filter;
mod guard;
mod rows;
mod schema;
mod select;
mod undo;

use std::sync::Arc;

use jiff::civil;
use uuid::Uuid;

pub use guard::{TagPlaces, about_inserted, about_row, plan_guard, read_tags};
pub use rows::RowPlanner;
pub use schema::{Surroundings, plan_alter, plan_create};
pub use undo::{UndoProblem, losses, plan_undo};

use crate::{
    clause::{self, parse_clause},
    domain::{
        ColumnIndex, Entity, Fault, Faults, Guard, Predicate, Tree,
        name::nearest,
        plan::{ColumnUse, Draft, InsertPlan, SelectPlan, UpdatePlan, UpsertPlan, Use},
        request::{AddRequest, ClauseSource, GetRequest, UpdateRequest, UpsertRequest},
    },
};

/// What planning needs besides the request and the entity.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Bounds on a clause.
    pub clause: &'a clause::Limits,
    /// Significant digits of a number with a fraction that the engine stores exactly; `None`: any.
    pub fraction_digits: Option<u32>,
    /// Values that one request may hold in its clause and its tuples together; `None`: any number.
    pub parameters: Option<usize>,
    /// UTF-16 code units of a LIKE pattern, its wildcards escaped; `None`: any number.
    pub pattern_units: Option<usize>,
    /// The current wall clock in the zone of columns without an offset.
    pub now: civil::DateTime,
    /// That zone's distance from UTC now, in minutes.
    pub offset_minutes: i16,
    /// Makes a GUID for a key that the database does not make itself.
    pub new_guid: fn() -> Uuid,
}

/// Plans an upsert.
#[must_use]
pub fn plan_upsert(
    entity: &Arc<Entity>,
    request: &UpsertRequest,
    context: &Context<'_>,
) -> Draft<UpsertPlan> {
    let mut notes = Notes::default();
    let bound = assign::bind_tuples(entity, &request.tuples, context, &mut notes);
    let predicate = required_clause(entity, request.clause.as_ref(), context, &mut notes);
    notes.count(predicate.as_ref(), request.tuples.len(), context);
    let plan = predicate.map(|predicate| UpsertPlan {
        entity: Arc::clone(entity),
        predicate,
        update: bound.assignments.clone(),
        insert: assign::complete_insert(entity, bound, context),
        allow_multi_update: request.allow_multi_update,
    });
    notes.into_draft(plan)
}

/// Plans an update.
#[must_use]
pub fn plan_update(
    entity: &Arc<Entity>,
    request: &UpdateRequest,
    context: &Context<'_>,
) -> Draft<UpdatePlan> {
    let mut notes = Notes::default();
    let update = assign::bind_tuples(entity, &request.tuples, context, &mut notes).assignments;
    let predicate = required_clause(entity, request.clause.as_ref(), context, &mut notes);
    notes.count(predicate.as_ref(), request.tuples.len(), context);
    let plan = predicate.map(|predicate| UpdatePlan {
        entity: Arc::clone(entity),
        predicate,
        update,
    });
    notes.into_draft(plan)
}

/// Plans an insert.
#[must_use]
pub fn plan_insert(
    entity: &Arc<Entity>,
    request: &AddRequest,
    context: &Context<'_>,
) -> Draft<InsertPlan> {
    let mut notes = Notes::default();
    let bound = assign::bind_tuples(entity, &request.tuples, context, &mut notes);
    let plan = match assign::complete_insert(entity, bound, context) {
        Ok(insert) => Some(InsertPlan {
            entity: Arc::clone(entity),
            insert,
        }),
        Err(faults) => {
            notes.faults.extend(faults.into_vec());
            None
        }
    };
    notes.into_draft(plan)
}

/// Plans a read.
#[must_use]
pub fn plan_select(
    entity: &Arc<Entity>,
    request: &GetRequest,
    context: &Context<'_>,
) -> Draft<SelectPlan> {
    let mut notes = Notes::default();
    // A clause that could not be bound must not turn into "all rows".
    let predicate = match &request.clause {
        None => Some(None),
        Some(source) => bound_clause(entity, source, context, &mut notes).map(Some),
    };
    for fault in &mut notes.faults {
        // Here, unlike in a write, leaving the clause out would be allowed.
        if *fault == Fault::NoClause {
            *fault = Fault::EmptyFilter;
        }
    }
    let selection = select::bind_selection(entity, request, &mut notes);
    let plan = predicate
        .zip(selection)
        .map(|(predicate, plan)| SelectPlan { predicate, ..plan });
    notes.into_draft(plan)
}

/// What is noticed on the way to a plan.
#[derive(Debug, Default)]
struct Notes {
    uses: Vec<ColumnUse>,
    faults: Vec<Fault>,
}

impl Notes {
    /// Finds a column and notes its use; notes a fault and gives `None` when there is no such column.
    fn find(&mut self, entity: &Entity, wrote: &str, usage: Use) -> Option<ColumnIndex> {
        let found = entity.table().find(wrote);
        match found {
            Some(index) => self.uses.push((index, usage)),
            None => self.faults.push(unknown_column(entity, wrote, usage)),
        }
        found
    }

    /// Notes a fault when clause and tuples hold more values than one statement can carry.
    fn count(&mut self, predicate: Option<&Predicate>, tuples: usize, context: &Context<'_>) {
        let in_clause: usize = predicate.map_or(0, |predicate| {
            let leaves = predicate.leaves().into_iter();
            leaves.map(|leaf| leaf.test.values()).sum()
        });
        let held = in_clause + tuples;
        if let Some(limit) = context.parameters.filter(|limit| held > *limit) {
            self.faults.push(Fault::Clause {
                code: "clause_too_large",
                message: format!(
                    "Clause and Tuples hold {held} values, more than the {limit} that the database takes at once; \
                     ask in several requests."
                ),
            });
        }
    }

    /// A plan stands only when nothing is wrong.
    fn into_draft<P>(self, plan: Option<P>) -> Draft<P> {
        Draft {
            plan: plan.filter(|_| self.faults.is_empty()),
            uses: self.uses,
            faults: self.faults,
        }
    }
}

fn unknown_column(entity: &Entity, wrote: &str, usage: Use) -> Fault {
    let table = entity.table();
    let usable = table.indices().filter(|i| match usage {
        Use::Write => entity.writable(*i),
        _ => entity.readable(*i),
    });
    let names = usable.map(|i| table.column(i).name.as_str());
    let suggestion = nearest(wrote, names)
        .and_then(|name| table.find(name))
        .map(|i| table.column(i).name.clone());
    Fault::UnknownColumn {
        wrote: wrote.to_owned(),
        entity: entity.name().clone(),
        suggestion,
    }
}

/// The rows that conditions of a client's rights leave of an entity; `None` where there are none. The rights may go by columns
/// that the client itself may not use.
///
/// # Errors
/// What is wrong with them.
pub fn plan_rows_seen(
    base: &Entity,
    conditions: &[&ClauseSource],
    context: &Context<'_>,
) -> Result<Option<Predicate>, Faults> {
    let mut notes = Notes::default();
    let bound: Vec<_> = conditions
        .iter()
        .filter_map(|source| bound_clause(base, source, context, &mut notes))
        .collect();
    let protected = notes.uses.iter().find_map(|(index, usage)| {
        let guard = base
            .guard(*index)
            .filter(|guard| *guard == Guard::Password)?;
        Some(Fault::Protected {
            column: base.table().column(*index).name.clone(),
            guard,
            usage: *usage,
        })
    });
    notes.faults.extend(protected);
    match (Faults::new(notes.faults), bound.len()) {
        (Some(faults), _) => Err(faults),
        (None, 0) => Ok(None),
        (None, 1) => Ok(bound.into_iter().next()),
        (None, _) => Ok(Some(Tree::All(bound))),
    }
}

/// A write's clause: a missing one never means all rows.
fn required_clause(
    entity: &Entity,
    source: Option<&ClauseSource>,
    context: &Context<'_>,
    notes: &mut Notes,
) -> Option<Predicate> {
    let Some(source) = source else {
        notes.faults.push(Fault::NoClause);
        return None;
    };
    bound_clause(entity, source, context, notes)
}

fn bound_clause(
    entity: &Entity,
    source: &ClauseSource,
    context: &Context<'_>,
    notes: &mut Notes,
) -> Option<Predicate> {
    match parse_clause(source, context.clause) {
        Ok(condition) => filter::bind_condition(entity, &condition, context, notes),
        Err(fault) => {
            notes.faults.push(fault);
            None
        }
    }
}
