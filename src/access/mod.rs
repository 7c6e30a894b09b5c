//! Who is calling: clients, their secrets and the tokens they get for them.

use std::time::Duration;

/// A client as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// The client id.
    pub id: String,
    /// The secret's argon2 hash in PHC form.
    pub hash: String,
}

/// A client that has shown who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    id: String,
}

/// A signed token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What the client sends back.
    pub access_token: String,
    /// How long it holds.
    pub expires_in: Duration,
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
    /// Too many secrets are being checked at once.
    #[error("too many secrets are being checked")]
    Crowded {
        /// Seconds to wait.
        retry_after: u32,
    },
}

/// Checks secrets and tokens.
#[derive(Debug)]
pub struct Access {}

impl Access {
    /// Exchanges a client's id and secret for a token.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`].
    pub async fn issue(&self, client_id: &str, secret: &str) -> Result<Token, AccessError> {
        todo!("{client_id} {secret}")
    }

    /// The client that a token was given to.
    ///
    /// # Errors
    /// [`AccessError::InvalidToken`], [`AccessError::ExpiredToken`].
    pub fn verify(&self, token: &str) -> Result<Client, AccessError> {
        todo!("{token}")
    }
}

impl Client {
    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}
