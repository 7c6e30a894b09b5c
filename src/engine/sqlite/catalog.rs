//! Reads what the file says of its tables: columns, keys, defaults and triggers. What this program
//! keeps for itself (`upsertd_…`), SQLite's own tables, and virtual tables are left out.

use std::collections::HashSet;

use rusqlite::{Connection, Result};

use super::types::declared_type;
use crate::{
    domain::{
        Column, ColumnIndex, Default, Expression, Name, SqlType, Table, TableKind, UniqueKey,
    },
    render::sqlite::ROWID_NAMES,
};

const TABLES: &str = include_str!("../../../sql/sqlite/catalog/tables.sql");
const COLUMNS: &str = include_str!("../../../sql/sqlite/catalog/columns.sql");
const FOREIGN_COLUMNS: &str = include_str!("../../../sql/sqlite/catalog/foreign_columns.sql");
const TRIGGERS: &str = include_str!("../../../sql/sqlite/catalog/triggers.sql");
const UNIQUE_INDEXES: &str = include_str!("../../../sql/sqlite/catalog/unique_indexes.sql");
const INDEX_COLUMNS: &str = include_str!("../../../sql/sqlite/catalog/index_columns.sql");

/// Every table and view, as of one moment.
pub(super) fn read_tables(conn: &mut Connection) -> Result<Vec<Table>> {
    let snapshot = conn.transaction()?;
    let mut tables = Vec::new();
    for listed in list(&snapshot)? {
        // A name that cannot be an identifier here cannot be served either.
        let Ok(name) = Name::parse(listed.name.as_str()) else {
            continue;
        };
        let table = match read_table(&snapshot, &listed, name) {
            // A view over tables that are gone: it fails for everyone, the others need not.
            Err(_) if listed.kind == TableKind::View => continue,
            read => read?,
        };
        if !table.columns.is_empty() {
            tables.push(table);
        }
    }
    snapshot.commit()?;
    Ok(tables)
}

struct Listed {
    name: String,
    kind: TableKind,
}

fn list(conn: &Connection) -> Result<Vec<Listed>> {
    let mut statement = conn.prepare_cached(TABLES)?;
    let rows = statement.query_map([], |row| {
        Ok(Listed {
            name: row.get(0)?,
            kind: if row.get(1)? {
                TableKind::View
            } else {
                TableKind::Table
            },
        })
    })?;
    rows.collect()
}

fn read_table(conn: &Connection, listed: &Listed, name: Name) -> Result<Table> {
    let table = listed.name.as_str();
    let indexes = read_indexes(conn, table)?;
    let infos = read_columns(conn, table)?;
    let keys: Vec<&ColumnInfo> = infos.iter().filter(|c| c.key_position > 0).collect();
    // A rowid alias is the only primary key that needs no index: INTEGER PRIMARY KEY, but not with
    // DESC, nor in a table WITHOUT ROWID.
    let alias = match keys.as_slice() {
        [only] => {
            only.declared.eq_ignore_ascii_case("INTEGER") && !indexes.iter().any(|i| i.primary)
        }
        _ => false,
    };
    let foreign = foreign_columns(conn, table)?;
    let columns = infos
        .iter()
        .map(|info| {
            let mut column = column(info, alias && info.key_position > 0, &foreign);
            if listed.kind == TableKind::View && info.declared.is_empty() {
                // An expression: its values may be of any type, and compare with none by themselves.
                column.ty = SqlType::Other("sql_variant".to_owned());
            }
            column
        })
        .collect();
    let mut table = Table {
        schema: None,
        name,
        kind: listed.kind,
        columns,
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: has_triggers(conn, table)?,
        primary_key_name: None,
        row_number: None,
        hidden: Vec::new(),
    };
    let mut key_names: Vec<_> = keys.iter().map(|c| (c.key_position, &c.name)).collect();
    key_names.sort_unstable();
    table.primary_key =
        positions(&table, key_names.iter().map(|(_, name)| name.as_str())).unwrap_or_default();
    for index in indexes.iter().filter(|i| !i.primary) {
        if let Some(key) = read_unique_key(conn, &table, index)? {
            table.unique_keys.push(key);
        }
    }
    // Only a table WITHOUT ROWID has none, and that has a primary key.
    match rowid_name(&table) {
        Some(name) if table.kind == TableKind::Table && keys.is_empty() => {
            Ok(table.with_row_number(name))
        }
        _ => Ok(table),
    }
}

