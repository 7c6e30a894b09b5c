//! One connection to the server: how it is made, what is asked over it, and whether it can be asked again.
//! A connection whose last use did not end cleanly is never used again.

use std::{borrow::Cow, io, net::TcpStream as StdStream, sync::Arc, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tiberius::{
    Client, ColumnData, Config, Query, Row, SqlBrowser as _,
    error::{Error, IoErrorKind},
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};

use super::{address::MssqlAddress, bind::Bound};
use crate::render::Statement;

/// What every session begins with, besides its lock timeout.
const SESSION: &str = include_str!("../../../sql/mssql/session.sql");

/// How far a script came before it was cancelled.
const PROGRESS: &str = include_str!("../../../sql/mssql/progress.sql");

/// How often a server may send on to another one.
const MOST_REDIRECTS: usize = 3;

/// A connection that a firewall has silently dropped while it was idle is noticed within a minute.
const KEEP_ALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(30))
    .with_interval(Duration::from_secs(5))
    .with_retries(3);

/// How long the server has to acknowledge that a request is cancelled.
const CANCELLING: Duration = Duration::from_secs(1);

/// The rows of one result.
pub(super) type ResultSet = Vec<Vec<ColumnData<'static>>>;

/// What is asked of the server, in one message.
#[derive(Debug, Clone)]
pub(super) enum Request {
    /// A statement or script with its parameters.
    Rendered(Arc<Statement>),
    /// Text without parameters: what it makes and begins outlives it.
    Batch(Cow<'static, str>),
}

/// A session on the server.
pub(super) struct Connection {
    client: Client<Compat<TcpStream>>,
    /// The same socket, to look whether the server has hung up.
    socket: StdStream,
    /// From before a request is sent until its answer is read to the end.
    busy: bool,
}

impl Connection {
    /// Connects, logs in, follows the server's redirects and sets the session up.
    pub(super) async fn open(
        address: &MssqlAddress,
        lock_timeout: Duration,
        patience: Duration,
    ) -> Result<Self, Error> {
        let until = Instant::now() + patience;
        let mut config = address.config();
        config.handshake_timeout(Some(patience));
        // Every request has a deadline of its own.
        config.command_timeout(None);
        // Half of a pair that JSON cannot show must not make its row unreadable.
        config.lossy_utf16_decoding(true);
        let opening = async {
            let mut stream = TcpStream::connect_named(&config).await?;
            for _ in 0..=MOST_REDIRECTS {
                match Self::log_in(config.clone(), stream).await {
                    Err(Error::Routing { host, port }) => {
                        // Not by the name of an instance, which was that of the first server.
                        stream = TcpStream::connect((host.as_str(), port)).await?;
                        config.host(host);
                        config.port(port);
                    }
                    done => return done,
                }
            }
            Err(Error::Protocol("the server redirects in a circle".into()))
        };
        let mut this = timeout_at(until, opening)
            .await
            .map_err(|_| timed_out())??;
        let milliseconds = lock_timeout.as_millis();
        let session = format!("{SESSION}SET LOCK_TIMEOUT {milliseconds};");
        let setting_up = async {
            let stream = this.client.simple_query(session).await?;
            stream.into_results().await.map(drop)
        };
        timeout_at(until, setting_up)
            .await
            .map_err(|_| timed_out())??;
        Ok(this)
    }

    async fn log_in(config: Config, stream: TcpStream) -> Result<Self, Error> {
        stream.set_nodelay(true)?;
        SockRef::from(&stream).set_tcp_keepalive(&KEEP_ALIVE)?;
        let stream = stream.into_std()?;
        let socket = stream.try_clone()?;
        let stream = TcpStream::from_std(stream)?;
        // Boxed: the driver's future is large, and rarely needed.
        let client = Box::pin(Client::connect(config, stream.compat_write())).await?;
        Ok(Self {
            client,
            socket,
            busy: false,
        })
    }

    /// Asks, and reads the answer to its end.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<Vec<ResultSet>, Error> {
        self.busy = true;
        let results = self.send_and_read(request).await;
        // An error that the server reported has come at the end of a whole answer.
        if matches!(results, Ok(_) | Err(Error::Server(_))) {
            self.busy = false;
        }
        let rows = |set: Vec<Row>| set.into_iter().map(|row| row.into_iter().collect());
        Ok(results?
            .into_iter()
            .map(|set| rows(set).collect())
            .collect())
    }

    async fn send_and_read(&mut self, request: &Request) -> Result<Vec<Vec<Row>>, Error> {
        let stream = match request {
            Request::Rendered(statement) => {
                let mut query = Query::new(statement.text());
                query.bind_iter(statement.params().iter().map(Bound));
                query.query(&mut self.client).await?
            }
            Request::Batch(text) => self.client.simple_query(text.as_ref()).await?,
        };
        stream.into_results().await
    }

    /// Tells the server to give up what was asked, so that its locks go. Whether it is sure that nothing was
    /// committed: the script had not come as far. The connection is of no more use.
    pub(super) async fn abandon(&mut self) -> bool {
        let asking = async {
            self.client.cancel_query().await?;
            self.send_and_read(&Request::Batch(PROGRESS.into())).await
        };
        let asked = timeout(CANCELLING, asking).await;
        self.busy = true;
        match asked {
            Ok(Ok(results)) => {
                let row = results.into_iter().flatten().next();
                let progress = row.and_then(|row| row.into_iter().next());
                matches!(progress, Some(ColumnData::I32(Some(0))))
            }
            // The server rolls back when it notices that the connection is closed.
            Ok(Err(error)) => {
                tracing::debug!(%error, "a request could not be cancelled");
                false
            }
            Err(_) => {
                tracing::debug!(
                    "the server did not acknowledge in time that a request is cancelled"
                );
                false
            }
        }
    }

    /// Has this connection never used again.
    pub(super) fn spoil(&mut self) {
        self.busy = true;
    }

    /// Whether its last use did not end cleanly.
    pub(super) fn is_spoilt(&self) -> bool {
        self.busy
    }

    /// Whether the server still holds the other end and has said nothing unasked. Sends nothing.
    pub(super) fn check(&self) -> io::Result<()> {
        match self.socket.peek(&mut [0]) {
            Err(error) if error.kind() == IoErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
            Ok(0) => Err(IoErrorKind::ConnectionAborted.into()),
            Ok(_) => Err(IoErrorKind::InvalidData.into()),
        }
    }
}

fn timed_out() -> Error {
    Error::Io {
        kind: IoErrorKind::TimedOut,
        message: "the server did not let in in time".to_owned(),
    }
}
