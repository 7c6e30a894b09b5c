//! Rows of CSV (RFC 4180): a header with the columns' names, then a row for each record. Every field is text; what it
//! means is the column's business. A record with more or fewer fields than the header is a bad row.

use std::{
    borrow::Cow,
    io::{self, Read},
    mem,
    sync::Arc,
};

use csv::{ByteRecord, Reader, ReaderBuilder, WriterBuilder};

use super::{Cell, Input, MOST_COLUMNS, RawRow, ReadError, ReadRows, Row, window::go_to_start};
use crate::domain::Literal;

/// How CSV is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// What parts the fields.
    pub delimiter: u8,
    /// What an empty field means.
    pub empty: Literal,
    /// The most bytes of one row, about.
    pub row_bytes: usize,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            empty: Literal::Null,
            row_bytes: super::ROW_BYTES,
        }
    }
}

/// Rows of CSV.
pub struct CsvRows {
    reader: Reader<Bounded>,
    dialect: Dialect,
    names: Arc<[String]>,
    /// The number of the next row.
    number: u64,
    record: ByteRecord,
}

impl CsvRows {
    /// The rows behind an input's header. An input without any bytes has no rows.
    ///
    /// # Errors
    /// The input cannot be read, or the header names nothing that can be used.
    pub fn new(input: Box<dyn Input>, dialect: Dialect) -> Result<Self, ReadError> {
        let mut rows = Self {
            reader: reader(input, &dialect),
            dialect,
            names: Arc::default(),
            number: 0,
            record: ByteRecord::new(),
        };
        rows.rewind()?;
        Ok(rows)
    }

    /// The columns that the header names.
    #[must_use]
    pub fn names(&self) -> &Arc<[String]> {
        &self.names
    }

    /// Reads the next record; its line, or `None` at the end.
    fn record(&mut self) -> Result<Option<u64>, ReadError> {
        let limit = self.dialect.row_bytes;
        self.reader.get_mut().left = limit.saturating_add(BUFFERED);
        let found = self.reader.read_byte_record(&mut self.record);
        let line =
            self.record.position().map_or(1, csv::Position::line) + self.reader.get_ref().late();
        match found {
            Ok(true) if self.record.as_slice().len() > limit => Err(self.too_large(line)),
            // What comes after such a quote would be taken for one field, however many rows it is.
            Ok(true) if self.reader.get_ref().quotes.is_open_at_end() => Err(ReadError::Broken {
                message: "A quote that begins a field is not closed before the end".to_owned(),
                line,
                column: 1,
            }),
            Ok(found) => Ok(found.then_some(line)),
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(_) if self.reader.get_ref().left == 0 => {
                    let line = self.reader.position().line();
                    Err(self.too_large(line))
                }
                csv::ErrorKind::Io(error) => Err(error.into()),
                other => Err(ReadError::Broken {
                    message: format!("Not valid CSV: {other:?}"),
                    line,
                    column: 1,
                }),
            },
        }
    }

    fn too_large(&self, line: u64) -> ReadError {
        ReadError::TooLarge {
            number: self.number,
            line,
            limit: self.dialect.row_bytes,
        }
    }

    fn content(&self) -> Result<RawRow, String> {
        if self.record.len() != self.names.len() {
            return Err(format!(
                "The row has {} and the header {}; a field with a comma, a quote or a line break in it stands \
                 in quotes.",
                fields(self.record.len()),
                self.names.len()
            ));
        }
        let mut cells = Vec::with_capacity(self.names.len());
        for (field, name) in self.record.iter().zip(self.names.iter()) {
            if field.is_empty() {
                cells.push(Cell::Scalar(self.dialect.empty.clone()));
                continue;
            }
            let text = str::from_utf8(field).map_err(|_| {
                format!("Column '{name}' is not UTF-8 text; save the file as UTF-8.")
            })?;
            cells.push(Cell::Scalar(Literal::Text(text.to_owned())));
        }
        Ok(RawRow {
            names: Arc::clone(&self.names),
            cells,
        })
    }
}

fn fields(count: usize) -> String {
    match count {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    }
}

/// The names in a header.
fn header(record: &ByteRecord) -> Result<Arc<[String]>, String> {
    if record.len() > MOST_COLUMNS {
        return Err(format!("The header has more than {MOST_COLUMNS} columns"));
    }
    let names = record.iter().map(|name| {
        str::from_utf8(name)
            .map(str::to_owned)
            .map_err(|_| "The header is not UTF-8 text; save the file as UTF-8".to_owned())
    });
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!(
            "The header names column '{}' more than once",
            pair[0]
        )),
        None => Ok(names.into()),
    }
}

