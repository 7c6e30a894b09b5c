//! Approved plans → SQL. Pure: the same plan always gives the same text. One file per dialect; what the
//! dialects share is the walk over a predicate.

pub mod guard;
pub mod literal;
pub mod mssql;
mod predicate;
pub mod rows;
pub mod schema;
pub mod sqlite;
pub mod statement;
mod undo;

use std::sync::Arc;

use crate::{
    domain::{
        ChangeNote, Note, Table,
        plan::{GuardPlan, InsertPlan, SelectPlan, UpdatePlan, UpsertPlan},
        rows::RowsPlan,
        schema::{AlterPlan, CreatePlan, DropPlan},
    },
    policy::{Approved, Drop, Permit, WriteRows},
};
use rows::RowsBatch;
use schema::SchemaBatch;

pub use guard::RowGuard;
pub use statement::{Otherwise, Param, Statement, WriteBatch};
pub use undo::UndoBatch;

/// An SQL dialect. What a write's note says is written with it, in its own transaction, where the script of a write has to
/// do that itself. Only approved plans can be rendered: `policy` alone makes [`Approved`].
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// Update what matches, else insert.
    fn render_upsert(&self, plan: &Approved<UpsertPlan>, note: Option<&Note>) -> WriteBatch;
    /// Update what matches.
    fn render_update(&self, plan: &Approved<UpdatePlan>, note: Option<&Note>) -> WriteBatch;
    /// Insert one row.
    fn render_insert(&self, plan: &Approved<InsertPlan>, note: Option<&Note>) -> WriteBatch;
    /// Write the rows of a part of a batch; they are kept unless `keep` is false.
    fn render_rows(
        &self,
        plan: Approved<RowsPlan>,
        keep: bool,
        note: Option<&Arc<Note>>,
    ) -> RowsBatch;
    /// Look at the row that a write is about, in its transaction.
    fn render_guard(&self, plan: &Approved<GuardPlan>) -> RowGuard;
    /// Delete every row, for a batch that replaces them all.
    fn render_clear(&self, permit: &Permit<WriteRows>, note: Option<&Note>) -> Statement;
    /// Make a table.
    fn render_create(&self, plan: &Approved<CreatePlan>, note: Option<&ChangeNote>) -> SchemaBatch;
    /// Change a table.
    fn render_alter(&self, plan: &Approved<AlterPlan>, note: Option<&ChangeNote>) -> SchemaBatch;
    /// Drop a table.
    fn render_drop(&self, plan: &Approved<DropPlan>, note: Option<&ChangeNote>) -> SchemaBatch;
    /// Read what the catalog does not tell of a table's columns: for each its name, the text of its default, and the
    /// table and column that it refers to.
    fn render_details(&self, table: &Table) -> Statement;
    /// Count the rows of a table.
    fn render_row_count(&self, permit: &Permit<Drop>) -> Statement;
    /// Read rows.
    fn render_select(&self, plan: &Approved<SelectPlan>) -> Statement;
}
