//! A value as a caller wrote it (`Literal`) and a value of a column's type (`Value`). Turning one into
//! the other is `coerce`'s job.

use bigdecimal::BigDecimal;
use jiff::civil;
use uuid::Uuid;

/// A scalar as the caller wrote it, before the column's type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// JSON `null` or SQL `NULL`.
    Null,
    /// JSON `true`/`false`.
    Bool(bool),
    /// A number's own digits, unrounded: `1e3`, `0.10`.
    Number(String),
    /// A text.
    Text(String),
}

/// A non-NULL value of a column's type. NULL is `Option::None`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `bit`.
    Bool(bool),
    /// `tinyint` to `bigint`.
    Int(i64),
    /// `decimal`, `numeric`, `money`, `smallmoney`; its scale is the column's.
    Decimal(BigDecimal),
    /// `real` and `float`.
    Float(f64),
    /// Every character type.
    Text(String),
    /// `date`.
    Date(civil::Date),
    /// `time`.
    Time(civil::Time),
    /// `smalldatetime`, `datetime`, `datetime2`.
    DateTime(civil::DateTime),
    /// `datetimeoffset`.
    DateTimeOffset(OffsetDateTime),
    /// `uniqueidentifier`.
    Guid(Uuid),
    /// Every binary type.
    Binary(Vec<u8>),
}

/// A local date and time with its distance from UTC. Two of them are the same point in time when
/// their instants are equal, whatever their offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetDateTime {
    local: civil::DateTime,
    offset_minutes: i16,
}

impl OffsetDateTime {
    /// The widest offset SQL Server keeps: 14 hours.
    pub const MAX_OFFSET_MINUTES: i16 = 14 * 60;

    /// `None` when the offset is wider than ±14:00 or the instant leaves years 1 to 9999.
    #[must_use]
    pub fn new(local: civil::DateTime, offset_minutes: i16) -> Option<Self> {
        let this = Self {
            local,
            offset_minutes,
        };
        let in_range = offset_minutes.abs() <= Self::MAX_OFFSET_MINUTES
            && this.checked_instant().is_some_and(|utc| utc.year() >= 1)
            && local.year() >= 1;
        in_range.then_some(this)
    }

    fn checked_instant(&self) -> Option<civil::DateTime> {
        let span = jiff::SignedDuration::from_mins(i64::from(self.offset_minutes));
        self.local.checked_sub(span).ok()
    }

    /// The same point in time as UTC wall clock: what comparisons go by.
    #[must_use]
    pub fn instant(&self) -> civil::DateTime {
        self.checked_instant().unwrap_or(self.local)
    }

    /// The wall clock as written.
    #[must_use]
    pub fn local(&self) -> civil::DateTime {
        self.local
    }

    /// Minutes east of UTC, −840 to 840.
    #[must_use]
    pub fn offset_minutes(&self) -> i16 {
        self.offset_minutes
    }

    /// The offset as ISO 8601 writes it: `+02:00`.
    #[must_use]
    pub fn offset_text(&self) -> String {
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let minutes = self.offset_minutes.unsigned_abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
