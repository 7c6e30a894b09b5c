//! The preconditions of a request, on their way into its write's transaction; and the tags of rows that are read.

use super::{Permit, Selection, Service, stage};
use crate::{
    domain::{Precondition, Rows, plan::About},
    engine::Capabilities,
    error::Error,
    plan::{self, TagPlaces},
    policy::{self, Operation},
    render::RowGuard,
};

/// A read that brings more rows is about no one of them.
const TAGGED: usize = 64;

/// What must hold of the row that a permit's request is about.
pub(super) fn preconditions<O>(permit: &Permit<O>) -> &[Precondition] {
    let deed = permit.client().deed();
    deed.map_or(&[], |deed| deed.preconditions.as_slice())
}

/// What is looked at right before a write; `None` where the request has no preconditions.
pub(super) fn guard<O: Operation>(
    permit: &Permit<O>,
    about: impl FnOnce() -> About,
    tells_missing: bool,
    capabilities: Capabilities<'_>,
) -> Result<Option<Box<RowGuard>>, Error> {
    let preconditions = preconditions(permit);
    if preconditions.is_empty() {
        return Ok(None);
    }
    let entity = permit.entity();
    let versions = capabilities.row_versions;
    let plan = plan::plan_guard(entity, about(), preconditions, tells_missing, versions);
    let approved = stage("approve", || policy::approve_guard(permit, plan));
    let approved = approved.map_err(|action| Error::Forbidden {
        entity: entity.name().clone(),
        action,
    })?;
    Ok(Some(Box::new(capabilities.dialect.render_guard(&approved))))
}

/// Refuses the preconditions of a request that is not about one row.
///
/// # Errors
/// [`Error::PreconditionUnusable`] where it has some.
pub(super) fn refuse_preconditions<O>(permit: &Permit<O>) -> Result<(), Error> {
    if preconditions(permit).is_empty() {
        Ok(())
    } else {
        Err(one_row_only())
    }
}

pub(super) fn one_row_only() -> Error {
    Error::PreconditionUnusable {
        message: "If-Match and If-None-Match are for requests that write one row, and this one is about more, about the \
                  table, or a trial; nothing was written; send its rows one by one, or leave the header out."
            .to_owned(),
    }
}

impl Service {
    /// Refuses the preconditions of a request that writes in several steps, or nothing.
    ///
    /// # Errors
    /// [`Error::PreconditionUnusable`] where it has some.
    pub fn without_preconditions<O>(&self, permit: &Permit<O>) -> Result<(), Error> {
        refuse_preconditions(permit)
    }
}

/// Takes the tags off rows, and what was read for them alone.
pub(super) fn untag(selection: &mut Selection, tags: &TagPlaces) {
    let Rows(rows) = &mut selection.rows;
    if rows.len() <= TAGGED {
        let tag = |row: &Vec<_>| {
            let cells = tags.places.iter();
            let cells: Vec<_> = cells.map(|i| row.get(*i).cloned().flatten()).collect();
            tags.columns.tag(&cells)
        };
        selection.tags = rows.iter().map(tag).collect();
    }
    for row in rows.iter_mut() {
        row.truncate(tags.shown);
    }
    selection.keys.truncate(tags.shown);
}
