//! Errors as Datasette tells them: `{"ok": false, "error": "a; b", "errors": ["a", "b"], "status": 400}`. Its texts for
//! broken constraints are made here from the structured faults, whatever the database.

use serde_json::{Value as Json, json};

use crate::{
    domain::Api,
    error::{Error, Unauthenticated},
    wire::operation::Envelope,
};

/// The body of this API's errors (1.0a36 and later; before, there were only `ok` and `errors`).
pub(super) const ENVELOPE: Envelope = Envelope {
    api: Api::Datasette,
    status,
    body: |error, _| body(error),
};

fn status(error: &Error) -> u16 {
    match error {
        // Nobody is not asked who he is, but told that he may not.
        Error::Unauthenticated(Unauthenticated::Missing) => 403,
        Error::Engine(error) if error.is_about_a_row() => 400,
        other => other.status(),
    }
}

fn body(error: &Error) -> Json {
    let messages = match error {
        Error::Contract { messages, .. } => messages.clone(),
        Error::BodyTooLarge { limit } => {
            vec![format!(
                "Request body exceeded maximum size of {limit} bytes"
            )]
        }
        Error::Unauthenticated(Unauthenticated::Missing) | Error::Forbidden { .. } => {
            vec!["Permission denied".to_owned()]
        }
        Error::Unauthenticated(Unauthenticated::Expired) => vec!["Token has expired".to_owned()],
        Error::Unauthenticated(_) => vec!["Invalid token signature".to_owned()],
        Error::MethodNotAllowed { .. } => vec!["Method not allowed".to_owned()],
        Error::NotFound => vec!["404".to_owned()],
        Error::Invalid(faults) => faults.all().iter().map(ToString::to_string).collect(),
        other => vec![other.to_string()],
    };
    json!({
        "ok": false,
        "error": messages.join("; "),
        "errors": messages,
        "status": status(error),
    })
}
