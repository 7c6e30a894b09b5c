//! What settings there are, section by section: their names, ranges and meanings. The defaults are
//! those of the types in `config`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::tz::TimeZone;

use super::{
    Auth, Config, Database, DatabaseUrl, Datasette, Draft, Idempotency, Journal, Limits, Log,
    LogFormat, Problems, Roles, Server, Socrata, callers, issuers, rights,
    section::{Report, Section},
    serving,
    sources::Sources,
};
use crate::{
    access::{ClientSecret, SecretHash, SigningKey},
    clause,
    wire::limits::Caps,
};

/// Reads every section.
pub(super) fn read(sources: &Sources, folder: &Path) -> Draft {
    let report = Report::new(sources);
    let mut root = report.root();
    let server = server(root.section("server"), folder);
    let database = database(root.section("database"), folder);
    let limits = limits(root.section("limits"));
    let auth = auth(root.section("auth"), folder, limits.caps);
    let (keeping, journal) = Journal::read(root.section("journal"));
    let serving = serving::read(&mut root, keeping);
    let datasette = Datasette::read(root.section("datasette"));
    let socrata = socrata(root.section("socrata"));
    let idempotency = idempotency(root.section("idempotency"));
    let cors = callers::cors(root.section("cors"));
    let log = log(root.section("log"));
    root.finish();
    let config = match (Problems::new(report.problems()), database.clone(), auth) {
        (None, Some(database), Some(auth)) => Ok(Config {
            server,
            database,
            auth,
            limits,
            serving: serving.clone(),
            datasette,
            socrata,
            cors,
            journal,
            idempotency,
            log,
        }),
        (Some(problems), _, _) => Err(problems),
        // Each of them notes why it is missing; this keeps the types honest.
        (None, _, _) => Err(Problems::from("the configuration is incomplete".to_owned())),
    };
    Draft {
        database,
        serving,
        config,
    }
}

pub(super) fn known_settings() -> Vec<String> {
    let sources = Sources::none();
    let report = Report::new(&sources);
    let mut root = report.root();
    server(root.section("server"), Path::new(""));
    database(root.section("database"), Path::new(""));
    let limits = limits(root.section("limits"));
    auth(root.section("auth"), Path::new(""), limits.caps);
    let (keeping, _) = Journal::read(root.section("journal"));
    serving::read(&mut root, keeping);
    Datasette::read(root.section("datasette"));
    socrata(root.section("socrata"));
    idempotency(root.section("idempotency"));
    callers::cors(root.section("cors"));
    log(root.section("log"));
    report.known()
}

fn server(mut section: Section<'_>, folder: &Path) -> Server {
    let default = Server::default();
    let mut server = Server {
        listen: section
            .parsed("listen", parse_listen)
            .unwrap_or(default.listen),
        base_path: section
            .parsed("base_path", parse_base_path)
            .unwrap_or(default.base_path),
        public_url: section.parsed("public_url", parse_public_url),
        max_body_bytes: size(&mut section, "max_body_bytes", 1024, 1 << 30)
            .unwrap_or(default.max_body_bytes),
        shutdown: seconds(&mut section, "shutdown_seconds", 0, 3600).unwrap_or(default.shutdown),
        request_timeout: seconds(&mut section, "request_timeout_seconds", 1, 3600)
            .unwrap_or(default.request_timeout),
        ..default
    };
    callers::connections(&mut section, &mut server, folder);
    section.finish();
    server
}

fn database(mut section: Section<'_>, folder: &Path) -> Option<Database> {
    let given = section.has("url");
    let url: Option<DatabaseUrl> = section.parsed("url", str::parse);
    if !given {
        section.refuse(
            "url",
            "is missing; write url = \"sqlite:\" and a file's path, or \
             \"mssql://user:password@host:port/database\"",
        );
    }
    let default = Database::at(DatabaseUrl::Sqlite(PathBuf::new()));
    let database = Database {
        readers: count(&mut section, "readers", 64).unwrap_or(default.readers),
        connections: count(&mut section, "connections", 1000).unwrap_or(default.connections),
        isolation: section
            .parsed("isolation", str::parse)
            .unwrap_or(default.isolation),
        queue: size(&mut section, "queue", 1, 65_536).unwrap_or(default.queue),
        busy_timeout: section
            .whole("busy_timeout_ms", 0..=60_000)
            .map_or(default.busy_timeout, Duration::from_millis),
        reload: match seconds(&mut section, "reload_seconds", 0, 86_400) {
            Some(interval) => (!interval.is_zero()).then_some(interval),
            None => default.reload,
        },
        time_zone: section
            .parsed("time_zone", parse_time_zone)
            .unwrap_or(default.time_zone),
        url: default.url,
    };
    section.finish();
    let url = match url? {
        DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(folder.join(path)),
        DatabaseUrl::Mssql(address) => DatabaseUrl::Mssql(Box::new(address.within(folder))),
    };
    Some(Database { url, ..database })
}

