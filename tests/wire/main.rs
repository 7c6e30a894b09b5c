//! The service seen from outside: real requests over a real socket, to a service and a database of each
//! test's own.

#![allow(clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod add;
mod clauses;
mod codes;
mod concurrency;
mod datasette;
mod errors;
mod existing;
mod health;
mod journal;
mod limits;
mod log;
mod mssql;
mod mssql_types;
mod once;
mod preconditions;
mod reading;
mod reload;
mod rights;
mod salesforce;
mod socrata;
mod token;
mod tutorial;
mod update;
mod upsert;
mod upsert_many;
mod values;
