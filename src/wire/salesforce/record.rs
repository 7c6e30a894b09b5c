//! Requests about one record: upsert, create, read, update and delete, by an external id or by the record's own.

use std::{collections::HashMap, sync::Arc};

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::{Map, Value, json};

use super::{
    caller::{self, Named, Version},
    collections::know_columns,
    complain::Complainer,
    decode::{self, ID, Record},
    faults::refused,
    lookup,
    rows::{self, Writing},
};
use crate::{
    domain::{
        self, Action, Entity, Fault, Literal, SqlType,
        batch::{BatchKey, RowAction, RowDone, RowOutcome},
        name::same_name,
    },
    error::{EngineError, Error},
    service::{Client, Permit, Read, WriteRows},
    wire::{
        http::{
            body::{self, Media},
            json::push_value,
            reply::{self, unwritable},
        },
        operation::Exchange,
        state::State,
    },
};

/// `PATCH …/sobjects/{entity}/{field}/{value}`
///
/// # Errors
/// [`Error`].
pub async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange)?;
    let version = Version::of(exchange)?;
    let update_only = query(exchange)
        .get("updateonly")
        .is_some_and(|value| same_name(value, "true"));
    let rights = if update_only {
        &[Action::Edit][..]
    } else {
        &[Action::Add, Action::Edit][..]
    };
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), rights)?;
    let field = exchange.captures.get("field").to_owned();
    let value = caller::value_of_path(state, exchange);
    let named = |permit: &Permit<WriteRows>| {
        let target = caller::target(state, permit.entity());
        caller::by_field(target, &field, value.clone())
    };
    // What cannot be found is told before a body is read.
    named(&permit)?;
    let (permit, record) = fields(state, exchange, permit).await?;
    let found = named(&permit)?;
    // No record can be made with an id of the caller's.
    let action = if update_only || found.by_id {
        RowAction::Update
    } else {
        RowAction::Upsert
    };
    let written = write(state, &client, &permit, Some(&found), action, record).await?;
    match written {
        Written::Done(id, RowOutcome::Created) => created(version, permit.entity(), &id, true),
        Written::Done(id, _) if version >= Version::COLLECTIONS => {
            let body = json!({"id": id, "success": true, "errors": [], "created": false});
            Ok(reply::json_text(body.to_string()))
        }
        Written::Done(..) => Ok(no_content()),
        Written::Ambiguous(ids) => choices(version, permit.entity(), &ids),
    }
}

/// `POST …/sobjects/{entity}` and `…/sobjects/{entity}/Id`
///
/// # Errors
/// [`Error`].
pub async fn create(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange)?;
    let version = Version::of(exchange)?;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &[Action::Add])?;
    let (permit, record) = fields(state, exchange, permit).await?;
    match write(state, &client, &permit, None, RowAction::Insert, record).await? {
        Written::Done(id, _) => created(version, permit.entity(), &id, false),
        Written::Ambiguous(_) => Err(Error::Internal {
            detail: "an insert looked for a row".to_owned(),
        }),
    }
}

/// `PATCH …/sobjects/{entity}/{id}`
///
/// # Errors
/// [`Error`].
pub async fn update(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange)?;
    Version::of(exchange)?;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &[Action::Edit])?;
    let id = exchange.captures.get("id").to_owned();
    caller::by_id(caller::target(state, permit.entity()), &id)?;
    let (permit, record) = fields(state, exchange, permit).await?;
    let found = caller::by_id(caller::target(state, permit.entity()), &id)?;
    write(
        state,
        &client,
        &permit,
        Some(&found),
        RowAction::Update,
        record,
    )
    .await?;
    Ok(no_content())
}

/// `DELETE …/sobjects/{entity}/{id}` and `…/sobjects/{entity}/{field}/{value}`
///
/// # Errors
/// [`Error`].
pub async fn delete(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange)?;
    let version = Version::of(exchange)?;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &[Action::Delete])?;
    let found = named(state, exchange, permit.entity())?;
    let record = Record::default();
    match write(
        state,
        &client,
        &permit,
        Some(&found),
        RowAction::Delete,
        record,
    )
    .await?
    {
        Written::Done(..) => Ok(no_content()),
        Written::Ambiguous(ids) => choices(version, permit.entity(), &ids),
    }
}

