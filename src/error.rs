//! Every way a request can fail, with its HTTP status, stable code and message. How an API wraps it is
//! that API's business; what a database said is for the log alone.

mod unauthenticated;

use std::time::Duration;

use crate::{
    access::AccessError,
    domain::{Action, Faults, Name, precondition::Unmet, repeat::Refusal},
};

pub use crate::engine::EngineError;
pub use unauthenticated::Unauthenticated;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The request names or holds something that cannot be.
    #[error("{0}")]
    Invalid(Faults),
    /// More rows match than may be updated; nothing was written.
    #[error("{}", matches_text(*.matched, *.cap))]
    TooManyMatches {
        /// Rows that match, counted no further than the cap and one.
        matched: u32,
        /// The most rows any request may update.
        cap: u32,
    },
    /// The body is not what it should be.
    #[error("{message}")]
    Malformed {
        /// What is wrong and where.
        message: String,
    },
    /// The body is larger than the limit, in bytes.
    #[error("The body is larger than {limit} bytes; send less.")]
    BodyTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body was not complete when the request's time was up.
    #[error("The body did not arrive within {} s; nothing was written; send it again at once.", .limit.as_secs_f32())]
    BodyTimeout {
        /// The time a request has.
        limit: Duration,
    },
    /// The body came too slowly.
    #[error(
        "The body came with fewer than {} bytes a second for {} s; nothing was written; send it again, at once.",
        .rate,
        .window.as_secs_f32()
    )]
    BodyTooSlow {
        /// The least, in bytes a second.
        rate: u32,
        /// For how long it may be less.
        window: Duration,
    },
    /// The body is not what the path takes, by its Content-Type.
    #[error("Content-Type '{got}' is not supported; send {send}.")]
    UnsupportedMediaType {
        /// As it came, shortened.
        got: String,
        /// The media types the path takes.
        send: String,
    },
    /// The body is compressed in a way that the path does not take.
    #[error("Content-Encoding '{0}' is not supported; send the body as it is.")]
    UnsupportedEncoding(String),
    /// No credential, or one that does not hold.
    #[error("{}", .0.message())]
    Unauthenticated(Unauthenticated),
    /// The entity does not allow the action.
    #[error("Entity '{}' does not allow {}.", .entity.as_str(), action_text(*.action))]
    Forbidden {
        /// The entity.
        entity: Name,
        /// What was asked.
        action: Action,
    },
    /// Tables are not made here.
    #[error(
        "This service does not let callers make tables; its owner allows it with serve.create."
    )]
    CreateForbidden,
    /// No entity of that name is served.
    #[error("There is no entity '{wrote}'{}", suggestion_text(.suggestion.as_ref()))]
    UnknownEntity {
        /// As the caller spelled it, shortened.
        wrote: String,
        /// The nearest name.
        suggestion: Option<Name>,
    },
    /// No such path.
    #[error("There is nothing at this path; /openapi.json lists the paths.")]
    NotFound,
    /// The path exists, the method does not.
    #[error("This path takes {allowed} only.")]
    MethodNotAllowed {
        /// The methods it takes, for the `Allow` header.
        allowed: String,
    },
    /// The caller asks too often.
    #[error("Too many requests at once; try again in {retry_after} s.")]
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The caller has read and written more rows than it may for now, or wants to.
    #[error(
        "Too many rows in too short a time; nothing more was written; send fewer at once, or try again in {retry_after} s."
    )]
    TooManyRows {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The URL is longer than the limit, in bytes.
    #[error("The URL is longer than {limit} bytes; send less in it.")]
    UrlTooLong {
        /// The limit.
        limit: usize,
    },
    /// The query has more parameters than the limit.
    #[error("The URL has more than {limit} parameters; send fewer.")]
    TooManyParameters {
        /// The limit.
        limit: usize,
    },
    /// The issuer of a token cannot be asked for its keys.
    #[error(
        "The issuer of the token cannot be asked for its keys just now; try again in {retry_after} s."
    )]
    IssuerAway {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The token endpoint was asked for something it does not do (RFC 6749, section 5.2).
    #[error("{message}")]
    OAuth {
        /// The RFC's error code: `invalid_request`, `unsupported_grant_type`.
        error: &'static str,
        /// What to do instead.
        message: &'static str,
    },
    /// A request that is not to act twice, and cannot be made under its key.
    #[error("{}", .0.text())]
    Once(Refusal),
    /// A precondition of the request does not hold (RFC 9110, section 13); nothing was written.
    #[error("{}", .0.text())]
    PreconditionFailed(Unmet),
    /// A precondition that cannot be read, or that is not for what is asked.
    #[error("{message}")]
    PreconditionUnusable {
        /// Why.
        message: String,
    },
    /// A request that an API's own contract refuses in words of its own.
    #[error("{}", .messages.join("; "))]
    Contract {
        /// The HTTP status.
        status: u16,
        /// The code: that of the API where its contract names one, which its clients read.
        code: &'static str,
        /// At least one.
        messages: Vec<String>,
    },
    /// The database refused or could not.
    #[error("{}", engine_text(.0))]
    Engine(EngineError),
    /// A defect of this program.
    #[error("An internal error occurred; the log has it under this LogId.")]
    Internal {
        /// For the log.
        detail: String,
    },
}

