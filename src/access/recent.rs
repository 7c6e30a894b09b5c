//! Tokens whose signature has been checked lately. A client sends the same token with every request
//! for an hour; checking its signature each time would cost more than finding it here.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use super::{
    Client,
    token::{Verified, now},
};

/// Tokens kept. When there are more, all are forgotten, and each is checked once more.
const KEPT: usize = 4096;

/// Keyed by the whole token: only one that is equal to the last character is found. The map's hashing
/// is keyed with a random secret, so the time of a miss tells nothing of what is held.
#[derive(Default)]
pub(super) struct Recent {
    held: RwLock<HashMap<String, (Client, u64)>>,
}

impl Recent {
    /// The client of a token that was good when it was checked and has not expired since.
    pub(super) fn find(&self, token: &str) -> Option<Client> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let (client, until) = held.get(token)?;
        (now() < *until).then(|| client.clone())
    }

    /// Keeps a token that has just been checked.
    pub(super) fn keep(&self, token: &str, verified: &Verified, client: &Client) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT {
            held.clear();
        }
        held.insert(token.to_owned(), (client.clone(), verified.until));
    }
}
