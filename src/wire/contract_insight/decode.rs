//! From a body's bytes to a request. Lenient in form, as the vendor's server is: keys in any case,
//! unknown keys ignored, `Tuple` for `Tuples`, `Where` for `Clause`, flags and numbers also as strings.
//! Strict in meaning: what could be read in two ways is refused. Columns, types and clauses are not
//! looked into here.

mod body;
mod select;

use serde_json::Value;

use self::body::{Body, Key, TupleBody};
pub use self::select::get;
use crate::{
    domain::{
        Fault, Literal,
        fault::{shorten, spell_out},
        request::{AddRequest, ClauseSource, Tuple, UpdateRequest, UpsertRequest},
    },
    error::Error,
};

/// Decodes an Upsert. `TriggerWorkflow` is accepted and has no effect.
///
/// # Errors
/// [`Error::Malformed`], and [`Error::Invalid`] for more tuples than allowed.
pub fn upsert(bytes: &[u8]) -> Result<UpsertRequest, Error> {
    let mut body = Body::parse(bytes)?;
    Ok(UpsertRequest {
        tuples: tuples(&mut body)?,
        clause: clause(&mut body)?,
        allow_multi_update: flag("AllowMultiUpdate", body.take(Key::AllowMultiUpdate))?,
    })
}

/// Decodes an Update.
///
/// # Errors
/// [`Error::Malformed`], and [`Error::Invalid`] for more tuples than allowed.
pub fn update(bytes: &[u8]) -> Result<UpdateRequest, Error> {
    let mut body = Body::parse(bytes)?;
    Ok(UpdateRequest {
        tuples: tuples(&mut body)?,
        clause: clause(&mut body)?,
    })
}

/// Decodes an Add.
///
/// # Errors
/// [`Error::Malformed`], and [`Error::Invalid`] for more tuples than allowed.
pub fn add(bytes: &[u8]) -> Result<AddRequest, Error> {
    let mut body = Body::parse(bytes)?;
    Ok(AddRequest {
        tuples: tuples(&mut body)?,
    })
}

pub(super) fn malformed(message: impl Into<String>) -> Error {
    Error::Malformed {
        message: message.into(),
    }
}

/// The most entries of `Tuples`, `Fields`, `GroupByTag` and `OrderByTag.Fields`: as many columns as a
/// table of SQL Server can have, and fewer than the databases take in one statement.
pub const MAX_ENTRIES: usize = 1024;

fn check_entries(parameter: &'static str, entries: usize) -> Result<(), Error> {
    if entries <= MAX_ENTRIES {
        return Ok(());
    }
    let fault = Fault::OutOfRange {
        parameter,
        allowed: format!("an array of at most {MAX_ENTRIES} entries"),
        got: entries.to_string(),
    };
    Err(Error::Invalid(fault.into()))
}

/// All faults are collected. An empty list is for `plan` to refuse.
fn tuples(body: &mut Body) -> Result<Vec<Tuple>, Error> {
    let sent = body.tuples.take().unwrap_or_default();
    check_entries("Tuples", sent.len())?;
    let mut faults = Vec::new();
    let mut tuples = Vec::new();
    for (index, tuple) in sent.into_iter().enumerate() {
        match decode_tuple(index, tuple) {
            Ok(tuple) => tuples.push(tuple),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() {
        Ok(tuples)
    } else {
        Err(malformed(spell_out(&faults)))
    }
}

fn decode_tuple(index: usize, tuple: TupleBody) -> Result<Tuple, String> {
    let name = match tuple.name {
        Some(Value::String(name)) => name,
        None => return Err(format!("Tuples[{index}] has no Name; name a column.")),
        Some(other) => {
            let kind = kind(&other);
            return Err(format!(
                "Tuples[{index}].Name is {kind}; name a column as a string."
            ));
        }
    };
    let place = || format!("Tuples[{index}] ('{}')", shorten(&name));
    let value = match tuple.value {
        // Taken as null, a slip of the key would empty the column.
        None => {
            return Err(format!(
                "{} has no Value; send null to empty the column.",
                place()
            ));
        }
        Some(Value::Null) => Literal::Null,
        Some(Value::Bool(flag)) => Literal::Bool(flag),
        Some(Value::Number(number)) => Literal::Number(number.as_str().to_owned()),
        Some(Value::String(text)) => Literal::Text(text),
        Some(other @ (Value::Array(_) | Value::Object(_))) => {
            return Err(format!(
                "{} has {} as its Value; send a string, a number, true, false or null.",
                place(),
                kind(&other)
            ));
        }
    };
    Ok(Tuple { name, value })
}

/// The clause under either of its names. Null means it was not sent.
fn clause(body: &mut Body) -> Result<Option<ClauseSource>, Error> {
    let value = match (body.take(Key::Clause), body.take(Key::Where)) {
        (Some(clause), Some(where_)) if clause != where_ => {
            return Err(malformed(
                "Clause and Where are two names for one thing and differ here; send one of them.",
            ));
        }
        (clause, where_) => clause.or(where_),
    };
    match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(ClauseSource::Text(text))),
        Some(object @ Value::Object(_)) => Ok(Some(ClauseSource::QueryBuilder(object))),
        Some(other) => Err(malformed(format!(
            "Clause is {}; send a QueryBuilder object, or an SQL condition as a string.",
            kind(&other)
        ))),
    }
}

/// A flag, as itself or as a string; false when it was not sent.
pub(super) fn flag(name: &str, value: Option<Value>) -> Result<bool, Error> {
    match value {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(flag),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(other) => Err(malformed(format!(
            "{name} is {}; send true or false.",
            kind(&other)
        ))),
    }
}

/// What a JSON value is, with its article.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
