//! Whether the server answers, asked on a connection of its own: however busy the others are, that is no
//! reason to call the server away.

use std::time::Instant;

use tokio::{sync::Mutex, time::timeout_at};

use super::{
    MssqlOptions,
    connection::{Connection, Request},
    pool::{CONNECTING, refused},
};
use crate::engine::EngineError;

const PING: &str = include_str!("../../../sql/mssql/ping.sql");

/// The connection that pings, kept from one to the next. Never `Some` while it is asked something: who stops
/// waiting takes it away.
#[derive(Default)]
pub(super) struct Pinger(Mutex<Option<Connection>>);

impl std::fmt::Debug for Pinger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pinger").finish_non_exhaustive()
    }
}

impl Pinger {
    /// Asks; connects first where there is no connection that holds.
    pub(super) async fn ping(
        &self,
        options: &MssqlOptions,
        deadline: Instant,
    ) -> Result<(), EngineError> {
        let pinging = async {
            let mut kept = self.0.lock().await;
            let whole = |connection: &Connection| connection.check().is_ok();
            let mut connection = match kept.take().filter(whole) {
                Some(connection) => connection,
                None => {
                    Connection::open(&options.address, options.lock_timeout, CONNECTING).await?
                }
            };
            connection.ask(&Request::Batch(PING.into())).await?;
            *kept = Some(connection);
            Ok(())
        };
        let pinged = timeout_at(deadline.into(), pinging).await;
        pinged.map_err(|_| EngineError::Timeout)?.map_err(refused)
    }

    /// Hangs up.
    pub(super) async fn close(&self) {
        *self.0.lock().await = None;
    }
}
