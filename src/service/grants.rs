//! Holds grants against what is served: a grant that names what is not there would give or forbid something else than
//! whoever wrote it had in mind. Who the grants are for is known here by a name only.

use std::{fmt, sync::Arc};

use super::{Service, Settings, context};
use crate::{
    catalog::Catalog,
    clause,
    domain::{
        Entity, Fault, Faults,
        name::nearest,
        request::ClauseSource,
        rights::{Columns, Entities, Grant},
    },
    engine::Capabilities,
    plan::{self, Context},
};

/// Grants, and who has them.
#[derive(Debug, Clone)]
pub struct Granted<'g> {
    /// In words: `role 'clerk'`, `client 'erp'`.
    pub holder: String,
    /// The grants.
    pub grants: &'g [Grant],
}

/// What is wrong with grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantReport {
    /// What they name is not there, or cannot be meant: the service does not start with them.
    pub wrong: Vec<String>,
    /// What they come to, and may not have been meant so.
    pub doubtful: Vec<String>,
}

/// Holds grants against a catalog.
#[must_use]
pub fn hold_grants(
    catalog: &Catalog,
    granted: &[Granted<'_>],
    settings: &Settings,
    capabilities: Capabilities<'_>,
) -> GrantReport {
    let mut holding = Holding {
        catalog,
        context: context(settings, capabilities),
        holder: "",
        report: GrantReport::default(),
    };
    for Granted { holder, grants } in granted {
        holding.holder = holder;
        for grant in *grants {
            holding.hold(grant);
        }
    }
    holding.report
}

impl Service {
    /// Holds grants against what is served now.
    #[must_use]
    pub fn hold_grants(&self, granted: &[Granted<'_>]) -> GrantReport {
        let capabilities = self.engine.capabilities();
        hold_grants(&self.catalog(), granted, &self.settings, capabilities)
    }
}

struct Holding<'h> {
    catalog: &'h Catalog,
    context: Context<'h>,
    holder: &'h str,
    report: GrantReport,
}

impl Holding<'_> {
    fn wrong(&mut self, what: impl fmt::Display) {
        let text = format!("{}: {what}", self.holder);
        if !self.report.wrong.contains(&text) {
            self.report.wrong.push(text);
        }
    }

    fn hold(&mut self, grant: &Grant) {
        let entities = self.entities(&grant.entities);
        if entities.is_empty() {
            // Named ones that are not there have been told; there may be none yet at all.
            return;
        }
        for rule in [&grant.read, &grant.write] {
            self.hold_columns(rule, &entities);
        }
        if let Some(rows) = &grant.rows {
            self.hold_rows(rows, &entities, grant.entities == Entities::All);
        }
    }

    fn entities(&mut self, entities: &Entities) -> Vec<Arc<Entity>> {
        let names = match entities {
            Entities::All => return self.catalog.entities().cloned().collect(),
            Entities::Named(names) => names,
        };
        let mut found = Vec::new();
        for name in names {
            if let Some(entity) = self.catalog.find(name) {
                found.push(Arc::clone(entity));
                continue;
            }
            let near = self.catalog.nearest(name);
            let near = near.map(|near| near.as_str().to_owned());
            self.wrong(format!(
                "a grant is on the entity '{name}', which is not served{}",
                did_you_mean(near.as_deref())
            ));
        }
        found
    }

    /// A column must be one of some entity of the grant: a list may serve several.
    fn hold_columns(&mut self, rule: &Columns, entities: &[Arc<Entity>]) {
        let (Columns::Only(columns) | Columns::Except(columns)) = rule else {
            return;
        };
        for column in columns {
            if entities.iter().any(|e| e.table().find(column).is_some()) {
                continue;
            }
            let tables = entities.iter().map(|entity| entity.table());
            let known = tables.flat_map(|table| &table.columns);
            let near = nearest(column, known.map(|c| c.name.as_str())).map(str::to_owned);
            self.wrong(format!(
                "a grant on {} names the column '{column}', which is not there{}",
                names(entities),
                did_you_mean(near.as_deref())
            ));
        }
    }

    fn hold_rows(&mut self, rows: &ClauseSource, entities: &[Arc<Entity>], all: bool) {
        if let Err(fault) = clause::parse_clause(rows, self.context.clause) {
            self.wrong(format!(
                "the rows of a grant on {}: {fault}",
                names(entities)
            ));
            return;
        }
        let mut closed: Vec<Arc<Entity>> = Vec::new();
        let mut first: Option<Faults> = None;
        for entity in entities {
            let Err(faults) = plan::plan_rows_seen(entity, &[rows], &self.context) else {
                continue;
            };
            let lacks = |fault: &Fault| matches!(fault, Fault::UnknownColumn { .. });
            if all && faults.all().iter().all(lacks) {
                closed.push(Arc::clone(entity));
                first.get_or_insert(faults);
            } else {
                self.wrong(format!(
                    "the rows of a grant on '{}': {faults}",
                    entity.name().as_str()
                ));
            }
        }
        let Some(first) = first else {
            return;
        };
        if closed.len() == entities.len() {
            self.wrong(format!("the rows of a grant on every entity: {first}"));
        } else {
            self.report.doubtful.push(format!(
                "{}: the rows of a grant on every entity go by columns that these lack, which are closed by it: {}",
                self.holder,
                names(&closed)
            ));
        }
    }
}

/// How many names a message spells out.
const SPELLED_OUT: usize = 20;

fn names(entities: &[Arc<Entity>]) -> String {
    let quoted = entities.iter().map(|e| format!("'{}'", e.name().as_str()));
    let mut text = quoted.take(SPELLED_OUT).collect::<Vec<_>>().join(", ");
    if entities.len() > SPELLED_OUT {
        text.push_str(", …");
    }
    text
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean '{near}'?"))
}
