//! What can be undone of a request, and what cannot, before anything is tried.

use std::{fmt, sync::Arc};

use uuid::Uuid;

use crate::domain::{
    Column, ColumnIndex, Deed, Default, Entity, Guard, Note, SqlType,
    journal::{LogEntry, MOST_UNDONE, Undo, UndoStep},
};

/// Why a step cannot be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoProblem {
    /// The entity is not served any more, or is another table now.
    Entity(String),
    /// Of this entity's rows only the number was kept.
    Counted(String),
    /// No row of this entity was changed: it was its table that was.
    Unchanged(String),
    /// More rows were changed than are put back at once.
    Many(u64),
    /// Rows of this entity's table cannot be told apart: it has no key whose values are kept.
    Keyless(String),
    /// The table has this column no more.
    Column(String, String),
    /// Rows were deleted that had values in this column, of which none are kept.
    Lost(String, String),
}

impl fmt::Display for UndoProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entity(entity) => write!(
                f,
                "\"{entity}\" is not served any more, or from another table than then"
            ),
            Self::Counted(entity) => write!(
                f,
                "of the rows of \"{entity}\" only the number was kept; journal = \"full\" keeps them from now on"
            ),
            Self::Unchanged(entity) => write!(
                f,
                "no row of \"{entity}\" was changed, and tables that were made, altered or dropped stay as they are"
            ),
            Self::Many(rows) => write!(
                f,
                "{rows} rows were changed; {MOST_UNDONE} at most are put back at once"
            ),
            Self::Keyless(entity) => write!(
                f,
                "the rows of \"{entity}\" cannot be told apart: its table has no primary key whose values are kept"
            ),
            Self::Column(entity, column) => {
                write!(f, "\"{entity}\" has no column \"{column}\" any more")
            }
            Self::Lost(entity, column) => write!(
                f,
                "rows of \"{entity}\" were deleted with values in \"{column}\", which are never kept"
            ),
        }
    }
}

/// Plans the undoing of a request: its last step first. `find` gives an entity as it is, by its name; `deed` is the
/// request that undoes.
///
/// # Errors
/// Everything that keeps it from being undone.
pub fn plan_undo(
    log_id: Uuid,
    entries: &[LogEntry],
    find: impl Fn(&str) -> Option<Arc<Entity>>,
    deed: &Arc<Deed>,
) -> Result<Undo, Vec<UndoProblem>> {
    let mut problems = Vec::new();
    let mut steps = Vec::new();
    let rows = |entry: &LogEntry| entry.created + entry.updated + entry.deleted;
    let all: u64 = entries.iter().map(rows).sum();
    if all > MOST_UNDONE {
        problems.push(UndoProblem::Many(all));
    }
    for entry in entries.iter().rev() {
        let name = || entry.entity.clone();
        let Some(entity) = find(&entry.entity).filter(|entity| is_table_of(entity, entry)) else {
            problems.push(UndoProblem::Entity(name()));
            continue;
        };
        let Some(names) = &entry.columns else {
            problems.push(if rows(entry) == 0 {
                UndoProblem::Unchanged(name())
            } else {
                UndoProblem::Counted(name())
            });
            continue;
        };
        let before = problems.len();
        let columns = columns_of(&entity, names, &mut problems);
        let key = entity.table().row_key();
        if key.is_empty() || !key.iter().all(|index| columns.contains(index)) {
            problems.push(UndoProblem::Keyless(name()));
        }
        if entry.deleted > 0 {
            problems.extend(lost(&entity, &columns));
        }
        if problems.len() == before {
            steps.push(UndoStep {
                step: entry.step,
                columns,
                note: Arc::new(Note {
                    deed: Arc::clone(deed),
                    step: deed.next_step(),
                    entity,
                    clause: None,
                }),
            });
        }
    }
    if problems.is_empty() {
        Ok(Undo { log_id, steps })
    } else {
        problems.dedup();
        Err(problems)
    }
}

fn is_table_of(entity: &Entity, entry: &LogEntry) -> bool {
    entity.table().full_name() == entry.table
}

