//! `upsertd hash-secret`, `upsertd new-key` and `upsertd new-app-token`. A secret comes by stdin alone: arguments show in process
//! lists and shell histories.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use super::{Failure, print};
use crate::access::{AppTokenHash, SigningKey, hash_secret};

/// The longest secret read, in bytes.
const LONGEST: u64 = 64 * 1024;

pub(super) fn hash() -> Result<(), Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        let mut err = io::stderr().lock();
        write!(err, "Secret (it shows as you type): ")?;
        err.flush()?;
    }
    let mut lines = stdin.lock().take(LONGEST).lines();
    let unreadable = |error| Failure::new(&format!("the secret cannot be read: {error}"));
    let secret = lines
        .next()
        .transpose()
        .map_err(unreadable)?
        .unwrap_or_default();
    if !stdin.is_terminal() && lines.next().is_some() {
        return Err(Failure::new(
            &"stdin holds more than one line; a secret is one line",
        ));
    }
    Ok(print(&hash_secret(&secret)?.to_string())?)
}

pub(super) fn new_key() -> Result<(), Failure> {
    Ok(print(&SigningKey::random_text()?)?)
}

pub(super) fn new_app_token() -> Result<(), Failure> {
    let (text, hash) = AppTokenHash::random()?;
    print(&text)?;
    Ok(print(&hash.to_string())?)
}
