//! The condition of a request, twice: as the caller named things (`Condition`), and bound to a table's
//! columns and types (`Predicate`). NULL logic is SQL's in both.

use super::{ColumnIndex, LikePattern, Literal, Value};

/// AND, OR and NOT over leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<L> {
    /// Every branch holds. Never empty.
    All(Vec<Tree<L>>),
    /// At least one branch holds. Never empty.
    Any(Vec<Tree<L>>),
    /// The branch does not hold.
    Not(Box<Tree<L>>),
    /// One test of one column.
    Leaf(L),
}

impl<L> Tree<L> {
    /// Every leaf, left to right.
    pub fn leaves(&self) -> Vec<&L> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a L>) {
        match self {
            Self::All(branches) | Self::Any(branches) => {
                for branch in branches {
                    branch.collect(found);
                }
            }
            Self::Not(branch) => branch.collect(found),
            Self::Leaf(leaf) => found.push(leaf),
        }
    }
}

/// A Where as parsed: columns by the caller's spelling, values as written.
pub type Condition = Tree<Rule>;

/// A Where bound to a table.
pub type Predicate = Tree<ColumnTest>;

/// One test as the caller wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The column, in the caller's spelling.
    pub column: String,
    /// Where in the clause the rule stands, for messages: `rules[1].rules[0]`; empty for text clauses.
    pub place: String,
    /// What is asked of the column.
    pub test: RawTest,
}

/// What a rule asks, with values as written.
#[derive(Debug, Clone, PartialEq)]
pub enum RawTest {
    /// `= != < <= > >=`; the literal is never NULL.
    Compare(Comparison, Literal),
    /// `[NOT] IN (…)`; never empty, no NULL among the values.
    In {
        /// NOT IN.
        negated: bool,
        /// The candidates.
        values: Vec<Literal>,
    },
    /// `[NOT] BETWEEN low AND high`; neither is NULL.
    Between {
        /// NOT BETWEEN.
        negated: bool,
        /// The lower bound, included.
        low: Literal,
        /// The upper bound, included.
        high: Literal,
    },
    /// `[NOT] LIKE pattern`.
    Like {
        /// NOT LIKE.
        negated: bool,
        /// The pattern.
        pattern: LikePattern,
    },
    /// `= ''` or `<> ''`.
    Empty {
        /// `<> ''`.
        negated: bool,
    },
    /// `IS [NOT] NULL`.
    Null {
        /// IS NOT NULL.
        negated: bool,
    },
}

/// An ordering comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The same comparison with its sides exchanged: `3 < a` is `a > 3`.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// One test of one column, with values of the column's type.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnTest {
    /// The column tested.
    pub column: ColumnIndex,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a column. Every value is of the column's type, except that a text may be longer
/// than the column.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `= <> < <= > >=`
    Compare(Comparison, Value),
    /// `[NOT] IN (…)`; never empty.
    In {
        /// NOT IN.
        negated: bool,
        /// The candidates.
        values: Vec<Value>,
    },
    /// `[NOT] BETWEEN low AND high`, bounds included.
    Between {
        /// NOT BETWEEN.
        negated: bool,
        /// The lower bound.
        low: Value,
        /// The upper bound.
        high: Value,
    },
    /// `[NOT] LIKE pattern`; only on text columns.
    Like {
        /// NOT LIKE.
        negated: bool,
        /// The pattern.
        pattern: LikePattern,
    },
    /// `IS [NOT] NULL`
    Null {
        /// IS NOT NULL.
        negated: bool,
    },
    /// The answer is the same for every value (`int_column = 1.5` is always false), but NULL still
    /// answers NULL.
    Settled(bool),
}

impl Test {
    /// How many values it holds.
    #[must_use]
    pub fn values(&self) -> usize {
        match self {
            Self::Compare(..) | Self::Like { .. } => 1,
            Self::In { values, .. } => values.len(),
            Self::Between { .. } => 2,
            Self::Null { .. } | Self::Settled(_) => 0,
        }
    }
}
