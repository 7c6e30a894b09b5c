//! Numbers: bytes to a JSON number that keeps every digit, and back. It must not round.

use bigdecimal::{BigDecimal, ToPrimitive};
use serde_json::Value;

use super::{
    types::SqlType as T,
    wire::{CodecError, Coded, Reader, fault},
};

/// Decimal places of money and smallmoney.
const MONEY_SCALE: u8 = 4;
/// Money is two words of 32 bits, the high one first.
const HIGH_WORD_FIRST: u32 = 32;

pub fn decode(sql: T, bytes: &[u8]) -> Coded<Value> {
    let mut r = Reader::new(bytes);
    let text = match sql {
        T::Bit => return Ok(Value::Bool(r.u8()? != 0)),
        T::TinyInt => r.u8()?.to_string(),
        T::SmallInt => i16::from_le_bytes(r.array()?).to_string(),
        T::Int => i32::from_le_bytes(r.array()?).to_string(),
        T::BigInt => i64::from_le_bytes(r.array()?).to_string(),
        // `{:?}` writes the shortest digits that mean this very number, with an exponent where it is long.
        T::Real => format!("{:?}", f32::from_le_bytes(r.array()?)),
        T::Float => format!("{:?}", f64::from_le_bytes(r.array()?)),
        T::SmallMoney => fixed_point(i32::from_le_bytes(r.array()?).into(), MONEY_SCALE),
        T::Money => {
            let units = i64::from_le_bytes(r.array()?).rotate_left(HIGH_WORD_FIRST);
            fixed_point(units.into(), MONEY_SCALE)
        }
        T::Decimal(_, scale) | T::Numeric(_, scale) => {
            let sign = r.u8()?;
            let mut magnitude = [0; 16];
            let digits = r.rest();
            let Some(space) = magnitude.get_mut(..digits.len()) else {
                return fault("a decimal of more than 16 bytes");
            };
            space.copy_from_slice(digits);
            let Ok(magnitude) = i128::try_from(u128::from_le_bytes(magnitude)) else {
                return fault("a decimal of more than 38 digits");
            };
            r = Reader::new(&[]);
            fixed_point(if sign == 0 { -magnitude } else { magnitude }, scale)
        }
        sql => return fault(format!("{sql} is no number")),
    };
    if !r.is_empty() {
        return fault(format!("too many bytes for {sql}"));
    }
    serde_json::from_str(&text).or_else(|e| fault(format!("{text}: {e}")))
}

pub fn encode(sql: T, value: &Value) -> Coded<Vec<u8>> {
    let text = match (sql, value) {
        (T::Bit, Value::Bool(bit)) => return Ok(vec![u8::from(*bit)]),
        (_, Value::Number(number)) => number.to_string(),
        // Digits in quotes are as good: a script may hold them as text.
        (_, Value::String(digits)) => digits.clone(),
        _ => return fault(format!("no {sql}: {value}")),
    };
    let wrong = || CodecError(format!("no {sql}: {text}"));
    Ok(match sql {
        T::TinyInt => vec![text.parse().map_err(|_| wrong())?],
        T::SmallInt => bytes(text.parse().map(i16::to_le_bytes).map_err(|_| wrong())?),
        T::Int => bytes(text.parse().map(i32::to_le_bytes).map_err(|_| wrong())?),
        T::BigInt => bytes(text.parse().map(i64::to_le_bytes).map_err(|_| wrong())?),
        T::Real => bytes(text.parse().map(f32::to_le_bytes).map_err(|_| wrong())?),
        T::Float => bytes(text.parse().map(f64::to_le_bytes).map_err(|_| wrong())?),
        T::SmallMoney => {
            let units = i32::try_from(scaled(&text, MONEY_SCALE)?).map_err(|_| wrong())?;
            bytes(units.to_le_bytes())
        }
        T::Money => {
            let units = i64::try_from(scaled(&text, MONEY_SCALE)?).map_err(|_| wrong())?;
            bytes(units.rotate_left(HIGH_WORD_FIRST).to_le_bytes())
        }
        T::Decimal(precision, scale) | T::Numeric(precision, scale) => {
            let units = scaled(&text, scale)?;
            let magnitude = units.unsigned_abs().to_le_bytes();
            let width = T::decimal_width(precision) - 1;
            if magnitude[width..].iter().any(|byte| *byte != 0) {
                return Err(wrong());
            }
            let mut all = vec![u8::from(units >= 0)];
            all.extend_from_slice(&magnitude[..width]);
            all
        }
        _ => return Err(wrong()),
    })
}

fn bytes<const N: usize>(array: [u8; N]) -> Vec<u8> {
    array.to_vec()
}

/// `units` of 10^-scale as digits.
fn fixed_point(units: i128, scale: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Digits as units of 10^-scale, which must hold them exactly.
fn scaled(text: &str, scale: u8) -> Coded<i128> {
    let wrong = || CodecError(format!("{text} has no place at scale {scale}"));
    let number: BigDecimal = text.parse().map_err(|_| wrong())?;
    let cut = number.with_scale(scale.into());
    if cut != number {
        return Err(wrong());
    }
    let (units, _) = cut.into_bigint_and_exponent();
    units.to_i128().ok_or_else(wrong)
}
