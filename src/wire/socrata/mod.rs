//! Socrata's API for publishers: rows of a dataset are upserted, replaced, deleted and read under `/resource`, and
//! datasets described under `/api/views`. Contract: Socrata's developer pages, its own open-source server, and what
//! its clients send and read. No other API is known here.

mod auth;
mod dataset;
mod encode;
mod fields;
mod moment;
mod options;
mod place;
mod query;
mod read;
mod routes;
mod row;
mod row_id;
mod rows;
mod sink;
mod soql;
mod write;

pub(super) use auth::identify;
pub use routes::OPERATIONS;

/// The header by which Socrata's clients tell its support which request they mean.
const REQUEST_ID: poem::http::HeaderName =
    poem::http::HeaderName::from_static("x-socrata-requestid");
