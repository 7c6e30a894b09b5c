//! `POST /{database}/{table}/-/upsert` and `/-/insert`: the contract's checks in the contract's order (section 2), then
//! one batch, all of it or nothing.

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use serde_json::{Value as Json, json};

use super::{
    access::{self, Actor, refuse},
    batch::{Results, Rows},
    body,
    decode::{Sent, Taken},
    faults, key, path,
    returned::{self, Number},
    schema,
};
use crate::{
    domain::{
        Action, Entity, TableKind,
        batch::{BatchKey, BatchRequest, Keyless, Repeated, RowAction, RowDone, RowOutcome},
    },
    error::Error,
    service::{Client, Read},
    wire::{http::reply, operation::Exchange, state::State},
};

/// Answers an upsert.
pub(super) async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (client, entity) = admit(state, exchange, true).await?;
    let body = body::object(state, exchange).await?;
    let sent = Sent::decode(body, state.datasette.max_insert_rows)?;
    write(state, &client, entity, sent, true).await
}

/// Answers an insert.
pub(super) async fn insert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (client, entity) = admit(state, exchange, false).await?;
    let body = body::object(state, exchange).await?;
    let sent = Sent::decode(body, state.datasette.max_insert_rows)?;
    write(state, &client, entity, sent, false).await
}

/// Who calls and which table, if they may write rows to it.
async fn admit(
    state: &State,
    exchange: &mut Exchange,
    upsert: bool,
) -> Result<(Client, Arc<Entity>), Error> {
    let actor = access::actor(state, exchange).await?;
    let segments = path::segments(&exchange.request, &state.base_path);
    let name = |at: usize| {
        segments
            .get(at)
            .copied()
            .map(path::decode)
            .unwrap_or_default()
    };
    if !access::is_database(state, &name(0)) {
        return Err(refuse(404, "not_found", "Database not found"));
    }
    let Some(entity) = access::find(state, &actor, &name(1)) else {
        return Err(refuse(404, "unknown_entity", "Table not found"));
    };
    if entity.table().kind == TableKind::View {
        let text = format!("Table not found: {}", entity.name().as_str());
        return Err(refuse(404, "unknown_entity", text));
    }
    let may = |action| access::may(&actor, &entity, action);
    let client = match actor.clone() {
        Some(client) if may(Action::Add) && (!upsert || may(Action::Edit)) => client,
        _ if upsert => {
            return Err(denied(
                "Permission denied: need both insert-row and update-row",
            ));
        }
        _ => return Err(denied("Permission denied")),
    };
    Ok((client, entity))
}

/// 403.
pub(super) fn denied(text: &'static str) -> Error {
    refuse(403, "action_not_allowed", text)
}

async fn write(
    state: &State,
    client: &Client,
    mut entity: Arc<Entity>,
    sent: Sent,
    upsert: bool,
) -> Result<Response, Error> {
    let mut wrong = sent.check_columns(&entity, upsert);
    if !wrong.is_empty()
        && let Some(fresh) = state.service.changed(client, &entity).await?
    {
        entity = fresh;
        wrong = sent.check_columns(&entity, upsert);
    }
    if !wrong.is_empty() {
        return Err(Error::Contract {
            status: 400,
            code: "invalid_request",
            messages: wrong,
        });
    }
    let action = match (upsert, sent.taken) {
        (true, Taken::Usual) => RowAction::Upsert,
        (true, _) => {
            return Err(body::malformed("Upsert does not support ignore or replace"));
        }
        (false, Taken::Replacing) => RowAction::Replace,
        (false, Taken::Ignored) => RowAction::InsertIgnore,
        (false, Taken::Usual) => RowAction::Insert,
    };
    let actor: Actor = Some(client.clone());
    if sent.taken == Taken::Replacing && !access::may(&actor, &entity, Action::Edit) {
        return Err(denied(
            "Permission denied: need update-row to use \"replace\"",
        ));
    }
    if sent.alter && !access::may(&actor, &entity, Action::Alter) {
        return Err(denied("Permission denied for alter-table"));
    }
    if sent.alter {
        entity = schema::add_missing(state, client, &entity, &sent.rows).await?;
    }
    let returns = sent.returns;
    let done = batch(state, client, &entity, sent, action).await?;
    let status = if upsert {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    let rows = if returns && access::may(&actor, &entity, Action::View) {
        Some(read_back(state, client, &entity, done, action).await?)
    } else {
        None
    };
    answer(status, rows)
}

/// `{"ok": true}`, and the rows where they are asked for.
pub(super) fn answer(status: StatusCode, rows: Option<Vec<Json>>) -> Result<Response, Error> {
    let body = match rows {
        Some(rows) => json!({"ok": true, "rows": rows}),
        None => json!({"ok": true}),
    };
    let mut response = reply::json(&body)?;
    response.set_status(status);
    Ok(response)
}

/// Writes rows, all of them or none.
pub(super) async fn batch(
    state: &State,
    client: &Client,
    entity: &Entity,
    sent: Sent,
    action: RowAction,
) -> Result<Vec<RowDone>, Error> {
    let returns = sent.returns;
    let rows = sent.batch(entity, action)?;
    let actions: &[Action] = match action {
        RowAction::Insert | RowAction::InsertIgnore => &[Action::Add],
        _ => &[Action::Add, Action::Edit],
    };
    let permit = state
        .service
        .permit_rows(client, entity.name().as_str(), actions)?;
    let request = BatchRequest {
        key: BatchKey {
            columns: key::columns(entity),
            unique: true,
        },
        atomic: true,
        keyless: match action {
            RowAction::Upsert => Keyless::Refuse,
            _ => Keyless::Insert,
        },
        repeated: Repeated::InOrder,
        clear: false,
        report_keys: returns,
        dry_run: false,
    };
    let written = state
        .service
        .write_rows(&permit, request, Rows::new(rows), Results::default());
    let written = written.await;
    let (batch, results) = written.map_err(|error| faults::refused(entity, vec![(None, error)]))?;
    if batch.written {
        return Ok(results.done);
    }
    let failed = results
        .failed
        .into_iter()
        .map(|(number, error)| (Some(number), error));
    Err(faults::refused(entity, failed.collect()))
}

/// The rows as they are by now.
async fn read_back(
    state: &State,
    client: &Client,
    entity: &Entity,
    done: Vec<RowDone>,
    action: RowAction,
) -> Result<Vec<Json>, Error> {
    let permit = state
        .service
        .permit::<Read>(client, entity.name().as_str())?;
    // As Datasette does: an insert does not tell the numbers that the rows got.
    let number = match action {
        RowAction::Upsert => Number::Shown,
        _ => Number::Hidden,
    };
    let kept = done
        .into_iter()
        .filter(|done| done.outcome != RowOutcome::Deleted);
    returned::rows(state, &permit, kept.map(|done| done.key).collect(), number).await
}
