//! The Salesforce API: sObject Collections upsert and what its clients need around it, on the objects that the entities
//! are. Wire facts come from the vendor's pages on sObject Collections, on sObject Rows by External ID and on its status
//! codes, and from what jsforce and simple-salesforce send and read. Nothing is written but through the service.

mod caller;
mod collections;
mod complain;
mod decode;
mod describe;
mod docs;
mod faults;
mod field;
mod id;
mod instant;
mod lookup;
mod model;
mod nowhere;
mod read;
mod record;
mod routes;
mod rows;
mod sample;
mod token;

use super::operation::Operation;

pub(super) use caller::identify;
pub use token::PATH as TOKEN_PATH;

/// The operations, specific paths first.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    routes::OPERATIONS.iter().chain(nowhere::OPERATIONS)
}
