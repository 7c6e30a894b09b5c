//! Dates and times: bytes to ISO 8601 text and back. It knows no time zone but the offset in a value.

use jiff::civil::{self, Date};
use jiff::{Span, Unit};

use super::{
    types::SqlType as T,
    wire::{CodecError, Coded, Reader, fault},
};

const SECONDS_PER_DAY: i64 = 86_400;
/// The tick of `datetime` is a 300th of a second.
const TICKS_PER_SECOND: u32 = 300;

/// Day 0 of date, datetime2 and datetimeoffset.
const FIRST: Date = civil::date(1, 1, 1);
/// Day 0 of datetime and smalldatetime.
const NINETEEN_HUNDRED: Date = civil::date(1900, 1, 1);

pub fn decode(sql: T, bytes: &[u8]) -> Coded<String> {
    let mut r = Reader::new(bytes);
    let text = match sql {
        T::Date => day(FIRST, three(&mut r)?.into())?.to_string(),
        T::Time(scale) => clock_text(clock(&mut r, scale, 0)?, scale),
        T::DateTime2(scale) => {
            let time = clock(&mut r, scale, 3)?;
            let date = day(FIRST, three(&mut r)?.into())?;
            format!("{date}T{}", clock_text(time, scale))
        }
        T::DateTimeOffset(scale) => {
            let time = clock(&mut r, scale, 5)?;
            let date = three(&mut r)?;
            local_text(date, time, i16::from_le_bytes(r.array()?), scale)?
        }
        T::SmallDateTime => {
            let date = day(NINETEEN_HUNDRED, r.u16()?.into())?;
            let minutes = u64::from(r.u16()?);
            format!("{date}T{}", clock_text(minutes * 60, 0))
        }
        T::DateTime => {
            let date = day(NINETEEN_HUNDRED, i32::from_le_bytes(r.array()?).into())?;
            let ticks = r.u32()?;
            format!("{date}T{}", clock_text(milliseconds(ticks), 3))
        }
        sql => return fault(format!("{sql} is no date")),
    };
    if r.is_empty() {
        Ok(text)
    } else {
        fault(format!("too many bytes for {sql}"))
    }
}

pub fn encode(sql: T, text: &str) -> Coded<Vec<u8>> {
    let (date, time) = match sql {
        T::Date => (text, "00:00:00"),
        T::Time(_) => ("0001-01-01", text),
        _ => text
            .split_once(['T', ' '])
            .ok_or_else(|| CodecError(format!("no date and time: {text}")))?,
    };
    let mut all = Vec::new();
    match sql {
        T::Date => put_day(&mut all, days(FIRST, date)?),
        T::Time(scale) => put_clock(&mut all, units(time, scale)?, scale),
        T::DateTime2(scale) => {
            put_clock(&mut all, units(time, scale)?, scale);
            put_day(&mut all, days(FIRST, date)?);
        }
        T::DateTimeOffset(scale) => {
            let (time, offset) = split_offset(time)?;
            let wrong = |_| CodecError(format!("out of range: {text}"));
            let local = i64::try_from(units(time, scale)?).map_err(wrong)?;
            let per_second = i64::try_from(power(scale)).map_err(wrong)?;
            let per_day = SECONDS_PER_DAY * per_second;
            let utc = local - i64::from(offset) * 60 * per_second;
            put_clock(&mut all, utc.rem_euclid(per_day).unsigned_abs(), scale);
            put_day(&mut all, days(FIRST, date)? + utc.div_euclid(per_day));
            all.extend_from_slice(&offset.to_le_bytes());
        }
        T::SmallDateTime => {
            let wrong = |_| CodecError(format!("out of range: {text}"));
            let day = u16::try_from(days(NINETEEN_HUNDRED, date)?).map_err(wrong)?;
            let minutes = u16::try_from(units(time, 0)? / 60).map_err(wrong)?;
            all.extend_from_slice(&day.to_le_bytes());
            all.extend_from_slice(&minutes.to_le_bytes());
        }
        T::DateTime => {
            let wrong = |_| CodecError(format!("out of range: {text}"));
            let day = i32::try_from(days(NINETEEN_HUNDRED, date)?).map_err(wrong)?;
            let ticks = (units(time, 3)? * u64::from(TICKS_PER_SECOND) + 500) / 1000;
            all.extend_from_slice(&day.to_le_bytes());
            all.extend_from_slice(&u32::try_from(ticks).map_err(wrong)?.to_le_bytes());
        }
        sql => return fault(format!("{sql} is no date")),
    }
    Ok(all)
}

