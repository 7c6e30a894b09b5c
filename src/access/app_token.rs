//! App tokens, by which some APIs' clients name the application they are: long random texts that are sent with every
//! request, and kept as their SHA-256 alone. They are too random to be guessed, so a plain hash is enough.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::KeyError;

/// Random bytes of an app token.
const BYTES: usize = 24;

/// An app token's SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AppTokenHash([u8; 32]);

/// An app token as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppToken {
    /// What is kept of it.
    pub hash: AppTokenHash,
    /// The client whose rights to view it gives.
    pub client: String,
}

/// A text that is no app token's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the hash of an app token; make one with `upsertd new-app-token`")]
pub struct NotAnAppToken;

impl AppTokenHash {
    /// That of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// A new app token and its hash.
    ///
    /// # Errors
    /// [`KeyError::System`].
    pub fn random() -> Result<(String, Self), KeyError> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| KeyError::System)?;
        let text = URL_SAFE_NO_PAD.encode(bytes);
        let hash = Self::of(&text);
        Ok((text, hash))
    }
}

impl FromStr for AppTokenHash {
    type Err = NotAnAppToken;

    /// Reads 64 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, NotAnAppToken> {
        let digits = text.as_bytes();
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() {
            return Err(NotAnAppToken);
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |at: usize| char::from(pair[at]).to_digit(16).ok_or(NotAnAppToken);
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).map_err(|_| NotAnAppToken)?;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for AppTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AppTokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppTokenHash(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_hash_survives_being_written_down_and_is_of_one_text_alone() {
        let (text, hash) = AppTokenHash::random().unwrap();
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(AppTokenHash::of(&text), hash);
        assert_ne!(AppTokenHash::random().unwrap().0, text);
        for other in ["", &text, &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(other.parse::<AppTokenHash>(), Err(NotAnAppToken), "{other}");
        }
        assert!(!format!("{hash:?}").contains(&hash.to_string()));
    }
}
