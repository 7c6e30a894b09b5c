//! LIKE patterns with T-SQL's meaning, on every engine: `%`, `_` and character classes `[a-f]`,
//! `[^x]`. A caller's text becomes a pattern only through these constructors, so that a `%` in a value
//! of `contains` is a percent sign.

/// The character that escapes wildcards in [`LikePattern::to_sql`].
pub const ESCAPE: char = '\\';

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

/// A parsed LIKE pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LikePattern(Vec<Token>);
