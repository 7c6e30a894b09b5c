//! What the database says of a table: its columns, keys and habits. What may be done with them is
//! said in `entity`.

use super::{CodePage, Name, SqlType};

/// A column's position in its table, from 0. Only made by [`Table::find`] and [`Table::indices`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnIndex(pub(in crate::domain) usize);

impl ColumnIndex {
    /// The position itself, which tells the column from the table's others.
    #[must_use]
    pub fn position(self) -> usize {
        self.0
    }
}

/// What an INSERT that leaves the column out gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// NULL, or an error where the column is NOT NULL.
    None,
    /// The declared default, or a row version that the database stamps.
    Declared,
    /// A number the database counts up.
    Identity,
    /// An expression over other columns; never written.
    Computed,
}

/// One column, as declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name as the database spells it.
    pub name: Name,
    /// The declared type.
    pub ty: SqlType,
    /// Whether NULL may be stored.
    pub nullable: bool,
    /// What it gets when left out of an INSERT.
    pub default: Default,
    /// Whether it is part of a foreign key.
    pub foreign_key: bool,
    /// What its text is encoded in; `None` where every character can be stored.
    pub code_page: Option<CodePage>,
    /// The declared default, where the database has no word that stands for it in an UPDATE.
    pub default_expression: Option<Expression>,
}

/// A piece of the database's own schema. Only an engine makes it, from what the database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression(Box<str>);

impl Expression {
    /// Takes what the database declares.
    #[must_use]
    pub fn declared(text: &str) -> Self {
        Self(text.into())
    }

    /// As it is declared, for the database that declares it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A primary key, unique constraint or unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueKey {
    /// The constraint's or index's name; `None` where the database gives it none.
    pub name: Option<Name>,
    /// Its columns in key order.
    pub columns: Vec<ColumnIndex>,
    /// A partial (filtered) index: unique only among the rows its filter lets in.
    pub filtered: bool,
}

/// Whether rows can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A base table.
    Table,
    /// A view, or a table that a plain statement does not write to: read only here.
    View,
}

/// One table or view, as the database describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The schema (`dbo`); `None` on an engine without schemas.
    pub schema: Option<Name>,
    /// The name.
    pub name: Name,
    /// Table or view.
    pub kind: TableKind,
    /// All columns in their declared order.
    pub columns: Vec<Column>,
    /// The primary key's columns in key order; empty when there is none.
    pub primary_key: Vec<ColumnIndex>,
    /// The name of its constraint, where the database tells it.
    pub primary_key_name: Option<Name>,
    /// Unique keys besides the primary key.
    pub unique_keys: Vec<UniqueKey>,
    /// Whether triggers run on its DML.
    pub has_triggers: bool,
    /// What tells the rows of a table apart that declares no primary key, where the database numbers them by itself.
    pub row_number: Option<RowNumber>,
    /// Columns that are there, but not for whoever this table is told: they cannot be found by a name and are in no key.
    pub hidden: Vec<ColumnIndex>,
}

/// A column that the database keeps without its being declared: it can be named, and a row found by it, but it is not
/// among a table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowNumber {
    column: Column,
    key: [ColumnIndex; 1],
}

impl Table {
    /// The column a caller's spelling means; case is ignored.
    #[must_use]
    pub fn find(&self, spelling: &str) -> Option<ColumnIndex> {
        // An exact hit first: SQL Server under a case-sensitive collation may hold both `a` and `A`.
        let name = |index: &ColumnIndex| &self.columns[index.0].name;
        let exact = self.indices().find(|i| name(i).as_str() == spelling);
        exact
            .or_else(|| self.indices().find(|i| name(i).matches(spelling)))
            .or_else(|| {
                let number = self.row_number.as_ref()?;
                number
                    .column
                    .name
                    .matches(spelling)
                    .then_some(number.key[0])
            })
    }

    /// Gives the table a row number of this name: a `bigint` that the database counts. Its columns are complete by then.
    #[must_use]
    pub fn with_row_number(self, name: Name) -> Self {
        let column = Column {
            name,
            ty: SqlType::BigInt,
            nullable: false,
            default: Default::Identity,
            default_expression: None,
            foreign_key: false,
            code_page: None,
        };
        let key = [ColumnIndex(self.columns.len())];
        Self {
            row_number: Some(RowNumber { column, key }),
            ..self
        }
    }

    /// The name with the schema's before it, where there is one. For people: names may hold dots themselves.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", schema.as_str(), self.name.as_str()),
            None => self.name.as_str().to_owned(),
        }
    }

    /// Where the row number is found, if there is one.
    #[must_use]
    pub fn row_number(&self) -> Option<ColumnIndex> {
        self.row_number.as_ref().map(|number| number.key[0])
    }

    /// The column at a position that [`Table::find`] or [`Table::indices`] of this table gave.
    #[must_use]
    pub fn column(&self, index: ColumnIndex) -> &Column {
        match &self.row_number {
            Some(number) if number.key[0] == index => &number.column,
            _ => &self.columns[index.0],
        }
    }

    /// All positions in declared order, without the row number's and those that are hidden.
    pub fn indices(&self) -> impl Iterator<Item = ColumnIndex> + use<'_> {
        self.every().filter(|index| self.shows(*index))
    }

    /// The same with those that are hidden: for what a statement needs, and nobody is told.
    pub fn every(&self) -> impl Iterator<Item = ColumnIndex> + use<> {
        (0..self.columns.len()).map(ColumnIndex)
    }

    /// Whether a column is there for whoever the table is told.
    #[must_use]
    pub fn shows(&self, index: ColumnIndex) -> bool {
        !self.hidden.contains(&index)
    }

    /// The primary key's columns, where none of them is hidden; else none.
    #[must_use]
    pub fn shown_key(&self) -> &[ColumnIndex] {
        let whole = self.primary_key.iter().all(|index| self.shows(*index));
        if whole { &self.primary_key } else { &[] }
    }

    /// The unique keys without a column that is hidden.
    pub fn shown_unique_keys(&self) -> impl Iterator<Item = &UniqueKey> {
        let whole = |key: &&UniqueKey| key.columns.iter().all(|index| self.shows(*index));
        self.unique_keys.iter().filter(whole)
    }

    /// Columns that tell every row from every other: the primary key's, else those of a unique key that no
    /// NULL can be in, else the row number. Empty when there are none. None of them is hidden.
    #[must_use]
    pub fn row_key(&self) -> &[ColumnIndex] {
        if !self.shown_key().is_empty() {
            return &self.primary_key;
        }
        let sure = |key: &&UniqueKey| {
            !key.filtered && key.columns.iter().all(|c| !self.column(*c).nullable)
        };
        let found = self.shown_unique_keys().find(sure);
        let number = self.row_number.as_ref().map_or(&[][..], |n| &n.key);
        found.map_or(number, |key| &key.columns)
    }

    /// The identity column, else a single-column primary key.
    pub(in crate::domain) fn generated_key(&self) -> Option<ColumnIndex> {
        self.every()
            .find(|i| self.column(*i).default == Default::Identity)
            .or(match self.primary_key.as_slice() {
                [single] => Some(*single),
                _ => None,
            })
    }
}
