//! `POST /{database}/-/create`, `/{table}/-/alter`, `/{table}/-/drop`, and the columns that `"alter": true` adds: the
//! contract's checks in the contract's order (sections 2, 3 and 5). What a table may be is the plan's question.

mod alter;
mod column;
mod create;
mod encode;
mod fields;
mod infer;

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use serde_json::{Map, Value as Json, json};

use self::create::{Content, SentTable};
use super::{
    access::{self, Actor, refuse},
    body::{self, malformed},
    decode::{self, Sent, SentRow, Taken},
    path, python_json,
    rows::{self, denied},
};
use crate::{
    domain::{
        Action, Actions, Entity, TableKind,
        batch::RowAction,
        fault::shorten,
        schema::{AlterRequest, ColumnSpec, CreateRequest},
    },
    error::Error,
    service::{Alter, Changed, Client, CreatePermit, Describe, Drop},
    wire::{http::reply, operation::Exchange, state::State},
};

/// Answers a create.
pub(super) async fn create(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let actor = access::actor(state, exchange).await?;
    let database = segment(state, exchange, 0);
    if !access::is_database(state, &database) {
        return Err(refuse(404, "not_found", "Database not found"));
    }
    let client = actor.ok_or_else(|| denied("Permission denied"))?;
    let permit = state.service.permit_create(&client);
    let permit = permit.map_err(|_| denied("Permission denied"))?;
    let sent = read_create(state, exchange).await?;
    let made = state.service.changed_before(&client);
    let made = made.and_then(|made| made.table);
    let making = Making {
        state,
        there: match made {
            Some(_) => None,
            None => state.service.told_of(Some(&client), &sent.table),
        },
        made,
        client,
        permit,
    };
    let (entity, rows) = making.run(sent).await?;
    let mut body = making.told(exchange, &entity).await?;
    if let Some(rows) = rows {
        body.insert("row_count".to_owned(), Json::from(rows));
    }
    let mut response = reply::json(&Json::Object(body))?;
    response.set_status(StatusCode::CREATED);
    Ok(response)
}

async fn read_create(state: &State, exchange: &mut Exchange) -> Result<SentTable, Error> {
    let bytes = body::read(state, exchange).await?;
    match python_json::parse(&bytes) {
        Ok(Json::Object(object)) => {
            SentTable::decode(&object).map_err(|messages| Error::Contract {
                status: 400,
                code: "body_malformed",
                messages,
            })
        }
        Ok(_) => Err(malformed("JSON must be an object")),
        Err(wrong) => Err(malformed(format!("Invalid JSON: {wrong}"))),
    }
}

/// The rows of a create, and what they ask for.
struct Filling {
    key: Vec<String>,
    rows: Vec<SentRow>,
    action: RowAction,
    alter: bool,
}

/// A create under way.
struct Making<'s> {
    state: &'s State,
    client: Client,
    permit: CreatePermit,
    /// What is there already under the name, as the client sees it.
    there: Option<Arc<Entity>>,
    /// The table, where this request has made it already: it was cut off then.
    made: Option<Arc<Entity>>,
}

