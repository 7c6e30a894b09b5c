//! upsertd: one upsert engine behind public APIs, over SQL Server or an embedded SQLite file.
//!
//! A request runs through the layers in this order: `wire` decodes it, `service` drives it through
//! `plan`, `policy`, `render` and `engine`, and `wire` encodes the outcome. The README draws the map.

pub mod access;
pub mod app;
pub mod catalog;
pub mod clause;
pub mod cli;
pub mod config;
pub mod domain;
pub mod engine;
pub mod error;
pub mod plan;
pub mod policy;
pub mod render;
pub mod rows;
pub mod server;
pub mod service;
pub mod telemetry;
pub mod wire;
