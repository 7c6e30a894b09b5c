//! `POST /{database}/{table}/{pks}/-/update` and `/-/delete`. A caller who may not is told so before anyone looks whether
//! the row, or even the table, is there (contract, section 2).

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use serde_json::{Map, Value as Json};

use super::{
    access::{self, Actor, refuse},
    batch::{Results, Rows},
    body::{self, malformed},
    cell,
    decode::{SentRow, cell_value, column},
    faults, key, path, python_json,
    returned::{self, Number},
    rows::{answer, denied},
    schema,
};
use crate::{
    domain::{
        Action, Entity, Fault, Literal, Value,
        batch::{BatchKey, BatchRequest, BatchRow, Keyless, Repeated, RowAction},
        fault::shorten,
        request::{ClauseSource, Tuple, UpdateRequest},
    },
    error::Error,
    service::{Client, Read, Update},
    wire::{operation::Exchange, state::State},
};

/// The keys that an update's body may have.
const KEYS: [&str; 3] = ["update", "return", "alter"];

/// A row that a caller may do something with.
pub(super) struct Meant {
    client: Client,
    entity: Arc<Entity>,
    /// The key's values as the path has them.
    pks: Vec<String>,
}

/// Answers an update.
pub(super) async fn update(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let mut meant = admit(state, exchange, Action::Edit).await?;
    let decoded = match body::object(state, exchange).await {
        Ok(body) => Changes::decode(body, &meant),
        Err(error) => Err(error),
    };
    let changes = match decoded {
        Ok(changes) => changes,
        Err(error) => {
            // A row that is not there comes before what is wrong with the body.
            meant.look(state).await?;
            return Err(error);
        }
    };
    if let Some(row) = &changes.alters {
        meant.must_be_there(state).await?;
        let rows = std::slice::from_ref(row);
        meant.entity = schema::add_missing(state, &meant.client, &meant.entity, rows).await?;
    }
    let moved = meant.moved(&changes.values);
    let key = if moved {
        meant.must_be_there(state).await?;
        meant.move_row(state, &changes).await?
    } else {
        meant
            .run(state, RowAction::Update, &changes.values, false)
            .await?
    };
    let actor: Actor = Some(meant.client.clone());
    let rows = if changes.returns && access::may(&actor, &meant.entity, Action::View) {
        let permit = state
            .service
            .permit::<Read>(&meant.client, meant.entity.name().as_str())?;
        Some(returned::rows(state, &permit, vec![key], Number::Shown).await?)
    } else {
        None
    };
    answer(StatusCode::OK, rows)
}

/// Answers a delete. Its body, if it has one, does not matter.
pub(super) async fn delete(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let meant = admit(state, exchange, Action::Delete).await?;
    meant.run(state, RowAction::Delete, &[], false).await?;
    answer(StatusCode::OK, None)
}

async fn admit(state: &State, exchange: &mut Exchange, action: Action) -> Result<Meant, Error> {
    let actor = access::actor(state, exchange).await?;
    let segments = path::segments(&exchange.request, &state.base_path);
    let segment = |at: usize| segments.get(at).copied().unwrap_or_default();
    let database = path::decode(segment(0));
    if !access::is_database(state, &database) {
        let text = format!("Database not found: {database}");
        return Err(refuse(404, "not_found", text));
    }
    if actor.is_none() {
        return Err(denied("Permission denied"));
    }
    let name = path::decode(segment(1));
    let Some(entity) = access::find(state, &actor, &name) else {
        let text = format!("Table not found: {name}");
        return Err(refuse(404, "unknown_entity", text));
    };
    let Some(client) = actor.filter(|_| entity.actions().allow(action)) else {
        return Err(denied("Permission denied"));
    };
    let pks = key::values(segment(2));
    let meant = Meant {
        client,
        entity,
        pks,
    };
    match key::columns(&meant.entity).len() {
        // Rows of a view, or of a table without any key, cannot be meant.
        0 => Err(meant.not_found()),
        parts if parts == meant.pks.len() => Ok(meant),
        _ => Err(mismatched()),
    }
}

