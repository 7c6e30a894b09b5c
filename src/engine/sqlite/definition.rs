//! Changes one column in the text of a CREATE TABLE and leaves every other word of it as its owner wrote it: checks,
//! collations, comments. What it does not understand it does not touch.

use std::ops::Range;

use crate::render::schema::Rebuild;

/// The definition with the column changed and the table called otherwise; `None` where it cannot be taken apart, or where
/// the change would have to be made elsewhere than in the column's own definition.
pub(super) fn changed(definition: &str, rebuild: &Rebuild, called: &str) -> Option<String> {
    let tokens = tokens(definition)?;
    let open = tokens.iter().position(|t| t.kind == Kind::Open)?;
    let close = matching(&tokens, open)?;
    // CREATE TABLE name ( … ) options: what has AS in the place of the list is no list.
    let head = &tokens[..open];
    let ["create", "table", ..] = head
        .iter()
        .take(2)
        .map(|t| t.word(definition))
        .collect::<Vec<_>>()
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let item = items(&tokens[open + 1..close])
        .into_iter()
        .find(|item| item.first().is_some_and(|t| t.names(definition, rebuild)))?;
    let (first, last) = (item.first()?, item.last()?);
    let column = changed_column(definition, item, rebuild)?;
    let mut text = format!("CREATE TABLE {called} ");
    text.push_str(&definition[tokens[open].at.start..first.at.start]);
    text.push_str(&column);
    text.push_str(&definition[last.at.end..]);
    Some(text)
}

/// The words that begin a column's constraint.
const CONSTRAINTS: [&str; 10] = [
    "constraint",
    "primary",
    "not",
    "null",
    "unique",
    "check",
    "default",
    "collate",
    "references",
    "generated",
];

fn changed_column(text: &str, item: &[Token], rebuild: &Rebuild) -> Option<String> {
    let name = &item[0];
    let starts: Vec<usize> = (1..item.len())
        .filter(|at| starts_constraint(text, item, *at))
        .collect();
    let first = starts.first().copied().unwrap_or(item.len());
    let mut parts = vec![text[name.at.clone()].to_owned()];
    match &rebuild.ty {
        Some(ty) => parts.push(ty.text().to_owned()),
        None => parts.extend(slice(text, item, 1..first)),
    }
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(item.len());
        let words = || item[*start..end].iter().map(|t| t.word(text));
        let keyword = item[*start].word(text);
        match keyword.as_str() {
            // It is about the column's own definition in more ways than can be changed here.
            "generated" | "as" | "primary" => return None,
            // A name in front of what may go.
            "constraint" if rebuild.nullable.is_some() || rebuild.default.is_some() => return None,
            "not" | "null" if rebuild.nullable.is_some() => {
                // ON CONFLICT …
                if words().any(|word| word == "conflict") {
                    return None;
                }
            }
            "default" if rebuild.default.is_some() => {}
            // The new type brings its own.
            "collate" if rebuild.ty.is_some() => {}
            _ => parts.extend(slice(text, item, *start..end)),
        }
    }
    if rebuild.nullable == Some(false) {
        parts.push("NOT NULL".to_owned());
    }
    if let Some(Some(default)) = &rebuild.default {
        parts.push(format!("DEFAULT {}", default.text()));
    }
    Some(parts.join(" "))
}

/// Whether a constraint begins here: not within parentheses, and not as a part of the one before (`DEFAULT NULL`,
/// `ON DELETE SET NULL`, `CONSTRAINT name`, `NOT NULL`).
fn starts_constraint(text: &str, item: &[Token], at: usize) -> bool {
    let token = &item[at];
    if token.depth != item[0].depth || token.kind != Kind::Word {
        return false;
    }
    let word = token.word(text);
    let before = item[at - 1].word(text);
    match word.as_str() {
        "null" => !matches!(before.as_str(), "not" | "default" | "set"),
        "default" => before != "set",
        // NOT DEFERRABLE belongs to REFERENCES.
        "not" => item
            .get(at + 1)
            .is_some_and(|next| next.word(text) == "null"),
        // AS (…), which GENERATED ALWAYS may be left out before.
        "as" => true,
        word => CONSTRAINTS.contains(&word) && before != "constraint",
    }
}

