//! Character types. Texts are kept as sent: blanks that `char(n)` adds are the database's to add.

use super::{Fit, Literal, Misfit, SqlType, Value, at_most};
use crate::domain::Length;

/// No engine keeps what comes after one.
pub const NUL: Misfit = Misfit::NotOfType("a text without NUL characters (U+0000); leave them out");

/// A text; a number keeps its digits.
pub(super) fn fit(literal: &Literal, ty: &SqlType) -> Result<Fit, Misfit> {
    let text = match literal {
        Literal::Text(text) => text.clone(),
        Literal::Number(digits) => spell_exponent(digits),
        Literal::Null | Literal::Bool(_) => {
            return Err(Misfit::NotOfType("a text; put it in quotes"));
        }
    };
    if text.contains('\0') {
        return Err(NUL);
    }
    let misfit = overlong(&text, ty);
    let value = Value::Text(text);
    Ok(match misfit {
        None => Fit::Exact(value),
        Some(misfit) => Fit::Long { value, misfit },
    })
}

/// Whether a text can be written as it stands.
pub(super) fn is_storable(text: &str, ty: &SqlType) -> bool {
    !text.contains('\0') && overlong(text, ty).is_none()
}

/// A number's digits as written, but for its exponent: JSON's `1E3`, `1e+3` and SQL's `1e3` are one number
/// and have to become one text, whatever parser they came through.
fn spell_exponent(digits: &str) -> String {
    digits.replace('E', "e").replace("e+", "e")
}

/// What is wrong when the text is longer than the column.
fn overlong(text: &str, ty: &SqlType) -> Option<Misfit> {
    let (limit, in_utf16) = match ty {
        SqlType::NChar(limit) | SqlType::NVarChar(Length::Limited(limit)) => (*limit, true),
        SqlType::Char(limit) | SqlType::VarChar(Length::Limited(limit)) => (*limit, false),
        _ => return None,
    };
    let limit = usize::from(limit);
    // No text has more characters or UTF-16 code units than bytes.
    if text.len() <= limit {
        return None;
    }
    let characters = text.chars().count();
    let (length, unit) = match text.encode_utf16().count() {
        units if in_utf16 && units != characters => (units, "UTF-16 code unit"),
        _ => (characters, "character"),
    };
    (length > limit).then(|| {
        let fits = at_most(limit, unit, "");
        Misfit::TooLong(format!("{fits}; it has {length}"))
    })
}
