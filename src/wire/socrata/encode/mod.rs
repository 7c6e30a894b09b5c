//! From rows, counts, entities and errors to the bodies of Socrata's API. Nothing is decided here.

pub mod counts;
pub mod refusal;
pub mod rows;
pub mod value;
pub mod view;