/// `GET …/sobjects/{entity}/{id}` and `…/sobjects/{entity}/{field}/{value}`
///
/// # Errors
/// [`Error`].
pub async fn read(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange)?;
    let version = Version::of(exchange)?;
    let permit: Permit<Read> = state.service.permit(&client, exchange.entity())?;
    let entity = permit.entity();
    let found = named(state, exchange, entity)?;
    let asked = asked_fields(&query(exchange), entity);
    let own = lookup::id_columns(entity);
    let table = entity.table();
    let name = |column: &_| table.column(*column).name.as_str().to_owned();
    let mut columns = asked.clone();
    for column in own.iter().map(name) {
        if !columns.iter().any(|known| same_name(known, &column)) {
            columns.push(column);
        }
    }
    let field = found.key.columns.first().map(name).unwrap_or_default();
    let text = found.value.clone();
    let tests = vec![(field, found.value)];
    let rows = lookup::read(&state.service, &permit, tests, &columns, 20).await?;
    let prefix = caller::target(state, entity).prefix;
    let id_of = |row: &[Option<domain::Value>]| {
        let place = |column: String| {
            rows.keys
                .iter()
                .position(|(key, _)| same_name(key, &column))
        };
        let places = own.iter().map(name).filter_map(place);
        let key: Vec<_> = places.filter_map(|place| row.get(place).cloned()).collect();
        match &text {
            _ if !key.is_empty() => prefix.id(&key),
            Literal::Text(text) | Literal::Number(text) => prefix.id_of_text(text),
            Literal::Null | Literal::Bool(_) => prefix.id_of_text(""),
        }
    };
    match rows.rows.0.as_slice() {
        [] => Err(Error::NotFound),
        [row] => {
            let id = id_of(row);
            let mut record = Map::new();
            let url = version.record_path(entity, &id);
            let ty = entity.name().as_str();
            record.insert("attributes".to_owned(), json!({"type": ty, "url": url}));
            if table.find(ID).is_none() {
                record.insert(ID.to_owned(), json!(id));
            }
            for ((key, ty), cell) in rows.keys.iter().zip(row) {
                if asked.iter().any(|asked| same_name(asked, key)) {
                    record.insert(key.clone(), cell_json(ty, cell.as_ref())?);
                }
            }
            Ok(reply::json_text(Value::Object(record).to_string()))
        }
        many => {
            let ids: Vec<String> = many.iter().map(|row| id_of(row)).collect();
            choices(version, entity, &ids)
        }
    }
}

fn cell_json(ty: &SqlType, cell: Option<&domain::Value>) -> Result<Value, Error> {
    let Some(value) = cell else {
        return Ok(Value::Null);
    };
    let mut text = Vec::new();
    push_value(&mut text, Some(ty), value)?;
    serde_json::from_slice(&text).map_err(unwritable)
}

/// The columns of `?fields=A,B`; without it all that are read without being asked for.
fn asked_fields(query: &HashMap<String, String>, entity: &Entity) -> Vec<String> {
    let own_id = |name: &&str| !name.eq_ignore_ascii_case(ID) || entity.table().find(ID).is_some();
    match query.get("fields") {
        Some(fields) => {
            let names = fields.split(',').map(str::trim);
            let names = names.filter(|name| !name.is_empty()).filter(own_id);
            names.map(str::to_owned).collect()
        }
        None => {
            let table = entity.table();
            let shown = table
                .indices()
                .filter(|column| entity.readable(*column) && !table.column(*column).ty.is_binary());
            shown
                .map(|column| table.column(column).name.as_str().to_owned())
                .collect()
        }
    }
}

/// The record that the path names, by an external id or by its own.
fn named(state: &State, exchange: &Exchange, entity: &Entity) -> Result<Named, Error> {
    let target = caller::target(state, entity);
    match exchange.captures.get("field") {
        "" => caller::by_id(target, exchange.captures.get("id")),
        field => caller::by_field(target, field, caller::value_of_path(state, exchange)),
    }
}

