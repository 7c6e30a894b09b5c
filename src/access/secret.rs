//! Client secrets: kept as argon2id hashes only.

use std::{fmt, str::FromStr};

use argon2::{
    ARGON2ID_IDENT, Argon2, Params, PasswordHasher, PasswordVerifier,
    password_hash::phc::PasswordHash,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// A secret's argon2id hash, in PHC form (`$argon2id$v=19$…`).
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(PasswordHash);

/// Why a text is no hash, or no hash can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The secret is empty.
    #[error("the secret is empty")]
    Empty,
    /// Not an argon2id hash that a secret can be checked against.
    #[error("not an argon2id hash; make one with `upsertd hash-secret`")]
    NotAHash,
    /// The system gave no random salt or no memory.
    #[error("the secret cannot be hashed: no randomness or memory from the system")]
    System,
}

/// Hashes a secret with a new random salt. Takes some ten milliseconds of a core.
///
/// # Errors
/// [`SecretError::Empty`], [`SecretError::System`].
pub fn hash_secret(secret: &str) -> Result<SecretHash, SecretError> {
    if secret.is_empty() {
        return Err(SecretError::Empty);
    }
    Argon2::default()
        .hash_password(secret.as_bytes())
        .map(SecretHash)
        .map_err(|_| SecretError::System)
}

/// A new secret: 32 random bytes in base64, without characters that a form or a header would have to escape.
///
/// # Errors
/// [`SecretError::System`].
pub fn new_secret() -> Result<String, SecretError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| SecretError::System)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl SecretHash {
    /// Whether this is the hash of a secret. Blocks a thread for some ten milliseconds.
    pub(super) fn matches(&self, secret: &str) -> bool {
        Argon2::default()
            .verify_password(secret.as_bytes(), &self.0)
            .is_ok()
    }
}

impl FromStr for SecretHash {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        let hash = PasswordHash::new(text).map_err(|_| SecretError::NotAHash)?;
        let usable = hash.algorithm == ARGON2ID_IDENT
            && hash.salt.is_some()
            && hash.hash.is_some()
            && Params::try_from(&hash).is_ok();
        usable.then_some(Self(hash)).ok_or(SecretError::NotAHash)
    }
}

/// The PHC form, for a configuration file.
impl fmt::Display for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}
