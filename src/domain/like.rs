//! LIKE patterns with T-SQL's meaning, on every engine: `%`, `_` and character classes `[a-f]`,
//! `[^x]`. A caller's text becomes a pattern only through these constructors, so that a `%` in a value
//! of `contains` is a percent sign.

use std::str::Chars;

/// The character that escapes wildcards in [`LikePattern::to_sql`].
pub const ESCAPE: char = '\\';

/// Steps of matching between two questions whether to go on: far less than a millisecond.
pub const STEPS: usize = 4_096;

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Exactly this character (case by the database's collation).
    Literal(char),
    /// `%`: any run of characters, also none.
    AnyRun,
    /// `_`: any one character.
    AnyOne,
    /// `[…]`: one character in (or, negated, not in) one of the inclusive ranges.
    Class {
        /// `[^…]`
        negated: bool,
        /// Inclusive ranges; a single character is a range to itself.
        ranges: Vec<(char, char)>,
    },
}

/// A parsed LIKE pattern. No two `%` stand side by side: one says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikePattern(Vec<Token>);

/// Why a text is not a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A `[` without its `]`.
    #[error("the pattern has a '[' that no ']' closes; write [[] for the character itself")]
    UnclosedClass,
    /// The escape character with nothing behind it.
    #[error("the pattern ends in its escape character; write it twice for the character itself")]
    DanglingEscape,
}

impl LikePattern {
    /// Texts that begin with this one, whatever characters it has.
    #[must_use]
    pub fn begins_with(text: &str) -> Self {
        Self::from_tokens(literals(text).chain([Token::AnyRun]))
    }

    /// Texts that end with this one, whatever characters it has.
    #[must_use]
    pub fn ends_with(text: &str) -> Self {
        Self::from_tokens([Token::AnyRun].into_iter().chain(literals(text)))
    }

    /// Texts that have this one in them, whatever characters it has.
    #[must_use]
    pub fn contains(text: &str) -> Self {
        let open = [Token::AnyRun].into_iter();
        Self::from_tokens(open.chain(literals(text)).chain([Token::AnyRun]))
    }

    /// Reads a pattern as `LIKE pattern [ESCAPE escape]` does.
    ///
    /// The escape character makes the next one literal, also inside a class. A `]` that comes first in
    /// a class is a member of it, and so is a `-` that comes first or last.
    ///
    /// # Errors
    /// [`PatternError`] when a class is not closed or the escape character escapes nothing.
    pub fn parse(pattern: &str, escape: Option<char>) -> Result<Self, PatternError> {
        let mut rest = pattern.chars();
        let mut tokens = Vec::new();
        while let Some(c) = rest.next() {
            tokens.push(match c {
                _ if Some(c) == escape => {
                    Token::Literal(rest.next().ok_or(PatternError::DanglingEscape)?)
                }
                '%' => Token::AnyRun,
                '_' => Token::AnyOne,
                '[' => parse_class(&mut rest, escape)?,
                _ => Token::Literal(c),
            });
        }
        Ok(Self::from_tokens(tokens))
    }

    fn from_tokens(tokens: impl IntoIterator<Item = Token>) -> Self {
        let mut merged: Vec<Token> = tokens.into_iter().collect();
        merged.dedup_by(|a, b| *a == Token::AnyRun && *b == Token::AnyRun);
        Self(merged)
    }

    /// How many characters and wildcards it has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.0.len()
    }

    /// The pattern as T-SQL text, for `LIKE … ESCAPE '\'`.
    #[must_use]
    pub fn to_sql(&self) -> String {
        let mut sql = String::with_capacity(self.0.len() + 8);
        for token in &self.0 {
            match token {
                Token::Literal(c) => push_escaped(&mut sql, *c, &['%', '_', '[', ESCAPE]),
                Token::AnyRun => sql.push('%'),
                Token::AnyOne => sql.push('_'),
                Token::Class { negated, ranges } => push_class(&mut sql, *negated, ranges),
            }
        }
        sql
    }

    /// The pattern as T-SQL text that needs no ESCAPE where that can be: wildcards as classes of one. `true`: it
    /// needs `ESCAPE '\'`, for a class that has `]`, `^` or `-` in it.
    #[must_use]
    pub fn to_sql_in_classes(&self) -> (String, bool) {
        let mut sql = String::with_capacity(self.0.len() + 8);
        for token in &self.0 {
            match token {
                Token::Literal(c @ ('%' | '_' | '[')) => sql.extend(['[', *c, ']']),
                Token::Literal(c) => sql.push(*c),
                Token::AnyRun => sql.push('%'),
                Token::AnyOne => sql.push('_'),
                Token::Class { negated, ranges } => {
                    let start = sql.len();
                    push_class(&mut sql, *negated, ranges);
                    if sql[start..].contains(ESCAPE) {
                        return (self.to_sql(), true);
                    }
                }
            }
        }
        (sql, false)
    }

    /// The pattern made ready for matching, characters being equal when their folded forms are. A range
    /// of a class takes in what lies between its folded ends. Folding twice must change nothing more.
    #[must_use]
    pub fn matcher<F: Fn(char) -> char>(&self, fold: F) -> LikeMatcher<F> {
        let tokens = self.0.iter().map(|token| token.folded(&fold)).collect();
        LikeMatcher { tokens, fold }
    }

    /// The text that all matches begin with, when the pattern asks nothing else: at least one literal
    /// character and then one `%` at the end. An index can answer such a pattern.
    #[must_use]
    pub fn literal_prefix(&self) -> Option<String> {
        let (Token::AnyRun, literals) = self.0.split_last()? else {
            return None;
        };
        let literal = |token: &Token| match token {
            Token::Literal(c) => Some(*c),
            _ => None,
        };
        let prefix: String = literals.iter().map(literal).collect::<Option<_>>()?;
        (!prefix.is_empty()).then_some(prefix)
    }
}

