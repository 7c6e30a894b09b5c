//! What tables to be made, changed and dropped become on each engine: each file under `tests/schema/golden` holds a case's
//! SQL for both, or what is wrong with it. The T-SQL is read by a parser as well, however odd names and defaults are.
//!
//! `UPDATE_GOLDEN=1 cargo test --test schema` writes the files anew; read the difference before committing it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod cases;
mod parse;

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::PathBuf, sync::Arc};

use serde_json::json;
use upsertd::{
    catalog::{AllTables, Catalog, Declaration, Serving},
    domain::{
        Action, Actions, Api, ChangeEntry, ChangeMemory, ChangeNote, Column, Deed, Default, Entity,
        Faults, Length, Name, SqlType, Table, TableKind, Value, deed::Once,
        entity_keys::KeyDeclaration, once::Outcome,
    },
    plan::{Surroundings, plan_alter, plan_create},
    policy::{self, Alter, Drop},
    render::{
        Dialect, Statement,
        mssql::Mssql,
        schema::{Fragment, Rebuild, SchemaBatch, SchemaStep},
        sqlite::Sqlite,
    },
};

use uuid::Uuid;

use cases::{Ask, Case};

/// Whose SQL it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Mssql,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Sqlite, Self::Mssql];

    fn dialect(self) -> Box<dyn Dialect> {
        match self {
            Self::Sqlite => Box::new(Sqlite),
            Self::Mssql => Box::new(Mssql::default()),
        }
    }
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn column(text: &str, ty: &str, nullable: bool) -> Column {
    Column {
        name: name(text),
        ty: SqlType::parse(ty).unwrap(),
        nullable,
        default: Default::None,
        foreign_key: false,
        code_page: None,
        default_expression: None,
    }
}

fn table(engine: Engine, called: &str, columns: Vec<Column>, key: &str) -> Table {
    let mut table = Table {
        schema: (engine == Engine::Mssql).then(|| name("dbo")),
        name: name(called),
        kind: TableKind::Table,
        columns,
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: false,
        primary_key_name: None,
        row_number: None,
        hidden: Vec::new(),
    };
    table.primary_key = table.find(key).into_iter().collect();
    table
}

fn every_action() -> Actions {
    let mut actions = Actions::NONE;
    for (action, _) in Action::WORDS {
        actions.add_action(action);
    }
    actions
}

/// `docs` and `we"ird] t`, which nobody declares, and `people`, declared with a password and an external id.
fn catalog(engine: Engine) -> (Catalog, Serving) {
    let mut id = column("id", "bigint", false);
    id.default = Default::Identity;
    let docs = vec![
        id.clone(),
        column("title", "nvarchar(max)", true),
        column("score", "float", true),
        column("code", "varchar(10)", false),
        column("DateEntered", "datetime", true),
        column("guid", "uniqueidentifier", true),
        column("notes", "ntext", true),
    ];
    let odd = vec![
        column("k]e\"y", "nvarchar(450)", false),
        column("v'al", "float", true),
    ];
    let people = vec![
        id,
        column("name", "nvarchar(50)", true),
        column("PasswordHash", "nvarchar(200)", true),
        column("email", "nvarchar(200)", true),
    ];
    let tables = [
        table(engine, "docs", docs, "id"),
        table(engine, "we\"ird] t", odd, "k]e\"y"),
        table(engine, "people", people, "id"),
    ];
    let serving = Serving {
        journal: upsertd::domain::Keeping::Off,
        declared: vec![Declaration {
            name: name("staff"),
            display: None,
            table: Some("people".to_owned()),
            actions: every_action(),
            passwords: vec!["PasswordHash".to_owned()],
            read_only: Vec::new(),
            dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
            journal: None,
            keys: KeyDeclaration {
                external_ids: vec!["email".to_owned()],
                not_unique: vec!["email".to_owned()],
                ..KeyDeclaration::default()
            },
        }],
        all_tables: Some(AllTables {
            actions: every_action(),
            passwords: Vec::new(),
            caller_keys: true,
            create: true,
        }),
    };
    (Catalog::build(&tables, &serving).unwrap(), serving)
}

/// What is noted of a change whose request is to be made once only.
fn note(ask: &Ask) -> ChangeNote {
    let once = Once {
        key: [1; 32],
        fingerprint: [2; 32],
    };
    let deed = Deed::new(
        Uuid::from_u128(5),
        "app".into(),
        Api::Datasette,
        "create_table",
    );
    let (entity, table, makes) = match ask {
        Ask::Create(_) => ("noted", "noted", true),
        _ => ("docs", "dbo.docs", false),
    };
    ChangeNote {
        deed: Arc::new(deed.once(once, Vec::new())),
        entry: Some(ChangeEntry {
            step: Deed::CHANGE,
            entity: entity.to_owned(),
            table: table.to_owned(),
            makes,
        }),
        memory: match ask {
            Ask::Undo(_) => ChangeMemory::Forget,
            _ => ChangeMemory::Keep(Outcome(json!(["table", entity, ""]))),
        },
    }
}