impl Error {
    /// There is no room for another request.
    pub const OVERLOADED: Self = Self::Engine(EngineError::Overloaded);

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Contract { status, .. } => *status,
            Self::Once(refusal) => refusal.status(),
            Self::Invalid(_)
            | Self::TooManyMatches { .. }
            | Self::Malformed { .. }
            | Self::TooManyParameters { .. }
            | Self::PreconditionUnusable { .. }
            | Self::OAuth { .. } => 400,
            Self::Unauthenticated(_) => 401,
            Self::Forbidden { .. } | Self::CreateForbidden => 403,
            Self::UnknownEntity { .. } | Self::NotFound => 404,
            Self::MethodNotAllowed { .. } => 405,
            Self::BodyTimeout { .. } | Self::BodyTooSlow { .. } => 408,
            Self::PreconditionFailed(_) => 412,
            Self::BodyTooLarge { .. } => 413,
            Self::UnsupportedMediaType { .. } | Self::UnsupportedEncoding(_) => 415,
            Self::UrlTooLong { .. } => 414,
            Self::TooManyRequests { .. } | Self::TooManyRows { .. } => 429,
            Self::IssuerAway { .. } => 503,
            Self::Engine(error) => engine_status(error),
            Self::Internal { .. } => 500,
        }
    }

    /// The stable code, never reused for another meaning.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(faults) => faults.code(),
            Self::TooManyMatches { matched, cap } if matched > cap => "too_many_matches",
            Self::TooManyMatches { .. } => "more_than_one_match",
            Self::Malformed { .. } => "body_malformed",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::BodyTimeout { .. } | Self::BodyTooSlow { .. } => "body_timeout",
            Self::UrlTooLong { .. } => "url_too_long",
            Self::TooManyParameters { .. } => "too_many_parameters",
            Self::UnsupportedMediaType { .. } | Self::UnsupportedEncoding(_) => {
                "unsupported_media_type"
            }
            Self::Unauthenticated(why) => why.code(),
            Self::Forbidden { .. } | Self::CreateForbidden => "action_not_allowed",
            Self::UnknownEntity { .. } => "unknown_entity",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::IssuerAway { .. } => "issuer_unavailable",
            Self::PreconditionFailed(_) => "precondition_failed",
            Self::PreconditionUnusable { .. } => "precondition_unusable",
            Self::OAuth { error, .. } => error,
            Self::Once(refusal) => refusal.code(),
            Self::Contract { code, .. } => code,
            Self::Engine(error) => engine_code(error),
            Self::Internal { .. } => "internal_error",
        }
    }

    /// Seconds after which the same request may succeed, for `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooManyRequests { retry_after }
            | Self::TooManyRows { retry_after }
            | Self::IssuerAway { retry_after } => Some(*retry_after),
            Self::Once(Refusal::Underway) => Some(1),
            _ if self.status() == 503 => Some(1),
            _ => None,
        }
    }

    /// Whether a caller asks for more than there is room for, or than it may for now.
    #[must_use]
    pub fn is_of_limits(&self) -> bool {
        matches!(
            self,
            Self::TooManyRequests { .. } | Self::TooManyRows { .. }
        ) || *self == Self::OVERLOADED
    }

    /// Whether the same request may succeed the next time, with the same caller and the same tables.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self.status(), 408 | 425 | 429 | 500..)
    }

    /// What only the log may hold.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Engine(error) => Some(error.to_string()),
            Self::Internal { detail } => Some(detail.clone()),
            _ => None,
        }
    }
}

