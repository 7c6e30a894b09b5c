//! Takes a change of tables through plan, policy, render and engine. It is planned on tables that were read for it, and
//! they are read again after it, so that the next request sees what has become of them.

use std::{sync::Arc, time::Instant};

use tracing::Instrument as _;

use super::{
    Client, Service,
    guard::{one_row_only, refuse_preconditions},
    once, stage, stage_span,
};
use crate::{
    catalog::Catalog,
    domain::{
        Action, ChangeEntry, ChangeMemory, ChangeNote, Entity, Keeping, Name, Value,
        schema::{
            AlterPlan, AlterRequest, Change, ChangeSpec, ColumnDetail, ColumnSpec, CreateRequest,
        },
    },
    engine::{EngineError, schema::SchemaOutcome},
    error::Error,
    plan::{self, Surroundings},
    policy::{self, Alter, Approved, CreatePermit, Describe, Drop, Permit},
    render::schema::{SchemaBatch, SchemaRefusal},
};

/// How often columns are looked for again that somebody else has just added.
const TRIES: u32 = 3;

impl Service {
    /// Lets a client make tables.
    ///
    /// # Errors
    /// [`Error::CreateForbidden`], [`Error::PreconditionUnusable`].
    pub fn permit_create(&self, client: &Client) -> Result<CreatePermit, Error> {
        let all = self.served.serving().all_tables.as_ref();
        let allowed = all.is_some_and(|all| all.create);
        let permit = policy::authorize_create(client, allowed).map_err(|_| {
            tracing::debug!(client = client.id(), "refused");
            Error::CreateForbidden
        })?;
        match client.deed() {
            Some(deed) if !deed.preconditions.is_empty() => Err(one_row_only()),
            _ => Ok(permit),
        }
    }

    /// What a client may do with a table of this name when it is made.
    #[must_use]
    pub fn may_with_new_table(&self, client: &Client, name: &str, action: Action) -> bool {
        let all = self.served.serving().all_tables.as_ref();
        let granted = |name: Name| client.rights().on(&name).actions.allow(action);
        // What is no name is refused as one.
        all.is_some_and(|all| all.actions.allow(action)) && Name::parse(name).map_or(true, granted)
    }

    /// Makes a table, which is then served; gives it as the client sees it.
    ///
    /// # Errors
    /// [`Error`]; nothing was made then.
    pub async fn create_table(
        &self,
        client: &Client,
        permit: &CreatePermit,
        request: &CreateRequest,
    ) -> Result<Arc<Entity>, Error> {
        let deadline = self.deadline();
        let catalog = self.served.refresh(deadline).await?;
        let draft = stage("plan", || {
            self.within(client, &catalog, |around| {
                plan::plan_create(request, around)
            })
        });
        let plan = stage("approve", || policy::approve_create(permit, draft))?;
        let dialect = self.engine.capabilities().dialect;
        let name = plan.plan().name.as_str();
        let keeping = self.served.serving().journal;
        let entry = entry(client, keeping, (name, name.to_owned()), true);
        let note = note(client, entry, once::change(name, ""));
        let batch = stage("render", || dialect.render_create(&plan, note.as_ref()));
        let changed = self.change_schema(batch, deadline).await;
        // Also after a failure: perhaps somebody else has made it.
        let catalog = self.served.refresh(self.deadline()).await;
        changed?;
        let catalog = catalog?;
        let made = catalog.find(name);
        let made = made.map(|made| self.seen_or_closed(Some(client), made));
        made.ok_or_else(|| Error::Internal {
            detail: format!(
                "the table {:?} was made and is not served",
                plan.plan().name
            ),
        })
    }

    /// Drops a table again that was just made, unless rows have come into it.
    ///
    /// # Errors
    /// [`Error`]; it is still there then.
    pub async fn undo_create(
        &self,
        client: &Client,
        permit: &CreatePermit,
        entity: &Arc<Entity>,
    ) -> Result<(), Error> {
        let plan = policy::approve_undo(permit, entity);
        let dialect = self.engine.capabilities().dialect;
        let deadline = self.deadline();
        let note = note(client, entry_of(client, entity), ChangeMemory::Forget);
        let batch = dialect.render_drop(&plan, note.as_ref());
        self.change_schema(batch, deadline).await?;
        self.served.refresh(deadline).await.map(|_| ())
    }

    /// Changes a table; returns its entity as it is then, and as the client sees it. The memo is for the same request when
    /// it is made again (see [`Service::changed_before`]).
    ///
    /// # Errors
    /// [`Error`]; nothing was changed then.
    pub async fn alter_table(
        &self,
        permit: &Permit<Alter>,
        request: &AlterRequest,
        memo: &str,
    ) -> Result<Arc<Entity>, Error> {
        refuse_preconditions(permit)?;
        let deadline = self.deadline();
        let catalog = self.served.refresh(deadline).await?;
        let permit = again(self, &catalog, permit)?;
        let memo = Some(memo);
        self.alter(&permit, request, &catalog, memo, deadline).await
    }

