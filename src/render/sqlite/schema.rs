//! SQLite's DDL. Types are declared in T-SQL's words, which the catalog reads back as they are. Text columns are NOCASE:
//! text compares without regard to case here, so that a key has to be unique in the same way, and an index that is not
//! NOCASE would not be used. What ALTER TABLE cannot do is a [`Rebuild`].

use super::{Sql, push_integer, push_rows_seen};
use crate::{
    domain::{
        ChangeNote, Entity, SqlType, Table,
        schema::{
            AlterPlan, AlteredColumn, Change, CreatePlan, DropPlan, NewColumn, NewDefault, Now,
        },
    },
    render::{
        Statement,
        schema::{Fragment, REBUILT, Rebuild, SchemaBatch, SchemaRefusal, SchemaStep},
    },
};

pub(super) fn create(plan: &CreatePlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let mut sql = Sql::new();
    sql.push_syntax("CREATE TABLE ")
        .push_target(&plan.name)
        .push_syntax(" (");
    for (at, column) in plan.columns.iter().enumerate() {
        if at > 0 {
            sql.push_syntax(", ");
        }
        if plan.counted && plan.key.contains(&at) {
            // These very words make it the row's own number, which SQLite counts up.
            sql.push_name(&column.name)
                .push_syntax(" INTEGER PRIMARY KEY");
            push_reference(&mut sql, column);
        } else {
            push_column(&mut sql, column, column.default.as_ref());
        }
    }
    if !plan.counted && !plan.key.is_empty() {
        sql.push_syntax(", PRIMARY KEY (")
            .push_list(&plan.key, ", ", |sql, at| {
                sql.push_name(&plan.columns[*at].name);
            })
            .push_syntax(")");
    }
    sql.push_syntax(")");
    finish(vec![SchemaStep::Run(sql.finish(Vec::new()))], note)
}

pub(super) fn alter(plan: &AlterPlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let table = plan.entity.table();
    let steps = plan.changes.iter().flat_map(|change| match change {
        Change::Add(column) => add(table, column),
        Change::Rename { column, to, .. } => {
            let mut sql = begin(table);
            sql.push_syntax(" RENAME COLUMN ")
                .push_name(column)
                .push_syntax(" TO ")
                .push_name(to);
            vec![SchemaStep::Run(sql.finish(Vec::new()))]
        }
        Change::Drop { column, .. } => {
            let mut sql = begin(table);
            sql.push_syntax(" DROP COLUMN ").push_name(column);
            vec![SchemaStep::Run(sql.finish(Vec::new()))]
        }
        Change::Alter(altered) => vec![SchemaStep::Rebuild(rebuild(table, altered))],
        Change::RenameTable { to } => {
            let mut sql = begin(table);
            sql.push_syntax(" RENAME TO ").push_name(to);
            vec![SchemaStep::Run(sql.finish(Vec::new()))]
        }
    });
    finish(steps.collect(), note)
}

pub(super) fn drop(plan: &DropPlan, note: Option<&ChangeNote>) -> SchemaBatch {
    let table = plan.entity.table();
    let mut steps = Vec::new();
    if plan.only_empty {
        let mut sql = Sql::new();
        sql.push_syntax("SELECT 1 FROM ")
            .push_name(&table.name)
            .push_syntax(" LIMIT 1");
        let any = sql.finish(vec![SqlType::BigInt]);
        steps.push(SchemaStep::Unless(any, SchemaRefusal::NotEmpty));
    }
    // SQLite would delete the rows first, and with them those that refer to them ON DELETE CASCADE.
    let mut sql = Sql::new();
    sql.push_syntax(
        "SELECT 1 FROM pragma_table_list AS l, pragma_foreign_key_list(l.name, 'main') AS f WHERE l.schema = 'main' \
         AND l.type = 'table' AND f.\"table\" = ",
    );
    push_table_name(&mut sql, table);
    sql.push_syntax(" COLLATE NOCASE AND l.name <> ");
    push_table_name(&mut sql, table);
    sql.push_syntax(" COLLATE NOCASE LIMIT 1");
    let referring = sql.finish(vec![SqlType::BigInt]);
    steps.push(SchemaStep::Unless(referring, SchemaRefusal::ReferredTo));
    let mut sql = Sql::new();
    sql.push_syntax("DROP TABLE ").push_target(&table.name);
    steps.push(SchemaStep::Run(sql.finish(Vec::new())));
    finish(steps, note)
}

