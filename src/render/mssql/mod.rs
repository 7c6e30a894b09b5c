//! SQL Server's T-SQL. A write is one script: one round trip, one transaction that counts, decides, writes,
//! checks what it wrote and reports. The golden cases under `tests/golden` show each.

mod changed;
mod declared;
mod guard;
mod journal;
mod judged;
mod once;
mod one_row;
mod operand;
mod rows;
mod schema;
mod script;
mod select;
mod test;
mod undo;
mod variables;

use std::{str::FromStr, sync::Arc};

use super::{
    Dialect, RowGuard, Statement, WriteBatch,
    literal::Style,
    predicate::push_predicate,
    rows::{RowsBatch, RowsWork},
    schema::SchemaBatch,
    statement::{Lexis, Otherwise, SqlText},
};
use crate::{
    domain::{
        ChangeNote, Entity, Note, SqlType, Table, Value,
        plan::{GuardPlan, InsertPlan, SelectPlan, UpdatePlan, UpsertPlan},
        rows::RowsPlan,
        schema::{AlterPlan, CreatePlan, DropPlan},
    },
    policy::{Approved, Drop, Permit, WriteRows},
};
use journal::Journal;
use script::Script;

/// The dialect, as it is spoken to one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mssql {
    /// The level of the writes' transactions. The rows that a clause is about are locked at any.
    pub isolation: Isolation,
    /// Whether a NULL can be a parameter: then a request has the same text, and one plan, whatever is NULL
    /// in it. It travels without a type and takes that of its declaration, which SQL Server does and
    /// Babelfish refuses (error 8009); there it stands in the text. Babelfish has other ways of its own, which
    /// are told by this one.
    pub null_parameters: bool,
}

/// How far a transaction is kept from others, besides the locks that it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// What others have not committed is not seen.
    #[default]
    ReadCommitted,
    /// What was read does not change either.
    RepeatableRead,
    /// The transaction sees the database as of its begin.
    Snapshot,
    /// As if one transaction ran after the other.
    Serializable,
}

impl Isolation {
    /// What sets it for the transactions that follow.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;",
            Self::RepeatableRead => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;",
            Self::Snapshot => "SET TRANSACTION ISOLATION LEVEL SNAPSHOT;",
            Self::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
        }
    }
}

/// No level of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be \"read committed\", \"repeatable read\", \"snapshot\" or \"serializable\"")]
pub struct UnknownIsolation;

impl FromStr for Isolation {
    type Err = UnknownIsolation;

    fn from_str(text: &str) -> Result<Self, UnknownIsolation> {
        match text.to_ascii_lowercase().as_str() {
            "read committed" => Ok(Self::ReadCommitted),
            "repeatable read" => Ok(Self::RepeatableRead),
            "snapshot" => Ok(Self::Snapshot),
            "serializable" => Ok(Self::Serializable),
            _ => Err(UnknownIsolation),
        }
    }
}

impl Lexis for Mssql {
    const QUOTES: (char, char) = ('[', ']');
    const PARAM_PREFIX: &'static str = "@P";
    const LITERALS: Style = Style::Mssql;
}

type Sql = SqlText<Mssql>;

impl Dialect for Mssql {
    fn render_upsert(&self, approved: &Approved<UpsertPlan>, note: Option<&Note>) -> WriteBatch {
        let rule = approved.rule();
        let plan = approved.plan();
        let mut script = Script::new(*self, &plan.entity, note);
        script.declare(plan.insert.as_deref().ok());
        script.update_or(
            &plan.predicate,
            &plan.update,
            rule,
            plan.insert.as_deref().ok(),
        );
        WriteBatch::Script {
            script: script.finish(),
            otherwise: match plan.insert {
                Ok(_) => Otherwise::Insert,
                Err(_) => Otherwise::Impossible,
            },
            rule: Some(rule),
        }
    }

    fn render_update(&self, approved: &Approved<UpdatePlan>, note: Option<&Note>) -> WriteBatch {
        let rule = approved.rule();
        let plan = approved.plan();
        let mut script = Script::new(*self, &plan.entity, note);
        script.declare(None);
        script.update_or(&plan.predicate, &plan.update, rule, None);
        WriteBatch::Script {
            script: script.finish(),
            otherwise: Otherwise::Nothing,
            rule: Some(rule),
        }
    }

    fn render_insert(&self, approved: &Approved<InsertPlan>, note: Option<&Note>) -> WriteBatch {
        let plan = approved.plan();
        let mut script = Script::new(*self, &plan.entity, note);
        script.declare(Some(&plan.insert));
        script.insert_always(&plan.insert);
        WriteBatch::Script {
            script: script.finish(),
            otherwise: Otherwise::Insert,
            rule: None,
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
            work: RowsWork::Script(Arc::new(rows::script(
                *self,
                &plan,
                keep,
                note.map(Arc::as_ref),
            ))),
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

    fn render_clear(&self, permit: &Permit<WriteRows>, note: Option<&Note>) -> Statement {
        let mut sql = Sql::new();
        let journal = Journal::of(*self, note);
        if let Some(journal) = &journal {
            journal.push_before_clear(&mut sql);
        }
        sql.push_syntax("DELETE FROM ");
        push_target(&mut sql, permit.entity());
        push_rows_seen(&mut sql, permit.entity());
        if journal.is_some() {
            Journal::push_after_clear(&mut sql);
        }
        sql.finish(Vec::new())
    }

    fn render_create(
        &self,
        approved: &Approved<CreatePlan>,
        note: Option<&ChangeNote>,
    ) -> SchemaBatch {
        schema::create(*self, approved.plan(), note)
    }

    fn render_alter(
        &self,
        approved: &Approved<AlterPlan>,
        note: Option<&ChangeNote>,
    ) -> SchemaBatch {
        schema::alter(*self, approved.plan(), note)
    }

    fn render_drop(&self, approved: &Approved<DropPlan>, note: Option<&ChangeNote>) -> SchemaBatch {
        schema::drop(*self, approved.plan(), note)
    }

    fn render_details(&self, table: &Table) -> Statement {
        schema::details(table)
    }

    fn render_row_count(&self, permit: &Permit<Drop>) -> Statement {
        schema::row_count(permit.entity())
    }

    fn render_select(&self, approved: &Approved<SelectPlan>) -> Statement {
        select::select(approved.plan())
    }
}

/// Adds the condition of the rows that there are for whoever asks, where there is one.
fn push_rows_seen(sql: &mut Sql, entity: &Entity) {
    if let Some(rows) = entity.rows() {
        sql.push_syntax(" WHERE ");
        push_predicate(sql, entity.table(), rows);
    }
}

/// Adds a table's name with its schema.
fn push_table(sql: &mut Sql, table: &Table) {
    push_schema(sql, table);
    sql.push_name(&table.name);
}

/// Adds the name of the table that the statement writes to.
fn push_target(sql: &mut Sql, entity: &Entity) {
    let table = entity.table();
    push_schema(sql, table);
    sql.push_target(&table.name);
}

fn push_schema(sql: &mut Sql, table: &Table) {
    if let Some(schema) = &table.schema {
        sql.push_name(schema).push_syntax(".");
    }
}

/// Adds a number of the service's own: a bound, a page.
fn push_integer(sql: &mut Sql, number: i64) {
    sql.push_param(Some(Value::Int(number)), &SqlType::BigInt);
}
