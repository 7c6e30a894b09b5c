//! From what a caller wrote to a value of the column's type, exactly or not at all.
//!
//! Two questions, two functions: [`store`] asks what may be written (nothing is cut, rounded or lost),
//! [`compare`] where a value lies among the values the column can hold (nothing is rounded to fit). Both
//! stand on one placement, so that what can be written can also be found.

mod digits;
mod float;
mod number;
mod other;
mod temporal;
#[cfg(test)]
mod tests;
mod text;

use std::fmt;

use super::{Literal, SqlType, Value};

pub use text::NUL;

/// Why a value does not fit a type or a column. Its `Display` completes the sentence "Column 'X' is T: V …".
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
    /// Text that the column's encoding cannot hold; holds what of it.
    NotEncodable(String),
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
            Self::NotEncodable(what) => write!(f, "cannot be stored; {what}."),
            Self::Unsupported(why) => write!(f, "cannot be used: {why}."),
        }
    }
}

/// Where a value lies among the values a column of some type can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    /// The column can hold exactly this value (a text or a binary may be longer than the column: it
    /// then just equals nothing).
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
/// [`Misfit`] when the literal is not of the type or would be cut, rounded or lost, or when the type
/// cannot be written.
pub fn store(ty: &SqlType, literal: &Literal) -> Result<Value, Misfit> {
    if *ty == SqlType::RowVersion {
        return Err(Misfit::Unsupported(
            "the database stamps this column; leave it out",
        ));
    }
    match fit(ty, literal)? {
        Fit::Exact(value) => Ok(value),
        Fit::Off { misfit, .. } | Fit::Long { misfit, .. } => Err(misfit),
    }
}

/// Takes a text to be written to a text column as it is, if nothing is wrong with it; gives it back otherwise, for
/// [`store`] to say what.
///
/// # Errors
/// The text.
pub fn take_text(ty: &SqlType, text: String) -> Result<Value, String> {
    if ty.is_text() && text::is_storable(&text, ty) {
        Ok(Value::Text(text))
    } else {
        Err(text)
    }
}

/// A value to be compared with.
///
/// # Errors
/// [`Misfit`] when the literal cannot be of the type at all, or when the type cannot be compared.
pub fn compare(ty: &SqlType, literal: &Literal) -> Result<Comparand, Misfit> {
    if *ty == SqlType::Xml {
        return Err(Misfit::Unsupported(
            "xml has no order and no equality; test the column for null instead",
        ));
    }
    Ok(match fit(ty, literal)? {
        Fit::Exact(value) | Fit::Long { value, .. } => Comparand::On(value),
        Fit::Off { floor, .. } => Comparand::Between { floor },
    })
}

/// How a literal that is of the type fits it.
enum Fit {
    /// As written.
    Exact(Value),
    /// Only after rounding; `floor` as in [`Comparand::Between`].
    Off {
        floor: Option<Value>,
        misfit: Misfit,
    },
    /// Only cut short.
    Long { value: Value, misfit: Misfit },
}

fn fit(ty: &SqlType, literal: &Literal) -> Result<Fit, Misfit> {
    if *literal == Literal::Null {
        return Err(Misfit::NotOfType("a value"));
    }
    match ty {
        SqlType::Bit => other::bit(literal),
        SqlType::TinyInt => number::int(literal, 0, i64::from(u8::MAX)),
        SqlType::SmallInt => number::int(literal, i64::from(i16::MIN), i64::from(i16::MAX)),
        SqlType::Int => number::int(literal, i64::from(i32::MIN), i64::from(i32::MAX)),
        SqlType::BigInt => number::int(literal, i64::MIN, i64::MAX),
        SqlType::Decimal { precision, scale } => number::decimal(literal, *precision, *scale),
        SqlType::Money => number::money(literal, i64::MIN, i64::MAX),
        SqlType::SmallMoney => number::money(literal, i64::from(i32::MIN), i64::from(i32::MAX)),
        SqlType::Real => float::fit(literal, float::Width::Single),
        SqlType::Float => float::fit(literal, float::Width::Double),
        SqlType::Date => temporal::date(literal),
        SqlType::Time { scale } => temporal::time(literal, *scale),
        SqlType::SmallDateTime => temporal::datetime(literal, temporal::Grid::Minutes),
        SqlType::DateTime => temporal::datetime(literal, temporal::Grid::Ticks),
        SqlType::DateTime2 { scale } => {
            temporal::datetime(literal, temporal::Grid::Fraction(*scale))
        }
        SqlType::DateTimeOffset { scale } => temporal::datetimeoffset(literal, *scale),
        SqlType::Char(_)
        | SqlType::NChar(_)
        | SqlType::VarChar(_)
        | SqlType::NVarChar(_)
        | SqlType::Text
        | SqlType::NText
        | SqlType::Xml => text::fit(literal, ty),
        SqlType::UniqueIdentifier => other::guid(literal),
        SqlType::Binary(_) | SqlType::VarBinary(_) | SqlType::Image | SqlType::RowVersion => {
            other::binary(literal, ty)
        }
        SqlType::Other(_) => Err(Misfit::Unsupported(
            "values of this type cannot be sent; it can only be read or tested for null",
        )),
    }
}

/// Where a literal lies on the grid of a type's values.
enum Place<T> {
    /// Below the least value.
    Below,
    /// On a value.
    On(T),
    /// Above this value and below the next one; above the greatest value by less than one step when
    /// it is that one.
    Between(T),
    /// A step or more above the greatest value.
    Above,
}

impl<T: PartialOrd> Place<T> {
    /// From the grid point at or below the literal, whether that is the literal itself, and the least
    /// and the greatest value of the type.
    fn new(floor: T, exact: bool, least: &T, greatest: &T) -> Self {
        if floor < *least {
            Self::Below
        } else if floor > *greatest {
            Self::Above
        } else if exact {
            Self::On(floor)
        } else {
            Self::Between(floor)
        }
    }
}

impl<T> Place<T> {
    /// `range` and `fine` say what fits when the literal is out of range or between two values.
    fn into_fit(
        self,
        greatest: T,
        value: impl Fn(T) -> Value,
        range: impl FnOnce() -> String,
        fine: impl FnOnce() -> String,
    ) -> Fit {
        let off = |floor, misfit| Fit::Off { floor, misfit };
        match self {
            Self::On(point) => Fit::Exact(value(point)),
            Self::Between(floor) => off(Some(value(floor)), Misfit::TooFine(fine())),
            Self::Below => off(None, Misfit::OutOfRange(range())),
            Self::Above => off(Some(value(greatest)), Misfit::OutOfRange(range())),
        }
    }
}

/// The text of a literal that may stand for a number.
fn numeric_text(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::Number(text) | Literal::Text(text) => Some(text),
        Literal::Null | Literal::Bool(_) => None,
    }
}

/// What fits, for messages: "at most 2 digits after the point fit".
#[must_use]
pub fn at_most(limit: usize, noun: &str, tail: &str) -> String {
    match limit {
        1 => format!("at most 1 {noun}{tail} fits"),
        _ => format!("at most {limit} {noun}s{tail} fit"),
    }
}