/// A path that has too many or too few values for the key.
pub(super) fn mismatched() -> Error {
    refuse(
        400,
        "invalid_request",
        "URL row identifier does not match the primary key for this table",
    )
}

impl Meant {
    /// Looks whether the row is there, before anything is written. A request that has written already, and was cut off
    /// then, may have moved it.
    async fn must_be_there(&self, state: &State) -> Result<(), Error> {
        if self.client.deed().is_some_and(|deed| deed.resumes()) {
            return Ok(());
        }
        self.look(state).await.map(|_| ())
    }

    fn not_found(&self) -> Error {
        let listed: Vec<String> = self
            .pks
            .iter()
            .map(|pk| python_text(&shorten(pk)))
            .collect();
        let text = format!("Record not found: [{}]", listed.join(", "));
        refuse(404, "row_not_found", text)
    }

    /// Whether the row is there.
    ///
    /// # Errors
    /// 404 if it is not; otherwise its own key.
    async fn look(&self, state: &State) -> Result<Vec<Option<Value>>, Error> {
        self.run(state, RowAction::Update, &[], true).await
    }

    fn literals(&self) -> Vec<Literal> {
        self.pks
            .iter()
            .map(|pk| Literal::Text(pk.clone()))
            .collect()
    }

    /// Whether other values are meant for the key than the row has.
    fn moved(&self, values: &[(String, Literal)]) -> bool {
        let columns = key::columns(&self.entity);
        let names = key::names(&self.entity, &columns);
        values
            .iter()
            .any(|(name, _)| names.contains(&name.as_str()))
    }

    /// Updates or deletes the row by its key; gives the row's own key.
    async fn run(
        &self,
        state: &State,
        action: RowAction,
        cells: &[(String, Literal)],
        dry_run: bool,
    ) -> Result<Vec<Option<Value>>, Error> {
        let entity = &self.entity;
        let columns = key::columns(entity);
        let own = key::names(entity, &columns).into_iter();
        let names = own.chain(cells.iter().map(|(name, _)| name.as_str()));
        let values = cells.iter().map(|(_, value)| value.clone());
        let row = BatchRow {
            number: 0,
            action,
            names: names.map(str::to_owned).collect(),
            values: self.literals().into_iter().chain(values).collect(),
        };
        let needed = match action {
            RowAction::Delete => Action::Delete,
            _ => Action::Edit,
        };
        let permit = state
            .service
            .permit_rows(&self.client, entity.name().as_str(), &[needed])?;
        let request = BatchRequest {
            key: BatchKey {
                columns,
                unique: true,
            },
            atomic: true,
            keyless: Keyless::Refuse,
            repeated: Repeated::InOrder,
            clear: false,
            report_keys: true,
            dry_run,
        };
        let written =
            state
                .service
                .write_rows(&permit, request, Rows::new(vec![row]), Results::default());
        let written = written.await;
        let (_, results) = written.map_err(|error| faults::refused(entity, vec![(None, error)]))?;
        let failed = results.failed.into_iter().map(|(_, error)| error);
        let failed: Vec<Error> = failed.collect();
        if failed.iter().any(|error| self.is_missing(error)) {
            return Err(self.not_found());
        }
        if !failed.is_empty() {
            let failed = failed.into_iter().map(|error| (None, error));
            return Err(faults::refused(entity, failed.collect()));
        }
        let done = results.done.into_iter().next();
        Ok(done.map(|done| done.key).unwrap_or_default())
    }

    /// Whether no row has the key: also where the key's column could not hold it.
    fn is_missing(&self, error: &Error) -> bool {
        let Error::Invalid(faults) = error else {
            return false;
        };
        let columns = key::columns(&self.entity);
        let names = key::names(&self.entity, &columns);
        faults.all().iter().any(|fault| match fault {
            Fault::RowNotFound { .. } => true,
            Fault::Misfit { column, .. } => names.contains(&column.as_str()),
            _ => false,
        })
    }

