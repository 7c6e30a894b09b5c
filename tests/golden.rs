//! The golden cases: each folder under `tests/golden` holds a request and what it must become, the SQL
//! with its typed parameters or the faults. The cases share one catalog, `tests/golden/catalog.json`.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes the files anew; read the difference before
//! committing it.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::HashSet,
    env,
    fmt::Write as _,
    fs,
    mem::discriminant,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use upsertd::{
    catalog::{Catalog, Declaration, Serving},
    clause::Limits,
    domain::{
        Actions, Column, Default, Entity, Faults, Name, SqlType, Table, TableKind, Value, iso,
        plan::MatchRule,
    },
    plan::{self, Context},
    policy,
    render::{Dialect, Statement, WriteBatch, sqlite::Sqlite},
    wire::contract_insight::decode,
};
use uuid::Uuid;

const LIMITS: Limits = Limits {
    depth: 10,
    rules: 200,
    value_length: 4000,
};
const ROW_CAP: u32 = 500;

#[derive(Deserialize)]
struct CatalogFile {
    tables: Vec<TableFile>,
}

#[derive(Deserialize)]
struct TableFile {
    name: String,
    columns: Vec<ColumnFile>,
    #[serde(default)]
    primary_key: Vec<String>,
    #[serde(default)]
    passwords: Vec<String>,
    #[serde(default)]
    read_only: Vec<String>,
}

#[derive(Deserialize)]
struct ColumnFile {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    default: Option<String>,
    #[serde(default)]
    foreign_key: bool,
}

#[derive(Deserialize)]
struct Case {
    entity: String,
    operation: String,
    body: serde_json::Value,
}

fn table(file: &TableFile) -> Table {
    let columns = file
        .columns
        .iter()
        .map(|c| Column {
            name: Name::parse(&c.name).unwrap(),
            ty: SqlType::parse(&c.ty).unwrap(),
            nullable: !c.required,
            default: match c.default.as_deref() {
                None => Default::None,
                Some("declared") => Default::Declared,
                Some("identity") => Default::Identity,
                Some("computed") => Default::Computed,
                Some(other) => panic!("{other} is no default"),
            },
            foreign_key: c.foreign_key,
            code_page: None,
        })
        .collect();
    let mut table = Table {
        schema: None,
        name: Name::parse(&file.name).unwrap(),
        kind: TableKind::Table,
        columns,
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: false,
    };
    table.primary_key = file
        .primary_key
        .iter()
        .map(|c| table.find(c).unwrap())
        .collect();
    table
}

fn catalog() -> Catalog {
    let text = fs::read_to_string(root().join("catalog.json")).unwrap();
    let file: CatalogFile = serde_json::from_str(&text).unwrap();
    let tables: Vec<Table> = file.tables.iter().map(table).collect();
    let declared = file.tables.iter().map(|t| Declaration {
        name: Name::parse(&t.name).unwrap(),
        display: None,
        table: None,
        actions: Actions {
            add: true,
            edit: true,
            view: true,
        },
        passwords: t.passwords.clone(),
        read_only: t.read_only.clone(),
    });
    let serving = Serving {
        declared: declared.collect(),
        all_tables: None,
    };
    Catalog::build(&tables, &serving).unwrap()
}

fn context() -> Context<'static> {
    Context {
        clause: &LIMITS,
        fraction_digits: Some(15),
        parameters: None,
        pattern_units: None,
        now: jiff::civil::datetime(2026, 1, 31, 13, 45, 59, 123_456_789),
        offset_minutes: 60,
        new_guid: || Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
    }
}

/// Runs a case through decode, plan, policy and render; faults come out as text too.
fn run(case: &Case, catalog: &Catalog, dialect: &dyn Dialect) -> String {
    match rendered(case, catalog, dialect) {
        Ok(rendered) => rendered.print(),
        Err(error) => format!("{}\n{error}\n", error.code()),
    }
}

/// The statements of a case, each under its title.
struct Rendered {
    statements: Vec<(String, Statement)>,
    /// Why an upsert has no insert.
    impossible: Option<Faults>,
}

fn rendered(
    case: &Case,
    catalog: &Catalog,
    dialect: &dyn Dialect,
) -> Result<Rendered, upsertd::error::Error> {
    let entity = catalog.find(&case.entity).unwrap();
    let body = serde_json::to_vec(&case.body).unwrap();
    let context = context();
    let mut impossible = None;
    let batch = match case.operation.as_str() {
        "Upsert" => {
            let draft = plan::plan_upsert(entity, &decode::upsert(&body)?, &context);
            let approved = policy::approve::<policy::Upsert>(&permit(entity), draft, ROW_CAP)?;
            impossible = approved.plan().insert.as_ref().err().cloned();
            dialect.render_upsert(&approved)
        }
        "Update" => {
            let draft = plan::plan_update(entity, &decode::update(&body)?, &context);
            let approved = policy::approve::<policy::Update>(&permit(entity), draft, ROW_CAP)?;
            dialect.render_update(&approved)
        }
        "Add" => {
            let draft = plan::plan_insert(entity, &decode::add(&body)?, &context);
            let approved = policy::approve::<policy::Insert>(&permit(entity), draft, ROW_CAP)?;
            dialect.render_insert(&approved)
        }
        "Get" => {
            let draft = plan::plan_select(entity, &decode::get(&body)?, &context);
            let approved = policy::approve::<policy::Read>(&permit(entity), draft, ROW_CAP)?;
            let select = dialect.render_select(&approved);
            return Ok(Rendered {
                statements: vec![("select".to_owned(), select)],
                impossible,
            });
        }
        other => panic!("{other} is no operation"),
    };
    Ok(Rendered {
        statements: titled(batch),
        impossible,
    })
}