/// The name by which the rowid is known, being no column's.
fn rowid_name(table: &Table) -> Option<Name> {
    let mut names = ROWID_NAMES.into_iter();
    let free = names.find(|name| table.find(name).is_none())?;
    Name::parse(free).ok()
}

struct ColumnInfo {
    name: Name,
    declared: String,
    not_null: bool,
    default: Option<String>,
    /// From 1; 0 outside the primary key.
    key_position: i64,
    generated: bool,
}

fn read_columns(conn: &Connection, table: &str) -> Result<Vec<ColumnInfo>> {
    let mut statement = conn.prepare_cached(COLUMNS)?;
    let mut rows = statement.query([table])?;
    let mut columns = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(name) = Name::parse(row.get::<_, String>(0)?) else {
            continue;
        };
        let hidden: i64 = row.get(5)?;
        columns.push(ColumnInfo {
            name,
            declared: row.get(1)?,
            not_null: row.get(2)?,
            default: row.get(3)?,
            key_position: row.get(4)?,
            // 2: VIRTUAL, 3: STORED.
            generated: matches!(hidden, 2 | 3),
        });
    }
    Ok(columns)
}

fn column(info: &ColumnInfo, alias: bool, foreign: &HashSet<String>) -> Column {
    let default = match &info.default {
        _ if info.generated => Default::Computed,
        _ if alias => Default::Identity,
        Some(text) if !text.eq_ignore_ascii_case("NULL") => Default::Declared,
        _ => Default::None,
    };
    Column {
        ty: declared_type(&info.declared),
        // SQLite lets NULL into every other primary key that is not declared NOT NULL.
        nullable: !info.not_null && !alias,
        default,
        foreign_key: foreign.contains(&info.name.as_str().to_ascii_lowercase()),
        code_page: None,
        default_expression: match default {
            Default::Declared => info.default.as_deref().map(Expression::declared),
            _ => None,
        },
        name: info.name.clone(),
    }
}

/// The columns of the table's foreign keys, in lower case: a key may spell them otherwise.
fn foreign_columns(conn: &Connection, table: &str) -> Result<HashSet<String>> {
    let mut statement = conn.prepare_cached(FOREIGN_COLUMNS)?;
    let rows = statement.query_map([table], |row| row.get::<_, String>(0))?;
    rows.map(|name| Ok(name?.to_ascii_lowercase())).collect()
}

fn has_triggers(conn: &Connection, table: &str) -> Result<bool> {
    conn.prepare_cached(TRIGGERS)?.exists([table])
}

/// A unique index.
struct IndexInfo {
    name: String,
    primary: bool,
    filtered: bool,
}

fn read_indexes(conn: &Connection, table: &str) -> Result<Vec<IndexInfo>> {
    let mut statement = conn.prepare_cached(UNIQUE_INDEXES)?;
    let rows = statement.query_map([table], |row| {
        Ok(IndexInfo {
            name: row.get(0)?,
            primary: row.get(1)?,
            filtered: row.get(2)?,
        })
    })?;
    rows.collect()
}

/// The key that an index holds; `None` when it is one on expressions or on the rowid.
fn read_unique_key(
    conn: &Connection,
    table: &Table,
    index: &IndexInfo,
) -> Result<Option<UniqueKey>> {
    let mut statement = conn.prepare_cached(INDEX_COLUMNS)?;
    let rows = statement.query_map([&index.name], |row| row.get::<_, Option<String>>(0))?;
    let names: Vec<Option<String>> = rows.collect::<Result<_>>()?;
    let columns = names
        .iter()
        .map(Option::as_deref)
        .collect::<Option<Vec<&str>>>()
        .and_then(|names| positions(table, names));
    let given = (!index.name.starts_with("sqlite_autoindex_")).then_some(index.name.as_str());
    Ok(columns.map(|columns| UniqueKey {
        name: given.and_then(|name| Name::parse(name).ok()),
        columns,
        filtered: index.filtered,
    }))
}

/// `None` when one of the columns is not served.
fn positions<'n>(
    table: &Table,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<Vec<ColumnIndex>> {
    names.into_iter().map(|name| table.find(name)).collect()
}
