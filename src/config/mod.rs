//! The configuration: a TOML file, overridden by environment variables, as typed settings. It reads
//! and judges everything at once, so that a person mends a file in one round; it opens no database.

mod callers;
mod dataset;
mod datasette;
mod issuers;
mod journal;
mod problem;
mod read;
mod rights;
mod section;
mod serving;
mod sources;

use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fmt,
    num::NonZeroU32,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use jiff::tz::TimeZone;

use crate::{
    access::{AppToken, ClientSecret, IssuerSettings, SigningKey},
    catalog::Serving,
    clause,
    domain::Keeping,
    engine::{
        mssql::{AddressError, MssqlAddress, MssqlOptions},
        sqlite::SqliteOptions,
    },
    render::mssql::Isolation,
    server::TlsFiles,
    wire::{
        gate::{Cors, Proxies},
        limits::Caps,
    },
};

pub use crate::access::Roles;
pub use datasette::Datasette;
pub use journal::Journal;
pub use problem::Problems;

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Config {
    /// How HTTP is served.
    pub server: Server,
    /// Which database, and how it is used.
    pub database: Database,
    /// Who may call.
    pub auth: Auth,
    /// Bounds on requests.
    pub limits: Limits,
    /// What is served.
    pub serving: Serving,
    /// Datasette's API.
    pub datasette: Datasette,
    /// How the API of Socrata's publishers is served.
    pub socrata: Socrata,
    /// Whose pages may call.
    pub cors: Cors,
    /// How long the journal is kept.
    pub journal: Journal,
    /// Requests that are not to act twice.
    pub idempotency: Idempotency,
    /// What is logged.
    pub log: Log,
}

/// How HTTP is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `host:port` to accept connections at; port 0 takes a free one.
    pub listen: String,
    /// What stands before every path: empty, or like `/API2`.
    pub base_path: String,
    /// The address callers use, for the documentation; without a trailing slash.
    pub public_url: Option<String>,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How long running requests get to finish when the service stops.
    pub shutdown: Duration,
    /// The longest a request may take.
    pub request_timeout: Duration,
    /// How long a request's head may take to arrive, and a TLS handshake.
    pub header_timeout: Duration,
    /// How long a connection may be silent between two requests.
    pub idle_timeout: Duration,
    /// For how long a body may come too slowly, and an answer wait to be taken.
    pub body_stall: Duration,
    /// The longest head of a request, in bytes.
    pub max_header_bytes: usize,
    /// The most connections at once.
    pub max_connections: usize,
    /// Where the certificate is, where TLS is spoken without a proxy.
    pub tls: Option<TlsFiles>,
    /// Who is believed about whom it passes on.
    pub proxies: Proxies,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            base_path: String::new(),
            public_url: None,
            max_body_bytes: 1024 * 1024,
            shutdown: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            // Longer than the minute that proxies keep theirs, so that the proxy is the one to close.
            idle_timeout: Duration::from_secs(75),
            body_stall: Duration::from_secs(20),
            max_header_bytes: 64 << 10,
            // Most systems give a process 1024 files.
            max_connections: 900,
            tls: None,
            proxies: Proxies::default(),
        }
    }
}

/// Which database, and how it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Connections that read, on the embedded engine.
    pub readers: u32,
    /// Connections at most, on a SQL Server.
    pub connections: u32,
    /// The level of the writes' transactions, on a SQL Server.
    pub isolation: Isolation,
    /// Requests that may wait for their turn.
    pub queue: usize,
    /// How long to wait for locks that others hold.
    pub busy_timeout: Duration,
    /// How often the tables are read again; `None`: only when something shows that they have changed.
    pub reload: Option<Duration>,
    /// The zone in which columns without an offset hold times.
    pub time_zone: TimeZone,
}

impl Database {
    /// A database with every other setting at its default.
    #[must_use]
    pub fn at(url: DatabaseUrl) -> Self {
        // The engine knows what suits it.
        let usual = SqliteOptions::new(PathBuf::new());
        Self {
            url,
            readers: usual.readers,
            connections: MssqlOptions::CONNECTIONS,
            isolation: Isolation::default(),
            reload: Some(Duration::from_secs(300)),
            queue: usual.queue,
            busy_timeout: usual.busy_timeout,
            time_zone: TimeZone::UTC,
        }
    }
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of the embedded engine.
    Sqlite(PathBuf),
    /// A SQL Server.
    Mssql(Box<MssqlAddress>),
}

/// The file or the server, without login or password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Mssql(address) => address.fmt(f),
        }
    }
}

