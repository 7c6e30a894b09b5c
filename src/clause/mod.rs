//! A Where, as jQuery QueryBuilder JSON or as SQL text, → [`Condition`]. Nothing gets through that is
//! not on the allow-list; columns and types are `plan`'s business.

use crate::domain::{fault::Fault, predicate::Condition, request::ClauseSource};

/// Bounds on a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Groups inside groups.
    pub depth: usize,
    /// Rules in all.
    pub rules: usize,
    /// Characters of one value.
    pub value_length: usize,
}

/// Reads a clause.
///
/// # Errors
/// [`Fault::NoClause`] when it is empty, [`Fault::Clause`] when it cannot be understood, is not allowed
/// or passes a limit.
pub fn parse_clause(source: &ClauseSource, limits: &Limits) -> Result<Condition, Fault> {
    todo!("{source:?} {limits:?}")
}
