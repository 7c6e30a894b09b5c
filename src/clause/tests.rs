//! What holds of a clause in all its forms, property tests and the bombs it must survive.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::{
    LikePattern, Literal,
    predicate::{Comparison, RawTest, Rule},
};

const LIMITS: Limits = Limits {
    depth: 40,
    rules: 500,
    value_length: 1_000,
};

fn parse_sql(text: &str) -> Result<Condition, Fault> {
    parse_clause(&ClauseSource::Text(text.to_owned()), &LIMITS)
}

#[test]
fn a_clause_reads_the_same_as_an_object_as_text_and_as_a_string_in_json() {
    let json = json!({"condition": "AND", "rules": [{"field": "a", "value": 1}, {"field": "b", "value": "x"}]});
    let object = parse_clause(&ClauseSource::QueryBuilder(json.clone()), &LIMITS).unwrap();
    let text = json.to_string();
    assert_eq!(parse_sql(&format!("  {text}\n")).unwrap(), object);
    let string = ClauseSource::QueryBuilder(Value::String(text));
    assert_eq!(parse_clause(&string, &LIMITS).unwrap(), object);
    let sql = ClauseSource::QueryBuilder(json!("a = 1 AND b = 'x'"));
    assert_eq!(
        placeless(parse_clause(&sql, &LIMITS).unwrap()),
        placeless(object)
    );
}

#[test]
fn a_text_without_a_character_is_no_clause() {
    for text in ["", " ", "\r\n\t", "{}", "{\"rules\":[]}"] {
        assert_eq!(parse_sql(text), Err(Fault::NoClause), "{text:?}");
    }
}

#[test]
fn a_json_array_in_text_is_told_from_a_column_in_brackets() {
    let message = parse_sql("[ {\"field\": \"a\"} ]").unwrap_err().to_string();
    assert!(message.contains("is an array"), "{message}");
    assert!(parse_sql("[ a ] = 1").is_ok());
}

#[test]
fn bombs_of_nesting_are_refused_at_once() {
    const MANY: usize = 100_000;
    let roomy = Limits {
        depth: usize::MAX,
        rules: usize::MAX,
        value_length: usize::MAX,
    };
    let bombs = [
        "(".repeat(MANY),
        "(".repeat(60_000),
        format!("{}a = 1{}", "(".repeat(30_000), ")".repeat(30_000)),
        "NOT ".repeat(MANY),
        format!("{}a = 1", "NOT ".repeat(16_000)),
        format!("{}a = 1", "NOT(".repeat(16_000)),
        format!("a = {}1", "(".repeat(60_000)),
        format!("a IN {}1", "(".repeat(60_000)),
        "a IN (".repeat(10_000),
        "{\"rules\":[".repeat(MANY),
        "{\"rules\":[".repeat(100) + "{\"field\":\"a\",\"value\":1}" + &"]}".repeat(100),
        "{\"rules\":[".repeat(61) + "{\"field\":\"a\",\"value\":1}" + &"]}".repeat(61),
    ];
    for limits in [LIMITS, roomy] {
        for bomb in &bombs {
            let begun = Instant::now();
            let fault = parse_clause(&ClauseSource::Text(bomb.clone()), &limits).unwrap_err();
            let shown: String = bomb.chars().take(20).collect();
            assert_eq!(fault.code(), "clause_too_large", "{shown}: {fault}");
            assert!(begun.elapsed() < Duration::from_secs(2), "{shown}");
        }
    }
}

fn placeless(condition: Condition) -> Condition {
    let all = |branches: Vec<Condition>| branches.into_iter().map(placeless).collect();
    match condition {
        Tree::All(branches) => Tree::All(all(branches)),
        Tree::Any(branches) => Tree::Any(all(branches)),
        Tree::Not(branch) => Tree::Not(Box::new(placeless(*branch))),
        Tree::Leaf(rule) => Tree::Leaf(Rule {
            place: String::new(),
            ..rule
        }),
    }
}

/// What a rule is made of, from which its two spellings and its meaning follow.
#[derive(Debug, Clone)]
enum Asks {
    Compare(usize, Literal),
    In(bool, Vec<Literal>),
    Between(bool, Literal, Literal),
    Like(usize, bool, String),
    Null(bool),
}

const COMPARISONS: [(&str, &str, Comparison); 6] = [
    ("=", "equal", Comparison::Equal),
    ("<>", "not_equal", Comparison::NotEqual),
    ("<", "less", Comparison::Less),
    ("<=", "less_or_equal", Comparison::LessOrEqual),
    (">", "greater", Comparison::Greater),
    (">=", "greater_or_equal", Comparison::GreaterOrEqual),
];

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?(e[+-][1-9])?".prop_map(Literal::Number),
        "\\PC{0,8}".prop_map(Literal::Text),
        "['\\\\\"\\[\\]%;\\-\r\n\t]{0,6}".prop_map(Literal::Text),
    ]
}

