//! Rows → text: a JSON object, or a record of CSV. Where it goes is not known here.

use std::io;

use csv::WriterBuilder;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Cell, RawRow};
use crate::domain::Literal;

/// Appends the row as a JSON object, in one line without its end; these keys come last.
///
/// # Errors
/// A number of it is none.
pub fn push_json(out: &mut Vec<u8>, row: &RawRow, more: &[(&str, &str)]) -> io::Result<()> {
    Ok(serde_json::to_writer(out, &Object { row, more })?)
}

struct Object<'a> {
    row: &'a RawRow,
    more: &'a [(&'a str, &'a str)],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, cell) in self.row.names.iter().zip(&self.row.cells) {
            match cell {
                Cell::Nested(value) => object.serialize_entry(name, value)?,
                Cell::Scalar(Literal::Null) => object.serialize_entry(name, &())?,
                Cell::Scalar(Literal::Bool(flag)) => object.serialize_entry(name, flag)?,
                Cell::Scalar(Literal::Text(text)) => object.serialize_entry(name, text)?,
                Cell::Scalar(Literal::Number(digits)) => {
                    let number: serde_json::Number =
                        digits.parse().map_err(serde::ser::Error::custom)?;
                    object.serialize_entry(name, &number)?;
                }
            }
        }
        for (name, value) in self.more {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

/// Appends a record of CSV and the end of its line.
///
/// # Errors
/// None in memory.
pub fn push_csv<'f>(
    out: &mut Vec<u8>,
    delimiter: u8,
    fields: impl IntoIterator<Item = &'f str>,
) -> io::Result<()> {
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(fields)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_row_is_written_as_it_was_read() {
        let text =
            r#"{"a":12345678901234567890.10,"b":null,"c":"\"x\"\n","d":true,"e":[1,{"f":-0}]}"#;
        let mut rows = super::super::LineRows::new(
            Box::new(io::Cursor::new(text.as_bytes().to_vec())),
            super::super::Options::default(),
        )
        .unwrap();
        let row = super::super::ReadRows::next(&mut rows).unwrap().unwrap();
        let mut out = Vec::new();
        push_json(&mut out, &row.content.unwrap(), &[("why", "\"")]).unwrap();
        let expected = format!("{},\"why\":\"\\\"\"}}", text.strip_suffix('}').unwrap());
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_record_is_quoted_where_it_must_be() {
        let mut out = Vec::new();
        push_csv(&mut out, b';', ["a;b", "c", "d\ne", ""]).unwrap();
        assert_eq!(out, b"\"a;b\";c;\"d\ne\";\n");
    }
}
