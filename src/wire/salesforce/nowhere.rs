//! Everything below `/services/data` and `/services/oauth2` that is no operation: the path that leads nowhere, and the
//! path that takes another method. The vendor's clients read an array, whatever the path.

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::json;

use super::{faults, routes};
use crate::{
    error::Error,
    wire::{
        http::{
            path::{Found, Router},
            reply,
        },
        operation::{Exchange, Handler, Mount, Operation, Verb},
        state::State,
    },
};

/// The operations, to be looked at after all others of this API.
pub const OPERATIONS: &[Operation] = &[nowhere(Verb::Any)];

const fn nowhere(verb: Verb) -> Operation {
    Operation {
        verb,
        path: "/services/data/{rest*}",
        mount: Mount::Base,
        handler: HANDLER,
        envelope: faults::ENVELOPE,
        doc: None,
    }
}

const HANDLER: Handler = |state, exchange| {
    let answer = answer(state, exchange);
    Box::pin(async move { answer })
};

fn answer(state: &State, exchange: &Exchange) -> Result<Response, Error> {
    let method = exchange.request.method();
    let router = Router::new(&state.base_path, routes::OPERATIONS.iter().collect());
    match router.find(method, exchange.request.uri().path()) {
        Found::WrongMethod(_, allowed) => wrong_method(method.as_str(), &allowed),
        Found::Operation(..) | Found::Nothing => Err(Error::NotFound),
    }
}

/// Not an [`Error::MethodNotAllowed`]: the vendor's text names the method as well.
fn wrong_method(method: &str, allowed: &str) -> Result<Response, Error> {
    // HEAD first, as the vendor has it.
    let list = allowed.replace(' ', "").replace("GET,HEAD", "HEAD,GET");
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {list}");
    let mut response =
        reply::json(&json!([{"message": message, "errorCode": "METHOD_NOT_ALLOWED"}]))?;
    response.set_status(StatusCode::METHOD_NOT_ALLOWED);
    let headers = response.headers_mut();
    headers.insert(
        reply::ERROR_CODE,
        HeaderValue::from_static("method_not_allowed"),
    );
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        headers.insert(header::ALLOW, allowed);
    }
    Ok(response)
}
