//! Rows of NDJSON: a JSON object in each line; blank lines are none. A line that is no object is a bad row and does not
//! keep the others from being read.

use std::{borrow::Cow, ops::Range};

use super::{
    Input, Options, ReadError, ReadRows, Row,
    json_rows::not_json,
    row::RowParser,
    window::{Place, Window},
};

/// Rows of NDJSON.
pub struct LineRows {
    window: Window,
    options: Options,
    parser: RowParser,
    /// The number of the next row.
    number: u64,
    last: Range<usize>,
}

impl LineRows {
    /// The rows of an input's lines.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn new(input: Box<dyn Input>, options: Options) -> Result<Self, ReadError> {
        Ok(Self {
            window: Window::new(input)?,
            options,
            parser: RowParser::new(options.repeated),
            number: 0,
            last: 0..0,
        })
    }

    /// Cuts out the next line that is not blank; gives the place where its content begins.
    fn cut(&mut self) -> Result<Option<Place>, ReadError> {
        // White space between lines is taken as well.
        if self.window.peek()?.is_none() {
            return Ok(None);
        }
        let place = self.window.place();
        let limit = self.options.row_bytes;
        let line = self.window.line(limit)?.ok_or(ReadError::TooLarge {
            number: self.number,
            line: place.line,
            limit,
        })?;
        let text = self.window.text(&line).trim_ascii_end();
        self.last = line.start..line.start + text.len();
        self.number += 1;
        Ok(Some(place))
    }
}

impl ReadRows for LineRows {
    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(place) = self.cut()? else {
            return Ok(None);
        };
        let parsed = self.parser.parse(self.window.text(&self.last));
        let content = parsed.unwrap_or_else(|error| Err(not_json(&error, place).to_string()));
        Ok(Some(Row {
            number: self.number - 1,
            line: place.line,
            content,
        }))
    }

    fn text(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.window.text(&self.last))
    }

    fn rewind(&mut self) -> Result<(), ReadError> {
        self.window.rewind()?;
        self.number = 0;
        self.last = 0..0;
        Ok(())
    }

    fn count(&mut self, most: u64) -> Result<u64, ReadError> {
        self.rewind()?;
        while self.number <= most && self.cut()?.is_some() {}
        let found = self.number;
        self.rewind()?;
        Ok(found)
    }
}
