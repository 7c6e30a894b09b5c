//! A change of tables, step by step, inside a transaction that is somebody else's to commit or roll back; foreign keys
//! are not watched in it. A column that ALTER TABLE cannot change has its table written anew, in the order of SQLite's
//! "Making Other Kinds Of Table Schema Changes" (<https://www.sqlite.org/lang_altertable.html>).

use rusqlite::Connection;

use super::{
    batch::query,
    definition,
    errors::{translate_change, translate_for},
    journal, once,
};
use crate::{
    domain::Name,
    engine::{EngineError, schema::SchemaOutcome},
    render::schema::{REBUILT, Rebuild, SchemaBatch, SchemaStep},
};

/// Makes a change, or leaves it to be rolled back.
pub(super) fn execute(
    conn: &Connection,
    batch: &SchemaBatch,
) -> Result<SchemaOutcome, EngineError> {
    let SchemaBatch::Steps(steps) = batch else {
        return Err(EngineError::Unexpected {
            detail: "a script where SQLite takes steps".to_owned(),
        });
    };
    for step in steps {
        match step {
            SchemaStep::Run(statement) => {
                conn.execute(statement.text(), [])
                    .map_err(translate_change)?;
            }
            SchemaStep::Unless(found, refusal) => {
                if !query(conn, found)?.is_empty() {
                    return Ok(SchemaOutcome::Refused(*refusal));
                }
            }
            SchemaStep::Rebuild(rebuild) => write_anew(conn, rebuild)?,
            SchemaStep::Keep(note) => {
                if let Some(entry) = &note.entry {
                    journal::keep_change(conn, &note.deed, entry)?;
                }
                once::keep_change(conn, note)?;
            }
        }
    }
    Ok(SchemaOutcome::Done)
}

fn write_anew(conn: &Connection, rebuild: &Rebuild) -> Result<(), EngineError> {
    let table = &rebuild.table;
    let old = definition_of(conn, table)?;
    let changed = definition::changed(&old, rebuild, REBUILT);
    let new = changed.ok_or_else(|| EngineError::Dependent {
        detail: format!("a definition that cannot be taken apart: {old}"),
    })?;
    let others = attached(conn, table)?;
    let columns = stored_columns(conn, table)?;
    let values = columns.iter().map(|name| {
        if rebuild.column.as_str() == name {
            rebuild.value.text().to_owned()
        } else {
            quoted(name)
        }
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let own = quoted(table.as_str());
    let run = |sql: &str| conn.execute(sql, []).map(drop).map_err(translate_change);
    run(&new)?;
    let copy = format!(
        "INSERT INTO {REBUILT} ({}) SELECT {values} FROM {own}",
        names.join(", ")
    );
    // What is wrong with the rows is told of the table that they are in.
    let target = Name::parse(REBUILT).ok();
    conn.execute(&copy, [])
        .map_err(|error| translate_for(target.as_ref(), error))?;
    if let Some(misfits) = &rebuild.misfits
        && !query(conn, misfits)?.is_empty()
    {
        return Err(EngineError::Conversion {
            detail: format!("values of a column are no {}", rebuild.holds),
        });
    }
    let counter = read_counter(conn, table)?;
    run(&format!("DROP TABLE {own}"))?;
    // Views that name the table, which is not there just now, are let alone with this.
    conn.pragma_update(None, "legacy_alter_table", true)
        .map_err(translate_change)?;
    let renamed = run(&format!("ALTER TABLE {REBUILT} RENAME TO {own}"));
    conn.pragma_update(None, "legacy_alter_table", false)
        .map_err(translate_change)?;
    renamed?;
    if let Some(counter) = counter {
        conn.execute(
            "UPDATE sqlite_sequence SET seq = ?1 WHERE name = ?2 COLLATE NOCASE",
            (counter, table.as_str()),
        )
        .map_err(translate_change)?;
    }
    for other in others {
        run(&other)?;
    }
    check_references(conn, table)
}

fn definition_of(conn: &Connection, table: &Name) -> Result<String, EngineError> {
    conn.query_row(
        "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE",
        [table.as_str()],
        |row| row.get(0),
    )
    .map_err(|error| match error {
        rusqlite::Error::QueryReturnedNoRows => EngineError::Stale {
            detail: "no such table".to_owned(),
        },
        error => translate_change(error),
    })
}

/// The definitions of the table's indexes and triggers, which go with it.
fn attached(conn: &Connection, table: &Name) -> Result<Vec<String>, EngineError> {
    texts(
        conn,
        "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE AND type IN ('index', 'trigger') \
         AND sql IS NOT NULL ORDER BY rowid",
        table,
    )
}

/// The columns that hold something, those that are computed aside; with the row's own number, by which rows of a table
/// without a key are known, where no column is its other name.
fn stored_columns(conn: &Connection, table: &Name) -> Result<Vec<String>, EngineError> {
    texts(
        conn,
        "SELECT name FROM (\
           SELECT -1 AS cid, 'rowid' AS name FROM pragma_table_list \
           WHERE schema = 'main' AND name = ?1 COLLATE NOCASE AND NOT wr AND NOT EXISTS (\
             SELECT 1 FROM pragma_table_xinfo(?1, 'main') AS c \
             WHERE c.name = 'rowid' COLLATE NOCASE OR (c.pk > 0 AND c.type = 'INTEGER' COLLATE NOCASE)) \
           UNION ALL SELECT cid, name FROM pragma_table_xinfo(?1, 'main') WHERE hidden = 0) ORDER BY cid",
        table,
    )
}

fn texts(conn: &Connection, sql: &str, table: &Name) -> Result<Vec<String>, EngineError> {
    let mut statement = conn.prepare(sql).map_err(translate_change)?;
    let rows = statement
        .query_map([table.as_str()], |row| row.get(0))
        .map_err(translate_change)?;
    rows.collect::<Result<_, _>>().map_err(translate_change)
}

/// How far an AUTOINCREMENT key has counted; dropping the table would forget it.
fn read_counter(conn: &Connection, table: &Name) -> Result<Option<i64>, EngineError> {
    let exists = "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'";
    let mut statement = conn.prepare(exists).map_err(translate_change)?;
    if !statement.exists([]).map_err(translate_change)? {
        return Ok(None);
    }
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1 COLLATE NOCASE";
    let mut statement = conn.prepare(sql).map_err(translate_change)?;
    let mut rows = statement
        .query([table.as_str()])
        .map_err(translate_change)?;
    let row = rows.next().map_err(translate_change)?;
    row.map(|row| row.get(0))
        .transpose()
        .map_err(translate_change)
}

/// Foreign keys were not watched: what the table refers to must be there all the same.
fn check_references(conn: &Connection, table: &Name) -> Result<(), EngineError> {
    let sql = "SELECT 1 FROM pragma_foreign_key_check(?1) LIMIT 1";
    let mut statement = conn.prepare(sql).map_err(translate_change)?;
    if statement
        .exists([table.as_str()])
        .map_err(translate_change)?
    {
        return Err(EngineError::ForeignKey { constraint: None });
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