    /// Adds those of the columns that the table lacks, by whoever they are added; returns its entity as it is then, and as
    /// the client sees it.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed then.
    pub async fn add_columns(
        &self,
        permit: &Permit<Alter>,
        columns: &[ColumnSpec],
    ) -> Result<Arc<Entity>, Error> {
        refuse_preconditions(permit)?;
        let deadline = self.deadline();
        let mut tries = TRIES;
        loop {
            let catalog = self.served.refresh(deadline).await?;
            let permit = again(self, &catalog, permit)?;
            let table = permit.entity().table();
            let missing = columns
                .iter()
                .filter(|column| table.find(&column.name).is_none());
            let changes: Vec<ChangeSpec> = missing.cloned().map(ChangeSpec::Add).collect();
            if changes.is_empty() {
                return Ok(Arc::clone(permit.entity()));
            }
            let request = AlterRequest { changes };
            // What was added is not missing any more.
            let altered = self.alter(&permit, &request, &catalog, None, deadline);
            match altered.await {
                Err(Error::Engine(EngineError::Exists { .. })) if tries > 0 => tries -= 1,
                done => return done,
            }
        }
    }

    async fn alter(
        &self,
        permit: &Permit<Alter>,
        request: &AlterRequest,
        catalog: &Catalog,
        memo: Option<&str>,
        deadline: Instant,
    ) -> Result<Arc<Entity>, Error> {
        let entity = permit.entity();
        let client = permit.client();
        refuse_renaming(permit, request)?;
        let draft = stage("plan", || {
            self.within(client, catalog, |around| {
                plan::plan_alter(entity, request, around)
            })
        });
        let same = |other: &&Arc<Entity>| {
            let (own, other) = (entity.table(), other.table());
            own.name == other.name && own.schema == other.schema
        };
        let entities: Vec<Arc<Entity>> = catalog.entities().filter(same).cloned().collect();
        let plan = stage("approve", || {
            policy::approve_alter(permit, &entities, draft)
        })?;
        if plan.plan().changes.is_empty() {
            return Ok(Arc::clone(entity));
        }
        let dialect = self.engine.capabilities().dialect;
        let name = called(&plan);
        let memory = memo.map_or(ChangeMemory::None, |memo| once::change(&name, memo));
        let note = note(client, entry_of(client, permit.base()), memory);
        let batch = stage("render", || dialect.render_alter(&plan, note.as_ref()));
        let changed = self.change_schema(batch, deadline).await;
        // Also after a failure: perhaps the tables were not as they were read.
        let catalog = self.served.refresh(self.deadline()).await;
        changed.map_err(|error| Self::told(permit, error))?;
        let catalog = catalog?;
        let found = catalog.find(&name);
        let found = found.map(|found| self.seen_or_closed(Some(client), found));
        found.ok_or_else(|| Error::Internal {
            detail: format!("the table {name:?} was changed and is not served"),
        })
    }

    /// Drops a table.
    ///
    /// # Errors
    /// [`Error`]; nothing was dropped then.
    pub async fn drop_table(&self, permit: &Permit<Drop>) -> Result<(), Error> {
        refuse_preconditions(permit)?;
        let plan = policy::approve_drop(permit);
        let dialect = self.engine.capabilities().dialect;
        let (client, base) = (permit.client(), permit.base());
        let memory = once::change(permit.entity().name().as_str(), "");
        let note = note(client, entry_of(client, base), memory);
        let batch = stage("render", || dialect.render_drop(&plan, note.as_ref()));
        let dropped = self.change_schema(batch, self.deadline()).await;
        let read = self.served.refresh(self.deadline()).await;
        dropped?;
        read.map(|_| ())
    }

