//! The statuses of an operation, with those that any may have: what is refused before the operation hears of it.

use std::collections::BTreeMap;

use super::conditional::{self, Conditional};
use crate::{
    domain::repeat::Refusal,
    error::Error,
    wire::{
        health,
        operation::{Doc, Operation},
    },
};

/// A status with its codes.
type Status = (u16, Vec<&'static str>);

/// The statuses besides 200, in their order.
pub(super) fn statuses(operation: &Operation, doc: &Doc) -> Vec<Status> {
    let mut all: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    let mut add = |status: u16, codes: &[&'static str]| {
        let known = all.entry(status).or_default();
        for code in codes {
            if !known.contains(code) {
                known.push(code);
            }
        }
    };
    let conditional = conditional::of(doc);
    let more = conditional.map_or(&[][..], Conditional::statuses);
    for (status, codes) in doc.errors.iter().chain(more) {
        add(*status, codes);
        let code = conditional.and_then(|conditional| conditional.code(*status));
        add(*status, code.as_slice());
    }
    for error in at_the_door(operation, doc) {
        add((operation.envelope.status)(&error), &[error.code()]);
    }
    all.into_iter().collect()
}

/// What is refused before an operation runs, or as soon as it is known who calls.
fn at_the_door(operation: &Operation, doc: &Doc) -> Vec<Error> {
    let mut errors = vec![
        Error::TooManyParameters { limit: 0 },
        Error::UrlTooLong { limit: 0 },
    ];
    if doc.secured {
        errors.extend([
            Error::TooManyRequests { retry_after: 0 },
            Error::TooManyRows { retry_after: 0 },
        ]);
    }
    if operation.acts() {
        let refusals = [
            Refusal::Key,
            Refusal::Other,
            Refusal::Underway,
            Refusal::Gone,
        ];
        errors.extend(refusals.map(Error::Once));
    }
    if !health::OPERATIONS.iter().any(|o| o.path == operation.path) {
        errors.push(Error::OVERLOADED);
    }
    errors
}
