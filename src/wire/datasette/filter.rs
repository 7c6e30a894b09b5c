//! Column filters of a query string (`price__gt=5`) → a condition. Datasette's tests of text take `%` and `_` as wildcards;
//! here all text compares without regard to case. What a column can be compared with is the plan's question.

use serde_json::Value as Json;

use super::{body::malformed, decode::column, python_json};
use crate::{
    domain::{
        Comparison, Entity, LikePattern, Literal, Tree,
        fault::shorten,
        predicate::{Condition, RawTest, Rule},
    },
    error::Error,
};

/// The most values that one list may have.
const MOST_LISTED: usize = 500;

/// The condition that a parameter asks for.
///
/// # Errors
/// A column or a test that is not known. Datasette passes over tests that it does not know; a filter that does not filter
/// is refused here.
pub(super) fn condition(entity: &Entity, key: &str, value: &str) -> Result<Condition, Error> {
    // The whole may be a column's name, two underscores and all.
    let (name, test) = match key.rsplit_once("__") {
        Some((name, test)) if column(entity, key).is_none() => (name, test),
        _ => (key, "exact"),
    };
    let Some(found) = column(entity, name) else {
        return Err(malformed(format!("no such column: {}", shorten(name))));
    };
    let rule = |test: RawTest| {
        Tree::Leaf(Rule {
            column: name.to_owned(),
            place: String::new(),
            test,
        })
    };
    let compare = |comparison| {
        rule(RawTest::Compare(
            comparison,
            Literal::Text(value.to_owned()),
        ))
    };
    let like = |negated, pattern: &str| {
        pattern_of(pattern).map(|pattern| rule(RawTest::Like { negated, pattern }))
    };
    let null = |negated| rule(RawTest::Null { negated });
    let is_text = found.ty.is_text();
    Ok(match test {
        "exact" => compare(Comparison::Equal),
        "not" => compare(Comparison::NotEqual),
        "gt" => compare(Comparison::Greater),
        "gte" => compare(Comparison::GreaterOrEqual),
        "lt" => compare(Comparison::Less),
        "lte" => compare(Comparison::LessOrEqual),
        "contains" => like(false, &format!("%{value}%"))?,
        "notcontains" => like(true, &format!("%{value}%"))?,
        "startswith" => like(false, &format!("{value}%"))?,
        "endswith" => like(false, &format!("%{value}"))?,
        "like" => like(false, value)?,
        "notlike" => like(true, value)?,
        "glob" => rule(RawTest::Like {
            negated: false,
            pattern: glob(value)?,
        }),
        "in" | "notin" => rule(RawTest::In {
            negated: test == "notin",
            values: listed(value)?,
        }),
        "date" => date(value, &rule)?,
        "isblank" if is_text => {
            Tree::Any(vec![null(false), rule(RawTest::Empty { negated: false })])
        }
        "notblank" if is_text => rule(RawTest::Empty { negated: true }),
        "isnull" | "isblank" => null(false),
        "notnull" | "notblank" => null(true),
        _ => {
            return Err(malformed(format!("Unknown filter: {}", shorten(key))));
        }
    })
}

/// SQLite's wildcards are `%` and `_` alone.
fn pattern_of(text: &str) -> Result<LikePattern, Error> {
    parse(&text.replace('\\', r"\\").replace('[', r"\["))
}

fn parse(pattern: &str) -> Result<LikePattern, Error> {
    LikePattern::parse(pattern, Some('\\')).map_err(|error| malformed(error.to_string()))
}

/// `*`, `?` and classes, as the pattern of a LIKE.
fn glob(text: &str) -> Result<LikePattern, Error> {
    let mut pattern = String::with_capacity(text.len());
    let mut in_class = false;
    for c in text.chars() {
        match c {
            _ if in_class => {
                in_class = c != ']';
                pattern.push(c);
            }
            '*' => pattern.push('%'),
            '?' => pattern.push('_'),
            '%' | '_' | '\\' => pattern.extend(['\\', c]),
            c => {
                in_class = c == '[';
                pattern.push(c);
            }
        }
    }
    parse(&pattern)
}

