//! The vocabulary of upsertd: names, types, values, predicates, requests, plans and outcomes.
//!
//! Everything here is plain data with validated constructors. This module must not do I/O and must
//! not know HTTP, a database driver or an SQL dialect.

pub mod action;
pub mod batch;
pub mod change;
pub mod code_page;
pub mod coerce;
pub mod credential;
pub mod dataset;
pub mod deed;
pub mod entity;
pub mod entity_keys;
pub mod fault;
pub mod iso;
pub mod journal;
pub mod json;
pub mod like;
pub mod name;
pub mod once;
pub mod outcome;
pub mod plan;
pub mod precondition;
pub mod predicate;
pub mod repeat;
pub mod request;
pub mod rights;
pub mod rows;
pub mod schema;
pub mod sql_type;
pub mod table;
pub mod value;

pub use action::{Action, Actions};
pub use change::{ChangeEntry, ChangeMemory, ChangeNote};
pub use code_page::CodePage;
pub use deed::{Api, Deed, Keeping, Note};
pub use entity::{Entity, Guard};
pub use fault::{Fault, Faults};
pub use like::LikePattern;
pub use name::Name;
pub use outcome::{Row, Rows, WriteOutcome};
pub use precondition::Precondition;
pub use predicate::{Comparison, Predicate, Tree};
pub use rights::Rights;
pub use sql_type::{Length, SqlType};
pub use table::{Column, ColumnIndex, Default, Expression, Table, TableKind, UniqueKey};
pub use value::{Literal, OffsetDateTime, Value};
