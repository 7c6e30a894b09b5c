//! Reads one record, by an external id or by the record's own.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use poem::Response;
use serde_json::{Map, Value, json};

use super::{
    caller::{self, Named, Version},
    decode::ID,
    id::Prefix,
    instant, lookup,
    record::{choices, query},
};
use crate::{
    domain::{self, ColumnIndex, Entity, Literal, Row, SqlType, name::same_name},
    error::Error,
    service::{Permit, Read, Selection},
    wire::{
        http::{
            json::push_value,
            precondition,
            reply::{self, unwritable},
        },
        operation::Exchange,
        state::State,
    },
};

/// The most records that are named where several have the external id.
const MOST: u64 = 20;

/// `GET …/sobjects/{entity}/{id}` and `…/sobjects/{entity}/{field}/{value}`
///
/// # Errors
/// [`Error`].
pub async fn read(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange).await?;
    let version = Version::of(exchange)?;
    let permit: Permit<Read> = state.service.permit(&client, exchange.entity())?;
    let entity = permit.entity();
    let named = caller::of_path(state, exchange, entity)?;
    let asked = asked_columns(&query(exchange), entity);
    let own = lookup::id_columns(entity);
    let mut columns = asked.clone();
    for column in own.iter().map(|column| name(entity, *column)) {
        if !columns.iter().any(|known| same_name(known, &column)) {
            columns.push(column);
        }
    }
    let field = named.key.columns.first();
    let field = field
        .map(|column| name(entity, *column))
        .unwrap_or_default();
    let tests = vec![(field, named.value.clone())];
    let found = lookup::read(&state.service, &permit, tests, &columns, MOST).await?;
    let ids = Ids {
        prefix: caller::target(state, entity).prefix,
        places: places(entity, &own, &found),
        named: &named,
    };
    match found.rows.0.as_slice() {
        [] => Err(Error::NotFound),
        [row] => {
            let id = ids.of(row);
            let url = version.record_path(entity, &id);
            let ty = entity.name().as_str();
            let mut record = Map::new();
            record.insert("attributes".to_owned(), json!({"type": ty, "url": url}));
            if entity.table().find(ID).is_none() {
                record.insert(ID.to_owned(), json!(id));
            }
            for ((key, ty), cell) in found.keys.iter().zip(row) {
                if asked.iter().any(|asked| same_name(asked, key)) {
                    record.insert(
                        key.clone(),
                        cell_json(ty, cell.as_ref(), state.service.time_zone())?,
                    );
                }
            }
            let tag = found.tags.first().map(String::as_str);
            let answer = reply::json_text(Value::Object(record).to_string());
            precondition::answer(exchange.headers(), tag, answer)
        }
        many => {
            let ids: Vec<String> = many.iter().map(|row| ids.of(row)).collect();
            choices(version, entity, &ids)
        }
    }
}

/// Makes the ids of rows that were read.
struct Ids<'n> {
    prefix: Prefix,
    /// Where the columns of the rows' own key stand.
    places: Vec<usize>,
    named: &'n Named,
}

impl Ids<'_> {
    fn of(&self, row: &Row) -> String {
        let key: Vec<_> = self
            .places
            .iter()
            .filter_map(|place| row.get(*place).cloned())
            .collect();
        match &self.named.value {
            _ if !key.is_empty() => self.prefix.id(&key),
            Literal::Text(text) | Literal::Number(text) => self.prefix.id_of_text(text),
            Literal::Null | Literal::Bool(_) => self.prefix.id_of_text(""),
        }
    }
}

fn places(entity: &Entity, own: &[ColumnIndex], found: &Selection) -> Vec<usize> {
    let place = |column: &ColumnIndex| {
        let wanted = name(entity, *column);
        found
            .keys
            .iter()
            .position(|(key, _)| same_name(key, &wanted))
    };
    own.iter().filter_map(place).collect()
}

fn name(entity: &Entity, column: ColumnIndex) -> String {
    entity.table().column(column).name.as_str().to_owned()
}

fn cell_json(ty: &SqlType, cell: Option<&domain::Value>, zone: &TimeZone) -> Result<Value, Error> {
    let Some(value) = cell else {
        return Ok(Value::Null);
    };
    if let Some(text) = instant::vendor_text(value, zone) {
        return Ok(Value::String(text));
    }
    let mut text = Vec::new();
    push_value(&mut text, Some(ty), value)?;
    serde_json::from_slice(&text).map_err(unwritable)
}

/// The columns of `?fields=A,B`; without it all that are read without being asked for.
fn asked_columns(query: &HashMap<String, String>, entity: &Entity) -> Vec<String> {
    let table = entity.table();
    if let Some(fields) = query.get("fields") {
        let no_column = |name: &str| name.eq_ignore_ascii_case(ID) && table.find(ID).is_none();
        let names = fields.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty() && !no_column(name));
        return names.map(str::to_owned).collect();
    }
    let shown = table
        .indices()
        .filter(|column| entity.readable(*column) && !table.column(*column).ty.is_binary());
    shown.map(|column| name(entity, column)).collect()
}
