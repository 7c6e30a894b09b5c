//! An immutable snapshot of the entities served: what the configuration declares, held against the
//! tables the database has. It does no I/O; a reload builds a new snapshot.

use std::{collections::BTreeMap, sync::Arc};

use crate::domain::{
    Actions, Entity, Keeping, Name, Table, TableKind,
    dataset::{Dataset, DatasetDeclaration, LocationProblem},
    entity::NoSuchColumn,
    entity_keys::{EntityKeys, KeyDeclaration, KeyProblem},
    name::{nearest, same_name},
};

/// An entity as the configuration declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The name in the URL.
    pub name: Name,
    /// The name shown to people; `None` for the URL's.
    pub display: Option<String>,
    /// The table, as `table` or `schema.table`; `None` for one named like the entity.
    pub table: Option<String>,
    /// What may be done.
    pub actions: Actions,
    /// Password columns.
    pub passwords: Vec<String>,
    /// Columns that callers may not write, besides those protected by nature.
    pub read_only: Vec<String>,
    /// The keys by which batches may find rows, besides the table's own.
    pub keys: KeyDeclaration,
    /// How it is told as a dataset.
    pub dataset: DatasetDeclaration,
    /// How much of its changes the journal keeps; `None`: as of every other.
    pub journal: Option<Keeping>,
}

/// What is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// The declared entities.
    pub declared: Vec<Declaration>,
    /// Serve every other table and view too. `None`: only what is declared.
    pub all_tables: Option<AllTables>,
    /// How much of every change the journal keeps, where an entity's declaration says nothing of it.
    pub journal: Keeping,
}

impl Serving {
    /// Whether the journal keeps anything at all.
    #[must_use]
    pub fn journals(&self) -> bool {
        let keeps =
            |declared: &Declaration| declared.journal.unwrap_or(self.journal) != Keeping::Off;
        self.journal != Keeping::Off || self.declared.iter().any(keeps)
    }

    /// Whether a declaration is about a table of this name, or an entity of this name is declared.
    #[must_use]
    pub fn names(&self, table: &Name) -> bool {
        let bare = |name: &str| match (name.split_once('.'), table.as_str().contains('.')) {
            (Some((_, last)), false) => table.matches(last),
            _ => table.matches(name),
        };
        self.declares(table) || self.declared.iter().any(|d| bare(d.table_name()))
    }

    /// Whether an entity is declared under this name.
    #[must_use]
    pub fn declares(&self, name: &Name) -> bool {
        self.declared.iter().any(|d| d.name.matches(name.as_str()))
    }
}

/// How tables and views are served that nobody declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllTables {
    /// What may be done; views can only be viewed.
    pub actions: Actions,
    /// Password columns, in whatever table or view they are found.
    pub passwords: Vec<String>,
    /// Whether a caller's value for a primary key is taken on INSERT where the database counts it or it is a GUID.
    pub caller_keys: bool,
    /// Whether callers may make tables, which are then served like this.
    pub create: bool,
}

/// A declaration that does not hold against the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // each message says what its variant means
pub enum CatalogError {
    #[error("entity '{entity}': there is no table '{table}'{}", did_you_mean(.suggestion.as_deref()))]
    NoTable {
        entity: String,
        table: String,
        suggestion: Option<String>,
    },
    #[error("entity '{entity}': table '{table}' has no column '{column}'{}", did_you_mean(.suggestion.as_deref()))]
    NoColumn {
        entity: String,
        table: String,
        column: String,
        suggestion: Option<String>,
    },
    #[error(
        "entity '{entity}': no unique index of table '{table}' is on '{columns}' alone, so that several rows could have \
         one key; make the index, or name the column in not_unique as well"
    )]
    NotUnique {
        entity: String,
        table: String,
        columns: String,
    },
    #[error(
        "entity '{entity}': the location '{location}' has the name of a column or of another location; give it another"
    )]
    LocationTaken { entity: String, location: String },
    #[error("entity '{entity}' is declared twice (names are compared without regard to case)")]
    Twice { entity: String },
    #[error(
        "serve.passwords: no table or view without a declaration of its own has a column '{column}'{}", did_you_mean(.suggestion.as_deref())
    )]
    NoPassword {
        column: String,
        suggestion: Option<String>,
    },
    #[error(
        "entity '{entity}': '{table}' can only be viewed, being a view or a table that is not written to by plain \
         statements; allow just \"view\""
    )]
    View { entity: String, table: String },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |s| format!("; did you mean '{s}'?"))
}

