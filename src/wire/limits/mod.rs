//! How much callers may ask for: requests at once, requests a second and rows a minute of each client, and wrong
//! secrets of each address. It counts; it reads no body, and it keeps nobody waiting: what is too much is refused.

mod account;
mod bucket;
mod failures;

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use account::{Admission, Standing};

use crate::{domain::Deed, error::Error};
use account::Account;
use failures::Failures;

/// Clients kept in mind before those are forgotten that have not called for a while.
const KEPT: usize = 10_000;

/// After this time of rest an account is as good as new.
const FORGOTTEN: Duration = Duration::from_secs(120);

/// What one client may ask for; `None`: as much as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    /// Requests a second, and as many at once after a rest.
    pub requests_per_second: Option<NonZeroU32>,
    /// Rows read and written a minute.
    pub rows_per_minute: Option<NonZeroU32>,
    /// Requests that run at once.
    pub concurrent_requests: Option<NonZeroU32>,
}

/// What all callers may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Requests of all callers that run at once.
    pub concurrent_requests: usize,
    /// Wrong secrets in a minute from one address; `None`: any number.
    pub failed_logins_per_minute: Option<NonZeroU32>,
    /// What a client may ask for that is not named.
    pub caps: Caps,
    /// What others may ask for, by their ids.
    pub clients: HashMap<String, Caps>,
}

/// Counts what callers ask for.
pub struct Limiter {
    settings: Settings,
    room: Arc<Semaphore>,
    accounts: RwLock<HashMap<String, Arc<Account>>>,
    failures: Failures,
}

impl Limiter {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            room: Arc::new(Semaphore::new(settings.concurrent_requests)),
            accounts: RwLock::default(),
            failures: Failures::new(settings.failed_logins_per_minute),
            settings,
        }
    }

    /// A place for one more request, until what is given back is dropped.
    ///
    /// # Errors
    /// [`Error::OVERLOADED`]: there are as many as can be served.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = Arc::clone(&self.room).try_acquire_owned();
        place.map_err(|_| Error::OVERLOADED)
    }

    /// Counts a request of a client. The request learns how many rows it may touch.
    pub fn admit(&self, client: &str, deed: &mut Deed) -> (Admission, Result<(), Error>) {
        self.account(client).admit(deed)
    }

    fn account(&self, client: &str) -> Arc<Account> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = accounts.get(client) {
            return Arc::clone(account);
        }
        drop(accounts);
        let mut accounts = self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= KEPT {
            let kept = |since: Option<Instant>| since.is_none_or(|s| s.elapsed() < FORGOTTEN);
            accounts.retain(|_, account| kept(account.idle_since()));
        }
        let caps = self.settings.clients.get(client);
        let account = || Arc::new(Account::new(*caps.unwrap_or(&self.settings.caps)));
        let found = accounts.entry(client.to_owned()).or_insert_with(account);
        Arc::clone(found)
    }

    /// Whether a secret that comes from this address may be looked at.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`]: too many from there were wrong.
    pub fn allow_secret(&self, address: Option<IpAddr>) -> Result<(), Error> {
        let allowed = self.failures.allow(address, Instant::now());
        allowed.map_err(|retry_after| Error::TooManyRequests { retry_after })
    }

    /// Notes that a secret from this address was wrong.
    pub fn note_wrong_secret(&self, address: Option<IpAddr>) {
        self.failures.note(address, Instant::now());
    }
}

#[cfg(test)]
mod tests;
