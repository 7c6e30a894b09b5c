//! `upsertd migrate`: makes the service's own tables. Nothing else of the configuration but the database is looked at, so
//! that an administrator's login can be given by a variable.

use std::{env, path::PathBuf, time::Instant};

use super::{Failure, block_on, print};
use crate::{
    app,
    config::Config,
    engine::{Engine, EngineError},
};

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The configuration file. `UPSERTD__DATABASE__URL` may name another login than the service's, one that may make
    /// tables.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only say what is missing: exit code 1 where something is.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let draft = Config::draft(&options.config, env::vars_os());
    let Some(database) = draft.database.clone() else {
        return Err(Failure::all(draft.problems().to_vec()));
    };
    block_on(async {
        let engine = app::open_engine(&database).await?;
        let done = migrate(&*engine, options.check).await;
        engine.close().await;
        done
    })
}

async fn migrate(engine: &dyn Engine, check: bool) -> Result<(), Failure> {
    let deadline = Instant::now() + app::MIGRATING;
    let store = engine.store();
    if check {
        let missing = store
            .missing(deadline)
            .await
            .map_err(|error| failed(&error))?;
        if missing.is_empty() {
            return Ok(print("nothing is missing")?);
        }
        let line = |m: &crate::engine::store::Migration| {
            format!("missing: {:04} {}; run `upsertd migrate`", m.number, m.name)
        };
        return Err(Failure::all(missing.iter().map(line).collect()));
    }
    let ran = store
        .migrate(deadline)
        .await
        .map_err(|error| failed(&error))?;
    for migration in &ran {
        print(&format!("{:04} {}", migration.number, migration.name))?;
    }
    if ran.is_empty() {
        print("nothing was missing")?;
    }
    Ok(())
}

fn failed(error: &EngineError) -> Failure {
    let failure = Failure::new(&format!("the database cannot be migrated: {error}"));
    match error {
        EngineError::Permission { .. } => failure.hint(
            "run it with a login that may make tables in the schema dbo: UPSERTD__DATABASE__URL names it for this once",
        ),
        _ => failure,
    }
}
