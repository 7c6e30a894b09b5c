//! Rows of an array that stands inside of an object, among other keys: `{"Rows": [{…}, …], "Key": "Id"}`. The object is
//! gone through once for the other keys, and the array is read afterwards: neither is it ever held.

use serde_json::{Map, Value};

use super::{
    Input, JsonRows, Options, ReadError,
    json_rows::{broken, not_json, skip_array},
    kind,
    window::{Place, Window},
};
use crate::domain::json::{Unrepeated, repeated_text};

/// The most bytes of the other keys and their values together.
const OTHERS_BYTES: usize = 1 << 20;

/// An object with rows in it.
pub struct Wrapped {
    /// The other keys, as they are spelled.
    pub others: Map<String, Value>,
    /// The rows, if the object has an array of that name; another value is among the others.
    pub rows: Option<JsonRows>,
    /// How many elements the array has.
    pub count: u64,
}

/// Goes through an object whose array of that name (in any case of letters) holds rows. The whole of it is looked at, so
/// that one that breaks off is refused before a row was read.
///
/// # Errors
/// [`ReadError`]; a key that stands twice is one.
pub fn unwrap_rows(
    input: Box<dyn Input>,
    name: &str,
    options: Options,
) -> Result<Wrapped, ReadError> {
    let mut walk = Walk {
        window: Window::new(input)?,
        left: OTHERS_BYTES,
    };
    let mut others = Map::new();
    let mut array = None;
    let mut count = 0;
    walk.open()?;
    let mut first = true;
    while let Some((key, place)) = walk.key(first)? {
        first = false;
        let of_rows = key.eq_ignore_ascii_case(name);
        let again =
            of_rows && (array.is_some() || others.keys().any(|k| k.eq_ignore_ascii_case(name)));
        if again || others.contains_key(&key) {
            return Err(broken(repeated_text(&key), place));
        }
        if of_rows && walk.window.peek()? == Some(b'[') {
            array = Some(walk.window.place());
            count = skip_array(&mut walk.window, options)?;
        } else {
            let value = walk.value()?;
            others.insert(key, value);
        }
    }
    walk.end()?;
    let window = walk.window;
    let rows = array.map(|at| JsonRows::inside(window, options, at));
    Ok(Wrapped {
        others,
        rows: rows.transpose()?,
        count,
    })
}

struct Walk {
    window: Window,
    /// How many bytes of keys and values may still come.
    left: usize,
}

impl Walk {
    fn open(&mut self) -> Result<(), ReadError> {
        match self.window.peek()? {
            Some(b'{') => {
                self.window.skip();
                Ok(())
            }
            Some(other) => Err(self.wrong(format!(
                "Not what is expected: {}; send an object",
                kind(other)
            ))),
            None => Err(self.wrong("Nothing where an object is expected")),
        }
    }

    /// The next key, past its colon, and where it stands; `None` behind the object.
    fn key(&mut self, first: bool) -> Result<Option<(String, Place)>, ReadError> {
        let mut found = self.window.peek()?;
        if found == Some(b'}') {
            self.window.skip();
            return Ok(None);
        }
        if !first {
            if found != Some(b',') {
                return Err(self.wrong("Not valid JSON: expected ',' or '}'"));
            }
            self.window.skip();
            found = self.window.peek()?;
        }
        if found != Some(b'"') {
            return Err(self.wrong("Not valid JSON: expected a key in quotes"));
        }
        let place = self.window.place();
        let Value::String(key) = self.value()? else {
            return Err(broken("Not valid JSON: expected a key".to_owned(), place));
        };
        if self.window.peek()? != Some(b':') {
            return Err(self.wrong("Not valid JSON: expected ':' after a key"));
        }
        self.window.skip();
        Ok(Some((key, place)))
    }

    fn value(&mut self) -> Result<Value, ReadError> {
        if self.window.peek()?.is_none() {
            return Err(self.wrong("Not valid JSON: it ends inside of the object"));
        }
        let place = self.window.place();
        let Some(taken) = self.window.value(self.left)? else {
            let text = format!("What stands beside the rows is larger than {OTHERS_BYTES} bytes");
            return Err(broken(text, place));
        };
        self.left -= taken.len();
        let Unrepeated(value) = serde_json::from_slice(self.window.text(&taken))
            .map_err(|error| not_json(&error, place))?;
        Ok(value)
    }

    fn end(&mut self) -> Result<(), ReadError> {
        match self.window.peek()? {
            None => Ok(()),
            Some(_) => Err(self.wrong("Not valid JSON: something follows after the end")),
        }
    }

    fn wrong(&self, message: impl Into<String>) -> ReadError {
        broken(message.into(), self.window.place())
    }
}
