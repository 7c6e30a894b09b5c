//! ISO 8601 dates and times, as text and back: what callers write, what the embedded engine stores and
//! what answers hold. This module knows no column types and rounds nothing.

use jiff::civil::{Date, DateTime, Time};

use super::OffsetDateTime;

/// A point on the calendar or the clock, as far as a text names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `2024-01-05`
    Date(Date),
    /// `10:00:00`
    Time(Time),
    /// `2024-01-05T10:00:00`
    Local(DateTime),
    /// `2024-01-05T10:00:00+02:00`. Not yet an [`OffsetDateTime`]: its instant may lie outside years
    /// 1 to 9999.
    Offset {
        /// The wall clock as written.
        local: DateTime,
        /// Minutes east of UTC, −840 to 840.
        offset_minutes: i16,
    },
}

/// Reads `YYYY-MM-DD`, `HH:MM[:SS[.f]]` or both with `T` or a space between them, the latter also with
/// `Z`, `±HH:MM`, `±HHMM` or `±HH` at its end; `f` has 1 to 9 digits, the year is 0001 to 9999.
///
/// `None` for every other text, among them leap seconds, `24:00`, offsets wider than 14 hours, week
/// dates and time zone names.
#[must_use]
pub fn parse(text: &str) -> Option<Moment> {
    let mut rest = Cursor(text.as_bytes());
    if rest.0.get(2) == Some(&b':') {
        let time = rest.time()?;
        return rest.0.is_empty().then_some(Moment::Time(time));
    }
    let date = rest.date()?;
    if rest.0.is_empty() {
        return Some(Moment::Date(date));
    }
    if !(rest.skip(b'T') || rest.skip(b' ')) {
        return None;
    }
    let local = date.to_datetime(rest.time()?);
    if rest.0.is_empty() {
        return Some(Moment::Local(local));
    }
    let offset_minutes = rest.offset()?;
    rest.0.is_empty().then_some(Moment::Offset {
        local,
        offset_minutes,
    })
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Whether the next byte is this one; it is passed over if so.
    fn skip(&mut self, byte: u8) -> bool {
        let hit = self.0.first() == Some(&byte);
        if hit {
            self.0 = &self.0[1..];
        }
        hit
    }

    /// Exactly two digits.
    fn pair(&mut self) -> Option<i8> {
        let (digits, rest) = self.0.split_first_chunk::<2>()?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        i8::try_from((digits[0] - b'0') * 10 + (digits[1] - b'0')).ok()
    }

    fn date(&mut self) -> Option<Date> {
        let year = i16::from(self.pair()?) * 100 + i16::from(self.pair()?);
        let month = self.skip(b'-').then(|| self.pair())??;
        let day = self.skip(b'-').then(|| self.pair())??;
        Date::new(year, month, day).ok().filter(|_| year >= 1)
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.pair()?;
        let minute = self.skip(b':').then(|| self.pair())??;
        let mut second = 0;
        let mut nanosecond = 0;
        if self.skip(b':') {
            second = self.pair()?;
            if self.skip(b'.') {
                nanosecond = self.fraction()?;
            }
        }
        Time::new(hour, minute, second, nanosecond).ok()
    }

    /// 1 to 9 digits after the point, in nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        let padding = std::iter::repeat_n(b'0', 9 - count);
        let digits = digits.iter().copied().chain(padding);
        Some(digits.fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0')))
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Option<i16> {
        if self.skip(b'Z') {
            return Some(0);
        }
        let west = self.skip(b'-');
        if !west && !self.skip(b'+') {
            return None;
        }
        let hours = i16::from(self.pair()?);
        let minutes = if self.skip(b':') || !self.0.is_empty() {
            i16::from(self.pair()?)
        } else {
            0
        };
        let total = hours * 60 + minutes;
        let sane = minutes < 60 && total <= OffsetDateTime::MAX_OFFSET_MINUTES;
        sane.then_some(if west { -total } else { total })
    }
}

/// `2024-01-05`
#[must_use]
pub fn date_text(date: Date) -> String {
    date.to_string()
}

/// `10:00:00[.f]`, the fraction without zeros at its end.
#[must_use]
pub fn time_text(time: Time) -> String {
    time.to_string()
}

/// `2024-01-05T10:00:00[.f]`, with the separator in the place of `T`.
#[must_use]
pub fn datetime_text(local: DateTime, separator: char) -> String {
    format!("{}{separator}{}", local.date(), local.time())
}

/// `2024-01-05T10:00:00[.f]+02:00`, with the separator in the place of `T`; UTC is `+00:00`.
#[must_use]
pub fn offset_datetime_text(value: &OffsetDateTime, separator: char) -> String {
    let mut text = datetime_text(value.local(), separator);
    text.push_str(&value.offset_text());
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    #[test]
    fn every_form_is_read() {
        let day = date(2024, 1, 5);
        let at = |h, m, s, n| Moment::Local(day.to_datetime(time(h, m, s, n)));
        let offset = |minutes| Moment::Offset {
            local: day.at(10, 0, 0, 0),
            offset_minutes: minutes,
        };
        for (text, expected) in [
            ("2024-01-05", Moment::Date(day)),
            ("0001-01-01", Moment::Date(date(1, 1, 1))),
            ("2024-02-29", Moment::Date(date(2024, 2, 29))),
            ("10:00", Moment::Time(time(10, 0, 0, 0))),
            ("23:59:59.000000001", Moment::Time(time(23, 59, 59, 1))),
            ("2024-01-05T10:00", at(10, 0, 0, 0)),
            ("2024-01-05 10:00:07", at(10, 0, 7, 0)),
            ("2024-01-05T10:00:07.5", at(10, 0, 7, 500_000_000)),
            ("2024-01-05T10:00:00Z", offset(0)),
            ("2024-01-05T10:00-00:00", offset(0)),
            ("2024-01-05 10:00:00+02:00", offset(120)),
            ("2024-01-05T10:00:00-0330", offset(-210)),
            ("2024-01-05T10:00:00+14", offset(840)),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_of_the_forms_is_refused() {
        for text in [
            "",
            "2024",
            "2024-1-5",
            "2024-02-30",
            "2023-02-29",
            "0000-01-01",
            "-001-01-01",
            "+2024-01-05",
            "12024-01-05",
            "20240105",
            "2024-W01-5",
            "2024-01-05T",
            "2024-01-05  10:00",
            "2024-01-05T10",
            "2024-01-05T24:00",
            "2024-01-05T10:60",
            "2024-01-05T10:00:60",
            "2024-01-05T10:00:00.",
            "2024-01-05T10:00:00,5",
            "2024-01-05T10:00:00.1234567890",
            "2024-01-05T10:00:00z",
            "2024-01-05T10:00:00+",
            "2024-01-05T10:00:00+2",
            "2024-01-05T10:00:00+02:",
            "2024-01-05T10:00:00+02:60",
            "2024-01-05T10:00:00+14:01",
            "2024-01-05T10:00:00+02:00[Europe/Paris]",
            "2024-01-05Z",
            "10:00Z",
            "10:00:00 ",
            " 10:00",
            "1:00",
            "10:0é",
            "٢٠٢٤-01-05",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn fractions_are_printed_without_zeros_at_the_end() {
        let local = date(2024, 1, 5).at(10, 0, 0, 120_000_000);
        assert_eq!(datetime_text(local, ' '), "2024-01-05 10:00:00.12");
        assert_eq!(time_text(time(10, 0, 0, 0)), "10:00:00");
        assert_eq!(date_text(date(7, 1, 5)), "0007-01-05");
        let value = OffsetDateTime::new(local, -210).unwrap();
        assert_eq!(
            offset_datetime_text(&value, 'T'),
            "2024-01-05T10:00:00.12-03:30"
        );
    }

    fn any_date() -> impl Strategy<Value = Date> {
        (1_i16..=9999, 1_i8..=12, 1_i8..=31)
            .prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d).ok())
    }

    fn any_time() -> impl Strategy<Value = Time> {
        (0_i8..24, 0_i8..60, 0_i8..60, 0_i32..1_000_000_000)
            .prop_map(|(h, m, s, n)| time(h, m, s, n))
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(
            date in any_date(),
            time in any_time(),
            offset_minutes in -840_i16..=840,
            separator in prop_oneof![Just('T'), Just(' ')],
        ) {
            let local = date.to_datetime(time);
            prop_assert_eq!(parse(&date_text(date)), Some(Moment::Date(date)));
            prop_assert_eq!(parse(&time_text(time)), Some(Moment::Time(time)));
            prop_assert_eq!(parse(&datetime_text(local, separator)), Some(Moment::Local(local)));
            if let Some(value) = OffsetDateTime::new(local, offset_minutes) {
                let text = offset_datetime_text(&value, separator);
                prop_assert_eq!(parse(&text), Some(Moment::Offset { local, offset_minutes }));
            }
        }
    }
}
