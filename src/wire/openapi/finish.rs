//! Adds to the document what depends on the catalog and the settings: the server, the token URL, the
//! entities by name, and examples that work when sent.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::api::documented_path;
use crate::{
    domain::Entity,
    error::Error,
    wire::{
        http::reply::unwritable,
        oauth,
        operation::{Doc, EntityUse, Operation},
        operations, salesforce,
    },
};

/// The document for these entities, below this base: a path, or a URL with one.
///
/// # Errors
/// [`Error::Internal`] when it cannot be read or written as JSON.
pub(super) fn document(
    draft: &str,
    base: &str,
    demo_client: bool,
    entities: &[Arc<Entity>],
) -> Result<String, Error> {
    let mut document: Value = serde_json::from_str(draft).map_err(unwritable)?;
    let server = if base.is_empty() { "/" } else { base };
    document["servers"] = json!([{ "url": server }]);
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.values_mut().for_each(mend_schema);
    }
    if let Some(flow) =
        document.pointer_mut("/components/securitySchemes/oauth2/flows/clientCredentials")
    {
        flow["tokenUrl"] = json!(format!("{base}{}", oauth::TOKEN_PATH));
        // Required by the specification even where there are none.
        flow["scopes"] = json!({});
    }
    let token = oauth::example(demo_client);
    for (path, example) in [
        (oauth::TOKEN_PATH, token.clone()),
        (salesforce::TOKEN_PATH, token.clone()),
        (oauth::revoke::PATH, oauth::revoke::example(&token)),
    ] {
        let form = document["paths"].get_mut(path).and_then(|path| {
            path.pointer_mut("/post/requestBody/content/application~1x-www-form-urlencoded")
        });
        if let Some(form) = form {
            form["example"] = example;
        }
    }
    for operation in operations() {
        if let Some(Doc {
            entity: Some(entity),
            ..
        }) = &operation.doc
            && let Some(described) = find(&mut document, operation)
        {
            add_entities(described, entity, entities);
        }
    }
    serde_json::to_string_pretty(&document).map_err(unwritable)
}

/// Says what poem-openapi leaves out: that a choice may be no object, and that an optional property may be
/// null.
fn mend_schema(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    if schema.contains_key("anyOf") || schema.contains_key("oneOf") {
        schema.remove("type");
    }
    let required: Vec<String> = match schema.get("required").and_then(Value::as_array) {
        Some(names) => names
            .iter()
            .filter_map(|n| n.as_str().map(str::to_owned))
            .collect(),
        None => Vec::new(),
    };
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    for (_, property) in properties
        .iter_mut()
        .filter(|(name, _)| !required.contains(name))
    {
        if let Some(reference) = property.get("$ref").cloned() {
            // Beside a reference nothing else counts.
            *property = json!({ "allOf": [{ "$ref": reference }] });
        }
        property["nullable"] = json!(true);
    }
}

fn find<'d>(document: &'d mut Value, operation: &Operation) -> Option<&'d mut Map<String, Value>> {
    let method = operation.verb.method().as_str().to_ascii_lowercase();
    document
        .get_mut("paths")?
        .get_mut(documented_path(operation))?
        .get_mut(method)?
        .as_object_mut()
}

fn add_entities(described: &mut Map<String, Value>, usage: &EntityUse, entities: &[Arc<Entity>]) {
    let names: Vec<&str> = entities
        .iter()
        .filter(|entity| usage.actions.iter().all(|a| entity.actions().allow(*a)))
        .map(|entity| entity.name().as_str())
        .collect();
    let sample = (usage.sample)(entities);
    if let Some(parameter) = described
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
        .and_then(|all| {
            all.iter_mut()
                .find(|parameter| parameter["name"] == "entity")
        })
    {
        // An empty enum is no schema.
        if !names.is_empty() {
            parameter["schema"]["enum"] = json!(names);
        }
        if let Some(sample) = &sample {
            parameter["example"] = json!(sample.entity);
        }
    }
    let content = described
        .get_mut("requestBody")
        .and_then(|body| body.pointer_mut("/content/application~1json"));
    if let (Some(content), Some(body)) = (content, sample.and_then(|sample| sample.body)) {
        content["example"] = body;
    }
}
