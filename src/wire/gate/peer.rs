//! Where a request comes from. What a header says of that is believed of a trusted proxy alone: anybody can write one.

use std::net::IpAddr;

use ipnet::IpNet;
use poem::{
    Request,
    http::{HeaderMap, HeaderName, header, uri::Scheme},
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The header in which proxies say whom they pass on. One of them only: a proxy that writes one lets the other through
/// as its caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Forwarded {
    /// `X-Forwarded-For`, and `X-Forwarded-Proto`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies that are believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies {
    /// Where they call from.
    pub networks: Vec<IpNet>,
    /// Where they say it.
    pub header: Forwarded,
}

/// Who calls, as far as the network tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Peer {
    /// The address that the caller has.
    pub address: Option<IpAddr>,
    /// Whether nobody could listen on its way: TLS up to here, or up to a trusted proxy.
    pub secure: bool,
}

/// One that passed a request on, by what it says.
struct Hop {
    /// Whom it had it from; `None` where it does not say, or hides it.
    from: Option<IpAddr>,
    /// The scheme that it had it by.
    proto: Option<String>,
}

impl Peer {
    /// Whether the caller is on this machine.
    #[must_use]
    pub fn is_here(&self) -> bool {
        self.address.is_some_and(|address| address.is_loopback())
    }
}

impl Proxies {
    fn trust(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|net| net.contains(&address))
    }

    /// Who sends a request.
    #[must_use]
    pub fn peer(&self, request: &Request) -> Peer {
        let remote = request.remote_addr().as_socket_addr();
        let direct = Peer {
            address: remote.map(|address| address.ip().to_canonical()),
            secure: *request.scheme() == Scheme::HTTPS,
        };
        match direct.address {
            Some(address) if self.trust(address) => self.behind(direct, request.headers()),
            _ => direct,
        }
    }

    /// Goes back from hop to hop as long as the one that speaks is trusted.
    fn behind(&self, direct: Peer, headers: &HeaderMap) -> Peer {
        let hops = match self.header {
            Forwarded::XForwardedFor => x_forwarded(headers),
            Forwarded::Forwarded => forwarded(headers),
        };
        let mut peer = direct;
        for hop in hops.into_iter().rev() {
            if let Some(proto) = &hop.proto {
                peer.secure = proto.eq_ignore_ascii_case("https");
            }
            match hop.from {
                Some(address) => peer.address = Some(address),
                None => break,
            }
            if !hop.from.is_some_and(|address| self.trust(address)) {
                break;
            }
        }
        peer
    }
}

/// `X-Forwarded-For: client, proxy`. The scheme is the last proxy's word: what stands before it in the header may be
/// the caller's.
fn x_forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let mut hops: Vec<Hop> = elements(headers, &X_FORWARDED_FOR)
        .map(|text| Hop {
            from: address(text),
            proto: None,
        })
        .collect();
    let proto = elements(headers, &X_FORWARDED_PROTO).last();
    let proto = proto.map(str::to_owned);
    match hops.last_mut() {
        Some(last) => last.proto = proto,
        None => hops.push(Hop { from: None, proto }),
    }
    hops
}

/// `Forwarded: for=client;proto=https, for=proxy`.
fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let hop = |text: &str| {
        let value = |wanted: &str| {
            text.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                let found = name.trim().eq_ignore_ascii_case(wanted);
                found.then(|| value.trim().trim_matches('"'))
            })
        };
        Hop {
            from: value("for").and_then(address),
            proto: value("proto").map(str::to_owned),
        }
    };
    elements(headers, &header::FORWARDED).map(hop).collect()
}

/// The elements of a list that may be spread over several headers.
fn elements<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).into_iter();
    // What is no text says nothing, but stands where it stands.
    values.flat_map(|value| {
        value
            .to_str()
            .unwrap_or("unknown")
            .split(',')
            .map(str::trim)
    })
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn address(text: &str) -> Option<IpAddr> {
    let parsed = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0.parse(),
        None => text.parse().or_else(|error| match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host.parse(),
            _ => Err(error),
        }),
    };
    parsed.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PROXY: &str = "10.0.0.7";

    fn peer(header: Forwarded, remote: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|net| net.parse().unwrap());
        let proxies = Proxies {
            networks: networks.to_vec(),
            header,
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let address: IpAddr = remote.parse().unwrap();
        let direct = Peer {
            address: Some(address),
            secure: false,
        };
        let peer = if proxies.trust(address) {
            proxies.behind(direct, &map)
        } else {
            direct
        };
        (peer.address.unwrap().to_string(), peer.secure)
    }

    fn x(remote: &str, headers: &[(&'static str, &str)]) -> (String, bool) {
        peer(Forwarded::XForwardedFor, remote, headers)
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        let says = [
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "https"),
        ];
        assert_eq!(x(PROXY, &says), ("192.0.2.1".to_owned(), true));
        assert_eq!(x("192.0.2.66", &says), ("192.0.2.66".to_owned(), false));
        assert_eq!(x(PROXY, &[]), (PROXY.to_owned(), false));
    }

    #[test]
    fn the_last_address_that_is_not_a_proxy_s_is_the_caller_s() {
        // The caller wrote the first one itself.
        let says = [
            ("x-forwarded-for", "198.51.100.1, 192.0.2.1"),
            ("x-forwarded-for", "10.1.1.1:8080"),
            ("x-forwarded-proto", "https, http"),
        ];
        assert_eq!(x(PROXY, &says), ("192.0.2.1".to_owned(), false));
        let hidden = [("x-forwarded-for", "192.0.2.1, unknown")];
        assert_eq!(x(PROXY, &hidden), (PROXY.to_owned(), false));
        let all = [("x-forwarded-for", "10.9.9.9, 10.1.1.1")];
        assert_eq!(x(PROXY, &all).0, "10.9.9.9");
        let alone = [("x-forwarded-proto", "https")];
        assert_eq!(x(PROXY, &alone), (PROXY.to_owned(), true));
    }

    #[test]
    fn addresses_come_with_ports_and_in_brackets() {
        for (text, read) in [
            ("192.0.2.1:80", "192.0.2.1"),
            ("[2001:db8::1]:80", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
        ] {
            assert_eq!(address(text), Some(read.parse().unwrap()), "{text}");
        }
        for text in ["", "unknown", "_hidden", "example.org", "[::1"] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_header_that_is_named_is_read() {
        let both = [
            (
                "forwarded",
                "for=192.0.2.1;proto=https, for=\"[fd00::9]:80\";proto=http",
            ),
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "http"),
        ];
        let read = peer(Forwarded::Forwarded, PROXY, &both);
        assert_eq!(read, ("192.0.2.1".to_owned(), true));
        assert_eq!(x(PROXY, &both), ("198.51.100.1".to_owned(), false));
    }
}
