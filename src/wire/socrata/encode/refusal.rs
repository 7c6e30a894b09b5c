//! Errors in Socrata's words: the public envelope with `code`, and `errorCode`, which soda-java reads, beside it. The
//! codes with dots are those of Socrata's own server.

use poem_openapi::{Object, types::Any};
use serde_json::{Value, json};

use crate::{
    domain::{Api, Fault, Faults, fault::shorten, name::nearest},
    error::{Error, Unauthenticated},
    wire::{operation::Envelope, socrata::fields::Fields},
};

const NO_COLUMN: &str = "query.soql.no-such-column";
const ILLEGAL_FIELD: &str = "Illegal field name sent: ";

/// How the errors of this API look.
pub const ENVELOPE: Envelope = Envelope {
    api: Api::Socrata,
    status,
    body,
};

/// An error.
#[derive(Debug, Object)]
pub struct SocrataError {
    /// What is wrong, for programs.
    code: String,
    /// The same as `code`.
    #[oai(rename = "errorCode")]
    error_code: String,
    /// Always true.
    error: bool,
    /// What is wrong and what to do.
    message: String,
    /// Always an empty object.
    data: Any<Value>,
}

fn body(error: &Error, _: &str) -> Value {
    let code = code(error);
    json!({"code": code, "errorCode": code, "error": true, "message": message(error), "data": {}})
}

fn status(error: &Error) -> u16 {
    match error {
        // Not 401: nobody has tried to log in.
        Error::Unauthenticated(Unauthenticated::Missing) => 403,
        other => other.status(),
    }
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Unauthenticated(Unauthenticated::Missing) => "authentication_required",
        Error::Unauthenticated(_) => "authentication_failed",
        Error::Forbidden { .. } => "permission_denied",
        Error::UnknownEntity { .. } => "soda.dataset.not-found",
        Error::MethodNotAllowed { .. } => "method-not-allowed",
        Error::TooManyRequests { .. } | Error::TooManyRows { .. } => "too-many-requests",
        Error::BodyTooLarge { .. } => "req.body.too-large",
        Error::UnsupportedMediaType { .. } => "req.content-type.not-json",
        Error::Malformed { .. } => "req.body.malformed-json",
        Error::Invalid(faults) => fault_code(faults),
        other => other.code(),
    }
}

/// Of what a read asks for; faults of rows are told by [`of_row`].
fn fault_code(faults: &Faults) -> &'static str {
    match faults.all().first() {
        Some(Fault::UnknownColumn { .. }) => NO_COLUMN,
        Some(Fault::Misfit { .. } | Fault::TestNotForType { .. }) => "query.soql.type-mismatch",
        Some(Fault::Clause { .. } | Fault::EmptyFilter | Fault::NoClause) => {
            "query.compiler.malformed"
        }
        _ => "invalid_request",
    }
}

fn message(error: &Error) -> String {
    match error {
        Error::Unauthenticated(Unauthenticated::Missing) => {
            "You must be logged in to access this resource".to_owned()
        }
        Error::Unauthenticated(Unauthenticated::Client) => {
            "The id or the secret of the Basic header is wrong.".to_owned()
        }
        Error::Unauthenticated(_) => {
            "The token is not valid, or no longer; get a new one at oauth/token.".to_owned()
        }
        Error::UnknownEntity { wrote, suggestion } => {
            let near = suggestion.as_ref().map(|name| name.as_str().to_owned());
            format!("Dataset '{wrote}' was not found{}", did_you_mean(near))
        }
        Error::BodyTooLarge { limit } => {
            format!("The request body is too large; the limit is {limit} bytes")
        }
        Error::Invalid(faults) => in_soql(&faults.to_string()),
        other => other.to_string(),
    }
}

/// What plans call by the words of the first API.
fn in_soql(message: &str) -> String {
    let words = [
        ("Entity '", "Dataset '"),
        (
            "; Schema lists its columns",
            "; api/views lists its columns",
        ),
        ("GroupByTag", "$group"),
        ("OrderByTag", "$order"),
        ("StartIndex", "$offset"),
        ("Fields", "$select"),
        ("Clause", "$where"),
    ];
    words
        .into_iter()
        .fold(message.to_owned(), |text, (theirs, ours)| {
            text.replace(theirs, ours)
        })
}

