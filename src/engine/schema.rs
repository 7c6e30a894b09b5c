//! What engines report of a change of tables.

use std::sync::Arc;

use crate::{
    domain::{Deed, once::Outcome},
    render::schema::SchemaRefusal,
};

/// How a change of tables ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaOutcome {
    /// It was made.
    Done,
    /// What it asks for first does not hold: nothing was changed.
    Refused(SchemaRefusal),
}

/// What is kept with a change of tables for a request that is not to act twice, as its step [`Deed::CHANGE`].
#[derive(Debug, Clone)]
pub struct SchemaRecord {
    /// The request.
    pub deed: Arc<Deed>,
    /// What the change comes to; `None` where it takes back what was kept before.
    pub outcome: Option<Outcome>,
}
