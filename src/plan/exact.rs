//! Numbers that an engine cannot hold exactly. SQLite keeps a number with a fraction as a double: 15
//! significant digits survive, more do not. Such a value is refused in a write, and in a clause it is
//! compared as what it is: a value no row can have.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};

use crate::domain::{
    Value,
    coerce::{Comparand, Misfit},
};

/// Passes a value on if the engine stores it exactly.
///
/// # Errors
/// [`Misfit::TooFine`] naming how many digits fit.
pub(super) fn check_stored(value: Value, digits: Option<u32>) -> Result<Value, Misfit> {
    match (&value, digits) {
        (Value::Decimal(number), Some(digits)) if !holds(number, digits) => {
            Err(Misfit::TooFine(format!(
                "this database keeps {digits} significant digits, or whole numbers of up to 64 bits"
            )))
        }
        _ => Ok(value),
    }
}

/// Moves a comparand onto the values that the engine can hold.
pub(super) fn settle_comparand(comparand: Comparand, digits: Option<u32>) -> Comparand {
    let Some(digits) = digits else {
        return comparand;
    };
    match comparand {
        Comparand::On(Value::Decimal(number))
        | Comparand::Between {
            floor: Some(Value::Decimal(number)),
        } if !holds(&number, digits) => Comparand::Between {
            floor: Some(Value::Decimal(floor(&number, digits))),
        },
        other => other,
    }
}

fn holds(number: &BigDecimal, digits: u32) -> bool {
    // Nearly every number is short as it stands.
    let (steps, _) = number.as_bigint_and_scale();
    let most = 10_i64.checked_pow(digits);
    if let (Some(steps), Some(most)) = (steps.to_i64(), most)
        && steps.checked_abs().is_some_and(|steps| steps < most)
    {
        return true;
    }
    let number = number.normalized();
    number.digits() <= u64::from(digits) || (number.is_integer() && number.to_i64().is_some())
}

/// The greatest number not above this one that the engine holds.
fn floor(number: &BigDecimal, digits: u32) -> BigDecimal {
    let whole = number.with_scale_round(0, RoundingMode::Floor);
    let whole_digits = i64::try_from(whole.digits()).unwrap_or(i64::MAX);
    let digits = i64::from(digits);
    if whole_digits >= digits && whole.to_i64().is_some() {
        return whole;
    }
    number.with_scale_round(digits - whole_digits, RoundingMode::Floor)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::str::FromStr;

    fn number(text: &str) -> BigDecimal {
        BigDecimal::from_str(text).unwrap()
    }

    #[test]
    fn fifteen_digits_and_whole_numbers_of_64_bits_are_held() {
        for text in [
            "1234567890123.45",
            "9223372036854775807",
            "1e30",
            "-0.1",
            "100.00",
        ] {
            assert!(holds(&number(text), 15), "{text}");
        }
        for text in [
            "12345678901234.567",
            "9223372036854775809",
            "0.1000000000000001",
        ] {
            assert!(!holds(&number(text), 15), "{text}");
        }
    }

    #[test]
    fn the_floor_is_held_and_not_above() {
        for (text, expected) in [
            ("12345678901234.567", "12345678901234.5"),
            ("-12345678901234.567", "-12345678901234.6"),
            ("1234567890123456.7", "1234567890123456"),
            ("9223372036854775809", "9223372036854770000"),
            ("0.1000000000000001", "0.10000000000000"),
        ] {
            let floor = floor(&number(text), 15);
            assert_eq!(floor, number(expected), "{text}");
            assert!(holds(&floor, 15), "{text}");
        }
    }
}
