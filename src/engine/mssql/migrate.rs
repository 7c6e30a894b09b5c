//! Makes the service's own tables on the server: each numbered file of `sql/mssql/migrations/` once, in the schema dbo.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::{
    MssqlOptions,
    connection::{Connection, Request, ResultSet},
    pool::{CONNECTING, refused},
};
use crate::engine::{
    EngineError,
    store::{Migration, rows},
};
use crate::render::Statement;

const BEGIN: &str = include_str!("../../../sql/mssql/migrations_begin.sql");
pub(super) const APPLIED: &str = include_str!("../../../sql/mssql/migrations_applied.sql");
const NOTE: &str = include_str!("../../../sql/mssql/migrations_note.sql");
const COMMIT: &str = "COMMIT TRANSACTION;";

/// Between two batches of a file.
const SEPARATOR: &str = "\nGO\n";

/// Every migration, in the order of the numbers.
pub(super) const ALL: &[Migration] = &[
    Migration {
        number: Migration::ACCESS,
        name: "access",
        sql: include_str!("../../../sql/mssql/migrations/0001_access.sql"),
    },
    Migration {
        number: 2,
        name: "journal",
        sql: include_str!("../../../sql/mssql/migrations/0002_journal.sql"),
    },
    Migration {
        number: 3,
        name: "idempotency",
        sql: include_str!("../../../sql/mssql/migrations/0003_idempotency.sql"),
    },
];

/// Runs the missing ones, all or none.
pub(super) async fn run(
    options: &MssqlOptions,
    deadline: std::time::Instant,
) -> Result<Vec<Migration>, EngineError> {
    let made = timeout_at(Instant::from_std(deadline), async {
        let opened = Connection::open(&options.address, options.lock_timeout, CONNECTING).await;
        // What is not committed goes with the connection.
        let mut connection = opened.map_err(refused)?;
        ask(&mut connection, Request::Batch(BEGIN.into())).await?;
        let applied = ask(&mut connection, Request::Batch(APPLIED.into())).await?;
        let missing = missing(applied)?;
        for Migration { number, name, sql } in &missing {
            for batch in sql.split(SEPARATOR) {
                ask(&mut connection, Request::Batch(batch.into())).await?;
            }
            let params = vec![rows::number(i64::from(*number)), rows::text(name)];
            let note = Statement::fixed(NOTE, params, Vec::new());
            ask(&mut connection, Request::Rendered(Arc::new(note))).await?;
        }
        ask(&mut connection, Request::Batch(COMMIT.into())).await?;
        Ok(missing)
    });
    made.await.map_err(|_| EngineError::Timeout)?
}

/// Those that are missing, by what the server says it has had.
pub(super) fn missing(applied: Vec<ResultSet>) -> Result<Vec<Migration>, EngineError> {
    let rows = applied.into_iter().flatten();
    let numbers = rows.map(|row| super::store::only_number(row, &crate::domain::SqlType::Int));
    let numbers: Vec<i64> = numbers.collect::<Result<_, _>>()?;
    Ok(Migration::missing(ALL, &numbers))
}

async fn ask(connection: &mut Connection, request: Request) -> Result<Vec<ResultSet>, EngineError> {
    connection.ask(&request).await.map_err(refused)
}