fn auth(mut section: Section<'_>, folder: &Path, all: Caps) -> Option<Auth> {
    let given = (section.has("signing_key"), section.has("signing_key_file"));
    let key = key(&mut section, folder, ["signing_key", "signing_key_file"]);
    if given == (false, false) {
        section.refuse(
            "signing_key",
            "is missing, and signing_key_file too; `upsertd new-key` makes a key",
        );
    }
    let previous = ["previous_signing_key", "previous_signing_key_file"];
    let previous_key = self::key(&mut section, folder, previous);
    let lifetime = seconds(&mut section, "token_lifetime_seconds", 60, 86_400);
    let mut seen: Vec<String> = Vec::new();
    let listed = section.has("clients");
    let roles = rights::roles(&mut section);
    let clients = section.tables("clients", |table| client(table, &roles, &mut seen, all));
    let app_tokens = issuers::app_tokens(&mut section, &seen);
    let issuers = issuers::read(&mut section, &roles);
    if clients.is_empty() && !listed && issuers.is_empty() {
        section.refuse(
            "clients",
            "is empty, so nobody could call; add one under [[auth.clients]], or write clients = [] where all are in \
             the database (`upsertd client add`)",
        );
    }
    section.finish();
    let clients = clients.into_iter().flatten();
    let (clients, caps): (Vec<_>, Vec<_>) = clients.unzip();
    let caps = clients.iter().map(|client| client.id.clone()).zip(caps);
    let caps = caps.collect();
    let mut auth = Auth::new(key?, clients);
    auth.caps = caps;
    auth.roles = roles;
    auth.previous_key = previous_key;
    auth.app_tokens = app_tokens;
    auth.issuers = issuers;
    auth.token_lifetime = lifetime.unwrap_or(auth.token_lifetime);
    Some(auth)
}

/// A key that is given itself, or as a file that holds it.
fn key(section: &mut Section<'_>, folder: &Path, [here, file]: [&str; 2]) -> Option<SigningKey> {
    if section.has(here) && section.has(file) {
        section.refuse(here, &format!("and {file} are both given; leave one out"));
    }
    let given = section.parsed(here, SigningKey::from_text);
    let read = |path: &str| {
        let path = folder.join(path);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("names '{}': {error}", path.display()))?;
        SigningKey::from_text(&text).map_err(|error| format!("names '{}': {error}", path.display()))
    };
    let in_file = section.parsed(file, read);
    given.or(in_file)
}

fn client(
    mut table: Section<'_>,
    roles: &Roles,
    seen: &mut Vec<String>,
    all: Caps,
) -> Option<(ClientSecret, Caps)> {
    let given = (table.has("id"), table.has("secret_hash"));
    let id = table.parsed("id", parse_id);
    match &id {
        None if given.0 => {}
        None => table.refuse("id", "is missing"),
        Some(id) => {
            table.call(id);
            if seen.contains(id) {
                table.refuse("id", "is taken by a client above");
            }
            seen.push(id.clone());
        }
    }
    let hash = table.parsed("secret_hash", |text| {
        text.parse::<SecretHash>().map_err(|e| format!("is {e}"))
    });
    if !given.1 {
        table.refuse(
            "secret_hash",
            "is missing; make one with `upsertd hash-secret`",
        );
    }
    let rights = rights::rights(&mut table, roles);
    let caps = callers::of_client(&mut table, all);
    table.finish();
    let client = ClientSecret {
        id: id?,
        hash: hash?,
        rights,
    };
    Some((client, caps))
}

