//! What will be done, bound to an entity's columns and types. A plan is only a proposal: nothing can
//! be rendered from it until `policy` has approved it.

use std::sync::Arc;

use super::{
    ColumnIndex, Entity, Fault, Faults, Precondition, Predicate, Value, precondition::TagColumns,
};

/// A value for a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The column set.
    pub column: ColumnIndex,
    /// The value; `None` is NULL.
    pub value: Option<Value>,
    /// Who chose the value.
    pub origin: Origin,
}

/// Who chose an assignment's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The caller: guards apply.
    Caller,
    /// The service, which fills system dates and GUID keys on INSERT.
    Service,
}

/// What a caller wants with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Set it.
    Write,
    /// Filter by it.
    Filter,
    /// Return it.
    Read,
    /// Order by it.
    Order,
    /// Group by it.
    Group,
}

/// One use of one column by the caller.
pub type ColumnUse = (ColumnIndex, Use);

/// Update the rows that match or insert one when none does.
#[derive(Debug, Clone, PartialEq)]
pub struct UpsertPlan {
    /// The entity written.
    pub entity: Arc<Entity>,
    /// Which rows.
    pub predicate: Predicate,
    /// The update's assignments; never empty.
    pub update: Vec<Assignment>,
    /// The insert's assignments, or why an insert is impossible, which matters only when no row matches.
    pub insert: Result<Vec<Assignment>, Faults>,
    /// Whether more than one row may be updated.
    pub allow_multi_update: bool,
}

/// Update the rows that match.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdatePlan {
    /// The entity written.
    pub entity: Arc<Entity>,
    /// Which rows.
    pub predicate: Predicate,
    /// The assignments; never empty.
    pub update: Vec<Assignment>,
}

/// Insert one row.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertPlan {
    /// The entity written.
    pub entity: Arc<Entity>,
    /// The assignments; never empty.
    pub insert: Vec<Assignment>,
}

/// How many matching rows a write may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchRule {
    /// Rows that may be updated.
    pub allowed: u32,
    /// The most rows that any request may update: matches are counted no further than this and one.
    pub cap: u32,
}

/// Read rows.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectPlan {
    /// The entity read.
    pub entity: Arc<Entity>,
    /// What is returned, in order; never empty.
    pub outputs: Vec<Output>,
    /// Which rows; `None` for all.
    pub predicate: Option<Predicate>,
    /// What the caller orders by; groups are ordered by their columns to the last.
    pub order: Vec<(OrderKey, Direction)>,
    /// The columns of a key, which order what `order` leaves equal, however their values compare: so
    /// that pages neither overlap nor skip rows. Empty for groups and where there is no key.
    pub ties: Vec<ColumnIndex>,
    /// The columns grouped by.
    pub group: Vec<ColumnIndex>,
    /// Rows to skip.
    pub start: u64,
    /// Rows to return at most.
    pub length: u32,
}

impl SelectPlan {
    /// Whether its rows are groups of the table's rows.
    #[must_use]
    pub fn summarised(&self) -> bool {
        let counted = |output: &Output| output.source == OutputSource::Count;
        !self.group.is_empty() || self.outputs.iter().any(counted)
    }
}

/// Hold preconditions against the row that a write is about, right before it and in its transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct GuardPlan {
    /// The entity written.
    pub entity: Arc<Entity>,
    /// Which row.
    pub about: About,
    /// What must hold of it: all of these.
    pub preconditions: Vec<Precondition>,
    /// What its tag is made of; `None` where no tag is asked for.
    pub tag: Option<TagColumns>,
    /// Whether the write itself says that no row is there, so that nothing has to be said of it before.
    pub tells_missing: bool,
}

/// The row that a write is about.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// A new one, which cannot be there.
    New,
    /// The one that meets this.
    Meeting(Predicate),
    /// The one that has this key, compared as the table itself compares it.
    Keyed(Vec<(ColumnIndex, Value)>),
}

/// One output of a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The key in the answer. It never stands in SQL.
    pub key: String,
    /// What it holds.
    pub source: OutputSource,
}

/// What an output holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputSource {
    /// A column.
    Column(ColumnIndex),
    /// `COUNT(*)`.
    Count,
}

/// What rows are ordered by.
pub type OrderKey = OutputSource;

/// Ascending or descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// What planning came to: a plan, or the faults that kept it from one, and in both cases the columns
/// that the caller wants to use, so that broken guards are reported together with the other faults.
#[derive(Debug, Clone)]
pub struct Draft<P> {
    /// The plan; `None` when faults keep it from being one.
    pub plan: Option<P>,
    /// The uses of columns found in the request.
    pub uses: Vec<ColumnUse>,
    /// What is wrong with the request.
    pub faults: Vec<Fault>,
}

/// What `policy` must know of any plan.
pub trait Plan {
    /// Every use of a column that the caller asked for.
    fn uses(&self) -> Vec<ColumnUse>;
}

fn writes(assignments: &[Assignment]) -> impl Iterator<Item = ColumnUse> {
    assignments
        .iter()
        .filter(|a| a.origin == Origin::Caller)
        .map(|a| (a.column, Use::Write))
}

fn filters(predicate: &Predicate) -> impl Iterator<Item = ColumnUse> {
    predicate
        .leaves()
        .into_iter()
        .map(|leaf| (leaf.column, Use::Filter))
}

impl Plan for UpsertPlan {
    fn uses(&self) -> Vec<ColumnUse> {
        let insert = self.insert.as_deref().unwrap_or_default();
        writes(&self.update)
            .chain(writes(insert))
            .chain(filters(&self.predicate))
            .collect()
    }
}

impl Plan for UpdatePlan {
    fn uses(&self) -> Vec<ColumnUse> {
        writes(&self.update)
            .chain(filters(&self.predicate))
            .collect()
    }
}

impl Plan for InsertPlan {
    fn uses(&self) -> Vec<ColumnUse> {
        writes(&self.insert).collect()
    }
}

impl Plan for SelectPlan {
    fn uses(&self) -> Vec<ColumnUse> {
        let column = |source: OutputSource, usage: Use| match source {
            OutputSource::Column(index) => Some((index, usage)),
            OutputSource::Count => None,
        };
        let reads = self.outputs.iter().map(|o| (o.source, Use::Read));
        let orders = self.order.iter().map(|(key, _)| (*key, Use::Order));
        reads
            .chain(orders)
            .filter_map(|(source, usage)| column(source, usage))
            .chain(self.group.iter().map(|i| (*i, Use::Group)))
            .chain(self.predicate.iter().flat_map(filters))
            .collect()
    }
}
