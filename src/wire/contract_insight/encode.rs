//! From outcomes, rows and entities to the ContractInsight API's bodies. Nothing is decided here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use poem::Response;
use poem_openapi::types::Any;
use serde_json::Value as Json;

use super::model::{EntityListItem, Inserted, SchemaColumn, Updated};
use crate::{
    domain::{Action, Default, Entity, Guard, SqlType, Value, WriteOutcome, iso},
    error::Error,
    service::Selection,
    wire::http::reply::{self, unwritable},
};

/// The answer to a write.
///
/// # Errors
/// [`Error::Internal`] for an outcome that the service answers with an error.
pub fn outcome(outcome: WriteOutcome) -> Result<Response, Error> {
    match outcome {
        WriteOutcome::Updated { affected } => reply::json(&Updated {
            total_affected: affected,
            total_failed: 0,
            message: None,
        }),
        WriteOutcome::Inserted { generated } => reply::json(&Inserted {
            generated_id: Any(generated_json(generated.as_ref())?),
            message: "Success".to_owned(),
        }),
        WriteOutcome::TooMany { .. } | WriteOutcome::NoMatch => Err(Error::Internal {
            detail: format!("{outcome:?} was taken for a success"),
        }),
    }
}

fn generated_json(generated: Option<&Value>) -> Result<Json, Error> {
    let Some(value) = generated else {
        return Ok(Json::Null);
    };
    let mut text = Vec::new();
    push_value(&mut text, None, value)?;
    serde_json::from_slice(&text).map_err(unwritable)
}

/// The rows of a Get, as an array of objects with their keys in the order asked for.
///
/// # Errors
/// [`Error::Internal`] when a row cannot be written.
pub fn rows(selection: &Selection) -> Result<Vec<u8>, Error> {
    let mut heads = Vec::with_capacity(selection.keys.len());
    for (index, (key, _)) in selection.keys.iter().enumerate() {
        let mut head = vec![if index == 0 { b'{' } else { b',' }];
        push_text(&mut head, key)?;
        head.push(b':');
        heads.push(head);
    }
    let mut out = vec![b'['];
    for (index, row) in selection.rows.0.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if heads.is_empty() {
            out.push(b'{');
        }
        for ((head, (_, ty)), cell) in heads.iter().zip(&selection.keys).zip(row) {
            out.extend_from_slice(head);
            match cell {
                Some(value) => push_value(&mut out, Some(ty), value)?,
                None => out.extend_from_slice(b"null"),
            }
        }
        out.push(b'}');
    }
    out.push(b']');
    Ok(out)
}

/// Appends a value as JSON; its column's type says how a float is written.
///
/// # Errors
/// [`Error::Internal`] when it cannot be written.
pub(super) fn push_value(
    out: &mut Vec<u8>,
    ty: Option<&SqlType>,
    value: &Value,
) -> Result<(), Error> {
    match value {
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Decimal(number) => out.extend_from_slice(number.to_plain_string().as_bytes()),
        Value::Float(number) if number.is_finite() => {
            out.extend_from_slice(float_text(ty, *number).as_bytes());
        }
        Value::Float(number) => push_text(out, not_finite_text(*number))?,
        Value::Text(text) => push_text(out, text)?,
        Value::Date(date) => push_text(out, &iso::date_text(*date))?,
        Value::Time(time) => push_text(out, &iso::time_text(*time))?,
        Value::DateTime(at) => push_text(out, &iso::datetime_text(*at, 'T'))?,
        Value::DateTimeOffset(at) => push_text(out, &iso::offset_datetime_text(at, 'T'))?,
        Value::Guid(guid) => push_text(out, &guid.hyphenated().to_string())?,
        // A Get selects none, but a key may be one. As a write takes it.
        Value::Binary(bytes) => push_text(out, &STANDARD.encode(bytes))?,
    }
    Ok(())
}

fn push_text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    serde_json::to_writer(out, text).map_err(unwritable)
}

/// What JSON has no number for, as .NET's serializers write it: null would say that there is no value.
fn not_finite_text(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// The shortest JSON number that reads back as the same value of the column's type.
fn float_text(ty: Option<&SqlType>, number: f64) -> String {
    // Up to here every whole number has its own f64; beyond, an exponent is shorter.
    const WHOLE: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() < WHOLE {
        #[allow(clippy::cast_possible_truncation)] // whole and far inside i64
        return (number as i64).to_string();
    }
    #[allow(clippy::cast_possible_truncation)] // used only where nothing is lost
    let single = number as f32;
    let text = if ty == Some(&SqlType::Real) && f64::from(single).to_bits() == number.to_bits() {
        serde_json::to_string(&single)
    } else {
        serde_json::to_string(&number)
    };
    // A sign that says nothing.
    text.map_or_else(|_| "null".to_owned(), |text| text.replace("e+", "e"))
}

/// The columns of an entity.
#[must_use]
pub fn schema(entity: &Entity) -> Vec<SchemaColumn> {
    let table = entity.table();
    let columns = table.indices().map(|index| {
        let column = table.column(index);
        let digits = column.ty.precision_and_scale();
        SchemaColumn {
            name: column.name.as_str().to_owned(),
            is_primary_key: table.primary_key.contains(&index),
            is_identity: column.default == Default::Identity,
            is_nullable: column.nullable,
            db_type: column.ty.name().to_owned(),
            max_length: column.ty.max_length(),
            data_precision: digits.map(|(precision, _)| precision),
            data_scale: digits.and_then(|(_, scale)| scale),
            has_default_value: column.default == Default::Declared,
            is_computed_column: column.default == Default::Computed,
            is_password: entity.guard(index) == Some(Guard::Password),
        }
    });
    columns.collect()
}

/// An entity of the `EntityList`.
#[must_use]
pub fn entity(entity: &Entity) -> EntityListItem {
    let actions = entity.actions();
    EntityListItem {
        entity_name: entity.table().name.as_str().to_owned(),
        entity_name_display: entity.display().to_owned(),
        allow_add: actions.allow(Action::Add),
        allow_edit: actions.allow(Action::Edit),
        allow_view: actions.allow(Action::View),
        entity_name_for_api: entity.name().as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests;
