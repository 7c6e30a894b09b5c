//! The operations of this API, and how the document describes them.

use std::future::ready;

use super::{about, encode::ENVELOPE, row, rows, schema, table};
use crate::wire::operation::{Handler, Mount, Operation, Verb};

const fn operation(verb: Verb, path: &'static str, handler: Handler) -> Operation {
    Operation {
        verb,
        path,
        mount: Mount::Base,
        handler,
        envelope: ENVELOPE,
        doc: None,
    }
}

/// The operations. A path with more text in it comes before one with less.
pub(super) const OPERATIONS: &[Operation] = &[
    operation(
        Verb::Post,
        "/{database}/{entity}/-/upsert",
        |state, exchange| Box::pin(rows::upsert(state, exchange)),
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/insert",
        |state, exchange| Box::pin(rows::insert(state, exchange)),
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/alter",
        |state, exchange| Box::pin(schema::alter(state, exchange)),
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/-/drop",
        |state, exchange| Box::pin(schema::drop(state, exchange)),
    ),
    operation(Verb::Post, "/{database}/-/create", |state, exchange| {
        Box::pin(schema::create(state, exchange))
    }),
    operation(
        Verb::Post,
        "/{database}/{entity}/{pks}/-/update",
        |state, exchange| Box::pin(row::update(state, exchange)),
    ),
    operation(
        Verb::Post,
        "/{database}/{entity}/{pks}/-/delete",
        |state, exchange| Box::pin(row::delete(state, exchange)),
    ),
    operation(Verb::Get, "/-/actor.json", |state, exchange| {
        Box::pin(ready(about::actor(state, exchange)))
    }),
    operation(Verb::Get, "/.json", |state, exchange| {
        Box::pin(ready(about::databases(state, exchange)))
    }),
    operation(Verb::Get, "/{database}.json", |state, exchange| {
        Box::pin(ready(about::database(state, exchange)))
    }),
    operation(Verb::Get, "/{database}/{entity}.json", |state, exchange| {
        Box::pin(table::page(state, exchange))
    }),
    operation(
        Verb::Get,
        "/{database}/{entity}/{pks}.json",
        |state, exchange| Box::pin(table::row(state, exchange)),
    ),
];
