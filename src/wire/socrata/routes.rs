//! The operations of Socrata's API. Each path stands with and without its ending, as clients differ in that.

use std::{collections::HashMap, sync::Arc};

use poem_openapi::types::Any;
use serde_json::{Value as Json, json};

use super::{
    encode::{
        counts::Counts,
        refusal::{self, SocrataError},
        view::View,
    },
    fields::{Fields, Source},
    read::{self, Form},
    row, write,
};
use crate::{
    domain::{Action, Entity},
    wire::{
        openapi::sample::{self, Sample},
        operation::{Doc, EntityUse, Errors, Handler, Mount, Operation, Parameter, Payload, Verb},
    },
};

const TAG: &str = "Socrata";

/// A row, by the names of its fields.
type Record = HashMap<String, Any<Json>>;

const DATASET: Parameter = Parameter {
    name: "entity",
    description: "The dataset: its id of twice four characters, or its name in any case. `/api/views` lists them.",
};
const ROW: Parameter = Parameter {
    name: "row",
    description: "The row: its `:id`, or the value of the row identifier.",
};

const LOGIN: (u16, &[&str]) = (401, &["token_invalid", "token_expired", "invalid_client"]);
const DATABASE: (u16, &[&str]) = (
    503,
    &[
        "database_busy",
        "overloaded",
        "timeout",
        "database_unavailable",
    ],
);
const DENIED: (u16, &[&str]) = (
    403,
    &["token_missing", "action_not_allowed", "permission_denied"],
);
const CONFLICTS: (u16, &[&str]) = (
    409,
    &[
        "unique_conflict",
        "foreign_key_conflict",
        "check_conflict",
        "trigger_refused",
        "invalid_request",
    ],
);

