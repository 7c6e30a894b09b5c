//! How far a connection is, and until when it may stay so: seen by what passes over it and by the requests that run
//! on it. It closes nothing itself.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::Bounds;

/// What of an answer has to be taken in a second, in bytes, where it is not one answer that a connection waits for.
const LEAST: u64 = 500;

/// How far a connection is.
#[derive(Debug)]
pub struct Pace(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Requests that are not answered to the end.
    running: usize,
    /// Whether there was one.
    begun: bool,
    /// Whether several run at once, so that a byte says nothing about a head (HTTP/2).
    multiplexed: bool,
    /// Since when nothing runs.
    since: Instant,
    /// When the first byte came after that.
    heard: Option<Instant>,
    /// Since when the other end takes nothing.
    stuck: Option<Instant>,
    /// Bytes that it has taken.
    sent: u64,
    /// Answers of which the next part is not wanted yet, where several share the connection: a stream's window may be
    /// closed while the connection is open (RFC 9113, section 5.2).
    waiting: HashMap<u64, Waiting>,
    /// The number of the next request.
    next: u64,
}

/// An answer that waits for the other end.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    since: Instant,
    /// What the connection had sent by then.
    sent: u64,
}

impl State {
    /// Whether an answer waits for so long while hardly anything is taken over the whole connection. Where others go on, it
    /// is their connection too, and it is looked at again.
    fn is_left_waiting(&mut self, now: Instant, stall: Duration) -> bool {
        let (sent, least) = (self.sent, LEAST.saturating_mul(stall.as_secs().max(1)));
        for waiting in self.waiting.values_mut() {
            if now.saturating_duration_since(waiting.since) < stall {
                continue;
            }
            if sent.saturating_sub(waiting.sent) < least {
                return true;
            }
            *waiting = Waiting { since: now, sent };
        }
        false
    }
}

/// What a connection has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It may go on, and is to be looked at again then.
    Until(Instant),
    /// It is idle for too long.
    Idle,
    /// A head does not arrive, or an answer is not taken.
    Slow(&'static str),
}

