//! The catalog that the cases share, `tests/golden/catalog.json`, as each engine describes it: SQLite has
//! neither schemas nor code pages.

use std::fs;

use serde::Deserialize;
use upsertd::{
    catalog::{Catalog, Declaration, Serving},
    domain::{
        Actions, CodePage, Column, ColumnIndex, Default, Name, SqlType, Table, TableKind, UniqueKey,
    },
};

use super::case::{Engine, root};

#[derive(Deserialize)]
struct CatalogFile {
    /// The code page of the database's own collation.
    code_page: u16,
    tables: Vec<TableFile>,
}

#[derive(Deserialize)]
struct TableFile {
    name: String,
    #[serde(default = "dbo")]
    schema: String,
    columns: Vec<ColumnFile>,
    #[serde(default)]
    primary_key: Vec<String>,
    #[serde(default)]
    unique_keys: Vec<UniqueKeyFile>,
    #[serde(default)]
    triggers: bool,
    #[serde(default)]
    passwords: Vec<String>,
    #[serde(default)]
    read_only: Vec<String>,
}

fn dbo() -> String {
    "dbo".to_owned()
}

#[derive(Deserialize)]
struct UniqueKeyFile {
    name: String,
    columns: Vec<String>,
    #[serde(default)]
    filtered: bool,
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
    /// The column's own, where it is not the database's.
    #[serde(default)]
    code_page: Option<u16>,
}

pub fn catalog(engine: Engine) -> Catalog {
    let text = fs::read_to_string(root().join("catalog.json")).unwrap();
    let file: CatalogFile = serde_json::from_str(&text).unwrap();
    let tables = file.tables.iter();
    let tables: Vec<Table> = tables.map(|t| table(t, file.code_page, engine)).collect();
    let serving = Serving {
        journal: upsertd::domain::Keeping::Off,
        declared: file.tables.iter().map(declaration).collect(),
        all_tables: None,
    };
    Catalog::build(&tables, &serving).unwrap()
}

fn table(file: &TableFile, database: u16, engine: Engine) -> Table {
    let columns = file.columns.iter();
    let mut table = Table {
        schema: (engine == Engine::Mssql).then(|| Name::parse(&file.schema).unwrap()),
        name: Name::parse(&file.name).unwrap(),
        kind: TableKind::Table,
        columns: columns.map(|c| column(c, database, engine)).collect(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: file.triggers,
        primary_key_name: None,
        row_number: None,
        hidden: Vec::new(),
    };
    let find = |names: &[String]| -> Vec<ColumnIndex> {
        names.iter().map(|c| table.find(c).unwrap()).collect()
    };
    let primary_key = find(&file.primary_key);
    let unique_keys = file.unique_keys.iter().map(|key| UniqueKey {
        name: Some(Name::parse(&key.name).unwrap()),
        columns: find(&key.columns),
        filtered: key.filtered,
    });
    let unique_keys = unique_keys.collect();
    table.primary_key = primary_key;
    table.unique_keys = unique_keys;
    table
}

fn column(file: &ColumnFile, database: u16, engine: Engine) -> Column {
    // A declaration alone would not do: the server's catalog has types that none is written for.
    let ty = SqlType::parse(&file.ty).unwrap_or_else(|| SqlType::Other(file.ty.clone()));
    let encoded = matches!(ty, SqlType::Char(_) | SqlType::VarChar(_) | SqlType::Text);
    let number = file.code_page.unwrap_or(database);
    let has_page = engine == Engine::Mssql && encoded;
    Column {
        name: Name::parse(&file.name).unwrap(),
        ty,
        nullable: !file.required,
        default: match file.default.as_deref() {
            None => Default::None,
            Some("declared") => Default::Declared,
            Some("identity") => Default::Identity,
            Some("computed") => Default::Computed,
            Some(other) => panic!("{other} is no default"),
        },
        foreign_key: file.foreign_key,
        default_expression: None,
        code_page: has_page.then(|| CodePage::new(number, database)),
    }
}

fn declaration(file: &TableFile) -> Declaration {
    Declaration {
        name: Name::parse(&file.name).unwrap(),
        display: None,
        table: None,
        actions: Actions {
            add: true,
            edit: true,
            view: true,
            delete: true,
            ..Actions::NONE
        },
        passwords: file.passwords.clone(),
        read_only: file.read_only.clone(),
        keys: upsertd::domain::entity_keys::KeyDeclaration::default(),
        dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
        journal: None,
    }
}
