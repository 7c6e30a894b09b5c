//! The connections, shared. A request that finds none free in time is turned away, and so is one that finds
//! too many waiting already. Work is done in a task of its own: a caller that goes away leaves neither an
//! open transaction nor an unread answer behind.

use std::{
    fmt,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bb8::{ErrorSink, ManageConnection, PooledConnection, RunError};
use tiberius::error::Error;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout_at,
};

use super::{
    MssqlOptions,
    connection::{Connection, Request, ResultSet},
    errors::{self, Refusal},
};
use crate::engine::EngineError;

/// How long a request waits for a connection before it is turned away.
const PATIENCE: Duration = Duration::from_millis(2500);

/// How long the server has to let a new connection in.
pub(super) const CONNECTING: Duration = Duration::from_secs(15);

/// The pool of a server's connections.
pub(super) struct Pool {
    connections: bb8::Pool<Manager>,
    /// One permit for each request that has or waits for a connection.
    places: Arc<Semaphore>,
    size: u32,
    complaint: Complaint,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// A connection to work with, and the place that it takes.
pub(super) struct Lease {
    connection: PooledConnection<'static, Manager>,
    _place: OwnedSemaphorePermit,
}

/// What became of a request.
pub(super) type Asked = Result<Vec<ResultSet>, Failed>;

/// Why a request has no answer.
#[derive(Debug)]
pub(super) enum Failed {
    /// The server has answered with an error.
    Refused(Refusal),
    /// The connection broke after the request was on its way.
    Broken(String),
    /// The answer holds what the driver cannot read.
    Unreadable(String),
    /// The deadline passed.
    Late {
        /// Whether it is sure that nothing was committed.
        undone: bool,
    },
}

impl Pool {
    /// A pool that connects when it is first used. Must be called within a runtime.
    pub(super) fn new(options: &MssqlOptions) -> Self {
        let complaint = Complaint::default();
        let manager = Manager {
            options: options.clone(),
            complaint: complaint.clone(),
        };
        let connections = bb8::Pool::builder()
            .max_size(options.connections.max(1))
            .connection_timeout(PATIENCE)
            // Who waits hears of the failure (`Complaint`); the next one tries again.
            .retry_connection(false)
            .test_on_check_out(true)
            .error_sink(Box::new(Quiet))
            .build_unchecked(manager);
        let queue = u32::try_from(options.queue).unwrap_or(u32::MAX / 2);
        let size = options.connections.max(1).saturating_add(queue);
        Self {
            connections,
            places: Arc::new(Semaphore::new(size as usize)),
            size,
            complaint,
        }
    }

    /// A free connection. Nothing has been sent while this waits.
    pub(super) async fn lease(&self, deadline: Instant) -> Result<Lease, EngineError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place =
            place.map_err(|_| self.check_open().err().unwrap_or(EngineError::Overloaded))?;
        let getting = timeout_at(deadline.into(), self.connections.get_owned());
        let mut getting = pin!(getting);
        let got = loop {
            let failed = self.complaint.changed.notified();
            tokio::select! {
                got = &mut getting => break got,
                () = failed => {
                    // Nobody is let in, and there is no connection that could come free.
                    if self.connections.state().connections == 0
                        && let Some(detail) = self.complaint.recent()
                    {
                        return Err(EngineError::Unavailable { detail });
                    }
                }
            }
        };
        match got {
            Err(_) => Err(EngineError::Timeout),
            Ok(Ok(connection)) => Ok(Lease {
                connection,
                _place: place,
            }),
            Ok(Err(RunError::User(error))) => Err(refused(error)),
            Ok(Err(RunError::TimedOut)) => Err(match self.complaint.recent() {
                Some(detail) => EngineError::Unavailable { detail },
                None if self.connections.state().connections == 0 => EngineError::Unavailable {
                    detail: "the server has let nobody in yet".to_owned(),
                },
                None => EngineError::Overloaded,
            }),
        }
    }

    /// Why nothing can be asked any more; `Ok` before it was closed.
    pub(super) fn check_open(&self) -> Result<(), EngineError> {
        if self.places.is_closed() {
            return Err(closed());
        }
        Ok(())
    }

