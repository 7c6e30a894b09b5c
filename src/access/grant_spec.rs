//! A grant as it is written down, in the configuration or beside a client in the database.

use serde::{Deserialize, Serialize};

use crate::domain::{
    Action, Actions,
    request::ClauseSource,
    rights::{Columns, Entities, Grant},
};

/// What stands for every entity.
const EVERY: &str = "*";

/// A grant in words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GrantSpec {
    /// The entities' names, or `*` alone for every one.
    pub entities: Vec<String>,
    /// Actions that are allowed.
    pub allow: Vec<String>,
    /// Actions that are denied, whatever else allows them.
    pub deny: Vec<String>,
    /// The only columns that may be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<Vec<String>>,
    /// Columns that may not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub read_except: Vec<String>,
    /// The only columns that may be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<Vec<String>>,
    /// Columns that may not be written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub write_except: Vec<String>,
    /// The only rows there are: a condition as SQL text, or as QueryBuilder's JSON in a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<String>,
}

/// Why a text is no grant: the key, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantProblem {
    /// The key.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
}

impl GrantSpec {
    /// What it means.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn grant(&self) -> Result<Grant, Vec<GrantProblem>> {
        let mut problems = Vec::new();
        let mut wrong = |key, message: &str| {
            problems.push(GrantProblem {
                key,
                message: message.to_owned(),
            });
        };
        let every = self.entities.iter().any(|entity| entity == EVERY);
        match self.entities.len() {
            0 => wrong(
                "entities",
                "is missing; name entities, or write [\"*\"] for all",
            ),
            1 => {}
            _ if every => wrong(
                "entities",
                "holds \"*\" beside names; write [\"*\"] alone for all",
            ),
            _ => {}
        }
        let mut actions = |key, words: &[String]| {
            let mut sum = Actions::NONE;
            for word in words {
                match Action::GRANTED.iter().find(|(_, known)| known == word) {
                    Some((action, _)) => sum.add_action(*action),
                    None => wrong(key, &unknown(word)),
                }
            }
            sum
        };
        let (allow, deny) = (actions("allow", &self.allow), actions("deny", &self.deny));
        if self.read.is_some() && !self.read_except.is_empty() {
            wrong("read_except", "and read are both given; leave one out");
        }
        if self.write.is_some() && !self.write_except.is_empty() {
            wrong("write_except", "and write are both given; leave one out");
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Grant {
            entities: if every {
                Entities::All
            } else {
                Entities::Named(self.entities.clone())
            },
            allow,
            deny,
            read: columns(self.read.as_ref(), &self.read_except),
            write: columns(self.write.as_ref(), &self.write_except),
            rows: self.rows.clone().map(ClauseSource::Text),
        })
    }
}

fn columns(only: Option<&Vec<String>>, except: &[String]) -> Columns {
    match only {
        Some(only) => Columns::Only(only.clone()),
        None if except.is_empty() => Columns::All,
        None => Columns::Except(except.to_vec()),
    }
}

fn unknown(word: &str) -> String {
    let words = Action::GRANTED.map(|(_, word)| format!("\"{word}\""));
    format!("holds '{word}'; the actions are {}", words.join(", "))
}
