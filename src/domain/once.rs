//! What is kept of a request that is not to act twice: what its writes came to, until there is an answer, and the answer.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    ColumnIndex, Entity, Literal, SqlType, Value, WriteOutcome,
    batch::{RowDone, RowOutcome},
    coerce, iso,
};

/// What a write has come to, as it was kept in the write's own transaction: a JSON array. Values are texts that turn back
/// into what they were.
///
/// `["inserted", key]` (NULL where no key was generated), `["updated", rows]`, `["undone", id]`, `["table", name, memo]` for
/// a change of a table, or for rows of a batch
/// `["rows", [number, letter, key, …], …]` with the letters of [`letter`]; only rows that were done are among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome(pub Json);

/// A request that was made before.
#[derive(Debug, Clone, PartialEq)]
pub struct Recalled {
    /// A hash of it.
    pub fingerprint: [u8; 32],
    /// How it was answered; `None` while it is not.
    pub answer: Option<Answer>,
    /// What its writes have come to so far: the step, the part, the outcome.
    pub steps: Vec<(u32, u64, Outcome)>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, as whoever answers writes them.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

/// The letter of what became of a row.
#[must_use]
pub fn letter(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Created => "c",
        RowOutcome::Updated => "u",
        RowOutcome::Deleted => "d",
        RowOutcome::Ignored => "i",
    }
}

fn row_outcome(letter: &str) -> Option<RowOutcome> {
    let all = [
        RowOutcome::Created,
        RowOutcome::Updated,
        RowOutcome::Deleted,
        RowOutcome::Ignored,
    ];
    all.into_iter()
        .find(|outcome| self::letter(*outcome) == letter)
}

impl Outcome {
    /// That of a write with a condition; `None` where it wrote nothing.
    #[must_use]
    pub fn of_write(outcome: &WriteOutcome) -> Option<Self> {
        match outcome {
            WriteOutcome::Inserted { generated } => {
                Some(Self(json!(["inserted", generated.as_ref().map(text_of)])))
            }
            WriteOutcome::Updated { affected } if *affected > 0 => {
                Some(Self(json!(["updated", affected])))
            }
            _ => None,
        }
    }

    /// That of rows; only those that were done are kept.
    #[must_use]
    pub fn of_rows<'r>(rows: impl IntoIterator<Item = (u64, &'r RowDone)>) -> Self {
        let row = |(number, done): (u64, &RowDone)| {
            let key = done.key.iter();
            let key = key.map(|value| json!(value.as_ref().map(text_of)));
            let row = [json!(number), json!(letter(done.outcome))];
            row.into_iter().chain(key).collect::<Json>()
        };
        let rows = rows.into_iter().map(row);
        Self(std::iter::once(json!("rows")).chain(rows).collect())
    }

    /// That of one step of an undoing, which the journal has under this id.
    #[must_use]
    pub fn of_undoing(by: Uuid) -> Self {
        Self(json!(["undone", by.to_string()]))
    }

    /// Under which id the journal has the undoing; `None` where it is none of one.
    #[must_use]
    pub fn undoing(&self) -> Option<Uuid> {
        match (self.0.get(0)?.as_str()?, self.0.get(1)?.as_str()?) {
            ("undone", id) => Uuid::parse_str(id).ok(),
            _ => None,
        }
    }

    /// What a write with a condition came to; `key` is the column of which it reports the generated value. `None` where
    /// it is none of such a write.
    #[must_use]
    pub fn write(&self, entity: &Entity) -> Option<WriteOutcome> {
        match (self.0.get(0)?.as_str()?, self.0.get(1)?) {
            ("inserted", key) => Some(WriteOutcome::Inserted {
                generated: match key {
                    Json::Null => None,
                    key => Some(value_of(entity, entity.generated_key()?, key)?),
                },
            }),
            ("updated", affected) => Some(WriteOutcome::Updated {
                affected: u32::try_from(affected.as_u64()?).ok()?,
            }),
            _ => None,
        }
    }

    /// What became of the rows of a batch; `None` where it is none of rows.
    #[must_use]
    pub fn rows(&self, entity: &Entity) -> Option<Vec<(u64, RowDone)>> {
        let (kind, rows) = self.0.as_array()?.split_first()?;
        if kind != "rows" {
            return None;
        }
        let own = entity.own_key().map_or_else(Vec::new, |key| key.columns);
        let row = |row: &Json| {
            let (number, outcome) = (row.get(0)?.as_u64()?, row.get(1)?.as_str()?);
            let key = row.as_array()?.iter().skip(2).zip(&own);
            let key = key.map(|(value, index)| match value {
                Json::Null => Some(None),
                value => value_of(entity, *index, value).map(Some),
            });
            let done = RowDone {
                outcome: row_outcome(outcome)?,
                key: key.collect::<Option<_>>()?,
            };
            Some((number, done))
        };
        rows.iter().map(row).collect()
    }
}

