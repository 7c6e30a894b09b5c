//! One change of tables: a script like that of a write, sent again as a whole where that helps.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{decode, pool::Pool, retry::Retry, write::run};
use crate::{
    domain::Value,
    engine::{EngineError, schema::SchemaOutcome},
    render::schema::{SchemaBatch, SchemaRefusal},
};

/// Runs a change to its end or to the deadline.
pub(super) async fn change(
    pool: &Pool,
    batch: SchemaBatch,
    lock_timeout: Duration,
    deadline: Instant,
) -> Result<SchemaOutcome, EngineError> {
    let SchemaBatch::Script(script) = batch else {
        return Err(EngineError::Unexpected {
            detail: "steps where SQL Server takes a script".to_owned(),
        });
    };
    let script = Arc::new(script);
    let retry = Retry::until(deadline, lock_timeout, false);
    let results = run(pool, &script, retry, deadline).await?;
    let row = results
        .into_iter()
        .next_back()
        .and_then(|set| set.into_iter().next());
    let cells = row
        .map(|row| decode::row(row, script.columns()))
        .transpose()?;
    match cells.as_deref() {
        Some([Some(Value::Int(0))]) => Ok(SchemaOutcome::Done),
        Some([Some(Value::Int(SchemaBatch::NOT_EMPTY))]) => {
            Ok(SchemaOutcome::Refused(SchemaRefusal::NotEmpty))
        }
        Some([Some(Value::Int(SchemaBatch::MISFITS))]) => Err(EngineError::Conversion {
            detail: "values of a column are none of its new type".to_owned(),
        }),
        other => Err(EngineError::Unexpected {
            detail: format!("a change of tables reported {other:?}"),
        }),
    }
}
