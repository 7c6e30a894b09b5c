//! What is said of a record that was not written, where that takes more than the error itself: the value that was sent
//! and the ids of the rows in its way.

use super::{
    decode::{Record, Target},
    faults::{Complaint, complaints},
    lookup::{self, Tests},
};
use crate::{
    domain::{
        ColumnIndex, Entity, Fault, Literal,
        batch::{BatchKey, RowDone},
        fault::shorten,
        name::same_name,
    },
    error::{EngineError, Error},
    service::Client,
    wire::state::State,
};

/// Knows the request that records came in.
#[derive(Clone, Copy)]
pub struct Complainer<'r> {
    /// Where ids are looked up.
    pub state: &'r State,
    /// Who asks.
    pub client: &'r Client,
    /// The object.
    pub target: Target<'r>,
    /// What finds its rows.
    pub key: &'r BatchKey,
}

impl Complainer<'_> {
    /// The id of a record that was written.
    #[must_use]
    pub fn id(&self, record: &Record, done: &RowDone) -> String {
        let tells = !lookup::id_columns(self.target.entity).is_empty();
        if done.key.is_empty() || !tells {
            let found_by = self.key_value(record).map(literal_text).unwrap_or_default();
            self.target.prefix.id_of_text(&found_by)
        } else {
            self.target.prefix.id(&done.key)
        }
    }

    /// Everything that is wrong with a record.
    pub async fn complaints(&self, record: &Record, error: &Error) -> Vec<Complaint> {
        if let Some(complaint) = &record.complaint {
            return vec![complaint.clone()];
        }
        match error {
            Error::Invalid(faults) => match faults.all() {
                [Fault::KeyRepeated { .. }] => {
                    let value = self.key_value(record).map(literal_text).unwrap_or_default();
                    vec![Complaint::repeated(self.field(), &shorten(&value))]
                }
                [Fault::KeyAmbiguous { .. }] => {
                    let ids = self.matches(record).await;
                    vec![Complaint::ambiguous(self.field(), &ids)]
                }
                _ => complaints(error),
            },
            Error::Engine(EngineError::Unique {
                constraint,
                columns,
            }) => {
                vec![self.taken(record, constraint.as_deref(), columns).await]
            }
            _ => complaints(error),
        }
    }

    /// A value that another row has, by the database's own words or by the name of the key.
    async fn taken(&self, record: &Record, constraint: Option<&str>, told: &[String]) -> Complaint {
        let entity = self.target.entity;
        let columns = unique_columns(entity, constraint, told);
        if columns.is_empty() {
            // The one key whose name is not known; but a trigger may have written to another table.
            let primary = names(entity, entity.table().shown_key());
            if let Some(id) = self.holder(record, &primary).await {
                return Complaint::taken(&primary, Some(&id));
            }
        }
        let id = self.holder(record, &columns).await;
        Complaint::taken(&columns, id.as_deref())
    }

    /// The ids of the rows that a record's key finds.
    pub async fn matches(&self, record: &Record) -> Vec<String> {
        match self.key_value(record) {
            Some(value) => {
                self.ids(vec![(self.field().to_owned(), value.clone())])
                    .await
            }
            None => Vec::new(),
        }
    }

    /// The id of the row that holds a record's values of a unique key.
    async fn holder(&self, record: &Record, columns: &[String]) -> Option<String> {
        let sent = columns.iter().map(|column| {
            let value = record
                .get(column)
                .filter(|value| **value != Literal::Null)?;
            Some((column.clone(), value.clone()))
        });
        let tests: Tests = sent.collect::<Option<_>>()?;
        self.ids(tests).await.into_iter().next()
    }

    async fn ids(&self, tests: Tests) -> Vec<String> {
        let Target { entity, prefix } = self.target;
        lookup::ids(&self.state.service, self.client, entity, prefix, tests).await
    }

    /// The external id's column. The keys of this API have one alone.
    fn field(&self) -> &str {
        let table = self.target.entity.table();
        let column = self.key.columns.first();
        column.map_or("", |column| table.column(*column).name.as_str())
    }

    fn key_value<'a>(&self, record: &'a Record) -> Option<&'a Literal> {
        record.get(self.field())
    }
}

/// The columns of a unique key that was violated: the database's own words, else those of the key that has the name.
fn unique_columns(entity: &Entity, constraint: Option<&str>, told: &[String]) -> Vec<String> {
    if !told.is_empty() {
        return told.to_vec();
    }
    let table = entity.table();
    let key = table.shown_unique_keys().find(|key| {
        let name = key.name.as_ref().map(crate::domain::Name::as_str);
        name.zip(constraint)
            .is_some_and(|(name, told)| same_name(name, told))
    });
    key.map(|key| names(entity, &key.columns))
        .unwrap_or_default()
}

fn names(entity: &Entity, columns: &[ColumnIndex]) -> Vec<String> {
    let name = |column: &ColumnIndex| entity.table().column(*column).name.as_str().to_owned();
    columns.iter().map(name).collect()
}

/// A value as the caller wrote it.
fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(flag) => flag.to_string(),
        Literal::Number(text) | Literal::Text(text) => text.clone(),
    }
}
