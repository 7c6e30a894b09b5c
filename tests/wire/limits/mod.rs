//! What keeps the service from being exhausted, and what browsers and proxies are told, over a real socket.

mod browsers;
mod connections;
mod proxies;
mod rates;
mod tls;
mod urls;

use std::{num::NonZeroU32, time::Duration};

use reqwest::Method;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::timeout,
};

use crate::support::{Answer, Server};

/// Longer than anything here takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn number(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

/// Everything that comes until the other end closes.
async fn until_closed(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    let reading = timeout(PATIENCE, stream.read_to_end(&mut text));
    // A connection that is reset is closed as well.
    reading.await.unwrap().unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// What comes up to this text.
async fn until_said(stream: &mut (impl AsyncRead + Unpin), said: &str) -> String {
    let mut text = String::new();
    while !text.contains(said) {
        let mut bytes = [0; 1024];
        let read = timeout(PATIENCE, stream.read(&mut bytes)).await;
        let read = read.unwrap().unwrap();
        assert!(read > 0, "closed after {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    text
}

async fn send(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = server.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request.send().await.unwrap()).await
}
