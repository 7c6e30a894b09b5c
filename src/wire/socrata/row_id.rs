//! `:id`, the name that every row has: made from the values of the row's own key, and read back into them. Nothing is
//! stored for it. It looks like Socrata's (`row-evac~sxbs~gm8t`), is safe in a URL and does not mind case.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use uuid::Uuid;

use crate::domain::{Literal, Value, iso};

const PREFIX: &str = "row-";
/// Five bits each; without those that are easily mistaken for others.
const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
/// Groups of four letters at least, as Socrata's ids have.
const LEAST_LETTERS: usize = 12;
/// The longest id that is read, in letters: no key that an index can hold is longer.
const MOST_LETTERS: usize = 8192;

/// What the bytes of a value are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int = 1,
    Guid = 2,
    Text = 3,
    Number = 4,
    Flag = 5,
}

/// The id of a row whose own key has these values; `None` where one of them is NULL or the table has no such key.
#[must_use]
pub fn encode(key: &[Option<Value>]) -> Option<String> {
    if key.is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    for value in key {
        push_value(&mut bytes, value.as_ref()?);
    }
    bytes.insert(0, check(&bytes));
    Some(spell(&bytes))
}

/// The values that an id was made from: as many as the key has columns. `None` for every other text.
#[must_use]
pub fn decode(id: &str, columns: usize) -> Option<Vec<Literal>> {
    let bytes = read_letters(id)?;
    let (sum, mut rest) = bytes.split_first()?;
    let whole = rest;
    let mut values = Vec::with_capacity(columns);
    for _ in 0..columns {
        values.push(take_value(&mut rest)?);
    }
    let said = &whole[..whole.len() - rest.len()];
    // A key has one spelling.
    let canonical = spell(&bytes[..=said.len()]).eq_ignore_ascii_case(id) && *sum == check(said);
    (canonical && columns > 0).then_some(values)
}

/// One byte by which a slip of a letter shows.
fn check(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0x5a, |sum: u8, byte| {
        sum.rotate_left(3) ^ byte.wrapping_mul(0x9d)
    })
}

fn push_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Int(number) => {
            out.push(Kind::Int as u8);
            // Small numbers of either sign are short.
            let folded = (number << 1) ^ (number >> 63);
            push_count(out, u64::from_ne_bytes(folded.to_ne_bytes()));
        }
        Value::Guid(guid) => {
            out.push(Kind::Guid as u8);
            out.extend_from_slice(guid.as_bytes());
        }
        Value::Bool(flag) => out.extend([Kind::Flag as u8, u8::from(*flag)]),
        Value::Decimal(number) => push_text(out, Kind::Number, &number.to_plain_string()),
        Value::Float(number) => push_text(out, Kind::Number, &number.to_string()),
        Value::Text(text) => push_text(out, Kind::Text, text),
        Value::Date(date) => push_text(out, Kind::Text, &iso::date_text(*date)),
        Value::Time(time) => push_text(out, Kind::Text, &iso::time_text(*time)),
        Value::DateTime(at) => push_text(out, Kind::Text, &iso::datetime_text(*at, 'T')),
        Value::DateTimeOffset(at) => {
            push_text(out, Kind::Text, &iso::offset_datetime_text(at, 'T'));
        }
        Value::Binary(bytes) => push_text(out, Kind::Text, &STANDARD.encode(bytes)),
    }
}

