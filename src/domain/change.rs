//! What is noted of a change of tables, in the change's own transaction. It is no write of rows: of those [`Note`](super::Note) tells.

use std::sync::Arc;

use super::{Deed, once::Outcome};

/// What is noted of a table that is made, changed or dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeNote {
    /// The request.
    pub deed: Arc<Deed>,
    /// What the journal keeps of it; `None`: nothing.
    pub entry: Option<ChangeEntry>,
    /// What becomes of it for the same request when it is made again.
    pub memory: ChangeMemory,
}

/// What the journal keeps of a change of tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeEntry {
    /// Which of the request's changes, from [`Deed::CHANGE`].
    pub step: u32,
    /// The name under which the table is served.
    pub entity: String,
    /// The table. One that is only made by this is without its schema, which is the database's choice.
    pub table: String,
    /// Whether it is only made by this.
    pub makes: bool,
}

/// What a request finds of its change when it is made again; as its step [`Deed::CHANGE`].
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeMemory {
    /// Nothing, and nothing is lost: it is not to be made once only.
    None,
    /// This.
    Keep(Outcome),
    /// Nothing any more: the change takes back what was kept before.
    Forget,
}
