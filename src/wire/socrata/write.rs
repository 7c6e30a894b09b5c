//! Upsert and replacement of many rows: who may, then the body, then a look through it, then the service. A request that
//! names a field that there is not, or is no JSON, writes nothing; a row that fails for itself is counted.

use std::{
    io::{BufReader, Read as _, Seek as _, SeekFrom},
    sync::Arc,
};

use poem::{Request, Response};
use serde::de::IgnoredAny;
use tokio::task::spawn_blocking;

use super::{
    auth,
    encode::{self, counts::Counts, refusal},
    fields::Fields,
    options::{self, Options},
    row,
    rows::{Found, Pass, SharedRows, Source, Turn, Writing, look_through, unreadable},
    sink::Sink,
};
use crate::{
    domain::{
        Action, Entity,
        batch::{BatchKey, BatchRequest, Keyless, Repeated},
    },
    error::Error,
    rows::{
        CsvRows, Dialect, JsonRows, LineRows, Options as JsonOptions, ReadError, ReadRows,
        RepeatedKeys, Spool,
    },
    service::{Client, Permit, WriteRows},
    wire::{
        http::body::{self, Media},
        operation::Exchange,
        state::State,
    },
};

/// `POST`: each row is created, updated or deleted.
///
/// # Errors
/// [`Error`]; nothing was written then.
pub async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    write(state, exchange, false).await
}

/// `PUT`: these rows in the place of all that are there.
///
/// # Errors
/// [`Error`]; nothing was written then.
pub async fn replace(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    write(state, exchange, true).await
}

async fn write(state: &State, exchange: &mut Exchange, replace: bool) -> Result<Response, Error> {
    let client = auth::identify(state, exchange).await?;
    let name = auth::dataset_name(state, &client, exchange);
    let mut options = options::read(exchange.request.uri().query().unwrap_or_default())?;
    options.truncate |= replace;
    let permit = permit_any(state, &client, &name, options)?;
    let (media, spool) = take_body(state, exchange).await?;
    let (spool, lone) = starts_with_brace(spool, media).await?;
    let fields = Fields::new(permit.entity());
    if lone && replace {
        return Err(refusal::contract(
            400,
            "req.content.json.invalid",
            "The json content of the request is not an array: a replacement takes an array of objects.".to_owned(),
        ));
    }
    if lone && !options.truncate {
        return row::upsert_lone(state, exchange, &client, &fields, options, spool).await;
    }
    let writing = if options.truncate {
        Writing::Replace
    } else {
        Writing::Upsert {
            merge: options.merge,
        }
    };
    let headings = media == Media::Csv;
    let mut batch = Batch {
        rows: open(spool, media).await?,
        turn: Turn::new(fields.clone(), writing, headings),
        options,
        most: state.batch.rows,
    };
    let found = match batch.look_through().await {
        Ok(found) => found,
        Err(refused) => {
            let fields = auth::fields_anew(state, &client, &fields, refused).await?;
            batch.turn = Turn::new(fields, writing, headings);
            batch.rewind().await?;
            batch.look_through().await?
        }
    };
    let needs = needs(found, options);
    let permit = state.service.permit_rows(&client, &name, &needs)?;
    let counts = batch.write(state, exchange, &permit, found).await?;
    encode::answer(&counts)
}

/// A permit for whoever may do anything of what a request may want; what its rows need is asked when they are known.
fn permit_any(
    state: &State,
    client: &Client,
    name: &str,
    options: Options,
) -> Result<Permit<WriteRows>, Error> {
    let service = &state.service;
    if options.truncate {
        return service.permit_rows(client, name, &[Action::Delete, Action::Add]);
    }
    let permit = service.permit_rows(client, name, &[])?;
    let allowed = permit.entity().actions();
    if allowed.add || allowed.edit || allowed.delete {
        return Ok(permit);
    }
    service.permit_rows(client, name, &[Action::Add])
}

/// Reads the body away. Without a Content-Type it is what the path's ending says, else JSON.
async fn take_body(state: &State, exchange: &mut Exchange) -> Result<(Media, Spool), Error> {
    let takes = if ends_with_csv(&exchange.request) {
        [Media::Csv, Media::Json, Media::NdJson]
    } else {
        [Media::Json, Media::Csv, Media::NdJson]
    };
    let allowance = state.batch_allowance(exchange.started);
    let (media, mut spool) = body::spool(&mut exchange.request, &takes, allowance).await?;
    // Of JSON its reader says so. No rows at all would be taken for a wish to have none.
    if spool.seek(SeekFrom::End(0)).map_err(lost)? == 0 && media != Media::Json {
        return Err(Error::Malformed {
            message: "The body is empty; send a header and rows, or rows.".to_owned(),
        });
    }
    spool.rewind().map_err(lost)?;
    Ok((media, spool))
}

fn ends_with_csv(request: &Request) -> bool {
    let path = request.uri().path().trim_end_matches('/');
    path.len() >= 4 && path.as_bytes()[path.len() - 4..].eq_ignore_ascii_case(b".csv")
}

