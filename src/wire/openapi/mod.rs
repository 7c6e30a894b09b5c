//! The `OpenAPI` document and Swagger UI. poem-openapi writes the document from the table of operations;
//! what depends on the catalog and the settings is added here, once per catalog. Requests are not
//! routed by it.

mod api;
mod conditional;
mod door;
mod finish;
pub mod sample;

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use poem::{Endpoint as _, IntoResponse as _, Request, http::Uri};

use super::{
    gate::page_policy,
    http::{credentials, reply},
    operation::Exchange,
    state::State,
};
use crate::{domain::Entity, error::Error};

/// How many documents are kept. Clients with the same rights have different ones all the same.
const KEPT: usize = 8;

/// The documents last asked for.
#[derive(Default)]
pub struct Documents {
    built: RwLock<VecDeque<Arc<Built>>>,
}

/// What documents may tell of to whoever asks for them: what the client of the request's token sees. The demo, whose client
/// is known to all, is told to everybody.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that does not hold.
pub async fn entities(state: &State, exchange: &mut Exchange) -> Result<Vec<Arc<Entity>>, Error> {
    match credentials::bearer(exchange.headers()) {
        Some(token) => {
            let client = state.service.authenticate(Some(token)).await?;
            let client = exchange.admit(client)?;
            Ok(state.service.entities_of(&client))
        }
        None if state.demo_client => Ok(state.every_entity()),
        None => Ok(Vec::new()),
    }
}

/// The documents of what somebody sees of one catalog.
pub struct Built {
    entities: Vec<Arc<Entity>>,
    /// The `OpenAPI` document.
    pub spec: String,
    /// Swagger UI with that document inside.
    pub swagger: String,
    /// What a browser is told that the page may do.
    pub policy: String,
}

impl Documents {
    /// The documents of what is served now to whoever asks.
    ///
    /// # Errors
    /// As [`entities`]; [`Error::Internal`] when they cannot be written.
    pub async fn current(
        &self,
        state: &State,
        exchange: &mut Exchange,
    ) -> Result<Arc<Built>, Error> {
        let entities = entities(state, exchange).await?;
        let held = self.built.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(built) = held.iter().find(|built| same(&built.entities, &entities)) {
            return Ok(Arc::clone(built));
        }
        drop(held);
        let built = Arc::new(build(state, entities)?);
        let mut held = self.built.write().unwrap_or_else(PoisonError::into_inner);
        held.push_front(Arc::clone(&built));
        held.truncate(KEPT);
        Ok(built)
    }
}

/// A reload makes new entities, so that the same ones mean the same catalog.
fn same(a: &[Arc<Entity>], b: &[Arc<Entity>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

fn build(state: &State, entities: Vec<Arc<Entity>>) -> Result<Built, Error> {
    let service = api::service();
    let draft = service.spec();
    let spec = finish::document(&draft, &state.public_base(), state.demo_client, &entities)?;
    // The page holds the draft as a script's literal; `<` in it could end the script.
    let swagger = service
        .swagger_ui_html()
        .replacen(&draft, &spec.replace('<', "\\u003c"), 1);
    Ok(Built {
        entities,
        spec,
        policy: page_policy(&swagger, state.public_url.as_deref()),
        swagger,
    })
}

/// The page that Swagger UI has an authorization server come back to.
///
/// # Errors
/// [`Error::NotFound`] when poem-openapi no longer has it.
pub async fn oauth_receiver() -> Result<String, Error> {
    let request = Request::builder()
        .uri(Uri::from_static("/oauth-receiver.html"))
        .finish();
    let page = api::service().swagger_ui().call(request).await;
    let page = page.map_err(|_| Error::NotFound)?.into_response();
    let page = page.into_body().into_string().await;
    page.map_err(reply::unwritable)
}

#[cfg(test)]
mod tests;