impl Making<'_> {
    /// Makes the table, or adds rows to the one that is there; gives the table and the number of rows sent.
    async fn run(&self, sent: SentTable) -> Result<(Arc<Entity>, Option<usize>), Error> {
        let has_rows = matches!(sent.content, Content::Rows(_));
        self.check(&sent.table, self.there.as_ref(), sent.replace, has_rows)?;
        match sent.content {
            Content::Columns(columns) => {
                let made = self.make(&sent.table, columns, sent.key).await?;
                Ok((made, None))
            }
            Content::Rows(rows) => {
                let filling = Filling {
                    key: sent.key,
                    action: match (sent.ignore, sent.replace) {
                        (true, _) => RowAction::InsertIgnore,
                        (_, true) => RowAction::Replace,
                        _ => RowAction::Insert,
                    },
                    alter: sent.alter,
                    rows,
                };
                let count = filling.rows.len();
                let entity = match &self.there {
                    Some(there) => self.fill(there, filling).await?,
                    None => self.make_with(&sent.table, filling).await?,
                };
                Ok((entity, Some(count)))
            }
        }
    }

    /// Whether the caller may do this with the table that is there, or with one that is made.
    fn check(
        &self,
        table: &str,
        there: Option<&Arc<Entity>>,
        replace: bool,
        has_rows: bool,
    ) -> Result<(), Error> {
        let is_view = |entity: &Arc<Entity>| entity.table().kind == TableKind::View;
        if there.is_some_and(is_view) {
            return Err(malformed("Structured writes require an ordinary table"));
        }
        let may = |action| {
            let service = &self.state.service;
            there.map_or_else(
                || service.may_with_new_table(&self.client, table, action),
                |entity| entity.actions().allow(action),
            )
        };
        if replace && !may(Action::Edit) {
            return Err(denied("Permission denied: need update-row"));
        }
        if has_rows && !may(Action::Add) {
            return Err(denied("Permission denied: need insert-row"));
        }
        Ok(())
    }

    async fn make(
        &self,
        table: &str,
        columns: Vec<ColumnSpec>,
        key: Vec<String>,
    ) -> Result<Arc<Entity>, Error> {
        if let Some(made) = &self.made {
            return Ok(Arc::clone(made));
        }
        let request = CreateRequest {
            table: table.to_owned(),
            columns,
            key,
        };
        let service = &self.state.service;
        let made = service.create_table(&self.client, &self.permit, &request);
        let made = made.await;
        made.map_err(|error| encode::not_made(table, error))
    }

    /// Makes a table of rows and puts them in; where they do not go in, the table goes again. Where somebody else has
    /// made it meanwhile, they go into that one.
    async fn make_with(&self, table: &str, filling: Filling) -> Result<Arc<Entity>, Error> {
        let columns = infer::columns(&filling.rows, |_| false).map_err(malformed)?;
        if columns.is_empty() {
            return Err(malformed("Tables must have at least one column"));
        }
        let entity = match self.make(table, columns, filling.key.clone()).await {
            Ok(entity) => entity,
            Err(error) if error.code() == encode::NAME_TAKEN => {
                let there = self.state.service.told_of(Some(&self.client), table);
                let there = there.ok_or(error)?;
                let replace = filling.action == RowAction::Replace;
                self.check(table, Some(&there), replace, true)?;
                return self.fill(&there, filling).await;
            }
            Err(error) => return Err(error),
        };
        let Err(error) = self.insert(&entity, filling.rows, filling.action).await else {
            return Ok(entity);
        };
        let service = &self.state.service;
        let undoing = service.undo_create(&self.client, &self.permit, &entity);
        if let Err(undone) = undoing.await {
            tracing::error!(table, error = %undone, "a table whose rows were refused stays without them");
        }
        Err(error)
    }

    /// Adds rows to a table that is there.
    async fn fill(&self, there: &Arc<Entity>, filling: Filling) -> Result<Arc<Entity>, Error> {
        let Filling {
            key,
            rows,
            action,
            alter,
        } = filling;
        let entity = self.fit(there, &key, &rows, alter).await?;
        self.insert(&entity, rows, action).await?;
        Ok(entity)
    }

    /// Looks whether rows fit a table that is there; adds the columns that it lacks, where that is asked for.
    async fn fit(
        &self,
        there: &Arc<Entity>,
        key: &[String],
        rows: &[SentRow],
        alter: bool,
    ) -> Result<Arc<Entity>, Error> {
        if alter && !there.actions().allow(Action::Alter) {
            return Err(denied("Permission denied: need alter-table"));
        }
        let table = there.table();
        let own = table.shown_key().iter();
        let own: Vec<&str> = own.map(|c| table.column(*c).name.as_str()).collect();
        let same = key.len() == own.len() && key.iter().all(|name| own.contains(&name.as_str()));
        if !key.is_empty() && !own.is_empty() && !same {
            return Err(malformed("pk cannot be changed for existing table"));
        }
        if alter {
            return add_missing(self.state, &self.client, there, rows).await;
        }
        let mut unknown = rows
            .iter()
            .flat_map(|row| decode::unknown_columns(there, row));
        match unknown.next() {
            Some(name) => Err(refuse(
                400,
                "unknown_column",
                format!(
                    "table {} has no column named {}",
                    there.name().as_str(),
                    shorten(name)
                ),
            )),
            None => Ok(Arc::clone(there)),
        }
    }

    async fn insert(
        &self,
        entity: &Arc<Entity>,
        rows: Vec<SentRow>,
        action: RowAction,
    ) -> Result<(), Error> {
        let sent = Sent {
            rows,
            returns: false,
            // The action says it already.
            taken: Taken::Usual,
            alter: false,
        };
        rows::batch(self.state, &self.client, entity, sent, action).await?;
        Ok(())
    }

    async fn told(
        &self,
        exchange: &Exchange,
        entity: &Arc<Entity>,
    ) -> Result<Map<String, Json>, Error> {
        let mut body = named(self.state, exchange, entity.name().as_str());
        // Whoever may make a table need have no right to it afterwards.
        let schema = if entity.actions() == Actions::NONE {
            None
        } else {
            Some(definition(self.state, &self.client, entity).await?)
        };
        body.insert("schema".to_owned(), Json::from(schema));
        Ok(body)
    }
}

