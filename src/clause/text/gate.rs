//! The tokens that an SQL condition may consist of. Everything that the parser could take for more
//! than AND, OR, NOT, comparisons, IN, BETWEEN, LIKE and IS NULL is refused here by its name, and
//! nesting and length are counted before anything recursive looks at them.

use sqlparser::{
    dialect::MsSqlDialect,
    keywords::Keyword,
    tokenizer::{Token, TokenWithSpan, Tokenizer, Whitespace, Word},
};

use super::{position, quote};
use crate::{
    clause::{
        Limits,
        bounds::Bounds,
        refusal::{Refusal, empty, invalid, not_allowed, too_large},
    },
    domain::fault::shorten,
};

/// What T-SQL keeps for itself and an expression may begin with: to name a column so, it needs brackets.
const RESERVED: [Keyword; 10] = [
    Keyword::ALL,
    Keyword::ANY,
    Keyword::CASE,
    Keyword::COLLATE,
    Keyword::DISTINCT,
    Keyword::EXISTS,
    Keyword::SELECT,
    Keyword::SOME,
    Keyword::UNION,
    Keyword::WITH,
];

/// What a token is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Word,
    Value,
    Open,
    Close,
    /// `= <> < <= > >=`
    Comparison,
    /// A sign or a comma.
    Mark,
    Null,
    /// NOT before a condition.
    Not,
    /// A word between or after operands; NOT here is that of NOT IN, NOT BETWEEN and NOT LIKE.
    Key(Keyword),
}

impl Role {
    /// Whether an operand or a closing parenthesis ends here, so that only an operator can follow.
    fn ends_operand(self) -> bool {
        matches!(self, Self::Word | Self::Value | Self::Close | Self::Null)
    }
}

/// Tokens that the parser may see, without white space.
pub(super) fn admit(text: &str, bounds: &Bounds<'_>) -> Result<Vec<TokenWithSpan>, Refusal> {
    if text.len() > Limits::MAX_TEXT {
        return Err(too_large(format!(
            "Clause has more than {} bytes of SQL text, the limit; send it as rules.",
            Limits::MAX_TEXT
        )));
    }
    let tokens = Tokenizer::new(&MsSqlDialect {}, text)
        .tokenize_with_location()
        .map_err(|error| {
            invalid(format!(
                "Clause cannot be read at line {}, character {}: {}; a quotation mark may lack its \
                 partner.",
                error.location.line,
                error.location.column,
                shorten(&error.message)
            ))
        })?;
    let mut tokens = without_space(tokens)?;
    let mut counts = Counts::default();
    let mut previous = None;
    for index in 0..tokens.len() {
        let (before, after) = tokens.split_at_mut(index + 1);
        let Some(token) = before.last_mut() else {
            continue;
        };
        let next = after.first().map(|t| &t.token);
        let role = role(token, previous, next)?;
        if (previous, role) == (Some(Role::Key(Keyword::IS)), Role::Key(Keyword::NOT)) {
            // What may follow IS may follow IS NOT.
            continue;
        }
        check_neighbours(role, previous, token)?;
        counts.count(role, previous, bounds)?;
        if let (Role::Word, Token::Word(word)) = (role, &mut token.token) {
            // Many a name (Date, Position, Interval …) is a keyword to the parser and begins
            // something else; here it is a name.
            word.keyword = Keyword::NoKeyword;
        }
        previous = Some(role);
    }
    if !previous.is_some_and(Role::ends_operand) {
        return Err(invalid(
            "Clause is not finished: its last comparison lacks its end.".to_owned(),
        ));
    }
    if !counts.open.is_empty() {
        return Err(invalid(
            "Clause opens more parentheses than it closes.".to_owned(),
        ));
    }
    Ok(tokens)
}

