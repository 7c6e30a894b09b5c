//! What stands between a service and a SQL Server that speaks in plain text: it passes everything on, but can keep the
//! answers of a connection to itself from a commit on.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Notify,
};

/// What a script that commits has in it, once.
const COMMIT: &str = "COMMIT TRANSACTION";
/// Of a packet, its length stands at bytes 2 and 3 ([MS-TDS], 2.2.3.1).
const HEADER: usize = 8;

#[derive(Debug, Default)]
struct State {
    /// How many scripts that commit have passed.
    commits: AtomicU32,
    /// From which one on the answers are kept; 0 for never.
    holding: AtomicU32,
    /// The server has answered a script whose answer is kept.
    answered: Notify,
}

/// The place of the tap, and what it is told.
#[derive(Debug)]
pub struct WireTap {
    /// `HOST:PORT`.
    pub address: String,
    state: Arc<State>,
}

impl WireTap {
    /// Between whoever connects to it and the server at this address.
    pub async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State::default());
        let tapped = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (server, state) = (server.clone(), Arc::clone(&tapped));
                tokio::spawn(async move {
                    // Err: one of the two has hung up, which is what tests of this do.
                    drop(pass(near, &server, &state).await);
                });
            }
        });
        Self { address, state }
    }

    /// How many scripts that commit have passed since it was asked last.
    pub fn commits(&self) -> u32 {
        self.state.commits.swap(0, Ordering::SeqCst)
    }

    /// Counts from here, and keeps the answers to the `nth` script that commits, and to what follows, to itself.
    pub fn hold(&self, nth: u32) {
        self.state.commits.store(0, Ordering::SeqCst);
        self.state.holding.store(nth, Ordering::SeqCst);
    }

    /// Passes everything on again.
    pub fn let_go(&self) {
        self.state.holding.store(0, Ordering::SeqCst);
    }

    /// The server has answered what is kept.
    pub async fn answered(&self) {
        self.state.answered.notified().await;
    }
}

async fn pass(near: TcpStream, server: &str, state: &State) -> io::Result<()> {
    let far = TcpStream::connect(server).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let held = AtomicBool::new(false);
    // Whoever hangs up first ends both.
    tokio::select! {
        ended = ask(from_near, to_far, state, &held) => ended,
        ended = answer(from_far, to_near, state, &held) => ended,
    }
}

async fn ask(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    held: &AtomicBool,
) -> io::Result<()> {
    let commit: Vec<u8> = COMMIT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut said = Vec::new();
    loop {
        let mut header = [0; HEADER];
        from.read_exact(&mut header).await?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let mut packet = vec![0; length.saturating_sub(HEADER)];
        from.read_exact(&mut packet).await?;
        said.extend_from_slice(&packet);
        let commits = said.windows(commit.len()).filter(|text| **text == commit);
        for _ in commits {
            let number = state.commits.fetch_add(1, Ordering::SeqCst) + 1;
            if number == state.holding.load(Ordering::SeqCst) {
                held.store(true, Ordering::SeqCst);
            }
        }
        // The text may go on in the next packet.
        said.drain(..said.len().saturating_sub(commit.len() - 1));
        to.write_all(&header).await?;
        to.write_all(&packet).await?;
    }
}

async fn answer(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: &State,
    held: &AtomicBool,
) -> io::Result<()> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let length = from.read(&mut bytes).await?;
        if length == 0 {
            return Ok(());
        }
        if held.load(Ordering::SeqCst) {
            state.answered.notify_one();
        } else {
            to.write_all(&bytes[..length]).await?;
        }
    }
}