fn asks() -> impl Strategy<Value = Asks> {
    let flag = any::<bool>;
    prop_oneof![
        (0..6_usize, literal()).prop_map(|(i, v)| Asks::Compare(i, v)),
        (flag(), prop::collection::vec(literal(), 1..4)).prop_map(|(n, v)| Asks::In(n, v)),
        (flag(), literal(), literal()).prop_map(|(n, a, b)| Asks::Between(n, a, b)),
        (0..3_usize, flag(), "[a-c%_\\[\\]\\\\'^-]{1,6}").prop_map(|(p, n, t)| Asks::Like(p, n, t)),
        flag().prop_map(Asks::Null),
    ]
}

fn tree() -> impl Strategy<Value = Tree<(String, Asks)>> {
    let column = prop_oneof!["[A-Za-z_][A-Za-z0-9_ ]{0,8}", "\\PC{0,4}[\\]\"'a]\\PC{0,4}"];
    let leaf = (column, asks()).prop_map(Tree::Leaf);
    leaf.prop_recursive(5, 40, 4, |inner| {
        let several = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several().prop_map(Tree::All),
            several().prop_map(Tree::Any),
            inner.clone().prop_map(|branch| Tree::Not(Box::new(branch))),
        ]
    })
}

fn meaning(tree: &Tree<(String, Asks)>) -> Condition {
    match tree {
        Tree::All(branches) => Tree::All(branches.iter().map(meaning).collect()),
        Tree::Any(branches) => Tree::Any(branches.iter().map(meaning).collect()),
        Tree::Not(branch) => Tree::Not(Box::new(meaning(branch))),
        Tree::Leaf((column, asks)) => Tree::Leaf(Rule {
            column: column.clone(),
            place: String::new(),
            test: match asks.clone() {
                Asks::Compare(i, value) => RawTest::Compare(COMPARISONS[i].2, value),
                Asks::In(negated, values) => RawTest::In { negated, values },
                Asks::Between(negated, low, high) => RawTest::Between { negated, low, high },
                Asks::Like(part, negated, text) => RawTest::Like {
                    negated,
                    pattern: match part {
                        0 => LikePattern::begins_with(&text),
                        1 => LikePattern::contains(&text),
                        _ => LikePattern::ends_with(&text),
                    },
                },
                Asks::Null(negated) => RawTest::Null { negated },
            },
        }),
    }
}

fn sql_literal(literal: &Literal) -> String {
    match literal {
        Literal::Null => "NULL".to_owned(),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Number(digits) => digits.clone(),
        Literal::Text(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

fn print_sql(tree: &Tree<(String, Asks)>) -> String {
    let group = |branches: &[Tree<(String, Asks)>], word: &str| {
        let parts = branches.iter().map(|branch| match branch {
            Tree::All(_) | Tree::Any(_) => format!("({})", print_sql(branch)),
            Tree::Not(_) | Tree::Leaf(_) => print_sql(branch),
        });
        parts.collect::<Vec<_>>().join(word)
    };
    let (column, asks) = match tree {
        Tree::All(branches) => return group(branches, " AND "),
        Tree::Any(branches) => return group(branches, " or "),
        Tree::Not(branch) => return format!("NOT ({})", print_sql(branch)),
        Tree::Leaf(leaf) => leaf,
    };
    let column = format!("[{}]", column.replace(']', "]]"));
    let not = |negated: &bool| if *negated { "NOT " } else { "" };
    match asks {
        Asks::Compare(i, value) => format!("{column} {} {}", COMPARISONS[*i].0, sql_literal(value)),
        Asks::In(negated, values) => {
            let values: Vec<_> = values.iter().map(sql_literal).collect();
            format!("{column} {}IN ({})", not(negated), values.join(", "))
        }
        Asks::Between(negated, low, high) => format!(
            "{column} {}BETWEEN {} AND {}",
            not(negated),
            sql_literal(low),
            sql_literal(high)
        ),
        Asks::Like(part, negated, text) => {
            let mut pattern = String::new();
            for c in text.replace('\'', "''").chars() {
                if "%_[\\".contains(c) {
                    pattern.push('\\');
                }
                pattern.push(c);
            }
            let (before, after) = [("", "%"), ("%", "%"), ("%", "")][*part];
            let not = not(negated);
            format!("{column} {not}LIKE '{before}{pattern}{after}' ESCAPE '\\'")
        }
        Asks::Null(negated) => format!("{column} IS {}NULL", not(negated)),
    }
}

fn json_literal(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(truth) => json!(truth),
        Literal::Number(digits) => serde_json::from_str(digits).unwrap(),
        Literal::Text(text) => json!(text),
    }
}

fn print_json(tree: &Tree<(String, Asks)>) -> Value {
    let all =
        |branches: &[Tree<(String, Asks)>]| branches.iter().map(print_json).collect::<Vec<_>>();
    let (column, asks) = match tree {
        Tree::All(branches) => return json!({"condition": "AND", "rules": all(branches)}),
        Tree::Any(branches) => return json!({"condition": "OR", "rules": all(branches)}),
        Tree::Not(branch) => return json!({"not": true, "rules": [print_json(branch)]}),
        Tree::Leaf(leaf) => leaf,
    };
    let not = |negated: &bool, word: &str| format!("{}{word}", if *negated { "not_" } else { "" });
    let (operator, value) = match asks {
        Asks::Compare(i, value) => (COMPARISONS[*i].1.to_owned(), json_literal(value)),
        Asks::In(negated, values) => (
            not(negated, "in"),
            Value::Array(values.iter().map(json_literal).collect()),
        ),
        Asks::Between(negated, low, high) => (
            not(negated, "between"),
            json!([json_literal(low), json_literal(high)]),
        ),
        Asks::Like(part, negated, text) => {
            let word = ["begins_with", "contains", "ends_with"][*part];
            (not(negated, word), json!(text))
        }
        Asks::Null(false) => ("is_null".to_owned(), Value::Null),
        Asks::Null(true) => ("is_not_null".to_owned(), Value::Null),
    };
    json!({"field": column, "operator": operator, "value": value})
}

/// JSON built of the words that a clause is built of.
fn any_json() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "rules",
        "condition",
        "not",
        "valid",
        "field",
        "id",
        "operator",
        "value",
        "type",
        "x",
    ]);
    let word = prop::sample::select(vec![
        "AND", "or", "equal", "in", "between", "contains", "is_null", "a", "", "true", "é",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|n| json!(n)),
        word.prop_map(|w| json!(w)),
    ];
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

