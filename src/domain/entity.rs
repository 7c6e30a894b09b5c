//! An entity: a table under the name and rights that the configuration gives it. It says which
//! columns are protected and why; enforcing that is `policy`'s job.

use super::{
    Action, Actions, ColumnIndex, Default, Name, Predicate, SqlType, Table,
    batch::BatchKey,
    dataset::Dataset,
    deed::Keeping,
    entity_keys::{EntityKeys, is_unique},
    name::same_name,
};

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
    /// Declared read-only in the configuration, or the caller's rights do not let it be written.
    ReadOnly,
    /// The caller's rights let it be written, but not read, filtered, ordered or grouped by.
    WriteOnly,
    /// The caller has no right to it: to this caller it does not exist.
    Hidden,
}

/// What of an entity one caller may use.
#[derive(Debug, Clone, PartialEq)]
struct View {
    /// For each column whether it may be read and whether it may be written.
    columns: Vec<(bool, bool)>,
    /// Which rows there are for the caller; `None` for all.
    rows: Option<Predicate>,
}

/// The vendor's out-of-the-box date columns (UPSERT endpoint page, "Fields that cannot be updated").
const SYSTEM_DATES: [&str; 4] = ["DateEntered", "EntryDate", "DateCreated", "CreatedDate"];

/// A table as it is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    name: Name,
    display: String,
    actions: Actions,
    table: Table,
    guards: Vec<Option<Guard>>,
    keys: EntityKeys,
    dataset: Dataset,
    journal: Keeping,
    view: Option<View>,
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
                journal: Keeping::Off,
                view: None,
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

    /// The same, with this much of every change kept in the journal.
    #[must_use]
    pub fn with_journal(self, journal: Keeping) -> Self {
        Self { journal, ..self }
    }

    /// The same as one caller may use it: these of its actions, for each column whether it may be read and whether it
    /// may be written, and these rows alone (`None`: all).
    #[must_use]
    pub fn seen(
        &self,
        actions: Actions,
        columns: impl Fn(&Name) -> (bool, bool),
        rows: Option<Predicate>,
    ) -> Self {
        let table = &self.table;
        let actions = actions.and(self.grantable());
        // To whoever writes nothing a column that may only be written is none at all.
        let writes = [Action::Add, Action::Edit, Action::Alter, Action::Undo];
        let writes = writes.into_iter().any(|action| actions.allow(action));
        let columns = table.every().map(|i| {
            let (reads, may_write) = columns(&table.column(i).name);
            (reads, may_write && (reads || writes))
        });
        let columns = columns.collect();
        let mut seen = Self {
            actions,
            view: Some(View { columns, rows }),
            ..self.clone()
        };
        let hidden = table
            .every()
            .filter(|i| seen.guard(*i) == Some(Guard::Hidden));
        let hidden: Vec<ColumnIndex> = hidden.collect();
        seen.keys.hide(&hidden);
        seen.dataset.hide(&hidden);
        seen.table.hidden = hidden;
        seen
    }

    /// The same for whoever has no right to it: nothing may be done with it, and it has no column.
    #[must_use]
    pub fn closed(&self) -> Self {
        self.seen(Actions::NONE, |_| (false, false), None)
    }

    /// What clients may be granted of it.
    fn grantable(&self) -> Actions {
        if self.actions == Actions::NONE {
            return Actions::NONE;
        }
        self.actions
            .or(Actions::of([Action::Explain, Action::Undo]))
    }

    /// Which rows there are for the caller; `None` for all. Whatever is read or written keeps to it, before and after.
    #[must_use]
    pub fn rows(&self) -> Option<&Predicate> {
        self.view.as_ref().and_then(|view| view.rows.as_ref())
    }

    /// How much of its changes the journal keeps.
    #[must_use]
    pub fn journal(&self) -> Keeping {
        self.journal
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
        let own = self.nature(index);
        let view = self.view.as_ref();
        let rights = view.and_then(|view| view.columns.get(index.0)).copied();
        let (reads, writes) = rights.unwrap_or((true, true));
        match own {
            _ if !reads && !writes => Some(Guard::Hidden),
            // It could be written only if its nature let it.
            Some(_) if !reads => Some(Guard::Hidden),
            None if !reads => Some(Guard::WriteOnly),
            None if !writes => Some(Guard::ReadOnly),
            own => own,
        }
    }

    /// Whether the caller's rights let a column be written, whatever its nature.
    #[must_use]
    pub fn grants_writing(&self, index: ColumnIndex) -> bool {
        let view = self.view.as_ref();
        view.and_then(|view| view.columns.get(index.0))
            .is_none_or(|(_, writes)| *writes)
    }

    /// Why a column is protected whoever asks: by what it is, or by the configuration of the entity.
    #[must_use]
    pub fn nature(&self, index: ColumnIndex) -> Option<Guard> {
        if self.table.row_number() == Some(index) {
            return Some(Guard::Identity);
        }
        self.guards.get(index.0).copied().flatten()
    }

    /// Whether a column exists for the caller.
    #[must_use]
    pub fn shows(&self, index: ColumnIndex) -> bool {
        self.table.shows(index)
    }

    /// Whether a caller may write a column.
    #[must_use]
    pub fn writable(&self, index: ColumnIndex) -> bool {
        matches!(self.guard(index), None | Some(Guard::WriteOnly))
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
        let closed = [Guard::Password, Guard::WriteOnly, Guard::Hidden];
        !self
            .guard(index)
            .is_some_and(|guard| closed.contains(&guard))
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
            hidden: Vec::new(),
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
