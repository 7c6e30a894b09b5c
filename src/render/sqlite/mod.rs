//! SQLite's SQL. Writes are steps that the engine runs in one transaction; the golden cases under
//! `tests/golden` show each.

mod guard;
mod journal;
mod rows;
mod schema;
mod test;

use std::sync::Arc;

use super::{
    Dialect, RowGuard, Statement, WriteBatch,
    literal::Style,
    predicate::{endangered, push_predicate, within},
    rows::RowsBatch,
    schema::SchemaBatch,
    statement::{Lexis, SqlText},
};
use crate::{
    domain::{
        ChangeNote, Column, ColumnIndex, Entity, Note, Predicate, SqlType, Table, TableKind, Value,
        plan::{
            Assignment, Direction, GuardPlan, InsertPlan, OutputSource, SelectPlan, UpdatePlan,
            UpsertPlan,
        },
        rows::RowsPlan,
        schema::{AlterPlan, CreatePlan, DropPlan},
    },
    policy::{Approved, Drop, Permit, WriteRows},
};

pub use journal::{NOTE_FUNCTION, Told};

/// The collation of text: case ignored in all of Unicode. The engine defines it.
pub const TEXT_COLLATION: &str = "UPSERTD_CI";
/// The collation of date-times with an offset: by the points in time they name. The engine defines it.
pub const INSTANT_COLLATION: &str = "UPSERTD_INSTANT";
/// `pattern, text`: LIKE with T-SQL's meaning, case ignored in all of Unicode. The engine defines it.
pub const LIKE_FUNCTION: &str = "upsertd_like";

/// The names of a row's number, which a table has besides its columns. A column of that name hides it.
pub const ROWID_NAMES: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// The dialect.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

impl Lexis for Sqlite {
    const QUOTES: (char, char) = ('"', '"');
    const PARAM_PREFIX: &'static str = "?";
    const LITERALS: Style = Style::Sqlite;
}

type Sql = SqlText<Sqlite>;

impl Dialect for Sqlite {
    fn render_upsert(&self, approved: &Approved<UpsertPlan>, _note: Option<&Note>) -> WriteBatch {
        let rule = approved.rule();
        let plan = approved.plan();
        let entity = plan.entity.as_ref();
        WriteBatch::Upsert {
            count: count(entity, &plan.predicate, rule.cap),
            update: update(entity, &plan.update, &plan.predicate),
            insert: plan.insert.as_ref().ok().map(|i| insert(entity, i)),
            rule,
        }
    }

    fn render_update(&self, approved: &Approved<UpdatePlan>, _note: Option<&Note>) -> WriteBatch {
        let rule = approved.rule();
        let plan = approved.plan();
        let entity = plan.entity.as_ref();
        WriteBatch::Update {
            count: count(entity, &plan.predicate, rule.cap),
            update: update(entity, &plan.update, &plan.predicate),
            rule,
        }
    }

    fn render_insert(&self, approved: &Approved<InsertPlan>, _note: Option<&Note>) -> WriteBatch {
        let plan = approved.plan();
        WriteBatch::Insert {
            insert: insert(&plan.entity, &plan.insert),
        }
    }

    fn render_rows(
        &self,
        approved: Approved<RowsPlan>,
        keep: bool,
        note: Option<&Arc<Note>>,
    ) -> RowsBatch {
        let plan = approved.into_plan();
        RowsBatch {
            work: rows::steps(&plan),
            key: plan.key_names(),
            rows: plan.rows,
            shapes: plan.shapes,
            repeated: plan.repeated,
            keep,
            note: note.cloned(),
            guard: None,
        }
    }

    fn render_guard(&self, approved: &Approved<GuardPlan>) -> RowGuard {
        guard::guard(approved.plan())
    }

    fn render_clear(&self, permit: &Permit<WriteRows>, _note: Option<&Note>) -> Statement {
        let mut sql = Sql::new();
        let entity = permit.entity();
        sql.push_syntax("DELETE FROM ")
            .push_target(&entity.table().name);
        push_rows_seen(&mut sql, entity);
        sql.finish(Vec::new())
    }

