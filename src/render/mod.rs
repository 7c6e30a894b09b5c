//! Approved plans → SQL. Pure: the same plan always gives the same text. One file per dialect; what the
//! dialects share is the walk over a predicate.

pub mod mssql;
mod predicate;
pub mod sqlite;
pub mod statement;

use crate::{
    domain::plan::{InsertPlan, SelectPlan, UpdatePlan, UpsertPlan},
    policy::Approved,
};

pub use statement::{Otherwise, Param, Statement, WriteBatch};

/// An SQL dialect. Only approved plans can be rendered: `policy` alone makes [`Approved`].
pub trait Dialect: Send + Sync + std::fmt::Debug {
    /// Update what matches, else insert.
    fn render_upsert(&self, plan: &Approved<UpsertPlan>) -> WriteBatch;
    /// Update what matches.
    fn render_update(&self, plan: &Approved<UpdatePlan>) -> WriteBatch;
    /// Insert one row.
    fn render_insert(&self, plan: &Approved<InsertPlan>) -> WriteBatch;
    /// Read rows.
    fn render_select(&self, plan: &Approved<SelectPlan>) -> Statement;
}