pub(super) fn details(table: &Table) -> Statement {
    let mut sql = Sql::new();
    sql.push_syntax(
        "SELECT c.name, c.dflt_value, f.\"table\", COALESCE(f.\"to\", (SELECT p.name FROM \
         pragma_table_info(f.\"table\", 'main') AS p WHERE p.pk = 1)) FROM pragma_table_xinfo(",
    );
    push_table_name(&mut sql, table);
    sql.push_syntax(", 'main') AS c LEFT JOIN pragma_foreign_key_list(");
    push_table_name(&mut sql, table);
    sql.push_syntax(", 'main') AS f ON f.\"from\" = c.name COLLATE NOCASE ORDER BY c.cid, f.id");
    let text = SqlType::NVarChar(crate::domain::Length::Max);
    sql.finish(vec![text; 4])
}

pub(super) fn row_count(entity: &Entity) -> Statement {
    let mut sql = Sql::new();
    sql.push_syntax("SELECT COUNT(*) FROM ")
        .push_name(&entity.table().name);
    push_rows_seen(&mut sql, entity);
    sql.finish(vec![SqlType::BigInt])
}

fn finish(mut steps: Vec<SchemaStep>, note: Option<&ChangeNote>) -> SchemaBatch {
    steps.extend(note.cloned().map(SchemaStep::Keep));
    SchemaBatch::Steps(steps)
}

/// `ALTER TABLE "t"`.
fn begin(table: &Table) -> Sql {
    let mut sql = Sql::new();
    sql.push_syntax("ALTER TABLE ").push_target(&table.name);
    sql
}

/// A name as a value, for the functions that describe tables.
fn push_table_name(sql: &mut Sql, table: &Table) {
    let name = crate::domain::Value::Text(table.name.as_str().to_owned());
    sql.push_param(
        Some(name),
        &SqlType::NVarChar(crate::domain::Length::Limited(128)),
    );
}

/// The rows that are there get NULL where they may, as on SQL Server, and else the default. ADD COLUMN would give them
/// the default always, and takes none that is an expression.
fn add(table: &Table, column: &NewColumn) -> Vec<SchemaStep> {
    let constant = matches!(column.default, Some(NewDefault::Value(_)));
    let at_once = match &column.default {
        None => true,
        Some(_) => constant && !column.nullable,
    };
    let mut sql = begin(table);
    sql.push_syntax(" ADD COLUMN ");
    if at_once {
        push_column(&mut sql, column, column.default.as_ref());
        return vec![SchemaStep::Run(sql.finish(Vec::new()))];
    }
    let plain = NewColumn {
        nullable: true,
        ..column.clone()
    };
    push_column(&mut sql, &plain, None);
    let filled = (!column.nullable)
        .then_some(column.default.as_ref())
        .flatten();
    let mut value = Sql::new();
    match filled {
        Some(default) => {
            value
                .push_syntax("COALESCE(")
                .push_name(&column.name)
                .push_syntax(", ");
            push_default(&mut value, default);
            value.push_syntax(")");
        }
        None => {
            value.push_name(&column.name);
        }
    }
    let rebuild = Rebuild {
        table: table.name.clone(),
        column: column.name.clone(),
        ty: None,
        nullable: Some(column.nullable),
        default: Some(column.default.as_ref().map(default_fragment)),
        value: value.finish_fragment(),
        misfits: None,
        holds: column.ty.clone(),
    };
    vec![
        SchemaStep::Run(sql.finish(Vec::new())),
        SchemaStep::Rebuild(rebuild),
    ]
}

