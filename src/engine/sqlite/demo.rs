//! The demo's tables and rows, from `sql/sqlite/`: invented vendors and contracts to try every type
//! and every rule on.

use rusqlite::{Transaction, TransactionBehavior};

use super::{
    SqliteOptions,
    connection::{Session, open_writer},
    errors::translate,
};
use crate::engine::EngineError;

const EXISTS: &str = include_str!("../../../sql/sqlite/demo_exists.sql");
const SCHEMA: &str = include_str!("../../../sql/sqlite/demo_schema.sql");
const DATA: &str = include_str!("../../../sql/sqlite/demo_data.sql");

/// Creates the demo, all of it or, where one is there already, nothing.
pub(super) fn create(options: &SqliteOptions) -> Result<(), EngineError> {
    let Session { mut conn, .. } =
        open_writer(&options.path, options.create, options.busy_timeout)?;
    // Another process that starts at the same moment waits here and then finds the tables.
    conn.transaction_with_behavior(TransactionBehavior::Immediate)
        .and_then(|transaction| fill(&transaction).and_then(|()| transaction.commit()))
        .map_err(translate)
}

fn fill(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    if transaction.prepare(EXISTS)?.exists([])? {
        return Ok(());
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.execute_batch(DATA)
}
