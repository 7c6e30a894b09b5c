//! Dates and times as Salesforce's clients send and read them: points in time with an offset, where columns of SQL
//! Server's older types hold the wall clock of one zone, which is a setting. Nothing is rounded here.

use jiff::{SignedDuration, civil::DateTime, tz::TimeZone};

use super::decode::Record;
use crate::domain::{
    Literal, OffsetDateTime, SqlType, Table, Value,
    iso::{self, Moment},
};

/// Turns points in time into the wall clock that their columns hold. What is none is left for planning to judge.
pub fn localize(records: &mut [Record], table: &Table, zone: &TimeZone) {
    for record in records {
        for (name, value) in record.names.iter().zip(&mut record.values) {
            let Literal::Text(text) = value else { continue };
            let ty = table.find(name).map(|index| &table.column(index).ty);
            if let Some(local) = ty.and_then(|ty| local_text(text, ty, zone)) {
                *text = local;
            }
        }
    }
}

fn local_text(text: &str, ty: &SqlType, zone: &TimeZone) -> Option<String> {
    match ty {
        SqlType::SmallDateTime | SqlType::DateTime | SqlType::DateTime2 { .. } => {
            let Moment::Offset {
                local,
                offset_minutes,
            } = iso::parse(text)?
            else {
                return None;
            };
            let offset = SignedDuration::from_mins(i64::from(offset_minutes));
            let utc = local.checked_sub(offset).ok()?;
            let instant = utc.to_zoned(TimeZone::UTC).ok()?.timestamp();
            let local = instant.to_zoned(zone.clone()).datetime();
            (1..=9999)
                .contains(&local.year())
                .then(|| iso::datetime_text(local, 'T'))
        }
        // The vendor's times of day end in a Z that says nothing.
        SqlType::Time { .. } => {
            let time = text.strip_suffix('Z')?;
            matches!(iso::parse(time), Some(Moment::Time(_))).then(|| time.to_owned())
        }
        _ => None,
    }
}

/// A value as the vendor writes points in time and times of day; `None` for every other.
#[must_use]
pub fn vendor_text(value: &Value, zone: &TimeZone) -> Option<String> {
    match value {
        Value::DateTime(local) => {
            let zoned = local.to_zoned(zone.clone()).ok()?;
            Some(utc_text(
                zoned.timestamp().to_zoned(TimeZone::UTC).datetime(),
            ))
        }
        Value::DateTimeOffset(at) => Some(utc_text(OffsetDateTime::instant(at))),
        Value::Time(time) => Some(format!("{}Z", at_least_millis(iso::time_text(*time)))),
        _ => None,
    }
}

fn utc_text(utc: DateTime) -> String {
    format!("{}+0000", at_least_millis(iso::datetime_text(utc, 'T')))
}

/// The vendor's clients expect three digits of a second's fraction; finer ones are kept.
fn at_least_millis(text: String) -> String {
    match text.rsplit_once('.') {
        Some((_, fraction)) => {
            let missing = 3_usize.saturating_sub(fraction.len());
            text + &"0".repeat(missing)
        }
        None => text + ".000",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const DATETIME2: SqlType = SqlType::DateTime2 { scale: 3 };

    #[test]
    fn a_point_in_time_becomes_the_zone_s_wall_clock_and_comes_back() {
        let vienna = TimeZone::get("Europe/Vienna").unwrap();
        for (sent, local, answered) in [
            (
                "2026-07-01T10:00:00.000Z",
                "2026-07-01T12:00:00",
                "2026-07-01T10:00:00.000+0000",
            ),
            (
                "2026-01-01T10:00:00.250+0000",
                "2026-01-01T11:00:00.25",
                "2026-01-01T10:00:00.250+0000",
            ),
            (
                "2026-01-01T10:00:00-05:00",
                "2026-01-01T16:00:00",
                "2026-01-01T15:00:00.000+0000",
            ),
        ] {
            let text = local_text(sent, &DATETIME2, &vienna).unwrap();
            assert_eq!(text, local, "{sent}");
            let Some(Moment::Local(stored)) = iso::parse(&text) else {
                unreachable!("{text}");
            };
            assert_eq!(
                vendor_text(&Value::DateTime(stored), &vienna).unwrap(),
                answered
            );
        }
    }

    #[test]
    fn what_has_no_offset_or_belongs_to_another_type_is_left_alone() {
        for (sent, ty) in [
            ("2026-01-01T10:00:00", DATETIME2),
            ("2026-01-01", DATETIME2),
            ("soon", DATETIME2),
            ("2026-01-01T10:00:00Z", SqlType::Date),
            ("2026-01-01T10:00:00Z", SqlType::DateTimeOffset { scale: 0 }),
            ("9999-12-31T23:59:59-14:00", DATETIME2),
            ("10:00:00", SqlType::Time { scale: 0 }),
            ("Z", SqlType::Time { scale: 0 }),
        ] {
            assert_eq!(local_text(sent, &ty, &TimeZone::UTC), None, "{sent}");
        }
        let time = local_text("10:00:00.000Z", &SqlType::Time { scale: 0 }, &TimeZone::UTC);
        assert_eq!(time.unwrap(), "10:00:00.000");
        assert_eq!(vendor_text(&Value::Int(1), &TimeZone::UTC), None);
    }
}