/// `a,b,c`, or a JSON array.
fn listed(value: &str) -> Result<Vec<Literal>, Error> {
    let texts: Vec<Literal> = if value.starts_with('[') {
        let items = match python_json::parse(value.as_bytes()) {
            Ok(Json::Array(items)) => items,
            Ok(_) => Vec::new(),
            Err(wrong) => return Err(malformed(format!("Invalid JSON: {wrong}"))),
        };
        let literal = |item| match item {
            Json::String(text) => Ok(Literal::Text(text)),
            Json::Number(number) => Ok(Literal::Number(number.as_str().to_owned())),
            Json::Bool(flag) => Ok(Literal::Number(u8::from(flag).to_string())),
            _ => Err(malformed("A list of values takes texts and numbers")),
        };
        items.into_iter().map(literal).collect::<Result<_, _>>()?
    } else {
        let texts = value
            .split(',')
            .map(|text| Literal::Text(text.trim().to_owned()));
        texts.collect()
    };
    if texts.is_empty() || texts.len() > MOST_LISTED {
        return Err(malformed(format!(
            "A list of values takes 1 to {MOST_LISTED} of them"
        )));
    }
    Ok(texts)
}

/// The whole of a day.
fn date(value: &str, rule: &impl Fn(RawTest) -> Condition) -> Result<Condition, Error> {
    let day: Option<jiff::civil::Date> = value.parse().ok();
    let next = day.and_then(|day| day.tomorrow().ok());
    let (Some(day), Some(next)) = (day, next) else {
        return Err(malformed(format!("Not a date: {}", shorten(value))));
    };
    let compare = |comparison, day: jiff::civil::Date| {
        rule(RawTest::Compare(comparison, Literal::Text(day.to_string())))
    };
    Ok(Tree::All(vec![
        compare(Comparison::GreaterOrEqual, day),
        compare(Comparison::Less, next),
    ]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire::testing;

    fn of(key: &str, value: &str) -> Result<Condition, String> {
        let office = testing::office();
        condition(&office[1], key, value).map_err(|error| error.to_string())
    }

    fn pattern(key: &str, value: &str) -> String {
        match of(key, value).unwrap() {
            Tree::Leaf(Rule {
                test: RawTest::Like { pattern, .. },
                ..
            }) => pattern.to_sql(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn patterns_have_sqlites_wildcards_alone() {
        assert_eq!(pattern("City__contains", "a%b[c"), r"%a%b\[c%");
        assert_eq!(pattern("City__startswith", "a_"), "a_%");
        assert_eq!(pattern("City__endswith", "z"), "%z");
        assert_eq!(pattern("City__glob", "a*?_[x-z]"), r"a%_\_[x-z]");
    }

    #[test]
    fn names_and_tests_that_are_not_known_are_refused() {
        assert_eq!(of("city", "x").unwrap_err(), "no such column: city");
        assert_eq!(of("zz__gt", "1").unwrap_err(), "no such column: zz");
        assert_eq!(of("City__zz", "1").unwrap_err(), "Unknown filter: City__zz");
        assert!(of("City__date", "1.2.2026").is_err());
        assert!(of("City__in", "[]").is_err());
    }

    #[test]
    fn lists_are_texts_between_commas_or_json() {
        let values = |value: &str| match of("City__in", value).unwrap() {
            Tree::Leaf(Rule {
                test: RawTest::In { values, .. },
                ..
            }) => values,
            other => unreachable!("{other:?}"),
        };
        let text = |text: &str| Literal::Text(text.to_owned());
        assert_eq!(values("a, b,c "), [text("a"), text("b"), text("c")]);
        assert_eq!(
            values("[\"a, b\", 1]"),
            [text("a, b"), Literal::Number("1".to_owned())]
        );
    }
}