impl ReadRows for CsvRows {
    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(line) = self.record()? else {
            return Ok(None);
        };
        self.number += 1;
        Ok(Some(Row {
            number: self.number - 1,
            line,
            content: self.content(),
        }))
    }

    fn text(&self) -> Cow<'_, [u8]> {
        let mut writer = WriterBuilder::new()
            .delimiter(self.dialect.delimiter)
            .from_writer(Vec::new());
        // Writing to memory does not fail; an empty text would say so.
        let written = writer.write_byte_record(&self.record);
        let mut text = writer.into_inner().unwrap_or_default();
        if written.is_ok() && text.ends_with(b"\n") {
            text.pop();
        }
        Cow::Owned(text)
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        let nothing = reader(Box::new(io::empty()), &self.dialect);
        let mut input = mem::replace(&mut self.reader, nothing).into_inner().input;
        go_to_start(&mut *input)?;
        self.reader = reader(input, &self.dialect);
        self.number = 0;
        if self.record()?.is_some() {
            self.names = header(&self.record).map_err(|message| ReadError::Broken {
                message,
                line: 1,
                column: 1,
            })?;
        }
        Ok(())
    }

    fn count(&mut self, most: u64) -> Result<u64, ReadError> {
        self.rewind()?;
        while self.number <= most && self.record()?.is_some() {
            self.number += 1;
        }
        let found = self.number;
        self.rewind()?;
        Ok(found)
    }
}

/// What the reader takes ahead of a record.
const BUFFERED: usize = 64 << 10;

fn reader(input: Box<dyn Input>, dialect: &Dialect) -> Reader<Bounded> {
    ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFERED)
        .from_reader(Bounded {
            input,
            left: usize::MAX,
            ending: Ending::Unseen,
            quotes: Quotes::new(dialect.delimiter),
        })
}

/// An input that gives no more than so many bytes before it is allowed more: a quote that is never closed would make one
/// record of the whole.
struct Bounded {
    input: Box<dyn Input>,
    left: usize,
    ending: Ending,
    quotes: Quotes,
}

/// Whether the bytes so far end within a quoted field, which the reader does not tell.
struct Quotes {
    delimiter: u8,
    place: Place,
    ended: bool,
}

/// Where in a record the bytes so far end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a field.
    Start,
    /// In a field without quotes, or behind its closing quote.
    Plain,
    /// In a quoted field.
    Quoted,
    /// Behind a quote in it: the closing one, or the first of two.
    Quote,
}

impl Quotes {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            place: Place::Start,
            ended: false,
        }
    }

    fn look(&mut self, bytes: &[u8]) {
        self.ended = bytes.is_empty();
        for &byte in bytes {
            let ends_field = byte == self.delimiter || byte == b'\n' || byte == b'\r';
            self.place = match (self.place, byte) {
                (Place::Quoted, b'"') => Place::Quote,
                (Place::Quoted, _) | (Place::Quote | Place::Start, b'"') => Place::Quoted,
                _ if ends_field => Place::Start,
                _ => Place::Plain,
            };
        }
    }

    fn is_open_at_end(&self) -> bool {
        self.ended && self.place == Place::Quoted
    }
}

/// How the first line ends, and with it all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Unseen,
    /// A carriage return was the last byte.
    Return,
    /// With a carriage return and a line feed.
    Both,
    /// With one of them.
    One,
}

impl Bounded {
    /// How many lines the reader is behind: it takes a record to begin with the line feed before it.
    fn late(&self) -> u64 {
        u64::from(self.ending == Ending::Both)
    }

    fn look(&mut self, bytes: &[u8]) {
        let at = match self.ending {
            Ending::Both | Ending::One => return,
            Ending::Return => Some(0),
            Ending::Unseen => memchr::memchr2(b'\r', b'\n', bytes),
        };
        let Some(rest) = at.map(|at| &bytes[at..]) else {
            return;
        };
        self.ending = match (self.ending, rest) {
            (ending, []) => ending,
            (Ending::Unseen, [b'\r']) => Ending::Return,
            (Ending::Unseen, [b'\r', b'\n', ..]) | (Ending::Return, [b'\n', ..]) => Ending::Both,
            _ => Ending::One,
        };
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other("a row is too large"));
        }
        let most = buffer.len().min(self.left);
        let read = self.input.read(&mut buffer[..most])?;
        self.left -= read;
        self.look(&buffer[..read]);
        self.quotes.look(&buffer[..read]);
        Ok(read)
    }
}
