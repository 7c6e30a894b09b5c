//! Dates and times. Each type has a grid of values; a finer text lies between two of them.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
};

use super::{Fit, Literal, Misfit, Place, Value, at_most};
use crate::domain::{
    OffsetDateTime,
    iso::{self, Moment},
};

const FIRST_DATE: Date = Date::constant(1, 1, 1);
const LAST_DATE: Date = Date::constant(9999, 12, 31);

const NANOS_PER_MILLI: i32 = 1_000_000;
const NANOS_PER_SECOND: i64 = 1_000_000_000;

/// Why a moment with an offset is none of a type that keeps no offset.
const DATETIME_WITH_OFFSET: Misfit =
    Misfit::NotOfType("a date and time without an offset; leave out 'Z' or the offset");

/// The times of day a type can hold.
#[derive(Clone, Copy)]
pub(super) enum Grid {
    /// `smalldatetime`
    Minutes,
    /// `datetime`: 1/300 s, which SQL Server shows as .000, .003 and .007 of each hundredth.
    Ticks,
    /// So many digits of a second's fraction.
    Fraction(u8),
}

impl Grid {
    /// The latest time of the grid that is not after this one.
    fn floor(self, time: Time) -> Time {
        let nanos = time.subsec_nanosecond();
        let excess = match self {
            Self::Minutes => i64::from(time.second()) * NANOS_PER_SECOND + i64::from(nanos),
            Self::Ticks => {
                let in_hundredth = nanos % (10 * NANOS_PER_MILLI);
                let tick = match in_hundredth / NANOS_PER_MILLI {
                    0..3 => 0,
                    3..7 => 3,
                    _ => 7,
                };
                i64::from(in_hundredth - tick * NANOS_PER_MILLI)
            }
            Self::Fraction(scale) => {
                let step = 10_i32.pow(9_u32.saturating_sub(u32::from(scale)));
                i64::from(nanos % step)
            }
        };
        // Never more than the time itself, so that nothing wraps.
        time.wrapping_sub(SignedDuration::from_nanos(excess))
    }

    /// The latest time of the grid.
    fn last(self) -> Time {
        self.floor(Time::MAX)
    }

    /// The first and the last date and time of the type with this grid.
    fn range(self) -> (DateTime, DateTime) {
        let (first, last) = match self {
            Self::Minutes => (Date::constant(1900, 1, 1), Date::constant(2079, 6, 6)),
            Self::Ticks => (Date::constant(1753, 1, 1), LAST_DATE),
            Self::Fraction(_) => (FIRST_DATE, LAST_DATE),
        };
        (
            first.to_datetime(Time::midnight()),
            last.to_datetime(self.last()),
        )
    }

    /// What fits, for messages.
    fn text(self) -> String {
        match self {
            Self::Minutes => "whole minutes fit".to_owned(),
            Self::Ticks => "milliseconds that end in 0, 3 or 7 fit".to_owned(),
            Self::Fraction(0) => "whole seconds fit".to_owned(),
            Self::Fraction(scale) => {
                at_most(usize::from(scale), "digit", " of a second's fraction")
            }
        }
    }
}

/// `date`: a date, or a date and time at midnight.
pub(super) fn date(literal: &Literal) -> Result<Fit, Misfit> {
    let (date, time) = match moment(literal) {
        Some(Moment::Date(date)) => (date, Time::midnight()),
        Some(Moment::Local(local)) => (local.date(), local.time()),
        Some(Moment::Offset { .. }) => {
            return Err(Misfit::NotOfType(
                "a date without an offset; leave out 'Z' or the offset",
            ));
        }
        Some(Moment::Time(_)) | None => {
            return Err(Misfit::NotOfType("a date as YYYY-MM-DD"));
        }
    };
    let exact = time == Time::midnight();
    Ok(Place::new(date, exact, &FIRST_DATE, &LAST_DATE).into_fit(
        LAST_DATE,
        Value::Date,
        || {
            let (first, last) = (iso::date_text(FIRST_DATE), iso::date_text(LAST_DATE));
            format!("{first} to {last}")
        },
        || "whole days fit".to_owned(),
    ))
}

