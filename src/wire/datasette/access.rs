//! Who calls, and which table is meant. A caller without a token of ours is nobody, who is allowed nothing but is told
//! what exists, as Datasette does; what an entity allows is the service's answer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use poem::http::{HeaderMap, Method, header};

use crate::{
    domain::{Action, Entity},
    error::{Error, Unauthenticated},
    service::Client,
    wire::{operation::Exchange, state::State},
};

/// The scheme, which Datasette compares by the letter.
const BEARER: &str = "Bearer ";
/// What Datasette's own signed tokens begin with (`docs/authentication.rst`).
const DATASETTES_OWN: &str = "dstok_";

/// Who calls; `None` is nobody.
pub(in crate::wire) type Actor = Option<Client>;

/// A refusal in the contract's words.
pub(super) fn refuse(status: u16, code: &'static str, message: impl Into<String>) -> Error {
    Error::Contract {
        status,
        code,
        messages: vec![message.into()],
    }
}

/// Finds out who calls.
///
/// # Errors
/// 401 for a token that is one of ours and does not hold, or that only a Datasette could check. Anything else that
/// is no token is nobody's. 405 for a write whose path ends in a slash: to Datasette that is another path, which is read.
pub(in crate::wire) async fn actor(state: &State, exchange: &mut Exchange) -> Result<Actor, Error> {
    let request = &exchange.request;
    if *request.method() == Method::POST && request.uri().path().ends_with('/') {
        return Err(Error::MethodNotAllowed {
            allowed: "GET, HEAD".to_owned(),
        });
    }
    if let Some(client) = exchange.admitted() {
        return Ok(Some(client));
    }
    let Some(token) = token(exchange.headers()) else {
        return Ok(None);
    };
    if token.starts_with(DATASETTES_OWN) {
        return Err(Error::Unauthenticated(Unauthenticated::Invalid));
    }
    if !looks_like_ours(token) {
        return Ok(None);
    }
    let client = state.service.authenticate(Some(token)).await?;
    Ok(Some(exchange.admit(client)?))
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    sent.strip_prefix(BEARER)
}

/// Whether it is a JSON Web Token, valid or not.
fn looks_like_ours(token: &str) -> bool {
    let mut parts = token.split('.');
    let head = parts
        .next()
        .and_then(|head| URL_SAFE_NO_PAD.decode(head).ok());
    head.is_some_and(|head| head.starts_with(b"{")) && parts.count() == 2
}

/// Whether the path names the database that is served.
pub(super) fn is_database(state: &State, name: &str) -> bool {
    state.datasette.database == name
}

/// The table or view of exactly this name, as the caller sees it. To one who has no right to it, it is there, and empty.
pub(super) fn find(state: &State, actor: &Actor, name: &str) -> Option<Arc<Entity>> {
    let found = state.service.told_of(actor.as_ref(), name)?;
    (found.name().as_str() == name).then_some(found)
}

/// Whether the caller may do this with the entity.
pub(super) fn may(actor: &Actor, entity: &Entity, action: Action) -> bool {
    actor.is_some() && entity.actions().allow(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_ours_is_checked() {
        assert!(looks_like_ours("eyJhbGciOiJIUzI1NiJ9.e30.x"));
        for other in [
            "",
            "abc",
            "a.b.c",
            "eyJhbGciOiJIUzI1NiJ9.e30",
            "dstok_a.b.c",
        ] {
            assert!(!looks_like_ours(other), "{other}");
        }
    }

    #[test]
    fn the_scheme_is_compared_by_the_letter() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            token(&headers).map(str::to_owned)
        };
        assert_eq!(with("Bearer abc").as_deref(), Some("abc"));
        for other in ["bearer abc", "BEARER abc", "Basic abc", "Bearerabc"] {
            assert_eq!(with(other), None, "{other}");
        }
    }
}