fn push_text(out: &mut Vec<u8>, kind: Kind, text: &str) {
    out.push(kind as u8);
    push_count(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Seven bits a byte, the lowest first.
fn push_count(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push((number & 0x7f) as u8);
}

fn take_value(rest: &mut &[u8]) -> Option<Literal> {
    let kind = take(rest, 1)?[0];
    Some(match kind {
        kind if kind == Kind::Int as u8 => {
            let folded = take_count(rest)?;
            let half = i64::try_from(folded >> 1).ok()?;
            Literal::Number(if folded & 1 == 0 { half } else { !half }.to_string())
        }
        kind if kind == Kind::Guid as u8 => {
            let guid = Uuid::from_slice(take(rest, 16)?).ok()?;
            Literal::Text(guid.hyphenated().to_string())
        }
        kind if kind == Kind::Flag as u8 => Literal::Bool(take(rest, 1)?[0] == 1),
        kind if kind == Kind::Text as u8 => Literal::Text(take_text(rest)?),
        kind if kind == Kind::Number as u8 => Literal::Number(take_text(rest)?),
        _ => return None,
    })
}

fn take_text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(take_count(rest)?).ok()?;
    String::from_utf8(take(rest, length)?.to_vec()).ok()
}

fn take_count(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

/// `row-` and groups of four letters.
fn spell(bytes: &[u8]) -> String {
    let bits = bytes.len() * 8;
    let letters = bits.div_ceil(5).max(LEAST_LETTERS).next_multiple_of(4);
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    let mut id = String::from(PREFIX);
    for place in 0..letters {
        if place > 0 && place % 4 == 0 {
            id.push('~');
        }
        let index = (0..5).fold(0, |index, offset| index << 1 | bit(place * 5 + offset));
        id.push(char::from(LETTERS[index]));
    }
    id
}

fn read_letters(id: &str) -> Option<Vec<u8>> {
    let (prefix, letters) = id.split_at_checked(PREFIX.len())?;
    if !prefix.eq_ignore_ascii_case(PREFIX) || letters.len() > MOST_LETTERS {
        return None;
    }
    let (mut held, mut bits) = (0_u32, 0);
    let mut bytes = Vec::new();
    for letter in letters.bytes().filter(|byte| *byte != b'~') {
        let letter = letter.to_ascii_lowercase();
        let index = LETTERS.iter().position(|known| *known == letter)?;
        held = held << 5 | u32::try_from(index).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn id(key: &[Value]) -> String {
        let key: Vec<Option<Value>> = key.iter().cloned().map(Some).collect();
        encode(&key).unwrap()
    }

    #[test]
    fn an_id_looks_like_socrata_s_and_leads_back_to_the_key() {
        let guid = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let number = |text: &str| Literal::Number(text.to_owned());
        let text = |text: &str| Literal::Text(text.to_owned());
        for (key, literals) in [
            (vec![Value::Int(1)], vec![number("1")]),
            (
                vec![Value::Int(i64::MIN)],
                vec![number("-9223372036854775808")],
            ),
            (
                vec![Value::Int(i64::MAX)],
                vec![number("9223372036854775807")],
            ),
            (
                vec![Value::Int(-1), Value::Int(0)],
                vec![number("-1"), number("0")],
            ),
            (
                vec![Value::Guid(guid)],
                vec![text("01234567-89ab-cdef-0123-456789abcdef")],
            ),
            (
                vec![Value::Text("a/b ~ü".to_owned()), Value::Text(String::new())],
                vec![text("a/b ~ü"), text("")],
            ),
            (vec![Value::Bool(true)], vec![Literal::Bool(true)]),
            (
                vec![Value::Decimal("1.50".parse().unwrap())],
                vec![number("1.50")],
            ),
            (
                vec![Value::Date(jiff::civil::date(2026, 1, 31))],
                vec![text("2026-01-31")],
            ),
        ] {
            let id = id(&key);
            let groups: Vec<&str> = id.strip_prefix("row-").unwrap().split('~').collect();
            assert!(
                groups.len() >= 3 && groups.iter().all(|group| group.len() == 4),
                "{id}"
            );
            assert!(
                id.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-~".contains(&b))
            );
            assert_eq!(decode(&id, key.len()), Some(literals.clone()), "{id}");
            assert_eq!(
                decode(&id.to_uppercase(), key.len()),
                Some(literals),
                "{id}"
            );
        }
    }

    #[test]
    fn every_key_has_an_id_of_its_own() {
        let mut ids: Vec<String> = (-500..500).map(|n| id(&[Value::Int(n)])).collect();
        ids.push(id(&[Value::Text("1".to_owned())]));
        ids.push(id(&[Value::Int(1), Value::Int(1)]));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn what_is_no_id_of_this_key_is_refused() {
        let one = id(&[Value::Int(1)]);
        assert_eq!(decode(&one, 2), None, "another number of columns");
        assert_eq!(decode(&id(&[Value::Int(1), Value::Int(2)]), 1), None);
        for wrong in [
            "",
            "row-",
            "row-evac~sxbs~gm8t",
            "1",
            "row-0000",
            "zeile-2222",
            "row-é",
        ] {
            assert_eq!(decode(wrong, 1), None, "{wrong}");
        }
        // One letter wrong.
        let mut found = 0;
        for at in PREFIX.len()..one.len() {
            let mut other = one.clone().into_bytes();
            other[at] = if other[at] == b'~' { b'2' } else { b'~' };
            found += usize::from(decode(&String::from_utf8(other).unwrap(), 1).is_some());
        }
        assert_eq!(found, 0, "a letter that is missing or too many");
        assert_eq!(encode(&[]), None);
        assert_eq!(encode(&[None]), None);
    }
}