/// Why a text is no database's address. The text itself is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Nothing names a file.
    #[error(
        "is empty; write \"sqlite:\" and a file's path, or \"mssql://user:password@host:port/database\""
    )]
    Empty,
    /// A SQL Server that is not named well.
    #[error(transparent)]
    Mssql(#[from] AddressError),
    /// What looks like a login, in a file's place.
    #[error(
        "has what looks like a login but does not begin with \"mssql://\"; write \
         \"mssql://user:password@host:port/database\", or \"sqlite:\" and a file's path without ':' before '@'"
    )]
    Login,
    /// Another scheme.
    #[error(
        "begins with '{0}://', which is not supported; write \"sqlite:\" and a file's path, or \
         \"mssql://user:password@host:port/database\""
    )]
    Scheme(String),
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    /// `sqlite:path`, `sqlite://path` or a plain path; `mssql://…` or an ADO.NET connection string.
    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if MssqlAddress::is_meant(text) {
            return Ok(Self::Mssql(Box::new(text.parse()?)));
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None => match text.split_once("://") {
                Some((scheme, _)) => return Err(DatabaseUrlError::Scheme(scheme.to_owned())),
                None => text,
            },
        };
        if path.is_empty() {
            return Err(DatabaseUrlError::Empty);
        }
        // A path would be shown in messages, and a password with it.
        if path
            .split_once('@')
            .is_some_and(|(login, _)| login.contains(':'))
        {
            return Err(DatabaseUrlError::Login);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

/// Who may call.
#[derive(Debug, Clone)]
pub struct Auth {
    /// Signs the tokens.
    pub signing_key: SigningKey,
    /// How long a token holds.
    pub token_lifetime: Duration,
    /// The clients.
    pub clients: Vec<ClientSecret>,
    /// Grants under a name.
    pub roles: Roles,
    /// What single clients may ask for, by their ids.
    pub caps: HashMap<String, Caps>,
    /// Signed the tokens before; what it signed is still taken.
    pub previous_key: Option<SigningKey>,
    /// App tokens of the clients.
    pub app_tokens: Vec<AppToken>,
    /// Whose tokens are taken besides our own.
    pub issuers: Vec<IssuerSettings>,
}

impl Auth {
    /// These clients, with every other setting at its default.
    #[must_use]
    pub fn new(signing_key: SigningKey, clients: Vec<ClientSecret>) -> Self {
        Self {
            signing_key,
            token_lifetime: Duration::from_secs(3600),
            clients,
            roles: Roles::new(),
            caps: HashMap::new(),
            previous_key: None,
            app_tokens: Vec::new(),
            issuers: Vec::new(),
        }
    }
}

/// Bounds on requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most rows one request may update, 1 to 500.
    pub max_rows: u32,
    /// Bounds on a clause.
    pub clause: clause::Limits,
    /// The most rows of a batch, where an API has no lower limit of its own.
    pub batch_rows: u64,
    /// The largest body of a batch, in bytes.
    pub batch_bytes: u64,
    /// How long a batch may take to arrive, and then to be written.
    pub batch_timeout: Duration,
    /// Requests of all callers that run at once.
    pub concurrent_requests: usize,
    /// What each client may ask for.
    pub caps: Caps,
    /// Wrong secrets in a minute from one address.
    pub failed_logins_per_minute: Option<NonZeroU32>,
    /// The longest URL, in bytes, without scheme and host.
    pub url_length: usize,
    /// The most parameters of a query.
    pub query_parameters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_rows: 500,
            clause: clause::Limits {
                depth: 10,
                rules: 200,
                value_length: 4000,
            },
            batch_rows: 10_000_000,
            batch_bytes: 1 << 30,
            batch_timeout: Duration::from_secs(600),
            concurrent_requests: 512,
            caps: Caps {
                concurrent_requests: NonZeroU32::new(256),
                ..Caps::default()
            },
            failed_logins_per_minute: NonZeroU32::new(60),
            url_length: 32 << 10,
            query_parameters: 1000,
        }
    }
}

/// How the API of Socrata's publishers is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Socrata {
    /// Whether an id and a secret are taken from other machines too, unless that is over TLS.
    pub basic_over_http: bool,
}

/// Requests that are not to act twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    /// Whether there are any: otherwise the header `Idempotency-Key` means nothing.
    pub enabled: bool,
    /// How long it is kept what became of them.
    pub keep: Duration,
}

impl Default for Idempotency {
    fn default() -> Self {
        Self {
            enabled: true,
            keep: Duration::from_secs(24 * 3600),
        }
    }
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A level, or a filter such as `warn,upsertd=debug`.
    pub level: String,
    /// How a line looks.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// As much of the configuration as could be read, so that `check` can go on to the database when, say,
/// only the log level is wrong.
#[derive(Debug)]
pub struct Draft {
    /// The database, if it is named well enough to be opened.
    pub database: Option<Database>,
    /// What is served, without the declarations that are wrong in themselves.
    pub serving: Serving,
    config: Result<Config, Problems>,
}

impl Draft {
    /// The configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn finish(self) -> Result<Config, Problems> {
        self.config
    }

    /// The configuration, where nothing is wrong with it.
    #[must_use]
    pub fn config(&self) -> Option<&Config> {
        self.config.as_ref().ok()
    }

    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        self.config.as_ref().err().map_or(&[], Problems::all)
    }
}

impl Config {
    /// A configuration with every other setting at its default, for callers that have no file.
    #[must_use]
    pub fn new(database: Database, auth: Auth, serving: Serving) -> Self {
        Self {
            server: Server::default(),
            database,
            auth,
            limits: Limits::default(),
            serving,
            datasette: Datasette::default(),
            socrata: Socrata::default(),
            cors: Cors::default(),
            journal: Journal::default(),
            idempotency: Idempotency::default(),
            log: Log::default(),
        }
    }

    /// Reads a file and the process's environment.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn load(file: &Path) -> Result<Self, Problems> {
        Self::draft(file, env::vars_os()).finish()
    }

    /// Reads a file and these variables, as far as they can be read. Relative paths are meant from the
    /// file's folder.
    pub fn draft(file: &Path, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Draft {
        match sources::gather(file, variables) {
            Ok(sources) => {
                let folder = file.parent().unwrap_or(Path::new(""));
                read::read(&sources, folder)
            }
            Err(problem) => Draft {
                database: None,
                serving: Serving {
                    declared: Vec::new(),
                    all_tables: None,
                    journal: Keeping::Full,
                },
                config: Err(Problems::from(problem)),
            },
        }
    }

    /// Every setting there is, as `server.listen`; one of a list's tables as `auth.clients.id`.
    #[must_use]
    pub fn known_settings() -> Vec<String> {
        read::known_settings()
    }
}