/// `time(scale)`.
pub(super) fn time(literal: &Literal, scale: u8) -> Result<Fit, Misfit> {
    let Some(Moment::Time(time)) = moment(literal) else {
        return Err(Misfit::NotOfType(
            "a time of day as HH:MM:SS[.fraction], without a date and an offset",
        ));
    };
    let grid = Grid::Fraction(scale);
    let floor = grid.floor(time);
    if floor == time {
        return Ok(Fit::Exact(Value::Time(time)));
    }
    Ok(Fit::Off {
        floor: Some(Value::Time(floor)),
        misfit: Misfit::TooFine(grid.text()),
    })
}

/// `smalldatetime`, `datetime` or `datetime2`; a date alone is its midnight.
pub(super) fn datetime(literal: &Literal, grid: Grid) -> Result<Fit, Misfit> {
    let local = match moment(literal) {
        Some(Moment::Date(date)) => date.to_datetime(Time::midnight()),
        Some(Moment::Local(local)) => local,
        Some(Moment::Offset { .. }) => return Err(DATETIME_WITH_OFFSET),
        Some(Moment::Time(_)) | None => {
            return Err(Misfit::NotOfType(
                "a date and time as YYYY-MM-DDTHH:MM:SS[.fraction]",
            ));
        }
    };
    let floor = floor(local, grid);
    let (first, last) = grid.range();
    Ok(Place::new(floor, floor == local, &first, &last).into_fit(
        last,
        Value::DateTime,
        || {
            let (first, last) = (
                iso::datetime_text(first, 'T'),
                iso::datetime_text(last, 'T'),
            );
            format!("{first} to {last}")
        },
        || grid.text(),
    ))
}

/// `datetimeoffset(scale)`; without an offset it is UTC, a date alone is its midnight.
pub(super) fn datetimeoffset(literal: &Literal, scale: u8) -> Result<Fit, Misfit> {
    let (local, offset_minutes) = match moment(literal) {
        Some(Moment::Date(date)) => (date.to_datetime(Time::midnight()), 0),
        Some(Moment::Local(local)) => (local, 0),
        Some(Moment::Offset {
            local,
            offset_minutes,
        }) => (local, offset_minutes),
        Some(Moment::Time(_)) | None => {
            return Err(Misfit::NotOfType(
                "a date and time as YYYY-MM-DDTHH:MM:SS[.fraction] with an offset of at most 14:00, \
                 such as +02:00 or Z",
            ));
        }
    };
    let grid = Grid::Fraction(scale);
    // Offsets are whole minutes, so that the instant has the same fraction as the wall clock.
    let floor = floor(local, grid);
    let (first, last) = grid.range();
    if let Some(value) = OffsetDateTime::new(floor, offset_minutes) {
        let value = Value::DateTimeOffset(value);
        return Ok(if floor == local {
            Fit::Exact(value)
        } else {
            Fit::Off {
                floor: Some(value),
                misfit: Misfit::TooFine(grid.text()),
            }
        });
    }
    // What is left is an instant up to 14 hours before the first or after the last.
    let below = offset_minutes > 0;
    let last_value = OffsetDateTime::new(last, 0).filter(|_| !below);
    let (first, last) = (
        iso::datetime_text(first, 'T'),
        iso::datetime_text(last, 'T'),
    );
    Ok(Fit::Off {
        floor: last_value.map(Value::DateTimeOffset),
        misfit: Misfit::OutOfRange(format!("{first}Z to {last}Z")),
    })
}

fn moment(literal: &Literal) -> Option<Moment> {
    match literal {
        Literal::Text(text) => iso::parse(text),
        _ => None,
    }
}

fn floor(local: DateTime, grid: Grid) -> DateTime {
    local.date().to_datetime(grid.floor(local.time()))
}