/// Ticks as milliseconds, the way the server shows them: .000, .003, .007.
fn milliseconds(ticks: u32) -> u64 {
    let per_second = u64::from(TICKS_PER_SECOND);
    (u64::from(ticks) * 1000 + per_second / 2) / per_second
}

fn power(scale: u8) -> u64 {
    10_u64.pow(scale.into())
}

fn day(first: Date, count: i64) -> Coded<Date> {
    let span = Span::new().try_days(count);
    span.and_then(|span| first.checked_add(span))
        .or_else(|e| fault(e.to_string()))
}

fn days(first: Date, text: &str) -> Coded<i64> {
    let date: Date = text
        .parse()
        .or_else(|e: jiff::Error| fault(format!("{text}: {e}")))?;
    match first.until((Unit::Day, date)) {
        Ok(span) => Ok(span.get_days().into()),
        Err(e) => fault(e.to_string()),
    }
}

fn three(r: &mut Reader<'_>) -> Coded<u32> {
    let [a, b, c] = r.array()?;
    Ok(u32::from_le_bytes([a, b, c, 0]))
}

/// A time of day in units of 10^-scale seconds, before `after` more bytes.
fn clock(r: &mut Reader<'_>, scale: u8, after: usize) -> Coded<u64> {
    if scale > 7 {
        return fault(format!("no scale: {scale}"));
    }
    let Some(width) = r.rest().len().checked_sub(after).filter(|w| *w <= 8) else {
        return fault("too few bytes for a time");
    };
    let mut units = [0; 8];
    units[..width].copy_from_slice(r.take(width)?);
    Ok(u64::from_le_bytes(units))
}

fn put_clock(all: &mut Vec<u8>, units: u64, scale: u8) {
    let width = match scale {
        0..=2 => 3,
        3..=4 => 4,
        _ => 5,
    };
    all.extend_from_slice(&units.to_le_bytes()[..width]);
}

fn put_day(all: &mut Vec<u8>, days: i64) {
    all.extend_from_slice(&days.to_le_bytes()[..3]);
}

fn clock_text(units: u64, scale: u8) -> String {
    let seconds = units / power(scale);
    let fraction = units % power(scale);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let text = format!("{hours:02}:{minutes:02}:{:02}", seconds % 60);
    match usize::from(scale) {
        0 => text,
        width => format!("{text}.{fraction:0width$}"),
    }
}

/// `HH:MM:SS[.f…]` in units of 10^-scale seconds, which must hold it exactly.
fn units(text: &str, scale: u8) -> Coded<u64> {
    let wrong = || CodecError(format!("no time at scale {scale}: {text}"));
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fields: Vec<u64> = clock
        .split(':')
        .map(|field| field.parse().map_err(|_| wrong()))
        .collect::<Coded<_>>()?;
    let [hours, minutes, seconds] = fields[..] else {
        return Err(wrong());
    };
    let width = usize::from(scale);
    let kept = fraction.trim_end_matches('0');
    if kept.len() > width || seconds > 59 || minutes > 59 || hours > 23 {
        return Err(wrong());
    }
    let fraction: u64 = format!("0{kept:0<width$}").parse().map_err(|_| wrong())?;
    Ok((hours * 3600 + minutes * 60 + seconds) * power(scale) + fraction)
}

/// A datetimeoffset: the wire has it in UTC, people read it in its own offset.
fn local_text(date: u32, utc: u64, offset: i16, scale: u8) -> Coded<String> {
    let wrong = |_| CodecError("no time of day".to_owned());
    let per_second = i64::try_from(power(scale)).map_err(wrong)?;
    let per_day = SECONDS_PER_DAY * per_second;
    let local = i64::try_from(utc).map_err(wrong)? + i64::from(offset) * 60 * per_second;
    let date = day(FIRST, i64::from(date) + local.div_euclid(per_day))?;
    let time = clock_text(local.rem_euclid(per_day).unsigned_abs(), scale);
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs();
    let (hours, minutes) = (minutes / 60, minutes % 60);
    Ok(format!("{date}T{time}{sign}{hours:02}:{minutes:02}"))
}

/// A time from its offset in minutes.
fn split_offset(text: &str) -> Coded<(&str, i16)> {
    let wrong = || CodecError(format!("no offset: {text}"));
    let at = text.rfind(['+', '-']).ok_or_else(wrong)?;
    let (time, offset) = text.split_at(at);
    let (hours, minutes) = offset[1..].split_once(':').ok_or_else(wrong)?;
    let hours: i16 = hours.parse().map_err(|_| wrong())?;
    let minutes: i16 = minutes.parse().map_err(|_| wrong())?;
    let total = hours * 60 + minutes;
    Ok((
        time,
        if offset.starts_with('-') {
            -total
        } else {
            total
        },
    ))
}
