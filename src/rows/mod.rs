//! Bytes → rows: JSON arrays, NDJSON and CSV, read one row after the other however many there are. What the columns
//! mean, and what a row is for, is not known here; nor where the bytes came from.

mod csv_rows;
mod input;
mod json_rows;
mod line_rows;
mod row;
mod source;
mod spool;
#[cfg(test)]
mod tests;
mod window;
mod wrapped;
mod write;

use std::{borrow::Cow, io, sync::Arc};

pub use self::{
    csv_rows::{CsvRows, Dialect},
    input::{Input, fingerprint, first_byte, unpacked},
    json_rows::JsonRows,
    line_rows::LineRows,
    source::Source,
    spool::Spool,
    wrapped::{Wrapped, unwrap_rows},
    write::{push_csv, push_json},
};
use crate::{
    domain::{
        Literal,
        batch::{BatchRow, RowAction},
        fault::shorten,
    },
    error::Error,
};

/// The most bytes of one row, unless [`Options`] say otherwise.
pub const ROW_BYTES: usize = 16 << 20;

/// The most columns of one row; no table has more.
pub const MOST_COLUMNS: usize = 4096;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A value.
    Scalar(Literal),
    /// An array or an object.
    Nested(serde_json::Value),
}

/// The columns and cells of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    /// The columns as they are spelled. Rows with the same columns in the same order share one list, as long as they
    /// follow each other or nearly so.
    pub names: Arc<[String]>,
    /// A cell for each name.
    pub cells: Vec<Cell>,
}

impl RawRow {
    /// The row as one of a batch.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a cell that is no value.
    pub fn into_batch(self, number: u64, action: RowAction) -> Result<BatchRow, Error> {
        let names = self.names.iter();
        let values = self.cells.into_iter().zip(names).map(|(cell, name)| match cell {
            Cell::Scalar(literal) => Ok(literal),
            Cell::Nested(value) => Err(Error::Malformed {
                message: format!(
                    "Column '{}' has {} as its value; send a string, a number, true, false or null.",
                    shorten(name),
                    if value.is_array() { "an array" } else { "an object" }
                ),
            }),
        });
        Ok(BatchRow {
            number,
            action,
            values: values.collect::<Result<_, _>>()?,
            names: self.names,
        })
    }
}

/// A row as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number among all rows, from 0.
    pub number: u64,
    /// The line it begins in, from 1; blank lines before a row of CSV are taken with it.
    pub line: u64,
    /// What it holds, or why that cannot be said: a sentence without the row's number. The rows after it can be read
    /// all the same.
    pub content: Result<RawRow, String>,
}

/// What a key means that an object has more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RepeatedKeys {
    /// The row is refused.
    #[default]
    Refuse,
    /// The last one is meant.
    LastWins,
}

/// How JSON is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// What a repeated key means.
    pub repeated: RepeatedKeys,
    /// The most bytes of one row.
    pub row_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            repeated: RepeatedKeys::default(),
            row_bytes: ROW_BYTES,
        }
    }
}

/// Why no more rows can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The bytes cannot be read.
    #[error("The rows cannot be read: {0}.")]
    Io(#[from] io::Error),
    /// They are not what they should be.
    #[error("{message} at line {line} column {column}.")]
    Broken {
        /// What is wrong.
        message: String,
        /// Where, from 1.
        line: u64,
        /// Where in that line, in bytes, from 1.
        column: u64,
    },
    /// A row is larger than a row may be.
    #[error("Row {number} (line {line}, counted from row 0) is larger than {limit} bytes.")]
    TooLarge {
        /// Its number, from 0.
        number: u64,
        /// The line it begins in, from 1.
        line: u64,
        /// The limit, in bytes.
        limit: usize,
    },
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let of_the_data = match &error {
            ReadError::Io(io) => matches!(
                io.kind(),
                io::ErrorKind::InvalidData
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::UnexpectedEof
            ),
            ReadError::Broken { .. } | ReadError::TooLarge { .. } => true,
        };
        let text = error.to_string();
        if of_the_data {
            Self::Malformed { message: text }
        } else {
            Self::Internal { detail: text }
        }
    }
}

/// Reads rows, one after the other.
pub trait ReadRows: Send + Sync {
    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// [`ReadError`]: no more rows can be read. A row that cannot be read for itself is no error.
    fn next(&mut self) -> Result<Option<Row>, ReadError>;

    /// The text of the row that came last, without what parts it from the next; of CSV in one spelling of it.
    fn text(&self) -> Cow<'_, [u8]>;

    /// Goes back to the first row.
    ///
    /// # Errors
    /// [`ReadError`].
    fn rewind(&mut self) -> Result<(), ReadError>;

    /// How many rows there are, counted no further than one more than `most`; goes back to the first row. Everything up
    /// to there is looked at: of what cannot be read to its end, it is said here.
    ///
    /// # Errors
    /// [`ReadError`].
    fn count(&mut self, most: u64) -> Result<u64, ReadError>;
}

impl<T: ReadRows + ?Sized> ReadRows for Box<T> {
    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        (**self).next()
    }

    fn text(&self) -> Cow<'_, [u8]> {
        (**self).text()
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        (**self).rewind()
    }

    fn count(&mut self, most: u64) -> Result<u64, ReadError> {
        (**self).count(most)
    }
}

/// What a JSON value is that is no object, by its first byte.
fn kind(first: u8) -> &'static str {
    match first {
        b'{' => "an object",
        b'[' => "an array",
        b'"' => "a string",
        b't' | b'f' => "a boolean",
        b'n' => "null",
        _ => "a number",
    }
}
