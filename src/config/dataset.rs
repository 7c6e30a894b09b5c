//! The settings of an entity that tell it as a dataset. Whether its columns exist is asked of the database later.

use super::section::Section;
use crate::domain::{
    Name,
    dataset::{DatasetDeclaration, DatasetId, LocationDeclaration},
};

/// Reads them from an entity's table.
pub(super) fn read(table: &mut Section<'_>) -> DatasetDeclaration {
    let id = table.parsed("socrata_id", str::parse);
    let locations = table.tables("locations", |mut location| {
        let [name, latitude, longitude] = ["name", "latitude", "longitude"].map(|key| {
            if !location.has(key) {
                location.refuse(
                    key,
                    "is missing; a location has name, latitude and longitude",
                );
            }
            location.text(key)
        });
        let name = name.and_then(|name| {
            let parsed = Name::parse(name);
            parsed
                .map_err(|error| location.refuse("name", &format!("cannot be: {error}")))
                .ok()
        });
        location.finish();
        Some(LocationDeclaration {
            name: name?,
            latitude: latitude?,
            longitude: longitude?,
        })
    });
    DatasetDeclaration {
        id,
        locations: locations.into_iter().flatten().collect(),
    }
}

/// Ids that stand for more than one entity.
pub(super) fn repeated<'d>(
    declared: impl Iterator<Item = &'d DatasetDeclaration>,
) -> Vec<&'d DatasetId> {
    let mut ids: Vec<&DatasetId> = declared.filter_map(|d| d.id.as_ref()).collect();
    ids.sort_unstable();
    let mut repeated: Vec<&DatasetId> = ids
        .windows(2)
        .filter_map(|pair| (pair[0] == pair[1]).then_some(pair[0]))
        .collect();
    repeated.dedup();
    repeated
}
