//! Makes recordings: a TCP proxy between a client and a live server that passes all bytes on as they are
//! and notes what was asked and said after the login. The client must connect without encryption, else
//! there is nothing to read.

use std::{
    fs, io,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, ToSocketAddrs},
    task::{JoinHandle, JoinSet},
};

use super::{
    decode,
    packets::{Message, Packets, kind},
    recording::{self, Exchange, LIVE},
    request::Request,
    wire::{CodecError, Coded},
};

/// A message of a client and what the server said to it.
#[derive(Debug)]
struct Entry {
    connection: usize,
    asked: Message,
    said: Option<Vec<u8>>,
}

#[derive(Debug, Default)]
struct Log {
    entries: Vec<Entry>,
    connections: usize,
    /// Why this is no recording.
    fault: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Log>>);

impl Shared {
    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> usize {
        let mut log = self.log();
        log.connections += 1;
        log.connections
    }

    fn asked(&self, connection: usize, asked: Message) {
        let mut log = self.log();
        let first = !log.entries.iter().any(|e| e.connection == connection);
        match asked.kind {
            kind::PRELOGIN if !first => {
                log.fault = Some("a connection is encrypted".to_owned());
            }
            // What a server says to it cannot be told from what it still says to the request.
            kind::ATTENTION => log.fault = Some("a request was cancelled".to_owned()),
            _ => {}
        }
        log.entries.push(Entry {
            connection,
            asked,
            said: None,
        });
    }

    fn said(&self, connection: usize, said: Message) {
        let mut log = self.log();
        let waiting = log
            .entries
            .iter_mut()
            .find(|entry| entry.connection == connection && entry.said.is_none());
        match waiting {
            Some(entry) => entry.said = Some(said.payload),
            None => log.fault = Some("the server spoke unasked".to_owned()),
        }
    }
}

/// A proxy that notes. Dropping it ends its connections.
#[derive(Debug)]
pub struct Recorder {
    shared: Shared,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Recorder {
    /// A proxy to `server`.
    ///
    /// # Panics
    /// When no port can be had, or `server` is no address.
    pub async fn start(server: impl ToSocketAddrs) -> Self {
        let server = tokio::net::lookup_host(server).await.unwrap().next();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared::default();
        let accepting = tokio::spawn(accept(listener, server.unwrap(), shared.clone()));
        Self {
            shared,
            address,
            accepting,
        }
    }

    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked and said after the logins, in the order of asking. `version` names the server.
    ///
    /// # Errors
    /// When it could not follow a connection.
    pub fn exchanges(&self, version: &str) -> Coded<Vec<Exchange>> {
        let log = self.shared.log();
        if let Some(fault) = &log.fault {
            return Err(CodecError(fault.clone()));
        }
        let exchanges = log.entries.iter().filter_map(|entry| {
            let login = matches!(entry.asked.kind, kind::PRELOGIN | kind::LOGIN);
            let said = entry.said.as_ref().filter(|_| !login)?;
            Some(Exchange {
                source: format!("{LIVE}{version}"),
                request: Request::decode(&entry.asked),
                reply: decode::decode(said),
                repeat: false,
            })
        });
        Ok(exchanges.collect())
    }

    /// Writes them as a recording, see `recording::path`.
    ///
    /// # Panics
    /// When the file cannot be written, or there is nothing to write for the reason given.
    pub fn write(&self, file: &Path, version: &str) {
        let text = recording::print(&self.exchanges(version).unwrap());
        fs::write(file, text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: SocketAddr, shared: Shared) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(proxy(client, server, shared.clone()));
    }
}

async fn proxy(client: TcpStream, server: SocketAddr, shared: Shared) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let connection = shared.connect();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = pass(from_client, to_server, |message| {
        shared.asked(connection, message);
    });
    let back = pass(from_server, to_client, |message| {
        shared.said(connection, message);
    });
    // Either side may close first, and the other may still have something to say.
    tokio::try_join!(there, back).map(|_| ())
}

/// Notes each message before its last bytes are passed on: a reply is never noted before its request.
async fn pass<R, W>(mut from: R, mut to: W, mut note: impl FnMut(Message)) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut packets = Packets::default();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        packets
            .add(&buffer[..count])
            .into_iter()
            .for_each(&mut note);
        to.write_all(&buffer[..count]).await?;
    }
}