impl Pace {
    /// A connection that was just accepted.
    pub fn new(now: Instant) -> Self {
        Self(Mutex::new(State {
            running: 0,
            begun: false,
            multiplexed: false,
            since: now,
            heard: None,
            stuck: None,
            sent: 0,
            waiting: HashMap::new(),
            next: 0,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request until what is given back is dropped.
    pub fn begin(self: &Arc<Self>, multiplexed: bool) -> Running {
        let mut state = self.state();
        state.running += 1;
        state.begun = true;
        state.multiplexed |= multiplexed;
        state.next += 1;
        Running {
            pace: Arc::clone(self),
            number: state.next,
            shares: multiplexed,
        }
    }

    fn end(&self, number: u64, now: Instant) {
        let mut state = self.state();
        state.running = state.running.saturating_sub(1);
        state.waiting.remove(&number);
        if state.running == 0 {
            state.since = now;
            state.heard = None;
        }
    }

    fn hear(&self) {
        let mut state = self.state();
        if state.running == 0 && state.heard.is_none() {
            state.heard = Some(Instant::now());
        }
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        self.took(written);
        if let Poll::Ready(Ok(bytes)) = written {
            let mut state = self.state();
            state.sent = state.sent.saturating_add(*bytes as u64);
        }
    }

    fn took<T>(&self, written: &Poll<io::Result<T>>) {
        let mut state = self.state();
        match written {
            Poll::Pending if state.stuck.is_none() => state.stuck = Some(Instant::now()),
            Poll::Pending => {}
            Poll::Ready(_) => state.stuck = None,
        }
    }

    /// What it has come to by now.
    pub fn due(&self, now: Instant, bounds: &Bounds) -> Due {
        let mut state = self.state();
        let (until, then) = if let Some(stuck) = state.stuck {
            let slow = Due::Slow("the answer is not taken");
            (stuck + bounds.stall, slow)
        } else if state.is_left_waiting(now, bounds.stall) {
            return Due::Slow("an answer is not taken");
        } else if state.running > 0 {
            // A body has a time of its own. Looked at again soon: it may be stuck by then.
            return Due::Until(now + bounds.stall.min(bounds.idle));
        } else if !state.begun {
            (state.since + bounds.head, Due::Slow("no request came"))
        } else if let Some(heard) = state.heard.filter(|_| !state.multiplexed) {
            (heard + bounds.head, Due::Slow("the head did not arrive"))
        } else {
            // The first byte of a head may come at any time, and be followed by no other.
            let until = state.since + bounds.idle;
            if now < until {
                return Due::Until(until.min(now + bounds.head));
            }
            (until, Due::Idle)
        };
        if now < until { Due::Until(until) } else { then }
    }
}

/// A request that runs.
#[derive(Debug)]
pub struct Running {
    pace: Arc<Pace>,
    number: u64,
    /// Whether others may run beside it.
    shares: bool,
}

impl Running {
    /// Notes whether the other end has to ask for the next part of the answer; if not, it is being made.
    fn waits(&self, waits: bool) {
        if !self.shares {
            return;
        }
        let mut state = self.pace.state();
        if waits {
            let (since, sent) = (Instant::now(), state.sent);
            state.waiting.insert(self.number, Waiting { since, sent });
        } else {
            state.waiting.remove(&self.number);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.pace.end(self.number, Instant::now());
    }
}

/// A body until the end of which its request runs.
pub struct Paced<B> {
    body: B,
    running: Running,
}

impl<B> Paced<B> {
    /// The body of a request's answer.
    pub fn new(body: B, running: Running) -> Self {
        running.waits(true);
        Self { body, running }
    }
}

impl<B: Body + Unpin> Body for Paced<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let part = Pin::new(&mut self.body).poll_frame(context);
        self.running.waits(part.is_ready());
        part
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that tells what passes.
pub struct Watched<S> {
    /// The stream.
    pub stream: S,
    /// Whom it tells.
    pub pace: Arc<Pace>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.pace.hear();
        }
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pace.wrote(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.pace.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.pace.took(&flushed);
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn bounds() -> Bounds {
        Bounds {
            head: 10 * SECOND,
            idle: 60 * SECOND,
            stall: 20 * SECOND,
            head_bytes: 8192,
            connections: 1,
            shutdown: SECOND,
        }
    }

    #[test]
    fn a_connection_has_the_time_of_a_head_for_its_first_request_and_is_left_alone_while_one_runs()
    {
        let opened = Instant::now();
        let pace = Arc::new(Pace::new(opened));
        let due = |after: u32| pace.due(opened + after * SECOND, &bounds());
        assert_eq!(due(9), Due::Until(opened + 10 * SECOND));
        assert_eq!(due(10), Due::Slow("no request came"));
        let running = pace.begin(false);
        assert!(matches!(due(3600), Due::Until(_)));
        drop(running);
    }

    #[test]
    fn between_requests_it_may_be_idle_but_a_head_that_has_begun_must_arrive() {
        let opened = Instant::now();
        let pace = Arc::new(Pace::new(opened));
        pace.state().begun = true;
        let due = |after: u32| pace.due(opened + after * SECOND, &bounds());
        assert_eq!(due(59), Due::Until(opened + 60 * SECOND));
        assert_eq!(due(60), Due::Idle);
        pace.state().heard = Some(opened + 5 * SECOND);
        assert_eq!(due(14), Due::Until(opened + 15 * SECOND));
        assert_eq!(due(15), Due::Slow("the head did not arrive"));
        // Several requests share the connection: a byte need not be a head's.
        pace.state().multiplexed = true;
        assert!(matches!(due(15), Due::Until(_)));
    }

    #[test]
    fn an_answer_that_nobody_takes_is_given_up() {
        let opened = Instant::now();
        let pace = Arc::new(Pace::new(opened));
        let _running = pace.begin(false);
        pace.wrote(&Poll::Pending);
        let stuck = pace.state().stuck;
        pace.wrote(&Poll::Pending);
        assert_eq!(pace.state().stuck, stuck, "since the first time");
        let late = Instant::now() + 20 * SECOND;
        assert_eq!(
            pace.due(late, &bounds()),
            Due::Slow("the answer is not taken")
        );
        pace.wrote(&Poll::Ready(Ok(1)));
        assert!(matches!(pace.due(late, &bounds()), Due::Until(_)));
    }

    #[test]
    fn an_answer_among_several_that_nobody_takes_is_given_up_unless_others_go_on() {
        let pace = Arc::new(Pace::new(Instant::now()));
        let (one, other) = (pace.begin(true), pace.begin(true));
        one.waits(true);
        let late = |times: u32| Instant::now() + times * 20 * SECOND;
        assert!(matches!(pace.due(late(0), &bounds()), Due::Until(_)));
        // The other one takes what a body has to bring at least.
        pace.wrote(&Poll::Ready(Ok(10_000)));
        assert!(matches!(pace.due(late(1), &bounds()), Due::Until(_)));
        pace.wrote(&Poll::Ready(Ok(9_999)));
        let slow = Due::Slow("an answer is not taken");
        assert_eq!(pace.due(late(2), &bounds()), slow);
        one.waits(false);
        assert!(matches!(pace.due(late(2), &bounds()), Due::Until(_)));
        other.waits(true);
        drop(other);
        assert!(matches!(pace.due(late(9), &bounds()), Due::Until(_)));
        drop(one);
    }
}
