//! The SQL Server engine, and the service on it, against a scripted server: what a live one rarely does when
//! a test asks for it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

#[allow(dead_code)] // each test binary uses a part of it
#[path = "../support/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../engine/driver.rs"]
mod driver;
#[allow(dead_code)]
#[path = "../engine/rows.rs"]
mod parts;
#[path = "../support/tds/mod.rs"]
mod tds;

mod described;
mod log;
mod service;
mod setup;

mod batches;
mod cuts;
mod deadlines;
mod encryption;
mod guarded;
mod logins;
mod outages;
mod own;
mod pool;
mod races;
mod refusals;
mod reports;
mod requests;
mod retries;
mod routing;
mod rows;
mod secrets;
mod stale;
