//! Everyone who may be let in at one moment: clients of the configuration, those of the database, and what was withdrawn.
//! A directory does not change; what has changed in the database makes another one.

use std::{collections::HashMap, sync::Arc};

use super::{AppToken, AppTokenHash, Client, ClientSecret, Roles, SecretHash, StoredRights};
use crate::domain::{
    Action, Actions, Rights,
    credential::{AccessChanges, ClientRecord, RevokedToken},
};

/// A client.
pub(super) struct Record {
    pub(super) id: Arc<str>,
    /// Hashes of secrets, each with the second since 1970 up to which it is taken.
    secrets: Vec<(SecretHash, Option<i64>)>,
    app_tokens: Vec<AppTokenHash>,
    rights: Arc<Rights>,
    /// As far as they are about viewing.
    viewing: Arc<Rights>,
    /// That of the tokens that are of use.
    pub(super) generation: i64,
    revoked: bool,
}

impl Record {
    fn new(id: &str, rights: Rights) -> Self {
        Self {
            id: id.into(),
            secrets: Vec::new(),
            app_tokens: Vec::new(),
            viewing: Arc::new(rights.only(Actions::of([Action::View]))),
            rights: Arc::new(rights),
            generation: 0,
            revoked: false,
        }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(Arc::clone(&self.id), Arc::clone(&self.rights))
    }

    /// The hashes that a secret is checked against at a moment.
    pub(super) fn secrets(&self, now: i64) -> impl Iterator<Item = &(SecretHash, Option<i64>)> {
        let holds = move |until: Option<i64>| until.is_none_or(|until| now < until);
        self.secrets.iter().filter(move |(_, until)| holds(*until))
    }
}

/// Everyone who may be let in.
#[derive(Clone, Default)]
pub(super) struct Directory {
    records: HashMap<Arc<str>, Arc<Record>>,
    app_tokens: HashMap<AppTokenHash, Arc<str>>,
    /// Ids of withdrawn tokens, with the second since 1970 at which each would have expired.
    revoked: HashMap<String, i64>,
    /// The last change of the database that is in it.
    pub(super) version: i64,
}

impl Directory {
    /// The clients of the configuration.
    pub(super) fn configured(clients: Vec<ClientSecret>, app_tokens: &[AppToken]) -> Self {
        let mut directory = Self::default();
        for client in clients {
            let own = app_tokens.iter().filter(|token| token.client == client.id);
            directory.put(Record {
                secrets: vec![(client.hash, None)],
                app_tokens: own.map(|token| token.hash).collect(),
                ..Record::new(&client.id, (*client.rights).clone())
            });
        }
        directory
    }

    /// The client of this id, unless it was revoked.
    pub(super) fn find(&self, id: &str) -> Option<&Arc<Record>> {
        self.records.get(id).filter(|record| !record.revoked)
    }

    /// Whether a client of this id was revoked, whoever it is.
    pub(super) fn is_revoked(&self, id: &str) -> bool {
        self.records.get(id).is_some_and(|record| record.revoked)
    }

    /// Whether a token was withdrawn.
    pub(super) fn has_withdrawn(&self, token_id: &str) -> bool {
        self.revoked.contains_key(token_id)
    }

    /// Whether a record is still what is known of its client.
    pub(super) fn still_has(&self, record: &Arc<Record>) -> bool {
        self.find(&record.id)
            .is_some_and(|found| Arc::ptr_eq(found, record))
    }

    /// The client of an app token, with its rights to view.
    pub(super) fn viewer(&self, hash: &AppTokenHash) -> Option<Client> {
        let record = self.find(self.app_tokens.get(hash)?)?;
        Some(Client::new(
            Arc::clone(&record.id),
            Arc::clone(&record.viewing),
        ))
    }

    /// The most hashes that a secret of anybody is checked against at a moment, at least one.
    pub(super) fn most_secrets(&self, now: i64) -> usize {
        let count = |record: &Arc<Record>| record.secrets(now).count();
        self.records.values().map(count).max().unwrap_or(0).max(1)
    }

    /// Somebody's hash.
    pub(super) fn any_secret(&self) -> Option<&SecretHash> {
        let mut secrets = self.records.values().flat_map(|record| &record.secrets);
        secrets.next().map(|(hash, _)| hash)
    }

    /// The directory with what has changed in the database. Those whom nothing has changed for keep their records.
    pub(super) fn after(
        &self,
        changes: AccessChanges,
        configured: &Self,
        roles: &Roles,
        now: i64,
    ) -> Self {
        let mut next = self.clone();
        next.version = self.version.max(changes.version);
        for stored in changes.clients {
            let record = merge(&stored, configured.records.get(stored.id.as_str()), roles);
            next.put(record);
        }
        next.revoked.retain(|_, until| *until > now);
        for RevokedToken { id, until } in changes.revoked {
            next.revoked.insert(id, until);
        }
        next
    }

    fn put(&mut self, record: Record) {
        if let Some(before) = self.records.get(&record.id) {
            for hash in &before.app_tokens {
                self.app_tokens.remove(hash);
            }
        }
        for hash in &record.app_tokens {
            self.app_tokens.insert(*hash, Arc::clone(&record.id));
        }
        self.records
            .insert(Arc::clone(&record.id), Arc::new(record));
    }
}

/// What is known of a client of the database. One that the configuration has as well keeps its secret and rights from
/// there; whether it was revoked is the database's to say.
fn merge(stored: &ClientRecord, configured: Option<&Arc<Record>>, roles: &Roles) -> Record {
    let mut record = match configured {
        Some(own) => {
            if stored.secret.is_some() {
                tracing::warn!(
                    client = stored.id,
                    "a client of the database has the id of one in the configuration, which goes before it"
                );
            }
            Record {
                secrets: own.secrets.clone(),
                app_tokens: own.app_tokens.clone(),
                viewing: Arc::clone(&own.viewing),
                rights: Arc::clone(&own.rights),
                ..Record::new(&stored.id, Rights::default())
            }
        }
        None => of_database(stored, roles),
    };
    record.generation = stored.generation;
    record.revoked = stored.revoked;
    record
}

fn of_database(stored: &ClientRecord, roles: &Roles) -> Record {
    let rights = StoredRights::from_json(&stored.rights).and_then(|spec| spec.rights(roles));
    let rights = rights.unwrap_or_else(|problem| {
        tracing::error!(
            client = stored.id,
            problem,
            "a client of the database has rights that do not hold; it may do nothing"
        );
        Rights::default()
    });
    let mut record = Record::new(&stored.id, rights);
    let current = stored.secret.as_ref().map(|hash| (hash, None));
    let former = stored.former.as_ref();
    let former = former.map(|(hash, until)| (hash, Some(*until)));
    for (hash, until) in current.into_iter().chain(former) {
        match hash.parse() {
            Ok(hash) => record.secrets.push((hash, until)),
            Err(error) => {
                tracing::error!(client = stored.id, %error, "a client's secret cannot be checked");
            }
        }
    }
    match serde_json::from_str::<Vec<String>>(&stored.app_tokens) {
        Ok(hashes) => {
            let hashes = hashes.iter().filter_map(|hash| hash.parse().ok());
            record.app_tokens = hashes.collect();
        }
        Err(error) => {
            tracing::error!(client = stored.id, %error, "a client's app tokens cannot be read");
        }
    }
    record
}
