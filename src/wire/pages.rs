//! What people open: the pointer at the root, the `OpenAPI` document and Swagger UI.

use poem::{Response, http::header};

use super::{
    gate,
    http::{envelope, reply},
    openapi,
    operation::{Handler, Mount, Operation, Verb},
    state::State,
};
use crate::error::Error;

/// The operations. The document describes the API, not these pages.
pub const OPERATIONS: &[Operation] = &[
    page("/", |state, _| Box::pin(async { Ok(index(state)) })),
    page("/openapi.json", |state, exchange| {
        Box::pin(async {
            let built = state.documents.current(state, exchange).await?;
            Ok(reply::json_text(built.spec.clone()))
        })
    }),
    page("/swagger", |state, exchange| {
        Box::pin(async {
            let built = state.documents.current(state, exchange).await?;
            Ok(html(built.swagger.clone(), &built.policy))
        })
    }),
    page("/swagger/oauth-receiver.html", |_, _| {
        Box::pin(oauth_receiver())
    }),
];

const fn page(path: &'static str, handler: Handler) -> Operation {
    Operation {
        verb: Verb::Get,
        path,
        mount: Mount::Anywhere,
        handler,
        envelope: envelope::STANDARD,
        doc: None,
    }
}

fn html(text: String, policy: &str) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .body(text)
}

/// The page that Swagger UI has an authorization server come back to.
async fn oauth_receiver() -> Result<Response, Error> {
    let page = openapi::oauth_receiver().await?;
    let policy = gate::page_policy(&page, None);
    Ok(html(page, &policy))
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
