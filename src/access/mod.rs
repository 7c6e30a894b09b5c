//! Who is calling: clients, their secrets and the tokens they get for them. It knows no HTTP and no
//! configuration file, and it never lets a secret, a hash or a key into a log.

mod gate;
mod grant_spec;
mod known;
mod recent;
mod secret;
mod token;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

pub use grant_spec::{GrantProblem, GrantSpec};
pub use secret::{SecretError, SecretHash, hash_secret};
pub use token::{KeyError, SigningKey};

use crate::domain::{Api, Deed, Rights};
use gate::Gate;
use known::Known;
use recent::Recent;
use token::Signer;
use uuid::Uuid;

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

/// A client that has shown who it is, with what it may do, and the request that it makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    id: Arc<str>,
    rights: Arc<Rights>,
    deed: Option<Arc<Deed>>,
}

impl Client {
    /// Whoever runs a command with the configuration at hand: the database is theirs already.
    #[must_use]
    pub fn operator() -> Self {
        Self {
            id: "operator".into(),
            rights: Arc::new(Rights::everything()),
            deed: None,
        }
    }

    /// The same, while it runs a command of this name, under an id of its own.
    #[must_use]
    pub fn running(command: &'static str) -> Self {
        let operator = Self::operator();
        let id = Arc::clone(&operator.id);
        let deed = Deed::new(Uuid::now_v7(), id, Api::Command, command);
        operator.doing(Arc::new(deed))
    }

    /// The client while it makes a request.
    #[must_use]
    pub fn doing(self, deed: Arc<Deed>) -> Self {
        Self {
            deed: Some(deed),
            ..self
        }
    }

    /// What it may do.
    #[must_use]
    pub fn rights(&self) -> &Arc<Rights> {
        &self.rights
    }

    /// The request that it makes; `None` where nobody is to know of it.
    #[must_use]
    pub fn deed(&self) -> Option<&Arc<Deed>> {
        self.deed.as_ref()
    }

    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
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
    /// Too many secrets are being checked at once.
    #[error("too many secrets are being checked")]
    Crowded {
        /// Seconds to wait.
        retry_after: u32,
    },
}

/// Checks secrets and tokens.
pub struct Access {
    clients: HashMap<String, ClientSecret>,
    /// Some client's hash: what an unknown id is checked against, so that it takes as long as a known one.
    decoy: Option<SecretHash>,
    signer: Signer,
    recent: Recent,
    known: Known,
    gate: Gate,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("clients", &self.clients.keys())
            .finish_non_exhaustive()
    }
}

impl Access {
    /// Lets these clients in, with tokens that hold for `token_lifetime` (whole seconds).
    ///
    /// Of two clients with the same id the later one counts; the configuration refuses such a pair.
    #[must_use]
    pub fn new(
        clients: Vec<ClientSecret>,
        signing_key: &SigningKey,
        token_lifetime: Duration,
    ) -> Self {
        Self {
            decoy: clients.first().map(|c| c.hash.clone()),
            clients: clients.into_iter().map(|c| (c.id.clone(), c)).collect(),
            signer: Signer::new(signing_key, token_lifetime),
            recent: Recent::default(),
            known: Known::new(),
            gate: Gate::for_this_machine(),
        }
    }

    /// Exchanges a client's id and secret for a token.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`].
    pub async fn issue(&self, client_id: &str, secret: &str) -> Result<Token, AccessError> {
        self.check(client_id, secret).await?;
        self.signer.sign(client_id)
    }

    /// The client of an id and a secret that are sent with every request. A pair that is good counts as good for a
    /// minute without being checked again.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`].
    pub async fn identify(&self, client_id: &str, secret: &str) -> Result<Client, AccessError> {
        let now = Instant::now();
        if let Some(client) = self.known.find(client_id, secret, now) {
            return Ok(client);
        }
        self.check(client_id, secret).await?;
        let client = self.client(client_id).ok_or(AccessError::Client)?;
        self.known.keep(client_id, secret, &client, now);
        Ok(client)
    }

    async fn check(&self, client_id: &str, secret: &str) -> Result<(), AccessError> {
        let known = self.clients.get(client_id).map(|client| &client.hash);
        let Some(hash) = known.or(self.decoy.as_ref()) else {
            return Err(AccessError::Client);
        };
        let (hash, secret) = (hash.clone(), secret.to_owned());
        let matches = self.gate.run(move || hash.matches(&secret)).await?;
        if known.is_some() && matches {
            Ok(())
        } else {
            Err(AccessError::Client)
        }
    }

    fn client(&self, id: &str) -> Option<Client> {
        let found = self.clients.get(id)?;
        Some(Client {
            id: id.into(),
            rights: Arc::clone(&found.rights),
            deed: None,
        })
    }

    /// The client that a token was given to.
    ///
    /// # Errors
    /// [`AccessError::InvalidToken`], also for a token of a client that is no longer configured;
    /// [`AccessError::ExpiredToken`].
    pub fn verify(&self, token: &str) -> Result<Client, AccessError> {
        if let Some(client) = self.recent.find(token) {
            return Ok(client);
        }
        let verified = self.signer.verify(token)?;
        let client = self.client(&verified.client_id);
        let client = client.ok_or(AccessError::InvalidToken)?;
        self.recent.keep(token, &verified, &client);
        Ok(client)
    }
}
