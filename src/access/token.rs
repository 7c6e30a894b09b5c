//! Tokens: JSON Web Tokens signed with HMAC-SHA256. A token says who it was given to and until when;
//! what that client may do is not in it.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use super::{AccessError, Token};

/// Issuer and audience: tokens of another service do not count here even if it shares the key.
const OURSELVES: &str = "upsertd";

/// Seconds by which the clocks of replicas may differ.
const LEEWAY: u64 = 5;

/// The shortest key, in bytes: HMAC-SHA256 is as strong as its hash from there on.
const SHORTEST_KEY: usize = 32;

/// The key that tokens are signed with. Every replica needs the same one.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

/// Why there is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Too few bytes.
    #[error("needs at least {SHORTEST_KEY} bytes, not {0}; make one with `upsertd new-key`")]
    TooShort(usize),
    /// The system gave no random bytes.
    #[error("no key can be made: no randomness from the system")]
    System,
}

impl SigningKey {
    /// Takes a text's bytes as the key; spaces and line ends around it do not count.
    ///
    /// # Errors
    /// [`KeyError::TooShort`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let bytes = text.trim().as_bytes();
        if bytes.len() < SHORTEST_KEY {
            return Err(KeyError::TooShort(bytes.len()));
        }
        Ok(Self(bytes.to_vec()))
    }

    /// The name that tokens call it by. Nothing of the key can be read from it.
    fn id(&self) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            // It takes keys of any length.
            return String::new();
        };
        mac.update(b"upsertd key id");
        let sum = mac.finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&sum[..9])
    }

    /// The text of a new key: 32 random bytes in base64.
    ///
    /// # Errors
    /// [`KeyError::System`].
    pub fn random_text() -> Result<String, KeyError> {
        let mut bytes = [0; SHORTEST_KEY];
        getrandom::fill(&mut bytes).map_err(|_| KeyError::System)?;
        Ok(STANDARD.encode(bytes))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// What a token says. All of it is required, but for the generation. Times are seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    /// The token's own id, by which it can be withdrawn.
    jti: String,
    /// The client's generation: tokens of another one are of no use.
    #[serde(rename = "gen", default)]
    generation: i64,
}

/// Whom a token was given to, and until when.
pub(super) struct Verified {
    pub(super) client_id: String,
    pub(super) token_id: String,
    pub(super) generation: i64,
    /// Seconds since 1970, with the leeway for other clocks.
    pub(super) until: u64,
}

/// A key that signatures are checked with, and the name under which tokens say that it was theirs.
struct Key {
    id: String,
    decoding: DecodingKey,
}

impl Key {
    fn new(key: &SigningKey) -> Self {
        Self {
            id: key.id(),
            decoding: DecodingKey::from_secret(&key.0),
        }
    }
}

pub(super) struct Signer {
    encoding: EncodingKey,
    current: Key,
    previous: Option<Key>,
    validation: Validation,
    lifetime: Duration,
}

impl Signer {
    pub(super) fn new(key: &SigningKey, previous: Option<&SigningKey>, lifetime: Duration) -> Self {
        // The algorithm is fixed here and never taken from the token's own header.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[OURSELVES]);
        validation.set_audience(&[OURSELVES]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        validation.leeway = LEEWAY;
        Self {
            encoding: EncodingKey::from_secret(&key.0),
            current: Key::new(key),
            previous: previous.map(Key::new),
            validation,
            lifetime,
        }
    }

    /// A token for a client, from now on.
    pub(super) fn sign(&self, client_id: &str, generation: i64) -> Result<Token, AccessError> {
        let now = now();
        let claims = Claims {
            iss: OURSELVES.to_owned(),
            aud: OURSELVES.to_owned(),
            sub: client_id.to_owned(),
            iat: now,
            exp: now.saturating_add(self.lifetime.as_secs()),
            jti: Uuid::new_v4().to_string(),
            generation,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.current.id.clone());
        let access_token = encode(&header, &claims, &self.encoding).map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            AccessError::Client
        })?;
        Ok(Token {
            access_token,
            expires_in: self.lifetime,
        })
    }

    /// What a token says. The signature is checked first, in constant time.
    pub(super) fn verify(&self, token: &str) -> Result<Verified, AccessError> {
        let key = self.key_of(token)?;
        let claims = decode::<Claims>(token, &key.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => AccessError::ExpiredToken,
                _ => AccessError::InvalidToken,
            })?
            .claims;
        // The library does not look at `iat`.
        if claims.iat > now().saturating_add(LEEWAY) {
            return Err(AccessError::InvalidToken);
        }
        Ok(Verified {
            client_id: claims.sub,
            token_id: claims.jti,
            generation: claims.generation,
            until: claims.exp.saturating_add(LEEWAY),
        })
    }

    /// The key that a token names. It only chooses among ours; the signature has to hold with it.
    fn key_of(&self, token: &str) -> Result<&Key, AccessError> {
        let header = decode_header(token).map_err(|_| AccessError::InvalidToken)?;
        let Some(named) = header.kid else {
            return Ok(&self.current);
        };
        let mut keys = [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten();
        keys.find(|key| key.id == named)
            .ok_or(AccessError::InvalidToken)
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    // A clock before 1970 makes every token one from the future, thus invalid.
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
