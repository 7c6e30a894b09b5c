//! `upsertd check`: everything that is wrong with the configuration, the database and the entities, at
//! once; it goes on to the database when only other settings are wrong.

use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

use super::{Failure, block_on, print, warn};
use crate::{
    app,
    catalog::Catalog,
    config::{self, Config, Database},
    domain::{Action, Actions, Entity},
    engine::store::Migration,
    service::hold_grants,
};

/// How long reading the tables may take: another process's lock is the only thing to wait for.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let draft = Config::draft(file, env::vars_os());
    let mut problems = draft.problems().to_vec();
    let catalog = draft
        .database
        .as_ref()
        .map(|database| block_on(async { Ok(hold(database, &draft).await) }));
    let held = match catalog.transpose()? {
        Some(Ok(held)) => held,
        Some(Err(found)) => {
            problems.extend(found);
            Held::default()
        }
        None => Held::default(),
    };
    if !problems.is_empty() {
        return Err(Failure::all(problems));
    }
    for entity in held.catalog.entities() {
        print(&describe(entity))?;
    }
    for doubtful in &held.doubtful {
        warn(doubtful)?;
    }
    for migration in &held.missing {
        warn(&format!(
            "the database lacks tables of the service's own ({:04} {}), or its login may not see them; run `upsertd \
             migrate`",
            migration.number, migration.name
        ))?;
    }
    for entity in held.catalog.entities() {
        let open = open_secrets(entity);
        // A declaration has been thought about.
        if !open.is_empty() && !draft.serving.declares(entity.name()) {
            warn(&format!(
                "serve.all_tables serves {} with {}: what looks like a password belongs into serve.passwords",
                entity.name().as_str(),
                open.join(", ")
            ))?;
        }
    }
    Ok(())
}

/// What holds against the database.
#[derive(Default)]
struct Held {
    /// What is served.
    catalog: Catalog,
    /// The service's own tables that an administrator still has to make.
    missing: Vec<Migration>,
    /// What grants come to, and may not have been meant so.
    doubtful: Vec<String>,
}

/// Holds what is served against the database, and the grants against what is served.
async fn hold(database: &Database, draft: &config::Draft) -> Result<Held, Vec<String>> {
    let one = |error: &dyn std::fmt::Display| vec![error.to_string()];
    let opened = app::open_engine(database).await;
    let engine = opened.map_err(|error| one(&error))?;
    let deadline = Instant::now() + PATIENCE;
    let tables = engine.load_tables(deadline).await;
    let store = engine.store();
    let missing = if store.migrates_itself() {
        Ok(Vec::new())
    } else {
        store.missing(deadline).await
    };
    engine.close().await;
    let tables = tables.map_err(|error| one(&error))?;
    let missing = missing.map_err(|error| one(&error))?;
    let catalog = Catalog::build(&tables, &draft.serving);
    let catalog =
        catalog.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let report = draft.config().map(|config| {
        let settings = app::service_settings(config);
        let granted = config.auth.granted();
        hold_grants(&catalog, &granted, &settings, engine.capabilities())
    });
    let report = report.unwrap_or_default();
    if report.wrong.is_empty() {
        Ok(Held {
            catalog,
            missing,
            doubtful: report.doubtful,
        })
    } else {
        Err(report.wrong)
    }
}

fn describe(entity: &Entity) -> String {
    let table = entity.table();
    format!(
        "entity {}: table {}, {} columns, {}",
        entity.name().as_str(),
        table.name.as_str(),
        table.columns.len(),
        words(entity.actions())
    )
}

/// The columns that are served though their names look like passwords.
fn open_secrets(entity: &Entity) -> Vec<&str> {
    const SIGNS: [&str; 4] = ["password", "passwd", "pwd", "secret"];
    let table = entity.table();
    let open = table.indices().filter(|i| entity.readable(*i));
    open.map(|i| table.column(i).name.as_str())
        .filter(|name| {
            let name = name.to_lowercase();
            SIGNS.iter().any(|sign| name.contains(sign))
        })
        .collect()
}

fn words(actions: Actions) -> String {
    let allowed = Action::WORDS
        .into_iter()
        .filter(|(action, _)| actions.allow(*action));
    allowed.map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}