    /// How many rows a table has that may be dropped.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn count_rows(&self, permit: &Permit<Drop>) -> Result<i64, Error> {
        let dialect = self.engine.capabilities().dialect;
        let query = dialect.render_row_count(permit);
        let running = self.engine.query(query, self.deadline());
        let rows = running.instrument(stage_span("engine")).await?;
        match rows.0.first().and_then(|row| row.first()) {
            Some(Some(Value::Int(count))) => Ok(*count),
            other => Err(Error::Internal {
                detail: format!("a count returned {other:?}"),
            }),
        }
    }

    /// The defaults and references of a table's columns, in the database's own words; password columns are left out.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn column_details(
        &self,
        permit: &Permit<Describe>,
    ) -> Result<Vec<ColumnDetail>, Error> {
        let entity = permit.entity();
        let others = self.entities_of(permit.client());
        let dialect = self.engine.capabilities().dialect;
        let query = dialect.render_details(entity.table());
        let running = self.engine.query(query, self.deadline());
        let rows = running.instrument(stage_span("engine")).await?;
        let text = |value: Option<Value>| match value {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        let details = rows.0.into_iter().filter_map(|row| {
            let mut cells = row.into_iter().map(text);
            let (name, default) = (cells.next()??, cells.next()?);
            let references = cells.next()?.zip(cells.next()?);
            let references = references.filter(|(table, column)| {
                let of_it = others
                    .iter()
                    .filter(|other| other.table().name.matches(table));
                of_it
                    .into_iter()
                    .any(|other| other.table().find(column).is_some())
            });
            let index = entity.table().find(&name)?;
            entity.readable(index).then_some(ColumnDetail {
                name,
                default,
                references,
            })
        });
        Ok(details.collect())
    }

    async fn change_schema(&self, batch: SchemaBatch, deadline: Instant) -> Result<(), Error> {
        let running = self.engine.change_schema(batch, deadline);
        match running.instrument(stage_span("engine")).await? {
            SchemaOutcome::Done => Ok(()),
            SchemaOutcome::Refused(refusal) => Err(Error::Engine(EngineError::Dependent {
                detail: match refusal {
                    SchemaRefusal::NotEmpty => "rows have come into the table",
                    SchemaRefusal::ReferredTo => "another table refers to this one",
                }
                .to_owned(),
            })),
        }
    }

    /// Plans within what stands around a table for a client.
    fn within<T>(
        &self,
        client: &Client,
        catalog: &Catalog,
        plan: impl FnOnce(Surroundings<'_>) -> T,
    ) -> T {
        let seen = catalog.entities().filter_map(|base| self.see(client, base));
        let seen: Vec<Arc<Entity>> = seen.map(policy::Seen::into_entity).collect();
        plan(Surroundings {
            catalog,
            seen: &seen,
            serving: self.served.serving(),
            fraction_digits: self.engine.capabilities().fraction_digits,
        })
    }
}

/// What is noted of a change; `None` where nobody's request makes it.
fn note(client: &Client, entry: Option<ChangeEntry>, memory: ChangeMemory) -> Option<ChangeNote> {
    let deed = Arc::clone(client.deed()?);
    Some(ChangeNote {
        deed,
        entry,
        memory,
    })
}

/// What the journal keeps of a change of an entity's table.
fn entry_of(client: &Client, entity: &Entity) -> Option<ChangeEntry> {
    let names = (entity.name().as_str(), entity.table().full_name());
    entry(client, entity.journal(), names, false)
}

fn entry(
    client: &Client,
    keeping: Keeping,
    (entity, table): (&str, String),
    makes: bool,
) -> Option<ChangeEntry> {
    let deed = client.deed().filter(|_| keeping != Keeping::Off)?;
    Some(ChangeEntry {
        step: deed.next_change(),
        entity: entity.to_owned(),
        table,
        makes,
    })
}

/// A table keeps to the rights on it whatever it is called: it can be given no name that other rights go by.
fn refuse_renaming(permit: &Permit<Alter>, request: &AlterRequest) -> Result<(), Error> {
    let own = permit.entity().name();
    let rights = permit.client().rights();
    let escapes = |change: &ChangeSpec| match change {
        ChangeSpec::RenameTable { to } => {
            Name::parse(to.as_str()).is_ok_and(|to| !rights.treat_alike(own, &to))
        }
        _ => false,
    };
    if request.changes.iter().any(escapes) {
        return Err(Error::Forbidden {
            entity: own.clone(),
            action: Action::Alter,
        });
    }
    Ok(())
}

/// The permit for the entity as it is by now.
fn again(
    service: &Service,
    catalog: &Catalog,
    permit: &Permit<Alter>,
) -> Result<Permit<Alter>, Error> {
    let name = permit.entity().name();
    let found = catalog.find(name.as_str());
    let found = found.ok_or_else(|| Error::UnknownEntity {
        wrote: name.as_str().to_owned(),
        suggestion: None,
    })?;
    service.grant_again(permit, found)
}

/// The name under which the entity is served after the change.
fn called(plan: &Approved<AlterPlan>) -> String {
    let renamed = plan
        .plan()
        .changes
        .iter()
        .rev()
        .find_map(|change| match change {
            Change::RenameTable { to } => Some(to),
            _ => None,
        });
    renamed
        .unwrap_or_else(|| plan.plan().entity.name())
        .as_str()
        .to_owned()
}
