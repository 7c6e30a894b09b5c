//! What every path that takes a POST does with other methods, and what becomes of actions that do not exist.

use std::future::ready;

use poem::{
    Response,
    http::{Method, StatusCode, header},
};

use super::{access::refuse, encode::ENVELOPE};
use crate::{
    error::Error,
    wire::operation::{Exchange, Handler, Mount, Operation, Verb},
};

/// The actions of a table, of a row and of the database.
const ACTIONS: [&[&str]; 3] = [
    &["upsert", "insert", "alter", "drop"],
    &["update", "delete"],
    &["create"],
];

const fn other(path: &'static str, handler: Handler) -> Operation {
    Operation {
        verb: Verb::Any,
        path,
        mount: Mount::Base,
        handler,
        envelope: ENVELOPE,
        doc: None,
    }
}

/// They come after the operations that these paths have.
pub(super) const OPERATIONS: &[Operation] = &[
    other("/{database}/{table}/-/{action}", |_, exchange| {
        Box::pin(ready(answer(exchange, ACTIONS[0])))
    }),
    other("/{database}/{table}/{pks}/-/{action}", |_, exchange| {
        Box::pin(ready(answer(exchange, ACTIONS[1])))
    }),
    other("/{database}/-/{action}", |_, exchange| {
        Box::pin(ready(answer(exchange, ACTIONS[2])))
    }),
];

fn answer(exchange: &Exchange, actions: &[&str]) -> Result<Response, Error> {
    if !actions.contains(&exchange.captures.get("action")) {
        return Err(refuse(404, "not_found", "404"));
    }
    if *exchange.request.method() == Method::OPTIONS {
        return Ok(text(StatusCode::OK, "ok"));
    }
    if wants_json(exchange) {
        return Err(Error::MethodNotAllowed {
            allowed: "POST".to_owned(),
        });
    }
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed");
    let allowed = header::HeaderValue::from_static("POST");
    response.headers_mut().insert(header::ALLOW, allowed);
    Ok(response)
}

/// Exactly this, without a parameter.
fn wants_json(exchange: &Exchange) -> bool {
    let sent = exchange.headers().get(header::CONTENT_TYPE);
    sent.is_some_and(|sent| sent.as_bytes() == b"application/json")
}

fn text(status: StatusCode, body: &'static str) -> Response {
    Response::builder()
        .status(status)
        .content_type("text/plain; charset=utf-8")
        .body(body)
}
