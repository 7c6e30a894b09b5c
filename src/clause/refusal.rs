//! Why a clause is not taken: the only two faults that this module answers with, small enough to be
//! passed up from every step.

use crate::domain::fault::Fault;

/// Why a clause is not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is none.
    Missing,
    /// It is wrong in the words of the message.
    Because { code: &'static str, message: String },
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing => Self::NoClause,
            Refusal::Because { code, message } => Self::Clause { code, message },
        }
    }
}

/// It cannot be understood.
pub(super) fn invalid(message: String) -> Refusal {
    Refusal::Because {
        code: "clause_invalid",
        message,
    }
}

/// A part of it is empty that would then mean everything or nothing.
pub(super) fn empty(message: String) -> Refusal {
    Refusal::Because {
        code: "clause_empty",
        message,
    }
}

/// It can be understood and is refused.
pub(super) fn not_allowed(message: String) -> Refusal {
    Refusal::Because {
        code: "clause_not_allowed",
        message,
    }
}

/// It passes a limit.
pub(super) fn too_large(message: String) -> Refusal {
    Refusal::Because {
        code: "clause_too_large",
        message,
    }
}