fn permit<O: policy::Operation>(entity: &Arc<Entity>) -> policy::Permit<O> {
    policy::authorize(entity).unwrap()
}

fn titled(batch: WriteBatch) -> Vec<(String, Statement)> {
    let update = |update| ("update".to_owned(), update);
    let insert = |insert| ("insert".to_owned(), insert);
    match batch {
        WriteBatch::Script { script, .. } => vec![("script".to_owned(), script)],
        WriteBatch::Upsert {
            count,
            update: change,
            insert: addition,
            rule,
        } => [(count_title(rule), count), update(change)]
            .into_iter()
            .chain(addition.map(insert))
            .collect(),
        WriteBatch::Update {
            count,
            update: change,
            rule,
        } => vec![(count_title(rule), count), update(change)],
        WriteBatch::Insert { insert: addition } => vec![insert(addition)],
    }
}

fn count_title(rule: MatchRule) -> String {
    format!("count, {} allowed of at most {}", rule.allowed, rule.cap)
}

impl Rendered {
    fn print(&self) -> String {
        let statements = self.statements.iter();
        let mut text: String = statements
            .map(|(title, statement)| print_statement(title, statement))
            .collect();
        if let Some(faults) = &self.impossible {
            writeln!(text, "-- no insert: {faults}").unwrap();
        }
        text
    }
}

fn print_statement(title: &str, statement: &Statement) -> String {
    let mut text = format!("-- {title}\n{};\n", statement.text());
    for (i, param) in statement.params().iter().enumerate() {
        let value = param.value.as_ref().map_or("NULL".to_owned(), print_value);
        writeln!(text, "--   ?{} {} = {value}", i + 1, param.ty).unwrap();
    }
    text
}

fn print_value(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Decimal(d) => d.to_plain_string(),
        Value::Float(f) => format!("{f:?}"),
        Value::Text(t) => format!("'{t}'"),
        Value::Date(d) => iso::date_text(*d),
        Value::Time(t) => iso::time_text(*t),
        Value::DateTime(d) => iso::datetime_text(*d, ' '),
        Value::DateTimeOffset(d) => iso::offset_datetime_text(d, ' '),
        Value::Guid(g) => g.to_string(),
        Value::Binary(b) => format!("{b:02x?}"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

#[test]
fn every_case_becomes_the_sql_or_the_faults_that_its_folder_holds() {
    let catalog = catalog();
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() > 60, "the walk found the cases");
    for folder in cases {
        let request = fs::read_to_string(folder.join("request.json")).unwrap();
        let case: Case = serde_json::from_str(&request).unwrap();
        let got = run(&case, &catalog, &Sqlite);
        // A case that is refused is refused before any dialect is asked.
        let (file, other) = if got.starts_with("-- ") {
            ("sqlite.sql", "fault.txt")
        } else {
            ("fault.txt", "sqlite.sql")
        };
        if update {
            fs::write(folder.join(file), &got).unwrap();
        }
        let expected = fs::read_to_string(folder.join(file)).unwrap_or_default();
        if expected != got || folder.join(other).exists() {
            wrong.push(format!("{}\n{got}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A statement's text without its names and the numbers of its parameters: what the dialect alone wrote.
fn syntax(statement: &Statement) -> String {
    let mut syntax = String::new();
    // Quotes within a name are doubled, so that every other piece is outside of a name.
    for piece in statement.text().split('"').step_by(2) {
        let mut pieces = piece.split('?');
        syntax.extend(pieces.next());
        syntax.extend(pieces.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit())));
        syntax.push(' ');
    }
    syntax
}

#[test]
fn no_value_stands_in_sql_text() {
    let catalog = catalog();
    let mut values = 0;
    let mut kinds = HashSet::new();
    for folder in cases() {
        let request = fs::read_to_string(folder.join("request.json")).unwrap();
        let case: Case = serde_json::from_str(&request).unwrap();
        let Ok(rendered) = rendered(&case, &catalog, &Sqlite) else {
            continue;
        };
        for (_, statement) in &rendered.statements {
            let syntax = syntax(statement);
            let shown = format!("{}: {}", folder.display(), statement.text());
            // `SELECT 1` asks for no column; there is no other number, and no text at all.
            let rest = syntax.replace("SELECT 1 FROM", "");
            let literal = rest.find(|c: char| c.is_ascii_digit() || c == '\'');
            assert_eq!(literal, None, "{shown}");
            let numbers = statement.text().matches('?').count();
            assert!(numbers >= statement.params().len(), "{shown}");
            for value in statement.params().iter().filter_map(|p| p.value.as_ref()) {
                let printed = print_value(value);
                let core = printed.trim_matches(|c: char| !c.is_alphanumeric());
                // One or two characters say nothing: they stand in any word.
                if core.chars().count() > 2 {
                    assert!(!syntax.contains(core), "{core} in {shown}");
                    values += 1;
                    kinds.insert(discriminant(value));
                }
            }
        }
    }
    assert!(values > 200, "only {values} values were looked for");
    assert_eq!(kinds.len(), 11, "values of every kind were looked for");
    // Names are the only foreign text in SQL; they come quoted, their quotes doubled.
    let odd = catalog.find("odd \"table\"").unwrap();
    let case = Case {
        entity: odd.name().as_str().to_owned(),
        operation: "Get".to_owned(),
        body: serde_json::json!({}),
    };
    let text = run(&case, &catalog, &Sqlite);
    assert!(text.contains(r#"FROM "odd ""table""""#), "{text}");
}
