//! From rows, counts, entities and errors to the bodies of Socrata's API. Nothing is decided here.

pub mod counts;
pub mod refusal;
pub mod rows;
pub mod value;
pub mod view;

use poem::{
    Response,
    http::{HeaderValue, header},
};
use serde::Serialize;

use crate::{error::Error, wire::http::reply};

/// What answers are, as Socrata says it.
pub const JSON: &str = "application/json; charset=utf-8";

/// A 200 with a value as JSON.
///
/// # Errors
/// [`Error::Internal`] when the value has no JSON.
pub fn answer(value: &impl Serialize) -> Result<Response, Error> {
    let mut response = reply::json(value)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(response)
}