/// A value as a text, as `coerce` takes it.
fn text_of(value: &Value) -> String {
    match value {
        Value::Bool(bit) => u8::from(*bit).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Decimal(number) => number.to_plain_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => iso::date_text(*date),
        Value::Time(time) => iso::time_text(*time),
        Value::DateTime(at) => iso::datetime_text(*at, 'T'),
        Value::DateTimeOffset(at) => iso::offset_datetime_text(at, 'T'),
        Value::Guid(guid) => guid.hyphenated().to_string(),
        Value::Binary(bytes) => bytes.iter().fold("0x".to_owned(), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
            text
        }),
    }
}

/// A column's value out of its text.
fn value_of(entity: &Entity, index: ColumnIndex, text: &Json) -> Option<Value> {
    let text = text.as_str()?;
    let ty = &entity.table().column(index).ty;
    if let Some(digits) = text.strip_prefix("0x").filter(|_| ty.is_binary()) {
        let bytes = (0..digits.len()).step_by(2).map(|at| {
            let pair = digits.get(at..at + 2)?;
            u8::from_str_radix(pair, 16).ok()
        });
        return Some(Value::Binary(bytes.collect::<Option<_>>()?));
    }
    // SQL Server writes a blank before an offset.
    let text = match ty {
        SqlType::DateTimeOffset { .. } => text.replacen(" +", "+", 1).replacen(" -", "-", 1),
        _ => text.to_owned(),
    };
    coerce::store(ty, &Literal::Text(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actions, Column, Default, Name, Table, TableKind};

    fn entity(ty: &str) -> Entity {
        let mut table = Table {
            schema: None,
            name: Name::parse("t").unwrap(),
            kind: TableKind::Table,
            columns: vec![Column {
                name: Name::parse("k").unwrap(),
                ty: SqlType::parse(ty).unwrap(),
                nullable: false,
                default: Default::None,
                foreign_key: false,
                code_page: None,
                default_expression: None,
            }],
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            hidden: Vec::new(),
            has_triggers: false,
            primary_key_name: None,
            row_number: None,
        };
        table.primary_key = table.indices().collect();
        let name = Name::parse("t").unwrap();
        Entity::new(name, String::new(), Actions::all(), table, &[], &[]).unwrap()
    }

    fn value(ty: &str, text: &str) -> Value {
        coerce::store(
            &SqlType::parse(ty).unwrap(),
            &Literal::Text(text.to_owned()),
        )
        .unwrap()
    }

    #[test]
    fn what_a_write_came_to_is_told_as_it_was() {
        for (ty, text) in [
            ("bigint", "-25"),
            ("decimal(18,2)", "12.50"),
            ("float", "0.1"),
            ("nvarchar(20)", "\u{3a9} \"q\" \\"),
            ("date", "2026-01-31"),
            ("time(3)", "10:00:00.123"),
            ("datetime2(7)", "2026-01-31T10:00:00.1234567"),
            ("datetimeoffset(0)", "2026-01-31T10:00:00-03:30"),
            ("uniqueidentifier", "00112233-4455-6677-8899-aabbccddeeff"),
            ("varbinary(8)", "AAEC/w=="),
        ] {
            let (entity, value) = (entity(ty), value(ty, text));
            let written = WriteOutcome::Inserted {
                generated: Some(value.clone()),
            };
            let kept = Outcome::of_write(&written).unwrap();
            assert_eq!(kept.write(&entity), Some(written), "{ty}");
            let done = RowDone {
                outcome: RowOutcome::Deleted,
                key: vec![Some(value)],
            };
            let kept = Outcome::of_rows([(7, &done)]);
            assert_eq!(kept.rows(&entity), Some(vec![(7, done)]), "{ty}");
            assert_eq!(kept.write(&entity), None);
        }
    }

    #[test]
    fn a_servers_own_words_are_understood() {
        let told =
            |ty: &str, json: &str| Outcome(serde_json::from_str(json).unwrap()).write(&entity(ty));
        let offset = r#"["inserted","2026-01-31 10:00:00 -03:30"]"#;
        let expected = value("datetimeoffset(0)", "2026-01-31T10:00:00-03:30");
        let expected = WriteOutcome::Inserted {
            generated: Some(expected),
        };
        assert_eq!(told("datetimeoffset(0)", offset), Some(expected));
        let updated = WriteOutcome::Updated { affected: 3 };
        assert_eq!(told("int", r#"["updated",3]"#), Some(updated));
    }
}
