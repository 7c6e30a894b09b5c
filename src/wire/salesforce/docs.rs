//! What the `OpenAPI` document says of the API's paths and statuses in common.

use super::model::{RequestError, SObject};
use crate::wire::operation::{Errors, Parameter, Payload};

/// The group that the operations are shown in.
pub const TAG: &str = "Salesforce";

/// The body of errors.
pub const ERROR: Payload = Payload::json::<Vec<RequestError>>();

/// A record, or anything else that is an object of whatever members.
pub const OBJECT: Payload = Payload::json::<SObject>();

const V: Parameter = Parameter {
    name: "version",
    description: "The API's version, such as `59.0`.",
};
const ENTITY: Parameter = Parameter {
    name: "entity",
    description: "The object: an entity by its name; case does not matter.",
};
const FIELD: Parameter = Parameter {
    name: "field",
    description: "The external id: a column that is declared as one, the primary key under its own name, or `Id`.",
};
const VALUE: Parameter = Parameter {
    name: "value",
    description: "The external id's value. A slash in it need not be encoded.",
};
const ID: Parameter = Parameter {
    name: "id",
    description: "The record's id of 18 or 15 characters, where the primary key is a whole number.",
};

/// Of a version.
pub const VERSION: &[Parameter] = &[V];
/// Of an object.
pub const OF_OBJECT: &[Parameter] = &[V, ENTITY];
/// Of an object and the field by which records are found.
pub const OF_FIELD: &[Parameter] = &[V, ENTITY, FIELD];
/// Of a record by its external id.
pub const OF_VALUE: &[Parameter] = &[V, ENTITY, FIELD, VALUE];
/// Of a record by its own id.
pub const OF_ID: &[Parameter] = &[V, ENTITY, ID];

const TOKEN: &[&str] = &["token_missing", "token_invalid", "token_expired"];
const FORBIDDEN: &[&str] = &["action_not_allowed"];
const NOT_FOUND: &[&str] = &["unknown_entity", "not_found", "NOT_FOUND"];
const NO_RECORD: &[&str] = &["unknown_entity", "not_found", "NOT_FOUND", "row_not_found"];
const METHOD: &[&str] = &["method_not_allowed"];
const WRITE: &[&str] = &["internal_error", "outcome_unknown", "schema_broken"];
const DATABASE: &[&str] = &[
    "database_busy",
    "overloaded",
    "timeout",
    "database_unavailable",
];
const BODY: &[&str] = &[
    "body_malformed",
    "INVALID_FIELD",
    "INVALID_INPUT",
    "INVALID_TYPE",
    "EXCEEDED_ID_LIMIT",
];
const ONE_BODY: &[&str] = &[
    "body_malformed",
    "INVALID_FIELD",
    "INVALID_TYPE",
    "MISSING_ARGUMENT",
    "DUPLICATE_VALUE",
    "foreign_key_conflict",
    "check_conflict",
    "trigger_refused",
    "value_does_not_fit",
    "null_not_allowed",
    "required_columns_missing",
    "required_columns_protected",
    "protected_column",
    "key_not_taken",
    "invalid_request",
];

/// The collections upsert.
pub const COLLECTION_ERRORS: Errors = &[
    (400, BODY),
    (401, TOKEN),
    (403, FORBIDDEN),
    (404, NOT_FOUND),
    (405, METHOD),
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (500, WRITE),
    (503, DATABASE),
];

/// Requests that send one record.
pub const WRITE_ERRORS: Errors = &[
    (201, &[]),
    (204, &[]),
    (300, &[]),
    (400, ONE_BODY),
    (401, TOKEN),
    (403, FORBIDDEN),
    (404, NO_RECORD),
    (405, METHOD),
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (500, WRITE),
    (503, DATABASE),
];

/// Deleting a record.
pub const DELETE_ERRORS: Errors = &[
    (204, &[]),
    (300, &[]),
    (
        400,
        &[
            "foreign_key_conflict",
            "trigger_refused",
            "value_does_not_fit",
        ],
    ),
    (401, TOKEN),
    (403, FORBIDDEN),
    (404, NO_RECORD),
    (405, METHOD),
    (500, WRITE),
    (503, DATABASE),
];

/// Reading a record.
pub const READ_ERRORS: Errors = &[
    (300, &[]),
    (
        400,
        &["unknown_column", "protected_column", "value_does_not_fit"],
    ),
    (401, TOKEN),
    (403, FORBIDDEN),
    (404, NOT_FOUND),
    (405, METHOD),
    (500, &["internal_error", "schema_broken"]),
    (503, DATABASE),
];

/// Describing an object.
pub const DESCRIBE_ERRORS: Errors = &[
    (401, TOKEN),
    (403, FORBIDDEN),
    (404, NOT_FOUND),
    (405, METHOD),
    (500, &["internal_error"]),
];

/// What is about no object.
pub const LIST_ERRORS: Errors = &[
    (401, TOKEN),
    (404, &["not_found"]),
    (405, METHOD),
    (500, &["internal_error"]),
];

/// The versions, which anybody may ask for.
pub const OPEN_ERRORS: Errors = &[(405, METHOD), (500, &["internal_error"])];

/// The token endpoint.
pub const TOKEN_ERRORS: Errors = &[
    (
        400,
        &[
            "invalid_grant",
            "invalid_client",
            "unsupported_grant_type",
            "invalid_request",
            "body_malformed",
        ],
    ),
    (405, METHOD),
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
];
