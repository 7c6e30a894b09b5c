//! The ContractInsight REST API, version 2: `CSSAPI/V2/{entity}/Upsert | UpsertMany | Update | Add | Get |
//! Schema` and `EntityList`. `decode` and `encode` know its bodies, `routes` its operations; `sample`
//! and `postman` make examples of them.

pub mod decode;
pub mod encode;
pub mod many;
pub mod model;
pub mod postman;
mod routes;
pub mod sample;

pub use routes::OPERATIONS;
pub(super) use routes::identify;
