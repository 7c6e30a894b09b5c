//! Where a SQL Server is and how it is logged in to: `mssql://…` or an ADO.NET connection string, turned
//! into the driver's configuration. The password in it is never shown.

mod ado;

use std::{
    borrow::Cow,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use percent_encoding::percent_decode_str;
use tiberius::{AuthMethod, Config, EncryptionLevel};
use url::Url;

/// What the server is told when the address does not say who calls.
const APPLICATION: &str = "upsertd";

/// A server, a database on it, and the login. Two are equal when their texts are.
#[derive(Clone)]
pub struct MssqlAddress {
    text: String,
    /// All but the CA file.
    config: Config,
    ca_file: Option<PathBuf>,
    database: Option<String>,
}

/// Why a text is no such address. The text is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL at all.
    #[error(
        "is no address; write \"mssql://user:password@host:port/database\", with characters such as @ and / in \
         the password written as %40 and %2F"
    )]
    Url,
    /// A URL that lacks a part.
    #[error("lacks {0}; write \"mssql://user:password@host:port/database\"")]
    Lacks(&'static str),
    /// A parameter that there is not.
    #[error(
        "has the parameter '{0}', which is not known; known are encrypt, trust_server_certificate, ca_file, \
         hostname_in_certificate, application_name, application_intent and instance"
    )]
    Unknown(String),
    /// A parameter with a value that it cannot have.
    #[error("has the parameter '{parameter}' with a value that is none of {allowed}")]
    Value {
        /// The parameter.
        parameter: &'static str,
        /// What it can be.
        allowed: &'static str,
    },
    /// Two ways to trust that exclude each other.
    #[error("has both trust_server_certificate and ca_file; leave one out")]
    TrustTwice,
    /// Two ways to find the server that exclude each other.
    #[error("has both a port and an instance, which the server's Browser finds; leave one out")]
    PortAndInstance,
    /// Not an ADO.NET connection string.
    #[error(
        "is no ADO.NET connection string; write \"Server=tcp:host,1433;Database=…;User Id=…;Password=…\", with \
         quotes round a value that holds ; or ="
    )]
    Ado,
    /// A key of a connection string that there is not.
    #[error("has the key '{0}', which is not known in a connection string")]
    UnknownKey(String),
    /// The login of Windows.
    #[error("asks for Integrated Security, which is not supported; give User Id and Password")]
    Integrated,
}

impl MssqlAddress {
    /// Whether a text is meant as a SQL Server's address, rightly written or not.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let lower = text.trim_start().to_ascii_lowercase();
        let ado = [
            "server",
            "data source",
            "addr",
            "address",
            "network address",
            // What lacks a server is meant as one all the same, and may hold a password.
            "initial catalog",
            "user id",
            "uid",
            "password",
            "pwd",
        ];
        lower.starts_with("mssql:")
            || lower.starts_with("sqlserver:")
            || lower.split(';').any(|pair| {
                pair.split_once('=')
                    .is_some_and(|(key, _)| ado.contains(&key.trim()))
            })
    }

    fn new(
        text: &str,
        mut config: Config,
        database: Option<String>,
        trust: bool,
        ca_file: Option<PathBuf>,
    ) -> Result<Self, AddressError> {
        if trust {
            if ca_file.is_some() {
                return Err(AddressError::TrustTwice);
            }
            config.trust_cert();
        }
        Ok(Self {
            text: text.to_owned(),
            config,
            ca_file,
            database,
        })
    }

    /// The database that is logged in to, where the address names one.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The driver's configuration, for whoever connects beside the engine. It holds the password.
    #[must_use]
    pub fn config(&self) -> Config {
        let mut config = self.config.clone();
        if let Some(file) = &self.ca_file {
            config.trust_cert_ca(file.display());
        }
        config
    }

    /// The same server and login with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.database(name);
        other.database = Some(name.to_owned());
        other
    }

    /// A relative `ca_file` is meant from this folder.
    #[must_use]
    pub fn within(mut self, folder: &Path) -> Self {
        self.ca_file = self.ca_file.map(|file| folder.join(file));
        self
    }
}

impl FromStr for MssqlAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("mssql:") || lower.starts_with("sqlserver:") {
            read_url(text)
        } else {
            ado::read(text)
        }
    }
}

impl PartialEq for MssqlAddress {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.ca_file, &self.database)
            == (&other.text, &other.ca_file, &other.database)
    }
}

impl Eq for MssqlAddress {}

/// `host:port/database`, without the login.
impl fmt::Display for MssqlAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mssql://{}", self.config.get_addr())?;
        match &self.database {
            Some(database) => write!(f, "/{database}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for MssqlAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MssqlAddress({self})")
    }
}

fn read_url(text: &str) -> Result<MssqlAddress, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::Url)?;
    let mut config = Config::new();
    let host = url.host_str().filter(|host| !host.is_empty());
    // An IPv6 address stands in brackets in a URL alone.
    let host = host.ok_or(AddressError::Lacks("a host"))?;
    config.host(host.trim_start_matches('[').trim_end_matches(']'));
    if let Some(port) = url.port() {
        config.port(port);
    }
    let user = decode(url.username())?;
    if user.is_empty() {
        return Err(AddressError::Lacks("a user"));
    }
    let password = url.password().ok_or(AddressError::Lacks("a password"))?;
    config.authentication(AuthMethod::sql_server(user, decode(password)?));
    let database = decode(url.path().trim_start_matches('/'))?.into_owned();
    let database = (!database.is_empty()).then_some(database);
    if let Some(name) = &database {
        config.database(name);
    }
    config.application_name(APPLICATION);
    let (trust, ca_file) = read_parameters(&url, &mut config)?;
    MssqlAddress::new(text, config, database, trust, ca_file)
}

