//! Dates and times as people in the United States write them, which publishers' files have: `03/26/2014 10:38:01 PM`.

use jiff::civil::{Date, Time};

use crate::domain::iso;

/// The ISO 8601 text of such a date, or date and time; `None` for every other text.
#[must_use]
pub fn to_iso(text: &str) -> Option<String> {
    let mut words = text.split_ascii_whitespace();
    let date = date(words.next()?)?;
    let Some(clock) = words.next() else {
        return Some(iso::date_text(date));
    };
    let half = words.next();
    if words.next().is_some() {
        return None;
    }
    let time = time(clock, half)?;
    Some(iso::datetime_text(date.to_datetime(time), 'T'))
}

/// `M/D/YYYY`.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let month = digits(parts.next()?, 1..=2)?;
    let day = digits(parts.next()?, 1..=2)?;
    let year = digits(parts.next()?, 4..=4)?;
    if parts.next().is_some() || year == 0 {
        return None;
    }
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// `h:mm`, `h:mm:ss` or `h:mm:ss.f`, with AM or PM where the hour is one of twelve.
fn time(clock: &str, half: Option<&str>) -> Option<Time> {
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 1..=2)?;
    let minute = digits(parts.next()?, 2..=2)?;
    let (second, fraction) = match parts.next() {
        None => (0, ""),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            (digits(whole, 2..=2)?, fraction)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let nanosecond = match fraction {
        "" => 0,
        _ => digits(fraction, 1..=9)? * 10_u32.pow(9 - u32::try_from(fraction.len()).ok()?),
    };
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) if half.eq_ignore_ascii_case("AM") => hour % 12,
        Some(half) if half.eq_ignore_ascii_case("PM") => hour % 12 + 12,
        Some(_) => return None,
    };
    Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        i32::try_from(nanosecond).ok()?,
    )
    .ok()
}

fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_with_and_without_halves_of_the_day() {
        for (text, iso) in [
            ("03/26/2014 10:38:01 PM", "2014-03-26T22:38:01"),
            ("3/6/2014", "2014-03-06"),
            ("03/26/2014 12:00:00 AM", "2014-03-26T00:00:00"),
            ("03/26/2014 12:00 PM", "2014-03-26T12:00:00"),
            ("03/26/2014 22:38", "2014-03-26T22:38:00"),
            ("03/26/2014 1:02:03.25 am", "2014-03-26T01:02:03.25"),
        ] {
            assert_eq!(to_iso(text).as_deref(), Some(iso), "{text}");
        }
    }

    #[test]
    fn everything_else_is_left_alone() {
        for text in [
            "",
            "2014-03-26T22:38:01",
            "26/03/2014",
            "02/30/2014",
            "03/26/14",
            "03/26/2014 13:00:00 PM",
            "03/26/2014 0:00:00 AM",
            "03/26/2014 10:38:01 XM",
            "03/26/2014 10:38:61",
            "03/26/2014 10:38:01 PM UTC",
            "03/26/0000",
            "1/2/3/2014",
        ] {
            assert_eq!(to_iso(text), None, "{text}");
        }
    }
}
