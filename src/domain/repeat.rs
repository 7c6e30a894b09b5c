//! Why a request that is not to act twice is refused, in the words of every API.

/// Why a request that is not to act twice cannot be made under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The key is none.
    Key,
    /// Another request was made under the key.
    Other,
    /// The first one still runs.
    Underway,
    /// It was made and answered, but the answer was too long to be kept.
    Gone,
}

impl Refusal {
    /// The HTTP status (draft-ietf-httpapi-idempotency-key-header-07, section 2.7).
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Key => 400,
            Self::Other => 422,
            Self::Underway | Self::Gone => 409,
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Key => "idempotency_key_invalid",
            Self::Other => "idempotency_key_reused",
            Self::Underway => "idempotency_in_progress",
            Self::Gone => "idempotency_answer_gone",
        }
    }

    /// What is wrong and what to do.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Key => {
                "Idempotency-Key is not one key of 1 to 255 printable ASCII characters; send it once, as text or in \
                 double quotes."
            }
            Self::Other => {
                "Another request was made with this Idempotency-Key; nothing was done; send another key with another \
                 request."
            }
            Self::Underway => {
                "The request that was first sent with this Idempotency-Key still runs; try again in a moment."
            }
            Self::Gone => {
                "The request was done when it was first sent with this Idempotency-Key, and nothing was done now; its \
                 answer was too long to be kept. Read what was written."
            }
        }
    }
}
