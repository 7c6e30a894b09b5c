//! One row: a lone object that is sent to a dataset, and the row that a URL names, by `:id` or by the row identifier.

use poem::Response;
use serde_json::{Value as Json, json};

use super::{
    auth,
    encode::{self, counts::Counts, refusal, rows},
    fields::Fields,
    options::Options,
    query, row_id,
    rows::{Named, SharedRows, Turn, Turned, Writing},
    sink::Sink,
    write,
};
use crate::{
    domain::{
        Action, ColumnIndex, Fault, Literal, Value,
        batch::{BatchRequest, BatchRow, Keyless, Repeated, RowAction},
    },
    error::Error,
    rows::{RawRow, Spool},
    service::{Client, Read, RowSource, SourceRow},
    wire::{
        http::{
            body::{self, Media},
            precondition,
        },
        operation::Exchange,
        state::State,
    },
};

/// A row that is there already, for the service.
struct One(Option<BatchRow>, BatchRow);

impl One {
    fn new(row: BatchRow) -> Self {
        Self(Some(row.clone()), row)
    }
}

impl RowSource for One {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        Ok(self.0.take().map(Ok))
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.0 = Some(self.1.clone());
        Ok(())
    }
}

/// The row of a URL.
struct Target {
    key: Vec<(ColumnIndex, Literal)>,
    named: Named,
}

/// What the `{row}` of a path means: `:id`, else the row identifier.
fn target(fields: &Fields, wrote: &str) -> Result<Target, Error> {
    let entity = fields.entity();
    let own = entity.table().row_key();
    if let Some(values) = row_id::decode(wrote, own.len()) {
        return Ok(Target {
            key: own.iter().copied().zip(values).collect(),
            named: Named::Sid,
        });
    }
    match entity
        .keys()
        .row_identifier()
        .map(|key| key.columns.as_slice())
    {
        Some([single]) => Ok(Target {
            key: vec![(*single, Literal::Text(wrote.to_owned()))],
            named: Named::Identifier,
        }),
        _ => Err(refusal::no_row(wrote)),
    }
}

/// `GET /resource/{dataset}/{row}`: the row, as an object.
///
/// # Errors
/// [`Error`]; 404 where there is no such row.
pub async fn get(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, entity) = auth::admit::<Read>(state, exchange).await?;
    let fields = Fields::new(&entity);
    let wrote = exchange.captures.get("row");
    let target = target(&fields, wrote)?;
    let read = query::one_row(&fields, &target.key);
    let found = state.service.get_tagged(&permit, read.get).await;
    let selection = match found {
        // A text that cannot be a key of this type is a key that no row has.
        Err(Error::Invalid(_)) => return Err(refusal::no_row(wrote)),
        found => found?,
    };
    match selection.rows.0.as_slice() {
        [] => Err(refusal::no_row(wrote)),
        [row] => {
            let answer = encode::answer(&rows::object(&selection, row, &read.outputs))?;
            let tag = selection.tags.first().map(String::as_str);
            precondition::answer(exchange.headers(), tag, answer)
        }
        _ => Err(refusal::contract(
            409,
            "invalid_request",
            format!("More than one row has the identifier {wrote}; name it by its :id."),
        )),
    }
}

/// `DELETE /resource/{dataset}/{row}`.
///
/// # Errors
/// [`Error`]; 404 where there is no such row.
pub async fn delete(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = auth::identify(state, exchange).await?;
    let name = auth::dataset_name(state, &client, exchange);
    let needed = [Action::Delete];
    let permit = state.service.permit_rows(&client, &name, &needed)?;
    let fields = Fields::new(permit.entity());
    let wrote = exchange.captures.get("row").to_owned();
    let target = target(&fields, &wrote)?;
    let raw = RawRow {
        names: std::sync::Arc::new([]),
        cells: Vec::new(),
    };
    let writing = Writing::Upsert { merge: true };
    let mut turned =
        Turn::new(fields.clone(), writing, false).row_at(raw, &target.key, target.named)?;
    turned.row.action = RowAction::Delete;
    let done = write_one(state, exchange, &client, &fields, turned).await;
    let done = done.map_err(|failed| match failed {
        // A text that cannot be a key of this type is a key that no row has.
        Failed::Row(error) if is_misfit(&error) => refusal::no_row(&wrote),
        failed => failed.told(Some(&wrote)),
    })?;
    answer(state, &client, &fields, &done, Some(&wrote)).await
}

/// `POST /resource/{dataset}/{row}`: an object that is upserted as that row.
///
/// # Errors
/// [`Error`]; nothing was written then.
pub async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = auth::identify(state, exchange).await?;
    let name = auth::dataset_name(state, &client, exchange);
    let permit = state.service.permit_rows(&client, &name, &[Action::Edit])?;
    let fields = Fields::new(permit.entity());
    let wrote = exchange.captures.get("row").to_owned();
    let target = target(&fields, &wrote)?;
    let allowance = state.allowance(exchange.started);
    let (_, spool) = body::spool(&mut exchange.request, &[Media::Json], allowance).await?;
    let rows = write::open(spool, Media::Json).await?;
    let raw = lone(&rows)?;
    let writing = Writing::Upsert { merge: true };
    let turn = |fields: &Fields| {
        let mut turn = Turn::new(fields.clone(), writing, false);
        turn.row_at(raw.clone(), &target.key, target.named)
    };
    let (fields, turned) = match turn(&fields) {
        Err(refused) if refusal::names_unknown(&refused) => {
            let fields = auth::fields_anew(state, &client, &fields, refused).await?;
            let turned = turn(&fields);
            (fields, turned)
        }
        turned => (fields, turned),
    };
    let turned = turned.map_err(|error| refusal::of_lone_row(&error))?;
    let done = write_one(state, exchange, &client, &fields, turned).await;
    let done = done.map_err(|failed| failed.told(Some(&wrote)))?;
    answer(state, &client, &fields, &done, Some(&wrote)).await
}

