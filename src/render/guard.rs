//! What is looked at in a write's transaction right before it: the row that the write is about, against which its
//! preconditions are held. An engine runs the look and asks here what it means.

use super::Statement;
use crate::domain::{
    Precondition, Row,
    plan::GuardPlan,
    precondition::{Found, TagColumns, Unmet},
};

/// Preconditions of a write, and how the row is found that they are about.
#[derive(Debug, Clone, PartialEq)]
pub struct RowGuard {
    /// Reads what the row's tag is made of, of two rows at most, and keeps others from changing them; `None` where no
    /// such row can be there.
    pub find: Option<Statement>,
    tag: Option<TagColumns>,
    preconditions: Vec<Precondition>,
    tells_missing: bool,
}

impl RowGuard {
    pub(super) fn new(plan: &GuardPlan, find: Option<Statement>) -> Self {
        Self {
            find,
            tag: plan.tag.clone(),
            preconditions: plan.preconditions.clone(),
            tells_missing: plan.tells_missing,
        }
    }

    /// Whether the write may go on, by what was found.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, rows: &[Row]) -> Result<(), Unmet> {
        if rows.is_empty() && self.tells_missing {
            return Ok(());
        }
        let mut tag = String::new();
        let found = match (&self.tag, rows) {
            (Some(columns), rows) => columns.found(rows, &mut tag),
            (None, []) => Found::Nothing,
            (None, [_]) => Found::One(""),
            (None, _) => Found::Several,
        };
        self.preconditions.iter().try_for_each(|p| p.check(found))
    }
}
