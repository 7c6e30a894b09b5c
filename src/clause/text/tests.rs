//! What SQL text means; what is refused is in `refusals`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod refusals;

use crate::{
    clause::{Limits, parse_clause},
    domain::{
        LikePattern, Literal, Tree,
        fault::Fault,
        predicate::{Comparison, Condition, RawTest, Rule},
        request::ClauseSource,
    },
};

const LIMITS: Limits = Limits {
    depth: 5,
    rules: 10,
    value_length: 100,
};

fn read_within(sql: &str, limits: &Limits) -> Result<Condition, Fault> {
    parse_clause(&ClauseSource::Text(sql.to_owned()), limits)
}

fn read(sql: &str) -> Condition {
    read_within(sql, &LIMITS).unwrap_or_else(|fault| panic!("{sql}: {fault}"))
}

fn leaf(column: &str, test: RawTest) -> Condition {
    Tree::Leaf(Rule {
        column: column.to_owned(),
        place: String::new(),
        test,
    })
}

fn compares(column: &str, comparison: Comparison, literal: Literal) -> Condition {
    leaf(column, RawTest::Compare(comparison, literal))
}

fn number(digits: &str) -> Literal {
    Literal::Number(digits.to_owned())
}

fn text(s: &str) -> Literal {
    Literal::Text(s.to_owned())
}

/// `column = digit`
fn is(column: &str, digit: &str) -> Condition {
    compares(column, Comparison::Equal, number(digit))
}

fn not(inner: Condition) -> Condition {
    Tree::Not(Box::new(inner))
}

#[test]
fn every_comparison_is_read_from_either_side() {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let cases = [
        ("a = 1", Equal),
        ("1 = a", Equal),
        ("a<>1", NotEqual),
        ("a != 1", NotEqual),
        ("a < 1", Less),
        ("1 < a", Greater),
        ("a <= 1", LessOrEqual),
        ("1 <= a", GreaterOrEqual),
        ("a > 1", Greater),
        ("1 > a", Less),
        ("a >= 1", GreaterOrEqual),
        ("1 >= a", LessOrEqual),
        ("([a]=(1))", Equal),
    ];
    for (sql, comparison) in cases {
        assert_eq!(read(sql), compares("a", comparison, number("1")), "{sql}");
    }
}

#[test]
fn names_may_be_bare_bracketed_or_double_quoted() {
    let cases = [
        ("VendorName = 1", "VendorName"),
        ("[Vendor Name] = 1", "Vendor Name"),
        ("[a]]b] = 1", "a]b"),
        ("\"a\"\"b\" = 1", "a\"b"),
        ("Größe = 1", "Größe"),
        ("#a_1$@ = 1", "#a_1$@"),
        ("[SELECT] = 1", "SELECT"),
        ("[true] = 1", "true"),
        ("\"null\" = 1", "null"),
    ];
    for (sql, column) in cases {
        assert_eq!(read(sql), is(column, "1"), "{sql}");
    }
}

#[test]
fn a_column_may_have_a_name_that_is_a_word_of_sql_elsewhere() {
    for column in [
        "Date",
        "Time",
        "Timestamp",
        "Position",
        "Interval",
        "Floor",
        "Left",
        "User",
        "Current_Date",
        "Xml",
        "Json",
        "Text",
        "Map",
        "Struct",
        "Array",
        "Prior",
        "Match",
        "Trim",
        "Cast",
        "Key",
    ] {
        assert_eq!(read(&format!("{column} = 1")), is(column, "1"));
        let test = RawTest::Compare(Comparison::Greater, text("2024-01-05"));
        assert_eq!(
            read(&format!("{column} > '2024-01-05'")),
            leaf(column, test)
        );
    }
}