fn engine_status(error: &EngineError) -> u16 {
    match error {
        EngineError::Null { .. }
        | EngineError::Truncated { .. }
        | EngineError::Conversion { .. } => 400,
        EngineError::Permission { .. } | EngineError::Outside => 403,
        EngineError::Unmet(_) => 412,
        EngineError::Unique { .. }
        | EngineError::ForeignKey { .. }
        | EngineError::Check { .. }
        | EngineError::Trigger { .. }
        | EngineError::Exists { .. }
        | EngineError::Dependent { .. } => 409,
        EngineError::Underway => Refusal::Underway.status(),
        EngineError::Busy
        | EngineError::Overloaded
        | EngineError::Timeout
        | EngineError::Unavailable { .. } => 503,
        // Reading the tables again has not helped by the time a caller hears of it.
        EngineError::Stale { .. } | EngineError::Lost { .. } | EngineError::Unexpected { .. } => {
            500
        }
    }
}

fn engine_code(error: &EngineError) -> &'static str {
    match error {
        EngineError::Unique { .. } => "unique_conflict",
        EngineError::ForeignKey { .. } => "foreign_key_conflict",
        EngineError::Check { .. } => "check_conflict",
        EngineError::Trigger { .. } => "trigger_refused",
        EngineError::Exists { .. } => "name_taken",
        EngineError::Dependent { .. } => "still_needed",
        EngineError::Null { .. } => "null_not_allowed",
        EngineError::Truncated { .. } | EngineError::Conversion { .. } => "value_does_not_fit",
        EngineError::Permission { .. } => "database_permission",
        EngineError::Outside => "outside_rows",
        EngineError::Underway => Refusal::Underway.code(),
        EngineError::Stale { .. } => "schema_broken",
        EngineError::Unmet(_) => "precondition_failed",
        EngineError::Busy => "database_busy",
        EngineError::Overloaded => "overloaded",
        EngineError::Timeout => "timeout",
        EngineError::Unavailable { .. } => "database_unavailable",
        EngineError::Lost { .. } => "outcome_unknown",
        EngineError::Unexpected { .. } => "internal_error",
    }
}