/// Text built of the words that SQL is built of.
fn any_sql() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![
            "a", "[b c]", "\"d\"", "1", "-2.5", "'x'", "N'y'", "=", "<>", "<", ">=", "(", ")", ",", "AND",
            "OR", "NOT", "IN", "BETWEEN", "LIKE", "ESCAPE", "IS", "NULL", "TRUE",
        ]).prop_map(str::to_owned),
        1 => prop::sample::select(vec![
            "SELECT", "CASE", "WHEN", "CAST", "INTERVAL", "DATE", "+", "*", ";", "--", "/*", "@p", "?", ".",
            "::", "{", "COLLATE", "ANY", "EXISTS", "'", "[", "FROM", "ARRAY", "STRUCT", "->", "0x1",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,3}",
    ];
    prop::collection::vec(word, 0..25).prop_map(|words| words.join(" "))
}

/// What holds of every condition, wherever it comes from.
fn is_sound(condition: &Condition) -> bool {
    match condition {
        Tree::All(branches) | Tree::Any(branches) => {
            branches.len() > 1 && branches.iter().all(is_sound)
        }
        Tree::Not(branch) => is_sound(branch),
        Tree::Leaf(rule) => {
            let values = match &rule.test {
                RawTest::Compare(_, value) => vec![value],
                RawTest::In { values, .. } if values.is_empty() => return false,
                RawTest::In { values, .. } => values.iter().collect(),
                RawTest::Between { low, high, .. } => vec![low, high],
                RawTest::Like { .. } | RawTest::Empty { .. } | RawTest::Null { .. } => Vec::new(),
            };
            !rule.column.is_empty() && !values.contains(&&Literal::Null)
        }
    }
}

proptest! {
    #[test]
    fn a_condition_means_the_same_as_sql_text_and_as_rules(tree in tree()) {
        let expected = meaning(&tree);
        let sql = print_sql(&tree);
        prop_assert_eq!(parse_sql(&sql), Ok(expected.clone()), "{}", sql);
        let json = ClauseSource::QueryBuilder(print_json(&tree));
        prop_assert_eq!(parse_clause(&json, &LIMITS).map(placeless), Ok(expected));
    }

    #[test]
    fn any_json_is_read_soundly_or_refused(json in any_json()) {
        if let Ok(condition) = parse_clause(&ClauseSource::QueryBuilder(json), &LIMITS) {
            prop_assert!(is_sound(&condition));
        }
    }

    #[test]
    fn any_sql_words_are_read_soundly_or_refused(text in any_sql()) {
        if let Ok(condition) = parse_sql(&text) {
            prop_assert!(is_sound(&condition));
        }
    }

    #[test]
    fn any_text_is_read_soundly_or_refused(text in any::<String>()) {
        if let Ok(condition) = parse_sql(&text) {
            prop_assert!(is_sound(&condition));
        }
    }

    #[test]
    fn a_cut_clause_never_reads_as_more_than_was_written(tree in tree(), at in any::<prop::sample::Index>()) {
        // Cut anywhere and followed by a second statement, the text is refused or was inside a quotation.
        let sql = print_sql(&tree);
        let ends: Vec<usize> = sql.char_indices().map(|(i, _)| i).collect();
        let cut = ends[at.index(ends.len())];
        let text = format!("{}; DROP TABLE t", &sql[..cut]);
        prop_assert!(parse_sql(&text).is_err());
    }
}