/// Whether a body of JSON is an object, not an array of them; what is neither is refused.
async fn starts_with_brace(mut spool: Spool, media: Media) -> Result<(Spool, bool), Error> {
    if media != Media::Json {
        return Ok((spool, false));
    }
    let look = move || {
        let mut first = [0];
        let mut lone = false;
        while spool.read(&mut first).map_err(lost)? == 1 {
            if !first[0].is_ascii_whitespace() {
                lone = first[0] == b'{';
                break;
            }
        }
        spool.rewind().map_err(lost)?;
        if !matches!(first[0], b'{' | b'[') {
            // What is no JSON at all is told by whoever reads the rows.
            let scalar = serde_json::from_reader::<_, IgnoredAny>(BufReader::new(&mut spool));
            if scalar.is_ok() {
                return Err(refusal::contract(
                    400,
                    "req.content.json.invalid",
                    "The json content of the request is not an array or object".to_owned(),
                ));
            }
            spool.rewind().map_err(lost)?;
        }
        Ok((spool, lone))
    };
    spawn_blocking(look).await.map_err(lost)?
}

/// A reader of a body's rows.
pub(super) async fn open(spool: Spool, media: Media) -> Result<SharedRows, Error> {
    let options = JsonOptions {
        repeated: RepeatedKeys::LastWins,
        ..JsonOptions::default()
    };
    let open = move || -> Result<Box<dyn ReadRows>, ReadError> {
        let input = Box::new(spool);
        Ok(match media {
            Media::Csv => Box::new(CsvRows::new(input, Dialect::default())?),
            Media::NdJson => Box::new(LineRows::new(input, options)?),
            Media::Json | Media::Form | Media::Any => Box::new(JsonRows::new(input, options)?),
        })
    };
    let rows = spawn_blocking(open).await.map_err(lost)?;
    let rows = rows.map_err(|error| unreadable(error, media))?;
    Ok(SharedRows::new(rows, media))
}

fn lost(error: impl std::fmt::Display) -> Error {
    Error::Internal {
        detail: format!("a body cannot be read again: {error}"),
    }
}

/// The rows of a request, and how they are to be written.
struct Batch {
    rows: SharedRows,
    turn: Turn,
    options: Options,
    most: u64,
}

impl Batch {
    async fn write(
        self,
        state: &State,
        exchange: &Exchange,
        permit: &Permit<WriteRows>,
        found: Found,
    ) -> Result<Counts, Error> {
        let atomic = self.options.truncate || self.options.errors_are_fatal;
        let mut counts = Counts::default();
        let passes = self.passes(found, atomic)?;
        if passes.len() > 1 {
            state.service.without_preconditions(permit)?;
        }
        for (pass, sid) in passes {
            let source = Source::new(self.rows.clone(), self.turn.clone(), pass, self.most);
            let request = BatchRequest {
                key: key(permit.entity(), sid),
                atomic,
                keyless: Keyless::Refuse,
                repeated: Repeated::InOrder,
                clear: self.options.truncate,
                report_keys: false,
                dry_run: false,
            };
            let sink = Sink::after(counts, &exchange.log_id);
            let writing = state.service.write_rows(permit, request, source, sink);
            let (batch, sink) = writing.await?;
            if let (false, Some((row, error))) = (batch.written, &sink.first_failure) {
                return Err(refusal::of_row(*row, error));
            }
            counts = sink.counts;
            self.rewind().await?;
        }
        Ok(counts)
    }

    async fn look_through(&self) -> Result<Found, Error> {
        let mut source = Source::new(self.rows.clone(), self.turn.clone(), Pass::All, self.most);
        let look = move || look_through(&mut source);
        spawn_blocking(look).await.map_err(lost)?
    }

    /// Each way in which rows are named is a pass of its own, where the keys are different ones; with each, whether its
    /// key is that of `:id`.
    fn passes(&self, found: Found, atomic: bool) -> Result<Vec<(Pass, bool)>, Error> {
        if self.turn.has_one_key() || !found.by_sid {
            return Ok(vec![(Pass::All, false)]);
        }
        if !found.others {
            return Ok(vec![(Pass::All, true)]);
        }
        if atomic {
            return Err(refusal::contract(
                400,
                "invalid_request",
                "Where errors are fatal, either all rows are named by :id or none is; send them in two requests."
                    .to_owned(),
            ));
        }
        Ok(vec![(Pass::Others, false), (Pass::Sid, true)])
    }

    async fn rewind(&self) -> Result<(), Error> {
        use crate::service::RowSource as _;
        let mut source = Source::new(self.rows.clone(), self.turn.clone(), Pass::All, self.most);
        spawn_blocking(move || source.rewind())
            .await
            .map_err(lost)?
    }
}

/// What finds the rows: the own key for `:id` and where there is no row identifier.
pub(super) fn key(entity: &Arc<Entity>, sid: bool) -> BatchKey {
    let identifier = entity.keys().row_identifier().filter(|_| !sid);
    let own = || entity.own_key();
    identifier.cloned().or_else(own).unwrap_or(BatchKey {
        columns: Vec::new(),
        unique: true,
    })
}

/// What the rows of a request need.
fn needs(found: Found, options: Options) -> Vec<Action> {
    let mut needs = found.needs;
    if options.truncate {
        needs.add_action(Action::Delete);
    }
    let all = Action::WORDS.into_iter().map(|(action, _)| action);
    all.filter(|action| needs.allow(*action)).collect()
}
