//! The peer itself: a TCP server on a free port that speaks the server's side of TDS 7.4 and answers from
//! a script. It notes what it was asked, and fails the test on what it has no answer for.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::{
    connection,
    login::{Login, LoginReply},
    reply::Reply,
    request::Request,
    script::Script,
    tls::Identity,
};

/// The longest a test waits for something that must come about.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often things happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections accepted.
    pub accepted: usize,
    /// Connections open now.
    pub open: usize,
    /// Requests: one is one round trip.
    pub messages: usize,
    /// Requests that a client cancelled.
    pub attentions: usize,
}

/// What a test asserts on.
#[derive(Debug, Default)]
struct Notes {
    logins: Vec<Login>,
    requests: Vec<Request>,
    unanswered: Vec<String>,
}

/// What the peer's connections share.
#[derive(Debug)]
pub struct Shared {
    script: Mutex<Script>,
    notes: Mutex<Notes>,
    counts: watch::Sender<Counts>,
    up: watch::Sender<bool>,
    identity: Option<Identity>,
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The certificate, when encryption is on offer.
    pub const fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    pub fn take_login(&self, login: Login) -> LoginReply {
        self.notes().logins.push(login);
        self.script().answer_login()
    }

    pub fn take_request(&self, request: &Request) -> Option<Reply> {
        self.notes().requests.push(request.clone());
        let reply = self.script().answer(request);
        self.counts.send_modify(|counts| counts.messages += 1);
        reply
    }

    pub fn take_attention(&self) {
        self.counts.send_modify(|counts| counts.attentions += 1);
    }

    /// Notes what must fail the test.
    pub fn note_failure(&self, what: String) {
        self.notes().unanswered.push(what);
    }
}

/// Counts a connection as open for as long as it lives.
struct Open(Arc<Shared>);

impl Open {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.counts.send_modify(|counts| {
            counts.accepted += 1;
            counts.open += 1;
        });
        Self(Arc::clone(shared))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.counts.send_modify(|counts| counts.open -= 1);
    }
}

/// A scripted server. Dropping it stops it, and fails the test when a request had no answer.
#[derive(Debug)]
pub struct TdsPeer {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl TdsPeer {
    /// A peer that speaks no TLS: clients must connect without encryption.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start(script: impl Into<Script>) -> Self {
        Self::start_with(script.into(), None).await
    }

    /// A peer that encrypts, unless a client says that it cannot.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start_encrypted(script: impl Into<Script>, identity: &Identity) -> Self {
        Self::start_with(script.into(), Some(identity.clone())).await
    }

    async fn start_with(script: Script, identity: Option<Identity>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            notes: Mutex::default(),
            counts: watch::Sender::default(),
            up: watch::Sender::new(true),
            identity,
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            shared,
            address,
            accepting,
        }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.notes().requests.clone()
    }

    pub fn logins(&self) -> Vec<Login> {
        self.shared.notes().logins.clone()
    }

    pub fn counts(&self) -> Counts {
        *self.shared.counts.borrow()
    }

    /// Requests so far: as many round trips.
    pub fn messages(&self) -> usize {
        self.counts().messages
    }

    /// Goes on with another script.
    pub fn play(&self, script: impl Into<Script>) {
        *self.shared.script() = script.into();
    }

    /// Waits until the counts are such, and returns them.
    ///
    /// # Panics
    /// When they do not become so.
    pub async fn until(&self, such: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.shared.counts.subscribe();
        let waiting = tokio::time::timeout(PATIENCE, counts.wait_for(such)).await;
        match waiting {
            Ok(Ok(counts)) => *counts,
            _ => panic!("not in {PATIENCE:?}: {:?}", self.counts()),
        }
    }

    /// Ends all connections and turns new ones away, as a server does that is gone.
    pub fn go_down(&self) {
        self.shared.up.send_replace(false);
    }

    pub fn come_back(&self) {
        self.shared.up.send_replace(true);
    }

    /// # Panics
    /// When a request had no answer; the message has its whole text.
    pub fn assert_nothing_unanswered(&self) {
        let unanswered = self.take_unanswered();
        assert!(
            unanswered.is_empty(),
            "no answer scripted for:\n{}",
            unanswered.join("\n")
        );
    }

    /// The requests that had no answer, which fail the test no more.
    pub fn take_unanswered(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.notes().unanswered)
    }
}

impl Drop for TdsPeer {
    fn drop(&mut self) {
        self.accepting.abort();
        if !thread::panicking() {
            self.assert_nothing_unanswered();
        }
    }
}

/// Connections live in the set and end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if *shared.up.borrow() {
            connections.spawn(serve(stream, Open::new(&shared)));
        }
    }
}

async fn serve(stream: TcpStream, open: Open) {
    let mut up = open.0.up.subscribe();
    tokio::select! {
        // A client that goes away in the middle is no fault of the peer's.
        _ = connection::serve(stream, &open.0) => {}
        _ = up.wait_for(|up| !up) => {}
    }
}