    /// Gives the row another key, and the other values with it.
    async fn move_row(
        &self,
        state: &State,
        changes: &Changes,
    ) -> Result<Vec<Option<Value>>, Error> {
        let entity = &self.entity;
        let permit = state
            .service
            .permit::<Update>(&self.client, entity.name().as_str())?;
        let tuples = changes.values.iter().map(|(name, value)| Tuple {
            name: name.clone(),
            value: value.clone(),
        });
        let condition = key::condition(entity, &key::columns(entity), &self.literals());
        let request = UpdateRequest {
            tuples: tuples.collect(),
            clause: Some(ClauseSource::Condition(condition)),
        };
        let updated = state.service.update(&permit, request).await;
        updated.map_err(|error| faults::refused(entity, vec![(None, error)]))?;
        let columns = key::columns(entity);
        let names = key::names(entity, &columns);
        let pks = names.iter().zip(&self.pks).map(|(column, pk)| {
            let new = changes.values.iter().find(|(name, _)| name == column);
            match new {
                Some((_, Literal::Text(text) | Literal::Number(text))) => text.clone(),
                _ => pk.clone(),
            }
        });
        let moved = Self {
            client: self.client.clone(),
            entity: Arc::clone(entity),
            pks: pks.collect(),
        };
        moved.look(state).await
    }
}

/// What an update asks for.
struct Changes {
    values: Vec<(String, Literal)>,
    returns: bool,
    /// The columns as they were sent, those that are missing to be added.
    alters: Option<SentRow>,
}

impl Changes {
    fn decode(mut body: Map<String, Json>, meant: &Meant) -> Result<Self, Error> {
        let Some(Json::Object(update)) = body.shift_remove("update") else {
            return Err(malformed("JSON must contain an update dictionary"));
        };
        let unknown = body.keys().filter(|key| !KEYS.contains(&key.as_str()));
        let unknown: Vec<String> = unknown.map(|key| shorten(key)).collect();
        if !unknown.is_empty() {
            return Err(malformed(format!("Invalid keys: {}", unknown.join(", "))));
        }
        let entity = &meant.entity;
        let alter = python_json::is_truthy(body.get("alter"));
        let alters = alter.then(|| update.clone());
        let mut values = Vec::with_capacity(update.len());
        for (name, value) in update {
            let cell = cell::unmark(value).map_err(malformed)?;
            let value = cell_value(column(entity, &name), cell)
                .map_err(|misfit| refuse(400, "value_does_not_fit", misfit))?;
            if !meant.has(&name, &value) {
                values.push((name, value));
            }
        }
        if alter && !entity.actions().allow(Action::Alter) {
            return Err(denied("Permission denied for alter-table"));
        }
        Ok(Self {
            values,
            returns: python_json::is_truthy(body.get("return")),
            alters,
        })
    }
}

impl Meant {
    /// Whether a column of the key is sent with the value that the path has for it.
    fn has(&self, name: &str, value: &Literal) -> bool {
        let columns = key::columns(&self.entity);
        let names = key::names(&self.entity, &columns);
        let mut known = names.iter().zip(&self.pks);
        known.any(|(column, pk)| match value {
            Literal::Text(text) | Literal::Number(text) => *column == name && text == pk,
            Literal::Null | Literal::Bool(_) => false,
        })
    }
}

/// A text as Python's `repr` shows it.
fn python_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut shown = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if c == quote => shown.extend(['\\', c]),
            c if c.is_control() => {
                let digit = |shift: u32| char::from_digit(u32::from(c) >> shift & 15, 16);
                shown.push_str("\\x");
                shown.extend([digit(4), digit(0)].into_iter().flatten());
            }
            c => shown.push(c),
        }
    }
    shown.push(quote);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_as_python_shows_them() {
        for (text, shown) in [
            ("999", "'999'"),
            ("it's", "\"it's\""),
            ("a\"b", "'a\"b'"),
            ("it's \"x\"", "'it\\'s \"x\"'"),
            ("a\\b\n\u{1}", "'a\\\\b\\n\\x01'"),
        ] {
            assert_eq!(python_text(text), shown);
        }
    }
}
