//! From a body's bytes to records. Only what can be read in one way is taken; columns and types are not looked into
//! but where a name decides what is meant.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    faults::{Complaint, refused},
    id::Prefix,
};
use crate::{
    domain::{Entity, Literal, Table, fault::shorten, json::Unrepeated, name::same_name},
    error::Error,
};

/// The most records that a collection takes.
pub const MOST_RECORDS: usize = 200;

/// The key of a record that says what it is.
const ATTRIBUTES: &str = "attributes";

/// The name of a record's id, where the table has no column of that name.
pub const ID: &str = "Id";

/// A collection as it was sent.
#[derive(Debug, PartialEq)]
pub struct Collection {
    /// All records or none.
    pub all_or_none: bool,
    /// The records, in order.
    pub records: Vec<Record>,
}

/// A record as it was sent.
#[derive(Debug, PartialEq, Default)]
pub struct Record {
    /// The columns in the caller's spelling; records in a row that name the same share one list.
    pub names: Arc<[String]>,
    /// A value for each.
    pub values: Vec<Literal>,
    /// Why the record is refused, whatever its columns are.
    pub complaint: Option<Complaint>,
}

impl Record {
    /// What was sent for a column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Literal> {
        let at = self.names.iter().position(|name| same_name(name, column));
        self.values.get(at?)
    }

    /// The first name that means nothing in a table.
    pub fn unknown_column(&self, table: &Table) -> Option<&str> {
        let unknown = self.names.iter().find(|name| table.find(name).is_none());
        unknown.map(String::as_str)
    }
}

/// What records are read for.
#[derive(Debug, Clone, Copy)]
pub struct Target<'e> {
    /// The object of the path.
    pub entity: &'e Entity,
    /// What its ids begin with.
    pub prefix: Prefix,
}

/// Decodes the body of a collections request.
///
/// # Errors
/// The request as a whole is refused: [`Error::Malformed`], [`Error::Contract`].
pub fn collection(bytes: &[u8], target: Target<'_>) -> Result<Collection, Error> {
    let mut all_or_none = false;
    let mut records = None;
    for (key, value) in parse(bytes)? {
        if key.eq_ignore_ascii_case("allOrNone") {
            all_or_none = flag(&value)?;
        } else if key.eq_ignore_ascii_case("records") {
            records = Some(value);
        } else {
            // Passed over, a slip in allOrNone would turn all or none into some.
            let key = shorten(&key);
            return Err(malformed(format!(
                "Unrecognized field \"{key}\"; send allOrNone and records"
            )));
        }
    }
    let sent = match records {
        Some(Value::Array(sent)) => sent,
        None | Some(Value::Null) => {
            return Err(refused(
                400,
                "INVALID_INPUT",
                "records is missing; send an array of at most 200 records",
            ));
        }
        Some(other) => return Err(misplaced("records", &other, "an array of records")),
    };
    if sent.len() > MOST_RECORDS {
        let message = "record limit reached. cannot submit more than 200 records into this call";
        return Err(refused(400, "EXCEEDED_ID_LIMIT", message));
    }
    let mut records: Vec<Record> = Vec::with_capacity(sent.len());
    for (index, value) in sent.into_iter().enumerate() {
        let place = format!("records[{index}]");
        let Value::Object(members) = value else {
            return Err(misplaced(&place, &value, "an object"));
        };
        let mut record = record(members, &place, target, Typed::Must)?;
        if let Some(last) = records.last().filter(|last| last.names == record.names) {
            record.names = Arc::clone(&last.names);
        }
        records.push(record);
    }
    Ok(Collection {
        all_or_none,
        records,
    })
}

/// Decodes the body of a request about one record: its fields.
///
/// # Errors
/// As [`collection`].
pub fn fields(bytes: &[u8], target: Target<'_>) -> Result<Record, Error> {
    let record = record(parse(bytes)?, "", target, Typed::May)?;
    match record.complaint {
        // The path says which record is meant.
        Some(complaint) if complaint.fields == [ID] => Err(refused(400, "INVALID_FIELD", NO_ID)),
        Some(complaint) => Err(complaint.into()),
        None => Ok(record),
    }
}

const NO_ID: &str = "The Id field should not be specified in the sobject data.";

/// Whether a record says of which type it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typed {
    Must,
    May,
}

