//! `float` and `real`. A float goes by the shortest decimal that names it: what answers print, and
//! what a caller sends back.

use super::{
    Fit, Literal, Misfit, Value,
    digits::{Digits, Plain},
    numeric_text,
};

/// How wide a float is.
#[derive(Clone, Copy)]
pub(super) enum Width {
    /// `real`
    Single,
    /// `float`
    Double,
}

/// A number that one float names.
pub(super) fn fit(literal: &Literal, width: Width) -> Result<Fit, Misfit> {
    if let Some(number) = numeric_text(literal).and_then(|text| width.plain(text)) {
        return Ok(Fit::Exact(Value::Float(number)));
    }
    let digits = numeric_text(literal).and_then(Digits::parse);
    let digits = digits.ok_or(Misfit::NotOfType("a number"))?;
    if digits.is_zero() {
        return Ok(Fit::Exact(Value::Float(0.0)));
    }
    // Cannot fail: the text is one that floats are read from.
    let nearest = width.nearest(&digits.float_text()).unwrap_or(f64::NAN);
    if !nearest.is_finite() {
        let floor = (!digits.is_negative()).then_some(width.greatest());
        return Ok(off(floor, Misfit::OutOfRange(width.range())));
    }
    // SQL Server keeps no denormal numbers: it makes them 0.
    if nearest.abs() < width.least_positive() {
        let floor = if digits.is_negative() {
            -width.least_positive()
        } else {
            0.0
        };
        return Ok(off(Some(floor), Misfit::OutOfRange(width.range())));
    }
    let name = Digits::parse(&width.name(nearest));
    // The float's own value is no rounding either: 2^60 with all its digits.
    let is_named = name.as_ref() == Some(&digits);
    if is_named || Digits::parse(&exact_text(nearest)).as_ref() == Some(&digits) {
        return Ok(Fit::Exact(Value::Float(nearest)));
    }
    let floor = if name.is_some_and(|name| name.is_less(&digits)) {
        Some(nearest)
    } else {
        width.below(nearest)
    };
    let fits = format!("the nearest number that fits is {}", width.display(nearest));
    Ok(off(floor, Misfit::TooFine(fits)))
}

fn off(floor: Option<f64>, misfit: Misfit) -> Fit {
    Fit::Off {
        floor: floor.map(Value::Float),
        misfit,
    }
}

/// Every digit of a float's value; 1074 of them after the point are enough for any.
fn exact_text(number: f64) -> String {
    format!("{number:.1074}")
}

impl Width {
    /// The float of a plain decimal of so few digits that no other decimal as short names the same one (C's `DBL_DIG`
    /// and `FLT_DIG`): then it is the float's own name, and nothing need be compared.
    fn plain(self, text: &str) -> Option<f64> {
        let plain = Plain::parse(text)?;
        let most = match self {
            Self::Single => 6,
            Self::Double => 15,
        };
        if plain.significant > most {
            return None;
        }
        // So that -0 becomes 0.
        let number = if plain.steps == 0 {
            Some(0.0)
        } else {
            self.nearest(text)
        };
        number.filter(|n| *n == 0.0 || n.abs() >= self.least_positive())
    }

    fn nearest(self, text: &str) -> Option<f64> {
        match self {
            Self::Single => text.parse::<f32>().map(f64::from).ok(),
            Self::Double => text.parse().ok(),
        }
    }

    /// The shortest decimal that names the float among those of its width.
    fn name(self, number: f64) -> String {
        match self {
            Self::Single => format!("{:e}", single(number)),
            Self::Double => format!("{number:e}"),
        }
    }

    /// The name, without an exponent where that is readable.
    fn display(self, number: f64) -> String {
        if !(1e-6..1e18).contains(&number.abs()) {
            return self.name(number);
        }
        match self {
            Self::Single => single(number).to_string(),
            Self::Double => number.to_string(),
        }
    }

    fn greatest(self) -> f64 {
        match self {
            Self::Single => f64::from(f32::MAX),
            Self::Double => f64::MAX,
        }
    }

    fn least_positive(self) -> f64 {
        match self {
            Self::Single => f64::from(f32::MIN_POSITIVE),
            Self::Double => f64::MIN_POSITIVE,
        }
    }

    /// The next float below; `None` below the least.
    fn below(self, number: f64) -> Option<f64> {
        let below = match self {
            Self::Single => f64::from(single(number).next_down()),
            Self::Double => number.next_down(),
        };
        if below > 0.0 && below < self.least_positive() {
            return Some(0.0);
        }
        below.is_finite().then_some(below)
    }

    fn range(self) -> String {
        let (greatest, least) = (self.name(self.greatest()), self.name(self.least_positive()));
        format!("0 or, with either sign, {least} to {greatest}")
    }
}

/// A single that was widened, narrow again.
#[allow(clippy::cast_possible_truncation)] // it only ever gets widened singles
fn single(number: f64) -> f32 {
    number as f32
}