/// Answers an alter.
pub(super) async fn alter(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let actor = access::actor(state, exchange).await?;
    if let Some((client, done)) = resumed(state, &actor)
        && let Some(table) = done.table
    {
        let request = read_alter(state, exchange).await?;
        return altered(state, exchange, client, &request, done.memo, &table).await;
    }
    let entity = find_table(state, exchange, &actor)?;
    let client = permitted(
        actor,
        &entity,
        Action::Alter,
        "Permission denied: need alter-table",
    )?;
    let request = read_alter(state, exchange).await?;
    let name = entity.name().as_str();
    let before = definition(state, &client, &entity).await?;
    let permit = state.service.permit::<Alter>(&client, name)?;
    let table = state.service.alter_table(&permit, &request, &before).await;
    let table = table.map_err(|error| encode::refused(name, error))?;
    altered(state, exchange, &client, &request, before, &table).await
}

async fn read_alter(state: &State, exchange: &mut Exchange) -> Result<AlterRequest, Error> {
    let body = body::object(state, exchange).await?;
    alter::decode(&body).map_err(|messages| Error::Contract {
        status: 400,
        code: "body_malformed",
        messages,
    })
}

/// The change of a table that this request has made already: it was cut off then.
fn resumed<'a>(state: &State, actor: &'a Actor) -> Option<(&'a Client, Changed)> {
    let client = actor.as_ref()?;
    Some((client, state.service.changed_before(client)?))
}

/// What an alter comes to: the table as it was and as it is.
async fn altered(
    state: &State,
    exchange: &Exchange,
    client: &Client,
    request: &AlterRequest,
    before: String,
    altered: &Arc<Entity>,
) -> Result<Response, Error> {
    let after = definition(state, client, altered).await?;
    let mut body = named(state, exchange, altered.name().as_str());
    body.insert("altered".to_owned(), Json::from(before != after));
    body.insert("schema".to_owned(), Json::from(after));
    body.insert("before_schema".to_owned(), Json::from(before));
    let applied = request.changes.len();
    body.insert("operations_applied".to_owned(), Json::from(applied));
    reply::json(&Json::Object(body))
}

/// Answers a drop.
pub(super) async fn drop(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let actor = access::actor(state, exchange).await?;
    if resumed(state, &actor).is_some() {
        return reply::json(&json!({"ok": true}));
    }
    let entity = find_table(state, exchange, &actor)?;
    let client = permitted(actor, &entity, Action::Drop, "Permission denied")?;
    let bytes = body::read(state, exchange).await?;
    // A body that cannot be read confirms nothing.
    let confirmed = match python_json::parse(&bytes) {
        Ok(Json::Object(object)) => python_json::is_truthy(object.get("confirm")),
        _ => false,
    };
    let name = entity.name().as_str();
    let permit = state.service.permit::<Drop>(&client, name)?;
    if !confirmed {
        let rows = state.service.count_rows(&permit).await?;
        return reply::json(&json!({
            "ok": true,
            "database": state.datasette.database,
            "table": name,
            "row_count": rows,
            "message": "Pass \"confirm\": true to confirm",
        }));
    }
    let dropped = state.service.drop_table(&permit).await;
    dropped.map_err(|error| encode::refused(name, error))?;
    reply::json(&json!({"ok": true}))
}

