//! Puts the parts together: configuration, engine, service and server. It starts and stops them; what
//! they do is theirs.

mod own_tables;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout_at},
};

use crate::{
    access::{Access, Also},
    config::{self, Auth, Config, Database, DatabaseUrl},
    engine::{
        Engine, EngineError,
        mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
        sqlite::{SqliteEngine, SqliteOptions},
        store::Migration,
    },
    server::{Bounds, Server, TlsError},
    service::{LoadError, Service, Settings},
    wire,
};

pub use own_tables::MIGRATING;
use own_tables::{Missing, forget_requests, prepare, watch_clients};

/// The time that an engine at rest needs to let go of the database, and that it gets when the requests
/// have used up all the other.
const CLOSING: Duration = Duration::from_millis(200);

/// Between two looks for what the journal has kept for its time, and between two bites of it.
const PRUNING: Duration = Duration::from_secs(600);
const BITE: Duration = Duration::from_millis(100);

/// Starts the service.
#[derive(Debug)]
pub struct App;

/// A service that accepts requests. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Running {
    local_addr: SocketAddr,
    service: Arc<Service>,
    shutdown: Duration,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    /// Reads the tables again from time to time.
    _reloading: Option<Background>,
    /// Reads clients and withdrawn tokens again from time to time.
    _watching: Option<Background>,
    /// Forgets what the journal has kept for its time.
    _pruning: Option<Background>,
    /// Forgets requests that were kept long enough.
    _forgetting: Option<Background>,
}

/// A task that ends when this goes.
#[derive(Debug)]
struct Background(JoinHandle<()>);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The database cannot be read, or the entities do not hold against it.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Grants name what is not served.
    #[error("{}", .0.join("\n"))]
    Grants(Vec<String>),
    /// The address cannot be had.
    #[error(
        "cannot listen at {at}: {error}; choose another address with server.listen or --listen"
    )]
    Listen {
        /// The address.
        at: String,
        /// What the system said.
        error: io::Error,
    },
    /// The certificate cannot be served.
    #[error("{0}; it is named by server.tls")]
    Tls(#[from] TlsError),
}

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be found.
    #[error("cannot open the database '{}': {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The engine cannot use it.
    #[error("cannot open the database '{database}': {error}")]
    Engine {
        /// The file or the server, without secrets.
        database: String,
        /// What the engine said.
        error: EngineError,
    },
    /// The journal is to be kept and has no tables.
    #[error(
        "the database lacks the journal's tables, or its login may not see them; run `upsertd migrate`, or keep no journal: \
         journal.default = \"off\""
    )]
    NoJournal,
}

/// Why the service stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// A defect of this program.
    #[error("the server stopped: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl App {
    /// Opens the database, holds the entities against it and begins to accept requests. Needs a tokio
    /// runtime that goes on running.
    ///
    /// # Errors
    /// [`StartError`]; nothing runs then.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let mut database = config.database.clone();
        // Whoever waits for a lock is to hear of it before the request's time is up: after that nobody could
        // say any more what became of the write.
        database.busy_timeout = database.busy_timeout.min(config.server.request_timeout / 2);
        let engine = open_engine(&database).await?;
        let started = async {
            let missing = prepare(&*engine, &database).await?;
            missing.check_journal(&config.serving)?;
            start_on(Arc::clone(&engine), config, &missing).await
        }
        .await;
        if started.is_err() {
            engine.close().await;
        }
        started
    }
}

async fn start_on(
    engine: Arc<dyn Engine>,
    config: Config,
    missing: &Missing,
) -> Result<Running, StartError> {
    let mut settings = service_settings(&config);
    if missing.has(Migration::IDEMPOTENCY) {
        settings.keep_requests = None;
    }
    let wire = wire_settings(&config);
    let auth = &config.auth;
    let granted = auth.granted();
    let access = access_of(auth.clone());
    let reload = config.database.reload;
    let service = Arc::new(Service::start(engine, access, config.serving, settings).await?);
    let held = service.hold_grants(&granted);
    for doubtful in held.doubtful {
        tracing::warn!("{doubtful}");
    }
    if !held.wrong.is_empty() {
        return Err(StartError::Grants(held.wrong));
    }
    if !missing.has(Migration::ACCESS) {
        service.keep_clients().await.map_err(LoadError::Engine)?;
    }

    let shutdown = config.server.shutdown;
    let server = listen(&config.server).await?;
    let local_addr = server.local_addr();
    let routes = wire::routes(Arc::clone(&service), wire);
    let (stop, stopped) = oneshot::channel::<()>();
    // A sender that is dropped stops the server as well.
    let signal = async { stopped.await.unwrap_or_default() };
    Ok(Running {
        local_addr,
        _reloading: reload.map(|interval| reload_every(interval, &service)),
        _pruning: service.notes_errors().then(|| prune_log(&service)),
        _watching: (!missing.has(Migration::ACCESS)).then(|| watch_clients(&service)),
        _forgetting: service.keeps_requests().then(|| forget_requests(&service)),
        service,
        shutdown,
        stop,
        server: tokio::spawn(server.run(routes, signal)),
    })
}

