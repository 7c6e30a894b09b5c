//! ADO.NET connection strings, with the keys of today's clients and of yesterday's. A key that nobody knows is
//! refused: a slip in one must not turn into a default.

use std::path::PathBuf;

use tiberius::{AuthMethod, Config};

use super::{APPLICATION, AddressError, MssqlAddress, encryption, flag, intent};

/// Keys that say how other clients pool, wait and show: here the configuration says that.
const PASSED_OVER: [&str; 17] = [
    "command timeout",
    "connect retry count",
    "connect retry interval",
    "connect timeout",
    "connection timeout",
    "connection lifetime",
    "load balance timeout",
    "max pool size",
    "min pool size",
    "multipleactiveresultsets",
    "multisubnetfailover",
    "packet size",
    "persist security info",
    "pooling",
    "timeout",
    "workstation id",
    "wsid",
];

/// Reads a connection string.
pub(super) fn read(text: &str) -> Result<MssqlAddress, AddressError> {
    let mut config = Config::new();
    config.application_name(APPLICATION);
    let (mut server, mut user, mut password) = (None, None, None);
    let (mut database, mut trust, mut ca_file) = (None, false, None);
    for (key, value) in pairs(text)? {
        match key.as_str() {
            "server" | "data source" | "addr" | "address" | "network address" => {
                server = Some(value);
            }
            "database" | "initial catalog" | "databasename" => database = Some(value),
            "user id" | "uid" | "user" | "username" => user = Some(value),
            "password" | "pwd" => password = Some(value),
            "encrypt" => config.encryption(encryption(&value)?),
            "trustservercertificate" | "trust server certificate" => {
                trust = flag("TrustServerCertificate", &value)?;
            }
            "trustservercertificateca" => ca_file = Some(PathBuf::from(value)),
            "hostnameincertificate" | "host name in certificate" | "hostname in certificate" => {
                config.hostname_in_certificate(value);
            }
            "application name" | "applicationname" | "app" => config.application_name(value),
            "applicationintent" | "application intent" => config.readonly(intent(&value)?),
            "integrated security" | "integratedsecurity" | "trusted_connection" => {
                if value.eq_ignore_ascii_case("sspi") || flag("Integrated Security", &value)? {
                    return Err(AddressError::Integrated);
                }
            }
            known if PASSED_OVER.contains(&known) => {}
            _ => return Err(AddressError::UnknownKey(key)),
        }
    }
    read_server(&server.ok_or(AddressError::Lacks("a Server"))?, &mut config)?;
    let user = user.ok_or(AddressError::Lacks("a User Id"))?;
    let password = password.ok_or(AddressError::Lacks("a Password"))?;
    config.authentication(AuthMethod::sql_server(user, password));
    if let Some(name) = &database {
        config.database(name);
    }
    MssqlAddress::new(text, config, database, trust, ca_file)
}

/// `tcp:host\instance,port`; the prefix, the instance and the port may be left out.
fn read_server(server: &str, config: &mut Config) -> Result<(), AddressError> {
    let server = server.trim();
    let rest = match server.split_at_checked(4) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("tcp:") => rest,
        _ => server,
    };
    let (name, port) = match rest.split_once(',') {
        Some((name, port)) => (name, Some(port)),
        None => (rest, None),
    };
    let (host, instance) = match name.split_once('\\') {
        Some((host, instance)) => (host, Some(instance.trim())),
        None => (name, None),
    };
    let host = match host.trim() {
        "" => return Err(AddressError::Lacks("a Server")),
        "." | "(local)" => "localhost",
        host => host,
    };
    config.host(host);
    // As in other clients a port is enough: then nobody asks the Browser for the instance.
    match (port, instance) {
        (Some(port), _) => config.port(port.trim().parse().map_err(|_| AddressError::Ado)?),
        (None, Some(instance)) => config.instance_name(instance),
        (None, None) => {}
    }
    Ok(())
}

/// Keys, in lower case, with their values. What stands in quotes or braces is one value, in which the closing
/// one is written twice: a password may hold what looks like another pair.
fn pairs(text: &str) -> Result<Vec<(String, String)>, AddressError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches([';', ' ']);
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or(AddressError::Ado)?;
        let after = after.trim_start();
        let (value, after) = match after.chars().next() {
            Some(quote @ ('\'' | '"')) => quoted(&after[1..], quote)?,
            Some('{') => quoted(&after[1..], '}')?,
            _ => {
                let (value, after) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), after)
            }
        };
        found.push((key.trim().to_lowercase(), value));
        rest = after.trim_start_matches([';', ' ']);
    }
    Ok(found)
}

/// The value up to its closing character, and what follows the pair.
fn quoted(text: &str, close: char) -> Result<(String, &str), AddressError> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != close {
            value.push(c);
        } else if chars.next_if(|(_, next)| *next == close).is_some() {
            value.push(close);
        } else {
            let after = text[at + close.len_utf8()..].trim_start();
            let ended = after.is_empty() || after.starts_with(';');
            return if ended {
                Ok((value, after))
            } else {
                Err(AddressError::Ado)
            };
        }
    }
    Err(AddressError::Ado)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_server_is_read() {
        for (server, expected) in [
            ("tcp:db.example,14330", "mssql://db.example:14330"),
            ("db.example", "mssql://db.example:1433"),
            ("(local)", "mssql://localhost:1433"),
            ("db.example\\SALES,1500", "mssql://db.example:1500"),
            ("TCP: db.example , 1500", "mssql://db.example:1500"),
        ] {
            let text = format!("Server={server};User Id=sa;Password=x");
            assert_eq!(read(&text).unwrap().to_string(), expected, "{server}");
        }
    }

    #[test]
    fn the_keys_of_current_clients_are_known() {
        let text = "Data Source=db;Initial Catalog=erp;UID=sa;PWD='a;b''c=d';Encrypt=Mandatory;Trust Server \
                    Certificate=True;Connect Timeout=15;Application Name=x;ApplicationIntent=ReadOnly;";
        let address = read(text).unwrap();
        assert_eq!(address.to_string(), "mssql://db:1433/erp");
        assert!(read("Server=db;User Id=sa;Password={ö};;};Encrypt=Strict").is_err());
        assert!(read("Server=db;User Id=sa;Password={ö};;Encrypt=Strict").is_ok());
    }

    #[test]
    fn a_slip_is_refused_by_its_key_and_without_values() {
        for (text, expected) in [
            ("Server=db;User Id=sa;Pasword=SECRET", "'pasword'"),
            ("Server=db;Password=SECRET;ca_file=x", "'ca_file'"),
            ("Database=x;User Id=a;Password=SECRET", "lacks a Server"),
            ("Server=db;Password=SECRET", "lacks a User Id"),
            ("Server=db;Integrated Security=SSPI", "not supported"),
            ("Server=db;User Id=sa;Password='SECRET", "is no ADO.NET"),
            ("Server=db;Encrypt=maybe;Password=SECRET", "'encrypt'"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("SECRET"), "{error}");
        }
    }
}