/// The entities served at one moment.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// By name in lower case.
    entities: BTreeMap<String, Arc<Entity>>,
}

impl Catalog {
    /// Holds the declarations against the tables.
    ///
    /// # Errors
    /// Everything that does not fit, not just the first.
    pub fn build(tables: &[Table], serving: &Serving) -> Result<Self, Vec<CatalogError>> {
        let (catalog, errors) = Self::build_what_holds(tables, serving);
        if errors.is_empty() {
            Ok(catalog)
        } else {
            Err(errors)
        }
    }

    /// Holds the declarations against the tables and leaves out the entities that do not fit. A table
    /// whose own declaration is broken is not served without it: it may have had guards.
    #[must_use]
    pub fn build_what_holds(tables: &[Table], serving: &Serving) -> (Self, Vec<CatalogError>) {
        // The engines leave the service's own tables out already, as far as the database tells cases apart.
        if tables.iter().any(|table| table.name.is_own()) {
            let others = tables.iter().filter(|table| !table.name.is_own());
            return Self::build_what_holds(&others.cloned().collect::<Vec<_>>(), serving);
        }
        let mut catalog = Self::default();
        let mut errors = Vec::new();
        let mut claimed: Vec<&Table> = Vec::new();
        for declaration in &serving.declared {
            let table = find_table(tables, declaration.table_name());
            claimed.extend(table);
            match declare(tables, table, declaration, serving) {
                Ok(entity) => {
                    if !catalog.insert(entity) {
                        errors.push(CatalogError::Twice {
                            entity: declaration.name.as_str().to_owned(),
                        });
                    }
                }
                Err(found) => errors.extend(found),
            }
        }
        if let Some(all) = &serving.all_tables {
            let free = |t: &&Table| !claimed.contains(t) && !serving.declares(&t.name);
            let undeclared: Vec<&Table> = tables.iter().filter(free).collect();
            errors.extend(misspelt_passwords(&undeclared, &all.passwords));
            for table in undeclared {
                let taken = catalog.find(table.name.as_str()).is_some();
                if let Some(entity) = undeclared_entity(table, all, taken) {
                    catalog.insert(entity.with_journal(serving.journal));
                }
            }
        }
        (catalog, errors)
    }

    fn insert(&mut self, entity: Entity) -> bool {
        let key = entity.name().as_str().to_lowercase();
        if self.entities.contains_key(&key) {
            return false;
        }
        self.entities.insert(key, Arc::new(entity));
        true
    }

    /// The entity that a caller's spelling means.
    #[must_use]
    pub fn find(&self, spelling: &str) -> Option<&Arc<Entity>> {
        self.entities.get(&spelling.to_lowercase())
    }

    /// All entities, by name.
    pub fn entities(&self) -> impl Iterator<Item = &Arc<Entity>> {
        self.entities.values()
    }

    /// The entity name nearest to a misspelt one.
    #[must_use]
    pub fn nearest(&self, spelling: &str) -> Option<&Name> {
        let names = self.entities.values().map(|e| e.name().as_str());
        nearest(spelling, names).and_then(|found| self.find(found).map(|e| e.name()))
    }
}

impl Declaration {
    fn table_name(&self) -> &str {
        self.table.as_deref().unwrap_or(self.name.as_str())
    }
}

