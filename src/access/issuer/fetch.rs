//! Fetches an issuer's metadata and keys: over TLS, within a few seconds, no more than a few hundred kilobytes, from where
//! the configuration or the issuer's own metadata says and from nowhere else.

use std::time::Duration;

use reqwest::{Client, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::{Host, Url};

use super::keys::Source;

/// How long one fetch may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(3);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 512 * 1024;

/// Where metadata is, below the issuer's identifier (`OpenID` Connect Discovery 1.0, section 4).
const METADATA: &str = "/.well-known/openid-configuration";

/// Whether something may be fetched from a URL: over TLS, or from this machine.
///
/// # Errors
/// Why not.
pub fn check_issuer_url(text: &str) -> Result<(), &'static str> {
    let url =
        Url::parse(text).map_err(|_| "is no URL; write one like \"https://login.example.com\"")?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("has a user, a password or a fragment in it; leave them out");
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(()),
        "http" if here => Ok(()),
        _ => Err("must begin with https:// (http:// is for an issuer on this machine alone)"),
    }
}

/// What an issuer says of itself.
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// A set of keys, each as it is written.
#[derive(Deserialize)]
struct WrittenKeys {
    keys: Vec<Value>,
}

/// Fetches an issuer's keys.
pub(super) async fn keys(source: &Source) -> Result<Vec<Value>, String> {
    let http = Client::builder()
        .timeout(PATIENCE)
        .connect_timeout(CONNECTING)
        .redirect(Policy::none())
        .user_agent(concat!("upsertd/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| whole(&error))?;
    let from = match &source.jwks_url {
        Some(url) => url.clone(),
        None => discover(&http, &source.issuer).await?,
    };
    let written: WrittenKeys = get(&http, &from).await?;
    Ok(written.keys)
}

async fn discover(http: &Client, issuer: &str) -> Result<String, String> {
    let at = format!("{}{METADATA}", issuer.trim_end_matches('/'));
    let metadata: Metadata = get(http, &at).await?;
    if metadata.issuer != issuer {
        return Err(format!("{at} is about another issuer"));
    }
    check_issuer_url(&metadata.jwks_uri).map_err(|why| format!("{at}: jwks_uri {why}"))?;
    Ok(metadata.jwks_uri)
}

async fn get<T: DeserializeOwned>(http: &Client, url: &str) -> Result<T, String> {
    let asking = http.get(url).header("accept", "application/json").send();
    let mut response = asking.await.map_err(|error| whole(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("{url} answered {status}"));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| whole(&error))? {
        if body.len() + chunk.len() > LONGEST {
            return Err(format!("{url} answered with more than {LONGEST} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| format!("{url}: {error}"))
}

/// An error with what caused it.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_and_this_machine_are_trusted() {
        for url in [
            "https://login.example.com/tenant/v2.0",
            "http://127.0.0.1:8080/x",
            "http://[::1]/x",
            "http://localhost/x",
        ] {
            assert_eq!(check_issuer_url(url), Ok(()), "{url}");
        }
        for url in [
            "http://login.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "https://user:secret@login.example.com",
            "https://login.example.com/#x",
            "ftp://127.0.0.1",
            "login.example.com",
            "",
        ] {
            assert!(check_issuer_url(url).is_err(), "{url}");
        }
    }
}
