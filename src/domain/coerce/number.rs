//! Whole numbers, decimals and money: exact, on a grid of steps 10^-scale. Nothing passes through a
//! float here.

use bigdecimal::{BigDecimal, num_bigint::BigInt};

use super::{
    Fit, Literal, Misfit, Place, Value, at_most,
    digits::{Digits, Plain},
    numeric_text,
};

/// Digits after the point of `money` and `smallmoney`.
const MONEY_SCALE: u8 = 4;

/// A whole number from `least` to `greatest`.
pub(super) fn int(literal: &Literal, least: i64, greatest: i64) -> Result<Fit, Misfit> {
    let expected = Misfit::NotOfType("a whole number");
    let Some(text) = numeric_text(literal) else {
        return Err(expected);
    };
    // Nearly every literal is a plain integer.
    let place = if let Ok(number) = text.parse() {
        Place::new(number, true, &least, &greatest)
    } else {
        let (floor, exact) = Digits::parse(text).ok_or(expected)?.floor(0);
        match i64::try_from(floor) {
            Ok(floor) => Place::new(floor, exact, &least, &greatest),
            Err(_) if floor < 0 => Place::Below,
            Err(_) => Place::Above,
        }
    };
    Ok(place.into_fit(
        greatest,
        Value::Int,
        || format!("{least} to {greatest}"),
        || fraction_digits(0),
    ))
}

/// `decimal(precision,scale)`.
pub(super) fn decimal(literal: &Literal, precision: u8, scale: u8) -> Result<Fit, Misfit> {
    let greatest = 10_i128.saturating_pow(u32::from(precision)) - 1;
    scaled(literal, scale, -greatest, greatest)
}

/// `money` or `smallmoney`, whose range is given in steps of 0.0001.
pub(super) fn money(literal: &Literal, least: i64, greatest: i64) -> Result<Fit, Misfit> {
    scaled(
        literal,
        MONEY_SCALE,
        i128::from(least),
        i128::from(greatest),
    )
}

/// A number with `scale` digits after the point; the range is given in steps of 10^-scale.
fn scaled(literal: &Literal, scale: u8, least: i128, greatest: i128) -> Result<Fit, Misfit> {
    let text = numeric_text(literal).ok_or(Misfit::NotOfType("a number"))?;
    let (floor, exact) = match Plain::parse(text).and_then(|plain| on_grid(plain, scale)) {
        Some(steps) => (steps, true),
        None => Digits::parse(text)
            .ok_or(Misfit::NotOfType("a number"))?
            .floor(scale),
    };
    let number = |steps| BigDecimal::new(BigInt::from(steps), i64::from(scale));
    Ok(Place::new(floor, exact, &least, &greatest).into_fit(
        greatest,
        |steps| Value::Decimal(number(steps)),
        || {
            let (least, greatest) = (number(least), number(greatest));
            format!(
                "{} to {}",
                least.to_plain_string(),
                greatest.to_plain_string()
            )
        },
        || fraction_digits(scale),
    ))
}

/// The number in steps of 10^-`scale`, if it is written with no more digits after the point.
fn on_grid(plain: Plain, scale: u8) -> Option<i128> {
    let zeros = scale.checked_sub(plain.scale)?;
    let power = 10_i128.checked_pow(zeros.into())?;
    i128::from(plain.steps).checked_mul(power)
}

fn fraction_digits(scale: u8) -> String {
    match scale {
        0 => "whole numbers fit".to_owned(),
        _ => at_most(usize::from(scale), "digit", " after the point"),
    }
}
