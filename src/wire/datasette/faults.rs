//! What is wrong with rows, in Datasette's words where it has some: its texts are SQLite's, and are made here from the
//! structured fault, whatever the database (contract, section 3). Types are stricter here than there; those texts are
//! this service's own.

use crate::{
    domain::{Entity, Fault, Name, SqlType, coerce::Misfit},
    error::{EngineError, Error},
};

/// The most messages that an answer has.
const TOLD: usize = 50;

/// Why the rows of a batch were not written; `None` for a row of an update, which has no number.
pub(super) fn refused(entity: &Entity, failed: Vec<(Option<u64>, Error)>) -> Error {
    let mut code = None;
    let mut messages: Vec<String> = Vec::new();
    for (number, error) in failed {
        // What is about no row at all says so with its own status.
        let found = match &error {
            Error::Invalid(faults) => faults
                .all()
                .iter()
                .flat_map(|fault| fault_texts(entity, number, fault))
                .collect(),
            Error::Engine(engine) if engine.is_about_a_row() => {
                vec![constraint_text(entity, engine).unwrap_or_else(|| error.to_string())]
            }
            Error::Contract { messages, .. } => messages.clone(),
            _ => return error,
        };
        code.get_or_insert(error.code());
        for message in found {
            if messages.len() < TOLD && !messages.contains(&message) {
                messages.push(message);
            }
        }
    }
    Error::Contract {
        status: 400,
        code: code.unwrap_or("invalid_request"),
        messages,
    }
}

fn fault_texts(entity: &Entity, number: Option<u64>, fault: &Fault) -> Vec<String> {
    let not_null = |column: &Name| {
        format!(
            "NOT NULL constraint failed: {}",
            qualified(entity, column.as_str())
        )
    };
    match fault {
        Fault::NullNotAllowed { column } | Fault::KeyNull { column } => vec![not_null(column)],
        Fault::RequiredInRow { columns } => columns.iter().map(not_null).collect(),
        Fault::UnknownColumn { wrote, .. } if number.is_none() => {
            vec![format!("no such column: {wrote}")]
        }
        Fault::Misfit {
            ty: SqlType::BigInt,
            misfit: Misfit::OutOfRange(_),
            ..
        } => {
            vec!["Python int too large to convert to SQLite INTEGER".to_owned()]
        }
        Fault::Misfit {
            column,
            misfit: Misfit::NotOfType(_),
            ..
        } if is_counted(entity, column) => {
            vec!["datatype mismatch".to_owned()]
        }
        other => vec![match number {
            Some(number) => format!("Row {number}: {other}"),
            None => other.to_string(),
        }],
    }
}

fn is_counted(entity: &Entity, column: &Name) -> bool {
    let table = entity.table();
    let found = table.find(column.as_str());
    found.is_some_and(|index| table.column(index).default == crate::domain::Default::Identity)
}

fn qualified(entity: &Entity, column: &str) -> String {
    format!("{}.{column}", entity.name().as_str())
}

/// What SQLite says of a broken constraint. Of a check without a name only the table is told: its expression is not the
/// caller's to read.
fn constraint_text(entity: &Entity, error: &EngineError) -> Option<String> {
    let text = match error {
        EngineError::Unique {
            constraint,
            columns,
        } => {
            let columns = unique_columns(entity, constraint.as_deref(), columns);
            let listed: Vec<String> = columns.iter().map(|c| qualified(entity, c)).collect();
            let broken = match (listed.is_empty(), constraint) {
                (false, _) => listed.join(", "),
                (true, Some(name)) => format!("index '{name}'"),
                (true, None) => entity.name().as_str().to_owned(),
            };
            format!("UNIQUE constraint failed: {broken}")
        }
        EngineError::Null { column } => {
            format!("NOT NULL constraint failed: {}", qualified(entity, column))
        }
        EngineError::Check { constraint } => {
            let broken = constraint.as_deref().unwrap_or(entity.name().as_str());
            format!("CHECK constraint failed: {broken}")
        }
        EngineError::ForeignKey { .. } => "FOREIGN KEY constraint failed".to_owned(),
        _ => return None,
    };
    Some(text)
}

/// The columns of a unique key: as the database tells them, else those of the key that has the constraint's name. None where
/// it is an index that has come since the tables were read.
fn unique_columns(entity: &Entity, constraint: Option<&str>, told: &[String]) -> Vec<String> {
    if !told.is_empty() {
        return told.to_vec();
    }
    let table = entity.table();
    let named = |name: &Option<Name>| {
        name.as_ref()
            .zip(constraint)
            .is_some_and(|(name, told)| name.matches(told))
    };
    let key = table.shown_unique_keys().find(|key| named(&key.name));
    let key = match key {
        Some(key) => key.columns.as_slice(),
        None if named(&table.primary_key_name) => table.shown_key(),
        None => &[],
    };
    let columns = key
        .iter()
        .map(|c| table.column(*c).name.as_str().to_owned());
    columns.collect()
}
