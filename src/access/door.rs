//! Lets callers in, or not: by secret, token or app token, as of what is known at that moment.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    AccessError, AppToken, AppTokenHash, Client, ClientSecret, IssuerSettings, Roles, SecretHash,
    SigningKey, Token,
    directory::{Directory, Record},
    gate::Gate,
    issuer::{Issuer, issuer_named_in},
    known::Known,
    recent::Recent,
    token::{Signer, now},
};
use crate::domain::credential::{AccessChanges, RevokedToken};

/// The hash of a secret that nobody knows, of the same cost as those that `upsertd hash-secret` makes: what an unknown id
/// is checked against where there is no client, so that it takes as long as a known one.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$fxN9HTpaizuhzFDG1aTK2Q$QiRQnAUib4Lekhrq46vXIo6zMsxe/sn9PNANW2x6hQ4";

/// What is trusted besides the clients and the key that signs.
#[derive(Debug, Clone, Default)]
pub struct Also {
    /// The key that signed before: what it signed is taken as long as it holds.
    pub previous_key: Option<SigningKey>,
    /// What the roles of clients in the database allow.
    pub roles: Roles,
    /// App tokens of the clients.
    pub app_tokens: Vec<AppToken>,
    /// Whose tokens are taken besides our own.
    pub issuers: Vec<IssuerSettings>,
}

