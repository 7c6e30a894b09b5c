//! From this service's structured errors to Salesforce's codes and texts, for records and for whole requests. What a
//! database said is not repeated here, as nowhere.

use serde_json::{Value, json};

use super::model::{RecordError, RequestError};
use crate::{
    domain::{Api, Fault, Faults, Name, SqlType, coerce::Misfit, plan::Use, repeat::Refusal},
    error::{EngineError, Error},
    wire::operation::Envelope,
};

/// The body and the statuses of this API's errors.
pub const ENVELOPE: Envelope = Envelope {
    api: Api::Salesforce,
    status,
    body,
};

/// What the API says of a path that leads nowhere, and of an object that is not served.
pub const NO_RESOURCE: &str = "The requested resource does not exist";

/// One thing that is wrong, in Salesforce's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The code: `statusCode` beside a record, `errorCode` for a whole request.
    pub code: &'static str,
    /// The text.
    pub message: String,
    /// The columns it is about, where it is about some.
    pub fields: Vec<String>,
}

impl Complaint {
    /// About no column in particular.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: Vec::new(),
        }
    }

    /// The same, about columns.
    #[must_use]
    pub fn about(mut self, fields: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// As it stands beside a record.
    #[must_use]
    pub fn beside_record(self) -> RecordError {
        RecordError {
            status_code: self.code.to_owned(),
            message: self.message,
            fields: self.fields,
        }
    }

    /// As it stands in the array of a request's errors.
    fn of_request(self) -> RequestError {
        RequestError {
            message: self.message,
            error_code: self.code.to_owned(),
            fields: Some(self.fields).filter(|fields| !fields.is_empty()),
        }
    }

    /// What a record gets that was good, in a request that was not.
    #[must_use]
    pub fn rolled_back() -> Self {
        Self::new(
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "Record rolled back because not all records were valid and the request was using AllOrNone header",
        )
    }

    /// A key that several records of a request have.
    #[must_use]
    pub fn repeated(field: &str, value: &str) -> Self {
        let message = format!("Duplicate external id specified: {value}");
        Self::new("DUPLICATE_VALUE", message).about([field])
    }

    /// A key that several rows have; `ids` are theirs, as far as the caller may know them.
    #[must_use]
    pub fn ambiguous(field: &str, ids: &[String]) -> Self {
        let ids = ids.join(", ");
        let message = format!("{field}: more than one record found for external id field: [{ids}]");
        Self::new("DUPLICATE_EXTERNAL_ID", message).about([field])
    }

    /// A value that another row has in a unique key; `id` is that row's, as far as the caller may know it.
    #[must_use]
    pub fn taken(columns: &[String], id: Option<&str>) -> Self {
        const UNKNOWN: &str = "<unknown>";
        let columns = columns.join(", ");
        let columns = if columns.is_empty() {
            UNKNOWN
        } else {
            &columns
        };
        let id = id.unwrap_or(UNKNOWN);
        let message =
            format!("duplicate value found: {columns} duplicates value on record with id: {id}");
        Self::new("DUPLICATE_VALUE", message)
    }

    /// A name that is no column of the object.
    #[must_use]
    pub fn no_column(column: &str, object: &str) -> Self {
        let message = format!("No such column '{column}' on sobject of type {object}");
        Self::new("INVALID_FIELD", message)
    }

    /// A key's column that a record lacks or has as null.
    #[must_use]
    pub fn not_specified(field: &str) -> Self {
        Self::new("MISSING_ARGUMENT", format!("{field} not specified")).about([field])
    }
}

impl From<Complaint> for Error {
    /// The request as a whole is refused with 400. The columns are for the records' answers alone.
    fn from(complaint: Complaint) -> Self {
        refused(400, complaint.code, complaint.message)
    }
}

/// A request that is refused in the API's own words.
pub fn refused(status: u16, code: &'static str, message: impl Into<String>) -> Error {
    Error::Contract {
        status,
        code,
        messages: vec![message.into()],
    }
}

