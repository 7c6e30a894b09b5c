//! The demo's tables and rows on a SQL Server, from `sql/mssql/`: the same as the embedded demo's.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    MssqlOptions,
    connection::{Connection, Request, ResultSet},
    pool::{CONNECTING, refused},
};
use crate::engine::EngineError;

const BEGIN: &str = include_str!("../../../sql/mssql/demo_begin.sql");
const EXISTS: &str = include_str!("../../../sql/mssql/demo_exists.sql");
const SCHEMA: &str = include_str!("../../../sql/mssql/demo_schema.sql");
const DATA: &str = include_str!("../../../sql/mssql/demo_data.sql");
const COMMIT: &str = "COMMIT TRANSACTION;";

/// Between two batches of a file.
const SEPARATOR: &str = "\nGO\n";

/// How long all of it may take; another process that makes a demo is waited for.
const PATIENCE: Duration = Duration::from_secs(180);

/// Creates the demo, all of it or, where one is there already, nothing.
pub(super) async fn create(options: &MssqlOptions) -> Result<(), EngineError> {
    let made = timeout(PATIENCE, async {
        let opened = Connection::open(&options.address, options.lock_timeout, CONNECTING).await;
        // What is not committed goes with the connection.
        let mut connection = opened.map_err(refused)?;
        ask(&mut connection, BEGIN).await?;
        let exists = ask(&mut connection, EXISTS).await?;
        if exists.iter().all(Vec::is_empty) {
            for batch in SCHEMA.split(SEPARATOR).chain([DATA]) {
                ask(&mut connection, batch).await?;
            }
        }
        ask(&mut connection, COMMIT).await
    });
    made.await.map_err(|_| EngineError::Timeout)?.map(drop)
}

async fn ask(
    connection: &mut Connection,
    batch: &'static str,
) -> Result<Vec<ResultSet>, EngineError> {
    let asked = connection.ask(&Request::Batch(batch.into())).await;
    asked.map_err(refused)
}