/// Reads what follows the `?`; gives whether any certificate is trusted, and the CA file.
fn read_parameters(
    url: &Url,
    config: &mut Config,
) -> Result<(bool, Option<PathBuf>), AddressError> {
    let mut trust = false;
    let mut ca_file = None;
    for (key, value) in url.query_pairs() {
        match key.to_ascii_lowercase().as_str() {
            "encrypt" => config.encryption(encryption(&value)?),
            "trust_server_certificate" => trust = flag("trust_server_certificate", &value)?,
            "ca_file" => ca_file = Some(PathBuf::from(value.as_ref())),
            "hostname_in_certificate" => config.hostname_in_certificate(value),
            "application_name" => config.application_name(value),
            "application_intent" => config.readonly(intent(&value)?),
            "instance" if url.port().is_some() => return Err(AddressError::PortAndInstance),
            "instance" => config.instance_name(value),
            _ => return Err(AddressError::Unknown(key.into_owned())),
        }
    }
    Ok((trust, ca_file))
}

fn encryption(value: &str) -> Result<EncryptionLevel, AddressError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" | "mandatory" => Ok(EncryptionLevel::Required),
        // The login is encrypted all the same, where the server can.
        "false" | "no" | "optional" => Ok(EncryptionLevel::Off),
        "strict" => Ok(EncryptionLevel::Strict),
        // Not even the login: for tests, and for tunnels that encrypt by themselves.
        "plaintext" => Ok(EncryptionLevel::NotSupported),
        _ => Err(AddressError::Value {
            parameter: "encrypt",
            allowed: "true, false, strict, plaintext",
        }),
    }
}

fn flag(parameter: &'static str, value: &str) -> Result<bool, AddressError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "yes" => Ok(true),
        "false" | "no" => Ok(false),
        _ => Err(AddressError::Value {
            parameter,
            allowed: "true, false",
        }),
    }
}

fn intent(value: &str) -> Result<bool, AddressError> {
    match value.to_ascii_lowercase().as_str() {
        "readwrite" => Ok(false),
        "readonly" => Ok(true),
        _ => Err(AddressError::Value {
            parameter: "application_intent",
            allowed: "readwrite, readonly",
        }),
    }
}

fn decode(text: &str) -> Result<Cow<'_, str>, AddressError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_err(|_| AddressError::Url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_server_database_and_login() {
        let text =
            "mssql://sa:p%40ss%2Fw%3Ard@db.example:14330/My%20Data?trust_server_certificate=true";
        let address: MssqlAddress = text.parse().unwrap();
        assert_eq!(address.to_string(), "mssql://db.example:14330/My Data");
        assert_eq!(address.database(), Some("My Data"));
        let shown = format!("{address:?} {address}");
        assert!(
            !shown.contains("p%40ss") && !shown.contains("p@ss"),
            "{shown}"
        );
    }

    #[test]
    fn an_ado_net_string_names_the_same() {
        let text = "Server=tcp:db.example,14330;Initial Catalog=Data;User Id=sa;Password='p;w';Encrypt=true";
        assert!(MssqlAddress::is_meant(text));
        let address: MssqlAddress = text.parse().unwrap();
        assert_eq!(address.to_string(), "mssql://db.example:14330/Data");
        assert!(!format!("{address:?}").contains("p;w"));
    }

    #[test]
    fn what_looks_like_a_pair_inside_a_password_is_none() {
        for password in [
            "'x;database=SECRET'",
            "\"x;database=SECRET\"",
            "{x;database=SECRET}",
        ] {
            let text = format!("Server=db.example;User Id=sa;Password={password};Encrypt=true");
            let address: MssqlAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), "mssql://db.example:1433", "{password}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for (text, expected) in [
            ("mssql://host/db", "lacks a user"),
            ("mssql://sa@host/db", "lacks a password"),
            ("mssql://sa:SECRET@/db", "is no address"),
            ("mssql://sa:SECRET@host/db?ssl=1", "'ssl'"),
            ("mssql://sa:SECRET@host/db?encrypt=maybe", "'encrypt'"),
            (
                "mssql://sa:SECRET@host/db?trust_server_certificate=true&ca_file=ca.pem",
                "leave one out",
            ),
            ("Server=a,b,c;Password=SECRET", "is no ADO.NET"),
        ] {
            let error = text.parse::<MssqlAddress>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("SECRET"), "{error}");
        }
    }

    #[test]
    fn a_file_is_no_server() {
        for text in ["demo.db", "sqlite:demo.db", "/var/lib/server=1.db/x"] {
            assert!(!MssqlAddress::is_meant(text), "{text}");
        }
        assert!(MssqlAddress::is_meant("sqlserver://h"));
    }
}
