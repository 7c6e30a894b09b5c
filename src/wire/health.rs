//! Whether the process runs, and whether it can do its work.

use poem::Response;
use poem_openapi::{Enum, Object};
use serde::Serialize;

use super::{
    http::{
        envelope::{self, ErrorBody},
        reply,
    },
    operation::{Doc, Mount, Operation, Payload, Verb},
    state::State,
};
use crate::error::Error;

/// The operations.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        verb: Verb::Get,
        path: "/health/live",
        mount: Mount::Anywhere,
        handler: |_, _| Box::pin(async { status(Status::Live) }),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "live",
            tag: TAG,
            summary: "Whether the process runs",
            description: "Always 200 while it does.",
            parameters: &[],
            body: None,
            answer: Payload::json::<Health>(),
            error: Payload::json::<ErrorBody>(),
            errors: &[(405, &["method_not_allowed"]), (500, &["internal_error"])],
            secured: false,
            entity: None,
        }),
    },
    Operation {
        verb: Verb::Get,
        path: "/health/ready",
        mount: Mount::Anywhere,
        handler: |state, _| Box::pin(ready(state)),
        envelope: envelope::STANDARD,
        doc: Some(Doc {
            id: "ready",
            tag: TAG,
            summary: "Whether the database answers",
            description: "503 when it does not.",
            parameters: &[],
            body: None,
            answer: Payload::json::<Health>(),
            error: Payload::json::<ErrorBody>(),
            errors: &[
                (405, &["method_not_allowed"]),
                (500, &["internal_error"]),
                (503, &["database_unavailable"]),
            ],
            secured: false,
            entity: None,
        }),
    },
];

const TAG: &str = "Health";

/// How the process is.
#[derive(Debug, Serialize, Object)]
pub struct Health {
    /// How it is.
    status: Status,
}

/// How the process is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Enum)]
#[serde(rename_all = "snake_case")]
#[oai(rename_all = "snake_case")]
pub enum Status {
    /// It runs.
    Live,
    /// It can do its work.
    Ready,
}

async fn ready(state: &State) -> Result<Response, Error> {
    state.service.ready().await?;
    status(Status::Ready)
}

fn status(status: Status) -> Result<Response, Error> {
    reply::json(&Health { status })
}
