//! Reads rows back after they were written, by their keys.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::{key, value};
use crate::{
    domain::{
        ColumnIndex, Entity, Literal, Row, SqlType, Tree, Value,
        predicate::{Condition, RawTest, Rule},
        request::{ClauseSource, Field, GetRequest},
    },
    error::Error,
    service::{Permit, Read, Selection},
    wire::state::State,
};

/// How many values of keys one query asks for: databases take so many parameters.
const VALUES: usize = 500;

/// The key's values of a row.
pub(super) type KeyValues = Vec<Option<Value>>;

/// What a row is returned with, besides its declared columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// The number of a row without a primary key, first of all.
    Shown,
    /// Not even that.
    Hidden,
}

/// Every column that may be read, the row number first where it is shown.
pub(super) fn fields(entity: &Entity, number: Number) -> Vec<Field> {
    let table = entity.table();
    let number = table.row_number().filter(|_| number == Number::Shown);
    let columns = number.into_iter().chain(table.indices());
    let field = |index: ColumnIndex| Field {
        attribute: table.column(index).name.as_str().to_owned(),
        alias: None,
    };
    columns
        .filter(|index| entity.readable(*index))
        .map(field)
        .collect()
}

/// The rows that have these values in the columns of the table's own key, in the key's order.
///
/// # Errors
/// They cannot be read.
pub(super) async fn rows(
    state: &State,
    permit: &Permit<Read>,
    mut keys: Vec<KeyValues>,
    number: Number,
) -> Result<Vec<Json>, Error> {
    let entity = permit.entity();
    let columns = entity.table().row_key().to_vec();
    keys.retain(|key| key.len() == columns.len() && !columns.is_empty());
    keys.sort_by(compare_keys);
    keys.dedup();
    let shown = fields(entity, number);
    let mut rows = Vec::with_capacity(keys.len());
    for part in keys.chunks((VALUES / columns.len().max(1)).max(1)) {
        let names = key::names(entity, &columns);
        // The key once more, under names that no column has: it need not be among what is shown.
        let hidden = names.iter().map(|name| Field {
            attribute: (*name).to_owned(),
            alias: Some(format!("\0{name}")),
        });
        let request = GetRequest {
            fields: shown.iter().cloned().chain(hidden).collect(),
            clause: Some(ClauseSource::Condition(any_of(entity, &columns, part))),
            // Text compares without regard to case, so that there may be more of them than keys.
            length: Some(MOST.into()),
            most: Some(MOST),
            binary: true,
            ..GetRequest::default()
        };
        let found = state.service.get(permit, request).await?;
        rows.extend(those_of(&found, part, shown.len())?);
    }
    Ok(rows)
}

/// The most rows of one query.
const MOST: u32 = 10_000;

/// The rows whose keys are exactly these.
fn those_of(found: &Selection, keys: &[KeyValues], shown: usize) -> Result<Vec<Json>, Error> {
    let (columns, _) = found.keys.split_at(shown);
    let of = |row: &&Row| keys.iter().any(|key| row[shown..] == key[..]);
    let rows = found.rows.0.iter().filter(of);
    rows.map(|row| value::object(columns, row)).collect()
}

fn any_of(entity: &Entity, columns: &[ColumnIndex], keys: &[KeyValues]) -> Condition {
    let types: Vec<&SqlType> = columns
        .iter()
        .map(|c| &entity.table().column(*c).ty)
        .collect();
    let literals = |key: &KeyValues| -> Vec<Literal> {
        let cells = key.iter().zip(&types);
        cells
            .map(|(cell, ty)| value::literal(cell.as_ref(), ty))
            .collect()
    };
    let names = key::names(entity, columns);
    match names.as_slice() {
        [name] => Tree::Leaf(Rule {
            column: (*name).to_owned(),
            place: String::new(),
            test: RawTest::In {
                negated: false,
                values: keys.iter().flat_map(literals).collect(),
            },
        }),
        _ => Tree::Any(
            keys.iter()
                .map(|key| key::condition(entity, columns, &literals(key)))
                .collect(),
        ),
    }
}

/// The order that a database gives keys, as far as it can be known here.
fn compare_keys(a: &KeyValues, b: &KeyValues) -> Ordering {
    let cells = a.iter().zip(b).map(|(a, b)| match (a, b) {
        (Some(Value::Int(a)), Some(Value::Int(b))) => a.cmp(b),
        (Some(Value::Text(a)), Some(Value::Text(b))) => a.cmp(b),
        (Some(Value::Decimal(a)), Some(Value::Decimal(b))) => a.cmp(b),
        (Some(a), Some(b)) => {
            let ty = SqlType::Float;
            value::text(Some(a), &ty).cmp(&value::text(Some(b), &ty))
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    });
    cells.fold(Ordering::Equal, Ordering::then)
}
