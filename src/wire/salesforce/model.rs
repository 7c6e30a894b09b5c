//! The bodies of the Salesforce API that have a form of their own. The answers are written from these types; the
//! requests are only described by them, since what is accepted is wider (see `decode`).

use std::collections::HashMap;

use poem_openapi::{Object, types::Any};
use serde::Serialize;
use serde_json::Value;

/// A record: its columns by their names. In a collection it has `attributes` with its `type` besides.
pub type SObject = HashMap<String, Any<Value>>;

/// Up to 200 records of one object to update or insert.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct CollectionBody {
    /// Whether all records are to be written or none.
    #[oai(default)]
    all_or_none: bool,
    /// The records, each with `attributes.type`, its external id and the fields to set; without an `Id`.
    #[oai(validator(max_items = "200"))]
    records: Vec<SObject>,
}

/// What became of a record.
#[derive(Debug, Serialize, Object)]
pub struct SaveResult {
    /// The record's id; not there where it was not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Whether it was written.
    pub success: bool,
    /// Why it was not.
    pub errors: Vec<RecordError>,
    /// Whether it was inserted; not there where it was not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<bool>,
}

/// Why a record was not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct RecordError {
    /// The code, such as `REQUIRED_FIELD_MISSING`.
    pub status_code: String,
    /// What is wrong.
    pub message: String,
    /// The columns it is about.
    pub fields: Vec<String>,
}

/// Why a request was refused.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct RequestError {
    /// What is wrong.
    pub message: String,
    /// The code, such as `INVALID_FIELD`.
    pub error_code: String,
    /// The columns it is about, where it is about some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
}

/// A version of the API.
#[derive(Debug, Serialize, Object)]
pub struct VersionItem {
    /// The release it came with.
    pub label: String,
    /// The path of everything of this version.
    pub url: String,
    /// The number, such as `59.0`.
    pub version: String,
}

/// What to send for a token.
#[derive(Debug, Object)]
pub struct SalesforceTokenForm {
    /// `client_credentials` or `password`.
    grant_type: String,
    /// The client's id, unless it is in a Basic header.
    client_id: Option<String>,
    /// The client's secret, unless it is in a Basic header.
    client_secret: Option<String>,
    /// For `password`: the client's id.
    username: Option<String>,
    /// For `password`: the client's secret.
    password: Option<String>,
}

/// A token, and where to use it.
#[derive(Debug, Serialize, Object)]
pub struct SalesforceToken {
    /// What to send as `Authorization: Bearer …`.
    pub access_token: String,
    /// What stands in front of every path.
    pub instance_url: String,
    /// The caller's identity: a URL that ends in the organization's id and the user's.
    pub id: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// When it was issued, in milliseconds since 1970.
    pub issued_at: String,
    /// HMAC-SHA256 of `id` and `issued_at` under the client's secret, in base64.
    pub signature: String,
}

/// Why there is no token.
#[derive(Debug, Object)]
pub struct SalesforceTokenError {
    /// The code, such as `invalid_grant`.
    error: String,
    /// What is wrong.
    error_description: String,
}