    fn render_create(
        &self,
        approved: &Approved<CreatePlan>,
        note: Option<&ChangeNote>,
    ) -> SchemaBatch {
        schema::create(approved.plan(), note)
    }

    fn render_alter(
        &self,
        approved: &Approved<AlterPlan>,
        note: Option<&ChangeNote>,
    ) -> SchemaBatch {
        schema::alter(approved.plan(), note)
    }

    fn render_drop(&self, approved: &Approved<DropPlan>, note: Option<&ChangeNote>) -> SchemaBatch {
        schema::drop(approved.plan(), note)
    }

    fn render_details(&self, table: &Table) -> Statement {
        schema::details(table)
    }

    fn render_row_count(&self, permit: &Permit<Drop>) -> Statement {
        schema::row_count(permit.entity())
    }

    fn render_select(&self, approved: &Approved<SelectPlan>) -> Statement {
        select(approved.plan())
    }
}

/// Counts the matching rows, one more than the cap at most: a clause that matches a million rows is
/// refused after 501.
fn count(entity: &Entity, predicate: &Predicate, cap: u32) -> Statement {
    let table = entity.table();
    let mut sql = Sql::new();
    sql.push_syntax("SELECT COUNT(*) FROM (SELECT 1 FROM ")
        .push_name(&table.name)
        .push_syntax(" WHERE ");
    push_predicate(&mut sql, table, &within(predicate, entity));
    sql.push_syntax(" LIMIT ");
    push_integer(&mut sql, i64::from(cap) + 1);
    sql.push_syntax(")");
    sql.finish(vec![SqlType::BigInt])
}

fn update(entity: &Entity, assignments: &[Assignment], predicate: &Predicate) -> Statement {
    let table = entity.table();
    let mut sql = Sql::new();
    sql.push_syntax("UPDATE ")
        .push_target(&table.name)
        .push_syntax(" SET ")
        .push_list(assignments, ", ", |sql, assignment| {
            let column = table.column(assignment.column);
            sql.push_name(&column.name).push_syntax(" = ");
            sql.push_param(assignment.value.clone(), &column.ty);
        })
        .push_syntax(" WHERE ");
    push_predicate(&mut sql, table, &within(predicate, entity));
    let written = assignments.iter().map(|assignment| assignment.column);
    let Some(rows) = endangered(entity, written) else {
        return sql.finish(Vec::new());
    };
    sql.push_syntax(" RETURNING ");
    push_verdict(&mut sql, table, rows);
    sql.finish(vec![SqlType::Bit])
}

/// Adds whether a row that was written is one that its writer may have.
fn push_verdict(sql: &mut Sql, table: &Table, rows: &Predicate) {
    sql.push_syntax("(");
    push_predicate(sql, table, rows);
    sql.push_syntax(") IS TRUE").judge();
}

/// Adds the condition of the rows that there are for whoever asks, where there is one.
fn push_rows_seen(sql: &mut Sql, entity: &Entity) {
    if let Some(rows) = entity.rows() {
        sql.push_syntax(" WHERE ");
        push_predicate(sql, entity.table(), rows);
    }
}

fn insert(entity: &Entity, assignments: &[Assignment]) -> Statement {
    let table = entity.table();
    let mut sql = Sql::new();
    sql.push_syntax("INSERT INTO ")
        .push_target(&table.name)
        .push_syntax(" (")
        .push_list(assignments, ", ", |sql, assignment| {
            sql.push_name(&table.column(assignment.column).name);
        })
        .push_syntax(") VALUES (")
        .push_list(assignments, ", ", |sql, assignment| {
            let column = table.column(assignment.column);
            sql.push_param(assignment.value.clone(), &column.ty);
        })
        .push_syntax(")");
    let key = entity.generated_key().map(|index| table.column(index));
    let mut separator = " RETURNING ";
    let mut columns = Vec::new();
    if let Some(key) = key {
        sql.push_syntax(separator).push_name(&key.name);
        columns.push(key.ty.clone());
        separator = ", ";
    }
    if let Some(rows) = entity.rows() {
        sql.push_syntax(separator);
        push_verdict(&mut sql, table, rows);
        columns.push(SqlType::Bit);
    }
    sql.finish(columns)
}

