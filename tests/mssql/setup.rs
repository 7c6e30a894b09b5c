//! An engine on a scripted server: where it is, what it answers without being told, and the requests that
//! the tests make.

use std::time::Instant;

use serde_json::{Value, json};
use upsertd::{
    domain::WriteOutcome,
    engine::{
        EngineError,
        mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
    },
};

use crate::{
    described::{SQL_SERVER, described_by},
    driver::{Driver, text},
    tds::{Column, Reply, Request, Script, TdsPeer},
};

pub const USER: &str = "tester";
/// With what would have a meaning of its own in a URL and in a connection string.
pub const PASSWORD: &str = "pä$$;w0rd@/=";
/// The same as it stands in a URL.
pub const PASSWORD_IN_URL: &str = "p%C3%A4%24%24%3Bw0rd%40%2F%3D";
pub const DATABASE: &str = "stock";

/// In the text of every write, and of nothing else that is asked.
pub const WRITE: &str = "BEGIN TRANSACTION";
/// In the text of what asks which migrations the server has had.
pub const MIGRATIONS: &str = "upsertd_migrations";
/// In the text of every Get.
pub const GET: &str = "OFFSET";
/// In the text of the batch that reads the catalog.
pub const CATALOG: &str = "INFORMATION_SCHEMA.COLUMNS";
/// In the text of what asks whether the server is there.
pub const PING: &str = "AS alive";

/// In the text of what asks how far a cancelled write came.
pub const PROGRESS: &str = "AS progress";

/// A server that lets in, describes its tables and says that it is there.
pub fn script() -> Script {
    script_of(described_by(SQL_SERVER))
}

/// The same, with this for a description.
pub fn script_of(description: Reply) -> Script {
    beginning()
        .on_sql_containing(CATALOG)
        .always(description)
        .into()
}

/// The same, without a description.
pub fn beginning() -> Script {
    Script::new()
        .on_sql_containing("SET LANGUAGE us_english")
        .always(Reply::nothing())
        .on_sql_containing(MIGRATIONS)
        .always(Reply::rows([Column::new("number", "int")], json!([])))
        .on_sql_containing(PING)
        .always(Reply::rows([Column::new("alive", "int")], json!([[1]])))
        .into()
}

/// What a write's script reports: matching rows, rows written, the generated key.
pub fn report(matched: u32, affected: u32, generated: impl Into<Value>) -> Reply {
    Reply::rows(
        report_columns(),
        json!([[matched, affected, generated.into()]]),
    )
}

/// How far a cancelled write came: 0 until right before its commit.
pub fn progress(far: u8) -> Reply {
    Reply::rows([Column::new("progress", "int")], json!([[far]]))
}

pub fn report_columns() -> [Column; 3] {
    [
        Column::nullable("matched", "int"),
        Column::nullable("affected", "int"),
        Column::nullable("generated", "decimal(38,0)"),
    ]
}

/// The address of a peer's database; `parameters` as they stand in a URL.
pub fn url(host: &str, port: u16, parameters: &str) -> String {
    format!("mssql://{USER}:{PASSWORD_IN_URL}@{host}:{port}/{DATABASE}?{parameters}")
}

pub fn address(peer: &TdsPeer) -> MssqlAddress {
    url("127.0.0.1", peer.port(), "encrypt=plaintext")
        .parse()
        .unwrap()
}

pub fn engine(peer: &TdsPeer) -> MssqlEngine {
    engine_with(peer, |_| ())
}

pub fn engine_with(peer: &TdsPeer, change: impl FnOnce(&mut MssqlOptions)) -> MssqlEngine {
    let mut options = MssqlOptions::new(address(peer));
    change(&mut options);
    MssqlEngine::new(options)
}

/// One connection, so that what is asked next is asked over the same one.
pub fn engine_of_one(peer: &TdsPeer) -> MssqlEngine {
    engine_with(peer, |options| options.connections = 1)
}

/// The requests so far whose text has this in it.
pub fn asked(peer: &TdsPeer, piece: &str) -> Vec<Request> {
    let mut requests = peer.requests();
    requests.retain(|request| request.sql.contains(piece));
    requests
}

pub async fn upsert(driver: &Driver<'_>) -> Result<WriteOutcome, EngineError> {
    upsert_until(driver, crate::driver::deadline()).await
}

pub async fn upsert_until(
    driver: &Driver<'_>,
    deadline: Instant,
) -> Result<WriteOutcome, EngineError> {
    let values = [("Code", text("A1")), ("Name", text("Bolt"))];
    driver
        .upsert_until("Parts", &values, "Code = 'A1'", false, deadline)
        .await
}

pub async fn add(driver: &Driver<'_>) -> Result<WriteOutcome, EngineError> {
    let values = [("Code", text("A1")), ("Name", text("Bolt"))];
    driver.add("Parts", &values).await
}

pub async fn update(driver: &Driver<'_>) -> Result<WriteOutcome, EngineError> {
    let values = [("Name", text("Bolt"))];
    driver.update("Parts", &values, "Name = 'Screw'").await
}

pub const UPDATED: Result<WriteOutcome, EngineError> = Ok(WriteOutcome::Updated { affected: 1 });
