//! The public APIs over HTTP. Each API decodes its own bodies and encodes its own answers; all of them
//! share one table of operations, from which requests are routed and the `OpenAPI` document is written.
//! Nothing is planned, allowed or stored here: that is the service's part.

pub mod admin;
mod boundary;
pub mod contract_insight;
pub mod datasette;
pub mod gate;
pub mod health;
pub mod http;
pub mod limits;
pub mod oauth;
mod once;
pub mod openapi;
pub mod operation;
mod pages;
pub mod salesforce;
pub mod socrata;
pub mod state;
#[cfg(test)]
mod testing;

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, Response};

use self::{
    boundary::Boundary,
    gate::Gate,
    http::{envelope, path::Router},
    operation::Operation,
    state::State,
};
use crate::service::Service;

/// What the configuration says about HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The path everything stands below, such as `/API2`; empty for none. Health and documentation are
    /// at the root too.
    pub base_path: String,
    /// The longest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long a request may take to arrive.
    pub request_timeout: Duration,
    /// What a batch of rows may take up.
    pub batch: BatchLimits,
    /// The URL under which callers reach the root, such as `https://api.example.com`: what documents
    /// name in front of the base path. `None`: wherever they were fetched from.
    pub public_url: Option<String>,
    /// Whether an id and a secret are taken from other machines in requests to Socrata's API.
    pub basic_over_http: bool,
    /// Whether the demo's client is among the clients: examples offer its id and secret then.
    pub demo_client: bool,
    /// What Datasette's API needs to know.
    pub datasette: datasette::Settings,
    /// What every request passes.
    pub gate: gate::Settings,
    /// For how long a body may come too slowly.
    pub body_stall: Duration,
}

/// What a batch of rows may take up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// The most rows of one request.
    pub rows: u64,
    /// The longest body with rows that is read, in bytes, also of what is unpacked from it.
    pub bytes: usize,
    /// How long such a body may take to arrive.
    pub time: Duration,
}

/// Every operation there is.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    // The busiest first: the router takes the first that fits.
    contract_insight::OPERATIONS
        .iter()
        .chain(socrata::OPERATIONS)
        .chain(oauth::OPERATIONS)
        .chain(oauth::revoke::OPERATIONS)
        .chain(health::OPERATIONS)
        .chain(pages::OPERATIONS)
        .chain(admin::OPERATIONS)
        .chain(salesforce::operations())
        .chain(datasette::operations())
}

/// Everything that is served over HTTP. It answers every request itself: no error is left to poem.
pub fn routes(
    service: Arc<Service>,
    settings: Settings,
) -> impl Endpoint<Output = Response> + 'static {
    let gate = Gate::new(settings.gate.clone());
    let state = State::new(service, settings);
    let router = Router::new(&state.base_path, operations().collect());
    Boundary::new(router, state, gate, envelope::STANDARD)
}
