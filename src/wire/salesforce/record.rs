//! Requests that write one record: upsert, create, update and delete, by an external id or by the record's own.

use std::{collections::HashMap, sync::Arc};

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::json;

use super::{
    caller::{self, Named, Version},
    collections::know_columns,
    complain::Complainer,
    decode::{self, Record},
    faults::refused,
    instant,
    rows::{self, Writing},
};
use crate::{
    domain::{
        Action, Entity, Fault,
        batch::{BatchKey, RowAction, RowDone, RowOutcome},
        name::same_name,
    },
    error::{EngineError, Error},
    service::{Client, Permit, WriteRows},
    wire::{
        http::{
            body::{self, Media},
            reply,
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
    let client = caller::identify(state, exchange).await?;
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
        Written::Done(id, RowOutcome::Created) => Ok(created(version, permit.entity(), &id, true)),
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
    let client = caller::identify(state, exchange).await?;
    let version = Version::of(exchange)?;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &[Action::Add])?;
    let (permit, record) = fields(state, exchange, permit).await?;
    match write(state, &client, &permit, None, RowAction::Insert, record).await? {
        Written::Done(id, _) => Ok(created(version, permit.entity(), &id, false)),
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
    let client = caller::identify(state, exchange).await?;
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
    let client = caller::identify(state, exchange).await?;
    let version = Version::of(exchange)?;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &[Action::Delete])?;
    let found = caller::of_path(state, exchange, permit.entity())?;
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
    let mut record = match found {
        Some(found) => with_key(entity, record, found)?,
        None => record,
    };
    let zone = state.service.time_zone();
    instant::localize(std::slice::from_mut(&mut record), entity.table(), zone);
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

fn created(version: Version, entity: &Entity, id: &str, upserted: bool) -> Response {
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
    response
}

pub(super) fn choices(
    version: Version,
    entity: &Entity,
    ids: &[String],
) -> Result<Response, Error> {
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
pub(super) fn query(exchange: &Exchange) -> HashMap<String, String> {
    let query = exchange.request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
        .collect()
}