/// Checks secrets and tokens.
pub struct Access {
    /// As the configuration says.
    configured: Directory,
    roles: Roles,
    current: RwLock<Arc<Directory>>,
    /// Counts the directories: what was found in one holds as long as there is no other.
    epoch: AtomicU64,
    signer: Signer,
    issuers: Vec<Issuer>,
    recent: Recent,
    known: Known,
    gate: Gate,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("version", &self.version())
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
        Self::with(clients, signing_key, token_lifetime, Also::default())
    }

    /// The same, with what else is trusted.
    #[must_use]
    pub fn with(
        clients: Vec<ClientSecret>,
        signing_key: &SigningKey,
        token_lifetime: Duration,
        also: Also,
    ) -> Self {
        let configured = Directory::configured(clients, &also.app_tokens);
        Self {
            current: RwLock::new(Arc::new(configured.clone())),
            configured,
            roles: also.roles,
            epoch: AtomicU64::new(0),
            signer: Signer::new(signing_key, also.previous_key.as_ref(), token_lifetime),
            issuers: also.issuers.into_iter().map(Issuer::new).collect(),
            recent: Recent::default(),
            known: Known::new(),
            gate: Gate::for_this_machine(),
        }
    }

    fn directory(&self) -> Arc<Directory> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }

    /// The last change of the database that is known here; 0 for none.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.directory().version
    }

    /// Takes over what has changed in the database. From then on nothing counts that was found before.
    pub fn apply(&self, changes: AccessChanges) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let next = current.after(changes, &self.configured, &self.roles, seconds());
        *current = Arc::new(next);
        self.epoch.fetch_add(1, Ordering::Release);
    }

    /// Takes no token of this id any more, before the database says so.
    pub fn withdraw(&self, token: RevokedToken) {
        self.apply(AccessChanges {
            revoked: vec![token],
            ..AccessChanges::default()
        });
    }

    /// Exchanges a client's id and secret for a token.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`].
    pub async fn issue(&self, client_id: &str, secret: &str) -> Result<Token, AccessError> {
        let (record, _) = self.check(client_id, secret).await?;
        self.signer.sign(client_id, record.generation)
    }

    /// The client of an id and a secret that are sent with every request. A pair that is good counts as good for a
    /// minute without being checked again, unless the client has changed.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`].
    pub async fn identify(&self, client_id: &str, secret: &str) -> Result<Client, AccessError> {
        let moment = Instant::now();
        if let Some(record) = self.known.find(client_id, secret, moment)
            && self.directory().still_has(&record)
        {
            return Ok(record.client());
        }
        let (record, until) = self.check(client_id, secret).await?;
        let left = until.map(|until| u64::try_from(until.saturating_sub(seconds())).unwrap_or(0));
        let left = left.map(Duration::from_secs);
        self.known.keep(client_id, secret, &record, moment, left);
        Ok(record.client())
    }

    /// The client whose id and secret these are, and until when that secret is taken. Whoever is refused has waited for as
    /// many checks as anybody's secret takes.
    async fn check(
        &self,
        client_id: &str,
        secret: &str,
    ) -> Result<(Arc<Record>, Option<i64>), AccessError> {
        let directory = self.directory();
        let moment = seconds();
        let record = directory.find(client_id).cloned();
        let own = record.iter().flat_map(|record| record.secrets(moment));
        let own: Vec<(SecretHash, Option<i64>)> = own.cloned().collect();
        let idle = directory.most_secrets(moment).saturating_sub(own.len());
        let decoy = directory.any_secret().cloned().or(DECOY.parse().ok());
        let secret = secret.to_owned();
        let found = self.gate.run(move || {
            let good = own.into_iter().find(|(hash, _)| hash.matches(&secret));
            if good.is_none() {
                for decoy in std::iter::repeat_n(&decoy, idle).flatten() {
                    std::hint::black_box(decoy.matches(&secret));
                }
            }
            good.map(|(_, until)| until)
        });
        let found = found.await?;
        // It may have been revoked meanwhile.
        let record = record.filter(|record| self.directory().still_has(record));
        record.zip(found).ok_or(AccessError::Client)
    }

    /// The client that a token was given to, by us or by an issuer that is trusted.
    ///
    /// # Errors
    /// [`AccessError::InvalidToken`], also for a token that was withdrawn or whose client is no more;
    /// [`AccessError::ExpiredToken`], [`AccessError::IssuerAway`].
    pub async fn verify(&self, token: &str) -> Result<Client, AccessError> {
        // Before the directory is looked at: what is found in an old one is not kept for a new one.
        let epoch = self.epoch.load(Ordering::Acquire);
        if let Some(client) = self.recent.find(token, epoch) {
            return Ok(client);
        }
        let (client, until) = match self.issuer_of(token) {
            Some(issuer) => {
                let shown = issuer.verify(token).await?;
                if self.directory().is_revoked(&shown.client_id) {
                    return Err(AccessError::InvalidToken);
                }
                (Client::new(shown.client_id, shown.rights), shown.until)
            }
            None => self.verify_own(token)?,
        };
        self.recent.keep(token, &client, until, epoch);
        Ok(client)
    }

    fn verify_own(&self, token: &str) -> Result<(Client, u64), AccessError> {
        let verified = self.signer.verify(token)?;
        let directory = self.directory();
        let record = directory.find(&verified.client_id);
        let record = record.filter(|record| {
            record.generation == verified.generation && !directory.has_withdrawn(&verified.token_id)
        });
        let client = record.ok_or(AccessError::InvalidToken)?.client();
        Ok((client, verified.until))
    }

    /// The issuer that a token says it is from, if it is one of those that are trusted.
    fn issuer_of(&self, token: &str) -> Option<&Issuer> {
        if self.issuers.is_empty() {
            return None;
        }
        let named = issuer_named_in(token)?;
        self.issuers.iter().find(|issuer| issuer.is(&named))
    }

    /// The client of an app token, with its rights to view alone; `None` for a text that is none.
    #[must_use]
    pub fn viewer(&self, app_token: &str) -> Option<Client> {
        self.directory().viewer(&AppTokenHash::of(app_token))
    }

    /// What is to be noted so that a client's own token is taken no more; `None` where it is none of ours, or none that
    /// still holds.
    ///
    /// # Errors
    /// [`AccessError::Client`], [`AccessError::Crowded`]; [`AccessError::NotYours`].
    pub async fn withdrawal(
        &self,
        client_id: &str,
        secret: &str,
        token: &str,
    ) -> Result<Option<RevokedToken>, AccessError> {
        self.check(client_id, secret).await?;
        let Ok(verified) = self.signer.verify(token) else {
            return Ok(None);
        };
        if verified.client_id != client_id {
            return Err(AccessError::NotYours);
        }
        Ok(Some(RevokedToken {
            id: verified.token_id,
            // Not before every replica's clock says so.
            until: i64::try_from(verified.until)
                .unwrap_or(i64::MAX)
                .saturating_add(60),
        }))
    }
}

/// Seconds since 1970.
fn seconds() -> i64 {
    i64::try_from(now()).unwrap_or(i64::MAX)
}
