//! Who calls: HTTP Basic with a client's id and secret, or a token as `OAuth` or `Bearer`. An app token alone
//! names an application: one of a client's lets it view what that client may; any other says nothing.

use std::sync::Arc;

use super::{dataset, encode::refusal, fields::Fields};
use crate::{
    domain::Entity,
    error::{Error, Unauthenticated},
    service::{Client, Operation, Permit},
    wire::{http::credentials, operation::Exchange, state::State},
};

/// The header with an app token, and the parameter of the query that may have it instead.
const APP_TOKEN: &str = "x-app-token";
const APP_TOKEN_PARAMETER: &str = "$$app_token";

/// Finds out who calls.
///
/// # Errors
/// [`Error::Unauthenticated`], and a refusal of a secret that comes from afar without TLS.
pub async fn identify(state: &State, exchange: &mut Exchange) -> Result<Client, Error> {
    exchange.also_log_id = Some(super::REQUEST_ID);
    if let Some(client) = exchange.admitted() {
        return Ok(client);
    }
    let headers = exchange.headers();
    let token = credentials::oauth(headers).or_else(|| credentials::bearer(headers));
    let client = match token {
        Some(token) => state.service.authenticate(Some(token)).await?,
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
        None => {
            let viewer = app_token(exchange).and_then(|token| state.service.viewer(&token));
            viewer.ok_or(Error::Unauthenticated(Unauthenticated::Missing))?
        }
    };
    exchange.admit(client)
}

/// The app token of a request, from its header or its query.
fn app_token(exchange: &Exchange) -> Option<String> {
    let header = exchange.headers().get(APP_TOKEN);
    let header = header.and_then(|value| value.to_str().ok());
    header.map(str::to_owned).or_else(|| {
        let query = exchange.request.uri().query()?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == APP_TOKEN_PARAMETER);
        found.map(|(_, value)| value.into_owned())
    })
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

/// The name of the entity that the path's dataset means; a text that means none, as far as the client may know, stays as it
/// is.
#[must_use]
pub fn dataset_name(state: &State, client: &Client, exchange: &Exchange) -> String {
    let wrote = exchange.entity();
    let found = dataset::find(&state.every_entity(), wrote);
    let found = found.and_then(|entity| {
        let seen = state.service.entity_of(client, entity.name().as_str());
        seen.ok()
    });
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
    let name = dataset_name(state, &client, exchange);
    let permit = state.service.permit::<O>(&client, &name)?;
    let entity = Arc::clone(permit.entity());
    Ok((permit, entity))
}

/// The fields as they are by now, for a request that names one that was not known; its refusal where nothing has
/// changed.
///
/// # Errors
/// The refusal, whatever it was about; the tables cannot be read.
pub async fn fields_anew(
    state: &State,
    client: &Client,
    known: &Fields,
    refused: Error,
) -> Result<Fields, Error> {
    if !refusal::names_unknown(&refused) {
        return Err(refused);
    }
    match state.service.changed(client, known.entity()).await? {
        Some(entity) => Ok(Fields::new(&entity)),
        None => Err(refused),
    }
}
