//! The undoing of a request on its way to an engine. What is approved alone gets there.

use crate::{domain::journal::Undo, policy::Approved};

/// An undoing that was approved.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoBatch(Undo);

impl UndoBatch {
    /// Takes what was approved.
    #[must_use]
    pub fn new(approved: Approved<Undo>) -> Self {
        Self(approved.into_plan())
    }

    /// What is undone.
    #[must_use]
    pub fn undo(&self) -> &Undo {
        &self.0
    }
}