async fn listen(settings: &config::Server) -> Result<Server, StartError> {
    let bounds = Bounds {
        head: settings.header_timeout,
        idle: settings.idle_timeout,
        stall: settings.body_stall,
        head_bytes: settings.max_header_bytes,
        connections: settings.max_connections,
        shutdown: settings.shutdown,
    };
    let at = settings.listen.clone();
    let refused = |error| StartError::Listen { at, error };
    let server = Server::bind(&settings.listen, bounds);
    let server = server.await.map_err(refused)?;
    Ok(match &settings.tls {
        Some(files) => server.with_tls(files.clone()).await?,
        None => server,
    })
}

fn wire_settings(config: &Config) -> wire::Settings {
    let Config { server, limits, .. } = config;
    let demo = wire::oauth::DEMO.0;
    wire::Settings {
        base_path: server.base_path.clone(),
        max_body_bytes: server.max_body_bytes,
        public_url: server.public_url.clone(),
        basic_over_http: config.socrata.basic_over_http,
        demo_client: config.auth.clients.iter().any(|client| client.id == demo),
        request_timeout: server.request_timeout,
        body_stall: server.body_stall,
        batch: wire::BatchLimits {
            rows: limits.batch_rows,
            bytes: usize::try_from(limits.batch_bytes).unwrap_or(usize::MAX),
            time: limits.batch_timeout,
        },
        datasette: config.datasette.clone().bind(&config.database.url),
        gate: wire::gate::Settings {
            proxies: server.proxies.clone(),
            cors: config.cors.clone(),
            limits: wire::limits::Settings {
                concurrent_requests: limits.concurrent_requests,
                failed_logins_per_minute: limits.failed_logins_per_minute,
                caps: limits.caps,
                clients: config.auth.caps.clone(),
            },
            url_length: limits.url_length,
            query_parameters: limits.query_parameters,
        },
    }
}

/// Who is let in.
fn access_of(auth: Auth) -> Access {
    let also = Also {
        previous_key: auth.previous_key,
        roles: auth.roles,
        app_tokens: auth.app_tokens,
        issuers: auth.issuers,
    };
    Access::with(auth.clients, &auth.signing_key, auth.token_lifetime, also)
}

/// What the configuration says about requests.
#[must_use]
pub fn service_settings(config: &Config) -> Settings {
    Settings {
        row_cap: config.limits.max_rows,
        clause: config.limits.clause,
        timeout: config.server.request_timeout,
        batch_timeout: config.limits.batch_timeout,
        time_zone: config.database.time_zone.clone(),
        keep: config.journal.keep,
        keep_requests: config
            .idempotency
            .enabled
            .then_some(config.idempotency.keep),
    }
}

/// The service without anything that accepts requests: for a command that works on the database itself.
///
/// # Errors
/// [`StartError`].
pub async fn open_service(config: Config) -> Result<Service, StartError> {
    let engine = open_engine(&config.database).await?;
    let started = async {
        let missing = prepare(&*engine, &config.database).await?;
        missing.check_journal(&config.serving)?;
        let settings = service_settings(&config);
        let access = access_of(config.auth);
        let service = Service::start(Arc::clone(&engine), access, config.serving, settings).await?;
        Ok::<_, StartError>(service)
    }
    .await;
    if started.is_err() {
        engine.close().await;
    }
    started
}

/// Forgets, bite by bite, what the journal has kept for its time: now, and then from time to time.
fn prune_log(service: &Arc<Service>) -> Background {
    let service = Arc::clone(service);
    Background(tokio::spawn(async move {
        loop {
            let pause = match service.prune_log().await {
                Ok(0) => PRUNING,
                Ok(_) => BITE,
                Err(error) => {
                    let detail = error.detail();
                    tracing::warn!(%error, detail, "the journal cannot be pruned");
                    PRUNING
                }
            };
            tokio::time::sleep(pause).await;
        }
    }))
}

