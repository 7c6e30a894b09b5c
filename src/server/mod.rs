//! Accepts connections and carries requests over them to an endpoint, with TLS or without. It bounds what a connection
//! may cost before a request is there: how many there are, how long a head and how large it is, how long one is idle.
//! What a request means is none of its business.

mod connection;
mod pace;
pub mod probe;
mod tls;

use std::{future::Future, io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use poem::{Endpoint, Response};
use tokio::{
    net::{TcpListener, TcpStream},
    pin, select,
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use tls::TlsError;

use connection::Connections;
use tls::Tls;

/// How long to wait when the system gives no connection, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the log hears at most of connections that are turned away.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// What a caller beyond the bound hears where no TLS would have to be spoken first.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// Bounds on connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// How long a head may take from its first byte to its last; a TLS handshake likewise.
    pub head: Duration,
    /// How long a connection may be open between two requests.
    pub idle: Duration,
    /// How long an answer may wait for its caller to take a part of it.
    pub stall: Duration,
    /// The longest head, in bytes: at least 8192.
    pub head_bytes: usize,
    /// The most connections at once.
    pub connections: usize,
    /// How long running requests get when the service stops.
    pub shutdown: Duration,
}

/// Where TLS finds what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those between it and its authority, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
    /// How often to look whether they have changed.
    pub reload: Duration,
}

/// A port that is ours, before the first connection is accepted.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local_addr: SocketAddr,
    tls: Option<Tls>,
    bounds: Bounds,
}

impl Server {
    /// Takes an address, `host:port`.
    ///
    /// # Errors
    /// It cannot be had.
    pub async fn bind(at: &str, bounds: Bounds) -> io::Result<Self> {
        let listener = TcpListener::bind(at).await?;
        Ok(Self {
            local_addr: listener.local_addr()?,
            listener,
            tls: None,
            bounds,
        })
    }

    /// Speaks TLS alone, with the certificate in these files and whatever stands in them later.
    ///
    /// # Errors
    /// [`TlsError`].
    pub async fn with_tls(self, files: TlsFiles) -> Result<Self, TlsError> {
        Ok(Self {
            tls: Some(Tls::load(files).await?),
            ..self
        })
    }

    /// Where it accepts connections; the port is the real one.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves until `stop` comes, and then as long as it takes to finish what runs, within the bound for that.
    pub async fn run(
        self,
        endpoint: impl Endpoint<Output = Response> + 'static,
        stop: impl Future<Output = ()>,
    ) {
        let Self {
            listener,
            local_addr,
            tls,
            bounds,
        } = self;
        tracing::info!(addr = %local_addr, tls = tls.is_some(), "listening");
        let ending = CancellationToken::new();
        let tracker = TaskTracker::new();
        let room = Arc::new(Semaphore::new(bounds.connections));
        let cut = CancellationToken::new();
        let connections = Arc::new(Connections {
            acceptor: tls.as_ref().map(Tls::acceptor),
            endpoint,
            bounds: bounds.clone(),
            local_addr,
            ending: ending.clone(),
        });
        let mut turned_away = TurnedAway::default();
        pin!(stop);
        loop {
            let (stream, peer) = select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        pause_after(&error).await;
                        continue;
                    }
                },
            };
            let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
                turned_away.count(bounds.connections);
                turn_away(&stream, tls.is_some());
                continue;
            };
            let (connections, cut) = (Arc::clone(&connections), cut.clone());
            tracker.spawn(async move {
                select! {
                    () = connections.serve(stream, peer) => {}
                    () = cut.cancelled() => {}
                }
                drop(place);
            });
        }
        drop(listener);
        ending.cancel();
        tracker.close();
        if timeout(bounds.shutdown, tracker.wait()).await.is_err() {
            tracing::info!(connections = tracker.len(), "cut off");
            cut.cancel();
            tracker.wait().await;
        }
    }
}

/// A caller that is gone already is its own business; anything else may last, and must not keep a processor busy.
async fn pause_after(error: &io::Error) {
    let gone = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    );
    if !gone {
        tracing::warn!(%error, "no connection can be accepted");
        sleep(PAUSE).await;
    }
}

/// Says that there is no room, if that can be said at once.
fn turn_away(stream: &TcpStream, tls: bool) {
    if !tls && let Err(error) = stream.try_write(FULL) {
        tracing::debug!(%error, "a connection was turned away without a word");
    }
}

/// The connections for which there was no room.
#[derive(Default)]
struct TurnedAway {
    number: u64,
    told: Option<Instant>,
}

impl TurnedAway {
    fn count(&mut self, most: usize) {
        self.number += 1;
        if self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            tracing::warn!(
                turned_away = self.number,
                most,
                "there are as many connections as server.max_connections lets in"
            );
            self.told = Some(Instant::now());
        }
    }
}
