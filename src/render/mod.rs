//! Approved plans → SQL. Pure: the same plan always gives the same text. One file per dialect; what the
//! dialects share is the walk over a predicate.

pub mod mssql;
mod predicate;
pub mod rows;
pub mod sqlite;
pub mod statement;

use crate::{
    domain::{
        plan::{InsertPlan, SelectPlan, UpdatePlan, UpsertPlan},
        rows::RowsPlan,
    },
    policy::{Approved, Permit, WriteRows},
};
use rows::RowsBatch;

pub use statement::{Otherwise, Param, Statement, WriteBatch};

/// An SQL dialect. Only approved plans can be rendered: `policy` alone makes [`Approved`].
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// Update what matches, else insert.
    fn render_upsert(&self, plan: &Approved<UpsertPlan>) -> WriteBatch;
    /// Update what matches.
    fn render_update(&self, plan: &Approved<UpdatePlan>) -> WriteBatch;
    /// Insert one row.
    fn render_insert(&self, plan: &Approved<InsertPlan>) -> WriteBatch;
    /// Write the rows of a part of a batch; they are kept unless `keep` is false.
    fn render_rows(&self, plan: Approved<RowsPlan>, keep: bool) -> RowsBatch;
    /// Delete every row, for a batch that replaces them all.
    fn render_clear(&self, permit: &Permit<WriteRows>) -> Statement;
    /// Read rows.
    fn render_select(&self, plan: &Approved<SelectPlan>) -> Statement;
}
