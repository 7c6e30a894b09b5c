//! UpsertMany: many rows in one request, each found by a key. `decode` knows the body, `answer` what is told of each row,
//! `model` how both are described. Neither the rows nor their results are ever held together.

mod answer;
mod decode;
pub mod model;

pub use self::decode::key;

use poem::Response;
use tokio::task::spawn_blocking;

use self::{
    answer::Results,
    decode::Sent,
    model::{ManyAnswer, ManyBody},
};
use super::{routes, sample};
use crate::{
    domain::batch::{BatchRequest, Repeated, RowAction},
    error::Error,
    rows::Source,
    service::{self, Upsert},
    wire::{
        http::{
            body::{self, Media},
            envelope,
        },
        operation::{Doc, EntityUse, Errors, Exchange, Mount, Operation, Payload, Verb},
        state::State,
    },
};

const ERRORS: Errors = &[
    (
        400,
        &[
            "rows_failed",
            "unknown_column",
            "key_unusable",
            "parameter_out_of_range",
            "body_malformed",
        ],
    ),
    (401, routes::TOKEN),
    (403, &["action_not_allowed"]),
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "outcome_unknown", "schema_broken"]),
    (503, routes::DATABASE),
];

/// The operation.
pub(super) const OPERATION: Operation = Operation {
    verb: Verb::Post,
    path: "/CSSAPI/V2/{entity}/UpsertMany",
    mount: Mount::Base,
    handler: |state, exchange| Box::pin(upsert_many(state, exchange)),
    envelope: envelope::STANDARD,
    doc: Some(Doc {
        id: "upsertMany",
        tag: routes::TAG,
        summary: "Update or insert many rows, each found by a key",
        description: "Each row updates the row that has its key, or is inserted; what it leaves out stays as it is. The \
                      rows may differ in their columns; of rows with the same key the last one wins. The answer has a \
                      result for each row, in their order.\n\nWithout `AllOrNone` each row stands for itself: the status \
                      is 200, and rows that fail are among the results. With it nothing is written if one row fails: \
                      the status is 400 and the results are those of the rows because of which (up to 1000 of them), \
                      beside `LogId` and `Exception`.\n\nThe rows may also be sent as `text/csv` (a header with the \
                      columns, then the rows; an empty field is null) or `application/x-ndjson` (an object in each \
                      line), with `Key` (`?Key=a,b`), `AllOrNone` and `DryRun` in the query; and packed, with \
                      `Content-Encoding: gzip`.",
        parameters: routes::ENTITY,
        body: Some(Payload::json::<ManyBody>()),
        answer: Payload::json::<ManyAnswer>(),
        error: routes::ERROR,
        errors: ERRORS,
        secured: true,
        entity: Some(EntityUse {
            actions: <Upsert as service::Operation>::ACTIONS,
            sample: sample::upsert_many,
        }),
    }),
};

async fn upsert_many(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = routes::identify(state, exchange).await?;
    let needed = <Upsert as service::Operation>::ACTIONS;
    let permit = state
        .service
        .permit_rows(&client, exchange.entity(), needed)?;
    let asked = decode::query(exchange.request.uri().query().unwrap_or_default())?;
    let allowance = state.batch_allowance(exchange.started);
    let takes = [Media::Json, Media::Csv, Media::NdJson];
    let (media, spool) = body::spool(&mut exchange.request, &takes, allowance).await?;
    let most = state.batch.rows;
    // All of the body is looked at before a row is written: one that breaks off writes nothing.
    let sent = spawn_blocking(move || decode::body(media, spool, asked, most));
    let Sent {
        rows,
        key,
        all_or_none,
        dry_run,
    } = sent.await.map_err(|error| Error::Internal {
        detail: format!("a body was not decoded: {error}"),
    })??;
    if dry_run {
        // What is rolled back anyway is looked at without them.
        state.service.without_preconditions(&permit)?;
    }
    let (key, keyless) = decode::key(permit.entity(), key.as_deref())?;
    let request = BatchRequest {
        key,
        atomic: all_or_none,
        keyless,
        repeated: Repeated::InOrder,
        clear: false,
        report_keys: true,
        dry_run,
    };
    let results = Results::new(permit.entity(), dry_run);
    let source = Source::new(rows, |number, row| {
        row.into_batch(number, RowAction::Upsert)
    });
    let (batch, results) = state
        .service
        .write_rows(&permit, request, source, results)
        .await?;
    results.answer(batch, &exchange.log_id)
}