fn limits(mut section: Section<'_>) -> Limits {
    let mut limits = Limits::default();
    if let Some(rows) = section.whole("max_rows", 1..=500) {
        limits.max_rows = u32::try_from(rows).unwrap_or(limits.max_rows);
    }
    let clause = &mut limits.clause;
    clause.depth =
        size(&mut section, "clause_depth", 1, clause::Limits::MAX_DEPTH).unwrap_or(clause.depth);
    clause.rules =
        size(&mut section, "clause_rules", 1, clause::Limits::MAX_RULES).unwrap_or(clause.rules);
    clause.value_length =
        size(&mut section, "clause_value_length", 1, 1_000_000).unwrap_or(clause.value_length);
    if let Some(rows) = section.whole("batch_rows", 1..=1_000_000_000) {
        limits.batch_rows = rows;
    }
    if let Some(bytes) = section.whole("batch_bytes", 1024..=1 << 40) {
        limits.batch_bytes = bytes;
    }
    limits.batch_timeout =
        seconds(&mut section, "batch_timeout_seconds", 1, 86_400).unwrap_or(limits.batch_timeout);
    callers::limits(&mut section, &mut limits);
    section.finish();
    limits
}

fn socrata(mut section: Section<'_>) -> Socrata {
    let default = Socrata::default();
    let socrata = Socrata {
        basic_over_http: section
            .flag("basic_over_http")
            .unwrap_or(default.basic_over_http),
    };
    section.finish();
    socrata
}

fn idempotency(mut section: Section<'_>) -> Idempotency {
    let default = Idempotency::default();
    let idempotency = Idempotency {
        enabled: section.flag("enabled").unwrap_or(default.enabled),
        // A year at most.
        keep: section
            .whole("keep_hours", 1..=8784)
            .map_or(default.keep, |hours| Duration::from_secs(hours * 3600)),
    };
    section.finish();
    idempotency
}

fn log(mut section: Section<'_>) -> Log {
    let default = Log::default();
    let log = Log {
        level: section
            .parsed("level", parse_level)
            .unwrap_or(default.level),
        format: section
            .parsed("format", parse_format)
            .unwrap_or(default.format),
    };
    section.finish();
    log
}

pub(super) fn size(
    section: &mut Section<'_>,
    key: &str,
    least: usize,
    most: usize,
) -> Option<usize> {
    let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let number = section.whole(key, wide(least)..=wide(most))?;
    usize::try_from(number).ok()
}

fn count(section: &mut Section<'_>, key: &str, most: u64) -> Option<u32> {
    let number = section.whole(key, 1..=most)?;
    u32::try_from(number).ok()
}

pub(super) fn seconds(
    section: &mut Section<'_>,
    key: &str,
    least: u32,
    most: u32,
) -> Option<Duration> {
    section
        .whole(key, u64::from(least)..=u64::from(most))
        .map(Duration::from_secs)
}

fn parse_id(text: &str) -> Result<String, &'static str> {
    // A Basic header ends the id at the first colon; an issuer's client has one in its id.
    let usable = !text.is_empty() && !text.contains(':');
    usable
        .then(|| text.to_owned())
        .ok_or("must be text without a colon, and not empty")
}

fn parse_listen(text: &str) -> Result<String, &'static str> {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    match port.map(|(_, port)| port.parse::<u16>()) {
        Some(Ok(_)) => Ok(text.to_owned()),
        _ => Err("must be host:port, like \"127.0.0.1:8080\""),
    }
}

fn parse_base_path(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let segment = |s: &str| !s.is_empty() && s.chars().all(plain);
    let well = match text.strip_prefix('/') {
        Some(rest) => rest.split('/').all(segment),
        None => text.is_empty(),
    };
    well.then(|| text.to_owned()).ok_or(
        "must be empty or a path like \"/API2\": no slash at its end, plain letters and digits",
    )
}

fn parse_public_url(text: &str) -> Result<String, &'static str> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("must begin with http:// or https://"),
    }
}

fn parse_time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| {
        format!("'{text}' is no time zone; write one like \"UTC\" or \"Europe/Vienna\"")
    })
}

fn parse_level(text: &str) -> Result<String, String> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let plain = |word: &str| LEVELS.iter().any(|l| l.eq_ignore_ascii_case(word));
    // A lone word that is no level would pass as the name of a module and silence everything else.
    let filter = text.contains('=') && text.parse::<tracing_subscriber::EnvFilter>().is_ok();
    if plain(text) || filter {
        return Ok(text.to_owned());
    }
    Err(format!(
        "must be one of {} or a filter like \"warn,upsertd=debug\"",
        LEVELS.join(", ")
    ))
}

fn parse_format(text: &str) -> Result<LogFormat, &'static str> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be \"text\" or \"json\""),
    }
}
