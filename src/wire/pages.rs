//! What people open: the pointer at the root, the `OpenAPI` document, Swagger UI and the Postman
//! collection.

use poem::{Response, http::header};

use super::{
    contract_insight::encode,
    http::reply,
    openapi,
    operation::{Exchange, Handler, Mount, Operation, Verb},
    postman,
    state::State,
};
use crate::error::Error;

/// The operations. The document describes the API, not these pages.
pub const OPERATIONS: &[Operation] = &[
    page("/", |state, _| Box::pin(async { Ok(index(state)) })),
    page("/openapi.json", |state, _| {
        Box::pin(async {
            Ok(reply::json_text(
                state.documents.current(state)?.spec.clone(),
            ))
        })
    }),
    page("/swagger", |state, _| {
        Box::pin(async { Ok(html(state.documents.current(state)?.swagger.clone())) })
    }),
    page("/swagger/oauth-receiver.html", |_, _| {
        Box::pin(openapi::oauth_receiver())
    }),
    page("/postman.json", |state, exchange| {
        Box::pin(async { collection(state, exchange) })
    }),
];

const fn page(path: &'static str, handler: Handler) -> Operation {
    Operation {
        verb: Verb::Get,
        path,
        mount: Mount::Anywhere,
        handler,
        envelope: encode::error,
        doc: None,
    }
}

fn html(text: String) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .body(text)
}

fn index(state: &State) -> Response {
    let base = &state.base_path;
    Response::builder()
        .content_type("text/plain; charset=utf-8")
        .body(format!(
            "upsertd: update the row that matches, or insert it.\n\n\
             Documentation       {base}/swagger\n\
             OpenAPI document    {base}/openapi.json\n\
             Postman collection  {base}/postman.json\n"
        ))
}

/// The collection is made for the address it was asked at, unless a public one is set.
fn collection(state: &State, exchange: &Exchange) -> Result<Response, Error> {
    let base = state.public_base();
    let base_url = if base.starts_with('/') || base.is_empty() {
        let host = exchange.headers().get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok());
        format!("http://{}{base}", host.unwrap_or("localhost"))
    } else {
        base
    };
    reply::json(&postman::collection(&base_url, &state.entities()))
}
