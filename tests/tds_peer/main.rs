//! The scripted TDS peer, tried with the client that the service uses.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../support/tds/mod.rs"]
mod tds;

mod codec;
mod conversation;
mod encryption;
mod recording;

use serde_json::json;
use tds::{Column, Reply, TdsPeer};
use tiberius::{AuthMethod, Client, Config, EncryptionLevel, error::Error};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};

type Connection = Client<Compat<TcpStream>>;

fn config(port: u16) -> Config {
    let mut config = Config::new();
    config.host("127.0.0.1");
    config.port(port);
    config.database("stock");
    config.application_name("peer test");
    config.authentication(AuthMethod::sql_server("tester", "pä$$w0rd"));
    config.encryption(EncryptionLevel::NotSupported);
    config
}

async fn connect(config: Config) -> Result<Connection, Error> {
    let stream = TcpStream::connect(config.get_addr()).await.unwrap();
    // Its future is too large for a test's own.
    Box::pin(Client::connect(config, stream.compat_write())).await
}

async fn client_of(peer: &TdsPeer) -> Connection {
    connect(config(peer.port())).await.unwrap()
}

fn number(error: &Error) -> Option<u32> {
    match error {
        Error::Server(token) => Some(token.code()),
        _ => None,
    }
}

/// Runs a batch and takes all of its answer.
async fn run(client: &mut Connection, sql: &str) -> Result<Vec<Vec<tiberius::Row>>, Error> {
    client.simple_query(sql).await?.into_results().await
}

fn one() -> Reply {
    Reply::rows([Column::new("n", "int")], json!([[1]]))
}
