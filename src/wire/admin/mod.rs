//! This service's own API: what the journal says of a request, and undoing it. Who may see what of it is the service's
//! answer.

mod encode;
mod model;
mod query;
mod routes;

pub use routes::OPERATIONS;
pub(super) use routes::identify;
