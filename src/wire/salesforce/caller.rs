//! What every request of the API begins with: its version, who calls, and which object and record the path means.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{
    decode::{ID, Target},
    faults::{NO_RESOURCE, refused},
    id::Prefix,
};
use crate::{
    domain::{Entity, Literal, SqlType, batch::BatchKey, fault::shorten},
    error::Error,
    service::Client,
    wire::{http::credentials, operation::Exchange, state::State},
};

/// What is written `%…` in a path.
const IN_A_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.');

/// The API's version, such as 59 in `v59.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16);

impl Version {
    /// The first with collections, and the first whose single upsert answers an update with a body.
    pub const COLLECTIONS: Self = Self(46);

    /// Reads the version of a path.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is no version.
    pub fn of(exchange: &Exchange) -> Result<Self, Error> {
        let text = exchange.captures.get("version");
        let number = text.strip_suffix(".0").ok_or(Error::NotFound)?;
        match number.parse() {
            Ok(number) if number > 0 && !text.starts_with('+') => Ok(Self(number)),
            _ => Err(Error::NotFound),
        }
    }

    /// The path of everything that has this version, without the base path: clients put their instance's URL in
    /// front of it.
    #[must_use]
    pub fn path(self) -> String {
        format!("/services/data/v{}.0", self.0)
    }

    /// The path of a record.
    #[must_use]
    pub fn record_path(self, entity: &Entity, id: &str) -> String {
        format!("{}/{id}", self.object_path(entity))
    }

    /// The path of an object.
    #[must_use]
    pub fn object_path(self, entity: &Entity) -> String {
        let name = utf8_percent_encode(entity.name().as_str(), IN_A_PATH);
        format!("{}/sobjects/{name}", self.path())
    }
}

/// Finds out who calls.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub async fn identify(state: &State, exchange: &mut Exchange) -> Result<Client, Error> {
    if let Some(client) = exchange.admitted() {
        return Ok(client);
    }
    let token = credentials::bearer_or_oauth(exchange.headers());
    let client = state.service.authenticate(token).await?;
    exchange.admit(client)
}

/// What records of an entity are read for.
#[must_use]
pub fn target<'e>(state: &State, entity: &'e Entity) -> Target<'e> {
    Target {
        entity,
        prefix: Prefix::of(entity, &state.every_entity()),
    }
}

/// The key that a path's external id field is: one that is declared, or the primary key under its own name.
///
/// # Errors
/// 404, in the vendor's words.
pub fn external_id(entity: &Entity, field: &str) -> Result<BatchKey, Error> {
    let table = entity.table();
    let column = table.find(field).filter(|column| entity.readable(*column));
    column
        .and_then(|column| {
            let is_it = |key: &&BatchKey| key.columns == [column];
            let declared = entity.keys().external_ids().iter().find(is_it).cloned();
            declared.or_else(|| {
                (table.shown_key() == [column]).then(|| BatchKey {
                    columns: vec![column],
                    unique: true,
                })
            })
        })
        .ok_or_else(|| no_such_key(field))
}

fn no_such_key(field: &str) -> Error {
    let field = shorten(field);
    let message =
        format!("Provided external ID field does not exist or is not accessible: {field}");
    refused(404, "NOT_FOUND", message)
}

/// A record that a path names.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// What finds it.
    pub key: BatchKey,
    /// The key's value.
    pub value: Literal,
    /// Whether the path has the record's id, and no external one.
    pub by_id: bool,
}

/// The record that a path names by an external id, or by `Id`.
///
/// # Errors
/// 404, in the vendor's words.
pub fn by_field(target: Target<'_>, field: &str, value: String) -> Result<Named, Error> {
    if field.eq_ignore_ascii_case(ID) && target.entity.table().find(field).is_none() {
        return by_id(target, &value);
    }
    Ok(Named {
        key: external_id(target.entity, field)?,
        value: Literal::Text(value),
        by_id: false,
    })
}

/// The record that a path names by its id.
///
/// # Errors
/// 404 where no key can be read from the id.
pub fn by_id(target: Target<'_>, id: &str) -> Result<Named, Error> {
    let entity = target.entity;
    let key = entity.own_key().filter(|key| {
        let single = key.columns.first().filter(|_| key.columns.len() == 1);
        single.is_some_and(|column| {
            let whole = matches!(
                entity.table().column(*column).ty,
                SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt
            );
            whole && entity.readable(*column)
        })
    });
    match (key, target.prefix.number(id)) {
        (Some(key), Some(number)) => Ok(Named {
            key,
            value: Literal::Number(number.to_string()),
            by_id: true,
        }),
        (None, _) if target.prefix.is_of(id) => {
            let message = format!(
                "{NO_RESOURCE}: ids of '{}' do not lead back to its key, which is no whole number; name the record by \
                 an external id",
                entity.name().as_str()
            );
            Err(refused(404, "NOT_FOUND", message))
        }
        _ => Err(no_such_key(id)),
    }
}

/// The record that a path names, by an external id or by its own.
///
/// # Errors
/// As [`by_field`] and [`by_id`].
pub fn of_path(state: &State, exchange: &Exchange, entity: &Entity) -> Result<Named, Error> {
    let target = target(state, entity);
    match exchange.captures.get("field") {
        "" => by_id(target, exchange.captures.get("id")),
        field => by_field(target, field, value_of_path(state, exchange)),
    }
}

/// What the path has after `{field}/`, as it was sent: a value may hold slashes that no client encodes, also several
/// in a row.
#[must_use]
pub fn value_of_path(state: &State, exchange: &Exchange) -> String {
    // services, data, v…, sobjects, the object, the field.
    const BEFORE: usize = 6;
    let base = state.base_path.split('/').filter(|s| !s.is_empty()).count();
    let mut rest = exchange.request.uri().path();
    for _ in 0..base + BEFORE {
        let segment = rest.trim_start_matches('/');
        rest = segment.split_once('/').map_or("", |(_, rest)| rest);
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    percent_decode_str(rest).decode_utf8_lossy().into_owned()
}
