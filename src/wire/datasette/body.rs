//! Reads a body as Datasette does: JSON whatever its Content-Type says.

use serde_json::{Map, Value as Json};

use super::{access::refuse, python_json};
use crate::{
    error::Error,
    wire::{
        http::body::{self, Allowance, Media},
        operation::Exchange,
        state::State,
    },
};

/// The body's object.
///
/// # Errors
/// 413 for a body that is too long, 400 for one that is no JSON or no object.
pub(super) async fn object(
    state: &State,
    exchange: &mut Exchange,
) -> Result<Map<String, Json>, Error> {
    let bytes = read(state, exchange).await?;
    match python_json::parse(&bytes) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(malformed("JSON must be a dictionary")),
        Err(wrong) => Err(malformed(format!("Invalid JSON: {wrong}"))),
    }
}

/// The body's bytes.
///
/// # Errors
/// 413 for a body that is too long.
pub(super) async fn read(state: &State, exchange: &mut Exchange) -> Result<Vec<u8>, Error> {
    let allowance = Allowance {
        bytes: state.datasette.max_body_bytes,
        ..state.allowance(exchange.started)
    };
    body::read(&mut exchange.request, Media::Any, allowance).await
}

/// A body that is not what it should be.
pub(super) fn malformed(message: impl Into<String>) -> Error {
    refuse(400, "body_malformed", message)
}