/// Adds the columns that rows name and the table lacks, with the types of their values; gives the entity as it is then.
/// The caller may alter the table: that has been asked.
///
/// # Errors
/// A value that cannot be read, or a column that cannot be.
pub(super) async fn add_missing(
    state: &State,
    client: &Client,
    entity: &Arc<Entity>,
    rows: &[SentRow],
) -> Result<Arc<Entity>, Error> {
    let known = |name: &str| decode::column(entity, name).is_some();
    let missing = infer::columns(rows, known).map_err(malformed)?;
    if missing.is_empty() {
        return Ok(Arc::clone(entity));
    }
    let name = entity.name().as_str();
    let other_case = |spec: &&ColumnSpec| entity.table().find(&spec.name).is_some();
    if let Some(spec) = missing.iter().find(other_case) {
        let text = format!("duplicate column name: {}", shorten(&spec.name));
        return Err(refuse(400, "name_taken", text));
    }
    let permit = state.service.permit::<Alter>(client, name)?;
    let added = state.service.add_columns(&permit, &missing).await;
    added.map_err(|error| encode::refused(name, error))
}

fn segment(state: &State, exchange: &Exchange, at: usize) -> String {
    let segments = path::segments(&exchange.request, &state.base_path);
    segments
        .get(at)
        .copied()
        .map(path::decode)
        .unwrap_or_default()
}

/// The table of the path, as the caller sees it.
fn find_table(state: &State, exchange: &Exchange, actor: &Actor) -> Result<Arc<Entity>, Error> {
    if !access::is_database(state, &segment(state, exchange, 0)) {
        return Err(refuse(404, "not_found", "Database not found"));
    }
    let name = segment(state, exchange, 1);
    let entity = access::find(state, actor, &name);
    let entity = entity.ok_or_else(|| refuse(404, "unknown_entity", "Table not found"))?;
    if entity.table().kind == TableKind::View {
        let text = format!("Table not found: {name}");
        return Err(refuse(404, "unknown_entity", text));
    }
    Ok(entity)
}

fn permitted(
    actor: Actor,
    entity: &Entity,
    action: Action,
    refusal: &'static str,
) -> Result<Client, Error> {
    match actor {
        Some(client) if entity.actions().allow(action) => Ok(client),
        _ => Err(denied(refusal)),
    }
}

async fn definition(state: &State, client: &Client, entity: &Arc<Entity>) -> Result<String, Error> {
    let permit = state
        .service
        .permit::<Describe>(client, entity.name().as_str())?;
    let details = state.service.column_details(&permit).await?;
    Ok(encode::definition(permit.entity(), &details))
}

/// What every answer about a table begins with.
fn named(state: &State, exchange: &Exchange, table: &str) -> Map<String, Json> {
    let url = format!(
        "{}/{}/{}",
        base_url(state, exchange),
        path::encode(&state.datasette.database),
        path::encode(table)
    );
    let fields = [
        ("ok", Json::from(true)),
        ("database", Json::from(state.datasette.database.as_str())),
        ("table", Json::from(table)),
        ("table_api_url", Json::from(format!("{url}.json"))),
        ("table_url", Json::from(url)),
    ];
    let fields = fields.into_iter();
    fields.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Where the caller found this service: the address that is set, else the one that the request names.
fn base_url(state: &State, exchange: &Exchange) -> String {
    if state.public_url.is_some() {
        return state.public_base();
    }
    let origin = exchange.origin();
    let origin = origin.as_deref().unwrap_or("http://localhost");
    format!("{origin}{}", state.base_path)
}
