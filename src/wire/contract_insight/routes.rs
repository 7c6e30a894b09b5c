//! The operations of the ContractInsight API: who may, then the body, then the service.

use poem::Response;

use super::{
    decode, encode, many,
    model::{
        AddBody, EntityListItem, GetBody, Inserted, Record, SchemaColumn, UpdateBody, Updated,
        UpsertAnswer, UpsertBody,
    },
    postman, sample,
};
use crate::{
    error::Error,
    service::{self, Client, Describe, Insert, Permit, Read, Update, Upsert},
    wire::{
        http::{
            body::{self, Media},
            credentials,
            envelope::{self, ErrorBody},
            precondition, reply,
        },
        operation::{Doc, EntityUse, Errors, Exchange, Mount, Operation, Parameter, Payload, Verb},
        state::State,
    },
};

pub(super) const TAG: &str = "ContractInsight";
pub(super) const ERROR: Payload = Payload::json::<ErrorBody>();

pub(super) const ENTITY: &[Parameter] = &[Parameter {
    name: "entity",
    description: "The entity, by its `EntityNameForAPI`; case does not matter.",
}];

pub(super) const TOKEN: &[&str] = &["token_missing", "token_invalid", "token_expired"];
pub(super) const DATABASE: &[&str] = &[
    "database_busy",
    "overloaded",
    "timeout",
    "database_unavailable",
];

// 429 and 503 may come from what stands in front of the service, whatever the operation.
const WRITE_ERRORS: Errors = &[
    (
        400,
        &[
            "unknown_column",
            "repeated_column",
            "protected_column",
            "value_does_not_fit",
            "null_not_allowed",
            "required_columns_missing",
            "required_columns_protected",
            "tuples_missing",
            "clause_missing",
            "clause_empty",
            "clause_invalid",
            "clause_too_large",
            "clause_not_allowed",
            "operator_not_for_type",
            "parameter_out_of_range",
            "more_than_one_match",
            "too_many_matches",
            "body_malformed",
            "invalid_request",
        ],
    ),
    (401, TOKEN),
    (403, &["action_not_allowed"]),
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (408, &["body_timeout"]),
    (
        409,
        &[
            "unique_conflict",
            "foreign_key_conflict",
            "check_conflict",
            "trigger_refused",
        ],
    ),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "outcome_unknown", "schema_broken"]),
    (503, DATABASE),
];
const GET_ERRORS: Errors = &[
    (
        400,
        &[
            "unknown_column",
            "protected_column",
            "binary_not_returned",
            "selection_invalid",
            "value_does_not_fit",
            "clause_empty",
            "clause_invalid",
            "clause_too_large",
            "clause_not_allowed",
            "operator_not_for_type",
            "parameter_out_of_range",
            "body_malformed",
            "invalid_request",
        ],
    ),
    (401, TOKEN),
    (403, &["action_not_allowed"]),
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "schema_broken"]),
    (503, DATABASE),
];
const SCHEMA_ERRORS: Errors = &[
    (401, TOKEN),
    (403, &["action_not_allowed"]),
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
    (503, DATABASE),
];
const LIST_ERRORS: Errors = &[
    (401, TOKEN),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
    (503, DATABASE),
];

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Post,
        path: "/CSSAPI/V2/{entity}/Upsert",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(upsert(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "upsert",
            tag: TAG,
            summary: "Update the rows that match, or insert one",
            description: "Counts the rows that the clause matches. None: a row is inserted from `Tuples` \
                          alone. One, or more with `AllowMultiUpdate`: they are updated. More than one \
                          without it, or more than the cap (500 unless set lower): refused, and nothing \
                          is written. Counting and writing see the same rows, so two callers that upsert \
                          the same missing row make one.",
            parameters: ENTITY,
            body: Some(Payload::json::<UpsertBody>()),
            answer: Payload::json::<UpsertAnswer>(),
            error: ERROR,
            errors: WRITE_ERRORS,
            secured: true,
            entity: Some(EntityUse {
                actions: <Upsert as service::Operation>::ACTIONS,
                sample: sample::upsert,
            }),
        }),
    },
    many::OPERATION,
    Operation {
        verb: Verb::Post,
        path: "/CSSAPI/V2/{entity}/Update",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(update(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "update",
            tag: TAG,
            summary: "Update the rows that match",
            description: "Updates every row that the clause matches, up to the cap (500 unless set lower); \
                          more are refused, and nothing is written. No match is no error: \
                          `TotalAffected` is then 0.",
            parameters: ENTITY,
            body: Some(Payload::json::<UpdateBody>()),
            answer: Payload::json::<Updated>(),
            error: ERROR,
            errors: WRITE_ERRORS,
            secured: true,
            entity: Some(EntityUse {
                actions: <Update as service::Operation>::ACTIONS,
                sample: sample::update,
            }),
        }),
    },
    Operation {
        verb: Verb::Post,
        path: "/CSSAPI/V2/{entity}/Add",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(add(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "add",
            tag: TAG,
            summary: "Insert one row",
            description: "Required columns without a default must be among the tuples; all that are \
                          missing are named at once.",
            parameters: ENTITY,
            body: Some(Payload::json::<AddBody>()),
            answer: Payload::json::<Inserted>(),
            error: ERROR,
            errors: WRITE_ERRORS,
            secured: true,
            entity: Some(EntityUse {
                actions: <Insert as service::Operation>::ACTIONS,
                sample: sample::add,
            }),
        }),
    },
    Operation {
        verb: Verb::Post,
        path: "/CSSAPI/V2/{entity}/Get",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(get(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "get",
            tag: TAG,
            summary: "Read rows",
            description: "Returns the rows page by page, 100 at a time unless `Length` says otherwise. \
                          Binary and password columns are never returned. An empty body asks for the \
                          first page of everything.",
            parameters: ENTITY,
            body: Some(Payload::json::<GetBody>().optional()),
            answer: Payload::json::<Vec<Record>>(),
            error: ERROR,
            errors: GET_ERRORS,
            secured: true,
            entity: Some(EntityUse {
                actions: <Read as service::Operation>::ACTIONS,
                sample: sample::get,
            }),
        }),
    },
    Operation {
        verb: Verb::Post,
        path: "/CSSAPI/V2/{entity}/Schema",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(schema(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "schema",
            tag: TAG,
            summary: "Describe the columns of an entity",
            description: "Lists every column in the table's order. No body is needed; one that is sent is \
                          not read.",
            parameters: ENTITY,
            body: None,
            answer: Payload::json::<Vec<SchemaColumn>>(),
            error: ERROR,
            errors: SCHEMA_ERRORS,
            secured: true,
            entity: Some(EntityUse {
                actions: <Describe as service::Operation>::ACTIONS,
                sample: sample::schema,
            }),
        }),
    },
    Operation {
        verb: Verb::Get,
        path: "/CSSAPI/V2/EntityList",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(entity_list(state, exchange)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "entityList",
            tag: TAG,
            summary: "List the entities",
            description: "Lists what is served and what may be done with it. `EntityNameForAPI` is the name \
                          to put into the other paths.",
            parameters: &[],
            body: None,
            answer: Payload::json::<Vec<EntityListItem>>(),
            error: ERROR,
            errors: LIST_ERRORS,
            secured: true,
            entity: None,
        }),
    },
    Operation {
        verb: Verb::Get,
        path: "/postman.json",
        mount: Mount::Anywhere,
        handler: |state, exchange| Box::pin(postman::answer(state, exchange)),
        envelope: envelope::STANDARD,
        // For people, like the pages.
        doc: None,
    },
];

