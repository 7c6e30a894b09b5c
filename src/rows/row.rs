//! The text of one JSON object → a row. Names that are the ones of a row before it are compared, not copied. Where
//! rows begin and end is not looked for here.

use std::{fmt, sync::Arc};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Cell, MOST_COLUMNS, RawRow, RepeatedKeys, kind};
use crate::domain::{
    Literal,
    json::{NUMBER, repeated_text},
};

/// How many lists of columns are remembered.
const REMEMBERED: usize = 8;

/// The most values inside the arrays and objects of one row: a value takes many times the memory of its text.
const MOST_NESTED: usize = 100_000;

/// Parses rows, and remembers the columns of those before.
pub(super) struct RowParser {
    repeated: RepeatedKeys,
    /// The last ones first.
    known: Vec<Arc<[String]>>,
}

impl RowParser {
    pub(super) fn new(repeated: RepeatedKeys) -> Self {
        Self {
            repeated,
            known: Vec::new(),
        }
    }

    /// The row, or what keeps it from being one.
    ///
    /// # Errors
    /// The text is no JSON.
    pub(super) fn parse(
        &mut self,
        text: &[u8],
    ) -> Result<Result<RawRow, String>, serde_json::Error> {
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        if first != Some(&b'{') {
            serde_json::from_slice::<IgnoredAny>(text)?;
            let kind = kind(first.copied().unwrap_or_default());
            return Ok(Err(format!(
                "The row is {kind}; send an object of column and value pairs."
            )));
        }
        let expected = self.known.first().cloned().unwrap_or_default();
        let mut notes = Notes::default();
        let mut json = serde_json::Deserializer::from_slice(text);
        let (own, cells) = json.deserialize_map(RowVisitor {
            expected: &expected,
            notes: &mut notes,
        })?;
        json.end()?;
        Ok(match own {
            None => notes.row(self.repeated, expected, cells),
            Some(names) => self.another(names, cells, notes),
        })
    }

    /// A row with other columns than the last one.
    fn another(
        &mut self,
        mut names: Vec<String>,
        mut cells: Vec<Cell>,
        mut notes: Notes,
    ) -> Result<RawRow, String> {
        drop_repeated(&mut names, &mut cells, &mut notes);
        let names = match self.known.iter().position(|known| **known == *names) {
            Some(at) => self.known.remove(at),
            None => Arc::from(names),
        };
        self.known.insert(0, Arc::clone(&names));
        self.known.truncate(REMEMBERED);
        notes.row(self.repeated, names, cells)
    }
}

/// Of columns that stand more than once, keeps the last.
fn drop_repeated(names: &mut Vec<String>, cells: &mut Vec<Cell>, notes: &mut Notes) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| names[*a].cmp(&names[*b]).then(a.cmp(b)));
    let mut keep = vec![true; names.len()];
    for pair in order.windows(2) {
        if names[pair[0]] == names[pair[1]] {
            keep[pair[0]] = false;
            notes.repeats(&names[pair[0]]);
        }
    }
    if keep.contains(&false) {
        let mut kept = keep.iter();
        names.retain(|_| *kept.next().unwrap_or(&true));
        let mut kept = keep.iter();
        cells.retain(|_| *kept.next().unwrap_or(&true));
    }
}

/// What was seen on the way.
#[derive(Default)]
struct Notes {
    repeated: Option<String>,
    nested: usize,
    columns: bool,
}

impl Notes {
    fn repeats(&mut self, key: &str) {
        self.repeated.get_or_insert_with(|| key.to_owned());
    }

    /// Whether one more value inside of others is kept.
    fn another_nested(&mut self) -> bool {
        self.nested += 1;
        self.nested <= MOST_NESTED
    }

