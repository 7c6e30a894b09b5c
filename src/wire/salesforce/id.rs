//! Record ids in Salesforce's form: 3 characters for the object, 12 for the record and 3 that check the others. They
//! are made from an entity and a row's own key and stored nowhere. Of a whole number the key can be read back; of any
//! other key the id is a hash, which stays the same and leads nowhere.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::domain::{Entity, Value, iso};

/// The digits, in the order of their values.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many characters name the object, and how many the record, the first of which tells numbers from hashes.
const OBJECT: usize = 3;
const RECORD: usize = 12;
const CHECKED: usize = OBJECT + RECORD;

/// What the record's characters begin with where they are a number.
const NUMBER: u8 = b'0';

/// The characters that all ids of an entity begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix([u8; OBJECT]);

impl Prefix {
    /// That of an organization's id.
    pub const ORGANIZATION: Self = Self(*b"00D");

    /// That of a user's id.
    pub const USER: Self = Self(*b"005");

    /// That of an entity among all that are served: it comes from the name alone, but where two names have the same,
    /// the one that is later by the alphabet takes the next that is free.
    #[must_use]
    pub fn of(entity: &Entity, all: &[Arc<Entity>]) -> Self {
        let own = entity.name().as_str().to_lowercase();
        let mut names: Vec<String> = all
            .iter()
            .map(|other| other.name().as_str().to_lowercase())
            .collect();
        names.push(own.clone());
        names.sort_unstable();
        names.dedup();
        Self::among(&own, &names, wanted)
    }

    /// `names` are in order and hold the own one; `wanted` is what each would have were it alone.
    fn among(own: &str, names: &[String], wanted: fn(&str) -> u64) -> Self {
        let mut taken = std::collections::HashSet::new();
        let mut mine = 0;
        for name in names {
            let mut number = wanted(name);
            while !taken.insert(number) {
                number = (number + 1) % PREFIXES;
            }
            if name == own {
                mine = number;
                break;
            }
        }
        let mut prefix = [0; OBJECT];
        write_base62(u128::from(mine), &mut prefix);
        Self(prefix)
    }

    /// As text.
    #[must_use]
    pub fn text(self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }

    /// The id of the row with this key, whose values stand in the order of the table's own key.
    #[must_use]
    pub fn id(self, key: &[Option<Value>]) -> String {
        match key {
            [Some(Value::Int(number))] => self.finish(NUMBER, u128::from(number.cast_unsigned())),
            _ => self.hashed(key.iter().map(|value| value.as_ref().map(key_text))),
        }
    }

    /// An id for a row of a table without a key of its own, from what found the row.
    #[must_use]
    pub fn id_of_text(self, found_by: &str) -> String {
        self.hashed(std::iter::once(Some(found_by.to_lowercase())))
    }

    fn hashed(self, parts: impl Iterator<Item = Option<String>>) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            match part {
                Some(text) => {
                    hash.update((text.len() as u64).to_be_bytes());
                    hash.update(text);
                }
                None => hash.update(u64::MAX.to_be_bytes()),
            }
        }
        let digest = hash.finalize();
        let number = digest
            .iter()
            .take(16)
            .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
        let first = 1 + number % 61;
        let first = usize::try_from(first).map_or(b'z', |digit| DIGITS[digit]);
        self.finish(first, number / 61 % 62_u128.pow(11))
    }

    fn finish(self, first: u8, rest: u128) -> String {
        let mut id = [0; CHECKED];
        id[..OBJECT].copy_from_slice(&self.0);
        id[OBJECT] = first;
        write_base62(rest, &mut id[OBJECT + 1..]);
        let checks = checks(&id);
        id.iter().chain(&checks).copied().map(char::from).collect()
    }

    /// The key that stands in an id of this entity, of 15 or 18 characters. `None` where it is no such id, and where
    /// no number stands in it.
    #[must_use]
    pub fn number(self, id: &str) -> Option<i64> {
        let (checked, sent) = id.as_bytes().split_first_chunk::<CHECKED>()?;
        let whole = sent.is_empty() || *sent == checks(checked);
        let digits = checked.strip_prefix(&self.0)?.strip_prefix(&[NUMBER])?;
        let number = read_base62(digits)?;
        whole.then(|| number.cast_signed())
    }

    /// Whether a text is an id of this entity, whatever it leads to.
    #[must_use]
    pub fn is_of(self, id: &str) -> bool {
        let Some((checked, sent)) = id.as_bytes().split_first_chunk::<CHECKED>() else {
            return false;
        };
        checked.starts_with(&self.0)
            && checked.iter().all(u8::is_ascii_alphanumeric)
            && (sent.is_empty() || *sent == checks(checked))
    }
}

/// How many prefixes there are.
const PREFIXES: u64 = 62 * 62 * 62;

fn wanted(name: &str) -> u64 {
    let digest = Sha256::digest(name);
    let number = digest
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    number % PREFIXES
}

