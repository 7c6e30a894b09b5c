//! Rows → the parameters that they travel as: one JSON text, an array for each row, and all bytes in one piece, since
//! JSON has none. The script unpacks both.

use std::sync::Arc;

use crate::{
    domain::{
        Length, SqlType, Value, iso,
        rows::{PlannedRow, RowShape},
    },
    render::{
        Param,
        rows::{RowsBatch, RowsScript},
    },
};

/// Between date and time: the form that the server reads alike whatever the session's language.
const SEPARATOR: char = 'T';

/// The parameters of a script for these rows: their first and last number, and what they hold.
pub(super) fn pack(script: &RowsScript, batch: &RowsBatch) -> Vec<Param> {
    let mut packed = Packed::default();
    let places = places(script, &batch.shapes);
    packed.text.push('[');
    for (i, row) in batch.rows.iter().enumerate() {
        if i > 0 {
            packed.text.push(',');
        }
        packed.push_row(script, row, &places);
    }
    packed.text.push(']');
    let number = |row: Option<&PlannedRow>| row.map_or(0, |row| row.number);
    let mut params = range(number(batch.rows.first()), number(batch.rows.last()));
    params.push(Param {
        value: Some(Value::Text(packed.text)),
        ty: SqlType::NVarChar(Length::Max),
    });
    if script.staged.iter().any(|staged| staged.binary) {
        params.push(Param {
            value: Some(Value::Binary(packed.bytes)),
            ty: SqlType::VarBinary(Length::Max),
        });
    }
    params
}

/// The parameters that say which rows are meant.
pub(super) fn range(first: u64, last: u64) -> Vec<Param> {
    let number = |number: u64| Param {
        value: Some(Value::Int(i64::try_from(number).unwrap_or(i64::MAX))),
        ty: SqlType::BigInt,
    };
    vec![number(first), number(last)]
}

/// For each shape: where its rows have the value of each staged column.
type Places = Vec<Vec<Option<usize>>>;

fn places(script: &RowsScript, shapes: &[Arc<RowShape>]) -> Places {
    let of = |shape: &Arc<RowShape>| {
        let staged = script.staged.iter();
        let place = |column| shape.columns.iter().position(|c| *c == column);
        staged.map(|staged| place(staged.column)).collect()
    };
    shapes.iter().map(of).collect()
}

#[derive(Default)]
struct Packed {
    text: String,
    bytes: Vec<u8>,
}

impl Packed {
    fn push_row(&mut self, script: &RowsScript, row: &PlannedRow, places: &Places) {
        let places = places.get(row.shape).map_or(&[][..], Vec::as_slice);
        self.text.push('[');
        self.text.push_str(&row.number.to_string());
        self.text.push(',');
        self.text.push_str(&row.shape.to_string());
        for (staged, place) in script.staged.iter().zip(places) {
            let value = place.and_then(|place| row.values.get(place)?.as_ref());
            self.text.push(',');
            match value {
                Some(value) => self.push(value),
                None if staged.binary => self.text.push_str("null,null"),
                None => self.text.push_str("null"),
            }
        }
        self.text.push(']');
    }

    fn push(&mut self, value: &Value) {
        match value {
            Value::Bool(bit) => self.text.push(if *bit { '1' } else { '0' }),
            Value::Int(number) => self.text.push_str(&number.to_string()),
            Value::Float(number) => self.push_json(&(*number).into()),
            Value::Decimal(number) => self.push_text(&number.to_plain_string()),
            Value::Text(text) => self.push_text(text),
            Value::Date(date) => self.push_text(&iso::date_text(*date)),
            Value::Time(time) => self.push_text(&iso::time_text(*time)),
            Value::DateTime(local) => self.push_text(&iso::datetime_text(*local, SEPARATOR)),
            Value::DateTimeOffset(value) => {
                self.push_text(&iso::offset_datetime_text(value, SEPARATOR));
            }
            Value::Guid(guid) => self.push_text(&guid.hyphenated().to_string()),
            Value::Binary(bytes) => {
                let start = self.bytes.len() + 1;
                let place = format!("{start},{}", bytes.len());
                self.text.push_str(&place);
                self.bytes.extend_from_slice(bytes);
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        self.push_json(&text.into());
    }

    fn push_json(&mut self, value: &serde_json::Value) {
        self.text.push_str(&value.to_string());
    }
}