/// A pattern made ready to match many texts.
#[derive(Debug, Clone)]
pub struct LikeMatcher<F> {
    /// Folded.
    tokens: Vec<Token>,
    fold: F,
}

impl<F: Fn(char) -> char> LikeMatcher<F> {
    /// Whether a text matches; `None` when `go_on`, asked every [`STEPS`] steps, says no.
    ///
    /// Takes steps in proportion to the pattern's length times the text's, at worst.
    pub fn matches(&self, text: &str, mut go_on: impl FnMut() -> bool) -> Option<bool> {
        let mut steps = 0;
        let mut at = 0;
        let mut rest = text;
        // Where to go on when the tokens after the last `%` fail: that `%` takes one character more.
        // An earlier `%` need not, since whatever it could take the last one can take too.
        let mut retry: Option<(usize, &str)> = None;
        loop {
            let token = self.tokens.get(at);
            steps += token.map_or(1, Token::steps);
            if steps >= STEPS {
                steps = 0;
                if !go_on() {
                    return None;
                }
            }
            match token {
                Some(Token::AnyRun) if at + 1 == self.tokens.len() => return Some(true),
                Some(Token::AnyRun) => {
                    at += 1;
                    retry = Some((at, rest));
                    continue;
                }
                Some(token) => {
                    let mut chars = rest.chars();
                    // A longer run would leave even less text for this token.
                    let Some(c) = chars.next() else {
                        return Some(false);
                    };
                    if token.takes(c, &self.fold) {
                        at += 1;
                        rest = chars.as_str();
                        continue;
                    }
                }
                None if rest.is_empty() => return Some(true),
                None => {}
            }
            let Some((after, from)) = retry else {
                return Some(false);
            };
            let mut chars = from.chars();
            if chars.next().is_none() {
                return Some(false);
            }
            at = after;
            rest = chars.as_str();
            retry = Some((after, rest));
        }
    }
}

impl Token {
    fn folded(&self, fold: impl Fn(char) -> char) -> Self {
        match self {
            Self::Literal(c) => Self::Literal(fold(*c)),
            Self::Class { negated, ranges } => Self::Class {
                negated: *negated,
                ranges: ranges.iter().map(|(a, z)| (fold(*a), fold(*z))).collect(),
            },
            Self::AnyOne | Self::AnyRun => self.clone(),
        }
    }

    /// What trying it on a character costs at most.
    fn steps(&self) -> usize {
        match self {
            Self::Class { ranges, .. } => ranges.len(),
            Self::Literal(_) | Self::AnyOne | Self::AnyRun => 1,
        }
    }

    /// Whether the token, folded, takes this one character.
    fn takes(&self, c: char, fold: impl Fn(char) -> char) -> bool {
        match self {
            Self::Literal(own) => *own == c || *own == fold(c),
            Self::AnyOne | Self::AnyRun => true,
            Self::Class { negated, ranges } => {
                let c = fold(c);
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

fn literals(text: &str) -> impl Iterator<Item = Token> {
    text.chars().map(Token::Literal)
}

/// A character inside a class; only a bare one can be `-` or `]` with a meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Bare(char),
    Escaped(char),
}

impl Member {
    fn read(rest: &mut Chars, escape: Option<char>) -> Result<Self, PatternError> {
        let c = rest.next().ok_or(PatternError::UnclosedClass)?;
        if Some(c) == escape {
            let next = rest.next().ok_or(PatternError::DanglingEscape)?;
            return Ok(Self::Escaped(next));
        }
        Ok(Self::Bare(c))
    }

    fn char(self) -> char {
        match self {
            Self::Bare(c) | Self::Escaped(c) => c,
        }
    }
}

/// Reads a class to its `]`; the `[` has been read.
fn parse_class(rest: &mut Chars, escape: Option<char>) -> Result<Token, PatternError> {
    let negated = escape != Some('^') && rest.as_str().starts_with('^');
    if negated {
        rest.next();
    }
    let mut ranges = Vec::new();
    loop {
        let low = Member::read(rest, escape)?;
        if low == Member::Bare(']') && !ranges.is_empty() {
            return Ok(Token::Class { negated, ranges });
        }
        let mut high = low;
        let mut ahead = rest.clone();
        if Member::read(&mut ahead, escape)? == Member::Bare('-') {
            let end = Member::read(&mut ahead, escape)?;
            if end != Member::Bare(']') {
                high = end;
                *rest = ahead;
            }
        }
        ranges.push((low.char(), high.char()));
    }
}

fn push_class(sql: &mut String, negated: bool, ranges: &[(char, char)]) {
    let special = [']', '^', '-', ESCAPE];
    sql.push_str(if negated { "[^" } else { "[" });
    for (low, high) in ranges {
        push_escaped(sql, *low, &special);
        if high != low {
            sql.push('-');
            push_escaped(sql, *high, &special);
        }
    }
    sql.push(']');
}

fn push_escaped(sql: &mut String, c: char, special: &[char]) {
    if special.contains(&c) {
        sql.push(ESCAPE);
    }
    sql.push(c);
}

#[cfg(test)]
mod tests;