fn slice(text: &str, item: &[Token], range: Range<usize>) -> Option<String> {
    let (first, last) = (item.get(range.start)?, item.get(range.end.checked_sub(1)?)?);
    (range.start < range.end).then(|| text[first.at.start..last.at.end].to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A bare word or number.
    Word,
    /// A quoted name or text.
    Quoted,
    Open,
    Close,
    Comma,
    Other,
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    at: Range<usize>,
    depth: usize,
}

impl Token {
    /// In lower case; empty for what is no bare word.
    fn word(&self, text: &str) -> String {
        match self.kind {
            Kind::Word => text[self.at.clone()].to_ascii_lowercase(),
            _ => String::new(),
        }
    }

    /// Whether it is the name of the column.
    fn names(&self, text: &str, rebuild: &Rebuild) -> bool {
        let written = &text[self.at.clone()];
        let name = match self.kind {
            Kind::Word => written.to_owned(),
            Kind::Quoted => {
                let inner = &written[1..written.len() - 1];
                match written.chars().next_back() {
                    Some(']') | None => inner.to_owned(),
                    Some(quote) => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
                }
            }
            _ => return false,
        };
        rebuild.column.as_str().eq_ignore_ascii_case(&name)
    }
}

/// The items of a list, by the commas between them.
fn items(list: &[Token]) -> Vec<&[Token]> {
    let Some(depth) = list.first().map(|t| t.depth) else {
        return Vec::new();
    };
    list.split(|t| t.kind == Kind::Comma && t.depth == depth)
        .collect()
}

fn matching(tokens: &[Token], open: usize) -> Option<usize> {
    let depth = tokens[open].depth;
    let after = tokens.iter().skip(open + 1);
    let found = after
        .take_while(|t| !(t.kind == Kind::Close && t.depth == depth))
        .count();
    (open + 1 + found < tokens.len()).then_some(open + 1 + found)
}

/// Reads words, quoted names and texts, and parentheses; comments and blanks lie between. `None` for a text that ends
/// inside one of them.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let width = c.len_utf8();
        let (kind, length) = match c {
            _ if rest.starts_with("--") => {
                at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                continue;
            }
            _ if rest.starts_with("/*") => {
                at += rest.find("*/")? + 2;
                continue;
            }
            c if c.is_ascii_whitespace() => {
                at += width;
                continue;
            }
            '\'' | '"' | '`' => (Kind::Quoted, quoted(rest, c)?),
            '[' => (Kind::Quoted, rest.find(']')? + 1),
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            c if is_word(c) => (Kind::Word, rest.find(|c| !is_word(c)).unwrap_or(rest.len())),
            _ => (Kind::Other, width),
        };
        if kind == Kind::Close {
            depth = depth.checked_sub(1)?;
        }
        tokens.push(Token {
            kind,
            at: at..at + length,
            depth,
        });
        if kind == Kind::Open {
            depth += 1;
        }
        at += length;
    }
    Some(tokens)
}

/// SQLite takes every character beyond ASCII as one of a name.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