/// Finds out who calls.
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

/// Finds out who calls and whether they may.
async fn authenticate<O: service::Operation>(
    state: &State,
    exchange: &mut Exchange,
) -> Result<Permit<O>, Error> {
    let client = identify(state, exchange).await?;
    state.service.permit(&client, exchange.entity())
}

/// Finds out who calls, and reads the body only of one who may.
async fn admit<O: service::Operation>(
    state: &State,
    exchange: &mut Exchange,
) -> Result<(Permit<O>, Vec<u8>), Error> {
    let permit = authenticate(state, exchange).await?;
    let allowance = state.allowance(exchange.started);
    let body = body::read(&mut exchange.request, Media::Json, allowance).await?;
    Ok((permit, body))
}

async fn upsert(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, body) = admit(state, exchange).await?;
    let request = decode::upsert(&body)?;
    encode::outcome(state.service.upsert(&permit, request).await?)
}

async fn update(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, body) = admit(state, exchange).await?;
    let request = decode::update(&body)?;
    encode::outcome(state.service.update(&permit, request).await?)
}

async fn add(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, body) = admit(state, exchange).await?;
    let request = decode::add(&body)?;
    encode::outcome(state.service.add(&permit, request).await?)
}

async fn get(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let (permit, body) = admit(state, exchange).await?;
    let request = decode::get(&body)?;
    let selection = state.service.get_tagged(&permit, request).await?;
    let mut answer = reply::json_text(encode::rows(&selection)?);
    if let [tag] = selection.tags.as_slice() {
        precondition::set_tag(&mut answer, tag);
    }
    Ok(answer)
}

async fn schema(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let permit = authenticate::<Describe>(state, exchange).await?;
    reply::json(&encode::schema(permit.entity()))
}

async fn entity_list(state: &State, exchange: &mut Exchange) -> Result<Response, Error> {
    let client = identify(state, exchange).await?;
    let entities = state.service.entities_of(&client);
    let items: Vec<EntityListItem> = entities.iter().map(|e| encode::entity(e)).collect();
    reply::json(&items)
}
