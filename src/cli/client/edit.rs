//! Changes clients in the database: reads what there is, and writes it if nobody else has changed it meanwhile.

use std::time::{Duration, Instant};

use crate::{
    access::{AppTokenHash, OUTSIDE, StoredRights, hash_secret},
    app,
    cli::Failure,
    config::Config,
    domain::credential::ClientRecord,
    engine::{
        Engine, EngineError,
        store::{Migration, Store},
    },
};

/// How long one look or change may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a change is tried again that somebody else got before.
const TRIES: usize = 5;

/// The longest id, in UTF-16 code units: that of the column.
const LONGEST_ID: usize = 200;

pub(super) struct Editor<'e> {
    store: &'e dyn Store,
    config: &'e Config,
}

impl<'e> Editor<'e> {
    pub(super) fn new(engine: &'e dyn Engine, config: &'e Config) -> Self {
        Self {
            store: engine.store(),
            config,
        }
    }

    /// Sees to it that there are tables to change.
    pub(super) async fn prepare(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + app::MIGRATING;
        if self.store.migrates_itself() {
            self.store.migrate(deadline).await.map_err(failed)?;
        }
        let missing = self.store.missing(deadline).await.map_err(failed)?;
        if missing.iter().any(|m| m.number == Migration::ACCESS) {
            return Err(Failure::new(
                &"the database lacks the tables of clients; run `upsertd migrate`",
            ));
        }
        Ok(())
    }

    pub(super) async fn add(
        &self,
        id: &str,
        secret: &str,
        rights: &StoredRights,
        app_token: Option<AppTokenHash>,
    ) -> Result<(), Failure> {
        // A Basic header ends the id at the first colon, and an issuer's client has one in its id.
        let usable = !id.is_empty()
            && !id.contains(OUTSIDE)
            && !id.contains(char::is_control)
            && id.encode_utf16().count() <= LONGEST_ID;
        if !usable {
            return Err(Failure::new(&format!(
                "an id is text without a colon and control characters, 1 to {LONGEST_ID} characters long"
            )));
        }
        if self.is_configured(id) {
            return Err(Failure::new(&format!(
                "'{id}' is a client of the configuration"
            )));
        }
        let tokens: Vec<String> = app_token.iter().map(ToString::to_string).collect();
        let now = seconds();
        let record = ClientRecord {
            id: id.to_owned(),
            secret: Some(hash_secret(secret)?.to_string()),
            former: None,
            rights: rights.to_json(),
            app_tokens: serde_json::json!(tokens).to_string(),
            generation: 0,
            revoked: false,
            created_at: now,
            changed_at: now,
            version: 0,
        };
        if self.save(&record).await? {
            return Ok(());
        }
        Err(Failure::new(&format!(
            "there is a client '{id}' already; `upsertd client rotate` gives it a new secret"
        )))
    }

    pub(super) async fn rotate(
        &self,
        id: &str,
        secret: &str,
        keep_old_for: Option<u32>,
    ) -> Result<(), Failure> {
        let hash = hash_secret(secret)?.to_string();
        self.change(id, |known| {
            let mut record = known.filter(|record| record.secret.is_some()).ok_or_else(|| {
                Failure::new(&if self.is_configured(id) {
                    format!("'{id}' is a client of the configuration: change its secret_hash there")
                } else {
                    format!("there is no client '{id}'; `upsertd client list` prints those there are")
                })
            })?;
            if record.revoked {
                return Err(Failure::new(&format!(
                    "the client '{id}' is revoked; `upsertd client restore` lets it in again"
                )));
            }
            let old = record.secret.replace(hash.clone());
            let until = keep_old_for.map(|left| seconds() + i64::from(left));
            record.former = old.zip(until);
            if until.is_none() {
                record.generation += 1;
            }
            Ok(record)
        })
        .await
    }

    pub(super) async fn set_revoked(&self, id: &str, revoked: bool) -> Result<(), Failure> {
        self.change(id, |known| {
            let mut record = match known {
                Some(record) => record,
                None if revoked && (self.is_configured(id) || self.is_of_an_issuer(id)) => {
                    let now = seconds();
                    ClientRecord {
                        id: id.to_owned(),
                        secret: None,
                        former: None,
                        rights: StoredRights::default().to_json(),
                        app_tokens: "[]".to_owned(),
                        generation: 0,
                        revoked: false,
                        created_at: now,
                        changed_at: now,
                        version: 0,
                    }
                }
                None => {
                    return Err(Failure::new(&format!(
                        "there is no {}client '{id}'; `upsertd client list` prints those there are",
                        if revoked { "" } else { "revoked " }
                    )));
                }
            };
            if !revoked && !record.revoked {
                return Err(Failure::new(&format!("the client '{id}' is not revoked")));
            }
            record.revoked = revoked;
            // A secret that was to end soon ends now, and no token from before is ever of use again.
            record.former = None;
            record.generation += 1;
            Ok(record)
        })
        .await
    }

    /// A line for each client: its id, where it is from, whether it is revoked, and its rights.
    pub(super) async fn list(&self) -> Result<Vec<String>, Failure> {
        let stored = self.read().await?;
        let revoked = |id: &str| {
            let found = stored.iter().find(|record| record.id == id);
            if found.is_some_and(|record| record.revoked) {
                "revoked"
            } else {
                "active"
            }
        };
        let mut lines = Vec::new();
        for client in &self.config.auth.clients {
            let id = &client.id;
            lines.push(format!("{id}\tconfiguration\t{}", revoked(id)));
        }
        for record in stored.iter().filter(|r| !self.is_configured(&r.id)) {
            let id = &record.id;
            lines.push(match &record.secret {
                Some(_) => {
                    format!("{id}\tdatabase\t{}\t{}", revoked(id), record.rights)
                }
                None => format!("{id}\telsewhere\t{}", revoked(id)),
            });
        }
        lines.sort();
        Ok(lines)
    }

    /// Reads a client, changes it and writes it; begins anew where somebody else was faster.
    async fn change(
        &self,
        id: &str,
        change: impl Fn(Option<ClientRecord>) -> Result<ClientRecord, Failure>,
    ) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let known = self.read().await?.into_iter().find(|known| known.id == id);
            let mut record = change(known)?;
            record.changed_at = seconds();
            if self.save(&record).await? {
                return Ok(());
            }
        }
        Err(Failure::new(
            &"somebody else is changing this client; nothing was changed; try again",
        ))
    }

    async fn read(&self) -> Result<Vec<ClientRecord>, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let all = self.store.access_changes(0, deadline).await;
        Ok(all.map_err(failed)?.clients)
    }

    async fn save(&self, record: &ClientRecord) -> Result<bool, Failure> {
        let deadline = Instant::now() + PATIENCE;
        let saved = self.store.save_client(record, deadline).await;
        saved.map_err(failed)
    }

    fn is_configured(&self, id: &str) -> bool {
        self.config.auth.clients.iter().any(|known| known.id == id)
    }

    fn is_of_an_issuer(&self, id: &str) -> bool {
        let issuers = &self.config.auth.issuers;
        let named = id.split_once(OUTSIDE);
        named.is_some_and(|(name, _)| issuers.iter().any(|issuer| issuer.name == name))
    }
}

#[allow(clippy::needless_pass_by_value)] // the shape that map_err takes
fn failed(error: EngineError) -> Failure {
    Failure::new(&format!("the database cannot be used: {error}"))
}

/// Seconds since 1970.
fn seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}
