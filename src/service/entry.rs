//! Who is let in, by what the database says of clients and withdrawn tokens as well. What it says is read when the service
//! starts and again every few seconds, whoever has changed it.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use super::{Client, Service};
use crate::{
    access::Token,
    engine::EngineError,
    error::{Error, Unauthenticated},
};

/// How long a reading may take that no request waits for.
const PATIENCE: Duration = Duration::from_secs(10);

impl Service {
    /// Exchanges a client's id and secret for a token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::TooManyRequests`].
    pub async fn issue_token(&self, client_id: &str, secret: &str) -> Result<Token, Error> {
        Ok(self.access.issue(client_id, secret).await?)
    }

    /// The client behind a Bearer token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::IssuerAway`].
    pub async fn authenticate(&self, bearer: Option<&str>) -> Result<Client, Error> {
        let token = bearer.ok_or(Error::Unauthenticated(Unauthenticated::Missing))?;
        Ok(self.access.verify(token).await?)
    }

    /// The client of an id and a secret that stand in the request itself.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::TooManyRequests`].
    pub async fn authenticate_basic(&self, client_id: &str, secret: &str) -> Result<Client, Error> {
        Ok(self.access.identify(client_id, secret).await?)
    }

    /// The client of an app token, who may only view with it; `None` for a text that is no app token.
    #[must_use]
    pub fn viewer(&self, app_token: &str) -> Option<Client> {
        self.access.viewer(app_token)
    }

    /// Withdraws a client's own token: here at once, elsewhere when it is read there. A text that is no token of ours, or
    /// none that holds any more, needs no withdrawing.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::TooManyRequests`]; [`Error::OAuth`] for another client's token;
    /// [`Error::Engine`] when it cannot be written down, and the token holds then.
    pub async fn revoke_token(
        &self,
        client_id: &str,
        secret: &str,
        token: &str,
    ) -> Result<(), Error> {
        let Some(withdrawn) = self.access.withdrawal(client_id, secret, token).await? else {
            return Ok(());
        };
        if !self.keeps_clients() {
            return Err(Error::Engine(EngineError::Unavailable {
                detail: "the database lacks the tables that `upsertd migrate` makes".to_owned(),
            }));
        }
        let store = self.engine.store();
        store.revoke_token(&withdrawn, self.deadline()).await?;
        self.access.withdraw(withdrawn);
        Ok(())
    }

    /// From now on clients and withdrawn tokens are those of the database as well.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn keep_clients(&self) -> Result<(), EngineError> {
        self.stored_clients.store(true, Ordering::Release);
        self.read_clients().await
    }

    fn keeps_clients(&self) -> bool {
        self.stored_clients.load(Ordering::Acquire)
    }

    /// Reads what has changed of them.
    ///
    /// # Errors
    /// They cannot be read; what was known is known still.
    pub async fn read_clients(&self) -> Result<(), EngineError> {
        let known = self.access.version();
        let deadline = Instant::now() + PATIENCE;
        let changes = self.engine.store().access_changes(known, deadline).await?;
        if changes.version != known {
            self.access.apply(changes);
        }
        Ok(())
    }

    /// Forgets withdrawn tokens that would have expired by now. A login that may not delete leaves them where they are.
    pub async fn prune_withdrawn(&self) {
        let now = jiff::Timestamp::now().as_second();
        let deadline = Instant::now() + PATIENCE;
        if let Err(error) = self.engine.store().prune_revoked(now, deadline).await {
            tracing::debug!(%error, "expired entries of upsertd_revoked stay");
        }
    }
}