fn without_space(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>, Refusal> {
    let mut kept = Vec::with_capacity(tokens.len());
    for token in tokens {
        match &token.token {
            Token::Whitespace(Whitespace::Space | Whitespace::Tab | Whitespace::Newline) => {}
            Token::Whitespace(_) => {
                return Err(not_allowed(format!(
                    "Clause has a comment ({}); leave it out.",
                    position(&token)
                )));
            }
            _ => kept.push(token),
        }
    }
    Ok(kept)
}

fn role(
    token: &TokenWithSpan,
    previous: Option<Role>,
    next: Option<&Token>,
) -> Result<Role, Refusal> {
    match &token.token {
        Token::Word(word) => word_role(word, token, previous, next),
        Token::Number(_, false)
        | Token::SingleQuotedString(_)
        | Token::NationalStringLiteral(_) => Ok(Role::Value),
        Token::LParen => Ok(Role::Open),
        Token::RParen => Ok(Role::Close),
        Token::Eq | Token::Neq | Token::Lt | Token::LtEq | Token::Gt | Token::GtEq => {
            Ok(Role::Comparison)
        }
        Token::Comma => Ok(Role::Mark),
        Token::Plus | Token::Minus
            if matches!(next, Some(Token::Number(..)))
                && !previous.is_some_and(Role::ends_operand) =>
        {
            Ok(Role::Mark)
        }
        other => Err(not_allowed(format!(
            "Clause has {} ({}), {}",
            quote(other),
            position(token),
            remedy(other)
        ))),
    }
}

fn word_role(
    word: &Word,
    token: &TokenWithSpan,
    previous: Option<Role>,
    next: Option<&Token>,
) -> Result<Role, Refusal> {
    let infix = previous.is_some_and(|role| role.ends_operand() || role == Role::Key(Keyword::IS));
    let refuse = |what: &str| {
        Err(not_allowed(format!(
            "Clause has {} ({}), {what}",
            quote(&token.token),
            position(token)
        )))
    };
    if word.quote_style.is_some() {
        if word.value.is_empty() {
            return refuse("a name without a character.");
        }
    } else {
        match word.keyword {
            Keyword::NULL => return Ok(Role::Null),
            Keyword::NOT if !infix => return Ok(Role::Not),
            keyword @ (Keyword::AND
            | Keyword::OR
            | Keyword::NOT
            | Keyword::IN
            | Keyword::BETWEEN
            | Keyword::LIKE
            | Keyword::ESCAPE
            | Keyword::IS) => return Ok(Role::Key(keyword)),
            keyword if RESERVED.contains(&keyword) => {
                return refuse(
                    "which is not allowed; only columns are compared with values. A column of that name \
                     goes in brackets.",
                );
            }
            _ if word.value.starts_with('@') => {
                return refuse("a variable, which is not allowed; write the value itself.");
            }
            _ => {}
        }
    }
    match next {
        Some(Token::LParen) => {
            refuse("a function, which is not allowed; compare the column itself with a value.")
        }
        _ => Ok(Role::Word),
    }
}

/// The end of the sentence "Clause has X, …" for a token that may not stand in one.
fn remedy(token: &Token) -> &'static str {
    match token {
        Token::SemiColon => "which would begin a second statement; send one condition.",
        Token::Period => "as in table.column; write the column's name alone.",
        Token::DoubleEq => "which is not SQL; write =.",
        Token::Placeholder(_) | Token::Question | Token::AtSign | Token::Colon => {
            "a placeholder; write the value itself."
        }
        Token::HexStringLiteral(_) => "a binary constant, which is not allowed.",
        Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod => {
            "arithmetic, which is not allowed; compare the column itself with a value."
        }
        Token::Char('‘' | '’' | '“' | '”') => {
            "a curly quotation mark; write a straight one."
        }
        _ => "which is not allowed in a clause.",
    }
}