/// The length of a quoted piece; the quote inside is doubled.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut at = 1;
    loop {
        at += rest[at..].find(quote)? + 1;
        if !rest[at..].starts_with(quote) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        domain::{Name, SqlType},
        render::{
            literal::Style,
            schema::Fragment,
            statement::{Lexis, SqlText},
        },
    };

    struct Quoted;

    impl Lexis for Quoted {
        const QUOTES: (char, char) = ('"', '"');
        const PARAM_PREFIX: &'static str = "?";
        const LITERALS: Style = Style::Sqlite;
    }

    fn fragment(text: &'static str) -> Fragment {
        let mut sql = SqlText::<Quoted>::new();
        sql.push_syntax(text);
        sql.finish_fragment()
    }

    fn rebuild(column: &str) -> Rebuild {
        Rebuild {
            table: Name::parse("t").unwrap(),
            column: Name::parse(column).unwrap(),
            ty: None,
            nullable: None,
            default: None,
            value: fragment("a"),
            misfits: None,
            holds: SqlType::BigInt,
        }
    }

    #[test]
    fn one_column_changes_and_every_other_word_stays() {
        let definition = "CREATE TABLE \"t\"(id INTEGER PRIMARY KEY, -- a, b\n \
             a varchar(10) COLLATE BINARY NOT NULL DEFAULT 'x, NOT NULL )' CHECK (a <> ',' AND length(a) > 1) \
             REFERENCES o (id) ON DELETE SET NULL,\n\t[b] decimal(1, 2) DEFAULT NULL, /* ( */ CHECK (a > b)) STRICT";
        let changed_a = Rebuild {
            ty: Some(fragment("bigint")),
            nullable: Some(true),
            default: Some(Some(fragment("5"))),
            ..rebuild("A")
        };
        assert_eq!(
            changed(definition, &changed_a, "new").unwrap(),
            "CREATE TABLE new (id INTEGER PRIMARY KEY, -- a, b\n a bigint \
             CHECK (a <> ',' AND length(a) > 1) REFERENCES o (id) ON DELETE SET NULL DEFAULT 5,\n\t\
             [b] decimal(1, 2) DEFAULT NULL, /* ( */ CHECK (a > b)) STRICT"
        );
        let changed_b = Rebuild {
            nullable: Some(false),
            default: Some(None),
            ..rebuild("b")
        };
        let text = changed(definition, &changed_b, "new").unwrap();
        assert!(
            text.contains("\n\t[b] decimal(1, 2) NOT NULL, /* ( */ CHECK"),
            "{text}"
        );
    }

    #[test]
    fn defaults_of_every_form_are_taken_out_whole() {
        for default in [
            "5",
            "-5",
            "'a''b'",
            "(1 + (2))",
            "NULL",
            "CURRENT_TIMESTAMP",
            "x'00'",
            "\"q\"",
        ] {
            let definition = format!("CREATE TABLE t (a int DEFAULT {default} NOT NULL, b)");
            let plain = Rebuild {
                default: Some(None),
                ..rebuild("a")
            };
            let text = changed(&definition, &plain, "new").unwrap();
            assert_eq!(text, "CREATE TABLE new (a int NOT NULL, b)", "{default}");
        }
        let kept = Rebuild {
            nullable: Some(false),
            ..rebuild("a")
        };
        let text = changed("CREATE TABLE t (a DEFAULT NULL)", &kept, "new").unwrap();
        assert_eq!(text, "CREATE TABLE new (a DEFAULT NULL NOT NULL)");
        let text = changed("CREATE TABLE t (a NULL UNIQUE)", &kept, "new").unwrap();
        assert_eq!(text, "CREATE TABLE new (a UNIQUE NOT NULL)");
    }

    #[test]
    fn what_cannot_be_taken_apart_is_left_alone() {
        let any = Rebuild {
            nullable: Some(false),
            ..rebuild("a")
        };
        for definition in [
            "CREATE TABLE t (b int)",
            "CREATE TABLE t (a int PRIMARY KEY)",
            "CREATE TABLE t (a int AS (1))",
            "CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED)",
            "CREATE TABLE t (a int CONSTRAINT n NOT NULL)",
            "CREATE TABLE t (a int NOT NULL ON CONFLICT REPLACE)",
            "CREATE VIRTUAL TABLE t USING fts5 (a)",
            "CREATE TABLE t (a int",
            "CREATE TABLE t (a 'x)",
            "",
        ] {
            assert_eq!(changed(definition, &any, "new"), None, "{definition}");
        }
    }
}
