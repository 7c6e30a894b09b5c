//! Why a caller is not known, and what it is told. What a credential was compared with is never said.

/// Why a caller is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unauthenticated {
    /// No `Authorization` header, or not a Bearer one.
    Missing,
    /// The token is not one of ours.
    Invalid,
    /// The token has expired.
    Expired,
    /// The token endpoint got a client id or secret that does not hold.
    Client,
}

impl Unauthenticated {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Missing => {
                "A Bearer token is required; get one at oauth/token and send it as 'Authorization: Bearer <token>'."
            }
            Self::Invalid => "The Bearer token is not valid; get a new one at oauth/token.",
            Self::Expired => "The Bearer token has expired; get a new one at oauth/token.",
            Self::Client => "The client id or secret is missing or wrong.",
        }
    }

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Invalid => "token_invalid",
            Self::Expired => "token_expired",
            Self::Client => "invalid_client",
        }
    }
}
