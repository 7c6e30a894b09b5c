//! An issuer's keys, kept for a while. They are fetched again when they are old, and when a token names a key that is not
//! among them, but never soon after another fetch, however many such tokens come. When they cannot be fetched those that
//! were kept are used for some time.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, PublicKeyUse},
};
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use super::fetch;
use crate::access::AccessError;

/// Where an issuer's keys are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) issuer: String,
    pub(super) jwks_url: Option<String>,
}

/// How long keys are good for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// How old keys are before they are fetched again.
    pub(super) fresh: Duration,
    /// How old keys may become when they cannot be fetched.
    pub(super) stale: Duration,
    /// The least time between two fetches.
    pub(super) pause: Duration,
}

impl Timing {
    pub(super) const USUAL: Self = Self {
        fresh: Duration::from_secs(300),
        stale: Duration::from_secs(3600),
        pause: Duration::from_secs(10),
    };
}

/// A key of an issuer.
struct Key {
    id: Option<String>,
    /// What it says that it is for; `None` where it says nothing.
    algorithm: Option<String>,
    decoding: DecodingKey,
}

/// The keys of one fetch.
struct Fetched {
    keys: Vec<Arc<Key>>,
    at: Instant,
}

/// The last fetch, whatever became of it.
#[derive(Default)]
struct Last {
    began: Option<Instant>,
}

/// An issuer's keys.
pub(super) struct Keys {
    source: Source,
    timing: Timing,
    current: RwLock<Option<Arc<Fetched>>>,
    /// Held by whoever fetches.
    last: Mutex<Last>,
}

impl Keys {
    pub(super) fn new(source: Source, timing: Timing) -> Self {
        Self {
            source,
            timing,
            current: RwLock::default(),
            last: Mutex::default(),
        }
    }

    /// The key that a token names, fetched where that may help.
    ///
    /// # Errors
    /// [`AccessError::InvalidToken`] where there is no such key, [`AccessError::IssuerAway`] where nobody can say.
    pub(super) async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, AccessError> {
        let looked = Instant::now();
        let before = self.current();
        if let Some(fetched) = &before
            && fetched.at.elapsed() < self.timing.fresh
            && let Some(key) = fetched.find(id, algorithm)
        {
            return Ok(key);
        }
        self.fetch(looked, before.as_deref()).await;
        let usable = self
            .current()
            .filter(|fetched| fetched.at.elapsed() < self.timing.stale);
        match usable {
            Some(fetched) => fetched.find(id, algorithm).ok_or(AccessError::InvalidToken),
            None => Err(AccessError::IssuerAway {
                retry_after: u32::try_from(self.timing.pause.as_secs()).unwrap_or(u32::MAX),
            }),
        }
    }

    fn current(&self) -> Option<Arc<Fetched>> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fetches the keys, unless that was tried a moment ago or somebody has done it since this caller looked.
    async fn fetch(self: &Arc<Self>, looked: Instant, before: Option<&Fetched>) {
        let old_ones_do = before.is_some_and(|fetched| {
            let age = fetched.at.elapsed();
            age >= self.timing.fresh && age < self.timing.stale
        });
        let last = match self.last.try_lock() {
            Ok(last) => last,
            // Somebody fetches. Whoever has keys that still do need not wait for it.
            Err(_) if old_ones_do => return,
            Err(_) => self.last.lock().await,
        };
        let recently = |began: Instant| began >= looked || began.elapsed() < self.timing.pause;
        if last.began.is_some_and(recently) {
            return;
        }
        drop(last);
        // In a task of its own: a caller that hangs up must not break off what others wait for.
        let this = Arc::clone(self);
        let fetching = tokio::spawn(async move {
            let mut last = this.last.lock().await;
            if last.began.is_none_or(|began| began < looked) {
                this.fetch_now(&mut last).await;
            }
        });
        if let Err(error) = fetching.await {
            tracing::error!(%error, "fetching an issuer's keys did not finish");
        }
    }

    async fn fetch_now(&self, last: &mut MutexGuard<'_, Last>) {
        last.began = Some(Instant::now());
        let issuer = &self.source.issuer;
        match fetch::keys(&self.source).await {
            Ok(written) => {
                let fetched = Fetched::read(written);
                tracing::debug!(
                    issuer,
                    keys = fetched.keys.len(),
                    "fetched an issuer's keys"
                );
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                *current = Some(Arc::new(fetched));
            }
            Err(error) => {
                tracing::warn!(issuer, error, "an issuer's keys cannot be fetched");
            }
        }
    }
}

impl Fetched {
    /// Takes over the keys that can check signatures. What cannot be read is somebody else's.
    fn read(written: Vec<Value>) -> Self {
        let keys = written.into_iter().filter_map(|key| {
            let named = key.get("alg").and_then(Value::as_str).map(str::to_owned);
            let jwk: Jwk = serde_json::from_value(key).ok()?;
            let signs = matches!(
                jwk.common.public_key_use,
                None | Some(PublicKeyUse::Signature)
            );
            let decoding = DecodingKey::from_jwk(&jwk).ok()?;
            signs.then(|| {
                Arc::new(Key {
                    id: jwk.common.key_id,
                    algorithm: named,
                    decoding,
                })
            })
        });
        Self {
            keys: keys.collect(),
            at: Instant::now(),
        }
    }

    /// The key of this id. A token without one is taken where there is but one key that it could be.
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let name = format!("{algorithm:?}");
        let fits = |key: &&Arc<Key>| {
            let named = key.algorithm.as_ref();
            named.is_none_or(|named| *named == name) && key.decoding.family() == algorithm.family()
        };
        let mut fitting = self.keys.iter().filter(fits);
        let found = match id {
            Some(_) => fitting.find(|key| key.id.as_deref() == id),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        found.map(|key| key.decoding.clone())
    }
}