fn declare(
    tables: &[Table],
    table: Option<&Table>,
    declaration: &Declaration,
    serving: &Serving,
) -> Result<Entity, Vec<CatalogError>> {
    let entity = declaration.name.as_str().to_owned();
    let wanted = declaration.table_name();
    let Some(table) = table else {
        return Err(vec![CatalogError::NoTable {
            suggestion: nearest(wanted, tables.iter().map(|t| t.name.as_str())).map(str::to_owned),
            table: wanted.to_owned(),
            entity,
        }]);
    };
    let actions = declaration.actions;
    let view_alone = Actions {
        view: actions.view,
        ..Actions::NONE
    };
    if table.kind == TableKind::View && actions != view_alone {
        return Err(vec![CatalogError::View {
            entity,
            table: wanted.to_owned(),
        }]);
    }
    let display = declaration
        .display
        .clone()
        .unwrap_or_else(|| entity.clone());
    let no_column = |column: String| CatalogError::NoColumn {
        entity: entity.clone(),
        table: wanted.to_owned(),
        suggestion: nearest(&column, table.columns.iter().map(|c| c.name.as_str()))
            .map(str::to_owned),
        column,
    };
    let keys = EntityKeys::bind(table, &declaration.keys).map_err(|problems| {
        let error = |problem| match problem {
            KeyProblem::NoColumn(column) => no_column(column),
            KeyProblem::NotUnique(columns) => CatalogError::NotUnique {
                entity: entity.clone(),
                table: wanted.to_owned(),
                columns,
            },
        };
        problems.into_iter().map(error).collect::<Vec<_>>()
    });
    let dataset = Dataset::bind(table, &declaration.dataset).map_err(|problems| {
        let error = |problem| match problem {
            LocationProblem::NoColumn(column) => no_column(column),
            LocationProblem::Taken(location) => CatalogError::LocationTaken {
                entity: entity.clone(),
                location,
            },
        };
        problems.into_iter().map(error).collect::<Vec<_>>()
    });
    let served = Entity::new(
        declaration.name.clone(),
        display,
        actions,
        table.clone(),
        &passwords(tables, table, declaration, serving),
        &declaration.read_only,
    )
    .map_err(|missing| {
        let missing = missing.into_iter();
        missing
            .map(|NoSuchColumn(column)| no_column(column))
            .collect::<Vec<_>>()
    });
    match (served, keys, dataset) {
        (Ok(entity), Ok(keys), Ok(dataset)) => Ok(entity
            .with_keys(keys)
            .with_dataset(dataset)
            .with_journal(declaration.journal.unwrap_or(serving.journal))),
        (served, keys, dataset) => {
            let errors = [served.err(), keys.err(), dataset.err()]
                .into_iter()
                .flatten();
            Err(errors.flatten().collect())
        }
    }
}

/// The password columns of an entity: its own, and those that another entity of the same table declares.
/// What is a password under one name is one under every name.
fn passwords(
    tables: &[Table],
    table: &Table,
    declaration: &Declaration,
    serving: &Serving,
) -> Vec<String> {
    let others = serving.declared.iter().filter(|other| {
        let found = find_table(tables, other.table_name());
        found.is_some_and(|found| std::ptr::eq(found, table))
    });
    let theirs = others
        .flat_map(|other| &other.passwords)
        .filter(|column| table.find(column).is_some());
    declaration
        .passwords
        .iter()
        .chain(theirs)
        .cloned()
        .collect()
}

/// `table` or `schema.table`; a name that itself holds a point is found as a whole first.
fn find_table<'t>(tables: &'t [Table], wanted: &str) -> Option<&'t Table> {
    let in_schema = |table: &Table| match (wanted.split_once('.'), &table.schema) {
        (Some((schema, name)), Some(s)) => s.matches(schema) && table.name.matches(name),
        _ => false,
    };
    tables
        .iter()
        .find(|t| t.name.as_str() == wanted)
        .or_else(|| tables.iter().find(|t| same_name(t.name.as_str(), wanted)))
        .or_else(|| tables.iter().find(|t| in_schema(t)))
}

/// The password columns that no undeclared table has: a slip here would serve them.
fn misspelt_passwords<'a>(
    undeclared: &'a [&Table],
    passwords: &'a [String],
) -> impl Iterator<Item = CatalogError> {
    let missing = |column: &&String| undeclared.iter().all(|t| t.find(column).is_none());
    passwords.iter().filter(missing).map(|column| {
        let known = undeclared.iter().flat_map(|t| &t.columns);
        CatalogError::NoPassword {
            column: column.clone(),
            suggestion: nearest(column, known.map(|c| c.name.as_str())).map(str::to_owned),
        }
    })
}

/// A table nobody declared, served under its own name or, where a table of another schema has taken that, with its
/// schema before it.
fn undeclared_entity(table: &Table, all: &AllTables, taken: bool) -> Option<Entity> {
    let name = match &table.schema {
        Some(schema) if taken => {
            Name::parse(format!("{}.{}", schema.as_str(), table.name.as_str())).ok()?
        }
        _ => table.name.clone(),
    };
    let actions = match table.kind {
        TableKind::Table => all.actions,
        TableKind::View => Actions {
            view: all.actions.view,
            ..Actions::NONE
        },
    };
    let own = |column: &&String| table.find(column).is_some();
    let passwords: Vec<String> = all.passwords.iter().filter(own).cloned().collect();
    let display = name.as_str().to_owned();
    let keys = KeyDeclaration {
        caller_keys: all.caller_keys,
        ..KeyDeclaration::default()
    };
    // No column is named in it that could be missing.
    let keys = EntityKeys::bind(table, &keys).ok()?;
    let entity = Entity::new(name, display, actions, table.clone(), &passwords, &[]).ok()?;
    Some(entity.with_keys(keys))
}
