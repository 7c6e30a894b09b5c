//! HTTP in and out. A stand-in until the APIs are joined: it answers `/health/live` alone.

use std::sync::Arc;

use poem::{IntoEndpoint, Route, get, handler};

use crate::service::Service;

/// What the configuration says about HTTP.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What stands before every path.
    pub base_path: String,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// The address callers use.
    pub public_url: Option<String>,
}

/// Every route.
pub fn routes(_service: Arc<Service>, _settings: Settings) -> impl IntoEndpoint<Endpoint: 'static> {
    Route::new().at("/health/live", get(live))
}

#[handler]
fn live() -> &'static str {
    "live"
}