/// What a case becomes on an engine.
fn render(case: &Case, engine: Engine) -> Result<SchemaBatch, Faults> {
    let (catalog, serving) = catalog(engine);
    let seen: Vec<_> = catalog.entities().cloned().collect();
    let around = Surroundings {
        catalog: &catalog,
        seen: &seen,
        serving: &serving,
        fraction_digits: (engine == Engine::Sqlite).then_some(15),
    };
    let dialect = engine.dialect();
    let note = case.noted.then(|| note(&case.ask));
    let find = |entity: &str| Arc::clone(catalog.find(entity).unwrap());
    match &case.ask {
        Ask::Create(request) => {
            let permit =
                policy::authorize_create(&upsertd::access::Client::operator(), true).unwrap();
            let plan = policy::approve_create(&permit, plan_create(request, around))?;
            Ok(dialect.render_create(&plan, note.as_ref()))
        }
        Ask::Alter(entity, request) => {
            let permit = policy::authorize::<Alter>(
                &upsertd::access::Client::operator(),
                &policy::Seen::whole(&find(entity)),
            )
            .unwrap();
            let draft = plan_alter(permit.entity(), request, around);
            let entities: Vec<Arc<Entity>> = vec![Arc::clone(permit.entity())];
            let plan = policy::approve_alter(&permit, &entities, draft)?;
            Ok(dialect.render_alter(&plan, note.as_ref()))
        }
        Ask::Drop(entity) => {
            let permit = policy::authorize::<Drop>(
                &upsertd::access::Client::operator(),
                &policy::Seen::whole(&find(entity)),
            )
            .unwrap();
            Ok(dialect.render_drop(&policy::approve_drop(&permit), note.as_ref()))
        }
        Ask::Undo(entity) => {
            let permit =
                policy::authorize_create(&upsertd::access::Client::operator(), true).unwrap();
            Ok(dialect.render_drop(&policy::approve_undo(&permit, &find(entity)), note.as_ref()))
        }
    }
}

fn print(batch: &SchemaBatch) -> String {
    match batch {
        SchemaBatch::Script(script) => print_statement("script", script),
        SchemaBatch::Steps(steps) => steps
            .iter()
            .map(|step| match step {
                SchemaStep::Run(statement) => print_statement("run", statement),
                SchemaStep::Unless(found, refusal) => {
                    print_statement(&format!("unless this finds a row: {refusal:?}"), found)
                }
                SchemaStep::Rebuild(rebuild) => print_rebuild(rebuild),
                SchemaStep::Keep(note) => {
                    format!("-- keep\n--   {:?}\n--   {:?}\n", note.entry, note.memory)
                }
            })
            .collect(),
    }
}

fn print_statement(title: &str, statement: &Statement) -> String {
    let mut text = format!("-- {title}\n{}\n", statement.text());
    for (at, param) in statement.params().iter().enumerate() {
        let value = match &param.value {
            Some(Value::Text(text)) => format!("{text:?}"),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Guid(id)) => id.to_string(),
            Some(Value::Binary(bytes)) => format!("{} bytes", bytes.len()),
            other => panic!("{other:?} is in no change of tables"),
        };
        writeln!(text, "--   {} {} = {value}", at + 1, param.ty).unwrap();
    }
    text
}

fn print_rebuild(rebuild: &Rebuild) -> String {
    let mut text = format!(
        "-- write {:?} anew: column {:?} gets {}\n",
        rebuild.table.as_str(),
        rebuild.column.as_str(),
        rebuild.value.text()
    );
    if let Some(ty) = &rebuild.ty {
        writeln!(text, "--   type {}", ty.text()).unwrap();
    }
    if let Some(nullable) = rebuild.nullable {
        writeln!(text, "--   nullable {nullable}").unwrap();
    }
    if let Some(default) = &rebuild.default {
        let default = default.as_ref().map(Fragment::text);
        writeln!(text, "--   default {default:?}").unwrap();
    }
    if let Some(misfits) = &rebuild.misfits {
        text.push_str(&print_statement("unless this finds a row", misfits));
    }
    text
}

fn outcome(case: &Case) -> String {
    let mut text = String::new();
    for engine in Engine::ALL {
        let outcome = match render(case, engine) {
            Ok(batch) => print(&batch),
            Err(faults) => {
                let codes = faults.all().iter().map(|f| format!("{}: {f}\n", f.code()));
                codes.collect()
            }
        };
        write!(text, "==== {engine:?}\n{outcome}").unwrap();
    }
    text
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/schema/golden")
}

#[test]
fn every_case_becomes_what_its_file_holds() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for case in cases::all() {
        let file = folder().join(format!("{}.sql", case.name));
        assert!(
            names.insert(format!("{}.sql", case.name)),
            "{} twice",
            case.name
        );
        let got = outcome(&case);
        if update {
            fs::write(&file, &got).unwrap();
        }
        if fs::read_to_string(&file).unwrap_or_default() != got {
            wrong.push(format!("{}\n{got}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let files = fs::read_dir(folder()).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, names, "a file without a case");
}

#[test]
fn a_key_that_sql_server_cannot_index_gets_a_length_there() {
    let text = |length| SqlType::NVarChar(length).to_string();
    assert_eq!(text(Length::Limited(450)), "nvarchar(450)");
    let case = cases::all()
        .into_iter()
        .find(|case| case.name == "create_text_key")
        .unwrap();
    let SchemaBatch::Script(script) = render(&case, Engine::Mssql).unwrap() else {
        panic!("no script");
    };
    assert!(
        script.text().contains("[a] nvarchar(450) NOT NULL"),
        "{}",
        script.text()
    );
}