#[test]
fn every_kind_of_value_is_read_as_written() {
    let cases = [
        ("1e3", number("1e3")),
        ("0.10", number("0.10")),
        (".5", number("0.5")),
        ("5.", number("5")),
        ("5.e2", number("5e2")),
        ("-1.50", number("-1.50")),
        ("- 7", number("-7")),
        ("+7", number("7")),
        (
            "123456789012345678901234567890.12345",
            number("123456789012345678901234567890.12345"),
        ),
        ("'Acme'", text("Acme")),
        (
            "'O''Brien; -- /* \"x\" [y]'",
            text("O'Brien; -- /* \"x\" [y]"),
        ),
        ("'a\\'", text("a\\")),
        ("'two\r\nlines'", text("two\r\nlines")),
        ("N'Žluť'", text("Žluť")),
        ("''", text("")),
        ("TRUE", Literal::Bool(true)),
        ("false", Literal::Bool(false)),
    ];
    for (sql, literal) in cases {
        assert_eq!(
            read(&format!("a = {sql}")),
            compares("a", Comparison::Equal, literal),
            "{sql}"
        );
    }
}

#[test]
fn in_between_like_and_null_tests_are_read_with_their_negations() {
    for (word, negated) in [("", false), ("NOT ", true)] {
        let values = vec![text("Paris"), number("-2")];
        assert_eq!(
            read(&format!("City {word}IN ('Paris', -2)")),
            leaf("City", RawTest::In { negated, values })
        );
        let (low, high) = (number("9"), number("1"));
        assert_eq!(
            read(&format!("n {word}between 9 and 1")),
            leaf("n", RawTest::Between { negated, low, high })
        );
        let pattern = LikePattern::parse("A%_", None).unwrap();
        assert_eq!(
            read(&format!("n {word}LIKE 'A%_'")),
            leaf("n", RawTest::Like { negated, pattern })
        );
        let pattern = LikePattern::parse("5!%", Some('!')).unwrap();
        assert_eq!(
            read(&format!("n {word}LIKE N'5!%' ESCAPE '!'")),
            leaf("n", RawTest::Like { negated, pattern })
        );
        assert_eq!(
            read(&format!("n IS {word}NULL")),
            leaf("n", RawTest::Null { negated })
        );
    }
}

#[test]
fn and_or_and_not_bind_as_in_sql() {
    let (a, b, c) = (is("a", "1"), is("b", "2"), is("c", "3"));
    let cases = [
        (
            "a=1 OR b=2 AND c=3",
            Tree::Any(vec![a.clone(), Tree::All(vec![b.clone(), c.clone()])]),
        ),
        (
            "(a=1 OR b=2) AND c=3",
            Tree::All(vec![Tree::Any(vec![a.clone(), b.clone()]), c.clone()]),
        ),
        (
            "a=1 AND b=2 AND c=3",
            Tree::All(vec![a.clone(), b.clone(), c.clone()]),
        ),
        (
            "a=1 AND (b=2 AND c=3)",
            Tree::All(vec![a.clone(), Tree::All(vec![b.clone(), c.clone()])]),
        ),
        (
            "NOT a=1 AND b=2",
            Tree::All(vec![not(a.clone()), b.clone()]),
        ),
        (
            "NOT (a=1 AND b=2)",
            not(Tree::All(vec![a.clone(), b.clone()])),
        ),
        (
            "a=1 OR NOT b=2 AND c=3",
            Tree::Any(vec![a.clone(), Tree::All(vec![not(b.clone()), c.clone()])]),
        ),
        ("NOT NOT a=1", not(not(a.clone()))),
        (
            "((a=1))\n\tAND\r\n(b=2)",
            Tree::All(vec![a.clone(), b.clone()]),
        ),
    ];
    for (sql, expected) in cases {
        assert_eq!(read(sql), expected, "{sql}");
    }
    let between = RawTest::Between {
        negated: false,
        low: number("1"),
        high: number("2"),
    };
    assert_eq!(
        read("x BETWEEN 1 AND 2 AND b = 2 AND NOT x BETWEEN 1 AND 2"),
        Tree::All(vec![leaf("x", between.clone()), b, not(leaf("x", between))])
    );
}

#[test]
fn the_example_of_the_documentation_is_read() {
    let condition = read("VendorName = 'Acme' AND (City IN ('Paris','Rome') OR CreditLimit > 1e3)");
    let cities = RawTest::In {
        negated: false,
        values: vec![text("Paris"), text("Rome")],
    };
    let either = Tree::Any(vec![
        leaf("City", cities),
        compares("CreditLimit", Comparison::Greater, number("1e3")),
    ]);
    let acme = compares("VendorName", Comparison::Equal, text("Acme"));
    assert_eq!(condition, Tree::All(vec![acme, either]));
}
