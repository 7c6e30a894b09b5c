//! From outcomes, rows and entities to the ContractInsight API's bodies. Nothing is decided here.

use poem::Response;
use poem_openapi::types::Any;
use serde_json::Value as Json;

use super::model::{EntityListItem, Inserted, SchemaColumn, Updated};
use crate::{
    domain::{Action, Default, Entity, Guard, Value, WriteOutcome},
    error::Error,
    service::Selection,
    wire::http::{
        json::{push_text, push_value},
        reply::{self, unwritable},
    },
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

/// The columns of an entity.
#[must_use]
pub fn schema(entity: &Entity) -> Vec<SchemaColumn> {
    let table = entity.table();
    let columns = table.indices().map(|index| {
        let column = table.column(index);
        let digits = column.ty.precision_and_scale();
        SchemaColumn {
            name: column.name.as_str().to_owned(),
            is_primary_key: table.shown_key().contains(&index),
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
