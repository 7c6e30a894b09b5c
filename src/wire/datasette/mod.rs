//! Datasette's JSON API (1.0 alpha, as 1.0a41 answers): rows upserted, inserted, updated and deleted below
//! `/{database}/{table}`, and the reads that its clients need. Names are case-sensitive here, as they are there.
//! Nothing is planned, allowed or stored in this folder.

mod about;
mod access;
mod batch;
mod body;
mod cell;
mod decode;
mod encode;
mod faults;
mod filter;
mod key;
mod methods;
mod model;
mod paging;
mod path;
mod python_json;
mod query;
mod returned;
mod routes;
mod row;
mod rows;
mod schema;
mod table;
mod value;

use crate::wire::operation::Operation;

pub(super) use access::actor as identify;

/// What the configuration says about this API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What stands for the database in a path.
    pub database: String,
    /// The most rows that one insert or upsert may send.
    pub max_insert_rows: usize,
    /// The longest body that is read, in bytes.
    pub max_body_bytes: usize,
}

/// The operations. They come after every other API's: what stands for the database may be any word.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    routes::OPERATIONS.iter().chain(methods::OPERATIONS)
}
