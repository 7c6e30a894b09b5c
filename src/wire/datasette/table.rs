//! `GET /{database}/{table}.json` and `GET /{database}/{table}/{pks}.json`: rows as Datasette shows them (contract, section
//! 6). Which rows are meant is said in `query`, `filter` and `paging`.

use std::{sync::Arc, time::Instant};

use poem::{
    Response,
    http::{HeaderValue, header},
};
use serde_json::{Map, Value as Json, json};

use super::{
    access::{self, refuse},
    key,
    paging::Paging,
    path,
    query::{self, Query, Shape},
    returned::{self, Number},
    row::mismatched,
    rows::denied,
    value,
};
use crate::{
    domain::{
        Action, ColumnIndex, Entity, Fault, Literal, Row, SqlType, Value,
        request::{ClauseSource, Field, GetRequest, OrderBy},
    },
    error::Error,
    service::{Client, Permit, Read, Selection},
    wire::{
        http::{
            precondition,
            reply::{self, unwritable},
        },
        operation::Exchange,
        state::State,
    },
};

/// Finds out who calls, and what the path names behind the database; `.json` is not part of it.
async fn admit(
    state: &State,
    exchange: &mut Exchange,
    parts: usize,
) -> Result<(Client, Arc<Entity>, Vec<String>), Error> {
    let actor = access::actor(state, exchange).await?;
    let mut segments = path::segments(&exchange.request, &state.base_path);
    if let Some(last) = segments.last_mut() {
        *last = last.strip_suffix(".json").unwrap_or(last);
    }
    let segments: Vec<String> = segments
        .into_iter()
        .take(parts)
        .map(str::to_owned)
        .collect();
    let name = |at: usize| {
        segments
            .get(at)
            .map(|s| path::decode(s))
            .unwrap_or_default()
    };
    if !access::is_database(state, &name(0)) {
        return Err(refuse(404, "not_found", "Database not found"));
    }
    let Some(entity) = access::find(state, &actor, &name(1)) else {
        return Err(refuse(404, "unknown_entity", "Table not found"));
    };
    match actor {
        Some(client) if entity.actions().allow(Action::View) => Ok((client, entity, segments)),
        _ => Err(denied("Permission denied")),
    }
}

/// Answers a page of a table.
pub(super) async fn page(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (client, entity, _) = admit(state, exchange, 2).await?;
    let text = exchange.request.uri().query();
    let query = match Query::decode(&entity, text) {
        Err(error) => match state.service.changed(&client, &entity).await? {
            Some(fresh) => Query::decode(&fresh, text)?,
            None => return Err(error),
        },
        query => query?,
    };
    let permit = state
        .service
        .permit::<Read>(&client, entity.name().as_str())?;
    let entity = Arc::clone(permit.entity());
    let paging = Paging::new(&entity, query.sort.as_ref());
    let page = Page::read(state, &permit, &query, &paging).await?;
    let next_url = page
        .next
        .as_deref()
        .map(|mark| next_url(state, exchange, mark));
    match query.shape {
        Shape::Objects | Shape::Arrays => {
            let mut body = Map::new();
            body.insert("ok".to_owned(), Json::Bool(true));
            body.insert("next".to_owned(), Json::from(page.next.clone()));
            body.insert("next_url".to_owned(), Json::from(next_url));
            extras(state, &permit, &query, &page, &mut body).await?;
            body.insert("rows".to_owned(), Json::from(page.rows(query.shape)?));
            body.insert("truncated".to_owned(), Json::Bool(false));
            reply::json(&body)
        }
        Shape::Object => reply::json(&page.by_key(&entity)?),
        Shape::Array | Shape::ArrayFirst => {
            let rows = page.rows(query.shape)?;
            let mut response = if query.lines {
                let lines: Vec<String> = rows.iter().map(Json::to_string).collect();
                Response::builder()
                    .content_type("text/plain")
                    .body(lines.join("\n"))
            } else {
                reply::json(&rows)?
            };
            if let Some(url) = next_url {
                let link = format!("<{url}>; rel=\"next\"");
                let link = HeaderValue::from_str(&link).map_err(unwritable)?;
                response.headers_mut().insert(header::LINK, link);
            }
            Ok(response)
        }
    }
}

/// The rows of a page.
struct Page {
    selection: Selection,
    /// How many of a row's values are shown; the others are for the mark, and for the key.
    shown: usize,
    next: Option<String>,
}

