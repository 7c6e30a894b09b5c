//! The operations of the journal's API: who calls, then what is asked for, then the service.

use poem::Response;
use uuid::Uuid;

use super::{
    encode,
    model::{LogPage, Request, Undone},
    query,
};
use crate::{
    domain::{Api, journal::LogPlace},
    error::Error,
    service::Client,
    wire::{
        http::{
            credentials,
            envelope::{self, ErrorBody},
            reply,
        },
        operation::{Doc, Envelope, Errors, Exchange, Mount, Operation, Parameter, Payload, Verb},
        state::State,
    },
};

const TAG: &str = "Journal";
const ENVELOPE: Envelope = Envelope {
    api: Api::Admin,
    ..envelope::STANDARD
};
const LOG_ID: &[Parameter] = &[Parameter {
    name: "log_id",
    description: "The request's id, as `X-Log-Id` had it.",
}];
const TOKEN: &[&str] = &["token_missing", "token_invalid", "token_expired"];
const DATABASE: &[&str] = &[
    "database_busy",
    "overloaded",
    "timeout",
    "database_unavailable",
];
const READ_ERRORS: Errors = &[
    (400, &["body_malformed"]),
    (401, TOKEN),
    (404, &["unknown_log_id"]),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
    (503, DATABASE),
];
const UNDO_ERRORS: Errors = &[
    (400, &["body_malformed"]),
    (401, TOKEN),
    (403, &["action_not_allowed"]),
    (404, &["unknown_log_id"]),
    (405, &["method_not_allowed"]),
    (
        409,
        &[
            "undo_refused",
            "rows_changed",
            "unique_conflict",
            "foreign_key_conflict",
            "check_conflict",
            "trigger_refused",
        ],
    ),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "outcome_unknown", "schema_broken"]),
    (503, DATABASE),
];

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/admin/log",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(list(state, exchange)),
        envelope: ENVELOPE,
        doc: Some(Doc {
            id: "log",
            tag: TAG,
            summary: "List what was done",
            description: "Writes to the entities that you may explain, newest first; with `errors=true` the requests \
                          that failed, your own unless you may explain everything. Parameters of the query, each \
                          optional: `from` and `to` (moments in UTC, the second one not included), `client`, `api`, \
                          `entity`, `operation`, `limit` (1 to 1000, usually 100), and `after`, the `next` of the page \
                          before.",
            parameters: &[],
            body: None,
            answer: Payload::json::<LogPage>(),
            error: Payload::json::<ErrorBody>(),
            errors: READ_ERRORS,
            secured: true,
            entity: None,
        }),
    },
    Operation {
        verb: Verb::Get,
        path: "/admin/log/{log_id}",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(request(state, exchange)),
        envelope: ENVELOPE,
        doc: Some(Doc {
            id: "logEntry",
            tag: TAG,
            summary: "Explain a request",
            description: "What a request wrote, with each row before and after as it was stored, or why it failed; and \
                          whether it can be undone. Columns that you may not read are left out. `start` and `limit` (0 \
                          to 1000, usually 100) in the query choose the rows of each write.",
            parameters: LOG_ID,
            body: None,
            answer: Payload::json::<Request>(),
            error: Payload::json::<ErrorBody>(),
            errors: READ_ERRORS,
            secured: true,
            entity: None,
        }),
    },
    Operation {
        verb: Verb::Post,
        path: "/admin/log/{log_id}/undo",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(undo(state, exchange)),
        envelope: ENVELOPE,
        doc: Some(Doc {
            id: "undo",
            tag: TAG,
            summary: "Undo a request",
            description: "Puts back every column that the request changed, in one transaction, if every row still is as \
                          the request left it; otherwise nothing is done and the rows are named (409). It is journalled \
                          itself and can be undone. `dry_run=true` in the query says what would be done. No body is \
                          read.",
            parameters: LOG_ID,
            body: None,
            answer: Payload::json::<Undone>(),
            error: Payload::json::<ErrorBody>(),
            errors: UNDO_ERRORS,
            secured: true,
            entity: None,
        }),
    },
];

pub(in crate::wire) async fn identify(
    state: &State,
    exchange: &mut Exchange,
) -> Result<Client, Error> {
    if let Some(client) = exchange.admitted() {
        return Ok(client);
    }
    let bearer = credentials::bearer(exchange.headers());
    let client = state.service.authenticate(bearer).await?;
    exchange.admit(client)
}

async fn list(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = identify(state, exchange).await?;
    let mut list = query::list(exchange.request.uri().query())?;
    list.filter.after = match list.after {
        Some((log_id, step)) => Some(place(state, log_id, step).await?),
        None => None,
    };
    if list.errors {
        let page = state.service.log_errors(&client, list.filter, list.limit);
        return reply::json(&encode::failures(&page.await?));
    }
    let page = state.service.log(&client, list.filter, list.limit as usize);
    reply::json(&encode::entries(&page.await?))
}

async fn place(state: &State, log_id: Uuid, step: u32) -> Result<LogPlace, Error> {
    let found = state.service.log_place(log_id, step).await?;
    found.ok_or_else(|| Error::Malformed {
        message:
            "'after' names what the journal does not have any more; begin with the first page."
                .to_owned(),
    })
}

async fn request(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = identify(state, exchange).await?;
    let log_id = log_id(exchange)?;
    let rows = query::rows(exchange.request.uri().query())?;
    let found = state
        .service
        .log_request(&client, log_id, rows.start, rows.limit)
        .await?;
    let found = found.ok_or_else(unknown)?;
    reply::json(&encode::request(log_id, &found))
}

async fn undo(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = identify(state, exchange).await?;
    let log_id = log_id(exchange)?;
    let dry_run = query::dry_run(exchange.request.uri().query())?;
    let undone = state.service.undo(&client, log_id, dry_run).await?;
    let undone = undone.ok_or_else(unknown)?;
    reply::json(&encode::undone(&undone, dry_run))
}

fn log_id(exchange: &Exchange) -> Result<Uuid, Error> {
    Uuid::parse_str(exchange.captures.get("log_id")).map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::Contract {
        status: 404,
        code: "unknown_log_id",
        messages: vec![
            "The journal has no request of this LogId that you may see; it may have been kept for its time.".to_owned(),
        ],
    }
}
