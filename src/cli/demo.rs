//! `upsertd demo`: a database with data to try things on, in a folder of its own, and a client to call
//! with.

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Failure, block_on, key_file, serve};
use crate::{
    access::{ClientSecret, SigningKey, hash_secret},
    app,
    catalog::{Declaration, Serving},
    config::{Auth, Config, Database, DatabaseUrl, Log, LogFormat},
    domain::{
        Action, Actions, Keeping, Name, Rights, dataset::DatasetDeclaration,
        entity_keys::KeyDeclaration, name::NameError,
    },
    telemetry,
};

const CLIENT: &str = "demo";
const SECRET: &str = "demo-secret";

/// URL name, display name and password columns of each entity.
const ENTITIES: [(&str, &str, &[&str]); 5] = [
    ("tblCustomers", "Vendors/Customers", &[]),
    ("tblContracts", "Contracts", &[]),
    ("tblEmployees", "Employees", &["PasswordHash"]),
    ("tblCountries", "Countries", &[]),
    ("tblInvoices", "Invoices", &[]),
];

/// The columns by which Salesforce's clients find rows, besides the primary keys.
const EXTERNAL_IDS: [(&str, &str); 3] = [
    ("tblContracts", "ContractNumber"),
    ("tblEmployees", "UserName"),
    ("tblInvoices", "InvoiceNumber"),
];

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where to accept connections; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// The folder that holds the database and the key; made if it is missing.
    #[arg(long, value_name = "DIR", default_value = "upsertd-demo")]
    dir: PathBuf,
    /// Throw the demo database away and start over.
    #[arg(long, conflicts_with = "database")]
    fresh: bool,
    /// A SQL Server's database to make the demo's tables in and serve: mssql://user:password@host:port/database.
    /// The folder then holds the key alone.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let file = options.dir.join("demo.db");
    fs::create_dir_all(&options.dir).map_err(|error| {
        Failure::new(&format!(
            "cannot use the folder '{}': {error}",
            options.dir.display()
        ))
    })?;
    let _used = claim(&options.dir, &file, options.fresh)?;
    // It stays when the data goes, so that tokens outlive a restart.
    let key = key_file::open(&options.dir.join("signing.key"), options.fresh)
        .map_err(|failure| failure.hint(START_OVER))?;
    // Not by clap, which would repeat a text that it cannot read, password and all.
    let given = options.database.as_deref().map(str::parse::<DatabaseUrl>);
    let url = given
        .transpose()
        .map_err(|error| Failure::new(&format!("--database {error}")))?;
    let own = url.is_none();
    let url = url.unwrap_or(DatabaseUrl::Sqlite(file));
    let shown = url.to_string();
    let database = Database::at(url);
    let mut config = configure(database, key)?;
    config.server.listen.clone_from(&options.listen);
    telemetry::start(&config.log)?;
    block_on(async {
        app::create_demo(&config.database).await.map_err(|error| {
            let failure = Failure::new(&error);
            if own {
                failure.hint(START_OVER)
            } else {
                failure
            }
        })?;
        serve::until_signal(config, |at| Ok(greet(at, &shown)?)).await
    })
}

/// Marks the folder as used by a demo for as long as the file lives. Demos may share a folder, but none may
/// throw away what another one is serving.
fn claim(dir: &Path, database: &Path, fresh: bool) -> Result<File, Failure> {
    let failed = |error: io::Error| {
        Failure::new(&format!(
            "cannot use the folder '{}': {error}",
            dir.display()
        ))
    };
    let mut open = File::options();
    open.create(true).truncate(false).write(true);
    let used = open.open(dir.join("demo.lock")).map_err(failed)?;
    if fresh {
        match used.try_lock() {
            Ok(()) => remove(database).map_err(failed)?,
            Err(TryLockError::WouldBlock) => {
                let message = format!("another demo is serving the folder '{}'", dir.display());
                return Err(Failure::new(&message).hint("stop it first, or choose another --dir"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        used.unlock().map_err(failed)?;
    }
    used.lock_shared().map_err(failed)?;
    Ok(used)
}

const START_OVER: &str = "`upsertd demo --fresh` starts over";

fn configure(database: Database, key: SigningKey) -> Result<Config, Failure> {
    let everything = Actions::of(Action::WORDS.map(|(action, _)| action));
    let declare = |(name, display, passwords): (&str, &str, &[&str])| {
        Ok(Declaration {
            name: Name::parse(name)?,
            display: Some(display.to_owned()),
            table: None,
            actions: everything,
            passwords: passwords.iter().map(|&p| p.to_owned()).collect(),
            read_only: Vec::new(),
            keys: KeyDeclaration {
                external_ids: EXTERNAL_IDS
                    .iter()
                    .filter(|(entity, _)| *entity == name)
                    .map(|(_, column)| (*column).to_owned())
                    .collect(),
                // Datasette's clients send them.
                caller_keys: true,
                ..KeyDeclaration::default()
            },
            dataset: DatasetDeclaration::default(),
            journal: None,
        })
    };
    let declared: Result<Vec<_>, NameError> = ENTITIES.into_iter().map(declare).collect();
    let client = ClientSecret {
        id: CLIENT.to_owned(),
        hash: hash_secret(SECRET)?,
        rights: Arc::new(Rights::everything()),
    };
    let mut config = Config::new(
        database,
        Auth::new(key, vec![client]),
        Serving {
            journal: Keeping::Full,
            declared: declared.map_err(|error| Failure::new(&error))?,
            all_tables: None,
        },
    );
    config.log = Log {
        level: "warn,upsertd=info".to_owned(),
        format: LogFormat::Text,
    };
    Ok(config)
}

/// Removes the database with the files kept beside it, and nothing else of the folder.
fn remove(database: &Path) -> io::Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut file = database.as_os_str().to_owned();
        file.push(end);
        match fs::remove_file(Path::new(&file)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn greet(at: SocketAddr, database: &str) -> io::Result<()> {
    let mut err = io::stderr().lock();
    write!(err, "{}", banner(&base_url(at), database))?;
    err.flush()
}

/// Where this machine reaches the service: an address that means all of its own is none to call.
fn base_url(at: SocketAddr) -> String {
    let ip = match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, at.port()))
}

fn banner(base: &str, database: &str) -> String {
    format!(
        r#"
upsertd demo on {database}
  documentation  {base}/swagger
  client         {CLIENT} / {SECRET}

Change a vendor's city, or add the vendor:

TOKEN=$(curl -s -d grant_type=client_credentials -d client_id={CLIENT} -d client_secret={SECRET} {base}/oauth/token | sed 's/.*"access_token" *: *"\([^"]*\)".*/\1/')
curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{UPSERT}' {base}/CSSAPI/V2/tblCustomers/Upsert

"#,
    )
}

const UPSERT: &str = r#"{"Tuples":[{"Name":"VendorName","Value":"Acme"},{"Name":"City","Value":"Vienna"}],"Clause":{"condition":"AND","rules":[{"field":"VendorName","operator":"equal","value":"Acme"}]}}"#;
