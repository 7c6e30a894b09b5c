//! A `$where` in `SoQL` → the SQL condition in text that the clauses of every API are read from: the names of fields
//! become those of columns. What is allowed in a condition is decided where it is read; here only what that could not
//! tell is refused in words of its own.

use super::{
    encode::refusal,
    fields::{Fields, Source},
};
use crate::{domain::fault::shorten, error::Error};

/// What may stand before a bracket without being a function.
const WORDS: [&str; 9] = [
    "and", "or", "not", "in", "between", "like", "is", "null", "escape",
];

/// The condition with the table's own names.
///
/// # Errors
/// A function, a system field, or a place where only a column can be compared.
pub fn to_condition(text: &str, fields: &Fields) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            // Both end at the same sign, which stands twice within.
            '\'' | '"' => quoted(rest, first),
            '`' => {
                let length = quoted(rest, first);
                let name = rest[..length].trim_matches('`');
                push_field(&mut out, name, fields)?;
                rest = &rest[length..];
                continue;
            }
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            ':' => {
                let name = word(&rest[1..]);
                return Err(refusal::query(&format!(
                    "':{name}' cannot stand in $where; filter rows by :id=row-… beside it."
                )));
            }
            c if c.is_alphabetic() || c == '_' => {
                let name = word(rest);
                let after = rest[name.len()..].trim_start();
                if is_word(name) {
                    out.push_str(name);
                } else if after.starts_with('(') {
                    return Err(refusal::no_function(name));
                } else {
                    push_field(&mut out, name, fields)?;
                }
                rest = &rest[name.len()..];
                continue;
            }
            // Its letters are no name: 1e3.
            c if c.is_ascii_digit() => {
                let number = |c: char| c.is_ascii_alphanumeric() || c == '.';
                rest.find(|c| !number(c)).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    Ok(out)
}

fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

fn is_word(name: &str) -> bool {
    let literals = ["true", "false"];
    let mut known = WORDS.iter().chain(&literals);
    known.any(|word| word.eq_ignore_ascii_case(name))
}

/// A name that is no field stays as it is: whoever reads the condition says so with the rest.
fn push_field(out: &mut String, name: &str, fields: &Fields) -> Result<(), Error> {
    match fields.find(name).map(|field| field.source) {
        Some(Source::Column(index)) => push_name(out, fields.column(index)),
        Some(Source::Place { .. }) => {
            return Err(refusal::query(&format!(
                "'{}' is a location, which cannot be compared; compare the columns of its latitude and longitude.",
                shorten(name)
            )));
        }
        None => push_name(out, name),
    }
    Ok(())
}

fn push_name(out: &mut String, name: &str) {
    out.push('[');
    out.push_str(&name.replace(']', "]]"));
    out.push(']');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire::testing::{entities, table};

    fn read(text: &str) -> Result<String, String> {
        let table = table(
            "quakes",
            &[
                "Quake_ID int",
                "MagType nvarchar(9)",
                "odd]name int",
                "felt bit",
            ],
        );
        let fields = Fields::new(&entities(&[table])[0]);
        to_condition(text, &fields).map_err(|error| error.to_string())
    }

    #[test]
    fn the_names_of_fields_become_those_of_columns_and_texts_stay() {
        for (soql, condition) in [
            ("magtype = 'magtype'", "[MagType] = 'magtype'"),
            (
                "quake_id in(1,2) AND NOT magtype is null",
                "[Quake_ID] in(1,2) AND NOT [MagType] is null",
            ),
            ("`odd_name` >= 1e3", "[odd]]name] >= 1e3"),
            ("[MagType] like 'it''s (%'", "[MagType] like 'it''s (%'"),
            (
                "felt=true or (nothing < -1.5)",
                "[felt]=true or ([nothing] < -1.5)",
            ),
            ("\"MagType\" != 'ü'", "\"MagType\" != 'ü'"),
            ("magtype = 'open", "[MagType] = 'open"),
        ] {
            assert_eq!(read(soql), Ok(condition.to_owned()), "{soql}");
        }
    }

    #[test]
    fn functions_and_system_fields_are_refused_by_name() {
        for (soql, word) in [
            ("upper(magtype) = 'A'", "upper"),
            ("within_circle (location, 1, 2, 3)", "within_circle"),
            (":updated_at > '2020-01-01'", ":updated_at"),
        ] {
            let refused = read(soql).unwrap_err();
            assert!(refused.contains(word), "{refused}");
        }
    }
}
