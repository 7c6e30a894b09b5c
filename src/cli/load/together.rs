//! All rows or none: one batch, of which only the rows are told because of which it was not written.

use std::collections::HashMap;

use super::{
    chunks::Keeper, file::Source, options::Options, progress::Totals, rejects::Rejects,
    target::Target,
};
use crate::cli::Failure;

/// The most rows that are told of.
pub(super) const MOST_TOLD: usize = 1000;

/// What became of all rows.
pub(super) struct Whole {
    pub(super) created: u64,
    pub(super) updated: u64,
    /// The rows because of which nothing was written, and why.
    pub(super) failed: Vec<(u64, String)>,
}

pub(super) async fn load(
    options: &Options,
    source: &Source,
    target: &mut Target,
    rejects: &mut Rejects,
) -> Result<Totals, Failure> {
    let whole = match target {
        Target::Direct(direct) => direct.write_all(source).await?,
        Target::Remote(remote) => remote.write_all(source).await?,
    };
    let totals = Totals {
        created: whole.created,
        updated: whole.updated,
        rejected: whole.failed.len() as u64,
    };
    if !whole.failed.is_empty() {
        put_by(source, whole.failed, rejects)?;
        if !options.dry_run {
            crate::cli::warn("nothing was written, because rows were rejected")?;
        }
    }
    Ok(totals)
}

/// Finds the rows again and puts them with the rejected ones.
fn put_by(
    source: &Source,
    failed: Vec<(u64, String)>,
    rejects: &mut Rejects,
) -> Result<(), Failure> {
    let mut reasons: HashMap<u64, String> = failed.into_iter().collect();
    let mut rows = source.rows()?;
    let mut keeper = Keeper::default();
    while !reasons.is_empty() {
        let Some(row) = rows.next()? else { break };
        if let Some(reason) = reasons.remove(&row.number) {
            let kept = keeper.row(row, &*rows);
            rejects.add(&kept, &reason)?;
        }
    }
    rejects.commit()
}
