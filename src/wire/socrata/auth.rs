//! Who calls: HTTP Basic with a client's id and secret, or a token as `OAuth` or `Bearer`. An app token is accepted and
//! says nothing about who calls.

use std::sync::Arc;

use super::{dataset, encode::refusal, fields::Fields};
use crate::{
    domain::Entity,
    error::{Error, Unauthenticated},
    service::{Client, Operation, Permit},
    wire::{http::credentials, operation::Exchange, state::State},
};

/// Finds out who calls.
///
/// # Errors
/// [`Error::Unauthenticated`], and a refusal of a secret that comes from afar without TLS.
pub async fn identify(state: &State, exchange: &mut Exchange) -> Result<Client, Error> {
    exchange.also_log_id = Some(super::REQUEST_ID);
    let headers = exchange.headers();
    let token = credentials::oauth(headers).or_else(|| credentials::bearer(headers));
    let client = match token {
        Some(token) => state.service.authenticate(Some(token))?,
        None if credentials::has_basic(headers) => {
            let peer = exchange.peer;
            if !state.basic_over_http && !peer.secure && !peer.is_here() {
                return Err(insecure());
            }
            let unreadable = Error::Unauthenticated(Unauthenticated::Client);
            let basic = credentials::basic(headers).ok_or(unreadable)?;
            let service = &state.service;
            let checking = service.authenticate_basic(&basic.id, &basic.secret);
            exchange.check_secret(checking).await?
        }
        None if credentials::has_any(headers) => {
            return Err(Error::Unauthenticated(Unauthenticated::Invalid));
        }
        None => return Err(Error::Unauthenticated(Unauthenticated::Missing)),
    };
    exchange.admit(client)
}

fn insecure() -> Error {
    refusal::contract(
        403,
        "permission_denied",
        "HTTP Basic without TLS is taken from the service's own machine alone, unless socrata.basic_over_http is set; \
         call by https, or get a token at oauth/token and send it as 'Authorization: OAuth <token>'."
            .to_owned(),
    )
}

/// The name of the entity that the path's dataset means; a text that means none stays as it is.
#[must_use]
pub fn dataset_name(state: &State, exchange: &Exchange) -> String {
    let wrote = exchange.entity();
    let found = dataset::find(&state.entities(), wrote);
    found.map_or_else(
        || wrote.to_owned(),
        |entity| entity.name().as_str().to_owned(),
    )
}

/// Finds out who calls and whether they may.
///
/// # Errors
/// As [`identify`]; [`Error::UnknownEntity`], [`Error::Forbidden`].
pub async fn admit<O: Operation>(
    state: &State,
    exchange: &mut Exchange,
) -> Result<(Permit<O>, Arc<Entity>), Error> {
    let client = identify(state, exchange).await?;
    let name = dataset_name(state, exchange);
    let permit = state.service.permit::<O>(&client, &name)?;
    let entity = Arc::clone(permit.entity());
    Ok((permit, entity))
}

/// The fields as they are by now, for a request that names one that was not known; its refusal where nothing has
/// changed.
///
/// # Errors
/// The refusal, whatever it was about; the tables cannot be read.
pub async fn fields_anew(state: &State, known: &Fields, refused: Error) -> Result<Fields, Error> {
    if !refusal::names_unknown(&refused) {
        return Err(refused);
    }
    match state.service.changed(known.entity()).await? {
        Some(entity) => Ok(Fields::new(&entity)),
        None => Err(refused),
    }
}
