//! The vendor's messages, word for word as its documentation has them, and what becomes of them.

use super::*;

fn server_says(number: u32, message: &str) -> EngineError {
    let error = token(number, message);
    translate(&error, Some(&Name::parse("tblCustomers").unwrap()))
}
