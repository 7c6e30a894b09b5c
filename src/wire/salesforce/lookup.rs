//! Reads records back: the one that a path names, and the ids of those that stand in a write's way. The latter is
//! told only to callers who may read the object.

use crate::{
    domain::{
        ColumnIndex, Comparison, Entity, Literal, Tree, Value,
        predicate::{Condition, RawTest, Rule},
        request::{ClauseSource, Field, GetRequest},
    },
    error::Error,
    service::{Client, Permit, Read, Selection, Service},
};

use super::id::Prefix;

/// The most ids that an answer names.
const MOST_IDS: u64 = 20;

/// Columns and the values they shall have.
pub type Tests = Vec<(String, Literal)>;

fn condition(tests: Tests) -> Condition {
    let each = tests.into_iter().map(|(column, literal)| {
        Tree::Leaf(Rule {
            column,
            place: String::new(),
            test: RawTest::Compare(Comparison::Equal, literal),
        })
    });
    Tree::All(each.collect())
}

/// Reads columns of the rows that have these values, with the rows' tags.
///
/// # Errors
/// As [`Service::get_tagged`].
pub async fn read(
    service: &Service,
    permit: &Permit<Read>,
    tests: Tests,
    columns: &[String],
    most: u64,
) -> Result<Selection, Error> {
    let request = request(tests, columns, most);
    service.get_tagged(permit, request).await
}

fn request(tests: Tests, columns: &[String], most: u64) -> GetRequest {
    let fields = columns.iter().map(|column| Field {
        attribute: column.clone(),
        alias: None,
    });
    GetRequest {
        fields: fields.collect(),
        clause: Some(ClauseSource::Condition(condition(tests))),
        length: Some(most),
        binary: true,
        ..GetRequest::default()
    }
}

/// The columns of the key from which an entity's ids are made; empty where it has none that may be read.
#[must_use]
pub fn id_columns(entity: &Entity) -> Vec<ColumnIndex> {
    let key = entity.own_key().map(|key| key.columns).unwrap_or_default();
    if key.iter().all(|column| entity.readable(*column)) {
        key
    } else {
        Vec::new()
    }
}

/// The ids of the rows that have these values, as far as the caller may know them: 20 at most.
pub async fn ids(
    service: &Service,
    client: &Client,
    entity: &Entity,
    prefix: Prefix,
    tests: Tests,
) -> Vec<String> {
    let columns = id_columns(entity);
    let Ok(permit) = service.permit::<Read>(client, entity.name().as_str()) else {
        return Vec::new();
    };
    if columns.is_empty() || tests.is_empty() {
        return Vec::new();
    }
    let name = |column: &ColumnIndex| entity.table().column(*column).name.as_str().to_owned();
    let columns: Vec<String> = columns.iter().map(name).collect();
    let request = request(tests, &columns, MOST_IDS);
    match service.get(&permit, request).await {
        Ok(found) => found
            .rows
            .0
            .iter()
            .map(|key: &Vec<Option<Value>>| prefix.id(key))
            .collect(),
        Err(error) => {
            // The write's own answer does not wait for this: it just says less.
            tracing::debug!(%error, "the ids of rows in the way cannot be read");
            Vec::new()
        }
    }
}