impl Page {
    async fn read(
        state: &State,
        permit: &Permit<Read>,
        query: &Query,
        paging: &Paging<'_>,
    ) -> Result<Self, Error> {
        let entity = permit.entity();
        let table = entity.table();
        let fields = match &query.columns {
            None => returned::fields(entity, Number::Shown),
            Some(names) => names.iter().map(|name| field(name, None)).collect(),
        };
        let shown = fields.len();
        let marked = paging.columns();
        let start = paging.start(query.next.as_deref())?;
        let asked = query.filters.clone().map(ClauseSource::Asked);
        let after = start.after.clone().map(ClauseSource::Condition);
        let conditions: Vec<_> = asked.into_iter().chain(after).collect();
        let name = |index: ColumnIndex| table.column(index).name.as_str();
        let hidden = marked
            .iter()
            .copied()
            .chain(key::columns(entity))
            .enumerate();
        let hidden: Vec<Field> = hidden
            .filter(|(_, index)| entity.readable(*index))
            .map(|(at, index)| field(name(index), Some(format!("\0{at}"))))
            .collect();
        let order = query.sort.as_ref().map(|(column, descending)| OrderBy {
            column: column.clone(),
            descending: *descending,
        });
        let tie = paging.tie().map(|index| OrderBy {
            column: name(index).to_owned(),
            descending: false,
        });
        let request = GetRequest {
            fields: fields.into_iter().chain(hidden).collect(),
            clause: (!conditions.is_empty()).then_some(ClauseSource::All(conditions)),
            order_by: order.into_iter().chain(tie).collect(),
            start: start.skip,
            // One more shows whether there is another page.
            length: Some(u64::from(query.size) + 1),
            most: Some(query::MOST + 1),
            binary: true,
            ..GetRequest::default()
        };
        let mut selection = state.service.get(permit, request).await?;
        let size = usize::try_from(query.size).unwrap_or(usize::MAX);
        let more = selection.rows.0.len() > size;
        selection.rows.0.truncate(size);
        let last = selection.rows.0.last().filter(|_| more);
        let next = last.map(|row| {
            let values: Row = row[shown..shown + marked.len()].to_vec();
            paging.mark(&values, start.skip, query.size)
        });
        Ok(Self {
            selection,
            shown,
            next,
        })
    }

    /// What is shown of each row.
    fn rows(&self, shape: Shape) -> Result<Vec<Json>, Error> {
        let keys = &self.selection.keys[..self.shown];
        let row = |row: &Row| match shape {
            Shape::Arrays => array(keys, row),
            Shape::ArrayFirst => Ok(array(keys, row)?.get(0).cloned().unwrap_or_default()),
            _ => value::object(keys, row),
        };
        self.selection.rows.0.iter().map(row).collect()
    }

    /// The rows as members of one object, each under its key as a path has it.
    fn by_key(&self, entity: &Entity) -> Result<Json, Error> {
        let parts = key::columns(entity).len();
        if parts == 0 {
            return Err(super::body::malformed(
                "_shape=object not available for tables with no primary keys",
            ));
        }
        let keys = &self.selection.keys;
        let of = |row: &Row| -> Result<(String, Json), Error> {
            let at = row.len().saturating_sub(parts);
            let cells = row[at..].iter().zip(&keys[at..]);
            let key = cells.map(|(cell, (_, ty))| path::encode(&value::text(cell.as_ref(), ty)));
            let shown = value::object(&keys[..self.shown], row)?;
            Ok((key.collect::<Vec<_>>().join(","), shown))
        };
        let members: Result<Map<String, Json>, Error> =
            self.selection.rows.0.iter().map(of).collect();
        members.map(Json::Object)
    }
}

fn array(keys: &[(String, SqlType)], row: &Row) -> Result<Json, Error> {
    let cells = keys
        .iter()
        .zip(row)
        .map(|((_, ty), cell)| value::json(cell.as_ref(), ty));
    cells.collect::<Result<Vec<_>, _>>().map(Json::Array)
}

fn field(name: &str, alias: Option<String>) -> Field {
    Field {
        attribute: name.to_owned(),
        alias,
    }
}

/// The parts that `_extra` asks for and that are known here; others are left out.
async fn extras(
    state: &State,
    permit: &Permit<Read>,
    query: &Query,
    page: &Page,
    body: &mut Map<String, Json>,
) -> Result<(), Error> {
    let entity = permit.entity();
    for extra in &query.extras {
        let part = match extra.as_str() {
            "columns" => {
                let names = page.selection.keys[..page.shown]
                    .iter()
                    .map(|(name, _)| name.as_str());
                Json::from(names.collect::<Vec<_>>())
            }
            "primary_keys" => Json::from(primary_keys(entity)),
            "database" => Json::from(state.datasette.database.as_str()),
            "table" => Json::from(entity.name().as_str()),
            "count" => count(state, permit, query).await?,
            _ => continue,
        };
        body.insert(extra.clone(), part);
    }
    Ok(())
}

