//! The cases, by what they ask of an engine.

pub mod batches;
pub mod catalog;
pub mod concurrency;
pub mod own;
pub mod reading;
pub mod schema;
pub mod writing;
