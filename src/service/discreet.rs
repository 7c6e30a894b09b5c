//! What the database says of a refusal, without what its hearer may not know of: columns and constraints that the client's
//! rights leave out. What is told then is less, and the log has it all.

use std::sync::Arc;

use super::{Client, Service};
use crate::{
    domain::{Entity, Name},
    engine::EngineError,
    error::Error,
};

/// What a client may be told of an entity.
#[derive(Debug, Clone)]
pub(super) struct Discretion {
    entity: Arc<Entity>,
    /// Whether the client may know of every entity, and of every column of this one.
    open: bool,
}

impl Service {
    /// What a client may be told of an entity that it sees so.
    pub(super) fn discretion(client: &Client, entity: &Arc<Entity>) -> Discretion {
        Discretion {
            entity: Arc::clone(entity),
            open: client.rights().see_everything(),
        }
    }
}

impl Discretion {
    /// An error as the client may have it.
    pub(super) fn told(&self, error: Error) -> Error {
        match error {
            Error::Engine(error) if !self.open => {
                let told = self.engine(error.clone());
                if told != error {
                    tracing::info!(detail = %error, "told in part");
                }
                Error::Engine(told)
            }
            other => other,
        }
    }

    fn engine(&self, error: EngineError) -> EngineError {
        match error {
            EngineError::Unique {
                constraint,
                columns,
            } => self.unique(constraint, columns),
            EngineError::ForeignKey { .. } => EngineError::ForeignKey { constraint: None },
            EngineError::Check { .. } => EngineError::Check { constraint: None },
            // What is wrong with a column that is not to be known is a rule of the table like others.
            EngineError::Null { column } if !self.knows(&column) => {
                EngineError::Check { constraint: None }
            }
            EngineError::Truncated { column, detail } => EngineError::Truncated {
                column: column.filter(|column| self.knows(column)),
                detail,
            },
            other => other,
        }
    }

    /// A unique key is told by its name where all of its columns may be known.
    fn unique(&self, constraint: Option<String>, columns: Vec<String>) -> EngineError {
        let table = self.entity.table();
        let is_told = |name: &Option<Name>| {
            let name = name.as_ref().zip(constraint.as_deref());
            name.is_some_and(|(name, told)| name.matches(told))
        };
        let own = !table.shown_key().is_empty() && is_told(&table.primary_key_name);
        let known = own || table.shown_unique_keys().any(|key| is_told(&key.name));
        let shown = columns.iter().all(|column| self.knows(column));
        EngineError::Unique {
            constraint: constraint.filter(|_| known),
            columns: if shown { columns } else { Vec::new() },
        }
    }

    fn knows(&self, column: &str) -> bool {
        self.entity.table().find(column).is_some()
    }
}
