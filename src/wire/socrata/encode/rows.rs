//! The rows of a read, as JSON or as CSV. NULL is left out of JSON and empty in CSV.

use serde_json::{Map, Value as Json};

use super::value;
use crate::{
    domain::{Row, Value},
    error::Error,
    service::Selection,
    wire::{
        http::reply::unwritable,
        socrata::{fields::DataType, place, row_id},
    },
};

/// One field of each row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name in the answer.
    pub key: String,
    /// Where its value comes from.
    pub cell: Cell,
}

/// Where a field's value comes from, by positions in the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// One value.
    Value {
        /// Where it stands.
        at: usize,
        /// Its type, for the headers.
        data_type: DataType,
    },
    /// A place.
    Place {
        /// Degrees north.
        latitude: usize,
        /// Degrees east.
        longitude: usize,
    },
    /// The row's id.
    Id {
        /// The values of its own key.
        key: Vec<usize>,
    },
}

impl Cell {
    /// The name of its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Value { data_type, .. } => data_type.name(),
            Self::Place { .. } => DataType::Location.name(),
            Self::Id { .. } => "row_identifier",
        }
    }
}

/// A JSON array with an object for each row.
///
/// # Errors
/// [`Error::Internal`] when a row cannot be written.
pub fn json(selection: &Selection, outputs: &[Output]) -> Result<Vec<u8>, Error> {
    let mut out = vec![b'['];
    for (index, row) in selection.rows.0.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\n,");
        }
        serde_json::to_writer(&mut out, &object(selection, row, outputs)).map_err(unwritable)?;
    }
    out.extend_from_slice(b"]\n");
    Ok(out)
}

/// One row.
#[must_use]
pub fn object(selection: &Selection, row: &Row, outputs: &[Output]) -> Map<String, Json> {
    let mut object = Map::with_capacity(outputs.len());
    for output in outputs {
        let found = match &output.cell {
            Cell::Value { at, .. } => cell(selection, row, *at).map(|(ty, v)| value::json(ty, v)),
            Cell::Place {
                latitude,
                longitude,
            } => {
                let latitude = text(selection, row, *latitude);
                let longitude = text(selection, row, *longitude);
                latitude
                    .zip(longitude)
                    .map(|(n, e)| place::location(&n, &e))
            }
            Cell::Id { key } => id(row, key).map(Json::String),
        };
        if let Some(found) = found {
            object.insert(output.key.clone(), found);
        }
    }
    object
}

/// CSV (RFC 4180): a header, then a line for each row; everything but NULL in quotes.
#[must_use]
pub fn csv(selection: &Selection, outputs: &[Output]) -> Vec<u8> {
    let mut out = Vec::new();
    let names = outputs.iter().map(|output| Some(output.key.clone()));
    push_line(&mut out, names);
    for row in &selection.rows.0 {
        let cells = outputs.iter().map(|output| match &output.cell {
            Cell::Value { at, .. } => text(selection, row, *at),
            Cell::Place {
                latitude,
                longitude,
            } => {
                let latitude = text(selection, row, *latitude);
                let longitude = text(selection, row, *longitude);
                latitude
                    .zip(longitude)
                    .map(|(n, e)| place::location_text(&n, &e))
            }
            Cell::Id { key } => id(row, key),
        });
        push_line(&mut out, cells);
    }
    out
}

fn push_line(out: &mut Vec<u8>, cells: impl Iterator<Item = Option<String>>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if let Some(text) = cell {
            out.push(b'"');
            out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        }
    }
    out.extend_from_slice(b"\r\n");
}

fn cell<'s>(
    selection: &'s Selection,
    row: &'s Row,
    at: usize,
) -> Option<(&'s crate::domain::SqlType, &'s Value)> {
    let (_, ty) = selection.keys.get(at)?;
    Some((ty, row.get(at)?.as_ref()?))
}

