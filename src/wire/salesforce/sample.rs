//! Examples of the Salesforce API's bodies, made for the entities that are served.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    domain::{Action, Entity, Guard},
    wire::openapi::sample::{self, Sample, Target},
};

/// What the example's record is found by.
const FOUND_BY: &str = "EXAMPLE-1";

/// An entity with an external id, into which a record can be upserted that has invented values.
fn target(entities: &[Arc<Entity>]) -> Option<(Target<'_>, &str)> {
    entities.iter().find_map(|entity| {
        let key = entity.keys().external_ids().first()?;
        let [column] = key.columns.as_slice() else {
            return None;
        };
        let field = entity.table().column(*column);
        // The example's value is a text of nine characters.
        let room = field
            .ty
            .max_length()
            .is_some_and(|most| most == -1 || most >= 9);
        let usable = field.ty.is_text() && room && entity.guard(*column) != Some(Guard::Password);
        let target = sample::target(std::slice::from_ref(entity), "")?;
        usable.then_some((target, field.name.as_str()))
    })
}

/// A collection of one record.
#[must_use]
pub fn collection(entities: &[Arc<Entity>]) -> Option<Sample> {
    let (target, field) = target(entities)?;
    let name = target.entity.name().as_str();
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({"type": name}));
    record.insert(field.to_owned(), json!(FOUND_BY));
    record.extend(values(&target, field));
    Some(Sample {
        entity: name.to_owned(),
        body: Some(json!({"allOrNone": false, "records": [record]})),
    })
}

/// The fields of one record, whose external id stands in the path.
#[must_use]
pub fn fields(entities: &[Arc<Entity>]) -> Option<Sample> {
    let (target, field) = target(entities)?;
    Some(Sample {
        entity: target.entity.name().as_str().to_owned(),
        body: Some(Value::Object(values(&target, field))),
    })
}

/// The fields of a new record.
#[must_use]
pub fn create(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = sample::target(entities, "")?;
    Some(Sample {
        entity: target.entity.name().as_str().to_owned(),
        body: Some(Value::Object(values(&target, ""))),
    })
}

/// An object to read or describe.
#[must_use]
pub fn object(entities: &[Arc<Entity>]) -> Option<Sample> {
    let keyed = |entity: &&Arc<Entity>| {
        let field = entity.keys().external_ids().first();
        entity.actions().allow(Action::View) && field.is_some()
    };
    let entity = entities.iter().find(keyed).or_else(|| entities.first())?;
    Some(Sample {
        entity: entity.name().as_str().to_owned(),
        body: None,
    })
}

fn values(target: &Target<'_>, but: &str) -> Map<String, Value> {
    let key = (target.key, json!("Example"));
    std::iter::once(key)
        .chain(target.values.iter().cloned())
        .filter(|(name, _)| *name != but)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        domain::entity_keys::{EntityKeys, KeyDeclaration},
        wire::{
            salesforce::{caller, decode, id::Prefix},
            testing,
        },
    };

    #[test]
    fn the_example_is_a_collection_for_an_entity_with_an_external_id() {
        let table = testing::table(
            "Staff",
            &["Code nvarchar(20)", "Name nvarchar(100)", "n int"],
        );
        let declared = KeyDeclaration {
            external_ids: vec!["Code".to_owned()],
            ..KeyDeclaration::default()
        };
        let keys = EntityKeys::bind(&table, &declared).unwrap();
        let entities = testing::entities(&[table]);
        assert_eq!(collection(&entities), None);
        let entity = Arc::new(Entity::clone(&entities[0]).with_keys(keys));
        let target = decode::Target {
            entity: &entity,
            prefix: Prefix::of(&entity, &entities),
        };
        let body = collection(std::slice::from_ref(&entity))
            .unwrap()
            .body
            .unwrap();
        let sent = decode::collection(body.to_string().as_bytes(), target).unwrap();
        let names: Vec<&str> = sent.records[0].names.iter().map(String::as_str).collect();
        assert_eq!(names, ["Code", "Name", "n"]);
        assert!(caller::external_id(&entity, "code").is_ok());
        let body = fields(std::slice::from_ref(&entity)).unwrap().body.unwrap();
        assert!(
            decode::fields(body.to_string().as_bytes(), target)
                .unwrap()
                .get("Code")
                .is_none()
        );
    }
}