fn reload_every(interval: Duration, service: &Arc<Service>) -> Background {
    let service = Arc::clone(service);
    Background(tokio::spawn(async move {
        loop {
            tokio::time::sleep(interval).await;
            service.reload().await;
        }
    }))
}

impl Running {
    /// Where it accepts connections; the port is the real one.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Reads the database's tables again, now.
    pub async fn reload(&self) {
        self.service.reload().await;
    }

    /// Forgets requests under a key that were kept long enough, now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn forget_requests(&self) -> Result<(), EngineError> {
        self.service.forget_requests().await
    }

    /// Waits until it stops by itself, which it does only when something is wrong.
    ///
    /// # Errors
    /// What is wrong.
    pub async fn wait(&mut self) -> Result<(), StopError> {
        Ok((&mut self.server).await?)
    }

    /// Accepts no more, lets what runs finish and lets go of the database, all within
    /// `server.shutdown_seconds` and a moment. What then still runs is cut off with the process: its
    /// caller has heard nothing, and its transaction is rolled back.
    ///
    /// # Errors
    /// What went wrong on the way; it has stopped all the same.
    pub async fn shutdown(self) -> Result<(), StopError> {
        let until = Instant::now() + self.shutdown;
        // A receiver that is gone means the server has stopped already: its result says how.
        drop(self.stop);
        let served = timeout_at(until + CLOSING / 2, self.server).await;
        let closing = until.max(Instant::now() + CLOSING);
        if timeout_at(closing, self.service.close()).await.is_err() {
            tracing::warn!("the database was still busy when the service stopped");
        }
        // Err: it was cut off.
        served.map_or(Ok(()), |ended| Ok(ended?))
    }
}

/// Opens the database that the configuration names. A server is not asked yet.
///
/// # Errors
/// [`OpenError`].
pub async fn open_engine(database: &Database) -> Result<Arc<dyn Engine>, OpenError> {
    match &database.url {
        DatabaseUrl::Mssql(address) => {
            Ok(Arc::new(MssqlEngine::new(mssql_options(database, address))))
        }
        DatabaseUrl::Sqlite(path) => {
            if let Err(error) = std::fs::metadata(path) {
                let path = path.clone();
                return Err(OpenError::File { path, error });
            }
            let options = SqliteOptions {
                readers: database.readers,
                queue: database.queue,
                busy_timeout: database.busy_timeout,
                ..SqliteOptions::new(path)
            };
            match open_blocking(options).await {
                Ok(engine) => Ok(Arc::new(engine)),
                Err(error) => Err(engine_error(&database.url, error)),
            }
        }
    }
}

fn mssql_options(database: &Database, address: &MssqlAddress) -> MssqlOptions {
    MssqlOptions {
        connections: database.connections,
        queue: database.queue,
        lock_timeout: database.busy_timeout,
        isolation: database.isolation,
        ..MssqlOptions::new(address.clone())
    }
}

fn engine_error(url: &DatabaseUrl, error: EngineError) -> OpenError {
    OpenError::Engine {
        database: url.to_string(),
        error,
    }
}

/// Makes the demo's tables and rows where there are none of them; makes the file too, but no database on a
/// server.
///
/// # Errors
/// [`OpenError`].
pub async fn create_demo(database: &Database) -> Result<(), OpenError> {
    let created = match &database.url {
        DatabaseUrl::Mssql(address) => {
            let engine = MssqlEngine::new(mssql_options(database, address));
            // Whoever may make the demo's tables may make the service's own.
            let deadline = std::time::Instant::now() + MIGRATING;
            match engine.create_demo().await {
                Ok(()) => engine.store().migrate(deadline).await.map(drop),
                Err(error) => Err(error),
            }
        }
        DatabaseUrl::Sqlite(path) => {
            let options = SqliteOptions {
                create: true,
                ..SqliteOptions::new(path)
            };
            async {
                let engine = open_blocking(options).await?;
                let created = engine.create_demo().await;
                engine.close().await;
                created
            }
            .await
        }
    };
    created.map_err(|error| engine_error(&database.url, error))
}

/// Opening waits for the disk, and for other processes on the file.
async fn open_blocking(options: SqliteOptions) -> Result<SqliteEngine, EngineError> {
    let opened = spawn_blocking(|| SqliteEngine::open(options)).await;
    opened.unwrap_or_else(|error| {
        Err(EngineError::Unexpected {
            detail: error.to_string(),
        })
    })
}
