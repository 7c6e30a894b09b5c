//! The cases, by what they ask of an engine.

pub mod batches;
pub mod catalog;
pub mod concurrency;
pub mod journal;
pub mod own;
pub mod reading;
pub mod repeats;
pub mod schema;
pub mod undoing;
pub mod writing;
