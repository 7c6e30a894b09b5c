//! Rows as publishers send them → rows of a batch: what `:id`, `:deleted`, the row identifier and each field mean.
//! Whether a row may be written, and how, is the service's answer.

mod layout;
mod named;
mod source;
mod turn;

pub use self::{
    named::{Named, RowNumber},
    source::{Found, Pass, SharedRows, Source, look_through, unreadable},
    turn::{Turn, Turned, Writing},
};
