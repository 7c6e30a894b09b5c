//! One case: its request, taken through decode, plan, policy and render for one engine.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use upsertd::{
    catalog::Catalog,
    clause::Limits,
    domain::{
        Api, ColumnIndex, Deed, Default, Entity, Faults, Keeping, Note, Precondition, Rights,
        SqlType, deed::Once, journal::UndoStep, plan::About, request::ClauseSource,
    },
    error::Error,
    plan::{self, Context},
    policy,
    render::{
        Dialect, RowGuard, Statement, WriteBatch,
        mssql::{Isolation, Mssql},
        sqlite::Sqlite,
    },
    wire::contract_insight::decode,
};
use uuid::Uuid;

use super::{
    print, rows,
    sql::{self, Look},
};

const LIMITS: Limits = Limits {
    depth: 10,
    rules: 200,
    value_length: 4000,
};
const ROW_CAP: u32 = 500;

/// Whose SQL it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Mssql,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Mssql];

    /// As it stands in the names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Mssql => "mssql",
        }
    }

    pub fn look(self) -> Look {
        match self {
            Self::Sqlite => sql::SQLITE,
            Self::Mssql => sql::MSSQL,
        }
    }
}

#[derive(Deserialize)]
pub struct Case {
    pub entity: String,
    pub operation: String,
    pub body: serde_json::Value,
    /// How a SQL Server is spoken to, where it is not as usual. SQLite has no such choice: there is no SQL
    /// of it then.
    #[serde(default)]
    mssql: Option<MssqlFile>,
    /// How much of it is journalled. SQLite journals whatever the statements are.
    #[serde(default)]
    pub journal: Option<String>,
    /// A tag that the row must have; `*` for any.
    #[serde(default)]
    if_match: Option<String>,
    /// Whether it is not to act twice.
    #[serde(default)]
    once: bool,
    /// The rows that there are for whoever asks; all, where that is not said.
    #[serde(default)]
    within: Option<String>,
}

#[derive(Deserialize)]
struct MssqlFile {
    #[serde(default)]
    isolation: Option<String>,
    #[serde(default)]
    null_parameters: Option<bool>,
}

impl Case {
    pub fn read(folder: &Path) -> Self {
        let request = fs::read_to_string(folder.join("request.json")).unwrap();
        serde_json::from_str(&request).unwrap()
    }

    /// Whether it is not to act twice.
    pub fn is_once(&self) -> bool {
        self.once
    }

    /// Whether there are only some of the rows for whoever asks.
    pub fn is_within(&self) -> bool {
        self.within.is_some()
    }

    /// Whether there is SQL of the engine to look at.
    pub fn is_for(&self, engine: Engine) -> bool {
        engine == Engine::Mssql || (self.mssql.is_none() && self.journal.is_none())
    }

    fn dialect(&self, engine: Engine) -> Box<dyn Dialect> {
        match engine {
            Engine::Sqlite => Box::new(Sqlite),
            Engine::Mssql => Box::new(self.mssql()),
        }
    }

    fn mssql(&self) -> Mssql {
        let own = self.mssql.as_ref();
        let isolation = own.and_then(|own| own.isolation.as_deref());
        let null_parameters = own.and_then(|own| own.null_parameters);
        Mssql {
            isolation: isolation.map_or(Isolation::default(), |i| i.parse().unwrap()),
            null_parameters: null_parameters.unwrap_or(true),
        }
    }

    /// What is noted of the write.
    fn note(&self, entity: &Arc<Entity>) -> Option<Arc<Note>> {
        let word = self.journal.as_ref()?;
        let (keeping, _) = Keeping::WORDS.iter().find(|(_, w)| w == word).unwrap();
        let log_id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        let clause = (self.operation == "Update").then(|| "OrderId = 5".to_owned());
        let mut deed = Deed::new(log_id, "office".into(), Api::Admin, "test");
        deed.once = self.once.then_some(Once {
            key: [1; 32],
            fingerprint: [2; 32],
        });
        Some(Arc::new(Note {
            deed: Arc::new(deed),
            step: 2,
            entity: Arc::new(entity.as_ref().clone().with_journal(*keeping)),
            clause,
        }))
    }

    /// The entity with the rows that there are for whoever asks.
    fn seen(&self, entity: &Arc<Entity>, context: &Context<'_>) -> Arc<Entity> {
        let Some(within) = &self.within else {
            return Arc::clone(entity);
        };
        let rows = ClauseSource::Text(within.clone());
        let rows = plan::plan_rows_seen(entity, &[&rows], context).unwrap();
        let everything = Rights::everything();
        let seen = policy::see(entity, &everything.on(entity.name()), rows);
        Arc::clone(seen.unwrap().entity())
    }

