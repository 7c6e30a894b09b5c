//! Bits, GUIDs and bytes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use super::{Fit, Literal, Misfit, SqlType, Value, at_most, digits::Digits};
use crate::domain::Length;

/// `true`, `false`, 1 or 0.
pub(super) fn bit(literal: &Literal) -> Result<Fit, Misfit> {
    let bit = match literal {
        Literal::Bool(bit) => Some(*bit),
        Literal::Number(text) => match Digits::parse(text).map(|digits| digits.floor(0)) {
            Some((0, true)) => Some(false),
            Some((1, true)) => Some(true),
            _ => None,
        },
        Literal::Text(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Literal::Null => None,
    };
    bit.map(|bit| Fit::Exact(Value::Bool(bit)))
        .ok_or(Misfit::NotOfType("true, false, 1 or 0"))
}

/// A GUID in any case, with or without hyphens or braces.
pub(super) fn guid(literal: &Literal) -> Result<Fit, Misfit> {
    let guid = match literal {
        Literal::Text(text) => Uuid::try_parse(text).ok(),
        _ => None,
    };
    guid.map(|guid| Fit::Exact(Value::Guid(guid)))
        .ok_or(Misfit::NotOfType(
            "a GUID such as 'c56a4180-65aa-42ec-a945-5fd21dec0538'",
        ))
}

/// Bytes as base64 of the standard alphabet, padded.
pub(super) fn binary(literal: &Literal, ty: &SqlType) -> Result<Fit, Misfit> {
    let bytes = match literal {
        Literal::Text(text) => STANDARD.decode(text).ok(),
        _ => None,
    };
    let bytes = bytes.ok_or(Misfit::NotOfType(
        "bytes as base64 text (A-Z, a-z, 0-9, + and /, padded with =)",
    ))?;
    let limit = match ty {
        SqlType::Binary(limit) | SqlType::VarBinary(Length::Limited(limit)) => usize::from(*limit),
        _ => usize::MAX,
    };
    let length = bytes.len();
    let value = Value::Binary(bytes);
    if length <= limit {
        return Ok(Fit::Exact(value));
    }
    let misfit = Misfit::TooLong(format!("{}; it has {length}", at_most(limit, "byte", "")));
    Ok(Fit::Long { value, misfit })
}
