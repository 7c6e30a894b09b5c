//! A buffer over an input that moves on through it: it finds where a JSON value ends and keeps the line and column. It
//! does not parse.

use std::{
    io::{self, Read as _},
    ops::Range,
};

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::{
    Input, ReadError,
    input::{BYTE_ORDER_MARK, head},
};

/// How much is read at a time, at least.
const PART: usize = 64 << 10;

/// Goes to the input's first byte that is no byte order mark; says which that is.
pub(super) fn go_to_start(input: &mut dyn Input) -> io::Result<u64> {
    input.go_to(0)?;
    let (found, length) = head::<3>(input)?;
    if found[..length] == BYTE_ORDER_MARK {
        return Ok(3);
    }
    input.go_to(0)?;
    Ok(0)
}

/// A place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// In bytes, from 0.
    offset: u64,
    /// From 1.
    pub(super) line: u64,
    /// In bytes, from 1.
    pub(super) column: u64,
}

/// See the module's own words.
pub(super) struct Window {
    input: Box<dyn Input>,
    buffer: Vec<u8>,
    /// Where in the buffer begins what was not taken yet.
    start: usize,
    place: Place,
    ended: bool,
}

impl Window {
    /// A window at the input's beginning, past a byte order mark.
    pub(super) fn new(input: Box<dyn Input>) -> Result<Self, ReadError> {
        let mut window = Self {
            input,
            buffer: Vec::new(),
            start: 0,
            place: Place {
                offset: 0,
                line: 1,
                column: 1,
            },
            ended: false,
        };
        window.rewind()?;
        Ok(window)
    }

    pub(super) fn rewind(&mut self) -> Result<(), ReadError> {
        let offset = go_to_start(&mut *self.input)?;
        self.begin_at(Place {
            offset,
            line: 1,
            column: 1,
        });
        Ok(())
    }

    /// Goes back to where it was once.
    pub(super) fn go_to(&mut self, place: Place) -> Result<(), ReadError> {
        self.input.go_to(place.offset)?;
        self.begin_at(place);
        Ok(())
    }

    fn begin_at(&mut self, place: Place) {
        self.buffer.clear();
        self.start = 0;
        self.place = place;
        self.ended = false;
    }

    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// What was taken, until the window moves on.
    pub(super) fn text(&self, taken: &Range<usize>) -> &[u8] {
        self.buffer.get(taken.clone()).unwrap_or_default()
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Reads on: as much again as is there, so that looking at a long row again and again costs no more than twice.
    fn fill(&mut self) -> Result<(), ReadError> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let mut filled = self.buffer.len();
        let enough = filled + filled.max(PART);
        self.buffer.resize(enough, 0);
        while filled < enough {
            match self.input.read(&mut self.buffer[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(more) => filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }

    /// Takes so many bytes that are there.
    fn take(&mut self, length: usize) -> Range<usize> {
        let taken = self.start..self.start + length;
        let bytes = &self.buffer[taken.clone()];
        self.place.offset += length as u64;
        match memrchr(b'\n', bytes) {
            None => self.place.column += length as u64,
            Some(last) => {
                self.place.line += memchr_iter(b'\n', bytes).count() as u64;
                self.place.column = (length - last) as u64;
            }
        }
        self.start = taken.end;
        taken
    }

    /// Takes white space, and looks at the byte after it; `None` at the end.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let rest = self.rest();
            let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            let found = rest.iter().position(|byte| !blank(byte));
            let blanks = found.unwrap_or(rest.len());
            let byte = found.map(|at| rest[at]);
            self.take(blanks);
            if byte.is_some() || self.ended {
                return Ok(byte);
            }
            self.fill()?;
        }
    }

    /// Takes the byte that was looked at.
    pub(super) fn skip(&mut self) {
        if self.start < self.buffer.len() {
            self.take(1);
        }
    }

    /// Takes the JSON value that begins here, or what there is of it. `None`: it is longer than that.
    pub(super) fn value(&mut self, most: usize) -> Result<Option<Range<usize>>, ReadError> {
        let mut scan = Scan::default();
        loop {
            let rest = &self.buffer[self.start..];
            let end = scan.go_on(rest).or(self.ended.then_some(rest.len()));
            match end {
                Some(length) if length > most => return Ok(None),
                Some(length) => return Ok(Some(self.take(length))),
                None if rest.len() > most => return Ok(None),
                None => self.fill()?,
            }
        }
    }

    /// Takes a line and its end; gives the line alone. `None`: it is longer than that.
    pub(super) fn line(&mut self, most: usize) -> Result<Option<Range<usize>>, ReadError> {
        let mut seen = 0;
        loop {
            let rest = &self.buffer[self.start..];
            let end = memchr(b'\n', &rest[seen..]).map(|at| seen + at);
            seen = rest.len();
            let end = end.or(self.ended.then_some(rest.len()));
            match end {
                Some(length) if length > most => return Ok(None),
                Some(length) => {
                    let with_end = (length + 1).min(rest.len());
                    let taken = self.take(with_end);
                    return Ok(Some(taken.start..taken.start + length));
                }
                None if rest.len() > most => return Ok(None),
                None => self.fill()?,
            }
        }
    }
}

/// How far the search for a value's end has come.
#[derive(Debug, Default)]
struct Scan {
    /// Bytes that were looked at.
    seen: usize,
    depth: usize,
    in_string: bool,
    /// A number or a word: it ends before what cannot be part of it.
    bare: bool,
}

impl Scan {
    /// Looks at what is there, of which it has seen the first part before; the value's length when it ends there.
    fn go_on(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(byte) = bytes.get(self.seen) {
            if self.in_string {
                let rest = &bytes[self.seen..];
                let Some(at) = memchr2(b'"', b'\\', rest) else {
                    self.seen = bytes.len();
                    return None;
                };
                if rest[at] == b'\\' {
                    // Up to the escape, if what it escapes is not there yet.
                    let known = at + 2 <= rest.len();
                    self.seen += if known { at + 2 } else { at };
                    if known {
                        continue;
                    }
                    return None;
                }
                self.seen += at + 1;
                self.in_string = false;
                if self.depth == 0 {
                    return Some(self.seen);
                }
                continue;
            }
            match byte {
                b'{' | b'[' if !self.bare => self.depth += 1,
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(self.seen + 1);
                    }
                }
                b'"' if !self.bare => self.in_string = true,
                b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n'
                    if self.depth == 0 =>
                {
                    // Nothing that could be a value: one byte of it, for the parser to refuse.
                    return Some(self.seen.max(1));
                }
                _ => self.bare = self.depth == 0,
            }
            self.seen += 1;
        }
        None
    }
}
