//! What the rows of a batch's shapes come to, as far as the scripts differ by it.

use crate::domain::{
    Default, Table,
    batch::RowAction,
    rows::{RowShape, RowsPlan},
};

/// Which of the shapes do what.
pub(super) struct Shapes {
    pub(super) count: usize,
    /// They have a key.
    pub(super) keyed: Vec<usize>,
    /// They look whether a row has their key.
    pub(super) looking: Vec<usize>,
    /// They change or delete the row that has it.
    pub(super) changing: Vec<usize>,
    /// They insert a row if none has it.
    pub(super) inserting: Vec<usize>,
    /// They set the identity column when they insert.
    pub(super) setting_identity: bool,
}

impl Shapes {
    pub(super) fn of(plan: &RowsPlan) -> Self {
        let which = |does: fn(&RowShape) -> bool| {
            let shapes = plan.shapes.iter().enumerate();
            let doing = shapes.filter(|(_, shape)| does(shape));
            doing.map(|(number, _)| number).collect::<Vec<_>>()
        };
        Self {
            count: plan.shapes.len(),
            keyed: which(|shape| shape.key > 0),
            looking: which(looks),
            changing: which(changes),
            inserting: which(|shape| shape.insert.is_ok()),
            setting_identity: plan
                .shapes
                .iter()
                .any(|shape| sets_identity(shape, plan.entity.table())),
        }
    }
}

pub(super) fn looks(shape: &RowShape) -> bool {
    shape.key > 0 && shape.action != RowAction::Insert
}

pub(super) fn changes(shape: &RowShape) -> bool {
    let sets = shape.set > 0 || !shape.reset.is_empty();
    looks(shape)
        && match shape.action {
            RowAction::Delete => true,
            RowAction::Upsert | RowAction::Replace | RowAction::Update => sets,
            RowAction::Insert | RowAction::InsertIgnore => false,
        }
}

/// Whether rows of a shape are inserted of which the batch's key does not say which they are.
pub(super) fn unseen(shape: &RowShape, plan: &RowsPlan) -> bool {
    shape.insert.is_ok() && (shape.key == 0 || !(looks(shape) || plan.key.unique))
}

/// Whether the rows of a shape are given a number that the database counts otherwise.
pub(super) fn sets_identity(shape: &RowShape, table: &Table) -> bool {
    let positions = shape.insert.as_deref().unwrap_or_default();
    let counted = |p: &usize| table.column(shape.columns[*p]).default == Default::Identity;
    positions.iter().any(counted)
}