/// The names of the declared primary key.
pub(super) fn primary_keys(entity: &Entity) -> Vec<&str> {
    key::names(entity, entity.table().shown_key())
}

async fn count(state: &State, permit: &Permit<Read>, query: &Query) -> Result<Json, Error> {
    let request = GetRequest {
        fields: vec![field("COUNT(*)", None)],
        clause: query.filters.clone().map(ClauseSource::Asked),
        ..GetRequest::default()
    };
    let counted = state.service.get(permit, request).await?;
    match counted.rows.0.first().and_then(|row| row.first()) {
        Some(Some(Value::Int(count))) => Ok(Json::from(*count)),
        _ => Ok(Json::Null),
    }
}

/// The same address with another mark, as the caller reached it.
fn next_url(state: &State, exchange: &Exchange, mark: &str) -> String {
    let uri = exchange.request.uri();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in query::pairs(uri.query()) {
        if key != "_next" {
            query.append_pair(&key, &value);
        }
    }
    let query = query.append_pair("_next", mark).finish();
    let path = uri.path();
    let host = exchange
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    match (&state.public_url, host) {
        (Some(url), _) => {
            let root = url.strip_suffix(&state.base_path).unwrap_or(url);
            format!("{root}{path}?{query}")
        }
        (None, Some(host)) => format!("http://{host}{path}?{query}"),
        (None, None) => format!("{path}?{query}"),
    }
}

/// Answers one row.
pub(super) async fn row(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let started = Instant::now();
    let (client, entity, segments) = admit(state, exchange, 3).await?;
    let shape = query::shape(&query::pairs(exchange.request.uri().query()))?;
    let pks = key::values(segments.get(2).map_or("", String::as_str));
    let columns = key::columns(&entity);
    if columns.len() != pks.len() {
        return Err(mismatched());
    }
    let permit = state
        .service
        .permit::<Read>(&client, entity.name().as_str())?;
    let literals: Vec<Literal> = pks.iter().map(|pk| Literal::Text(pk.clone())).collect();
    let request = GetRequest {
        fields: returned::fields(&entity, Number::Shown),
        clause: Some(ClauseSource::Condition(key::condition(
            &entity, &columns, &literals,
        ))),
        binary: true,
        ..GetRequest::default()
    };
    let missing = || refuse(404, "row_not_found", "Row not found");
    let found = match state.service.get_tagged(&permit, request).await {
        // What the column could not hold is in no row.
        Err(Error::Invalid(faults)) if faults.all().iter().all(is_misfit) => return Err(missing()),
        found => found?,
    };
    let at = exact_row(&found, &key::names(&entity, &columns), &pks).ok_or_else(missing)?;
    let tag = found.tags.get(at).map(String::as_str);
    let row = &found.rows.0[at];
    let object = value::object(&found.keys, row)?;
    let rows = match shape {
        Shape::Objects => Ok(vec![object]),
        Shape::Arrays => Ok(vec![array(&found.keys, row)?]),
        Shape::Array => Err(json!([object])),
        Shape::ArrayFirst => Err(json!([array(&found.keys, row)?.get(0)])),
        Shape::Object => {
            let key: Vec<String> = pks.iter().map(|pk| path::encode(pk)).collect();
            Err(json!(Map::from_iter([(key.join(","), object)])))
        }
    };
    let body = match rows {
        Ok(rows) => json!({
            "ok": true,
            "database": state.datasette.database,
            "table": entity.name().as_str(),
            "rows": rows,
            "primary_keys": key::names(&entity, &columns),
            "primary_key_values": pks,
            "query_ms": started.elapsed().as_secs_f64() * 1e3,
            "truncated": false,
        }),
        Err(bare) => bare,
    };
    precondition::answer(exchange.headers(), tag, reply::json(&body)?)
}

fn is_misfit(fault: &Fault) -> bool {
    matches!(fault, Fault::Misfit { .. })
}

/// Of rows whose keys are equal but for the case of letters, where the one is that is meant; else the only one.
fn exact_row(found: &Selection, names: &[&str], pks: &[String]) -> Option<usize> {
    let exact = |row: &Row| {
        let cells = found.keys.iter().zip(row.iter());
        let mut of_key = cells.filter(|((name, _), _)| names.contains(&name.as_str()));
        of_key.all(|((name, ty), cell)| {
            let pk = names
                .iter()
                .position(|known| known == name)
                .and_then(|at| pks.get(at));
            pk.is_some_and(|pk| *pk == value::text(cell.as_ref(), ty))
        })
    };
    let rows = &found.rows.0;
    rows.iter()
        .position(exact)
        .or_else(|| (rows.len() == 1).then_some(0))
}
