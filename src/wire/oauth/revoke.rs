//! Withdraws a token (RFC 7009): the client that it was given to says that it needs it no more, or that somebody else
//! has it.

use poem::Response;
use poem_openapi::Object;
use serde::Serialize;
use serde_json::{Value, json};

use super::{TokenError, error, unclear};
use crate::{
    domain::{Api, fault::shorten},
    error::Error,
    wire::{
        http::{credentials::Basic, form::Form, reply},
        operation::{Doc, Envelope, Exchange, Mount, Operation, Payload, Verb},
        state::State,
    },
};

/// The path, below the base path.
pub const PATH: &str = "/oauth/revoke";

/// The operation.
pub const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Post,
    path: PATH,
    mount: Mount::Base,
    handler: |state, exchange| Box::pin(revoke(state, exchange)),
    envelope: Envelope {
        api: Api::Admin,
        status: Error::status,
        body: error,
    },
    doc: Some(Doc {
        id: "revoke",
        tag: "OAuth",
        summary: "Withdraw a token",
        description: "Makes a token useless before it expires. The client that it was given to sends it with its own id \
                      and secret, in the form or in a Basic header. A text that is no token, or one that holds no more, \
                      is answered with 200 as well.",
        parameters: &[],
        body: Some(Payload::new::<RevokeForm>(
            "application/x-www-form-urlencoded",
        )),
        answer: Payload::json::<Revoked>(),
        error: Payload::json::<TokenError>(),
        errors: &[
            (
                400,
                &["invalid_request", "unauthorized_client", "body_malformed"],
            ),
            (401, &["invalid_client"]),
            (405, &["method_not_allowed"]),
            (408, &["body_timeout"]),
            (413, &["body_too_large"]),
            (415, &["unsupported_media_type"]),
            (429, &["too_many_requests"]),
            (500, &["internal_error", "outcome_unknown"]),
            (
                503,
                &[
                    "database_busy",
                    "overloaded",
                    "timeout",
                    "database_unavailable",
                ],
            ),
        ],
        secured: false,
        entity: None,
    }),
}];

/// What to send in order to withdraw a token.
#[derive(Debug, Object)]
pub struct RevokeForm {
    /// The token.
    token: String,
    /// Ignored: there is one kind of token.
    token_type_hint: Option<String>,
    /// The client's id, unless it is in a Basic header.
    client_id: Option<String>,
    /// The client's secret, unless it is in a Basic header.
    client_secret: Option<String>,
}

/// Nothing: the token is of no use any more.
#[derive(Debug, Serialize, Object)]
pub struct Revoked {}

/// A form for the document, by the one for a token.
#[must_use]
pub fn example(token: &Value) -> Value {
    json!({
        "token": "the access_token",
        "client_id": token["client_id"],
        "client_secret": token["client_secret"],
    })
}

async fn revoke(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let form = Form::read(state, exchange).await?;
    let mut form = form.map_err(unclear)?;
    let token = form.take("token").filter(|token| !token.is_empty());
    let Basic { id, secret } = form.credentials(exchange.headers()).map_err(unclear)??;
    exchange.claimed = Some(shorten(&id));
    let token = token.ok_or(Error::OAuth {
        error: "invalid_request",
        message: "token is missing; send the token that is to be withdrawn.",
    })?;
    let revoking = state.service.revoke_token(&id, &secret, &token);
    exchange.check_secret(revoking).await?;
    reply::json(&Revoked {})
}
