//! The operations on rows, and how the document describes them.

use super::{
    about,
    encode::ENVELOPE,
    model::{
        Actor, AlterBody, Contents, CreateBody, DropBody, InsertBody, OneRow, Page, Refused,
        TableMade, UpdateBody, UpsertBody, Written,
    },
    row, rows, schema, table,
};
use crate::{
    domain::Action,
    wire::operation::{
        Doc, EntityUse, Errors, Handler, Mount, Operation, Parameter, Payload, Verb,
    },
};

const TAG: &str = "Datasette";

const DATABASE: Parameter = Parameter {
    name: "database",
    description: "The database's name (`datasette.database`; by itself the file's name without its ending, or the \
                  server's database).",
};
const TABLE: Parameter = Parameter {
    name: "entity",
    description: "The table by its name, in its own case, tilde-encoded where it is no plain word.",
};
const ROW: Parameter = Parameter {
    name: "pks",
    description: "The values of the row's key, tilde-encoded (`~2F` is a slash, `+` a blank), with commas between them; \
                  without a primary key its `rowid`.",
};

const TOKEN: (u16, &[&str]) = (401, &["token_invalid", "token_expired"]);
const DENIED: (u16, &[&str]) = (403, &["action_not_allowed"]);
const METHOD: (u16, &[&str]) = (405, &["method_not_allowed"]);
const BUSY: (u16, &[&str]) = (429, &["too_many_requests"]);
const DEFECT: (u16, &[&str]) = (500, &["internal_error", "outcome_unknown", "schema_broken"]);
const AWAY: (u16, &[&str]) = (
    503,
    &[
        "database_busy",
        "overloaded",
        "timeout",
        "database_unavailable",
    ],
);

/// What is wrong with rows; Datasette has one status for all of it.
const ROWS: (u16, &[&str]) = (
    400,
    &[
        "body_malformed",
        "invalid_request",
        "unknown_column",
        "protected_column",
        "value_does_not_fit",
        "null_not_allowed",
        "required_columns_missing",
        "required_columns_protected",
        "key_null",
        "key_not_taken",
        "unique_conflict",
        "foreign_key_conflict",
        "check_conflict",
        "trigger_refused",
    ],
);
const BODY: [(u16, &[&str]); 3] = [
    (408, &["body_timeout"]),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
];
const UPSERT_ERRORS: Errors = &[
    ROWS,
    TOKEN,
    DENIED,
    (404, &["not_found", "unknown_entity"]),
    METHOD,
    BODY[0],
    BODY[1],
    BODY[2],
    BUSY,
    DEFECT,
    AWAY,
];
const INSERT_ERRORS: Errors = &[
    (201, &[]),
    ROWS,
    TOKEN,
    DENIED,
    (404, &["not_found", "unknown_entity"]),
    METHOD,
    BODY[0],
    BODY[1],
    BODY[2],
    BUSY,
    DEFECT,
    AWAY,
];
const UPDATE_ERRORS: Errors = &[
    ROWS,
    TOKEN,
    DENIED,
    (404, &["not_found", "unknown_entity", "row_not_found"]),
    METHOD,
    BODY[0],
    BODY[1],
    BODY[2],
    BUSY,
    DEFECT,
    AWAY,
];
const ROW_ERRORS: Errors = &[
    ROWS,
    TOKEN,
    DENIED,
    (404, &["not_found", "unknown_entity", "row_not_found"]),
    METHOD,
    BUSY,
    DEFECT,
    AWAY,
];
const PAGE_ERRORS: Errors = &[
    (
        400,
        &[
            "body_malformed",
            "invalid_request",
            "protected_column",
            "value_does_not_fit",
            "operator_not_for_type",
            "clause_too_large",
            "selection_invalid",
        ],
    ),
    TOKEN,
    DENIED,
    (404, &["not_found", "unknown_entity"]),
    METHOD,
    BUSY,
    DEFECT,
    AWAY,
];
const ABOUT_ERRORS: Errors = &[TOKEN, DENIED, (404, &["not_found"]), METHOD, BUSY, DEFECT];
const ACTOR_ERRORS: Errors = &[TOKEN, METHOD, DEFECT];