fn record(
    members: Map<String, Value>,
    place: &str,
    target: Target<'_>,
    typed: Typed,
) -> Result<Record, Error> {
    check_type(members.get(ATTRIBUTES), place, target.entity, typed)?;
    let table = target.entity.table();
    let mut names = Vec::with_capacity(members.len());
    let mut values = Vec::with_capacity(members.len());
    let mut complaint = None;
    for (name, value) in members {
        if name == ATTRIBUTES {
            continue;
        }
        let value = match value {
            Value::Object(inner) if table.find(&name).is_none() => {
                complaint.get_or_insert_with(|| relationship(&name, &inner));
                continue;
            }
            value => literal(value, place, &name)?,
        };
        if name.eq_ignore_ascii_case(ID) && table.find(&name).is_none() {
            if let Some(refused) = refuse_id(&value, target) {
                complaint.get_or_insert(refused);
            }
            continue;
        }
        names.push(name);
        values.push(value);
    }
    Ok(Record {
        names: names.into(),
        values,
        complaint,
    })
}

/// A record of an upsert by an external id has no id of its own; null says as much.
fn refuse_id(value: &Literal, target: Target<'_>) -> Option<Complaint> {
    let sent = match value {
        Literal::Null => return None,
        Literal::Text(text) | Literal::Number(text) => text.as_str(),
        Literal::Bool(true) => "true",
        Literal::Bool(false) => "false",
    };
    let complaint = if target.prefix.is_of(sent) {
        Complaint::new("INVALID_FIELD", NO_ID)
    } else {
        let object = target.entity.name().as_str();
        let sent = shorten(sent);
        let message = format!("{object} ID: id value of incorrect type: {sent}");
        Complaint::new("MALFORMED_ID", message)
    };
    Some(complaint.about([ID]))
}

/// A member that names another record by that one's external id. Which table is meant is not known here.
fn relationship(name: &str, inner: &Map<String, Value>) -> Complaint {
    let mut named = inner.iter().filter(|(key, _)| *key != ATTRIBUTES);
    if let (Some((field, Value::Null)), None) = (named.next(), named.next()) {
        return Complaint::not_specified(field);
    }
    let name = shorten(name);
    let message = format!(
        "Relationship '{name}' cannot be followed here; send the key of the record that is meant in the column that \
         refers to it"
    );
    Complaint::new("INVALID_FIELD", message).about([name])
}

fn check_type(
    attributes: Option<&Value>,
    place: &str,
    entity: &Entity,
    typed: Typed,
) -> Result<(), Error> {
    let object = entity.name().as_str();
    let dot = if place.is_empty() { "" } else { "." };
    let missing = || {
        let message = format!(
            "{place}{dot}attributes.type is missing; send \"attributes\": {{\"type\": \"{object}\"}} in each record"
        );
        Err(refused(400, "INVALID_INPUT", message))
    };
    let ty = match attributes {
        None | Some(Value::Null) => None,
        Some(Value::Object(attributes)) => attributes.get("type"),
        Some(other) => {
            return Err(misplaced(
                &format!("{place}{dot}attributes"),
                other,
                "an object",
            ));
        }
    };
    match ty {
        Some(Value::String(ty)) if entity.name().matches(ty) => Ok(()),
        Some(Value::String(ty)) => {
            let message = format!(
                "{place}{dot}attributes.type is '{}'; this path takes records of type '{object}' alone",
                shorten(ty)
            );
            Err(refused(400, "INVALID_TYPE", message))
        }
        None if typed == Typed::May => Ok(()),
        None | Some(Value::Null) => missing(),
        Some(other) => Err(misplaced(
            &format!("{place}{dot}attributes.type"),
            other,
            "the object's name",
        )),
    }
}

fn literal(value: Value, place: &str, name: &str) -> Result<Literal, Error> {
    Ok(match value {
        Value::Null => Literal::Null,
        Value::Bool(flag) => Literal::Bool(flag),
        Value::Number(number) => Literal::Number(number.as_str().to_owned()),
        // There is no empty text: it is the same as none.
        Value::String(text) if text.is_empty() => Literal::Null,
        Value::String(text) => Literal::Text(text),
        other @ (Value::Array(_) | Value::Object(_)) => {
            let dot = if place.is_empty() { "" } else { "." };
            let place = format!("{place}{dot}{}", shorten(name));
            return Err(misplaced(
                &place,
                &other,
                "a string, a number, true, false or null",
            ));
        }
    })
}

fn flag(value: &Value) -> Result<bool, Error> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(misplaced("allOrNone", other, "true or false")),
    }
}

/// The members of the object that a body is.
fn parse(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    // Written by some Windows clients in front of UTF-8.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(Unrepeated(Value::Object(members))) => Ok(members),
        Ok(Unrepeated(other)) => Err(misplaced("The body", &other, "an object")),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let text = error.to_string();
            let place = format!(" at line {line} column {column}");
            let what = shorten(text.strip_suffix(&place).unwrap_or(&text));
            Err(malformed(format!(
                "{what} at [line:{line}, column:{column}]"
            )))
        }
    }
}

fn misplaced(place: &str, value: &Value, wanted: &str) -> Error {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    malformed(format!("{place} is {kind}; send {wanted}"))
}

fn malformed(message: String) -> Error {
    Error::Malformed { message }
}
