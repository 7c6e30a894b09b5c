//! What settings say about who may connect and how much may be asked for: TLS, proxies, the pages of others, rates.

use std::{net::IpAddr, num::NonZeroU32, path::Path, time::Duration};

use ipnet::IpNet;

use super::{Limits, Server, read, section::Section};
use crate::{
    server::TlsFiles,
    wire::{
        gate::{Cors, Forwarded, Proxies},
        limits::Caps,
    },
};

/// The highest rate, number or size of these that is taken.
const MOST: u64 = 1_000_000_000;

/// Reads what is said of connections.
pub(super) fn connections(section: &mut Section<'_>, server: &mut Server, folder: &Path) {
    let mut seconds = |key, most, into: &mut Duration| {
        if let Some(given) = read::seconds(section, key, 1, most) {
            *into = given;
        }
    };
    seconds("header_timeout_seconds", 600, &mut server.header_timeout);
    seconds("idle_timeout_seconds", 3600, &mut server.idle_timeout);
    seconds("body_stall_seconds", 600, &mut server.body_stall);
    if let Some(bytes) = read::size(section, "max_header_bytes", 8192, 1 << 20) {
        server.max_header_bytes = bytes;
    }
    if let Some(number) = read::size(section, "max_connections", 1, 1_000_000) {
        server.max_connections = number;
    }
    server.proxies = proxies(section);
    server.tls = tls(section.section("tls"), folder);
}

fn proxies(section: &mut Section<'_>) -> Proxies {
    let texts = section.texts("trusted_proxies").unwrap_or_default();
    let mut networks = Vec::new();
    for text in texts {
        match parse_network(&text) {
            Some(network) => networks.push(network),
            None => section.refuse(
                "trusted_proxies",
                &format!(
                    "holds '{text}', which is no network; write one like \"10.0.0.0/8\" or \"192.0.2.7\""
                ),
            ),
        }
    }
    let header = section.parsed("forwarded_header", |text| match text {
        "x-forwarded-for" => Ok(Forwarded::XForwardedFor),
        "forwarded" => Ok(Forwarded::Forwarded),
        _ => Err("must be \"x-forwarded-for\" or \"forwarded\""),
    });
    Proxies {
        networks,
        header: header.unwrap_or_default(),
    }
}

/// A network, or the one address that a network may be.
fn parse_network(text: &str) -> Option<IpNet> {
    let network = text.parse().ok();
    network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn tls(mut section: Section<'_>, folder: &Path) -> Option<TlsFiles> {
    let given = (section.has("certificate"), section.has("key"));
    let certificate = section.text("certificate");
    let key = section.text("key");
    let reload = read::seconds(&mut section, "reload_seconds", 1, 86_400);
    match given {
        (true, false) => section.refuse("key", "is missing; name the file of the private key"),
        (false, true) => section.refuse(
            "certificate",
            "is missing; name the file of the certificate",
        ),
        _ => {}
    }
    section.finish();
    Some(TlsFiles {
        certificate: folder.join(certificate?),
        key: folder.join(key?),
        reload: reload.unwrap_or(Duration::from_secs(5)),
    })
}

/// Reads whose pages may call.
pub(super) fn cors(mut section: Section<'_>) -> Cors {
    let origins = section.texts("origins").unwrap_or_default();
    let any = origins.iter().any(|origin| origin == "*");
    if any && origins.len() > 1 {
        section.refuse("origins", "holds \"*\" and others; write one or the other");
    }
    for origin in origins.iter().filter(|origin| *origin != "*") {
        if !is_origin(origin) {
            let message = format!(
                "holds '{origin}', which is no origin; write scheme and host, and a port that is not the usual one, \
                 like \"https://app.example.com\""
            );
            section.refuse("origins", &message);
        }
    }
    section.finish();
    match origins.len() {
        0 => Cors::Off,
        _ if any => Cors::Any,
        _ => Cors::Origins(origins),
    }
}

/// Whether a text is written as browsers write an origin.
fn is_origin(text: &str) -> bool {
    let parsed = url::Url::parse(text);
    parsed.is_ok_and(|url| url.origin().ascii_serialization() == text)
}

/// Reads how much may be asked for.
pub(super) fn limits(section: &mut Section<'_>, limits: &mut Limits) {
    limits.caps = caps(section, "concurrent_per_client", limits.caps);
    if let Some(number) = read::size(section, "concurrent_requests", 1, 1_000_000) {
        limits.concurrent_requests = number;
    }
    let failures = limits.failed_logins_per_minute;
    limits.failed_logins_per_minute = bound(section, "failed_logins_per_minute", failures);
    if let Some(bytes) = read::size(section, "url_length", 256, 60_000) {
        limits.url_length = bytes;
    }
    if let Some(number) = read::size(section, "query_parameters", 1, 60_000) {
        limits.query_parameters = number;
    }
}

/// Reads from a client's table what it may ask for; what is left out is as for every client.
pub(super) fn of_client(section: &mut Section<'_>, all: Caps) -> Caps {
    caps(section, "concurrent_requests", all)
}

fn caps(section: &mut Section<'_>, concurrent: &str, default: Caps) -> Caps {
    let mut bound = |key, default| bound(section, key, default);
    Caps {
        requests_per_second: bound("requests_per_second", default.requests_per_second),
        rows_per_minute: bound("rows_per_minute", default.rows_per_minute),
        concurrent_requests: bound(concurrent, default.concurrent_requests),
    }
}

/// A bound, which 0 takes away.
fn bound(section: &mut Section<'_>, key: &str, default: Option<NonZeroU32>) -> Option<NonZeroU32> {
    match section.whole(key, 0..=MOST) {
        Some(number) => NonZeroU32::new(u32::try_from(number).unwrap_or(u32::MAX)),
        None => default,
    }
}
