//! What the API says of itself and of the objects served: versions, resources, and each object with its fields. Columns
//! that hold passwords are not shown.

use poem::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    caller::{self, Version},
    decode::{ID, MOST_RECORDS},
    field::{self, FieldDescription},
    id::Prefix,
    model::VersionItem,
};
use crate::{
    domain::{Action, Entity},
    error::Error,
    service::{Describe, Permit},
    wire::{http::reply, operation::Exchange, state::State},
};

/// The versions that are listed: from the first with collections on. Others are taken as well.
const LISTED: std::ops::RangeInclusive<u16> = 46..=65;

/// `GET /services/data`
///
/// # Errors
/// [`Error::Internal`].
pub fn versions() -> Result<Response, Error> {
    let versions = LISTED.map(|number| VersionItem {
        label: label(number),
        url: Version(number).path(),
        version: format!("{number}.0"),
    });
    reply::json(&versions.collect::<Vec<_>>())
}

/// Three releases a year: version 46 is Summer '19, 47 Winter '20, 48 Spring '20.
fn label(version: u16) -> String {
    let since = version.saturating_sub(46);
    let season = match since % 3 {
        0 => "Summer",
        1 => "Winter",
        _ => "Spring",
    };
    format!("{season} '{}", 19 + since.div_ceil(3))
}

/// `GET /services/data/v…`
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::NotFound`].
pub async fn resources(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    caller::identify(state, exchange).await?;
    let path = Version::of(exchange)?.path();
    reply::json(&json!({
        "sobjects": format!("{path}/sobjects"),
        "composite": format!("{path}/composite"),
    }))
}

/// `GET …/sobjects`
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::NotFound`].
pub async fn objects(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = caller::identify(state, exchange).await?;
    let version = Version::of(exchange)?;
    let objects = state.service.entities_of(&client);
    let objects = objects
        .iter()
        .map(|entity| ObjectDescription::new(entity, version, state));
    reply::json(&json!({
        "encoding": "UTF-8",
        "maxBatchSize": MOST_RECORDS,
        "sobjects": objects.collect::<Vec<_>>(),
    }))
}

/// `GET …/sobjects/{entity}`
///
/// # Errors
/// [`Error`].
pub async fn object(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, version) = admit(state, exchange).await?;
    reply::json(&json!({
        "objectDescribe": ObjectDescription::new(permit.entity(), version, state),
        "recentItems": [],
    }))
}

/// `GET …/sobjects/{entity}/describe`
///
/// # Errors
/// [`Error`].
pub async fn describe(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, version) = admit(state, exchange).await?;
    let entity = permit.entity();
    let table = entity.table();
    let shown = table.indices().filter(|column| entity.readable(*column));
    let own_id = table.find(ID).is_none().then(FieldDescription::id);
    let fields = own_id.into_iter();
    reply::json(&FullDescription {
        object: ObjectDescription::new(entity, version, state),
        fields: fields
            .chain(shown.map(|column| field::describe(entity, column)))
            .collect(),
        child_relationships: Vec::new(),
        record_type_infos: Vec::new(),
    })
}

async fn admit(
    state: &State,
    exchange: &mut Exchange,
) -> Result<(Permit<Describe>, Version), Error> {
    let client = caller::identify(state, exchange).await?;
    let version = Version::of(exchange)?;
    let permit = state.service.permit(&client, exchange.entity())?;
    Ok((permit, version))
}

/// An object, as the list and the first part of its description have it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_excessive_bools)] // the vendor's
struct ObjectDescription {
    name: String,
    label: String,
    label_plural: String,
    key_prefix: String,
    custom: bool,
    custom_setting: bool,
    createable: bool,
    updateable: bool,
    deletable: bool,
    undeletable: bool,
    mergeable: bool,
    queryable: bool,
    retrieveable: bool,
    searchable: bool,
    triggerable: bool,
    layoutable: bool,
    replicateable: bool,
    activateable: bool,
    deprecated_and_hidden: bool,
    feed_enabled: bool,
    has_subtypes: bool,
    urls: Urls,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Urls {
    sobject: String,
    describe: String,
    row_template: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FullDescription {
    #[serde(flatten)]
    object: ObjectDescription,
    fields: Vec<FieldDescription>,
    child_relationships: Vec<Value>,
    record_type_infos: Vec<Value>,
}

impl ObjectDescription {
    fn new(entity: &Entity, version: Version, state: &State) -> Self {
        let actions = entity.actions();
        let path = version.object_path(entity);
        Self {
            name: entity.name().as_str().to_owned(),
            label: entity.display().to_owned(),
            label_plural: entity.display().to_owned(),
            key_prefix: Prefix::of(entity, &state.every_entity()).text(),
            custom: false,
            custom_setting: false,
            createable: actions.allow(Action::Add),
            updateable: actions.allow(Action::Edit),
            deletable: actions.allow(Action::Delete),
            undeletable: false,
            mergeable: false,
            // There is no SOQL here.
            queryable: false,
            retrieveable: actions.allow(Action::View),
            searchable: false,
            triggerable: false,
            layoutable: false,
            replicateable: false,
            activateable: false,
            deprecated_and_hidden: false,
            feed_enabled: false,
            has_subtypes: false,
            urls: Urls {
                describe: format!("{path}/describe"),
                row_template: format!("{path}/{{ID}}"),
                sobject: path,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_the_vendor_s_labels() {
        for (version, season) in [
            (46, "Summer '19"),
            (47, "Winter '20"),
            (48, "Spring '20"),
            (50, "Winter '21"),
            (59, "Winter '24"),
            (60, "Spring '24"),
            (64, "Summer '25"),
        ] {
            assert_eq!(label(version), season);
        }
    }
}
