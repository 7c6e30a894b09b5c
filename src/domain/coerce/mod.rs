//! From what a caller wrote to a value of the column's type, exactly or not at all.
//!
//! Two questions, two functions: [`store`] asks what may be written (nothing is cut, rounded or lost),
//! [`compare`] where a value lies among the values the column can hold (nothing is rounded to fit).

use std::fmt;

use super::{Literal, SqlType, Value};

/// Why a value does not fit a type. Its `Display` completes the sentence "Column 'X' is T: V …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// Not a value of the type at all; holds what is expected.
    NotOfType(&'static str),
    /// Outside the type's range; holds the range.
    OutOfRange(String),
    /// Finer than the type keeps, so that it would be rounded; holds what fits.
    TooFine(String),
    /// Longer than the column; holds what fits.
    TooLong(String),
    /// The type cannot be written or compared here; holds why.
    Unsupported(&'static str),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOfType(expected) => write!(f, "is not {expected}."),
            Self::OutOfRange(range) => write!(f, "is out of range; {range} fits."),
            Self::TooFine(fits) => write!(f, "would be rounded; {fits}."),
            Self::TooLong(fits) => write!(f, "is too long; {fits}."),
            Self::Unsupported(why) => write!(f, "cannot be used: {why}."),
        }
    }
}

/// Where a value lies among the values a column of some type can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    /// The column can hold exactly this value (a text may be longer than the column: it then just
    /// equals nothing).
    On(Value),
    /// The column cannot hold it: it lies above `floor`, the greatest value the column can hold below
    /// it, and below the next one. `None` when it lies below everything the column can hold.
    Between {
        /// The greatest value of the type that is less.
        floor: Option<Value>,
    },
}

/// A value to be written.
///
/// # Errors
/// [`Misfit`] when the literal is not of the type or would be cut, rounded or lost.
pub fn store(ty: &SqlType, literal: &Literal) -> Result<Value, Misfit> {
    todo!("{ty:?} {literal:?}")
}

/// A value to be compared with.
///
/// # Errors
/// [`Misfit`] when the literal cannot be of the type at all.
pub fn compare(ty: &SqlType, literal: &Literal) -> Result<Comparand, Misfit> {
    todo!("{ty:?} {literal:?}")
}