    /// The SQL of a case, or why there is none.
    pub fn render(&self, catalog: &Catalog, engine: Engine) -> Result<Rendered, Error> {
        let context = context(engine);
        let entity = &self.seen(catalog.find(&self.entity).unwrap(), &context);
        let body = serde_json::to_vec(&self.body).unwrap();
        let dialect = self.dialect(engine);
        let note = self.note(entity);
        let mut impossible = None;
        let batch = match self.operation.as_str() {
            "Upsert" => {
                let draft = plan::plan_upsert(entity, &decode::upsert(&body)?, &context);
                let approved = policy::approve::<policy::Upsert>(&permit(entity), draft, ROW_CAP)?;
                impossible = approved.plan().insert.as_ref().err().cloned();
                let about = About::Meeting(approved.plan().predicate.clone());
                let guard = self.guard(entity, about, engine, dialect.as_ref());
                dialect
                    .render_upsert(&approved, note.as_deref())
                    .guarded(guard)
            }
            "Update" => {
                let draft = plan::plan_update(entity, &decode::update(&body)?, &context);
                let approved = policy::approve::<policy::Update>(&permit(entity), draft, ROW_CAP)?;
                dialect.render_update(&approved, note.as_deref())
            }
            "Add" => {
                let draft = plan::plan_insert(entity, &decode::add(&body)?, &context);
                let approved = policy::approve::<policy::Insert>(&permit(entity), draft, ROW_CAP)?;
                let about = plan::about_inserted(approved.plan());
                let guard = self.guard(entity, about, engine, dialect.as_ref());
                dialect
                    .render_insert(&approved, note.as_deref())
                    .guarded(guard)
            }
            "Get" => {
                let draft = plan::plan_select(entity, &decode::get(&body)?, &context);
                let approved = policy::approve::<policy::Read>(&permit(entity), draft, ROW_CAP)?;
                let select = dialect.render_select(&approved);
                return Ok(Rendered {
                    statements: vec![("select".to_owned(), select)],
                    impossible,
                    rows: None,
                });
            }
            "Rows" => {
                let file = serde_json::from_slice(&body).unwrap();
                return Ok(Rendered {
                    statements: Vec::new(),
                    impossible,
                    rows: Some(rows::render(
                        &file,
                        entity,
                        &context,
                        dialect.as_ref(),
                        note.as_ref(),
                    )?),
                });
            }
            "Undo" => {
                let note = note.unwrap();
                let table = entity.table();
                let keeps = |index: &ColumnIndex| {
                    table.column(*index).default != Default::Computed
                        && table.column(*index).ty != SqlType::RowVersion
                };
                let step = UndoStep {
                    step: 3,
                    columns: table.indices().filter(keeps).collect(),
                    note,
                };
                let undone = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002);
                let undo = self.mssql().render_undo(undone, &step);
                return Ok(Rendered {
                    statements: vec![("undo".to_owned(), undo)],
                    impossible,
                    rows: None,
                });
            }
            other => panic!("{other} is no operation"),
        };
        Ok(Rendered {
            statements: titled(batch),
            impossible,
            rows: None,
        })
    }
}

impl Case {
    fn guard(
        &self,
        entity: &Arc<Entity>,
        about: About,
        engine: Engine,
        dialect: &dyn Dialect,
    ) -> Option<Box<RowGuard>> {
        let precondition = match self.if_match.as_deref()? {
            "*" => Precondition::Exists,
            tag => Precondition::Is(vec![tag.to_owned()]),
        };
        let versions = engine == Engine::Mssql;
        let guard = plan::plan_guard(entity, about, &[precondition], false, versions);
        let approved = policy::approve_guard(&permit::<policy::Upsert>(entity), guard).unwrap();
        Some(Box::new(dialect.render_guard(&approved)))
    }
}

/// The statements of a case, each under its title.
pub struct Rendered {
    pub statements: Vec<(String, Statement)>,
    /// Why an upsert has no insert.
    pub impossible: Option<Faults>,
    /// What a batch becomes, printed.
    pub rows: Option<String>,
}

fn context(engine: Engine) -> Context<'static> {
    let (fraction_digits, parameters, pattern_units) = match engine {
        Engine::Sqlite => (Some(15), None, None),
        Engine::Mssql => (None, Some(2040), Some(4000)),
    };
    Context {
        clause: &LIMITS,
        fraction_digits,
        parameters,
        pattern_units,
        now: jiff::civil::datetime(2026, 1, 31, 13, 45, 59, 123_456_789),
        offset_minutes: 60,
        new_guid: || Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
    }
}

fn permit<O: policy::Operation>(entity: &Arc<Entity>) -> policy::Permit<O> {
    policy::authorize(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(entity),
    )
    .unwrap()
}

fn titled(batch: WriteBatch) -> Vec<(String, Statement)> {
    let update = |update| ("update".to_owned(), update);
    let insert = |insert| ("insert".to_owned(), insert);
    match batch {
        WriteBatch::Script {
            script,
            otherwise,
            rule,
        } => vec![(print::script_title(rule, otherwise), script)],
        WriteBatch::Upsert {
            count,
            update: change,
            insert: addition,
            rule,
        } => [(print::count_title(rule), count), update(change)]
            .into_iter()
            .chain(addition.map(insert))
            .collect(),
        WriteBatch::Update {
            count,
            update: change,
            rule,
        } => vec![(print::count_title(rule), count), update(change)],
        WriteBatch::Insert { insert: addition } => vec![insert(addition)],
        WriteBatch::Guarded { guard, write } => {
            let look = guard.find.map(|find| ("look".to_owned(), find));
            look.into_iter().chain(titled(*write)).collect()
        }
    }
}

/// The folder of all cases.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Each case's folder.
pub fn folders() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}
