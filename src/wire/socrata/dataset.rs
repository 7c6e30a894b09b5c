//! Finds the entity that a dataset's id or name means, and lists the ids. An id is declared, or made from the entity's
//! name.

use std::{collections::BTreeMap, sync::Arc};

use crate::domain::{Entity, dataset::DatasetId};

/// Each entity's id. Declared ones come first; where two names would have the same one, the later of them (by name)
/// gets another.
#[must_use]
pub fn ids(entities: &[Arc<Entity>]) -> BTreeMap<DatasetId, Arc<Entity>> {
    let mut ids = BTreeMap::new();
    for entity in entities {
        if let Some(id) = &entity.dataset().id {
            ids.insert(id.clone(), Arc::clone(entity));
        }
    }
    for entity in entities {
        if entity.dataset().id.is_some() {
            continue;
        }
        // Ends: there are more ids than entities.
        let mut attempts = (0..).map(|attempt| DatasetId::of_name(entity.name().as_str(), attempt));
        if let Some(free) = attempts.find(|id| !ids.contains_key(id)) {
            ids.insert(free, Arc::clone(entity));
        }
    }
    ids
}

/// The entity that an id or a name means.
#[must_use]
pub fn find(entities: &[Arc<Entity>], wrote: &str) -> Option<Arc<Entity>> {
    let by_id = wrote.parse().ok().and_then(|id: DatasetId| {
        let ids = ids(entities);
        ids.get(&id).cloned()
    });
    by_id.or_else(|| {
        let named = entities.iter().find(|e| e.name().matches(wrote));
        named.cloned()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        domain::dataset::Dataset,
        wire::testing::{entities, table},
    };

    fn named(name: &str, id: Option<&str>) -> Arc<Entity> {
        let entity = entities(&[table(name, &["id int"])]).remove(0);
        let dataset = Dataset {
            id: id.map(|id| id.parse().unwrap()),
            locations: Vec::new(),
        };
        Arc::new(Arc::unwrap_or_clone(entity).with_dataset(dataset))
    }

    fn found(entities: &[Arc<Entity>], wrote: &str) -> Option<String> {
        find(entities, wrote).map(|e| e.name().as_str().to_owned())
    }

    #[test]
    fn a_dataset_is_found_by_its_id_and_by_its_name_in_any_case() {
        let all = [named("a", Some("4tka-6guv")), named("Quakes", None)];
        for wrote in ["a", "A", "4tka-6guv", "4TKA-6GUV"] {
            assert_eq!(found(&all, wrote).as_deref(), Some("a"), "{wrote}");
        }
        let id = DatasetId::of_name("Quakes", 0);
        assert_eq!(found(&all, id.as_str()).as_deref(), Some("Quakes"));
        assert_eq!(found(&all, "quakes").as_deref(), Some("Quakes"));
        let undeclared = DatasetId::of_name("a", 0);
        assert_eq!(found(&all, undeclared.as_str()), None);
        assert_eq!(found(&all, "b"), None);
    }

    #[test]
    fn an_id_that_is_taken_is_not_given_twice() {
        let taken = DatasetId::of_name("b", 0);
        let all = [named("b", None), named("c", Some(taken.as_str()))];
        assert_eq!(ids(&all).len(), 2);
        assert_eq!(found(&all, taken.as_str()).as_deref(), Some("c"));
        let next = DatasetId::of_name("b", 1);
        assert_eq!(found(&all, next.as_str()).as_deref(), Some("b"));
    }
}