fn columns_of(
    entity: &Entity,
    names: &[String],
    problems: &mut Vec<UndoProblem>,
) -> Vec<ColumnIndex> {
    let table = entity.table();
    let mut columns = Vec::new();
    for name in names {
        // Spelt as it was: another spelling may be another column.
        let found = table.find(name).filter(|index| {
            let column = table.column(*index);
            column.name.as_str() == name && column.default != Default::Computed
        });
        match found {
            Some(index) => columns.push(index),
            None => problems.push(UndoProblem::Column(
                entity.name().as_str().to_owned(),
                name.clone(),
            )),
        }
    }
    columns
}

/// Columns of which a deleted row's values are nowhere.
fn lost(entity: &Entity, kept: &[ColumnIndex]) -> Vec<UndoProblem> {
    let table = entity.table();
    let holds =
        |column: &Column| column.default != Default::Computed && column.ty != SqlType::RowVersion;
    let lost = table.indices().filter(|index| {
        let secret = entity.nature(*index) == Some(Guard::Password);
        !kept.contains(index) && (secret || holds(table.column(*index)))
    });
    lost.map(|index| {
        UndoProblem::Lost(
            entity.name().as_str().to_owned(),
            table.column(index).name.as_str().to_owned(),
        )
    })
    .collect()
}

/// What does not come back though a request is undone, in words. `cascades`: rows go along with one that is taken away.
#[must_use]
pub fn losses(
    entries: &[LogEntry],
    find: impl Fn(&str) -> Option<Arc<Entity>>,
    cascades: bool,
) -> Vec<String> {
    let mut losses = Vec::new();
    for entry in entries {
        let Some(entity) = find(&entry.entity).filter(|entity| is_table_of(entity, entry)) else {
            continue;
        };
        let table = entity.table();
        let name = entity.name().as_str();
        let any = |holds: fn(&Column) -> bool| table.columns.iter().any(holds);
        if any(|column| column.ty == SqlType::RowVersion) {
            losses.push(format!("rows of \"{name}\" get new row versions"));
        }
        if entry.created > 0 && any(|column| column.default == Default::Identity) {
            losses.push(format!(
                "numbers that \"{name}\" gave to new rows are not given again"
            ));
        }
        if entry.created > 0 && cascades {
            losses.push(format!(
                "rows of other tables that refer to rows which \"{name}\" loses are deleted or changed along with them \
                 where their foreign keys say so"
            ));
        }
        if table.has_triggers {
            losses.push(format!(
                "what triggers of \"{name}\" did in other tables stays, and they run once more"
            ));
        }
        if entry.deleted > 0 {
            losses.push(format!(
                "rows of other tables that were deleted or changed along with rows of \"{name}\" stay as they are"
            ));
        }
    }
    losses.dedup();
    losses
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{Actions, Name, Table, TableKind};

    #[test]
    fn rows_that_go_along_are_told_of_before_where_an_engine_lets_them_go() {
        let name = |text| Name::parse(text).unwrap();
        let table = Table {
            schema: None,
            name: name("t"),
            kind: TableKind::Table,
            columns: Vec::new(),
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            hidden: Vec::new(),
            has_triggers: false,
            primary_key_name: None,
            row_number: None,
        };
        let entity = Entity::new(name("t"), String::new(), Actions::all(), table, &[], &[]);
        let entity = Arc::new(entity.unwrap());
        let find = |_: &str| Some(Arc::clone(&entity));
        let entry = |created, updated| LogEntry {
            log_id: Uuid::nil(),
            step: 0,
            at: date(2026, 1, 1).at(0, 0, 0, 0),
            client: String::new(),
            api: String::new(),
            entity: "t".to_owned(),
            table: "t".to_owned(),
            operation: String::new(),
            clause: None,
            columns: None,
            created,
            updated,
            deleted: 0,
            undoes: None,
        };
        let told = |entry, cascades| losses(&[entry], find, cascades).concat();
        assert!(told(entry(1, 0), true).contains("which \"t\" loses"));
        assert_eq!(told(entry(0, 1), true), "");
        assert_eq!(told(entry(1, 0), false), "");
    }
}
