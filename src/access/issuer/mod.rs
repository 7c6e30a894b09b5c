//! Issuers whose tokens are taken besides our own: each pinned to a URL, an audience and algorithms. What a token says
//! of its client is mapped to a client's id, which begins with the issuer's name, and to roles.

mod claims;
mod fetch;
mod keys;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{AccessError, OUTSIDE, Roles, token::now};
use crate::domain::Rights;
use keys::{Keys, Source, Timing};

pub use fetch::check_issuer_url;

/// Seconds by which an issuer's clock may differ.
const LEEWAY: u64 = 30;

/// Seconds for which a token counts as checked: its issuer may have withdrawn the key meanwhile.
const CHECKED: u64 = 60;

/// The longest name of a client of an issuer, in bytes.
const LONGEST_NAME: usize = 150;

/// Sets of rights kept. Tokens with the same roles have the same.
const KEPT: usize = 1024;

/// An algorithm that an issuer may sign with: none with a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuerAlgorithm(Algorithm);

impl IssuerAlgorithm {
    const ALL: [(&'static str, Algorithm); 9] = [
        ("RS256", Algorithm::RS256),
        ("RS384", Algorithm::RS384),
        ("RS512", Algorithm::RS512),
        ("PS256", Algorithm::PS256),
        ("PS384", Algorithm::PS384),
        ("PS512", Algorithm::PS512),
        ("ES256", Algorithm::ES256),
        ("ES384", Algorithm::ES384),
        ("EdDSA", Algorithm::EdDSA),
    ];
}

impl FromStr for IssuerAlgorithm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, algorithm)| Self(*algorithm)).ok_or_else(|| {
            let names = Self::ALL.map(|(name, _)| name).join(", ");
            format!("holds '{text}'; the algorithms are {names}")
        })
    }
}

/// An issuer as it is configured.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuerSettings {
    /// What its clients' ids begin with.
    pub name: String,
    /// Its identifier: what `iss` has to be, by the letter.
    pub url: String,
    /// Of `aud` one has to be among these.
    pub audience: Vec<String>,
    /// What it signs with.
    pub algorithms: Vec<IssuerAlgorithm>,
    /// Where its keys are; `None`: where its metadata says.
    pub jwks_url: Option<String>,
    /// The claim that names the client.
    pub client_claim: String,
    /// The claim whose values are mapped to roles.
    pub roles_claim: String,
    /// The grants that a value of that claim gives.
    pub roles: Roles,
    /// The grants of whoever has a token.
    pub everyone: Vec<crate::domain::rights::Grant>,
    /// Claims that have to be there, each with the values of which it has to have one.
    pub required: Vec<(String, Vec<String>)>,
}

/// What a good token shows.
pub(super) struct Shown {
    /// The issuer's name, a colon and the name of the client there.
    pub(super) client_id: Arc<str>,
    pub(super) rights: Arc<Rights>,
    /// Until when that need not be checked again, in seconds since 1970.
    pub(super) until: u64,
}

/// An issuer that is trusted.
pub(super) struct Issuer {
    settings: IssuerSettings,
    keys: Arc<Keys>,
    /// By the values that gave them.
    rights: Mutex<HashMap<Vec<String>, Arc<Rights>>>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.settings.url)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    pub(super) fn new(settings: IssuerSettings) -> Self {
        Self::timed(settings, Timing::USUAL)
    }

    fn timed(settings: IssuerSettings, timing: Timing) -> Self {
        let source = Source {
            issuer: settings.url.clone(),
            jwks_url: settings.jwks_url.clone(),
        };
        Self {
            keys: Arc::new(Keys::new(source, timing)),
            settings,
            rights: Mutex::default(),
        }
    }

    /// Whether this is its identifier.
    pub(super) fn is(&self, named: &str) -> bool {
        self.settings.url == named
    }

    /// What a token of its shows.
    ///
    /// # Errors
    /// [`AccessError::InvalidToken`], [`AccessError::ExpiredToken`], [`AccessError::IssuerAway`].
    pub(super) async fn verify(&self, token: &str) -> Result<Shown, AccessError> {
        let header = decode_header(token).map_err(|_| AccessError::InvalidToken)?;
        // RFC 7515, section 4.1.11: what a token calls critical has to be understood, and nothing of it is here.
        if header.crit.is_some() {
            return Err(AccessError::InvalidToken);
        }
        // The header only chooses among what is pinned.
        let pinned = self.settings.algorithms.iter().map(|pinned| pinned.0);
        let algorithm = pinned.into_iter().find(|pinned| *pinned == header.alg);
        let algorithm = algorithm.ok_or(AccessError::InvalidToken)?;
        let key = self.keys.find(header.kid.as_deref(), algorithm).await?;
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&self.settings.url]);
        validation.set_audience(&self.settings.audience);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let claims = decode::<Map<String, Value>>(token, &key, &validation);
        let claims = claims
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => AccessError::ExpiredToken,
                _ => AccessError::InvalidToken,
            })?
            .claims;
        self.shown(&claims).ok_or(AccessError::InvalidToken)
    }

    /// What the claims of a token mean whose signature holds; `None` where one is missing or not as it must be.
    fn shown(&self, claims: &Map<String, Value>) -> Option<Shown> {
        let settings = &self.settings;
        let seconds = |claim: &str| claims.get(claim).and_then(claims::seconds);
        if seconds("iat").is_some_and(|issued| issued > now().saturating_add(LEEWAY)) {
            return None;
        }
        for (claim, wanted) in &settings.required {
            let values = claims::values(claims, claim);
            if !values.iter().any(|value| wanted.contains(value)) {
                tracing::debug!(
                    issuer = settings.name,
                    claim,
                    "a token lacks a required claim"
                );
                return None;
            }
        }
        let name = claims::find(claims, &settings.client_claim)?.as_str()?;
        let usable =
            !name.is_empty() && name.len() <= LONGEST_NAME && !name.contains(char::is_control);
        if !usable {
            return None;
        }
        let until = seconds("exp")?.saturating_add(LEEWAY);
        Some(Shown {
            client_id: format!("{}{OUTSIDE}{name}", settings.name).into(),
            rights: self.rights(claims::values(claims, &settings.roles_claim)),
            until: until.min(now().saturating_add(CHECKED)),
        })
    }

    /// The rights that these values of the roles' claim come to.
    fn rights(&self, mut values: Vec<String>) -> Arc<Rights> {
        let settings = &self.settings;
        values.retain(|value| settings.roles.contains_key(value));
        values.sort_unstable();
        values.dedup();
        let mut kept = self.rights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rights) = kept.get(&values) {
            return Arc::clone(rights);
        }
        let mapped = values.iter().filter_map(|value| settings.roles.get(value));
        let grants = settings.everyone.iter().chain(mapped.flatten());
        let rights = Arc::new(Rights::new(grants.cloned().collect()));
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(values, Arc::clone(&rights));
        rights
    }
}

/// The issuer that a token names. Nothing has been checked of it by then.
pub(super) fn issuer_named_in(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let named: Named = serde_json::from_slice(&payload).ok()?;
    Some(named.iss)
}