/// Everything that is wrong with a record, or with a request.
#[must_use]
pub fn complaints(error: &Error) -> Vec<Complaint> {
    let one = |code, message: String| vec![Complaint::new(code, message)];
    match error {
        Error::Invalid(faults) => of_faults(faults),
        Error::Engine(error) => vec![of_engine(error)],
        Error::Contract { code, messages, .. } => {
            let each = messages.iter().map(|text| Complaint::new(code, text));
            each.collect()
        }
        Error::Malformed { message } => one("JSON_PARSER_ERROR", message.clone()),
        Error::Forbidden { .. } | Error::CreateForbidden => {
            one("INSUFFICIENT_ACCESS_OR_READONLY", error.to_string())
        }
        Error::Unauthenticated(_) => one(
            "INVALID_SESSION_ID",
            "Session expired or invalid".to_owned(),
        ),
        Error::UnknownEntity { .. } | Error::NotFound => one("NOT_FOUND", NO_RESOURCE.to_owned()),
        Error::MethodNotAllowed { allowed } => one(
            "METHOD_NOT_ALLOWED",
            format!(
                "HTTP Method not allowed. Allowed are {}",
                allowed.replace(' ', "")
            ),
        ),
        Error::IssuerAway { .. } => one("SERVER_UNAVAILABLE", error.to_string()),
        Error::TooManyRequests { .. } | Error::TooManyRows { .. } => one(
            "REQUEST_LIMIT_EXCEEDED",
            "TotalRequests Limit exceeded.".to_owned(),
        ),
        Error::BodyTooLarge { .. } => one("EXCEEDED_MAX_SIZE_REQUEST", error.to_string()),
        Error::BodyTimeout { .. } | Error::BodyTooSlow { .. } => {
            one("REQUEST_TIMEOUT", error.to_string())
        }
        Error::UrlTooLong { .. } => one("URI_TOO_LONG", error.to_string()),
        Error::UnsupportedMediaType { .. } | Error::UnsupportedEncoding(_) => {
            one("UNSUPPORTED_MEDIA_TYPE", error.to_string())
        }
        Error::Once(refusal) => one(of_repeat(*refusal), error.to_string()),
        Error::PreconditionFailed(_) => one("PRECONDITION_FAILED", error.to_string()),
        Error::TooManyMatches { .. }
        | Error::PreconditionUnusable { .. }
        | Error::OAuth { .. }
        | Error::TooManyParameters { .. } => one("INVALID_INPUT", error.to_string()),
        Error::Internal { .. } => one("UNKNOWN_EXCEPTION", error.to_string()),
    }
}

/// Salesforce answers what the database refuses with 400, and limits with 403.
fn status(error: &Error) -> u16 {
    match error {
        Error::Invalid(faults) if faults.all().iter().all(is_not_found) => 404,
        Error::TooManyRequests { .. } | Error::TooManyRows { .. } => 403,
        // Clients of the header know these statuses, whatever the API.
        Error::Once(refusal) => refusal.status(),
        _ => match error.status() {
            409 => 400,
            other => other,
        },
    }
}

fn body(error: &Error, _: &str) -> Value {
    let complaints = complaints(error).into_iter();
    json!(complaints.map(Complaint::of_request).collect::<Vec<_>>())
}

fn is_not_found(fault: &Fault) -> bool {
    matches!(fault, Fault::RowNotFound { .. })
}

/// Columns that are missing, and those that may not be written, stand in one complaint each.
fn of_faults(faults: &Faults) -> Vec<Complaint> {
    let mut missing: Vec<String> = Vec::new();
    let mut barred: Vec<String> = Vec::new();
    let mut others = Vec::new();
    for fault in faults.all() {
        match fault {
            Fault::Required { columns } | Fault::RequiredInRow { columns } => {
                missing.extend(texts(columns));
            }
            Fault::NullNotAllowed { column } => missing.push(text(column)),
            Fault::Protected {
                column,
                usage: Use::Write,
                ..
            } => barred.push(text(column)),
            other => others.extend(of_fault(other)),
        }
    }
    let mut all = Vec::new();
    if !missing.is_empty() {
        all.push(required(missing));
    }
    if !barred.is_empty() {
        all.push(not_writable(barred));
    }
    all.extend(others);
    all
}

