//! The preconditions of a request → what is looked at right before its write, and what is read along with a row so that
//! its tag can be told.

use std::sync::Arc;

use crate::domain::{
    ColumnIndex, Comparison, Entity, Precondition, Predicate, Tree, Value,
    batch::RowAction,
    plan::{About, GuardPlan, InsertPlan, Output, OutputSource, SelectPlan},
    precondition::TagColumns,
    predicate::Test,
    rows::{PlannedRow, RowShape},
};

/// Plans that preconditions are held against the row that a write is about. `versions`: see [`TagColumns::of`].
#[must_use]
pub fn plan_guard(
    entity: &Arc<Entity>,
    about: About,
    preconditions: &[Precondition],
    tells_missing: bool,
    versions: bool,
) -> GuardPlan {
    let compares = preconditions.iter().any(Precondition::compares);
    GuardPlan {
        entity: Arc::clone(entity),
        about,
        preconditions: preconditions.to_vec(),
        tag: compares.then(|| TagColumns::of(entity, versions)),
        tells_missing,
    }
}

/// The row that an insert would make, if it is there already.
#[must_use]
pub fn about_inserted(plan: &InsertPlan) -> About {
    let entity = &plan.entity;
    let value = |column: &ColumnIndex| {
        let set = plan.insert.iter().find(|set| set.column == *column)?;
        Some((*column, set.value.clone()?))
    };
    let key: Option<Vec<_>> = entity.table().row_key().iter().map(value).collect();
    keyed(key.unwrap_or_default())
}

/// The row that a row of a batch is about, and whether writing it says by itself that it is not there.
#[must_use]
pub fn about_row(shape: &RowShape, row: &PlannedRow) -> (About, bool) {
    let sent = shape.key_columns().iter().zip(&row.values);
    let key = sent.filter_map(|(column, value)| Some((*column, value.clone()?)));
    let tells_missing = matches!(shape.action, RowAction::Update | RowAction::Delete);
    (keyed(key.collect()), tells_missing)
}

fn keyed(key: Vec<(ColumnIndex, Value)>) -> About {
    if key.is_empty() {
        About::New
    } else {
        About::Keyed(key)
    }
}

/// Where in a row that is read its tag's columns stand.
#[derive(Debug)]
pub struct TagPlaces {
    /// The columns.
    pub columns: TagColumns,
    /// For each its place.
    pub places: Vec<usize>,
    /// How many cells are the caller's own; those after them were read along.
    pub shown: usize,
}

/// Has what rows' tags are made of read along, where the read is about one row; otherwise tags can be told only of what
/// is read anyway. `None` where they cannot.
pub fn read_tags(plan: &mut SelectPlan, versions: bool) -> Option<TagPlaces> {
    let columns = TagColumns::of(&plan.entity, versions);
    if plan.summarised() || columns.columns().is_empty() {
        return None;
    }
    let shown = plan.outputs.len();
    let along = reads_one_row(plan);
    let mut places = Vec::with_capacity(columns.columns().len());
    for column in columns.columns() {
        let source = OutputSource::Column(*column);
        let known = plan.outputs.iter().position(|out| out.source == source);
        if known.is_none() && !along {
            return None;
        }
        places.push(known.unwrap_or(plan.outputs.len()));
        if known.is_none() {
            let key = String::new();
            plan.outputs.push(Output { key, source });
        }
    }
    Some(TagPlaces {
        columns,
        places,
        shown,
    })
}

/// Whether a read brings one row, or some that are equal but for what a comparison passes over.
fn reads_one_row(plan: &SelectPlan) -> bool {
    let table = plan.entity.table();
    let mut fixed = Vec::new();
    if let Some(predicate) = &plan.predicate {
        collect_fixed(predicate, &mut fixed);
    }
    let covered = |key: &[ColumnIndex]| !key.is_empty() && key.iter().all(|c| fixed.contains(c));
    let unique = || table.unique_keys.iter().filter(|key| !key.filtered);
    let declared = || plan.entity.keys().external_ids().iter();
    plan.length == 1
        || covered(table.row_key())
        || unique().any(|key| covered(&key.columns))
        || declared().any(|key| covered(&key.columns))
}

/// The columns that have one given value in every row that is read.
fn collect_fixed(predicate: &Predicate, fixed: &mut Vec<ColumnIndex>) {
    match predicate {
        Tree::All(branches) => branches.iter().for_each(|b| collect_fixed(b, fixed)),
        Tree::Any(branches) => {
            if let [only] = branches.as_slice() {
                collect_fixed(only, fixed);
            }
        }
        Tree::Leaf(leaf) => {
            if matches!(leaf.test, Test::Compare(Comparison::Equal, _)) {
                fixed.push(leaf.column);
            }
        }
        Tree::Not(_) => {}
    }
}