fn engine_text(error: &EngineError) -> String {
    let named = |constraint: &Option<String>| match constraint {
        Some(name) => format!(" '{name}'"),
        None => String::new(),
    };
    match error {
        EngineError::Unique { constraint, columns } if columns.is_empty() => format!(
            "Another row already has this value in a unique key{}; nothing was written.",
            named(constraint)
        ),
        EngineError::Unique { constraint, columns } => format!(
            "Another row already has this value in {} (unique key{}); nothing was written.",
            columns.join(", "),
            named(constraint)
        ),
        EngineError::ForeignKey { constraint } => format!(
            "A foreign key{} does not hold: the row referred to does not exist, or is still referred to; \
             nothing was written.",
            named(constraint)
        ),
        EngineError::Check { constraint } => format!(
            "A check constraint{} of the table does not hold; nothing was written.",
            named(constraint)
        ),
        EngineError::Trigger { .. } => {
            "A trigger of the database refused the change; nothing was written.".to_owned()
        }
        EngineError::Exists { .. } => {
            "A table or column of this name is there already; nothing was changed; choose another name.".to_owned()
        }
        EngineError::Dependent { .. } => {
            "A key, an index, a view, a trigger or another table needs what was to be changed or dropped; nothing was \
             changed. The log says which under this LogId."
                .to_owned()
        }
        EngineError::Null { column } => {
            format!("Column '{column}' cannot be null; send a value.")
        }
        EngineError::Truncated { column, .. } => format!(
            "A value is too long for {}; nothing was written; send a shorter one.",
            match column {
                Some(name) => format!("column '{name}'"),
                None => "its column".to_owned(),
            }
        ),
        EngineError::Conversion { .. } => {
            "The database cannot use a value, or compute a column from it; nothing was written. The log says \
             which under this LogId."
                .to_owned()
        }
        EngineError::Permission { .. } => {
            "The database does not let this service do that; nothing was written. Its owner has to grant the \
             right; the log says which under this LogId."
                .to_owned()
        }
        EngineError::Stale { .. } => {
            "The database's own schema names a table or column that does not exist, in a view or a trigger; \
             nothing was written. Its owner has to mend it; the log says which under this LogId."
                .to_owned()
        }
        EngineError::Unmet(unmet) => unmet.text().to_owned(),
        EngineError::Outside => {
            "As it would be then, the row is none that you may write; nothing was written. Your rights on the entity are \
             for some of its rows alone; whoever gave them can say for which."
                .to_owned()
        }
        EngineError::Underway => Refusal::Underway.text().to_owned(),
        EngineError::Busy => "The database is busy; nothing was written; try again.".to_owned(),
        EngineError::Overloaded => {
            "Too many requests are waiting; nothing was written; try again.".to_owned()
        }
        EngineError::Timeout => {
            "The request took too long and was given up; nothing was written; a clause on an indexed \
             column is faster."
                .to_owned()
        }
        EngineError::Unavailable { .. } => {
            "The database cannot be used; nothing was written; the log says why under this LogId."
                .to_owned()
        }
        EngineError::Lost { .. } => {
            "The database was lost, or its answer did not come in time, while it was writing: whether the change \
             was written is unknown; read the row before trying again."
                .to_owned()
        }
        EngineError::Unexpected { .. } => {
            "An internal error occurred; the log has it under this LogId.".to_owned()
        }
    }
}

fn matches_text(matched: u32, cap: u32) -> String {
    if matched > cap {
        format!(
            "Clause found more than {cap} records, the most that one request may update; nothing was \
             written. Narrow the clause."
        )
    } else {
        format!(
            "Clause found {matched} records and AllowMultiUpdate is false; nothing was written. Set \
             AllowMultiUpdate to true or narrow the clause."
        )
    }
}

fn action_text(action: Action) -> &'static str {
    match action {
        Action::Add => "adding",
        Action::Edit => "editing",
        Action::View => "viewing",
        Action::Delete => "deleting",
        Action::Alter => "altering",
        Action::Drop => "dropping",
        Action::Create => "creating",
        Action::Explain => "explaining",
        Action::Undo => "undoing",
    }
}

fn suggestion_text(suggestion: Option<&Name>) -> String {
    match suggestion {
        Some(name) => format!("; did you mean '{}'?", name.as_str()),
        None => "; EntityList lists them.".to_owned(),
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Underway => Self::Once(Refusal::Underway),
            EngineError::Unmet(unmet) => Self::PreconditionFailed(unmet),
            error => Self::Engine(error),
        }
    }
}

impl From<AccessError> for Error {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Client => Self::Unauthenticated(Unauthenticated::Client),
            AccessError::InvalidToken => Self::Unauthenticated(Unauthenticated::Invalid),
            AccessError::ExpiredToken => Self::Unauthenticated(Unauthenticated::Expired),
            AccessError::Crowded { retry_after } => Self::TooManyRequests { retry_after },
            AccessError::IssuerAway { retry_after } => Self::IssuerAway { retry_after },
            AccessError::NotYours => Self::OAuth {
                error: "unauthorized_client",
                message: "The token was given to another client, which alone can withdraw it.",
            },
        }
    }
}
