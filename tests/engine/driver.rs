//! Takes a request through plan, policy and render to an engine, as the service does, without HTTP.

use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

use upsertd::{
    catalog::{AllTables, Catalog, Serving},
    clause::Limits,
    domain::{
        Actions, Api, Deed, Entity, Keeping, Literal, Note, Rows, Table, Value, WriteOutcome,
        deed::Once,
        journal::Undone,
        request::{
            AddRequest, ClauseSource, Field, GetRequest, OrderBy, Tuple, UpdateRequest,
            UpsertRequest,
        },
    },
    engine::{Engine, EngineError},
    plan::{self, Context, UndoProblem},
    policy,
    render::UndoBatch,
};

pub const LIMITS: Limits = Limits {
    depth: 10,
    rules: 200,
    value_length: 4000,
};
pub const ROW_CAP: u32 = 500;

/// An engine and what it serves.
pub struct Driver<'e> {
    pub engine: &'e dyn Engine,
    catalog: Catalog,
    /// What everything is done for, and how much of it is journalled.
    deed: Option<(Arc<Deed>, Keeping)>,
}

pub fn text(value: &str) -> Literal {
    Literal::Text(value.to_owned())
}

pub fn tuples(pairs: &[(&str, Literal)]) -> Vec<Tuple> {
    let tuple = |(name, value): &(&str, Literal)| Tuple {
        name: (*name).to_owned(),
        value: value.clone(),
    };
    pairs.iter().map(tuple).collect()
}

fn clause(text: &str) -> ClauseSource {
    ClauseSource::Text(text.to_owned())
}

pub fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

thread_local! {
    static GUIDS: Cell<u64> = const { Cell::new(0) };
}

/// The same ones in the same order whenever a case is run, so that its requests can be compared.
fn new_guid() -> uuid::Uuid {
    GUIDS.set(GUIDS.get() + 1);
    uuid::Builder::from_random_bytes(u128::from(GUIDS.get()).to_be_bytes()).into_uuid()
}

/// Every table, with everything.
pub fn serving() -> Serving {
    Serving {
        journal: upsertd::domain::Keeping::Off,
        declared: Vec::new(),
        all_tables: Some(AllTables {
            actions: Actions {
                add: true,
                edit: true,
                view: true,
                delete: true,
                alter: true,
                drop: true,
                ..Actions::NONE
            },
            passwords: Vec::new(),
            caller_keys: false,
            create: true,
        }),
    }
}

/// The id of a request.
pub fn log_id(number: u128) -> uuid::Uuid {
    uuid::Builder::from_random_bytes(number.to_be_bytes()).into_uuid()
}

impl<'e> Driver<'e> {
    /// Serves every table of the engine's database.
    pub async fn new(engine: &'e dyn Engine) -> Self {
        let tables = engine.load_tables(deadline()).await.unwrap();
        Self::on(engine, &tables)
    }

    /// Serves tables that are as described here, whatever the engine would say of them.
    pub fn on(engine: &'e dyn Engine, tables: &[Table]) -> Self {
        GUIDS.set(0);
        let serving = serving();
        Self {
            engine,
            catalog: Catalog::build(tables, &serving).unwrap(),
            deed: None,
        }
    }

    /// The same, with what follows journalled as a request of this number.
    pub fn noted(self, number: u128, keeping: Keeping) -> Self {
        let deed = Deed::new(log_id(number), "erp".into(), Api::Admin, "suite");
        Self {
            deed: Some((Arc::new(deed), keeping)),
            ..self
        }
    }

    /// The same, with what follows done for a request that is not to act twice.
    pub fn once(self, number: u128, once: Once) -> Self {
        let mut deed = Deed::new(log_id(number), "erp".into(), Api::Admin, "suite");
        deed.once = Some(once);
        Self {
            deed: Some((Arc::new(deed), Keeping::Full)),
            ..self
        }
    }

    /// Undoes a request by its number, as another request.
    pub async fn undo(&self, number: u128, by: u128) -> Result<Undone, Vec<UndoProblem>> {
        let ledger = self.engine.ledger().unwrap();
        let undone = log_id(number);
        let entries = ledger.entries(undone, deadline()).await.unwrap();
        let deed = Deed::new(log_id(by), "erp".into(), Api::Admin, "undo");
        let find = |name: &str| {
            let entity = self.catalog.find(name)?.as_ref().clone();
            Some(Arc::new(entity.with_journal(Keeping::Full)))
        };
        let undo = plan::plan_undo(undone, &entries, find, &Arc::new(deed))?;
        let everything = upsertd::domain::Rights::everything();
        let seen = undo.steps.iter().map(|step| {
            let base = &step.note.entity;
            policy::see(base, &everything.on(base.name()), None).unwrap()
        });
        let seen: Vec<_> = seen.collect();
        let approved = policy::approve_undoing(&seen, undo, &[]).unwrap();
        let batch = UndoBatch::new(approved);
        Ok(ledger.undo(&batch, true, deadline()).await.unwrap())
    }

    /// Everything in these columns of a table, in the order of the first of them.
    pub async fn whole(&self, entity: &str, columns: &[&str]) -> Rows {
        let request = GetRequest {
            fields: columns.iter().map(|column| field(column)).collect(),
            order_by: vec![by(columns[0], false)],
            binary: true,
            ..everything()
        };
        self.get(entity, &request).await
    }

