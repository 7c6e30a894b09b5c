//! Examples of the ContractInsight API's bodies, made for the entities that are served.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    domain::{Entity, Guard},
    wire::openapi::sample::{self, Sample, Target},
};

/// The entity that the vendor's own examples use.
pub const VENDOR_ENTITY: &str = "tblCustomers";

/// What an example row of Upsert and Update is found by.
const UPSERTED: &str = "Example of Upsert";
/// What the example rows of UpsertMany are found by.
const MANY_FIRST: &str = "Example of UpsertMany 1";
const MANY_SECOND: &str = "Example of UpsertMany 2";
/// What an example row of Add is found by: another one, so that Upsert never finds two.
const ADDED: &str = "Example of Add";

/// The entity that the examples write to.
#[must_use]
pub fn target(entities: &[Arc<Entity>]) -> Option<Target<'_>> {
    sample::target(entities, VENDOR_ENTITY)
}

/// An Upsert that inserts the first time and updates that row from then on.
#[must_use]
pub fn upsert(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = target(entities)?;
    Some(example(
        target.entity,
        Some(json!({
            "Tuples": tuples(&target, UPSERTED),
            "Clause": equal(target.key, UPSERTED),
            "AllowMultiUpdate": false,
        })),
    ))
}

/// An Update of the row that Upsert's example makes; without that row it updates none.
#[must_use]
pub fn update(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = target(entities)?;
    let (name, value) = target
        .values
        .last()
        .cloned()
        .unwrap_or((target.key, json!(UPSERTED)));
    Some(example(
        target.entity,
        Some(json!({
            "Tuples": [{"Name": name, "Value": value}],
            "Clause": equal(target.key, UPSERTED),
        })),
    ))
}

/// An UpsertMany of two rows. Where no key of theirs is unique, each time it adds two.
#[must_use]
pub fn upsert_many(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = target(entities)?;
    let body = many(&target, [MANY_FIRST, MANY_SECOND])?;
    Some(example(target.entity, Some(body)))
}

/// The rows of these names; `None` where they could meet one that is not theirs.
#[must_use]
pub fn many(target: &Target<'_>, names: [&str; 2]) -> Option<Value> {
    let rows = names.map(|name| {
        let rest = target.values.iter().cloned();
        let cells = std::iter::once((target.key, json!(name))).chain(rest);
        cells
            .map(|(column, value)| (column.to_owned(), value))
            .collect::<Map<_, _>>()
    });
    if !target.key_repeats {
        return Some(json!({"Key": target.key, "Rows": rows}));
    }
    let key = target.entity.declared_key()?;
    let made = |index: &_| {
        let guard = target.entity.guard(*index);
        matches!(guard, Some(Guard::Identity | Guard::Guid))
    };
    key.columns
        .iter()
        .all(made)
        .then(|| json!({ "Rows": rows }))
}

/// An Add.
#[must_use]
pub fn add(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = target(entities)?;
    Some(example(
        target.entity,
        Some(json!({ "Tuples": tuples(&target, ADDED) })),
    ))
}

/// A Get of five rows.
#[must_use]
pub fn get(entities: &[Arc<Entity>]) -> Option<Sample> {
    let entity = preferred(entities, |entity| entity.actions().view)?;
    Some(example(entity, Some(json!({ "Length": 5 }))))
}

/// A Schema.
#[must_use]
pub fn schema(entities: &[Arc<Entity>]) -> Option<Sample> {
    Some(example(preferred(entities, |_| true)?, None))
}

/// The entity of the write examples where it will do, so that all examples speak of the same.
fn preferred(entities: &[Arc<Entity>], fits: impl Fn(&Entity) -> bool) -> Option<&Entity> {
    target(entities)
        .map(|target| target.entity)
        .filter(|entity| fits(entity))
        .or_else(|| entities.iter().map(Arc::as_ref).find(|entity| fits(entity)))
}

fn example(entity: &Entity, body: Option<Value>) -> Sample {
    Sample {
        entity: entity.name().as_str().to_owned(),
        body,
    }
}

/// The tuples of a row that can be inserted, found by this key.
#[must_use]
pub fn tuples(target: &Target<'_>, key: &str) -> Vec<Value> {
    let rest = target.values.iter().cloned();
    std::iter::once((target.key, json!(key)))
        .chain(rest)
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect()
}

/// The clause for one column's value.
#[must_use]
pub fn equal(column: &str, value: &str) -> Value {
    json!({
        "condition": "AND",
        "rules": [{"field": column, "operator": "equal", "value": value}],
    })
}