fn rebuild(table: &Table, altered: &AlteredColumn) -> Rebuild {
    let mut value = Sql::new();
    if altered.retyped && altered.ty.is_binary() {
        // Left as a text, one such as '007' would become a number.
        value
            .push_syntax("CAST(")
            .push_name(&altered.column)
            .push_syntax(" AS BLOB)");
    } else {
        value.push_name(&altered.column);
    }
    Rebuild {
        table: table.name.clone(),
        column: altered.column.clone(),
        ty: altered.retyped.then(|| {
            let mut sql = Sql::new();
            push_type(&mut sql, &altered.ty);
            sql.finish_fragment()
        }),
        nullable: altered.renulled.then_some(altered.nullable),
        default: altered
            .default
            .as_ref()
            .map(|default| default.as_ref().map(default_fragment)),
        value: value.finish_fragment(),
        misfits: altered.retyped.then(|| misfits(altered)),
        holds: altered.ty.clone(),
    }
}

/// A value that a column's affinity could not turn into one of its type is stored as it is, and could not be read.
fn misfits(altered: &AlteredColumn) -> Statement {
    let mut sql = Sql::new();
    sql.push_syntax("SELECT 1 FROM ")
        .push_syntax(REBUILT)
        .push_syntax(" WHERE typeof(")
        .push_name(&altered.column)
        .push_syntax(match altered.ty {
            SqlType::Float | SqlType::Real => ") NOT IN ('null', 'real', 'integer')",
            SqlType::Bit
            | SqlType::TinyInt
            | SqlType::SmallInt
            | SqlType::Int
            | SqlType::BigInt => ") NOT IN ('null', 'integer')",
            ref ty if ty.is_binary() => ") NOT IN ('null', 'blob')",
            SqlType::Decimal { .. } | SqlType::Money | SqlType::SmallMoney => {
                ") NOT IN ('null', 'integer', 'real')"
            }
            _ => ") NOT IN ('null', 'text')",
        })
        .push_syntax(" LIMIT ");
    push_integer(&mut sql, 1);
    sql.finish(vec![SqlType::BigInt])
}

fn push_column(sql: &mut Sql, column: &NewColumn, default: Option<&NewDefault>) {
    sql.push_name(&column.name).push_syntax(" ");
    push_type(sql, &column.ty);
    if !column.nullable {
        sql.push_syntax(" NOT NULL");
    }
    if let Some(default) = default {
        sql.push_syntax(" DEFAULT ");
        push_default(sql, default);
    }
    push_reference(sql, column);
}

fn push_type(sql: &mut Sql, ty: &SqlType) {
    // As a name: SQLite's grammar has no `(max)`.
    sql.push_syntax("\"").push_declaration(ty).push_syntax("\"");
    if ty.is_text() {
        sql.push_syntax(" COLLATE NOCASE");
    }
}

fn push_reference(sql: &mut Sql, column: &NewColumn) {
    if let Some(reference) = &column.references {
        sql.push_syntax(" REFERENCES ")
            .push_name(&reference.table)
            .push_syntax(" (")
            .push_name(&reference.column)
            .push_syntax(")");
    }
}

fn default_fragment(default: &NewDefault) -> Fragment {
    let mut sql = Sql::new();
    push_default(&mut sql, default);
    sql.finish_fragment()
}

fn push_default(sql: &mut Sql, default: &NewDefault) {
    match default {
        NewDefault::Value(value) => {
            sql.push_default(value);
        }
        NewDefault::Now(now) => {
            sql.push_syntax(match now {
                Now::Timestamp => "CURRENT_TIMESTAMP",
                Now::Date => "CURRENT_DATE",
                Now::Time => "CURRENT_TIME",
                Now::UnixSeconds => "(CAST(strftime('%s', 'now') AS INTEGER))",
                Now::UnixMilliseconds => {
                    "(CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))"
                }
            });
        }
    }
}
