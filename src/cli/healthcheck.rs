//! `upsertd healthcheck`: whether a service on this machine is ready, as an exit code. For containers, which
//! have no other program to ask with.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use super::Failure;

/// How long the service has to answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Where the service says whether it is ready.
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/health/ready"
    )]
    url: String,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let rest = options.url.strip_prefix("http://");
    let rest = rest.ok_or_else(|| Failure::new(&"only http:// addresses can be asked"))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let answer = ask(authority, path)
        .map_err(|error| Failure::new(&format!("no answer from {authority}: {error}")))?;
    if answer.split_ascii_whitespace().nth(1) == Some("200") {
        return Ok(());
    }
    Err(Failure::new(&format!("not ready: {}", answer.trim_end())))
}

/// Asks, and gives the first line of the answer.
fn ask(authority: &str, path: &str) -> std::io::Result<String> {
    let with_port = if authority.contains(':') {
        authority.to_owned()
    } else {
        format!("{authority}:80")
    };
    let address = with_port.to_socket_addrs()?.next();
    let address = address.ok_or(std::io::ErrorKind::NotFound)?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line)
}
