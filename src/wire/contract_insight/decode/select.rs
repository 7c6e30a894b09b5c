//! The parts of a Get.

use serde_json::{Map, Value};

use super::{
    body::{Body, Key},
    check_entries, clause, kind, malformed,
};
use crate::{
    domain::{
        Fault, Faults,
        fault::shorten,
        json::{repeated, repeated_text},
        request::{Field, GetRequest, OrderBy},
    },
    error::Error,
};

/// Decodes a Get; an empty body asks for everything.
///
/// # Errors
/// [`Error::Malformed`], and [`Error::Invalid`] for numbers out of range and lists that are too long.
pub fn get(bytes: &[u8]) -> Result<GetRequest, Error> {
    let mut body = if bytes.trim_ascii().is_empty() {
        Body::default()
    } else {
        Body::parse(bytes)?
    };
    let fields = list("Fields", body.take(Key::Fields), decode_field)?;
    let clause = clause(&mut body)?;
    let order_by = order(body.take(Key::OrderByTag))?;
    let group_by = list("GroupByTag", body.take(Key::GroupByTag), decode_column)?;
    let mut faults = Vec::new();
    let start = count("StartIndex", body.take(Key::StartIndex), &mut faults);
    let length = count("Length", body.take(Key::Length), &mut faults);
    match Faults::new(faults) {
        Some(faults) => Err(faults.into()),
        None => Ok(GetRequest {
            fields,
            clause,
            order_by,
            group_by,
            start: start.unwrap_or(0),
            length,
            most: None,
            binary: false,
        }),
    }
}

fn list<T>(
    name: &'static str,
    value: Option<Value>,
    decode: impl Fn(&str, Value) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            check_entries(name, items.len())?;
            let decode = |(index, item)| decode(&format!("{name}[{index}]"), item);
            items.into_iter().enumerate().map(decode).collect()
        }
        Some(other) => Err(malformed(format!(
            "{name} is {}; send an array.",
            kind(&other)
        ))),
    }
}

fn decode_column(place: &str, item: Value) -> Result<String, Error> {
    match item {
        Value::String(name) => Ok(name),
        other => Err(malformed(format!(
            "{place} is {}; name a column as a string.",
            kind(&other)
        ))),
    }
}

fn decode_field(place: &str, item: Value) -> Result<Field, Error> {
    let mut object = match item {
        Value::String(attribute) => {
            return Ok(Field {
                attribute,
                alias: None,
            });
        }
        Value::Object(object) => object,
        other => {
            return Err(malformed(format!(
                "{place} is {}; send {{\"Attribute\": column, \"Alias\": key}} or the column alone.",
                kind(&other)
            )));
        }
    };
    check_repeats(place, &object, &["Attribute", "Alias"])?;
    let Some(Value::String(attribute)) = member(&mut object, "Attribute") else {
        return Err(malformed(format!(
            "{place} has no Attribute; name a column there as a string."
        )));
    };
    let alias = match member(&mut object, "Alias") {
        None | Some(Value::Null) => None,
        // Clients with a form send an alias left empty like this.
        Some(Value::String(alias)) => Some(alias).filter(|alias| !alias.is_empty()),
        Some(other) => {
            return Err(malformed(format!(
                "{place}.Alias is {}; send a string.",
                kind(&other)
            )));
        }
    };
    Ok(Field { attribute, alias })
}

fn order(value: Option<Value>) -> Result<Vec<OrderBy>, Error> {
    let mut object = match value {
        None => return Ok(Vec::new()),
        Some(Value::Object(object)) => object,
        Some(other) => {
            return Err(malformed(format!(
                "OrderByTag is {}; send {{\"Fields\": [column], \"Direction\": \"Asc\"}}.",
                kind(&other)
            )));
        }
    };
    check_repeats("OrderByTag", &object, &["Fields", "Direction"])?;
    let fields = member(&mut object, "Fields").filter(|fields| !fields.is_null());
    let fields = list("OrderByTag.Fields", fields, decode_column)?;
    let descending = match member(&mut object, "Direction") {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("asc") => false,
        Some(Value::String(text)) if text.eq_ignore_ascii_case("desc") => true,
        Some(Value::String(text)) => {
            return Err(malformed(format!(
                "OrderByTag.Direction is '{}'; send \"Asc\" or \"Desc\".",
                shorten(&text)
            )));
        }
        Some(other) => {
            return Err(malformed(format!(
                "OrderByTag.Direction is {}; send \"Asc\" or \"Desc\".",
                kind(&other)
            )));
        }
    };
    let by = |column| OrderBy { column, descending };
    Ok(fields.into_iter().map(by).collect())
}

/// A whole number from 0, as itself or as a string.
fn count(parameter: &'static str, value: Option<Value>, faults: &mut Vec<Fault>) -> Option<u64> {
    let got = match value? {
        Value::Number(number) => number.as_str().to_owned(),
        Value::String(text) => text,
        other => kind(&other).to_owned(),
    };
    let number = got.trim().parse().ok();
    if number.is_none() {
        faults.push(Fault::OutOfRange {
            parameter,
            allowed: "a whole number of 0 or more".to_owned(),
            got: shorten(&got),
        });
    }
    number
}

fn check_repeats(place: &str, object: &Map<String, Value>, names: &[&str]) -> Result<(), Error> {
    match repeated(object, names) {
        Some(name) => Err(malformed(format!("{place}: {}.", repeated_text(name)))),
        None => Ok(()),
    }
}

/// The member of that name, in any case.
fn member(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    object
        .iter_mut()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.take())
}
