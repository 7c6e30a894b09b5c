//! Character types. Texts are kept as sent: blanks that `char(n)` adds are the database's to add.

use super::{Fit, Literal, Misfit, SqlType, Value, at_most};
use crate::domain::Length;

/// A text; a number keeps its digits as written.
pub(super) fn fit(literal: &Literal, ty: &SqlType) -> Result<Fit, Misfit> {
    let text = match literal {
        Literal::Text(text) | Literal::Number(text) => text,
        Literal::Null | Literal::Bool(_) => {
            return Err(Misfit::NotOfType("a text; put it in quotes"));
        }
    };
    // No engine keeps what comes after one.
    if text.contains('\0') {
        return Err(Misfit::NotOfType(
            "a text without NUL characters (U+0000); leave them out",
        ));
    }
    let value = Value::Text(text.clone());
    Ok(match overlong(text, ty) {
        None => Fit::Exact(value),
        Some(misfit) => Fit::Long { value, misfit },
    })
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