/// What differs between the descriptions.
#[derive(Clone, Copy)]
struct Text {
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: &'static [Parameter],
    body: Option<Payload>,
    answer: Payload,
    errors: Errors,
    /// What the table must allow.
    actions: Option<&'static [Action]>,
}

const fn operation(verb: Verb, path: &'static str, handler: Handler, text: Text) -> Operation {
    Operation {
        verb,
        path,
        mount: Mount::Base,
        handler,
        envelope: ENVELOPE,
        doc: Some(Doc {
            id: text.id,
            tag: TAG,
            summary: text.summary,
            description: text.description,
            parameters: text.parameters,
            body: text.body,
            answer: text.answer,
            error: Payload::json::<Refused>(),
            errors: text.errors,
            secured: true,
            entity: match text.actions {
                // An example would need the database's name, which is a setting.
                Some(actions) => Some(EntityUse {
                    actions,
                    sample: |_| None,
                }),
                None => None,
            },
        }),
    }
}

/// The operations. A path with more text in it comes before one with less.
pub(super) const OPERATIONS: &[Operation] = &[
    operation(
        Verb::Post,
        "/{database}/{entity}/-/upsert",
        |state, exchange| Box::pin(rows::upsert(state, exchange)),
        Text {
            id: "datasetteUpsert",
            summary: "Update or insert rows by their key",
            description: "Each row has its table's primary key (`rowid` where there is none): the row that has it is updated, \
                          or one is inserted. What a row leaves out stays as it is. All rows are written or none. A key \
                          that stands twice: the last row wins.",
            parameters: &[DATABASE, TABLE],
            body: Some(Payload::json::<UpsertBody>()),
            answer: Payload::json::<Written>(),
            errors: UPSERT_ERRORS,
            actions: Some(&[Action::Add, Action::Edit]),
        },
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/insert",
        |state, exchange| Box::pin(rows::insert(state, exchange)),
        Text {
            id: "datasetteInsert",
            summary: "Insert rows",
            description: "All rows are inserted or none. A key that is taken is an error, unless `ignore` or `replace` says \
                          what becomes of it. A success is 201.",
            parameters: &[DATABASE, TABLE],
            body: Some(Payload::json::<InsertBody>()),
            answer: Payload::json::<Written>(),
            errors: INSERT_ERRORS,
            actions: Some(&[Action::Add]),
        },
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/alter",
        |state, exchange| Box::pin(schema::alter(state, exchange)),
        Text {
            id: "datasetteAlter",
            summary: "Change a table's columns",
            description: "All operations of the list are done, or none.",
            parameters: &[DATABASE, TABLE],
            body: Some(Payload::json::<AlterBody>()),
            answer: Payload::json::<TableMade>(),
            errors: UPSERT_ERRORS,
            actions: Some(&[Action::Alter]),
        },
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/drop",
        |state, exchange| Box::pin(schema::drop(state, exchange)),
        Text {
            id: "datasetteDrop",
            summary: "Drop a table",
            description: "Without `\"confirm\": true` nothing is dropped: the answer says how many rows would go.",
            parameters: &[DATABASE, TABLE],
            body: Some(Payload::json::<DropBody>().optional()),
            answer: Payload::json::<Written>(),
            errors: UPSERT_ERRORS,
            actions: Some(&[Action::Drop]),
        },
    ),
    operation(
        Verb::Post,
        "/{database}/-/create",
        |state, exchange| Box::pin(schema::create(state, exchange)),
        Text {
            id: "datasetteCreate",
            summary: "Make a table",
            description: "From its columns, or from rows, whose values then say what its columns are; the rows are written as \
                          well. A success is 201.",
            parameters: &[DATABASE],
            body: Some(Payload::json::<CreateBody>()),
            answer: Payload::json::<TableMade>(),
            errors: INSERT_ERRORS,
            actions: None,
        },
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/{pks}/-/update",
        |state, exchange| Box::pin(row::update(state, exchange)),
        Text {
            id: "datasetteUpdate",
            summary: "Update a row",
            description: "Sets the columns of `update`; the others stay as they are.",
            parameters: &[DATABASE, TABLE, ROW],
            body: Some(Payload::json::<UpdateBody>()),
            answer: Payload::json::<Written>(),
            errors: UPDATE_ERRORS,
            actions: Some(&[Action::Edit]),
        },
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/{pks}/-/delete",
        |state, exchange| Box::pin(row::delete(state, exchange)),
        Text {
            id: "datasetteDelete",
            summary: "Delete a row",
            description: "No body is needed; one that is sent is not read.",
            parameters: &[DATABASE, TABLE, ROW],
            body: None,
            answer: Payload::json::<Written>(),
            errors: ROW_ERRORS,
            actions: Some(&[Action::Delete]),
        },
    ),
    operation(
        Verb::Get,
        "/-/actor.json",
        |state, exchange| Box::pin(about::actor(state, exchange)),
        Text {
            id: "datasetteActor",
            summary: "Who calls",
            description: "The client that the token was given to; null without one.",
            parameters: &[],
            body: None,
            answer: Payload::json::<Actor>(),
            errors: ACTOR_ERRORS,
            actions: None,
        },
    ),
    Operation {
        verb: Verb::Get,
        path: "/.json",
        mount: Mount::Base,
        handler: |state, exchange| Box::pin(about::databases(state, exchange)),
        envelope: ENVELOPE,
        // Datasette does not document it either: it may change at any time.
        doc: None,
    },
    operation(
        Verb::Get,
        "/{database}.json",
        |state, exchange| Box::pin(about::database(state, exchange)),
        Text {
            id: "datasetteDatabase",
            summary: "The tables and views",
            description: "Those that may be viewed. SQL of callers (`sql`) is not run.",
            parameters: &[DATABASE],
            body: None,
            answer: Payload::json::<Contents>(),
            errors: ABOUT_ERRORS,
            actions: None,
        },
    ),
    operation(
        Verb::Get,
        "/{database}/{entity}.json",
        |state, exchange| Box::pin(table::page(state, exchange)),
        Text {
            id: "datasetteTable",
            summary: "Rows, page by page",
            description: "`_size` rows (100; at most 1000, or `max`), the next page by `_next` or `next_url`. `_sort` or \
                          `_sort_desc` a column; `_col` and `_nocol` choose columns; `_shape` is `objects`, `arrays`, \
                          `array`, `arrayfirst` or `object`. Every other parameter filters: `column=value` or \
                          `column__test=value` with `exact`, `not`, `contains`, `notcontains`, `startswith`, `endswith`, \
                          `gt`, `gte`, `lt`, `lte`, `like`, `notlike`, `glob`, `in`, `notin`, `date`, `isnull`, \
                          `notnull`, `isblank`, `notblank`.",
            parameters: &[DATABASE, TABLE],
            body: None,
            answer: Payload::json::<Page>(),
            errors: PAGE_ERRORS,
            actions: Some(&[Action::View]),
        },
    ),
    operation(
        Verb::Get,
        "/{database}/{entity}/{pks}.json",
        |state, exchange| Box::pin(table::row(state, exchange)),
        Text {
            id: "datasetteRow",
            summary: "One row",
            description: "The row that has this key.",
            parameters: &[DATABASE, TABLE, ROW],
            body: None,
            answer: Payload::json::<OneRow>(),
            errors: ROW_ERRORS,
            actions: Some(&[Action::View]),
        },
    ),
];
