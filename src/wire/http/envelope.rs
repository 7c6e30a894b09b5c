//! The body of an error that belongs to no API in particular: health, pages, paths that lead nowhere.
//! An API whose clients expect another one brings its own.

use poem_openapi::{
    Object,
    types::{Any, Example},
};
use serde_json::{Value, json};

use crate::{domain::Api, error::Error, wire::operation::Envelope};

/// What is sent where no API has words of its own.
pub const STANDARD: Envelope = Envelope {
    api: Api::ContractInsight,
    status: Error::status,
    body: error,
};

/// An error.
#[derive(Debug, Object)]
#[oai(rename_all = "PascalCase", example)]
pub struct ErrorBody {
    /// The id under which the log has the request; also in the header `X-Log-Id`.
    pub log_id: String,
    /// What is wrong and what to do. Programs go by the header `X-Error-Code` instead.
    pub message: String,
    /// Always null.
    pub exception: Option<Any<Value>>,
}

impl Example for ErrorBody {
    fn example() -> Self {
        Self {
            log_id: "3a52a7a6-32a7-4d66-a5a8-2a7d5e1b6d0c".to_owned(),
            message: "What is wrong and what to do.".to_owned(),
            exception: None,
        }
    }
}

/// The body of an error, as [`ErrorBody`] describes it.
#[must_use]
pub fn error(error: &Error, log_id: &str) -> Value {
    json!({"LogId": log_id, "Message": error.to_string(), "Exception": null})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_log_id_and_no_exception() {
        assert_eq!(
            error(&Error::NotFound, "b0a9").to_string(),
            format!(
                r#"{{"LogId":"b0a9","Message":"{}","Exception":null}}"#,
                Error::NotFound
            )
        );
    }
}