/// Refuses what the parser would take for something else (a lone NOT for a column, `a NOT NULL` for
/// IS NOT NULL, `'a' 'b'` for one text) or leave over with a poor message.
fn check_neighbours(
    role: Role,
    previous: Option<Role>,
    token: &TokenWithSpan,
) -> Result<(), Refusal> {
    let after_operand = previous.is_some_and(Role::ends_operand);
    let here = || format!("{} ({})", quote(&token.token), position(token));
    match (previous, role) {
        (Some(Role::Open | Role::Mark), Role::Close) => Err(empty(format!(
            "Clause has {} where a value or a comparison is expected; IN takes at least one value.",
            here()
        ))),
        (Some(Role::Key(Keyword::IS)), Role::Null)
        | (
            Some(Role::Key(Keyword::NOT)),
            Role::Key(Keyword::IN | Keyword::BETWEEN | Keyword::LIKE),
        ) => Ok(()),
        (Some(Role::Key(Keyword::IS)), _) => Err(not_allowed(format!(
            "Clause has IS before {}; IS stands before NULL and NOT NULL alone, = before a value.",
            here()
        ))),
        (Some(Role::Key(Keyword::NOT)), _) => Err(not_allowed(format!(
            "Clause has NOT before {}; after a column NOT stands before IN, BETWEEN and LIKE alone.",
            here()
        ))),
        (Some(Role::Key(Keyword::IN)), other) if other != Role::Open => Err(invalid(format!(
            "Clause has IN before {}; its values stand in parentheses.",
            here()
        ))),
        (_, Role::Word | Role::Value | Role::Null | Role::Open) if after_operand => {
            Err(not_allowed(format!(
                "Clause has {} where AND, OR or an operator is expected; a clause is comparisons of one \
                 column with values by = <> < <= > >=, IN, BETWEEN, LIKE and IS NULL.",
                here()
            )))
        }
        (_, Role::Comparison | Role::Key(_) | Role::Close) if !after_operand => {
            Err(invalid(format!(
                "Clause has {} where a column or a value is expected.",
                here()
            )))
        }
        _ => Ok(()),
    }
}

/// Nesting and size, so far.
#[derive(Debug, Default)]
struct Counts {
    /// For each open parenthesis, the depth outside of it.
    open: Vec<usize>,
    /// Groups around the current parenthesis.
    base: usize,
    /// NOTs and the parentheses they open count as one group.
    nots: usize,
    tests: usize,
    /// ANDs that belong to a BETWEEN which has not had its own yet.
    betweens: usize,
    connectives: usize,
}

impl Counts {
    fn count(
        &mut self,
        role: Role,
        previous: Option<Role>,
        bounds: &Bounds<'_>,
    ) -> Result<(), Refusal> {
        match role {
            Role::Open => {
                // The text itself is the first group. A list after IN is no group, and NOT ( … ) is one.
                let group = !matches!(previous, Some(Role::Key(Keyword::IN) | Role::Not));
                self.open.push(self.base);
                self.base += self.nots + usize::from(group);
                self.nots = 0;
            }
            Role::Close => {
                self.base = self.open.pop().ok_or_else(|| {
                    invalid("Clause closes more parentheses than it opens.".to_owned())
                })?;
                self.nots = 0;
            }
            Role::Not => self.nots += 1,
            Role::Key(Keyword::AND | Keyword::OR) => {
                self.nots = 0;
                match self.betweens.checked_sub(1) {
                    Some(fewer) => self.betweens = fewer,
                    None => self.connectives += 1,
                }
            }
            Role::Comparison
            | Role::Key(Keyword::IN | Keyword::BETWEEN | Keyword::LIKE | Keyword::IS) => {
                self.tests += 1;
                self.betweens += usize::from(role == Role::Key(Keyword::BETWEEN));
            }
            Role::Word | Role::Value | Role::Mark | Role::Null | Role::Key(_) => {}
        }
        bounds.check_depth(1 + self.base + self.nots)?;
        // What has more connectives than rules is no clause, and nests as deep all the same.
        bounds.check_rules(self.tests.max(self.connectives))
    }
}
