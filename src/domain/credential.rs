//! Clients and withdrawn tokens as the service's own tables hold them. What they mean is for `access` to say. Nothing
//! secret shows in debug output.

use std::fmt;

/// A client of the service's own tables. Times are seconds since 1970.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientRecord {
    /// Its id, compared by the letter.
    pub id: String,
    /// The secret's argon2id hash; `None` for a client of the configuration or of an issuer, which is noted because it
    /// was revoked.
    pub secret: Option<String>,
    /// The secret's hash before the last rotation, and until when it is still taken.
    pub former: Option<(String, i64)>,
    /// Its roles and grants, as JSON.
    pub rights: String,
    /// The SHA-256 of each app token in hexadecimal digits, as a JSON array.
    pub app_tokens: String,
    /// Tokens of another generation are of no use any more.
    pub generation: i64,
    /// Whether it is let in no more.
    pub revoked: bool,
    /// When it was made.
    pub created_at: i64,
    /// When it was changed last.
    pub changed_at: i64,
    /// That of the last change, counted up over all clients and withdrawn tokens; 0 before it is written.
    pub version: i64,
}

impl fmt::Debug for ClientRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientRecord")
            .field("id", &self.id)
            .field("revoked", &self.revoked)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A token that was withdrawn before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedToken {
    /// The token's own id, which is no secret.
    pub id: String,
    /// When it would have expired, in seconds since 1970.
    pub until: i64,
}

/// What has changed since a version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessChanges {
    /// The version of the last change there is.
    pub version: i64,
    /// Clients that were made or changed.
    pub clients: Vec<ClientRecord>,
    /// Tokens that were withdrawn.
    pub revoked: Vec<RevokedToken>,
}
