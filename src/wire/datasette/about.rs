//! What clients ask before anything else: who they are, which database there is, and its tables.

use poem::Response;
use serde_json::{Value as Json, json};

use super::{
    access::{self, refuse},
    path,
    rows::denied,
    table::primary_keys,
};
use crate::{
    domain::{Action, Entity, TableKind},
    error::Error,
    wire::{http::reply, operation::Exchange, state::State},
};

/// Answers who calls.
pub(super) async fn actor(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let actor = access::actor(state, exchange).await?;
    let actor = actor.map(|client| json!({"id": client.id()}));
    reply::json(&json!({"ok": true, "actor": actor}))
}

/// Answers which databases there are: one.
pub(super) async fn databases(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    if access::actor(state, exchange).await?.is_none() {
        return Err(denied("Permission denied"));
    }
    let name = state.datasette.database.as_str();
    reply::json(&json!({
        "ok": true,
        "databases": [{"name": name, "path": database_path(state)}],
    }))
}

/// Answers which tables and views may be seen.
pub(super) async fn database(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let actor = access::actor(state, exchange).await?;
    let segments = path::segments(&exchange.request, &state.base_path);
    let name = segments.first().copied().unwrap_or_default();
    let name = path::decode(name.strip_suffix(".json").unwrap_or(name));
    if !access::is_database(state, &name) {
        return Err(refuse(404, "not_found", "Database not found"));
    }
    let client = actor.ok_or_else(|| denied("Permission denied"))?;
    let mut parameters = super::query::pairs(exchange.request.uri().query()).into_iter();
    if parameters.any(|(key, _)| key == "sql") {
        return Err(denied("Permission denied: SQL of callers is not run"));
    }
    let entities = state.service.entities_of(&client);
    let seen = || {
        entities
            .iter()
            .filter(|entity| entity.actions().allow(Action::View))
    };
    let of_kind = |kind| seen().filter(move |entity| entity.table().kind == kind);
    let tables: Vec<Json> = of_kind(TableKind::Table)
        .map(|entity| table(entity))
        .collect();
    let views: Vec<Json> = of_kind(TableKind::View)
        .map(|entity| json!({"name": entity.name().as_str(), "private": true}))
        .collect();
    reply::json(&json!({
        "ok": true,
        "database": name,
        "private": true,
        "path": database_path(state),
        "tables": tables,
        "hidden_count": 0,
        "views": views,
        "queries": [],
        "allow_execute_sql": false,
    }))
}

fn database_path(state: &State) -> String {
    format!(
        "{}/{}",
        state.base_path,
        path::encode(&state.datasette.database)
    )
}

fn table(entity: &Entity) -> Json {
    let table = entity.table();
    let readable = table.indices().filter(|index| entity.readable(*index));
    let columns: Vec<&str> = readable
        .map(|index| table.column(index).name.as_str())
        .collect();
    json!({
        "name": entity.name().as_str(),
        "columns": columns,
        "primary_keys": primary_keys(entity),
        // Counting every table would take as long as reading them.
        "count": null,
        "hidden": false,
        "private": true,
    })
}
