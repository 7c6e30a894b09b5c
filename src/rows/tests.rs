//! The readers over inputs that give their bytes in any pieces.

#![allow(clippy::unwrap_used)]

mod csv;
mod json;
mod lines;
mod wrapped;

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::*;

/// An input that gives no more at a time than its pieces say, in turn.
pub struct Pieces {
    bytes: Cursor<Vec<u8>>,
    sizes: Vec<usize>,
    turn: usize,
}

impl Pieces {
    pub fn of(text: impl Into<Vec<u8>>, pieces: &[usize]) -> Box<dyn Input> {
        Box::new(Self {
            bytes: Cursor::new(text.into()),
            sizes: pieces.to_vec(),
            turn: 0,
        })
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = match self.sizes.len() {
            0 => buffer.len(),
            count => self.sizes[self.turn % count].max(1).min(buffer.len()),
        };
        self.turn += 1;
        self.bytes.read(&mut buffer[..most])
    }
}

impl Seek for Pieces {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// All rows and their texts, or the error that stopped them.
pub fn all(rows: &mut impl ReadRows) -> (Vec<(Row, String)>, Option<String>) {
    let mut found = Vec::new();
    loop {
        match rows.next() {
            Ok(None) => return (found, None),
            Ok(Some(row)) => {
                let text = String::from_utf8_lossy(&rows.text()).into_owned();
                found.push((row, text));
            }
            Err(error) => return (found, Some(error.to_string())),
        }
    }
}

/// The rows' columns and cells, as JSON.
pub fn contents(rows: &[(Row, String)]) -> Vec<String> {
    rows.iter().map(|(row, _)| content(row)).collect()
}

fn content(row: &Row) -> String {
    let read = match &row.content {
        Err(message) => return message.clone(),
        Ok(read) => read,
    };
    let cells = read.names.iter().zip(&read.cells).map(|(name, cell)| {
        let value = match cell {
            Cell::Nested(value) => value.to_string(),
            Cell::Scalar(Literal::Null) => "null".to_owned(),
            Cell::Scalar(Literal::Bool(flag)) => flag.to_string(),
            Cell::Scalar(Literal::Number(digits)) => digits.clone(),
            Cell::Scalar(Literal::Text(text)) => format!("{text:?}"),
        };
        format!("{name}={value}")
    });
    cells.collect::<Vec<_>>().join(" ")
}
