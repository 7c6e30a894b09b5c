//! Tokens whose signature has been checked lately. A client sends the same token with every request
//! for an hour; checking its signature each time would cost more than finding it here.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use super::{Client, token::now};

/// Tokens kept. When there are more, all are forgotten, and each is checked once more.
const KEPT: usize = 4096;

/// Keyed by the whole token: only one that is equal to the last character is found. The map's hashing
/// is keyed with a random secret, so the time of a miss tells nothing of what is held.
#[derive(Default)]
pub(super) struct Recent {
    held: RwLock<HashMap<String, Held>>,
}

struct Held {
    client: Client,
    /// Seconds since 1970.
    until: u64,
    /// What was known then; when something else is, it has to be looked at again.
    epoch: u64,
}

impl Recent {
    /// The client of a token that was good when it was checked, has not expired since, and was checked in this epoch.
    pub(super) fn find(&self, token: &str, epoch: u64) -> Option<Client> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let found = held.get(token)?;
        (found.epoch == epoch && now() < found.until).then(|| found.client.clone())
    }

    /// Keeps a token that has just been checked, in this epoch.
    pub(super) fn keep(&self, token: &str, client: &Client, until: u64, epoch: u64) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT {
            held.clear();
        }
        let client = client.clone();
        held.insert(
            token.to_owned(),
            Held {
                client,
                until,
                epoch,
            },
        );
    }
}
