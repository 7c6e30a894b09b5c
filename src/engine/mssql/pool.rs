//! The connections, shared. A request that finds none free in time is turned away, and so is one that finds
//! too many waiting already. Work is done in a task of its own: a caller that goes away leaves neither an
//! open transaction nor an unread answer behind.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bb8::{ErrorSink, ManageConnection, PooledConnection, RunError};
use tiberius::error::Error;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{timeout, timeout_at},
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
            // A getter that waits hears of a failure by its own timeout; the next one tries again.
            .retry_connection(false)
            .test_on_check_out(true)
            .error_sink(Box::new(complaint.clone()))
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
        let place = place.map_err(|_| {
            if self.places.is_closed() {
                closed()
            } else {
                EngineError::Overloaded
            }
        })?;
        let got = timeout_at(deadline.into(), self.connections.get_owned()).await;
        match got {
            Err(_) => Err(EngineError::Timeout),
            Ok(Ok(connection)) => Ok(Lease {
                connection,
                _place: place,
            }),
            Ok(Err(RunError::User(error))) => Err(refused(error)),
            Ok(Err(RunError::TimedOut)) => Err(match self.complaint.recent() {
                Some(detail) => EngineError::Unavailable { detail },
                None => EngineError::Overloaded,
            }),
        }
    }

    /// Waits for what runs, then closes the connections. No lease is given from then on.
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
        let task = tokio::spawn(async move {
            let connection = &mut *self.connection;
            match timeout_at(deadline.into(), connection.ask(&request)).await {
                Ok(Ok(results)) => Ok(results),
                Ok(Err(Error::Server(error))) => {
                    if !errors::leaves_session_clean(error.code()) {
                        connection.spoil();
                    }
                    Err(Failed::Refused(Refusal::of(&error)))
                }
                Ok(Err(error)) => {
                    connection.spoil();
                    Err(Failed::Broken(error.to_string()))
                }
                Err(_) => Err(Failed::Late {
                    undone: connection.abandon().await,
                }),
            }
        });
        task.await
            .unwrap_or_else(|error| Err(Failed::Broken(error.to_string())))
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
        // A name that does not resolve has no timeout of its own.
        let opened = timeout(CONNECTING, opening).await.unwrap_or_else(|_| {
            Err(Error::Io {
                kind: std::io::ErrorKind::TimedOut,
                message: "connecting took too long".to_owned(),
            })
        });
        if opened.is_ok() {
            self.complaint.settle();
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

/// Why the last connection could not be made, for those who waited for it.
#[derive(Debug, Clone, Default)]
struct Complaint(Arc<Mutex<Option<(Instant, String)>>>);

impl Complaint {
    fn recent(&self) -> Option<String> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, text) = last.as_ref()?;
        (at.elapsed() < PATIENCE * 2).then(|| text.clone())
    }

    /// The server has let in since: who finds no connection free waits for others, not for it.
    fn settle(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl ErrorSink<Error> for Complaint {
    fn sink(&self, error: Error) {
        let text = errors::login_text(&error);
        tracing::warn!(error = text, "a connection to the database failed");
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((Instant::now(), text));
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<Error>> {
        Box::new(self.clone())
    }
}
