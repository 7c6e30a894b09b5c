//! HTTP plumbing that every API shares: paths, bodies, credentials, headers of answers. It knows no
//! API and no entity.

pub mod body;
pub mod credentials;
pub mod envelope;
pub mod form;
pub mod json;
pub mod panic;
pub mod path;
pub mod precondition;
pub mod reply;
