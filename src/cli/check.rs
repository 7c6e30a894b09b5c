//! `upsertd check`: everything that is wrong with the configuration, the database and the entities, at
//! once; it goes on to the database when only other settings are wrong.

use std::{env, path::Path};

use super::{Failure, block_on, print};
use crate::{
    app,
    catalog::{Catalog, Serving},
    config::{Config, Database},
    domain::{Action, Actions, Entity},
};

pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let draft = Config::draft(file, env::vars_os());
    let mut problems = draft.problems().to_vec();
    let catalog = draft
        .database
        .map(|database| block_on(async { Ok(hold(&database, &draft.serving).await) }));
    let catalog = match catalog.transpose()? {
        Some(Ok(catalog)) => catalog,
        Some(Err(found)) => {
            problems.extend(found);
            Catalog::default()
        }
        None => Catalog::default(),
    };
    if !problems.is_empty() {
        return Err(Failure::all(problems));
    }
    for entity in catalog.entities() {
        print(&describe(entity))?;
    }
    Ok(())
}

/// Holds what is served against the database.
async fn hold(database: &Database, serving: &Serving) -> Result<Catalog, Vec<String>> {
    let engine = app::open_engine(database)
        .await
        .map_err(|error| vec![error.to_string()])?;
    let tables = engine.load_tables().await;
    engine.close().await;
    let tables = tables.map_err(|error| vec![error.to_string()])?;
    Catalog::build(&tables, serving)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
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

fn words(actions: Actions) -> String {
    let all = [
        (Action::Add, "add"),
        (Action::Edit, "edit"),
        (Action::View, "view"),
    ];
    let allowed = all.into_iter().filter(|(action, _)| actions.allow(*action));
    allowed.map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}
