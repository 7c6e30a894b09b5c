//! What a body of `/-/alter` asks for, with the checks and words of Datasette's model (`AlterTableRequest`). Operations
//! that not both engines can do are refused here.

use serde_json::{Map, Value as Json};

use super::{
    column::{check_default, read_default, read_type, type_of},
    create::is_table_name,
    fields::{Fields, Wrong, shown},
};
use crate::domain::{
    SqlType,
    schema::{AlterRequest, ChangeSpec, ColumnSpec},
};

/// An operation: its name, that of the model of its arguments, and what reads them. `None`: it is not done here.
type Read = fn(&Map<String, Json>, &str) -> Result<ChangeSpec, Vec<Wrong>>;

const OPERATIONS: [(&str, &str, Option<Read>); 10] = [
    ("add_column", "AddColumnArgs", Some(add_column)),
    ("rename_column", "RenameColumnArgs", Some(rename_column)),
    ("rename_table", "RenameTableArgs", Some(rename_table)),
    ("alter_column", "AlterColumnArgs", Some(alter_column)),
    ("drop_column", "DropColumnArgs", Some(drop_column)),
    ("set_primary_key", "SetPrimaryKeyArgs", None),
    ("reorder_columns", "ReorderColumnsArgs", None),
    ("add_foreign_key", "ForeignKeyArgs", None),
    ("drop_foreign_key", "DropForeignKeyArgs", None),
    ("set_foreign_keys", "SetForeignKeysArgs", None),
];

/// Takes the body apart.
///
/// # Errors
/// Everything that the model finds wrong.
pub(super) fn decode(body: &Map<String, Json>) -> Result<AlterRequest, Vec<String>> {
    let mut fields = Fields::new(body, "");
    let mut changes = Vec::new();
    match fields.required("operations") {
        None => {}
        Some(Json::Array(items)) => {
            for (at, item) in items.iter().enumerate() {
                match operation(item, &format!("operations.{at}")) {
                    Ok(change) => changes.push(change),
                    Err(wrong) => wrong.into_iter().for_each(|wrong| fields.refuse(wrong)),
                }
            }
            if items.is_empty() {
                fields.refuse_at(
                    "operations",
                    "List should have at least 1 item after validation, not 0",
                );
            }
        }
        Some(_) => fields.refuse_at("operations", "Input should be a valid list"),
    }
    let wrong = fields.finish();
    if wrong.is_empty() {
        return Ok(AlterRequest { changes });
    }
    Err(wrong.iter().map(Wrong::text).collect())
}

fn operation(item: &Json, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let one = |wrong| vec![wrong];
    let object = item.as_object().ok_or_else(|| {
        one(Wrong::at(
            place,
            "Input should be a valid dictionary or object to extract fields from",
        ))
    })?;
    let op = object.get("op").filter(|op| !op.is_null()).ok_or_else(|| {
        one(Wrong::at(
            place,
            "Unable to extract tag using discriminator 'op'",
        ))
    })?;
    let known = OPERATIONS
        .iter()
        .find(|(name, ..)| op.as_str() == Some(name));
    let Some((name, model, read)) = known else {
        let tags: Vec<String> = OPERATIONS
            .iter()
            .map(|(tag, ..)| format!("'{tag}'"))
            .collect();
        return Err(one(Wrong::at(
            place,
            format!(
                "Input tag '{}' found using 'op' does not match any of the expected tags: {}",
                crate::domain::fault::shorten(&shown(op)),
                tags.join(", ")
            ),
        )));
    };
    let Some(read) = read else {
        return Err(one(Wrong::at(
            place,
            format!(
                "{name} is not done by this service; make a new table, or ask the owner of the database"
            ),
        )));
    };
    let mut fields = Fields::new(object, format!("{place}.{name}"));
    fields.any("op");
    let place = fields.place_of("args");
    let mut read_change = None;
    match fields.required("args") {
        None => {}
        Some(Json::Object(args)) => match read(args, &place) {
            Ok(change) => read_change = Some(change),
            Err(wrong) => wrong.into_iter().for_each(|wrong| fields.refuse(wrong)),
        },
        Some(_) => fields.refuse_at(
            "args",
            format!("Input should be a valid dictionary or instance of {model}"),
        ),
    }
    match (fields.finish(), read_change) {
        (wrong, Some(change)) if wrong.is_empty() => Ok(change),
        (wrong, _) => Err(wrong),
    }
}

fn add_column(args: &Map<String, Json>, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let mut fields = Fields::new(args, place);
    let default = read_default(&mut fields);
    let name = fields.text("name").map(str::to_owned);
    let ty = read_type(&mut fields, false);
    let not_null = fields.flag("not_null", false).unwrap_or_default();
    let wrong = check_default(&fields, place);
    let Some(name) = name.filter(|_| !fields.is_wrong()) else {
        return Err(fields.finish());
    };
    if let Some(wrong) = wrong {
        return Err(vec![wrong]);
    }
    let text = || type_of("text").unwrap_or(SqlType::NVarChar(crate::domain::Length::Max));
    Ok(ChangeSpec::Add(ColumnSpec {
        name,
        ty: ty.unwrap_or_else(text),
        nullable: !not_null,
        default: default.spec().map_err(|text| vec![Wrong::bare(text)])?,
        references: None,
    }))
}

fn rename_column(args: &Map<String, Json>, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let mut fields = Fields::new(args, place);
    let (column, to) = (fields.text("name"), fields.text("to"));
    match (column, to, fields.finish()) {
        (Some(column), Some(to), wrong) if wrong.is_empty() => Ok(ChangeSpec::Rename {
            column: column.to_owned(),
            to: to.to_owned(),
        }),
        (_, _, wrong) => Err(wrong),
    }
}

fn rename_table(args: &Map<String, Json>, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let mut fields = Fields::new(args, place);
    let to = fields.text("to");
    if to.is_some_and(|to| !is_table_name(to)) {
        fields.refuse_at("to", "Invalid table name");
    }
    match (to, fields.finish()) {
        (Some(to), wrong) if wrong.is_empty() => Ok(ChangeSpec::RenameTable { to: to.to_owned() }),
        (_, wrong) => Err(wrong),
    }
}

fn alter_column(args: &Map<String, Json>, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let mut fields = Fields::new(args, place);
    let default = read_default(&mut fields);
    let name = fields.text("name").map(str::to_owned);
    let ty = read_type(&mut fields, true);
    let not_null = fields.flag("not_null", true);
    let wrong = check_default(&fields, place);
    let has_default = fields.has("default") || fields.has("default_expr");
    let says_something = has_default || fields.has("type") || fields.has("not_null");
    let Some(column) = name.filter(|_| !fields.is_wrong()) else {
        return Err(fields.finish());
    };
    if let Some(wrong) = wrong {
        return Err(vec![wrong]);
    }
    if !says_something {
        return Err(vec![Wrong::at(
            place,
            "Value error, At least one of type, not_null, default or default_expr must be provided",
        )]);
    }
    let default = default.spec().map_err(|text| vec![Wrong::bare(text)])?;
    Ok(ChangeSpec::Alter {
        column,
        ty,
        nullable: not_null.map(|not_null| !not_null),
        default: has_default.then_some(default),
    })
}

fn drop_column(args: &Map<String, Json>, place: &str) -> Result<ChangeSpec, Vec<Wrong>> {
    let mut fields = Fields::new(args, place);
    let column = fields.text("name");
    match (column, fields.finish()) {
        (Some(column), wrong) if wrong.is_empty() => Ok(ChangeSpec::Drop {
            column: column.to_owned(),
        }),
        (_, wrong) => Err(wrong),
    }
}
