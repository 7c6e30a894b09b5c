//! The token endpoint: OAuth 2.0's client credentials grant (RFC 6749, section 4.4). It reads the
//! credentials; whether they hold is the service's answer.

pub mod revoke;

use poem::{Response, http::HeaderMap};
use poem_openapi::{Enum, Object, types::Any};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    http::{
        credentials::Basic,
        form::{Form, Unclear},
        reply,
    },
    operation::{Doc, Envelope, Exchange, Mount, Operation, Payload, Verb},
    state::State,
};
use crate::{domain::Api, error::Error};

/// The path of the token endpoint, below the base path.
pub const TOKEN_PATH: &str = "/oauth/token";

/// The id and secret of the demo's client, for examples.
pub const DEMO: (&str, &str) = ("demo", "demo-secret");

/// The operations.
pub const OPERATIONS: &[Operation] = &[Operation {
    verb: Verb::Post,
    path: TOKEN_PATH,
    mount: Mount::Base,
    handler: |state, exchange| Box::pin(token(state, exchange)),
    envelope: Envelope {
        api: Api::Admin,
        status: Error::status,
        body: error,
    },
    doc: Some(Doc {
        id: "token",
        tag: "OAuth",
        summary: "Get a token",
        description: "Exchanges a client's id and secret for a Bearer token. They are sent in the form or in a \
                      Basic header.",
        parameters: &[],
        body: Some(Payload::new::<TokenForm>(
            "application/x-www-form-urlencoded",
        )),
        answer: Payload::json::<TokenBody>(),
        error: Payload::json::<TokenError>(),
        errors: &[
            (
                400,
                &[
                    "invalid_request",
                    "unsupported_grant_type",
                    "body_malformed",
                ],
            ),
            (401, &["invalid_client"]),
            (405, &["method_not_allowed"]),
            (408, &["body_timeout"]),
            (413, &["body_too_large"]),
            (415, &["unsupported_media_type"]),
            (429, &["too_many_requests"]),
            (500, &["internal_error"]),
        ],
        secured: false,
        entity: None,
    }),
}];

/// What to send for a token.
#[derive(Debug, Object)]
pub struct TokenForm {
    /// The only grant there is.
    grant_type: GrantType,
    /// The client's id, unless it is in a Basic header.
    client_id: Option<String>,
    /// The client's secret, unless it is in a Basic header.
    client_secret: Option<String>,
    /// Ignored: a token is good for everything the client may do.
    scope: Option<String>,
}

/// The grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GrantType {
    /// By the client's own credentials.
    ClientCredentials,
}

/// A token.
#[derive(Debug, Serialize, Object)]
pub struct TokenBody {
    /// What to send as `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    token_type: String,
    /// Seconds for which it holds.
    expires_in: u64,
}

/// Why there is no token: RFC 6749's keys beside those of every other error.
#[derive(Debug, Object)]
pub struct TokenError {
    /// The RFC's code, such as `invalid_client`.
    error: String,
    /// What is wrong and what to do.
    error_description: String,
    /// The id under which the log has the request.
    #[oai(rename = "LogId")]
    log_id: String,
    /// The same as `error_description`.
    #[oai(rename = "Message")]
    message: String,
    /// Always null.
    #[oai(rename = "Exception")]
    exception: Option<Any<Value>>,
}

/// A form for the document: of the demo's client, or of one to be filled in.
#[must_use]
pub fn example(demo_client: bool) -> Value {
    let (id, secret) = if demo_client {
        DEMO
    } else {
        ("your-client-id", "your-client-secret")
    };
    json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret})
}

fn error(error: &Error, log_id: &str) -> Value {
    let message = error.to_string();
    let code = match error {
        Error::OAuth { error, .. } => error,
        Error::Unauthenticated(_) => "invalid_client",
        _ if error.status() >= 500 => "server_error",
        // RFC 6749 has no code of its own for asking too often; this one is its authorization endpoint's.
        Error::TooManyRequests { .. } | Error::TooManyRows { .. } => "temporarily_unavailable",
        _ => "invalid_request",
    };
    json!({
        "error": code,
        "error_description": message,
        "LogId": log_id,
        "Message": message,
        "Exception": null,
    })
}

async fn token(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let form = Form::read(state, exchange).await?;
    let Basic { id, secret } = decode(exchange.headers(), form)?;
    // The log names who tried, as long as that can be a client's id at all.
    exchange.claimed = Some(crate::domain::fault::shorten(&id));
    let issuing = state.service.issue_token(&id, &secret);
    let token = exchange.check_secret(issuing).await?;
    reply::json(&TokenBody {
        access_token: token.access_token,
        token_type: "bearer".to_owned(),
        expires_in: token.expires_in.as_secs(),
    })
}

/// The credentials of a request, from its header or its form.
fn decode(headers: &HeaderMap, form: Result<Form, Unclear>) -> Result<Basic, Error> {
    let mut form = form.map_err(unclear)?;
    match form.take("grant_type").as_deref() {
        Some("client_credentials") => form.credentials(headers).map_err(unclear)?,
        None | Some("") => Err(invalid(
            "grant_type is missing; send grant_type=client_credentials as a form.",
        )),
        Some(_) => Err(Error::OAuth {
            error: "unsupported_grant_type",
            message: "Only grant_type=client_credentials is supported.",
        }),
    }
}

fn unclear(why: Unclear) -> Error {
    invalid(match why {
        Unclear::Repeated => "A parameter stands more than once; send it once.",
        Unclear::Differs => {
            "The form and the Basic header name different credentials; send one of them."
        }
    })
}

fn invalid(message: &'static str) -> Error {
    Error::OAuth {
        error: "invalid_request",
        message,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use poem::http::header;

    use super::*;

    const HEADER: &str = "Basic ZGVtbzpkZW1vLXNlY3JldA=="; // demo:demo-secret

    fn read(header: Option<&str>, body: &str) -> Result<Basic, (String, &'static str)> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(header::AUTHORIZATION, header.parse().unwrap());
        }
        decode(&headers, Form::parse(body.as_bytes())).map_err(|e| {
            let body = error(&e, "id");
            (body["error"].as_str().unwrap().to_owned(), e.code())
        })
    }

    #[test]
    fn credentials_come_in_the_form_or_in_a_basic_header() {
        let demo = Ok(Basic {
            id: "demo".to_owned(),
            secret: "demo-secret".to_owned(),
        });
        let grant = "grant_type=client_credentials";
        let full =
            "grant_type=client_credentials&client_id=demo&client_secret=demo%2Dsecret&scope=x";
        assert_eq!(read(None, full), demo);
        assert_eq!(read(Some(HEADER), grant), demo);
        assert_eq!(read(Some(HEADER), full), demo);
    }

    #[test]
    fn what_is_not_a_client_credentials_request_gets_the_rfc_code() {
        let grant = "grant_type=client_credentials";
        for (header, body, code) in [
            (None, "", "invalid_request"),
            (None, grant, "invalid_client"),
            (
                None,
                "grant_type=client_credentials&client_id=demo",
                "invalid_client",
            ),
            (Some("Basic ???"), grant, "invalid_client"),
            (None, "grant_type=password", "unsupported_grant_type"),
            (
                Some(HEADER),
                "grant_type=client_credentials&client_id=x",
                "invalid_request",
            ),
            (
                None,
                "grant_type=client_credentials&client_id=a&client_id=a",
                "invalid_request",
            ),
        ] {
            assert_eq!(read(header, body), Err((code.to_owned(), code)), "{body}");
        }
    }
}
