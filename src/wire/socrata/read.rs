//! Reads: the rows of a dataset as JSON or CSV, and what is told of datasets themselves.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use poem::{
    Response,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use serde_json::json;

use super::{
    auth, dataset,
    encode::{
        self,
        rows::{self, Output},
        view,
    },
    fields::Fields,
    query,
};
use crate::{
    domain::Rows,
    error::Error,
    service::{Describe, Read},
    wire::{operation::Exchange, state::State},
};

/// The names of an answer's fields, and their types: what `RSocrata` reads values by.
const FIELDS: HeaderName = HeaderName::from_static("x-soda2-fields");
/// See [`FIELDS`].
const TYPES: HeaderName = HeaderName::from_static("x-soda2-types");

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An array of objects.
    Json,
    /// CSV.
    Csv,
}

/// `GET /resource/{dataset}`.
///
/// # Errors
/// [`Error`].
pub async fn rows(state: &State, exchange: &mut Exchange, form: Form) -> Result<Response, Error> {
    let (permit, entity) = auth::admit::<Read>(state, exchange).await?;
    let fields = Fields::new(&entity);
    let parameters = exchange.request.uri().query().unwrap_or_default();
    let read = match query::read(parameters, &fields) {
        Ok(read) => read,
        Err(refused) => query::read(
            parameters,
            &auth::fields_anew(state, permit.client(), &fields, refused).await?,
        )?,
    };
    let mut selection = state.service.get(&permit, read.get).await?;
    if read.nothing {
        selection.rows = Rows::default();
    }
    let (content_type, body) = match form {
        Form::Json => (encode::JSON, rows::json(&selection, &read.outputs)?),
        Form::Csv => (
            "text/csv; charset=utf-8",
            rows::csv(&selection, &read.outputs),
        ),
    };
    Ok(tagged(
        exchange.headers(),
        content_type,
        body,
        &read.outputs,
    ))
}

/// An answer with a tag that changes with it; without its body where the caller has it already.
fn tagged(asked: &HeaderMap, content_type: &str, body: Vec<u8>, outputs: &[Output]) -> Response {
    // Always the same for the same bytes: this hasher has no random key.
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let tag = format!("\"{:016x}{:x}\"", hasher.finish(), body.len());
    let known = asked.get(header::IF_NONE_MATCH);
    let known = known
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            let mut tags = tags
                .split(',')
                .map(|tag| tag.trim().trim_start_matches("W/"));
            tags.any(|known| known == "*" || known == tag)
        });
    let mut response = if known {
        let unchanged = Response::builder().status(StatusCode::NOT_MODIFIED);
        unchanged.finish()
    } else {
        Response::builder().content_type(content_type).body(body)
    };
    let names: Vec<&str> = outputs.iter().map(|output| output.key.as_str()).collect();
    let types: Vec<&str> = outputs
        .iter()
        .map(|output| output.cell.type_name())
        .collect();
    let headers = response.headers_mut();
    for (name, text) in [
        (header::ETAG, tag),
        (FIELDS, ascii(&json!(names).to_string())),
        (TYPES, json!(types).to_string()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
    response
}

/// JSON whose characters a header can hold.
fn ascii(json: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    json.encode_utf16().map(escaped).collect()
}

/// `GET /api/views/{dataset}`.
///
/// # Errors
/// [`Error`].
pub async fn view(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (_, entity) = auth::admit::<Describe>(state, exchange).await?;
    let ids = dataset::ids(&state.every_entity());
    let id = ids.iter().find(|(_, known)| known.name() == entity.name());
    match id {
        Some((id, _)) => encode::answer(&view::view(id, &entity, &Fields::new(&entity))),
        // It went in this very moment.
        None => Err(Error::UnknownEntity {
            wrote: entity.name().as_str().to_owned(),
            suggestion: None,
        }),
    }
}

/// `GET /api/views`: every dataset, by its id.
///
/// # Errors
/// [`Error`].
pub async fn views(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = auth::identify(state, exchange).await?;
    let ids = dataset::ids(&state.every_entity());
    let seen = ids.iter().filter_map(|(id, entity)| {
        let seen = state.service.entity_of(&client, entity.name().as_str());
        Some((id, seen.ok()?))
    });
    let views: Vec<view::View> = seen
        .map(|(id, entity)| view::view(id, &entity, &Fields::new(&entity)))
        .collect();
    encode::answer(&views)
}
