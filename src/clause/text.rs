//! An SQL condition in text → [`Condition`], in three steps: `gate` lets only the tokens of the small
//! language through that a clause is, `sqlparser` makes a tree of them, and `convert` takes from the
//! tree what is on the allow-list. No SQL text is ever made from that tree.

mod convert;
mod gate;
#[cfg(test)]
mod tests;

use sqlparser::{
    dialect::MsSqlDialect,
    parser::{Parser, ParserError},
    tokenizer::{Token, TokenWithSpan},
};

use super::{
    bounds::Bounds,
    refusal::{Refusal, invalid},
};
use crate::domain::{fault::shorten, predicate::Condition};

/// Parses a whole text; it must be one condition from its first character to its last.
pub(super) fn parse(text: &str, bounds: &mut Bounds<'_>) -> Result<Condition, Refusal> {
    let tokens = gate::admit(text, bounds)?;
    // Per group the parser calls itself for the parenthesis, each side of OR and AND, and NOT, and
    // twice per parenthesis when it looks for a subquery; `gate` has already counted the groups.
    let recursion = 8 * bounds.depth() + 32;
    let mut parser = Parser::new(&MsSqlDialect {})
        .with_recursion_limit(recursion)
        .with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr();
    // `parse_expr` is content with the longest beginning that is an expression.
    let next = parser.peek_token_ref();
    match parsed {
        Ok(expr) if next.token == Token::EOF => convert::condition(expr, bounds),
        Ok(_) => Err(unexpected(next)),
        Err(ParserError::RecursionLimitExceeded) => Err(bounds.too_deep()),
        // The parser gives up at its current token or at the one after it.
        Err(_) if next.token == Token::EOF => Err(invalid(
            "Clause is not finished: its last comparison lacks its end.".to_owned(),
        )),
        Err(_) => Err(unexpected(parser.get_current_token())),
    }
}

fn unexpected(token: &TokenWithSpan) -> Refusal {
    invalid(format!(
        "Clause cannot be understood near {} ({}); write comparisons such as City = 'Paris' joined by AND \
         and OR.",
        quote(&token.token),
        position(token)
    ))
}

/// A token as messages repeat it.
fn quote(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("'{}'", shorten(&word.value)),
        Token::SingleQuotedString(text) | Token::NationalStringLiteral(text) => {
            format!("the text '{}'", shorten(text))
        }
        other => format!("'{}'", shorten(&other.to_string())),
    }
}

/// Where a token begins, in characters from 1.
fn position(token: &TokenWithSpan) -> String {
    let start = token.span.start;
    if start.line <= 1 {
        format!("character {}", start.column)
    } else {
        format!("line {}, character {}", start.line, start.column)
    }
}