    fn row(
        self,
        repeated: RepeatedKeys,
        names: Arc<[String]>,
        cells: Vec<Cell>,
    ) -> Result<RawRow, String> {
        if self.columns {
            return Err(format!("The row has more than {MOST_COLUMNS} columns."));
        }
        if self.nested > MOST_NESTED {
            return Err(format!(
                "The row has more than {MOST_NESTED} values in its arrays and objects."
            ));
        }
        match self.repeated {
            Some(key) if repeated == RepeatedKeys::Refuse => {
                Err(format!("{}.", repeated_text(&key)))
            }
            _ => Ok(RawRow { names, cells }),
        }
    }
}

struct RowVisitor<'a> {
    expected: &'a [String],
    notes: &'a mut Notes,
}

impl<'de> Visitor<'de> for RowVisitor<'_> {
    /// Its names, unless they are the expected ones, and its cells.
    type Value = (Option<Vec<String>>, Vec<Cell>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut cells = Vec::with_capacity(self.expected.len());
        let mut own: Option<Vec<String>> = None;
        loop {
            let at = cells.len();
            let expected = match own {
                None => self.expected.get(at).map(String::as_str),
                Some(_) => None,
            };
            let Some(other) = map.next_key_seed(KeySeed(expected))? else {
                break;
            };
            if at == MOST_COLUMNS {
                self.notes.columns = true;
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if let Some(name) = other {
                own.get_or_insert_with(|| self.expected[..at].to_vec())
                    .push(name);
            }
            cells.push(map.next_value_seed(CellSeed(self.notes))?);
        }
        if own.is_none() && cells.len() < self.expected.len() {
            own = Some(self.expected[..cells.len()].to_vec());
        }
        Ok((own, cells))
    }
}

/// Reads a key: `None` when it is the expected one.
struct KeySeed<'a>(Option<&'a str>);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok((self.0 != Some(key)).then(|| key.to_owned()))
    }
}

/// Reads a value, and everything in it.
struct CellSeed<'a>(&'a mut Notes);

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = Cell;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cell, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Null))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Bool(flag)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Number(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Number(number.to_string())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Text(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Cell, E> {
        Ok(Cell::Scalar(Literal::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cell, A::Error> {
        let mut items = Vec::new();
        loop {
            if !self.0.another_nested() {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
            match seq.next_element_seed(CellSeed(self.0))? {
                Some(item) => items.push(json(item)?),
                None => break,
            }
        }
        Ok(Cell::Nested(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        let mut object = Map::new();
        // A number that keeps its digits comes as an object of this one key.
        let mut key = map.next_key_seed(KeySeed(Some(NUMBER)))?;
        if key == Some(None) {
            let digits: String = map.next_value()?;
            return number(digits);
        }
        while let Some(name) = key {
            let name = name.unwrap_or_default();
            if self.0.another_nested() {
                let value = map.next_value_seed(CellSeed(self.0))?;
                if object.contains_key(&name) {
                    self.0.repeats(&name);
                }
                object.insert(name, json(value)?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            key = map.next_key_seed(KeySeed(None))?;
        }
        Ok(Cell::Nested(Value::Object(object)))
    }
}

/// A number by its digits, which a caller can also have sent as that object.
fn number<E: serde::de::Error>(digits: String) -> Result<Cell, E> {
    let of_a_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if digits.bytes().all(of_a_number) && digits.bytes().any(|byte| byte.is_ascii_digit()) {
        Ok(Cell::Scalar(Literal::Number(digits)))
    } else {
        Err(E::custom("not a number"))
    }
}

fn json<E: serde::de::Error>(cell: Cell) -> Result<Value, E> {
    Ok(match cell {
        Cell::Nested(value) => value,
        Cell::Scalar(Literal::Null) => Value::Null,
        Cell::Scalar(Literal::Bool(flag)) => Value::Bool(flag),
        Cell::Scalar(Literal::Text(text)) => Value::String(text),
        Cell::Scalar(Literal::Number(digits)) => Value::Number(digits.parse().map_err(E::custom)?),
    })
}
