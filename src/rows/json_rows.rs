//! Rows of a JSON array of objects, or of one object alone. The elements are cut out of the text one by one; no more
//! than one is held.

use std::{borrow::Cow, ops::Range};

use serde::de::IgnoredAny;

use super::{
    Input, Options, ReadError, ReadRows, Row, kind,
    row::RowParser,
    window::{Place, Window},
};

/// Rows of a JSON array.
pub struct JsonRows {
    window: Window,
    options: Options,
    parser: RowParser,
    /// Where the array begins, if it stands inside of an object.
    inside: Option<Place>,
    state: State,
    /// The number of the next row.
    number: u64,
    last: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was read.
    Before,
    /// Behind the array's bracket.
    First,
    /// Behind an element.
    Within,
    /// Behind the array.
    Behind,
}

impl JsonRows {
    /// The rows of an array of objects; a single object is one row.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn new(input: Box<dyn Input>, options: Options) -> Result<Self, ReadError> {
        Ok(Self::over(Window::new(input)?, options, None))
    }

    /// The rows of the array that begins there, whatever stands around it.
    pub(super) fn inside(window: Window, options: Options, at: Place) -> Result<Self, ReadError> {
        let mut rows = Self::over(window, options, Some(at));
        rows.rewind()?;
        Ok(rows)
    }

    fn over(window: Window, options: Options, inside: Option<Place>) -> Self {
        Self {
            window,
            options,
            parser: RowParser::new(options.repeated),
            inside,
            state: State::Before,
            number: 0,
            last: 0..0,
        }
    }

    /// Cuts out the next element; gives the place where it begins.
    fn element(&mut self) -> Result<Option<Place>, ReadError> {
        if self.state == State::Before {
            match self.window.peek()? {
                Some(b'[') => {
                    self.window.skip();
                    self.state = State::First;
                }
                Some(b'{') => {
                    self.state = State::Behind;
                    return self.cut().map(Some);
                }
                Some(other) => {
                    let kind = kind(other);
                    let text = format!("Not what is expected: {kind}; send an array of objects");
                    return Err(broken(text, self.window.place()));
                }
                None => {
                    let text = "Nothing where an array of objects is expected".to_owned();
                    return Err(broken(text, self.window.place()));
                }
            }
        }
        if elements(&mut self.window, &mut self.state)? {
            return self.cut().map(Some);
        }
        self.check_end()?;
        Ok(None)
    }

    fn cut(&mut self) -> Result<Place, ReadError> {
        let place = self.window.place();
        let most = self.options.row_bytes;
        self.last = self.window.value(most)?.ok_or(ReadError::TooLarge {
            number: self.number,
            line: place.line,
            limit: most,
        })?;
        self.number += 1;
        Ok(place)
    }

    /// Nothing may follow an array that stands alone.
    fn check_end(&mut self) -> Result<(), ReadError> {
        if self.inside.is_none() && self.window.peek()?.is_some() {
            let text = "Not valid JSON: something follows after the end".to_owned();
            return Err(broken(text, self.window.place()));
        }
        Ok(())
    }
}

/// Goes to the next element of an array, past its comma; whether there is one.
fn elements(window: &mut Window, state: &mut State) -> Result<bool, ReadError> {
    if *state == State::Behind {
        return Ok(false);
    }
    let found = window.peek()?;
    match (found, *state) {
        (Some(b']'), _) => {
            window.skip();
            *state = State::Behind;
            return Ok(false);
        }
        (Some(b','), State::Within) => {
            window.skip();
            if window.peek()? == Some(b']') {
                let text = "Not valid JSON: a comma before the end of the array".to_owned();
                return Err(broken(text, window.place()));
            }
        }
        (Some(_), State::First) | (None, _) => {}
        (Some(_), _) => {
            let text = "Not valid JSON: expected ',' or ']' after an element".to_owned();
            return Err(broken(text, window.place()));
        }
    }
    if window.peek()?.is_none() {
        let text = "Not valid JSON: it ends inside of the array".to_owned();
        return Err(broken(text, window.place()));
    }
    *state = State::Within;
    Ok(true)
}

/// Goes past an array that begins here, an element at a time.
pub(super) fn skip_array(window: &mut Window, options: Options) -> Result<u64, ReadError> {
    window.skip();
    let mut state = State::First;
    let mut number = 0;
    while elements(window, &mut state)? {
        let place = window.place();
        let limit = options.row_bytes;
        let value = window.value(limit)?.ok_or(ReadError::TooLarge {
            number,
            line: place.line,
            limit,
        })?;
        check_json(window.text(&value), place)?;
        number += 1;
    }
    Ok(number)
}

fn check_json(text: &[u8], at: Place) -> Result<(), ReadError> {
    serde_json::from_slice::<IgnoredAny>(text)
        .map(drop)
        .map_err(|error| not_json(&error, at))
}

pub(super) fn broken(message: String, at: Place) -> ReadError {
    ReadError::Broken {
        message,
        line: at.line,
        column: at.column,
    }
}

/// What the parser says of a text that begins there.
pub(super) fn not_json(error: &serde_json::Error, at: Place) -> ReadError {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    let (line, column) = (error.line() as u64, error.column() as u64);
    ReadError::Broken {
        message: format!("Not valid JSON: {what}"),
        line: at.line + line.saturating_sub(1),
        column: match line {
            0 | 1 => at.column + column.saturating_sub(1),
            _ => column,
        },
    }
}

impl ReadRows for JsonRows {
    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        let Some(place) = self.element()? else {
            return Ok(None);
        };
        let text = self.window.text(&self.last);
        let content = self
            .parser
            .parse(text)
            .map_err(|error| not_json(&error, place))?;
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
        match self.inside {
            Some(place) => self.window.go_to(place)?,
            None => self.window.rewind()?,
        }
        self.state = State::Before;
        self.number = 0;
        self.last = 0..0;
        Ok(())
    }

    fn count(&mut self, most: u64) -> Result<u64, ReadError> {
        self.rewind()?;
        while let Some(place) = self.element()? {
            check_json(self.window.text(&self.last), place)?;
            if self.number > most {
                break;
            }
        }
        let found = self.number;
        self.rewind()?;
        Ok(found)
    }
}