fn did_you_mean(near: Option<String>) -> String {
    near.map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// A refusal in these words.
#[must_use]
pub fn contract(status: u16, code: &'static str, message: String) -> Error {
    Error::Contract {
        status,
        code,
        messages: vec![message],
    }
}

/// A parameter of a read that cannot be carried out.
#[must_use]
pub fn query(message: &str) -> Error {
    contract(400, "query.compiler.malformed", message.to_owned())
}

/// A function in a query.
#[must_use]
pub fn no_function(name: &str) -> Error {
    contract(
        400,
        "query.soql.no-such-function",
        format!(
            "No such function: {}; conditions compare columns with values, and $select takes columns and count(*).",
            shorten(name)
        ),
    )
}

/// A field of a query that the dataset does not have.
#[must_use]
pub fn no_column(wrote: &str, fields: &Fields) -> Error {
    let names = fields.shown().map(|field| field.name.as_str());
    let near = nearest(wrote, names).map(str::to_owned);
    contract(
        400,
        NO_COLUMN,
        format!("No such column: {}{}", shorten(wrote), did_you_mean(near)),
    )
}

/// A field of a row that the dataset does not have.
#[must_use]
pub fn illegal_field(wrote: &str) -> Error {
    contract(
        400,
        "invalid_request",
        format!("{ILLEGAL_FIELD}{}", shorten(wrote)),
    )
}

/// Whether a refusal is about a field that the dataset does not have, as far as is known.
#[must_use]
pub fn names_unknown(error: &Error) -> bool {
    match error {
        Error::Contract { code, messages, .. } => {
            *code == NO_COLUMN || messages.iter().any(|text| text.starts_with(ILLEGAL_FIELD))
        }
        _ => false,
    }
}

/// A parameter of a write with a value that it cannot have.
#[must_use]
pub fn bad_parameter(name: &str, wrote: &str) -> Error {
    contract(
        400,
        "req.bad-parameter",
        format!(
            "Parameter '{name}' cannot be '{}'; send true or false.",
            shorten(wrote)
        ),
    )
}

/// The code of a body that is no CSV.
pub const MALFORMED_CSV: &str = "req.body.malformed-csv";

/// A body that is no JSON.
#[must_use]
pub fn malformed_json(why: &str, line: u64, column: u64) -> Error {
    contract(
        400,
        "req.body.malformed-json",
        format!("The json request body is malformed at row {line} and column {column}: {why}"),
    )
}

/// A row by an identifier that none has.
#[must_use]
pub fn no_row(identifier: &str) -> Error {
    contract(
        404,
        "soda.row.not-found",
        format!("Row with identifier {} was not found", shorten(identifier)),
    )
}

/// Why a row was not written, where that ends the whole request. `number` counts from 0.
#[must_use]
pub fn of_row(number: u64, error: &Error) -> Error {
    let (status, code, message) = of_any_row(error);
    contract(status, code, format!("Row {number}: {message}"))
}

/// Why the one row of a request was not written.
#[must_use]
pub fn of_lone_row(error: &Error) -> Error {
    let (status, code, message) = of_any_row(error);
    contract(status, code, message)
}

fn of_any_row(error: &Error) -> (u16, &'static str, String) {
    match error {
        Error::Contract {
            status,
            code,
            messages,
        } => (*status, *code, messages.join("; ")),
        Error::Invalid(faults) => row_fault(faults),
        other => (status(other), code_of_row(other), message(other)),
    }
}

fn code_of_row(error: &Error) -> &'static str {
    match error {
        Error::Malformed { .. } => "soda.row.upsert-row-not-an-object",
        other => code(other),
    }
}

fn row_fault(faults: &Faults) -> (u16, &'static str, String) {
    let text = in_soql(&faults.to_string());
    match faults.all().first() {
        Some(Fault::UnknownColumn { wrote, .. }) => (
            400,
            "invalid_request",
            format!("{ILLEGAL_FIELD}{}", shorten(wrote)),
        ),
        Some(Fault::Misfit {
            column, ty, got, ..
        }) => (
            400,
            "soda.column.maltyped",
            format!(
                "Column is maltyped; for field '{}' we expected '{ty}' but got {got}. {text}",
                column.as_str()
            ),
        ),
        Some(Fault::KeyMissing { .. } | Fault::KeyNull { .. }) => {
            (400, "soda.row.primary-key-nonexistent-or-null", text)
        }
        Some(Fault::RowNotFound { .. }) => (404, "soda.row.not-found", text),
        _ => (400, "invalid_request", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Action, Name};

    #[test]
    fn each_error_has_the_envelope_with_the_contract_s_code_and_words() {
        let cases = [
            (
                Error::Unauthenticated(Unauthenticated::Missing),
                403,
                "authentication_required",
                "You must be logged in to access this resource",
            ),
            (
                Error::Unauthenticated(Unauthenticated::Client),
                401,
                "authentication_failed",
                "secret",
            ),
            (
                Error::UnknownEntity {
                    wrote: "abcd-efgh".to_owned(),
                    suggestion: None,
                },
                404,
                "soda.dataset.not-found",
                "Dataset 'abcd-efgh' was not found",
            ),
            (
                Error::TooManyRequests { retry_after: 1 },
                429,
                "too-many-requests",
                "try again",
            ),
            (
                Error::BodyTooLarge { limit: 7 },
                413,
                "req.body.too-large",
                "The request body is too large; the limit is 7 bytes",
            ),
            (
                malformed_json("x", 3, 14),
                400,
                "req.body.malformed-json",
                "The json request body is malformed at row 3 and column 14",
            ),
            (
                no_row("7"),
                404,
                "soda.row.not-found",
                "Row with identifier 7 was not found",
            ),
            (
                illegal_field("switch_comm"),
                400,
                "invalid_request",
                "Illegal field name sent: switch_comm",
            ),
        ];
        for (error, expected, code, words) in cases {
            let body = body(&error, "id");
            assert_eq!(
                (status(&error), body["code"].as_str()),
                (expected, Some(code))
            );
            assert_eq!(body["errorCode"], body["code"]);
            assert_eq!((&body["error"], &body["data"]), (&json!(true), &json!({})));
            let message = body["message"].as_str().unwrap_or_default();
            assert!(message.contains(words), "{message}");
        }
    }

    #[test]
    fn a_right_that_is_lacking_is_permission_denied() {
        let Ok(entity) = Name::parse("quakes") else {
            return;
        };
        let error = Error::Forbidden {
            entity,
            action: Action::Delete,
        };
        assert_eq!((status(&error), code(&error)), (403, "permission_denied"));
        assert!(message(&error).contains("deleting"));
    }
}
