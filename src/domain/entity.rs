//! An entity: a table under the name and rights that the configuration gives it. It says which
//! columns are protected and why; enforcing that is `policy`'s job.

use super::{
    ColumnIndex, Default, Name, SqlType, Table,
    batch::BatchKey,
    dataset::Dataset,
    entity_keys::{EntityKeys, is_unique},
    name::same_name,
};

/// What a caller may do with an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Insert rows.
    Add,
    /// Change rows.
    Edit,
    /// Read rows.
    View,
    /// Delete rows.
    Delete,
    /// Change the table's columns.
    Alter,
    /// Drop the table.
    Drop,
}

impl Action {
    /// Every action with the word by which the configuration allows it.
    pub const WORDS: [(Self, &'static str); 6] = [
        (Self::Add, "add"),
        (Self::Edit, "edit"),
        (Self::View, "view"),
        (Self::Delete, "delete"),
        (Self::Alter, "alter"),
        (Self::Drop, "drop"),
    ];
}

/// The actions an entity allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a set of rights
pub struct Actions {
    /// Rows may be inserted.
    pub add: bool,
    /// Rows may be changed.
    pub edit: bool,
    /// Rows may be read.
    pub view: bool,
    /// Rows may be deleted.
    pub delete: bool,
    /// Columns may be added and changed.
    pub alter: bool,
    /// The table may be dropped.
    pub drop: bool,
}

impl Actions {
    /// No action.
    pub const NONE: Self = Self {
        add: false,
        edit: false,
        view: false,
        delete: false,
        alter: false,
        drop: false,
    };

    /// Whether an action is among them.
    #[must_use]
    pub fn allow(self, action: Action) -> bool {
        match action {
            Action::Add => self.add,
            Action::Edit => self.edit,
            Action::View => self.view,
            Action::Delete => self.delete,
            Action::Alter => self.alter,
            Action::Drop => self.drop,
        }
    }

    /// Adds an action.
    pub fn add_action(&mut self, action: Action) {
        match action {
            Action::Add => self.add = true,
            Action::Edit => self.edit = true,
            Action::View => self.view = true,
            Action::Delete => self.delete = true,
            Action::Alter => self.alter = true,
            Action::Drop => self.drop = true,
        }
    }
}

/// Why a column cannot be written by a caller. A password column cannot be used in any way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Declared as holding a password: never written, read, filtered, ordered or grouped by.
    Password,
    /// A `uniqueidentifier`.
    Guid,
    /// `DateEntered`, `EntryDate`, `DateCreated` or `CreatedDate`.
    SystemDate,
    /// The database counts it.
    Identity,
    /// The database computes it.
    Computed,
    /// The database stamps it.
    RowVersion,
    /// Declared read-only in the configuration.
    ReadOnly,
}

/// The vendor's out-of-the-box date columns (UPSERT endpoint page, "Fields that cannot be updated").
const SYSTEM_DATES: [&str; 4] = ["DateEntered", "EntryDate", "DateCreated", "CreatedDate"];

/// A table as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    name: Name,
    display: String,
    actions: Actions,
    table: Table,
    guards: Vec<Option<Guard>>,
    keys: EntityKeys,
    dataset: Dataset,
}

/// A column named in the configuration that the table does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchColumn(pub String);

impl Entity {
    /// Serves a table under a name.
    ///
    /// # Errors
    /// Every name in `passwords` and `read_only` that is no column of the table.
    pub fn new(
        name: Name,
        display: String,
        actions: Actions,
        table: Table,
        passwords: &[String],
        read_only: &[String],
    ) -> Result<Self, Vec<NoSuchColumn>> {
        let mut guards: Vec<Option<Guard>> = table
            .indices()
            .map(|i| guard_by_nature(&table, i))
            .collect();
        let mut missing = Vec::new();
        // Passwords last: the strictest guard wins where a column is declared as both.
        let declared = read_only
            .iter()
            .map(|c| (c, Guard::ReadOnly))
            .chain(passwords.iter().map(|c| (c, Guard::Password)));
        for (spelling, guard) in declared {
            // All columns of that name: a database may tell names apart by case alone.
            let mut found = false;
            for (i, slot) in table.indices().zip(guards.iter_mut()) {
                if table.column(i).name.matches(spelling) {
                    found = true;
                    if guard == Guard::Password || slot.is_none() {
                        *slot = Some(guard);
                    }
                }
            }
            if !found {
                missing.push(NoSuchColumn(spelling.clone()));
            }
        }
        if missing.is_empty() {
            Ok(Self {
                name,
                display,
                actions,
                table,
                guards,
                keys: EntityKeys::default(),
                dataset: Dataset::default(),
            })
        } else {
            Err(missing)
        }
    }

    /// The same with keys that are declared for it.
    #[must_use]
    pub fn with_keys(self, keys: EntityKeys) -> Self {
        Self { keys, ..self }
    }