/// The three characters that follow the first 15: each says which of five are capitals, so that the id survives where
/// case does not.
fn checks(id: &[u8; CHECKED]) -> [u8; 3] {
    const CHECKS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut checks = [0; 3];
    for (check, five) in checks.iter_mut().zip(id.chunks(5)) {
        let capitals = five
            .iter()
            .enumerate()
            .filter(|(_, c)| c.is_ascii_uppercase());
        let bits: usize = capitals.map(|(place, _)| 1 << place).sum();
        *check = CHECKS[bits];
    }
    checks
}

/// The lowest digits that there is room for.
fn write_base62(mut number: u128, room: &mut [u8]) {
    for place in room.iter_mut().rev() {
        let digit = usize::try_from(number % 62).unwrap_or_default();
        *place = DIGITS[digit];
        number /= 62;
    }
}

fn read_base62(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |number, digit| {
        let value = DIGITS.iter().position(|known| known == digit)?;
        number.checked_mul(62)?.checked_add(value as u64)
    })
}

/// A value as its id is made from it: never to change, for ids are kept by those who got them.
fn key_text(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.normalized().to_plain_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => iso::date_text(*date),
        Value::Time(time) => iso::time_text(*time),
        Value::DateTime(at) => iso::datetime_text(*at, 'T'),
        Value::DateTimeOffset(at) => iso::offset_datetime_text(at, 'T'),
        Value::Guid(guid) => guid.hyphenated().to_string(),
        Value::Binary(bytes) => STANDARD.encode(bytes),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire::testing;

    fn customers() -> Prefix {
        let all = testing::office();
        Prefix::of(&all[1], &all)
    }

    #[test]
    fn the_last_three_characters_are_salesforce_s_own() {
        for id in [
            "001xx0000004GxDAAU",
            "001xx0000004GxEAAU",
            "a0BZZZZZZZZZZZZ255",
        ] {
            let (checked, sent) = id.as_bytes().split_first_chunk::<CHECKED>().unwrap();
            assert_eq!(sent, checks(checked), "{id}");
        }
    }

    #[test]
    fn a_number_can_be_read_back_from_its_id_of_either_length() {
        let prefix = customers();
        for number in [0, 1, 25, 61, 62, i64::MAX, -1, i64::MIN] {
            let id = prefix.id(&[Some(Value::Int(number))]);
            assert_eq!(id.len(), 18);
            assert!(id.starts_with(&prefix.text()), "{id}");
            assert_eq!(prefix.number(&id), Some(number), "{id}");
            assert_eq!(prefix.number(&id[..15]), Some(number), "{id}");
        }
    }

    #[test]
    fn what_is_no_id_of_the_entity_leads_nowhere() {
        let all = testing::office();
        let id = Prefix::of(&all[0], &all).id(&[Some(Value::Int(7))]);
        let prefix = customers();
        assert_eq!(prefix.number(&id), None, "another entity's");
        let own = prefix.id(&[Some(Value::Int(7))]);
        let mut wrong = own.clone();
        wrong.replace_range(17.., if own.ends_with('A') { "B" } else { "A" });
        for id in [
            "",
            "7",
            &own[..14],
            &own[..17],
            &wrong,
            &format!("{own}x"),
            "ééééééééé",
        ] {
            assert_eq!(prefix.number(id), None, "{id}");
            assert!(!prefix.is_of(id), "{id}");
        }
        let too_much = format!("{}0zzzzzzzzzzz", prefix.text());
        assert_eq!(prefix.number(&too_much), None);
        assert!(prefix.is_of(&own) && prefix.is_of(&too_much));
    }

    #[test]
    fn other_keys_have_ids_that_tell_them_apart_and_do_not_change() {
        let prefix = Prefix(*b"a0B");
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let keys = [
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![text("abc")],
            vec![text("abc"), None],
            vec![Some(Value::Int(1)), Some(Value::Int(2))],
        ];
        let ids: std::collections::BTreeSet<String> =
            keys.iter().map(|key| prefix.id(key)).collect();
        assert_eq!(ids.len(), keys.len());
        for id in &ids {
            assert_eq!((id.len(), prefix.number(id)), (18, None), "{id}");
            assert!(prefix.is_of(id));
        }
        // Kept by somebody since the first version.
        assert_eq!(prefix.id(&[text("abc")]), "a0BopBlQw1JUylXEFT");
    }

    #[test]
    fn entities_never_share_a_prefix() {
        let names = ["a", "b", "c", "d"].map(str::to_owned);
        let prefixes = |wanted| -> Vec<String> {
            let prefix = |name: &String| Prefix::among(name, &names, wanted).text();
            names.iter().map(prefix).collect()
        };
        assert_eq!(prefixes(|_| 5), ["005", "006", "007", "008"]);
        // `c` finds its own taken by `b`, which found it taken by `a`.
        assert_eq!(
            prefixes(|name| u64::from(name == "c")),
            ["000", "001", "002", "003"]
        );
        assert_eq!(prefixes(|_| PREFIXES - 1), ["zzz", "000", "001", "002"]);
        assert!(wanted("tblcustomers") < PREFIXES);
    }
}