fn text(selection: &Selection, row: &Row, at: usize) -> Option<String> {
    cell(selection, row, at).map(|(ty, found)| value::text(ty, found))
}

fn id(row: &Row, key: &[usize]) -> Option<String> {
    let values: Vec<Option<Value>> = key.iter().map(|at| row.get(*at).cloned()?).collect();
    row_id::encode(&values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::domain::{OffsetDateTime, Rows, SqlType};

    fn output(key: &str, cell: Cell) -> Output {
        Output {
            key: key.to_owned(),
            cell,
        }
    }

    fn at(at: usize) -> Cell {
        Cell::Value {
            at,
            data_type: DataType::Text,
        }
    }

    fn selection(cells: Vec<(SqlType, Option<Value>)>) -> Selection {
        let (types, values): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
        Selection {
            keys: types.into_iter().map(|ty| (String::new(), ty)).collect(),
            rows: Rows(vec![values]),
            tags: Vec::new(),
        }
    }

    #[test]
    fn numbers_are_strings_dates_have_milliseconds_and_null_is_left_out() {
        let berlin = OffsetDateTime::new(datetime(2014, 10, 13, 1, 0, 0, 0), 120).unwrap();
        let found = selection(vec![
            (SqlType::Int, Some(Value::Int(7))),
            (SqlType::Bit, Some(Value::Bool(true))),
            (SqlType::Date, Some(Value::Date(date(2014, 10, 13)))),
            (
                SqlType::DateTime2 { scale: 7 },
                Some(Value::DateTime(datetime(
                    2014,
                    10,
                    13,
                    22,
                    38,
                    1,
                    120_000_000,
                ))),
            ),
            (
                SqlType::DateTime2 { scale: 7 },
                Some(Value::DateTime(datetime(2014, 10, 13, 0, 0, 0, 100))),
            ),
            (
                SqlType::DateTimeOffset { scale: 0 },
                Some(Value::DateTimeOffset(berlin)),
            ),
            (SqlType::NText, None),
            (SqlType::NText, Some(Value::Text("a \"b\"".to_owned()))),
        ]);
        let outputs: Vec<Output> = (0..8).map(|i| output(&format!("c{i}"), at(i))).collect();
        assert_eq!(
            String::from_utf8(json(&found, &outputs).unwrap()).unwrap(),
            "[{\"c0\":\"7\",\"c1\":true,\"c2\":\"2014-10-13T00:00:00.000\",\"c3\":\"2014-10-13T22:38:01.120\",\
             \"c4\":\"2014-10-13T00:00:00.0000001\",\"c5\":\"2014-10-12T23:00:00.000Z\",\"c7\":\"a \\\"b\\\"\"}]\n"
        );
        let csv = String::from_utf8(csv(&found, &outputs[5..])).unwrap();
        assert_eq!(
            csv,
            "\"c5\",\"c6\",\"c7\"\r\n\"2014-10-12T23:00:00.000Z\",,\"a \"\"b\"\"\"\r\n"
        );
    }

    #[test]
    fn a_place_is_given_back_whole_or_not_at_all() {
        let place = output(
            "location",
            Cell::Place {
                latitude: 0,
                longitude: 1,
            },
        );
        let degrees = |n: f64| (SqlType::Float, Some(Value::Float(n)));
        let found = selection(vec![degrees(47.5), degrees(-122.25)]);
        let outputs = [place];
        assert_eq!(
            Json::Object(object(&found, &found.rows.0[0], &outputs)),
            serde_json::json!({"location": {"latitude": "47.5", "longitude": "-122.25"}})
        );
        let csv = String::from_utf8(csv(&found, &outputs)).unwrap();
        assert_eq!(csv, "\"location\"\r\n\"(47.5, -122.25)\"\r\n");
        let half = selection(vec![degrees(47.5), (SqlType::Float, None)]);
        assert!(object(&half, &half.rows.0[0], &outputs).is_empty());
    }
}
