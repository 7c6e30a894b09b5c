//! Walks over a JSON text as Python's own scanner does, so that the first thing that is wrong is the same one, at the same
//! place. A place is a byte here; making lines and columns of it is not this file's part.

use serde_json::{Map, Number, Value as Json};

/// What is wrong, and at which byte.
pub(super) type Wrong = (&'static str, usize);

const VALUE: &str = "Expecting value";
const NAME: &str = "Expecting property name enclosed in double quotes";
const COLON: &str = "Expecting ':' delimiter";
const COMMA: &str = "Expecting ',' delimiter";
const UNTERMINATED: &str = "Unterminated string starting at";
const CONTROL: &str = "Invalid control character at";
const ESCAPE: &str = "Invalid \\escape";
const UNICODE: &str = "Invalid \\uXXXX escape";
const EXTRA: &str = "Extra data";

/// Words that stand for a value. What JSON has no number for is null, or a text that no number column takes.
const WORDS: [&str; 6] = ["null", "true", "false", "NaN", "Infinity", "-Infinity"];

/// A text and how far it is read.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    /// How much deeper values may stand in each other.
    room: usize,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, room: usize) -> Self {
        Self { text, at: 0, room }
    }

    /// The whole text as one value.
    pub(super) fn document(mut self) -> Result<Json, Wrong> {
        self.skip_blanks();
        let value = self.value()?;
        self.skip_blanks();
        if self.at < self.text.len() {
            return Err((EXTRA, self.at));
        }
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Json, Wrong> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            _ => self.word_or_number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Json, Wrong>) -> Result<Json, Wrong> {
        let Some(room) = self.room.checked_sub(1) else {
            return Err(("Too many values inside each other", self.at));
        };
        self.room = room;
        self.at += 1;
        self.skip_blanks();
        let value = read(self)?;
        self.at += 1;
        self.room += 1;
        Ok(value)
    }

    /// Up to the closing brace.
    fn object(&mut self) -> Result<Json, Wrong> {
        let mut members = Map::new();
        while self.peek() != Some(b'}') || !members.is_empty() {
            if self.peek() != Some(b'"') {
                return Err((NAME, self.at));
            }
            let key = self.string()?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err((COLON, self.at));
            }
            self.at += 1;
            self.skip_blanks();
            let value = self.value()?;
            members.insert(key, value);
            self.skip_blanks();
            match self.peek() {
                Some(b'}') => break,
                Some(b',') => self.at += 1,
                _ => return Err((COMMA, self.at)),
            }
            self.skip_blanks();
        }
        Ok(Json::Object(members))
    }

    /// Up to the closing bracket.
    fn array(&mut self) -> Result<Json, Wrong> {
        let mut items = Vec::new();
        while self.peek() != Some(b']') || !items.is_empty() {
            items.push(self.value()?);
            self.skip_blanks();
            match self.peek() {
                Some(b']') => break,
                Some(b',') => self.at += 1,
                _ => return Err((COMMA, self.at)),
            }
            self.skip_blanks();
        }
        Ok(Json::Array(items))
    }

    fn word_or_number(&mut self) -> Result<Json, Wrong> {
        let rest = &self.text[self.at..];
        if let Some(word) = WORDS.into_iter().find(|word| rest.starts_with(word)) {
            self.at += word.len();
            return Ok(match word {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                "null" | "NaN" => Json::Null,
                infinite => Json::from(infinite),
            });
        }
        let length = number_length(rest.as_bytes());
        let number: Option<Number> = rest.get(..length).and_then(|digits| digits.parse().ok());
        match number {
            Some(number) => {
                self.at += length;
                Ok(Json::Number(number))
            }
            None => Err((VALUE, self.at)),
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let begin = self.at;
        self.at += 1;
        let mut read = String::new();
        loop {
            let rest = &self.text[self.at..];
            let special = |c: char| c == '"' || c == '\\' || c < '\u{20}';
            let plain = rest.find(special).ok_or((UNTERMINATED, begin))?;
            read.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(read);
                }
                Some(b'\\') => read.push(self.escape(begin)?),
                _ => return Err((CONTROL, self.at)),
            }
        }
    }

    /// What a backslash and what follows it stand for.
    fn escape(&mut self, begin: usize) -> Result<char, Wrong> {
        let backslash = self.at;
        self.at += 1;
        let character = match self.peek().ok_or((UNTERMINATED, begin))? {
            b'u' => return self.unicode(backslash),
            plain @ (b'"' | b'\\' | b'/') => char::from(plain),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return Err((ESCAPE, backslash)),
        };
        self.at += 1;
        Ok(character)
    }

    /// `\u` with four digits, or two of them that are one character. Half of such a pair is no text that a database could hold.
    fn unicode(&mut self, backslash: usize) -> Result<char, Wrong> {
        let wrong = (UNICODE, backslash + 1);
        let first = self.unit(backslash).ok_or(wrong)?;
        self.at = backslash + 6;
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let second = self.unit(self.at).unwrap_or_default();
        let (high, low) = (first.wrapping_sub(0xD800), second.wrapping_sub(0xDC00));
        if high >= 0x400 || low >= 0x400 {
            return Err(("Unpaired surrogate", backslash));
        }
        self.at += 6;
        char::from_u32(0x1_0000 + (high << 10) + low).ok_or(wrong)
    }

    /// The code unit of the escape that begins at a byte. At least one character must follow it, a quote if nothing
    /// else.
    fn unit(&self, backslash: usize) -> Option<u32> {
        let bytes = self.text.as_bytes().get(backslash..backslash + 7)?;
        let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
        let digit = |unit: u32, c: &u8| Some(unit * 16 + char::from(*c).to_digit(16)?);
        digits.iter().try_fold(0, digit)
    }
}

/// How many bytes at the start are a number; 0 when there is none.
fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = match bytes.get(sign) {
        Some(b'0') => 1,
        _ => digits(sign),
    };
    if whole == 0 {
        return 0;
    }
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digits(end + 1 + sign) > 0 {
            end += 1 + sign + digits(end + 1 + sign);
        }
    }
    end
}