const READ_ERRORS: Errors = &[
    (
        400,
        &[
            "query.compiler.malformed",
            "query.soql.no-such-column",
            "query.soql.no-such-function",
            "protected_column",
            "value_does_not_fit",
            "clause_invalid",
            "clause_too_large",
            "clause_not_allowed",
            "operator_not_for_type",
            "selection_invalid",
            "invalid_request",
        ],
    ),
    LOGIN,
    DENIED,
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "schema_broken"]),
    DATABASE,
];
const ROW_ERRORS: Errors = &[
    LOGIN,
    DENIED,
    (404, &["unknown_entity", "soda.row.not-found"]),
    (405, &["method_not_allowed"]),
    (409, &["invalid_request"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "schema_broken"]),
    DATABASE,
];
const WRITE_ERRORS: Errors = &[
    (
        400,
        &[
            "invalid_request",
            "req.bad-parameter",
            "req.body.malformed-csv",
            "req.body.malformed-json",
            "req.content.json.invalid",
            "soda.column.maltyped",
            "soda.row.delete-without-primary-key",
            "soda.row.primary-key-nonexistent-or-null",
            "soda.row.upsert-row-not-an-object",
            "body_malformed",
        ],
    ),
    LOGIN,
    DENIED,
    (404, &["unknown_entity", "soda.row.not-found"]),
    (405, &["method_not_allowed"]),
    (408, &["body_timeout"]),
    CONFLICTS,
    (413, &["body_too_large", "req.body.too-large"]),
    (415, &["unsupported_media_type"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error", "outcome_unknown", "schema_broken"]),
    DATABASE,
];
const DELETE_ERRORS: Errors = &[
    LOGIN,
    DENIED,
    (404, &["unknown_entity", "soda.row.not-found"]),
    (405, &["method_not_allowed"]),
    CONFLICTS,
    (429, &["too_many_requests"]),
    (500, &["internal_error", "outcome_unknown", "schema_broken"]),
    DATABASE,
];
const VIEW_ERRORS: Errors = &[
    LOGIN,
    DENIED,
    (404, &["unknown_entity"]),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
];
const LIST_ERRORS: Errors = &[
    LOGIN,
    (403, &["token_missing", "permission_denied"]),
    (405, &["method_not_allowed"]),
    (429, &["too_many_requests"]),
    (500, &["internal_error"]),
];

const READ: &str = "`$limit` (1000 unless given, 50000 at most) and `$offset`; `$select` of columns, `:id`, `*` and \
    `count(*)`, with `as`; `$order` of several, with `DESC`; `$group`; `$where` with comparisons of columns and values, \
    `AND`, `OR`, `NOT`, `IN`, `BETWEEN`, `LIKE` and `IS NULL`; and `column=value`. Numbers are strings, dates have \
    milliseconds, and a field without a value is left out.";
const UPSERT: &str = "An array of objects by field names, CSV (`text/csv`, with a header) or NDJSON \
    (`application/x-ndjson`). A row is found by the dataset's row identifier, else by `:id`; a row that is not there is \
    created, and without either it always is. `\":deleted\": true` deletes. What a row leaves out stays as it is. A \
    field that there is not, or JSON that cannot be read, refuses the whole request; a row that fails for itself is \
    counted in `Errors`, and the log says why under the id of the request. A lone object is answered by the row itself. \
    `errorsAreFatal=true` has all rows written or none.";
const REPLACE: &str = "The rows of the body in the place of all that are there, in one transaction: where one of them \
    fails nothing is changed.";

const fn operation(verb: Verb, path: &'static str, handler: Handler, doc: Doc) -> Operation {
    Operation {
        verb,
        path,
        mount: Mount::Base,
        handler,
        envelope: refusal::ENVELOPE,
        doc: Some(doc),
    }
}

const fn doc(
    id: &'static str,
    (summary, description): (&'static str, &'static str),
    parameters: &'static [Parameter],
    (body, answer): (Option<Payload>, Payload),
    errors: Errors,
    entity: Option<EntityUse>,
) -> Doc {
    Doc {
        id,
        tag: TAG,
        summary,
        description,
        parameters,
        body,
        answer,
        error: Payload::json::<SocrataError>(),
        errors,
        secured: true,
        entity,
    }
}

const fn usage(
    actions: &'static [Action],
    sample: fn(&[Arc<Entity>]) -> Option<Sample>,
) -> EntityUse {
    EntityUse { actions, sample }
}

const ROWS: Payload = Payload::json::<Vec<Record>>();

const fn get(id: &'static str, path: &'static str, csv: bool) -> Operation {
    let json: Handler = |state, exchange| Box::pin(read::rows(state, exchange, Form::Json));
    let comma: Handler = |state, exchange| Box::pin(read::rows(state, exchange, Form::Csv));
    let (handler, answer) = if csv { (comma, CSV) } else { (json, ROWS) };
    let doc = doc(
        id,
        ("Read rows of a dataset", READ),
        &[DATASET],
        (None, answer),
        READ_ERRORS,
        Some(usage(&[Action::View], any_readable)),
    );
    operation(Verb::Get, path, handler, doc)
}

const fn post(id: &'static str, path: &'static str, body: Payload) -> Operation {
    let doc = doc(
        id,
        ("Upsert rows of a dataset", UPSERT),
        &[DATASET],
        (Some(body), Payload::json::<Counts>()),
        WRITE_ERRORS,
        Some(usage(&[Action::Add, Action::Edit], upsert_sample)),
    );
    let handler: Handler = |state, exchange| Box::pin(write::upsert(state, exchange));
    operation(Verb::Post, path, handler, doc)
}

const fn put(id: &'static str, path: &'static str, body: Payload) -> Operation {
    let doc = doc(
        id,
        ("Replace all rows of a dataset", REPLACE),
        &[DATASET],
        (Some(body), Payload::json::<Counts>()),
        WRITE_ERRORS,
        // An example would empty a table of whoever tries it.
        Some(usage(&[Action::Add, Action::Delete], |_| None)),
    );
    let handler: Handler = |state, exchange| Box::pin(write::replace(state, exchange));
    operation(Verb::Put, path, handler, doc)
}

const fn get_row(id: &'static str, path: &'static str) -> Operation {
    let doc = doc(
        id,
        ("Read one row", "The row, as an object with its `:id`."),
        &[DATASET, ROW],
        (None, Payload::json::<Record>()),
        ROW_ERRORS,
        Some(usage(&[Action::View], |_| None)),
    );
    let handler: Handler = |state, exchange| Box::pin(row::get(state, exchange));
    operation(Verb::Get, path, handler, doc)
}

const fn post_row(id: &'static str, path: &'static str) -> Operation {
    let doc = doc(
        id,
        (
            "Upsert one row",
            "One object with the fields to set; the answer is the row as it is then.",
        ),
        &[DATASET, ROW],
        (Some(Payload::json::<Record>()), Payload::json::<Record>()),
        WRITE_ERRORS,
        Some(usage(&[Action::Edit], |_| None)),
    );
    let handler: Handler = |state, exchange| Box::pin(row::upsert(state, exchange));
    operation(Verb::Post, path, handler, doc)
}

const fn delete_row(id: &'static str, path: &'static str) -> Operation {
    let doc = doc(
        id,
        (
            "Delete one row",
            "Answers `[{\"typ\":\"delete\",\"id\":\"row-…\"}]`.",
        ),
        &[DATASET, ROW],
        (None, ROWS),
        DELETE_ERRORS,
        Some(usage(&[Action::Delete], |_| None)),
    );
    let handler: Handler = |state, exchange| Box::pin(row::delete(state, exchange));
    operation(Verb::Delete, path, handler, doc)
}

const fn view(id: &'static str, path: &'static str) -> Operation {
    let doc = doc(
        id,
        (
            "Describe a dataset",
            "Its id, its name and the columns that can be read.",
        ),
        &[DATASET],
        (None, Payload::json::<View>()),
        VIEW_ERRORS,
        Some(usage(&[], any_readable)),
    );
    let handler: Handler = |state, exchange| Box::pin(read::view(state, exchange));
    operation(Verb::Get, path, handler, doc)
}

const fn views(id: &'static str, path: &'static str) -> Operation {
    let doc = doc(
        id,
        ("List the datasets", "Every dataset with its id."),
        &[],
        (None, Payload::json::<Vec<View>>()),
        LIST_ERRORS,
        None,
    );
    let handler: Handler = |state, exchange| Box::pin(read::views(state, exchange));
    operation(Verb::Get, path, handler, doc)
}

const JSON: Payload = Payload::json::<Vec<Record>>();
const CSV: Payload = Payload::new::<String>("text/csv");

/// The operations. Nothing here drops a dataset: `DELETE /api/views/…`, which a client sends that has no row to delete,
/// answers 405.
pub const OPERATIONS: &[Operation] = &[
    post("socrataUpsert", "/resource/{entity}.json", JSON),
    put("socrataReplace", "/resource/{entity}.json", JSON),
    get("socrataRows", "/resource/{entity}.json", false),
    post("socrataUpsertCsv", "/resource/{entity}.csv", CSV),
    put("socrataReplaceCsv", "/resource/{entity}.csv", CSV),
    get("socrataRowsCsv", "/resource/{entity}.csv", true),
    post("socrataUpsertPlain", "/resource/{entity}", JSON),
    put("socrataReplacePlain", "/resource/{entity}", JSON),
    get("socrataRowsPlain", "/resource/{entity}", false),
    get_row("socrataRow", "/resource/{entity}/{row}.json"),
    post_row("socrataUpsertRow", "/resource/{entity}/{row}.json"),
    delete_row("socrataDeleteRow", "/resource/{entity}/{row}.json"),
    get_row("socrataRowPlain", "/resource/{entity}/{row}"),
    post_row("socrataUpsertRowPlain", "/resource/{entity}/{row}"),
    delete_row("socrataDeleteRowPlain", "/resource/{entity}/{row}"),
    view("socrataView", "/api/views/{entity}.json"),
    views("socrataViews", "/api/views.json"),
    view("socrataViewPlain", "/api/views/{entity}"),
    views("socrataViewsPlain", "/api/views"),
];

fn any_readable(entities: &[Arc<Entity>]) -> Option<Sample> {
    let favoured = entities.iter().find(|e| e.name().matches("tblCustomers"));
    let readable = favoured.or_else(|| entities.iter().find(|e| e.actions().view))?;
    Some(Sample {
        entity: readable.name().as_str().to_owned(),
        body: None,
    })
}

/// One row that can be inserted.
fn upsert_sample(entities: &[Arc<Entity>]) -> Option<Sample> {
    let target = sample::target(entities, "tblCustomers")?;
    let entity = entities.iter().find(|e| e.name() == target.entity.name())?;
    let fields = Fields::new(entity);
    let name = |column: &str| {
        let index = entity.table().find(column)?;
        let mut all = fields.all().iter();
        let field = all.find(|field| field.source == Source::Column(index))?;
        Some(field.name.clone())
    };
    let mut row = serde_json::Map::new();
    row.insert(name(target.key)?, json!("Example"));
    for (column, value) in &target.values {
        row.insert(name(column)?, value.clone());
    }
    Some(Sample {
        entity: target.entity.name().as_str().to_owned(),
        body: Some(json!([row])),
    })
}
