//! A SQL Server for tests that have none: a scripted peer on a real socket that speaks the server's side
//! of TDS 7.4 (MS-TDS, <https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/>), answers from
//! recordings or from what a test writes, and fails the test on any request that it has no answer for.
//! It must not know the service, nor run SQL.
//!
//! ```ignore
//! let script = Script::recording("catalog")
//!     .on_sql_containing("BEGIN TRAN")
//!     .reply(errors::deadlock())
//!     .then(Reply::rows([Column::new("n", "int")], json!([[1]])));
//! let peer = TdsPeer::start(script).await;
//! // … a client connects to peer.port() …
//! assert_eq!(peer.messages(), 2);
//! ```

// Each test binary uses a part of it.
#![allow(dead_code, unused_imports)]

mod codepage;
mod connection;
mod dates;
pub mod decode;
pub mod encode;
pub mod errors;
mod lines;
mod login;
mod numbers;
pub mod packets;
mod peer;
mod recorder;
pub mod recording;
mod reply;
mod request;
mod script;
mod tls;
pub mod tokens;
pub mod types;
mod values;
pub mod wire;

pub use self::{
    login::{Login, LoginReply},
    peer::{Counts, TdsPeer},
    recorder::Recorder,
    reply::{Gate, Reply, ResultSet},
    request::{Kind, Request},
    script::Script,
    tls::Identity,
    tokens::Column,
};
