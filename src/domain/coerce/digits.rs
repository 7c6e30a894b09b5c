//! A number as written, taken apart without calculating: its cost is that of its text, whatever its
//! exponent says. This module knows no types and rounds only where it says so.

/// An exact decimal number: 0.`significant` × 10^`point`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    negative: bool,
    /// ASCII digits without a zero at either end; empty for zero.
    significant: String,
    /// Digits before the point; 0 for zero.
    point: i64,
}

/// A number that is written plainly and is small: an integer of `steps` × 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    /// At most 18 digits.
    pub(super) steps: i64,
    /// Digits after the point, as written.
    pub(super) scale: u8,
    /// Digits from the first that is not 0 on.
    pub(super) significant: u8,
}

impl Plain {
    /// The most digits: any more might not fit `steps`.
    const MOST: usize = 18;

    /// Reads `[-]digits[.digits]` of at most 18 digits without taking memory, as nearly every number is written. `None`
    /// for every other text, also for many that are numbers.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (negative, unsigned) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            all => (false, all),
        };
        let (mut steps, mut scale, mut digits, mut point) = (0_i64, 0_u8, 0_usize, false);
        let mut significant = 0_u8;
        for byte in unsigned {
            match byte {
                b'0'..=b'9' if digits < Self::MOST => {
                    digits += 1;
                    steps = steps * 10 + i64::from(byte - b'0');
                    significant += u8::from(steps != 0);
                    scale += u8::from(point);
                }
                b'.' if !point => point = true,
                _ => return None,
            }
        }
        (digits > 0).then_some(Self {
            steps: if negative { -steps } else { steps },
            scale,
            significant,
        })
    }
}

/// The most digits before the grid's point that [`Digits::floor`] calculates with: those of
/// `decimal(38,…)`, and 10^38 still fits `i128`.
const MAX_DIGITS: i64 = 38;

impl Digits {
    /// Reads `[+-]digits[.digits][e[+-]digits]`; one of the digit groups around the point may be
    /// missing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let only_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let none = whole.is_empty() && fraction.is_empty();
        if none || !only_digits(whole) || !only_digits(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Self {
                negative: false,
                significant: String::new(),
                point: 0,
            });
        }
        let dropped = all.len() - significant.len();
        let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let point = exponent.saturating_add(length(whole.len()) - length(dropped));
        Some(Self {
            negative,
            significant: significant.trim_end_matches('0').to_owned(),
            point,
        })
    }

    /// The greatest multiple of 10^-`scale` that is not above the number, counted in such steps, and
    /// whether it is the number itself. Numbers of more than 38 digits before the grid's point are
    /// past every type: they give the end of `i128` on their side.
    pub(super) fn floor(&self, scale: u8) -> (i128, bool) {
        let kept = self.point.saturating_add(i64::from(scale));
        if kept > MAX_DIGITS {
            let end = if self.negative { i128::MIN } else { i128::MAX };
            return (end, false);
        }
        let kept = usize::try_from(kept).unwrap_or(0);
        let digits = self.significant.bytes().chain(std::iter::repeat(b'0'));
        let magnitude = digits
            .take(kept)
            .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let exact = self.significant.len() <= kept;
        let floor = match (self.negative, exact) {
            (false, _) => magnitude,
            (true, true) => -magnitude,
            (true, false) => -magnitude - 1,
        };
        (floor, exact)
    }

    /// Whether the number is 0.
    pub(super) fn is_zero(&self) -> bool {
        self.significant.is_empty()
    }

    /// Whether the number is less than 0.
    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether the number is less than another.
    pub(super) fn is_less(&self, other: &Self) -> bool {
        match (self.negative, other.negative) {
            (true, false) => true,
            (false, true) => false,
            (false, false) => self.magnitude_is_less(other),
            (true, true) => other.magnitude_is_less(self),
        }
    }

    fn magnitude_is_less(&self, other: &Self) -> bool {
        if self.is_zero() || other.is_zero() {
            return !other.is_zero() && self.is_zero();
        }
        // Without zeros at their ends the digits compare as text does.
        (self.point, &self.significant) < (other.point, &other.significant)
    }

    /// The number for `str::parse::<f64>`, its exponent cut to what is past every float anyway.
    pub(super) fn float_text(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        let point = self.point.clamp(-10_000, 10_000);
        format!("{sign}0.{}e{point}", self.significant)
    }
}

/// An exponent, cut to ±10^18: no text is long enough to make up for that with zeros.
fn read_exponent(text: &str) -> Option<i64> {
    const END: i64 = 1_000_000_000_000_000_000;
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // All digits, so that only being too large is left to fail on.
    let size = digits.parse().unwrap_or(END).min(END);
    Some(if text.starts_with('-') { -size } else { size })
}
