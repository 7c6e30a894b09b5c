//! A service of a test's own: in this process, on a free port, on a database that goes when the test ends.

mod answer;
mod database;
pub mod mssql;
mod server;

use serde_json::{Value, json};

pub use self::{
    answer::Answer,
    database::{Database, Session, Sql},
    mssql::print_left_out,
    server::{CLIENT, EVERYTHING, SECRET, SIGNING_KEY, Server},
};

/// A tuple.
pub fn tuple(name: &str, value: impl Into<Value>) -> Value {
    json!({"Name": name, "Value": value.into()})
}

/// A rule of a QueryBuilder clause.
pub fn rule(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"id": field, "field": field, "type": "string", "input": "text", "operator": operator, "value": value.into()})
}

/// A QueryBuilder clause that holds when all rules do.
pub fn all(rules: &[Value]) -> Value {
    json!({"condition": "AND", "rules": rules, "valid": true})
}
