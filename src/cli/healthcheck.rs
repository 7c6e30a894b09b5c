//! `upsertd healthcheck`: whether a service on this machine is ready, as an exit code. For containers, which
//! have no other program to ask with.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use super::Failure;
use crate::server::probe::{Speaks, over_tls};

/// How long the service has to answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where the service says whether it is ready. Left out: on this machine, at the port of
    /// `UPSERTD__SERVER__LISTEN`, or 8080, and under `UPSERTD__SERVER__BASE_PATH`; over TLS, with whatever
    /// certificate, where `UPSERTD__SERVER__TLS__CERTIFICATE` is set.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let url = options.url.clone().unwrap_or_else(usual_url);
    let scheme = url.split_once("://");
    let (tls, rest) = match scheme {
        Some(("http", rest)) => (false, rest),
        Some(("https", rest)) => (true, rest),
        _ => {
            return Err(Failure::new(
                &"only http:// and https:// addresses can be asked",
            ));
        }
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let answer = ask(tls, authority, path)
        .map_err(|error| Failure::new(&format!("no answer from {authority}: {error}")))?;
    if answer.split_ascii_whitespace().nth(1) == Some("200") {
        return Ok(());
    }
    Err(Failure::new(&format!("not ready: {}", answer.trim_end())))
}

fn usual_url() -> String {
    let setting = |name: &str| env::var(name).unwrap_or_default();
    let listen = setting("UPSERTD__SERVER__LISTEN");
    let port = listen.rsplit_once(':').map_or("8080", |(_, port)| port);
    let base = setting("UPSERTD__SERVER__BASE_PATH");
    let tls = !setting("UPSERTD__SERVER__TLS__CERTIFICATE").is_empty();
    let scheme = if tls { "https" } else { "http" };
    format!("{scheme}://127.0.0.1:{port}{base}/health/ready")
}

/// Asks, and gives the first line of the answer.
fn ask(tls: bool, authority: &str, path: &str) -> io::Result<String> {
    let with_port = if authority.contains(':') {
        authority.to_owned()
    } else {
        format!("{authority}:{}", if tls { 443 } else { 80 })
    };
    let address = with_port.to_socket_addrs()?.next();
    let address = address.ok_or(io::ErrorKind::NotFound)?;
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut stream: Box<dyn Speaks> = if tls {
        over_tls(stream).map_err(io::Error::other)?
    } else {
        Box::new(stream)
    };
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}
