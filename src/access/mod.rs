//! Who is calling: clients, their secrets, the tokens they get for them, and those of issuers that are trusted. It serves
//! no HTTP and reads no configuration file and no database, and it never lets a secret, a hash or a key into a log.

mod app_token;
mod client;
mod directory;
mod door;
mod gate;
mod grant_spec;
mod issuer;
mod known;
mod recent;
mod secret;
mod stored;
mod token;

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc, time::Duration};

pub use app_token::{AppToken, AppTokenHash, NotAnAppToken};
pub use client::Client;
pub use door::{Access, Also};
pub use grant_spec::{GrantProblem, GrantSpec};
pub use issuer::{IssuerAlgorithm, IssuerSettings, check_issuer_url};
pub use secret::{SecretError, SecretHash, hash_secret, new_secret};
pub use stored::StoredRights;
pub use token::{KeyError, SigningKey};

use std::collections::BTreeMap;

use crate::domain::{Rights, rights::Grant};

/// The grants of each role, by its name.
pub type Roles = BTreeMap<String, Vec<Grant>>;

/// What stands between the name of an issuer and a client's name there. No other client's id has it.
pub const OUTSIDE: char = ':';

/// A client as configured.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientSecret {
    /// The client id.
    pub id: String,
    /// The secret's argon2id hash.
    pub hash: SecretHash,
    /// What it may do.
    pub rights: Arc<Rights>,
}

/// A signed token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What the client sends back.
    pub access_token: String,
    /// How long it holds.
    pub expires_in: Duration,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

/// Why a caller is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// Wrong client id or secret.
    #[error("wrong client id or secret")]
    Client,
    /// Not a token of ours.
    #[error("invalid token")]
    InvalidToken,
    /// A token of ours, too old.
    #[error("expired token")]
    ExpiredToken,
    /// A token of ours that another client was given.
    #[error("another client's token")]
    NotYours,
    /// The issuer of the token cannot be asked for its keys.
    #[error("the token's issuer cannot be asked for its keys")]
    IssuerAway {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// Too many secrets are being checked at once.
    #[error("too many secrets are being checked")]
    Crowded {
        /// Seconds to wait.
        retry_after: u32,
    },
}
