//! The keys by which an entity's rows may be found in a batch: the table's own and those that the configuration
//! declares. A declared key that no unique index backs must be declared so.

use super::{ColumnIndex, Table, batch::BatchKey};

/// Keys as the configuration declares them, in its spelling.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyDeclaration {
    /// The columns of the row identifier; empty for the primary key.
    pub row_identifier: Vec<String>,
    /// Columns that each are an external id.
    pub external_ids: Vec<String>,
    /// Those of `external_ids` and `row_identifier` that no unique index need back.
    pub not_unique: Vec<String>,
    /// Whether a caller's value for the primary key is taken on INSERT where the database counts it or it is a GUID.
    pub caller_keys: bool,
}

/// Keys bound to a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityKeys {
    row_identifier: Option<BatchKey>,
    external_ids: Vec<BatchKey>,
    caller_keys: bool,
}

/// Why a declared key cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyProblem {
    /// The table has no such column.
    NoColumn(String),
    /// No unique index backs the key.
    NotUnique(String),
}

impl EntityKeys {
    /// Holds a declaration against a table.
    ///
    /// # Errors
    /// Everything that does not hold.
    pub fn bind(table: &Table, declared: &KeyDeclaration) -> Result<Self, Vec<KeyProblem>> {
        let mut problems = Vec::new();
        for column in &declared.not_unique {
            if table.find(column).is_none() {
                problems.push(KeyProblem::NoColumn(column.clone()));
            }
        }
        let mut bind = |names: &[String]| {
            let mut columns = Vec::new();
            for name in names {
                match table.find(name) {
                    Some(index) => columns.push(index),
                    None => problems.push(KeyProblem::NoColumn(name.clone())),
                }
            }
            if columns.len() < names.len() {
                return None;
            }
            let unique = is_unique(table, &columns);
            let excused = |index: &ColumnIndex| {
                let name = &table.column(*index).name;
                declared.not_unique.iter().any(|n| name.matches(n))
            };
            if !unique && !columns.iter().all(excused) {
                problems.push(KeyProblem::NotUnique(names.join(", ")));
                return None;
            }
            Some(BatchKey { columns, unique })
        };
        let row_identifier = match declared.row_identifier.as_slice() {
            [] => None,
            names => bind(names),
        };
        let external_ids = declared
            .external_ids
            .iter()
            .filter_map(|name| bind(std::slice::from_ref(name)))
            .collect();
        if problems.is_empty() {
            Ok(Self {
                row_identifier,
                external_ids,
                caller_keys: declared.caller_keys,
            })
        } else {
            Err(problems)
        }
    }

    /// Forgets the keys that have one of these columns.
    pub(super) fn hide(&mut self, columns: &[ColumnIndex]) {
        let whole = |key: &BatchKey| !key.columns.iter().any(|index| columns.contains(index));
        self.row_identifier = self.row_identifier.take().filter(whole);
        self.external_ids.retain(whole);
    }

    /// The declared row identifier.
    #[must_use]
    pub fn row_identifier(&self) -> Option<&BatchKey> {
        self.row_identifier.as_ref()
    }

    /// The declared external ids, each of one column.
    #[must_use]
    pub fn external_ids(&self) -> &[BatchKey] {
        &self.external_ids
    }

    /// Whether a caller's value for a primary key is taken on INSERT that the database or the service would
    /// make otherwise.
    #[must_use]
    pub fn caller_keys(&self) -> bool {
        self.caller_keys
    }
}

/// Whether a unique index is on exactly these columns or on some of them.
pub(super) fn is_unique(table: &Table, columns: &[ColumnIndex]) -> bool {
    let within = |key: &[ColumnIndex]| !key.is_empty() && key.iter().all(|c| columns.contains(c));
    let unfiltered = table.unique_keys.iter().filter(|key| !key.filtered);
    let number = table.row_number();
    number.is_some_and(|number| columns.contains(&number))
        || within(&table.primary_key)
        || unfiltered.into_iter().any(|key| within(&key.columns))
}

/// Whether a unique index is on exactly this column, so that a foreign key can refer to it.
#[must_use]
pub fn is_unique_alone(table: &Table, column: ColumnIndex) -> bool {
    is_unique(table, &[column])
}
