//! The sObject Collections upsert: up to 200 records of one object, each found by its external id.

use std::sync::Arc;

use poem::Response;

use super::{
    caller::{self, Version},
    complain::Complainer,
    decode::{self, Record},
    faults::Complaint,
    instant,
    model::SaveResult,
    rows::{self, Writing},
};
use crate::{
    domain::{
        Action,
        batch::{RowAction, RowOutcome},
    },
    error::{EngineError, Error},
    service::{Permit, WriteRows},
    wire::{
        http::{
            body::{self, Media},
            reply,
        },
        operation::Exchange,
        state::State,
    },
};

/// Upserts the records of a collection.
///
/// # Errors
/// What refuses the request as a whole.
pub async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange).await?;
    if Version::of(exchange)? < Version::COLLECTIONS {
        return Err(Error::NotFound);
    }
    let rights = [Action::Add, Action::Edit];
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), &rights)?;
    let field = exchange.captures.get("field").to_owned();
    caller::external_id(permit.entity(), &field)?;
    let allowance = state.allowance(exchange.started);
    let bytes = body::read(&mut exchange.request, Media::Json, allowance).await?;
    let mut sent = decode::collection(&bytes, caller::target(state, permit.entity()))?;
    let permit = know_columns(state, permit, &sent.records).await?;
    let target = caller::target(state, permit.entity());
    let key = caller::external_id(permit.entity(), &field)?;
    let table = permit.entity().table();
    instant::localize(&mut sent.records, table, state.service.time_zone());
    let records: Arc<[Record]> = sent.records.into();
    if records.is_empty() {
        return Ok(reply::json_text("[]"));
    }
    let complainer = Complainer {
        state,
        client: &client,
        target,
        key: &key,
    };
    let writing = Writing {
        key: key.clone(),
        action: RowAction::Upsert,
        atomic: sent.all_or_none,
    };
    let outcomes = match rows::write(&state.service, &permit, writing, Arc::clone(&records)).await {
        Ok(outcomes) => outcomes,
        // Loaders send again what could not be locked, and nothing else.
        Err(busy @ Error::Engine(EngineError::Busy)) => vec![Some(Err(busy)); records.len()],
        Err(error) => return Err(error),
    };
    let mut results = Vec::with_capacity(records.len());
    for (record, outcome) in records.iter().zip(&outcomes) {
        results.push(match outcome {
            Some(Ok(done)) => SaveResult {
                id: Some(complainer.id(record, done)),
                success: true,
                errors: Vec::new(),
                created: Some(done.outcome == RowOutcome::Created),
            },
            Some(Err(error)) => failed(complainer.complaints(record, error).await),
            None => failed(vec![Complaint::rolled_back()]),
        });
    }
    reply::json(&results)
}

fn failed(complaints: Vec<Complaint>) -> SaveResult {
    let errors = complaints.into_iter().map(Complaint::beside_record);
    SaveResult {
        id: None,
        success: false,
        errors: errors.collect(),
        created: None,
    }
}

/// Refuses records with a name that is no column: the request as a whole, before anything is written. A column may
/// have come into the table since it was read.
///
/// # Errors
/// 400 with the first such name.
pub async fn know_columns(
    state: &State,
    permit: Permit<WriteRows>,
    records: &[Record],
) -> Result<Permit<WriteRows>, Error> {
    let unknown = |permit: &Permit<WriteRows>| {
        let table = permit.entity().table();
        records
            .iter()
            .find_map(|record| record.unknown_column(table))
            .map(str::to_owned)
    };
    if unknown(&permit).is_none() {
        return Ok(permit);
    }
    let permit = state.service.look_again(permit).await?;
    match unknown(&permit) {
        Some(column) => {
            let column = crate::domain::fault::shorten(&column);
            Err(Complaint::no_column(&column, permit.entity().name().as_str()).into())
        }
        None => Ok(permit),
    }
}