fn of_fault(fault: &Fault) -> Vec<Complaint> {
    match fault {
        Fault::UnknownColumn { wrote, entity, .. } => {
            vec![Complaint::no_column(wrote, entity.as_str())]
        }
        Fault::Misfit {
            column,
            ty,
            got,
            misfit,
            ..
        } => vec![of_misfit(column, ty, got, misfit)],
        Fault::KeyMissing { columns } => {
            let each = columns.iter();
            each.map(|c| Complaint::not_specified(c.as_str())).collect()
        }
        Fault::KeyNull { column } => vec![Complaint::not_specified(column.as_str())],
        Fault::RowNotFound { .. } => vec![Complaint::new("NOT_FOUND", NO_RESOURCE)],
        Fault::KeyRepeated { columns } => {
            vec![Complaint::new("DUPLICATE_VALUE", fault.to_string()).about(texts(columns))]
        }
        Fault::KeyAmbiguous { columns } => {
            let fields = texts(columns).join(", ");
            vec![Complaint::ambiguous(&fields, &[]).about(texts(columns))]
        }
        Fault::KeyNotTaken { column, .. } => vec![
            Complaint::new("INVALID_FIELD_FOR_INSERT_UPDATE", fault.to_string())
                .about([text(column)]),
        ],
        Fault::Unfillable { columns } => {
            vec![
                Complaint::new("FIELD_INTEGRITY_EXCEPTION", fault.to_string())
                    .about(texts(columns)),
            ]
        }
        Fault::RepeatedColumn { column } => {
            let message = format!("Duplicate field specified: {}", column.as_str());
            vec![Complaint::new("INVALID_FIELD", message).about([text(column)])]
        }
        Fault::Protected { column, .. } | Fault::BinaryNotReturned { column } => {
            vec![Complaint::new("INVALID_FIELD", fault.to_string()).about([text(column)])]
        }
        _ => vec![Complaint::new("INVALID_INPUT", fault.to_string())],
    }
}

/// The reason follows the text that Salesforce has: it says what would fit.
fn of_misfit(column: &Name, ty: &SqlType, got: &str, misfit: &Misfit) -> Complaint {
    let column = column.as_str();
    let shown = got.trim_matches('\'');
    let (code, message) = match misfit {
        Misfit::TooLong(_) => {
            let most = ty.max_length().unwrap_or_default();
            let message = format!("{column}: data value too large: {shown} (max length={most})");
            ("STRING_TOO_LONG", message)
        }
        Misfit::OutOfRange(_) => (
            "NUMBER_OUTSIDE_VALID_RANGE",
            format!("{column}: value outside of valid range: {shown} {misfit}"),
        ),
        _ => (
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            format!("{column}: value not of required type: {shown} {misfit}"),
        ),
    };
    Complaint::new(code, message).about([column])
}

fn of_engine(error: &EngineError) -> Complaint {
    let own = |code| Complaint::new(code, Error::Engine(error.clone()).to_string());
    match error {
        EngineError::Unique { columns, .. } => Complaint::taken(columns, None),
        EngineError::ForeignKey { .. } => {
            Complaint::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        }
        EngineError::Check { .. } | EngineError::Trigger { .. } | EngineError::Outside => {
            own("FIELD_CUSTOM_VALIDATION_EXCEPTION")
        }
        EngineError::Null { column } => required(vec![column.clone()]),
        EngineError::Truncated { column, .. } => own("STRING_TOO_LONG").about(column.clone()),
        EngineError::Conversion { .. } => own("FIELD_INTEGRITY_EXCEPTION"),
        EngineError::Permission { .. } => own("INSUFFICIENT_ACCESS_OR_READONLY"),
        EngineError::Busy | EngineError::Underway => Complaint::new(
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record",
        ),
        EngineError::Unmet(_) => own("PRECONDITION_FAILED"),
        EngineError::Overloaded | EngineError::Timeout | EngineError::Unavailable { .. } => {
            own("SERVER_UNAVAILABLE")
        }
        // No record is about the tables themselves.
        EngineError::Exists { .. }
        | EngineError::Dependent { .. }
        | EngineError::Stale { .. }
        | EngineError::Lost { .. }
        | EngineError::Unexpected { .. } => own("UNKNOWN_EXCEPTION"),
    }
}

/// Salesforce has no such header; its words are nearest to these.
fn of_repeat(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Key => "INVALID_INPUT",
        Refusal::Other | Refusal::Gone => "DUPLICATE_VALUE",
        Refusal::Underway => "UNABLE_TO_LOCK_ROW",
    }
}

fn required(columns: Vec<String>) -> Complaint {
    let message = format!("Required fields are missing: [{}]", columns.join(", "));
    Complaint::new("REQUIRED_FIELD_MISSING", message).about(columns)
}

fn not_writable(columns: Vec<String>) -> Complaint {
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set.",
        columns.join(", ")
    );
    Complaint::new("INVALID_FIELD_FOR_INSERT_UPDATE", message).about(columns)
}

fn text(name: &Name) -> String {
    name.as_str().to_owned()
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(text).collect()
}