    /// Waits for what runs. No lease is given from then on; the connections go with the pool.
    pub(super) async fn close(&self) {
        // Err: closed already.
        if let Ok(_all) = self.places.acquire_many(self.size).await {
            self.places.close();
        }
    }
}

fn closed() -> EngineError {
    EngineError::Unavailable {
        detail: "the database has been closed".to_owned(),
    }
}

/// What a failure means before anything of a caller's was sent.
pub(super) fn refused(error: Error) -> EngineError {
    match error {
        Error::Server(error) if errors::is_known(error.code()) => {
            let refusal = Refusal::of(&error);
            errors::translate(&refusal, None)
        }
        other => EngineError::Unavailable {
            detail: errors::login_text(&other),
        },
    }
}

impl Lease {
    /// Asks in a task of its own, which goes on when nobody waits for it any more: until the answer is read,
    /// or until the deadline, when the server is told to stop.
    pub(super) async fn ask(mut self, request: Request, deadline: Instant) -> Asked {
        let task = tokio::spawn(async move { self.ask_here(&request, deadline).await });
        task.await
            .unwrap_or_else(|error| Err(Failed::Broken(error.to_string())))
    }

    /// Asks in the caller's own task, which must not be dropped before the answer has come. Once the deadline has
    /// passed or the connection has broken, nothing more can be asked.
    pub(super) async fn ask_here(&mut self, request: &Request, deadline: Instant) -> Asked {
        let connection = &mut *self.connection;
        match timeout_at(deadline.into(), connection.ask(request)).await {
            Ok(Ok(results)) => Ok(results),
            Ok(Err(Error::Server(error))) => {
                if !errors::leaves_session_clean(error.code()) {
                    connection.spoil();
                }
                Err(Failed::Refused(Refusal::of(&error)))
            }
            Ok(Err(
                error @ (Error::Utf8 | Error::Utf16 | Error::Encoding(_) | Error::Conversion(_)),
            )) => {
                connection.spoil();
                Err(Failed::Unreadable(error.to_string()))
            }
            Ok(Err(error)) => {
                connection.spoil();
                Err(Failed::Broken(error.to_string()))
            }
            Err(_) => Err(Failed::Late {
                undone: connection.abandon().await,
            }),
        }
    }

    /// Has the connection closed when the work with it is done.
    pub(super) fn spoil(&mut self) {
        self.connection.spoil();
    }
}

/// Makes connections and judges them.
pub(super) struct Manager {
    options: MssqlOptions,
    complaint: Complaint,
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = Error;

    async fn connect(&self) -> Result<Connection, Error> {
        let options = &self.options;
        let opening = Connection::open(&options.address, options.lock_timeout, CONNECTING);
        let opened = opening.await;
        match &opened {
            Ok(_) => self.complaint.settle(),
            Err(error) => self.complaint.note(error),
        }
        opened
    }

    async fn is_valid(&self, connection: &mut Connection) -> Result<(), Error> {
        Ok(connection.check()?)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.is_spoilt()
    }
}

/// Why the last connection could not be made, for those who wait for one.
#[derive(Debug, Clone, Default)]
struct Complaint {
    last: Arc<Mutex<Option<(Instant, String)>>>,
    changed: Arc<Notify>,
}

impl Complaint {
    fn recent(&self) -> Option<String> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, text) = last.as_ref()?;
        (at.elapsed() < PATIENCE * 2).then(|| text.clone())
    }

    /// The server has let in since: who finds no connection free waits for others, not for it.
    fn settle(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn note(&self, error: &Error) {
        let text = errors::login_text(error);
        tracing::warn!(error = text, "the database lets nobody in");
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((Instant::now(), text));
        drop(last);
        self.changed.notify_waiters();
    }
}

/// What bb8 tells besides: that a connection was closed while it was idle.
#[derive(Debug, Clone, Copy)]
struct Quiet;

impl ErrorSink<Error> for Quiet {
    fn sink(&self, error: Error) {
        tracing::debug!(%error, "a connection is given up");
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<Error>> {
        Box::new(*self)
    }
}
