//! SQL text looked at without knowing what it says: its quoted names, and its parameters' placeholders.

use std::collections::BTreeSet;

use upsertd::render::Statement;

/// How a dialect's names and parameters look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    open: char,
    close: char,
    pub prefix: &'static str,
}

pub const SQLITE: Look = Look {
    open: '"',
    close: '"',
    prefix: "?",
};

pub const MSSQL: Look = Look {
    open: '[',
    close: ']',
    prefix: "@P",
};

/// A statement without what is not its dialect's own.
#[derive(Debug)]
pub struct Bare {
    /// The text without its names and the numbers of its parameters.
    pub syntax: String,
    /// These numbers, in the order in which they stand.
    pub numbers: Vec<usize>,
}

impl Bare {
    pub fn new(statement: &Statement, look: Look) -> Self {
        let nameless = nameless(statement.text(), look);
        let mut pieces = nameless.split(look.prefix);
        let mut syntax = pieces.next().unwrap_or_default().to_owned();
        let mut numbers = Vec::new();
        for piece in pieces {
            let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
            let digits = &piece[..piece.len() - rest.len()];
            // A prefix without a number is 0, which no parameter has.
            numbers.push(digits.parse().unwrap_or_default());
            syntax.push(' ');
            syntax.push_str(rest);
        }
        Self { syntax, numbers }
    }

    /// Whether each of so many parameters has a placeholder, and no other has.
    pub fn names_all(&self, params: usize) -> bool {
        let numbers: BTreeSet<usize> = self.numbers.iter().copied().collect();
        numbers == (1..=params).collect()
    }
}

/// A text with a blank in the place of each name. A name that is not closed is one to the text's end.
fn nameless(text: &str, look: Look) -> String {
    let mut bare = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != look.open {
            bare.push(c);
            continue;
        }
        // A quote within the name is doubled.
        while let Some(c) = rest.next() {
            if c == look.close && rest.next_if_eq(&look.close).is_none() {
                break;
            }
        }
        bare.push(' ');
    }
    bare
}

/// T-SQL that the parser reads. SQL Server takes a parameter after FETCH NEXT, and the parser only a number:
/// one in its place. To the parser the ends of TRY and CATCH are statements, which it wants closed, a statement after
/// IF wants a block, and it knows neither how a table is ordered nor how a query is to be run.
pub fn parseable(text: &str) -> String {
    const FETCH: &str = " ROWS FETCH NEXT ";
    let mut text = text.to_owned();
    for mark in ["BEGIN TRY", "END TRY", "BEGIN CATCH"] {
        text = text.replace(&format!("\n{mark}\n"), &format!("\n{mark};\n"));
    }
    for (words, plain) in [
        ("UNIQUE CLUSTERED INDEX", "UNIQUE INDEX"),
        (" OPTION (LOOP JOIN, FORCE ORDER)", ""),
    ] {
        text = text.replace(words, plain);
    }
    match text.rsplit_once(" ROWS FETCH NEXT @P") {
        None => text,
        Some((before, after)) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}{FETCH}1{after}")
        }
    }
}
