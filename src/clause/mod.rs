//! A Where, as jQuery `QueryBuilder` JSON or as SQL text, → [`Condition`]. Nothing gets through that is
//! not on the allow-list; columns and types are `plan`'s business, so no table is known here.

mod bounds;
mod query_builder;
mod refusal;
#[cfg(test)]
mod tests;
mod text;

use serde::de::IgnoredAny;
use serde_json::Value;

use self::{bounds::Bounds, refusal::Refusal};
use crate::domain::{Tree, fault::Fault, predicate::Condition, request::ClauseSource};

/// Bounds on a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Groups inside groups, 1 to [`Limits::MAX_DEPTH`]; 1 is a flat list of rules. A larger number
    /// counts as [`Limits::MAX_DEPTH`].
    pub depth: usize,
    /// Rules in all, 1 to [`Limits::MAX_RULES`]. A larger number counts as [`Limits::MAX_RULES`].
    pub rules: usize,
    /// Characters of one value or LIKE pattern, at least 1.
    pub value_length: usize,
}

impl Limits {
    /// The deepest nesting that can be allowed. A JSON body holds at most 127 levels of arrays and
    /// objects and a group takes two, and everything that walks a condition may do so recursively.
    pub const MAX_DEPTH: usize = 60;

    /// The most rules that can be allowed. A chain of AND or OR nests by one with each rule, for the SQL
    /// parser as for `SQLite`, which takes expressions 1,000 deep.
    pub const MAX_RULES: usize = 800;

    /// Values in all. SQL Server takes 2,100 parameters in a statement; the rest is for the tuples.
    pub const MAX_VALUES: usize = 1_500;

    /// Bytes of an SQL text: far more than anyone writes, and little enough to be parsed in a moment
    /// whatever it holds.
    pub const MAX_TEXT: usize = 64 * 1024;
}

/// Reads a clause. [`Rule::place`](crate::domain::predicate::Rule::place) is filled for JSON and empty
/// for SQL text.
///
/// # Errors
/// [`Fault::NoClause`] when it is empty, [`Fault::Clause`] when it cannot be understood, is not allowed
/// or passes a limit.
pub fn parse_clause(source: &ClauseSource, limits: &Limits) -> Result<Condition, Fault> {
    let mut bounds = Bounds::new(limits);
    parse_source(source, &mut bounds)
}

fn parse_source(source: &ClauseSource, bounds: &mut Bounds<'_>) -> Result<Condition, Fault> {
    let parsed = match source {
        ClauseSource::Text(text) | ClauseSource::QueryBuilder(Value::String(text)) => {
            parse_text(text, bounds)
        }
        ClauseSource::QueryBuilder(json) => query_builder::parse(json, bounds),
        ClauseSource::Condition(condition) => return Ok(condition.clone()),
        ClauseSource::Asked(condition) => bounds.take(condition, 1).map(|()| condition.clone()),
        ClauseSource::All(sources) => {
            let all = sources.iter().map(|source| parse_source(source, bounds));
            return all.collect::<Result<_, _>>().map(Tree::All);
        }
    };
    parsed.map_err(Fault::from)
}

/// A text is JSON when it starts as a JSON object does, which no SQL condition can.
fn parse_text(text: &str, bounds: &mut Bounds<'_>) -> Result<Condition, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        Err(Refusal::Missing)
    } else if text.starts_with('{') {
        query_builder::parse(&query_builder::decode(text, bounds)?, bounds)
    } else if is_json_array(text) {
        // `[` opens a bracketed column name in SQL, so this must be told from that.
        Err(query_builder::array_root())
    } else {
        text::parse(text, bounds)
    }
}

fn is_json_array(text: &str) -> bool {
    text.starts_with('[') && serde_json::from_str::<Vec<IgnoredAny>>(text).is_ok()
}

/// Branches under AND (`every`) or OR; a group of one is that one.
fn join(mut branches: Vec<Condition>, every: bool) -> Condition {
    match (branches.pop(), branches.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            branches.extend(last);
            if every {
                Tree::All(branches)
            } else {
                Tree::Any(branches)
            }
        }
    }
}