/// A lone object that is sent to a dataset: the answer is the row as it is then.
///
/// # Errors
/// [`Error`]; nothing was written then.
pub(super) async fn upsert_lone(
    state: &State,
    exchange: &Exchange,
    client: &Client,
    fields: &Fields,
    options: Options,
    spool: Spool,
) -> Result<Response, Error> {
    let rows = write::open(spool, Media::Json).await?;
    let writing = Writing::Upsert {
        merge: options.merge,
    };
    let raw = lone(&rows)?;
    let turned = Turn::new(fields.clone(), writing, false).row(0, raw.clone());
    let (fields, turned) = match turned {
        Ok(turned) => (fields.clone(), turned),
        Err(refused) => {
            let fields = auth::fields_anew(state, client, fields, refused).await?;
            let turned = Turn::new(fields.clone(), writing, false).row(0, raw)?;
            (fields, turned)
        }
    };
    let turned = turned.map_err(|error| refusal::of_lone_row(&error))?;
    let done = write_one(state, exchange, client, &fields, turned).await;
    let done = done.map_err(|failed| failed.told(None))?;
    answer(state, client, &fields, &done, None).await
}

/// The one object of a body.
fn lone(rows: &SharedRows) -> Result<RawRow, Error> {
    rows.lone()?.ok_or_else(|| {
        refusal::contract(
            400,
            "req.content.json.invalid",
            "The json content of the request is not one object.".to_owned(),
        )
    })
}

/// A row that was written.
struct Written {
    counts: Counts,
    /// The values of its own key, where the table has one.
    key: Vec<Option<Value>>,
}

/// Why a row was not written.
enum Failed {
    /// For a reason of its own.
    Row(Error),
    /// For another.
    Request(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

impl Failed {
    /// As the answer has it; `wrote` is what the URL names the row by.
    fn told(self, wrote: Option<&str>) -> Error {
        match (self, wrote) {
            (Self::Request(error), _) => error,
            (Self::Row(Error::Invalid(faults)), Some(wrote))
                if matches!(faults.all(), [Fault::RowNotFound { .. }]) =>
            {
                refusal::no_row(wrote)
            }
            (Self::Row(error), _) => refusal::of_lone_row(&error),
        }
    }
}

fn is_misfit(error: &Error) -> bool {
    match error {
        Error::Invalid(faults) => matches!(faults.all(), [Fault::Misfit { .. }]),
        _ => false,
    }
}

async fn write_one(
    state: &State,
    exchange: &Exchange,
    client: &Client,
    fields: &Fields,
    turned: Turned,
) -> Result<Written, Failed> {
    let entity = fields.entity();
    let name = entity.name().as_str();
    let permit = state.service.permit_rows(client, name, turned.needs())?;
    let request = BatchRequest {
        key: write::key(entity, turned.named == Named::Sid),
        atomic: true,
        keyless: Keyless::Refuse,
        repeated: Repeated::InOrder,
        clear: false,
        report_keys: true,
        dry_run: false,
    };
    let sink = Sink::new(&exchange.log_id);
    let source = One::new(turned.row);
    let (batch, sink) = state
        .service
        .write_rows(&permit, request, source, sink)
        .await?;
    match sink.first_failure {
        Some((_, error)) if !batch.written => Err(Failed::Row(error)),
        _ => Ok(Written {
            counts: sink.counts,
            key: sink.key,
        }),
    }
}

/// The row as it is now; what is known of it where it is gone or may not be read.
async fn answer(
    state: &State,
    client: &Client,
    fields: &Fields,
    written: &Written,
    wrote: Option<&str>,
) -> Result<Response, Error> {
    let entity = fields.entity();
    let id = row_id::encode(&written.key);
    if written.counts.deleted > 0 {
        let id = id.or_else(|| wrote.map(str::to_owned));
        return encode::answer(&json!([{"typ": "delete", "id": id}]));
    }
    let Some(id) = id else {
        return encode::answer(&written.counts);
    };
    let name = entity.name().as_str();
    if !entity.actions().allow(Action::View) {
        return encode::answer(&json!({query::ID: id}));
    }
    let permit = state.service.permit::<Read>(client, name)?;
    let own = entity.table().row_key();
    let values = row_id::decode(&id, own.len()).unwrap_or_default();
    let key: Vec<_> = own.iter().copied().zip(values).collect();
    let read = query::one_row(fields, &key);
    let selection = state.service.get(&permit, read.get).await?;
    match selection.rows.0.first() {
        Some(row) => encode::answer(&rows::object(&selection, row, &read.outputs)),
        // Somebody has deleted it meanwhile.
        None => encode::answer(&Json::Object(
            [(query::ID.to_owned(), json!(id))].into_iter().collect(),
        )),
    }
}