/// Reads the fields that a request sends, all of which must be columns.
async fn fields(
    state: &State,
    exchange: &mut Exchange,
    permit: Permit<WriteRows>,
) -> Result<(Permit<WriteRows>, Record), Error> {
    let allowance = state.allowance(exchange.started);
    let bytes = body::read(&mut exchange.request, Media::Json, allowance).await?;
    let record = decode::fields(&bytes, caller::target(state, permit.entity()))?;
    let permit = know_columns(state, permit, std::slice::from_ref(&record)).await?;
    Ok((permit, record))
}

/// What became of a record.
enum Written {
    /// It was written; its id.
    Done(String, RowOutcome),
    /// Several have the external id; their ids.
    Ambiguous(Vec<String>),
}

async fn write(
    state: &State,
    client: &Client,
    permit: &Permit<WriteRows>,
    found: Option<&Named>,
    action: RowAction,
    record: Record,
) -> Result<Written, Error> {
    let entity = permit.entity();
    let nothing = || BatchKey {
        columns: Vec::new(),
        unique: true,
    };
    let key = match found {
        Some(found) => found.key.clone(),
        None => entity.own_key().unwrap_or_else(nothing),
    };
    let record = match found {
        Some(found) => with_key(entity, record, found)?,
        None => record,
    };
    let target = caller::target(state, entity);
    let complainer = Complainer {
        state,
        client,
        target,
        key: &key,
    };
    let writing = Writing {
        key: key.clone(),
        action,
        atomic: false,
    };
    let records: Arc<[Record]> = Arc::new([record]);
    let outcomes = rows::write(&state.service, permit, writing, Arc::clone(&records)).await?;
    let record = &records[0];
    match outcomes.into_iter().next().flatten() {
        Some(Ok(done)) => Ok(written(&complainer, record, &done)),
        Some(Err(Error::Invalid(faults)))
            if matches!(faults.all(), [Fault::KeyAmbiguous { .. }]) =>
        {
            Ok(Written::Ambiguous(complainer.matches(record).await))
        }
        Some(Err(error @ Error::Engine(EngineError::Unique { .. }))) => {
            let complaints = complainer.complaints(record, &error).await;
            let message = complaints
                .into_iter()
                .map(|complaint| complaint.message)
                .collect();
            Err(Error::Contract {
                status: 400,
                code: "DUPLICATE_VALUE",
                messages: message,
            })
        }
        Some(Err(error)) => Err(error),
        None => Err(Error::Internal {
            detail: "nothing became of a record".to_owned(),
        }),
    }
}

fn written(complainer: &Complainer<'_>, record: &Record, done: &RowDone) -> Written {
    Written::Done(complainer.id(record, done), done.outcome)
}

/// The fields with the key that the path has. It may not stand in both.
fn with_key(entity: &Entity, record: Record, found: &Named) -> Result<Record, Error> {
    let table = entity.table();
    let column = found.key.columns.first();
    let field = column.map_or("", |column| table.column(*column).name.as_str());
    if record.get(field).is_some() {
        let message = format!("The {field} field should not be specified in the sobject data.");
        return Err(refused(400, "INVALID_FIELD", message));
    }
    let names = std::iter::once(field.to_owned()).chain(record.names.iter().cloned());
    Ok(Record {
        names: names.collect(),
        values: std::iter::once(found.value.clone())
            .chain(record.values)
            .collect(),
        complaint: record.complaint,
    })
}

fn created(version: Version, entity: &Entity, id: &str, upserted: bool) -> Result<Response, Error> {
    let mut body = json!({"id": id, "success": true, "errors": []});
    if upserted {
        body["created"] = json!(true);
    }
    let mut response = reply::json_text(body.to_string());
    response.set_status(StatusCode::CREATED);
    let path = version.record_path(entity, id);
    if let Ok(path) = HeaderValue::from_str(&path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    Ok(response)
}

fn choices(version: Version, entity: &Entity, ids: &[String]) -> Result<Response, Error> {
    let urls: Vec<String> = ids
        .iter()
        .map(|id| version.record_path(entity, id))
        .collect();
    let mut response = reply::json(&urls)?;
    response.set_status(StatusCode::MULTIPLE_CHOICES);
    Ok(response)
}

fn no_content() -> Response {
    Response::builder().status(StatusCode::NO_CONTENT).finish()
}

/// The parameters of the URL, their names in lower case.
fn query(exchange: &Exchange) -> HashMap<String, String> {
    let query = exchange.request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
        .collect()
}
