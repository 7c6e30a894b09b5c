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
    let (catalog, doubtful) = match catalog.transpose()? {
        Some(Ok(held)) => held,
        Some(Err(found)) => {
            problems.extend(found);
            Default::default()
        }
        None => Default::default(),
    };
    if !problems.is_empty() {
        return Err(Failure::all(problems));
    }
    for entity in catalog.entities() {
        print(&describe(entity))?;
    }
    for doubtful in doubtful {
        warn(&doubtful)?;
    }
    for entity in catalog.entities() {
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

/// Holds what is served against the database, and the grants against what is served; gives what is doubtful about them too.
async fn hold(
    database: &Database,
    draft: &config::Draft,
) -> Result<(Catalog, Vec<String>), Vec<String>> {
    let engine = app::open_engine(database)
        .await
        .map_err(|error| vec![error.to_string()])?;
    let tables = engine.load_tables(Instant::now() + PATIENCE).await;
    engine.close().await;
    let tables = tables.map_err(|error| vec![error.to_string()])?;
    let catalog = Catalog::build(&tables, &draft.serving)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let Some(config) = draft.config() else {
        return Ok((catalog, Vec::new()));
    };
    let settings = app::service_settings(config);
    let granted = config.auth.granted();
    let held = hold_grants(&catalog, &granted, &settings, engine.capabilities());
    if held.wrong.is_empty() {
        Ok((catalog, held.doubtful))
    } else {
        Err(held.wrong)
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
