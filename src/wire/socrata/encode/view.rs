//! What is told of a dataset itself: its id, its name and its columns.

use poem_openapi::Object;
use serde::Serialize;

use crate::{
    domain::{Entity, dataset::DatasetId},
    wire::socrata::fields::{Fields, Source},
};

/// A dataset.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // the wire's names
pub struct View {
    /// The id that stands in URLs, such as `4tka-6guv`.
    id: String,
    /// The name for people.
    name: String,
    /// The name that may stand in URLs in place of the id.
    resource_name: String,
    /// Always `dataset`.
    asset_type: String,
    /// Always `tabular`.
    view_type: String,
    /// The columns that can be read.
    columns: Vec<ViewColumn>,
    /// The `id` of the column that rows are known by; left out where they have `:id` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    row_identifier_column_id: Option<u64>,
    /// What may be done with it: `read`, `add`, `write`, `delete`.
    rights: Vec<String>,
}

/// A column of a dataset.
#[derive(Debug, Serialize, Object)]
#[serde(rename_all = "camelCase")]
#[oai(rename_all = "camelCase")]
pub struct ViewColumn {
    /// A number that no other column of the dataset has.
    id: u64,
    /// The name for people.
    name: String,
    /// The name in rows and queries.
    field_name: String,
    /// The type of its values: `number`, `text`, `checkbox`, `calendar_date`, `date`, `location`.
    data_type_name: String,
    /// How they are shown; the same.
    render_type_name: String,
    /// Where it stands, from 1.
    position: u64,
}

/// An entity as a dataset.
#[must_use]
pub fn view(id: &DatasetId, entity: &Entity, fields: &Fields) -> View {
    let columns = (1..).zip(fields.shown()).map(|(position, field)| {
        let ty = fields.data_type(field).view_name();
        ViewColumn {
            id: position,
            name: field.label.clone(),
            field_name: field.name.clone(),
            data_type_name: ty.to_owned(),
            render_type_name: ty.to_owned(),
            position,
        }
    });
    let identifier = entity.keys().row_identifier();
    let identifier = identifier.and_then(|key| match key.columns.as_slice() {
        [single] => Some(Source::Column(*single)),
        _ => None,
    });
    let mut shown = (1..).zip(fields.shown());
    let actions = entity.actions();
    let rights = [
        (actions.view, "read"),
        (actions.add, "add"),
        (actions.edit, "write"),
        (actions.delete, "delete"),
    ];
    View {
        id: id.as_str().to_owned(),
        name: entity.display().to_owned(),
        resource_name: entity.name().as_str().to_owned(),
        asset_type: "dataset".to_owned(),
        view_type: "tabular".to_owned(),
        columns: columns.collect(),
        row_identifier_column_id: shown
            .find(|(_, field)| Some(field.source) == identifier)
            .map(|(position, _)| position),
        rights: rights
            .into_iter()
            .filter(|(allowed, _)| *allowed)
            .map(|(_, right)| right.to_owned())
            .collect(),
    }
}
