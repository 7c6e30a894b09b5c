//! The token endpoint under the path and in the form of Salesforce's: client credentials, or the same two as user name
//! and password. Whether they hold is the service's answer.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use poem::{
    Response,
    http::{HeaderValue, header},
};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{id::Prefix, model::SalesforceToken};
use crate::{
    domain::{Api, fault::shorten},
    error::{Error, Unauthenticated},
    wire::{
        http::{
            credentials::Basic,
            form::{Form, Unclear},
            reply,
        },
        operation::{Envelope, Exchange},
        state::State,
    },
};

/// The path of the token endpoint, below the base path.
pub const PATH: &str = "/services/oauth2/token";

/// How its errors look. Salesforce answers wrong credentials with 400.
pub const ENVELOPE: Envelope = Envelope {
    api: Api::Salesforce,
    status,
    body,
};

/// The grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    ClientCredentials,
    Password,
}

/// Issues a token.
///
/// # Errors
/// [`Error::OAuth`], [`Error::Unauthenticated`], [`Error::TooManyRequests`].
pub async fn issue(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let form = Form::read(state, exchange).await?;
    let (grant, Basic { id, secret }) = decode(exchange, form)?;
    // The log names who tried, as long as that can be a client's id at all.
    exchange.claimed = Some(shorten(&id));
    let issuing = state.service.issue_token(&id, &secret);
    let token = exchange.check_secret(issuing).await;
    let token = token.map_err(|error| match (error, grant) {
        (Error::Unauthenticated(_), Grant::Password) => BAD_PASSWORD,
        (error, _) => error,
    })?;
    let instance_url = instance_url(state, exchange);
    let identity = identity_url(&instance_url, &id);
    let issued_at = now().to_string();
    let mut response = reply::json(&SalesforceToken {
        access_token: token.access_token,
        signature: sign(&secret, &format!("{identity}{issued_at}"))?,
        instance_url,
        id: identity,
        token_type: "Bearer".to_owned(),
        issued_at,
    })?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

const BAD_PASSWORD: Error = Error::OAuth {
    error: "invalid_grant",
    message: "authentication failure",
};

fn decode(exchange: &Exchange, form: Result<Form, Unclear>) -> Result<(Grant, Basic), Error> {
    let mut form = form.map_err(unclear)?;
    match form.take("grant_type").as_deref() {
        Some("client_credentials") => {
            let sent = form.credentials(exchange.headers()).map_err(unclear)?;
            Ok((Grant::ClientCredentials, sent?))
        }
        // The client id and secret that such a request has besides are those of an app, which there is none of here.
        Some("password") => {
            let sent = form.take("username").zip(form.take("password"));
            let (id, secret) = sent.ok_or(BAD_PASSWORD)?;
            Ok((Grant::Password, Basic { id, secret }))
        }
        _ => Err(Error::OAuth {
            error: "unsupported_grant_type",
            message: "grant type not supported",
        }),
    }
}

fn unclear(why: Unclear) -> Error {
    Error::OAuth {
        error: "invalid_request",
        message: match why {
            Unclear::Repeated => "a parameter stands more than once; send it once",
            Unclear::Differs => {
                "the form and the Basic header name different credentials; send one of them"
            }
        },
    }
}

fn status(error: &Error) -> u16 {
    match error {
        Error::Unauthenticated(_) => 400,
        other => other.status(),
    }
}

fn body(error: &Error, _: &str) -> Value {
    let (code, description) = match error {
        Error::OAuth { error, message } => (*error, (*message).to_owned()),
        // One answer for an unknown client and for a wrong secret.
        Error::Unauthenticated(Unauthenticated::Client) => {
            ("invalid_client_id", "client identifier invalid".to_owned())
        }
        other if other.status() >= 500 => ("server_error", other.to_string()),
        other => ("invalid_request", other.to_string()),
    };
    json!({"error": code, "error_description": description})
}

/// What clients put in front of every path: the public URL where one is set, else the address they have come to.
fn instance_url(state: &State, exchange: &Exchange) -> String {
    let base = state.public_base();
    if base.contains("://") {
        return base;
    }
    let host = exchange.headers().get(header::HOST);
    let host = host
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    format!("http://{host}{base}")
}

/// The URL that names the user in the organization. Clients take the two ids from its end.
fn identity_url(instance_url: &str, client_id: &str) -> String {
    let organization = Prefix::ORGANIZATION.id_of_text("upsertd");
    let user = Prefix::USER.id_of_text(client_id);
    format!("{instance_url}/id/{organization}/{user}")
}

/// Shows that the identity URL is from somebody who knows the client's secret, as Salesforce's does.
fn sign(secret: &str, text: &str) -> Result<String, Error> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(reply::unwritable)?;
    mac.update(text.as_bytes());
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

/// Milliseconds since 1970.
fn now() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_identity_url_ends_in_an_organization_and_a_user() {
        let url = identity_url("https://x/API2", "erp");
        let mut parts = url.rsplit('/');
        let (user, organization) = (parts.next().unwrap(), parts.next().unwrap());
        assert!(user.starts_with("005") && user.len() == 18, "{url}");
        assert!(
            organization.starts_with("00D") && organization.len() == 18,
            "{url}"
        );
        assert_ne!(url, identity_url("https://x/API2", "other"));
    }

    #[test]
    fn the_signature_is_hmac_sha_256_in_base64() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign("Jefe", "what do ya want for nothing?").unwrap(),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
        );
    }
}