fn select(plan: &SelectPlan) -> Statement {
    let table = plan.entity.table();
    let mut sql = Sql::new();
    sql.push_syntax("SELECT ")
        .push_list(&plan.outputs, ", ", |sql, output| {
            push_source(sql, table, output.source);
        })
        .push_syntax(" FROM ")
        .push_name(&table.name);
    match &plan.predicate {
        Some(predicate) => {
            sql.push_syntax(" WHERE ");
            push_predicate(&mut sql, table, &within(predicate, &plan.entity));
        }
        None => push_rows_seen(&mut sql, &plan.entity),
    }
    if !plan.group.is_empty() {
        sql.push_syntax(" GROUP BY ")
            .push_list(&plan.group, ", ", |sql, index| {
                push_collated(sql, table.column(*index));
            });
    }
    push_order(&mut sql, plan);
    sql.push_syntax(" LIMIT ");
    push_integer(&mut sql, i64::from(plan.length));
    sql.push_syntax(" OFFSET ");
    // Planning has refused what does not fit.
    push_integer(&mut sql, i64::try_from(plan.start).unwrap_or(i64::MAX));
    let types = plan.outputs.iter().map(|o| match o.source {
        OutputSource::Column(index) => table.column(index).ty.clone(),
        OutputSource::Count => SqlType::BigInt,
    });
    sql.finish(types.collect())
}

/// The caller's order under the collations, then what makes it complete: plain columns, so that the
/// primary key's index can serve it.
fn push_order(sql: &mut Sql, plan: &SelectPlan) {
    let table = plan.entity.table();
    let mut separator = " ORDER BY ";
    for (key, direction) in &plan.order {
        sql.push_syntax(separator);
        separator = ", ";
        match key {
            OutputSource::Column(index) => push_collated(sql, table.column(*index)),
            OutputSource::Count => {
                sql.push_syntax("COUNT(*)");
            }
        }
        if *direction == Direction::Descending {
            sql.push_syntax(" DESC");
        }
    }
    for index in &plan.ties {
        let column = table.column(*index);
        let key = OutputSource::Column(*index);
        let ordered = plan.order.iter().any(|(known, _)| *known == key);
        if !ordered || test::collation(&column.ty).is_some() {
            sql.push_syntax(separator).push_name(&column.name);
            separator = ", ";
        }
    }
    if let Some(rowid) = rowid(table).filter(|_| !plan.summarised()) {
        sql.push_syntax(separator).push_syntax(rowid);
    }
}

/// What names a row where the primary key does not: there is none, or it may be NULL, and NULL any
/// number of times. Such a table always has a rowid; a view has none.
fn rowid(table: &Table) -> Option<&'static str> {
    let sure =
        |key: &[ColumnIndex]| !key.is_empty() && key.iter().all(|i| !table.column(*i).nullable);
    if table.kind == TableKind::View || sure(&table.primary_key) {
        return None;
    }
    let is_columns = |name: &str| table.every().any(|i| table.column(i).name.matches(name));
    ROWID_NAMES.into_iter().find(|name| !is_columns(name))
}

fn push_source(sql: &mut Sql, table: &Table, source: OutputSource) {
    match source {
        OutputSource::Column(index) => sql.push_name(&table.column(index).name),
        OutputSource::Count => sql.push_syntax("COUNT(*)"),
    };
}

/// A column under the collation that its type is ordered and grouped by.
fn push_collated(sql: &mut Sql, column: &Column) {
    sql.push_name(&column.name);
    test::push_collation(sql, test::collation(&column.ty));
}

fn push_integer(sql: &mut Sql, number: i64) {
    sql.push_param(Some(Value::Int(number)), &SqlType::BigInt);
}