    /// What is noted of the next write.
    pub fn note(&self, entity: &Arc<Entity>, clause: Option<&str>) -> Option<Arc<Note>> {
        let (deed, keeping) = self.deed.as_ref()?;
        Some(Arc::new(Note {
            deed: Arc::clone(deed),
            step: deed.next_step(),
            entity: Arc::new(entity.as_ref().clone().with_journal(*keeping)),
            clause: clause.map(str::to_owned),
        }))
    }

    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub fn entity(&self, name: &str) -> &Arc<Entity> {
        self.catalog.find(name).unwrap()
    }

    pub fn context(&self) -> Context<'static> {
        Context {
            clause: &LIMITS,
            fraction_digits: self.engine.capabilities().fraction_digits,
            parameters: self.engine.capabilities().parameters,
            pattern_units: self.engine.capabilities().pattern_units,
            now: jiff::civil::datetime(2026, 1, 31, 10, 0, 0, 0),
            offset_minutes: 0,
            new_guid,
        }
    }

    pub async fn add(
        &self,
        entity: &str,
        values: &[(&str, Literal)],
    ) -> Result<WriteOutcome, EngineError> {
        let entity = self.entity(entity);
        let request = AddRequest {
            tuples: tuples(values),
        };
        let draft = plan::plan_insert(entity, &request, &self.context());
        let plan = policy::approve::<policy::Insert>(&permit(entity), draft, ROW_CAP).unwrap();
        let note = self.note(entity, None);
        let dialect = self.engine.capabilities().dialect;
        let batch = dialect.render_insert(&plan, note.as_deref());
        self.engine.write(batch, note, deadline()).await
    }

    pub async fn update(
        &self,
        entity: &str,
        values: &[(&str, Literal)],
        condition: &str,
    ) -> Result<WriteOutcome, EngineError> {
        let entity = self.entity(entity);
        let request = UpdateRequest {
            tuples: tuples(values),
            clause: Some(clause(condition)),
        };
        let draft = plan::plan_update(entity, &request, &self.context());
        let plan = policy::approve::<policy::Update>(&permit(entity), draft, ROW_CAP).unwrap();
        let note = self.note(entity, Some(condition));
        let dialect = self.engine.capabilities().dialect;
        let batch = dialect.render_update(&plan, note.as_deref());
        self.engine.write(batch, note, deadline()).await
    }

    pub async fn upsert(
        &self,
        entity: &str,
        values: &[(&str, Literal)],
        condition: &str,
        many: bool,
    ) -> Result<WriteOutcome, EngineError> {
        self.upsert_until(entity, values, condition, many, deadline())
            .await
    }

    pub async fn upsert_until(
        &self,
        entity: &str,
        values: &[(&str, Literal)],
        condition: &str,
        many: bool,
        deadline: Instant,
    ) -> Result<WriteOutcome, EngineError> {
        let entity = self.entity(entity);
        let request = UpsertRequest {
            tuples: tuples(values),
            clause: Some(clause(condition)),
            allow_multi_update: many,
        };
        let draft = plan::plan_upsert(entity, &request, &self.context());
        let plan = policy::approve::<policy::Upsert>(&permit(entity), draft, ROW_CAP).unwrap();
        let note = self.note(entity, Some(condition));
        let dialect = self.engine.capabilities().dialect;
        let batch = dialect.render_upsert(&plan, note.as_deref());
        self.engine.write(batch, note, deadline).await
    }

    pub async fn get(&self, entity: &str, request: &GetRequest) -> Rows {
        let entity = self.entity(entity);
        let draft = plan::plan_select(entity, request, &self.context());
        let plan = policy::approve::<policy::Read>(&permit(entity), draft, ROW_CAP).unwrap();
        let query = self.engine.capabilities().dialect.render_select(&plan);
        self.engine.query(query, deadline()).await.unwrap()
    }

    /// One column of the rows that match, in the order of the primary key.
    pub async fn column(&self, entity: &str, column: &str, condition: &str) -> Vec<Option<Value>> {
        let request = GetRequest {
            fields: vec![field(column)],
            clause: Some(clause(condition)),
            ..everything()
        };
        let rows = self.get(entity, &request).await;
        rows.0.into_iter().flatten().collect()
    }

    pub async fn count(&self, entity: &str, condition: &str) -> i64 {
        match self.column(entity, "COUNT(*)", condition).await.as_slice() {
            [Some(Value::Int(count))] => *count,
            other => panic!("{other:?} is no count"),
        }
    }
}

pub fn by(column: &str, descending: bool) -> OrderBy {
    OrderBy {
        column: column.to_owned(),
        descending,
    }
}

pub fn field(attribute: &str) -> Field {
    Field {
        attribute: attribute.to_owned(),
        alias: None,
    }
}

pub fn everything() -> GetRequest {
    GetRequest {
        fields: Vec::new(),
        clause: None,
        order_by: Vec::new(),
        most: None,
        binary: false,
        group_by: Vec::new(),
        start: 0,
        length: Some(1000),
    }
}

/// All of an entity, for whoever owns the database.
pub fn permit<O: policy::Operation>(entity: &Arc<Entity>) -> policy::Permit<O> {
    let owner = upsertd::access::Client::operator();
    policy::authorize(&owner, &policy::Seen::whole(entity)).unwrap()
}