    /// The same, told as this dataset.
    #[must_use]
    pub fn with_dataset(self, dataset: Dataset) -> Self {
        Self { dataset, ..self }
    }

    /// What is declared of it as a dataset.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The keys that are declared for it.
    #[must_use]
    pub fn keys(&self) -> &EntityKeys {
        &self.keys
    }

    /// The key that tells every row from every other: the primary key, else a unique key without NULL.
    #[must_use]
    pub fn own_key(&self) -> Option<BatchKey> {
        let columns = self.table.row_key();
        (!columns.is_empty()).then(|| BatchKey {
            columns: columns.to_vec(),
            unique: true,
        })
    }

    /// The same where it is declared: the number of a row is none that callers send without asking for it.
    #[must_use]
    pub fn declared_key(&self) -> Option<BatchKey> {
        let numbered = |key: &BatchKey| key.columns.first().copied() == self.table.row_number();
        self.own_key().filter(|key| !numbered(key))
    }

    /// The key of these columns: a unique one of the table, or a declared one. `None` where rows cannot be found
    /// by them.
    #[must_use]
    pub fn key_of(&self, columns: &[ColumnIndex]) -> Option<BatchKey> {
        let same = |key: &&BatchKey| {
            key.columns.len() == columns.len() && key.columns.iter().all(|c| columns.contains(c))
        };
        let declared = self
            .keys
            .external_ids()
            .iter()
            .chain(self.keys.row_identifier());
        declared.into_iter().find(same).cloned().or_else(|| {
            let unique = is_unique(&self.table, columns);
            unique.then(|| BatchKey {
                columns: columns.to_vec(),
                unique,
            })
        })
    }

    /// The name that stands in a URL.
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The name shown to people.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// What may be done with it at all.
    #[must_use]
    pub fn actions(&self) -> Actions {
        self.actions
    }

    /// The table behind it.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Why a column is protected; `None` when a caller may write it.
    #[must_use]
    pub fn guard(&self, index: ColumnIndex) -> Option<Guard> {
        if self.table.row_number() == Some(index) {
            return Some(Guard::Identity);
        }
        self.guards.get(index.0).copied().flatten()
    }

    /// The value that an INSERT reports as generated: the identity column, else a single-column primary
    /// key; none when callers may not read it.
    #[must_use]
    pub fn generated_key(&self) -> Option<ColumnIndex> {
        self.table.generated_key().filter(|key| self.readable(*key))
    }

    /// Whether a column may be read, filtered, ordered or grouped by.
    #[must_use]
    pub fn readable(&self, index: ColumnIndex) -> bool {
        self.guard(index) != Some(Guard::Password)
    }
}

fn guard_by_nature(table: &Table, index: ColumnIndex) -> Option<Guard> {
    let column = table.column(index);
    match column.default {
        Default::Identity => return Some(Guard::Identity),
        Default::Computed => return Some(Guard::Computed),
        Default::None | Default::Declared => {}
    }
    match column.ty {
        SqlType::RowVersion => Some(Guard::RowVersion),
        SqlType::UniqueIdentifier => Some(Guard::Guid),
        _ => SYSTEM_DATES
            .iter()
            .any(|d| same_name(d, column.name.as_str()))
            .then_some(Guard::SystemDate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Column, Length, TableKind};

    fn entity(columns: &[&str], passwords: &[&str]) -> Entity {
        let column = |name: &&str| Column {
            name: Name::parse(*name).unwrap(),
            ty: SqlType::NVarChar(Length::Max),
            nullable: true,
            default: Default::Declared,
            foreign_key: false,
            code_page: None,
            default_expression: None,
        };
        let mut table = Table {
            schema: None,
            name: Name::parse("t").unwrap(),
            kind: TableKind::Table,
            columns: columns.iter().map(column).collect(),
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            has_triggers: false,
            primary_key_name: None,
            row_number: None,
        };
        table.primary_key = table.indices().take(1).collect();
        let everything = Actions {
            add: true,
            edit: true,
            view: true,
            ..Actions::NONE
        };
        let passwords: Vec<String> = passwords.iter().map(|&p| p.to_owned()).collect();
        let name = Name::parse("t").unwrap();
        Entity::new(name, String::new(), everything, table, &passwords, &[]).unwrap()
    }

    #[test]
    fn a_password_declared_in_one_case_guards_every_column_of_that_name() {
        let entity = entity(&["id", "Ä", "ä"], &["ä"]);
        let guarded = entity.table().indices().filter(|i| !entity.readable(*i));
        assert_eq!(guarded.count(), 2);
    }

    #[test]
    fn a_password_is_not_reported_as_a_generated_key() {
        assert!(entity(&["token", "name"], &[]).generated_key().is_some());
        assert_eq!(entity(&["token", "name"], &["token"]).generated_key(), None);
    }
}
