//! Who may undo what: the right is enough, but nothing is put back that the client may not see or not write by its rights.

use super::{Approved, Seen};
use crate::domain::{Action, ColumnIndex, Entity, Name, journal::Undo};

/// Why a client may not undo a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoBan {
    /// It has not the right on this entity.
    Action(Name),
    /// Columns of this entity that would be put back are not all the client's to write.
    Columns(Name),
}

/// Whether it depends on the columns that it puts back if a client that sees these entities, one for each step, may undo
/// a request.
#[must_use]
pub fn depends_on_columns(seen: &[Seen], undo: &Undo) -> bool {
    let mut steps = undo.steps.iter().zip(seen);
    steps.any(|(step, seen)| {
        let mut columns = step.columns.iter();
        columns.any(|index| !is_open(seen.entity(), *index))
    })
}

/// Approves the undoing of a request by a client that sees these entities, one for each step. `put_back` are the columns
/// that a step writes; all that were kept of it where there are none for a step.
///
/// # Errors
/// The first ban.
pub fn approve_undoing(
    seen: &[Seen],
    undo: Undo,
    put_back: &[Vec<ColumnIndex>],
) -> Result<Approved<Undo>, UndoBan> {
    for (index, step) in undo.steps.iter().enumerate() {
        let own = step.note.entity.name();
        let seen = seen.get(index).filter(|seen| seen.base().name() == own);
        let entity = match seen.map(Seen::entity) {
            Some(entity) if entity.actions().allow(Action::Undo) => entity,
            _ => return Err(UndoBan::Action(own.clone())),
        };
        let columns = put_back.get(index).unwrap_or(&step.columns);
        if columns.iter().any(|index| !is_open(entity, *index)) {
            return Err(UndoBan::Columns(own.clone()));
        }
    }
    Ok(Approved {
        plan: undo,
        row_cap: 0,
    })
}

/// Whether the client's rights leave a column as it is.
fn is_open(entity: &Entity, index: ColumnIndex) -> bool {
    entity.guard(index) == entity.nature(index)
}
