//! Pages of a table. Where its key is one whole number, a page begins behind the last row of the one before, so that rows
//! that come and go between two requests move no others (`_next` is that row's sorted value and key, as Datasette has
//! it); elsewhere it counts rows. What is on a page is not decided here.

use super::{body::malformed, key, path, value};
use crate::{
    domain::{
        ColumnIndex, Comparison, Entity, Literal, Row, SqlType, Tree,
        predicate::{Condition, RawTest, Rule},
    },
    error::Error,
};

/// What NULL is called in a mark.
const NULL: &str = "$null";

/// How pages of a table are told apart.
#[derive(Debug)]
pub(super) struct Paging<'q> {
    entity: &'q Entity,
    /// The key, where it is one whole number.
    key: Option<ColumnIndex>,
    sort: Option<(ColumnIndex, bool)>,
}

/// Where a page begins.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Start {
    /// The rows behind those of the page before.
    pub(super) after: Option<Condition>,
    /// Or how many rows to pass over.
    pub(super) skip: u64,
}

impl<'q> Paging<'q> {
    pub(super) fn new(entity: &'q Entity, sort: Option<&(String, bool)>) -> Self {
        let table = entity.table();
        let sort = sort.and_then(|(name, descending)| Some((table.find(name)?, *descending)));
        let key = match *key::columns(entity) {
            [only] if is_whole(&table.column(only).ty) && !table.column(only).nullable => {
                Some(only)
            }
            _ => None,
        };
        // Bytes, and what has no order among other types, cannot be compared with a mark.
        let comparable = |index: ColumnIndex| {
            let ty = &table.column(index).ty;
            !ty.is_binary() && !matches!(ty, SqlType::Other(_) | SqlType::Xml)
        };
        // Without a sort, rows come in the order of the table's own key.
        let ordered = match sort {
            Some((sorted, _)) => comparable(sorted),
            None => key.is_some_and(|key| table.row_key() == [key]),
        };
        Self {
            entity,
            key: key.filter(|key| ordered && entity.readable(*key)),
            sort,
        }
    }

    /// The columns whose values the mark of the next page needs.
    pub(super) fn columns(&self) -> Vec<ColumnIndex> {
        let sorted = self.sort.map(|(index, _)| index);
        match self.key {
            Some(key) => sorted.into_iter().chain([key]).collect(),
            None => Vec::new(),
        }
    }

    /// The key, which decides between rows that are sorted alike.
    pub(super) fn tie(&self) -> Option<ColumnIndex> {
        self.key
    }

    /// The mark of the page behind a row, of which these are the values of [`Paging::columns`].
    pub(super) fn mark(&self, values: &Row, start: u64, size: u32) -> String {
        if self.key.is_none() {
            return (start + u64::from(size)).to_string();
        }
        let columns = self.columns();
        let parts = columns.iter().zip(values).map(|(index, cell)| match cell {
            None => NULL.to_owned(),
            cell => path::encode(&value::text(
                cell.as_ref(),
                &self.entity.table().column(*index).ty,
            )),
        });
        parts.collect::<Vec<_>>().join(",")
    }

    /// Where a marked page begins.
    ///
    /// # Errors
    /// It is no mark of this table's pages.
    pub(super) fn start(&self, mark: Option<&str>) -> Result<Start, Error> {
        let Some(mark) = mark else {
            return Ok(Start::default());
        };
        let wrong = || malformed("Invalid _next; take it from the page before");
        let Some(key) = self.key else {
            let skip = mark.parse().map_err(|_| wrong())?;
            return Ok(Start { after: None, skip });
        };
        let (sorted, last) = match (self.sort, mark.rsplit_once(',')) {
            (None, None) => (None, mark),
            (Some((index, descending)), Some((value, last))) => {
                (Some((index, descending, value)), last)
            }
            _ => return Err(wrong()),
        };
        let last: i64 = last.parse().map_err(|_| wrong())?;
        let behind = self.rule(
            key,
            RawTest::Compare(Comparison::Greater, Literal::Number(last.to_string())),
        );
        let after = match sorted {
            None => behind,
            Some((index, descending, value)) => self.after_sorted(index, descending, value, behind),
        };
        Ok(Start {
            after: Some(after),
            skip: 0,
        })
    }

    /// NULL sorts before everything else.
    fn after_sorted(
        &self,
        index: ColumnIndex,
        descending: bool,
        value: &str,
        behind: Condition,
    ) -> Condition {
        let null = |negated| self.rule(index, RawTest::Null { negated });
        if value == NULL {
            let same = Tree::All(vec![null(false), behind]);
            return if descending {
                same
            } else {
                Tree::Any(vec![same, null(true)])
            };
        }
        let literal = Literal::Text(path::decode(value));
        let compare = |comparison| self.rule(index, RawTest::Compare(comparison, literal.clone()));
        let same = Tree::All(vec![compare(Comparison::Equal), behind]);
        Tree::Any(if descending {
            vec![compare(Comparison::Less), null(false), same]
        } else {
            vec![compare(Comparison::Greater), same]
        })
    }

    fn rule(&self, index: ColumnIndex, test: RawTest) -> Condition {
        Tree::Leaf(Rule {
            column: self.entity.table().column(index).name.as_str().to_owned(),
            place: String::new(),
            test,
        })
    }
}

fn is_whole(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt
    )
}
