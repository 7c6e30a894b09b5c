//! What SQL text is refused, and in which words.

use super::{LIMITS, read, read_within};
use crate::{clause::Limits, domain::Tree};

fn refuses(sql: &str, code: &str, says: &str) {
    let fault = match read_within(sql, &LIMITS) {
        Err(fault) => fault,
        Ok(condition) => panic!("{sql} was read as {condition:?}"),
    };
    let message = fault.to_string();
    assert_eq!(fault.code(), code, "{sql}: {message}");
    assert!(message.contains(says), "{sql}: {message}");
}

#[test]
fn a_second_statement_and_a_comparison_without_one_column_are_refused() {
    let cases = [
        // More than one condition
        ("[x] = 1; DROP TABLE t", "second statement"),
        ("a = 1;", "second statement"),
        ("a = 1 -- and more", "comment"),
        ("a /* b */ = 1", "comment"),
        ("a = 1 GO", "'GO'"),
        ("a = 1 DROP TABLE t", "'DROP'"),
        ("a = 1 ORDER BY a", "'ORDER'"),
        ("a = 1 UNION SELECT 2", "'UNION'"),
        // No column, or two
        ("1 = 1", "value with a value"),
        ("'a' = 'a'", "value with a value"),
        ("TRUE = TRUE", "value with a value"),
        ("a = b", "'a' with column 'b'"),
        ("City = \"Paris\"", "single quotes"),
        ("1 IN (1)", "before IN"),
        ("'x' LIKE 'x'", "before LIKE"),
        ("NULL IS NULL", "before IS NULL"),
        ("1 BETWEEN a AND 2", "before BETWEEN"),
        ("a IN (b)", "'b' among the values of IN"),
        ("a BETWEEN 1 AND b", "'b' among the values of BETWEEN"),
        ("a LIKE b", "LIKE without a text"),
        ("a LIKE 5", "LIKE without a text"),
        ("a", "'a' alone"),
        ("TRUE", "'TRUE' alone"),
        ("1", "a value alone"),
        ("NOT a", "'a' alone"),
        ("a = 1 AND b", "'b' alone"),
        ("a = 1 OR TRUE", "'TRUE' alone"),
        ("a = 1 OR 1", "a value alone"),
        // Conditions where a value belongs
        ("a = 1 = 1", "a condition"),
        ("a = (b = 1)", "a condition"),
        ("(a = 1) = TRUE", "a condition"),
        ("(a = 1) IS NULL", "a condition"),
        ("a = NOT b", "NOT"),
        ("a IN (b = 1)", "a condition"),
        ("(a, b) = (1, 2)", "a list"),
        ("a IN ((1, 2))", "a list"),
        ("(a, b)", "a list"),
    ];
    for (sql, says) in cases {
        refuses(sql, "clause_not_allowed", says);
    }
}

#[test]
fn functions_subqueries_and_words_of_other_dialects_are_refused_by_their_names() {
    let cases = [
        ("UPPER(a) = 'X'", "'UPPER'"),
        ("a = GETDATE()", "a function"),
        ("[f](a) = 1", "a function"),
        ("[dbo].[f](a) = 1", "'.'"),
        ("a(+) = 1", "a function"),
        ("CAST(a AS int) = 1", "'CAST'"),
        ("CONVERT(int, a) = 1", "'CONVERT'"),
        ("TRIM(a) = 'x'", "'TRIM'"),
        ("EXISTS (SELECT 1)", "'EXISTS'"),
        ("NOT EXISTS (SELECT 1)", "'EXISTS'"),
        ("a = (SELECT 1)", "'SELECT'"),
        ("a IN (SELECT b FROM t)", "'SELECT'"),
        ("a = ANY (SELECT 1)", "'ANY'"),
        ("a > ALL (SELECT 1)", "'ALL'"),
        ("CASE WHEN a = 1 THEN 1 END = 1", "'CASE'"),
        ("a COLLATE Latin1_General_BIN = 'x'", "'COLLATE'"),
        ("a AT TIME ZONE 'UTC' = 'x'", "'AT'"),
        ("a ILIKE 'x'", "'ILIKE'"),
        ("a RLIKE 'x'", "'RLIKE'"),
        ("a REGEXP 'x'", "'REGEXP'"),
        ("a SIMILAR TO 'x'", "'SIMILAR'"),
        ("a LIKE ANY ('x')", "'ANY'"),
        ("a IS DISTINCT FROM 1", "'DISTINCT'"),
        ("a IS TRUE", "IS stands before NULL"),
        ("a IS NOT 5", "IS stands before NULL"),
        ("a ISNULL", "'ISNULL'"),
        ("a NOTNULL", "'NOTNULL'"),
        ("a NULL", "'NULL'"),
        ("a NOT NULL", "'NULL'"),
        ("a NOT = 1", "'='"),
        ("DATE '2024-01-05' = a", "the text '2024-01-05'"),
        ("_utf8'x' = a", "the text 'x'"),
        ("a = 'x' 'y'", "the text 'y'"),
        ("a OVERLAPS b", "'OVERLAPS'"),
        ("a XOR b", "'XOR'"),
        ("a MEMBER OF (b)", "'MEMBER'"),
    ];
    for (sql, says) in cases {
        refuses(sql, "clause_not_allowed", says);
    }
}

#[test]
fn arithmetic_and_other_marks_are_refused_by_their_names() {
    let cases = [
        ("a + 1 = 2", "arithmetic"),
        ("a = 1 + 1", "arithmetic"),
        ("a = 2-1", "arithmetic"),
        ("a = - -1", "arithmetic"),
        ("-a = 1", "arithmetic"),
        ("a = -(1)", "arithmetic"),
        ("a * 2 = 2", "arithmetic"),
        ("a % 2 = 0", "arithmetic"),
        ("a || 'x' = 'x'", "'||'"),
        ("a & 1 = 1", "'&'"),
        ("a = ~1", "'~'"),
        ("a == 1", "write ="),
        ("a !< 1", "'!'"),
        ("a <=> 1", "'<=>'"),
        ("a ~ 'x'", "'~'"),
        ("a::int = 1", "'::'"),
        ("a -> 'b' = 1", "'->'"),
        ("a = {d '2024-01-05'}", "'{'"),
        ("a = 0x1F", "binary"),
        ("a = X'1F'", "binary"),
        ("a = @p1", "variable"),
        ("@@VERSION = 'x'", "variable"),
        ("a = ?", "placeholder"),
        ("a = :p", "placeholder"),
        ("a = $1", "'$"),
        ("a = ‘x’", "curly"),
        ("dbo.a = 1", "column's name alone"),
        ("[t].[a] = 1", "column's name alone"),
        ("t._a = 1", "column's name alone"),
        ("\"\" = 1", "without a character"),
        ("(a = 1)(b = 2)", "'('"),
    ];
    for (sql, says) in cases {
        refuses(sql, "clause_not_allowed", says);
    }
}

#[test]
fn null_is_refused_in_every_comparison() {
    for sql in [
        "a = NULL",
        "NULL <> a",
        "a IN (1, NULL)",
        "a NOT IN (NULL)",
        "a BETWEEN NULL AND 2",
        "a BETWEEN 1 AND NULL",
    ] {
        refuses(sql, "clause_not_allowed", "IS NULL");
    }
}

#[test]
fn what_is_not_finished_or_not_readable_is_invalid() {
    let cases = [
        ("a =", "not finished"),
        ("a = 1 AND", "not finished"),
        ("a IN", "not finished"),
        ("a BETWEEN 1", "not finished"),
        ("a IS", "not finished"),
        ("(a = 1", "more parentheses than it closes"),
        ("a = 1)", "more parentheses than it opens"),
        ("a = 1) OR (b = 2", "more parentheses than it opens"),
        ("a = 'x", "cannot be read"),
        ("[a = 1", "cannot be read"),
        ("= 1", "'='"),
        ("a = = 1", "'='"),
        ("a AND OR b", "'OR'"),
        ("NOT = 1", "'='"),
        ("a = 1 AND NOT IN (1)", "'IN'"),
        ("NOT", "not finished"),
        ("AND = 1", "'AND'"),
        ("IS IS NULL", "'IS'"),
        ("(a = ) OR b = 1", "')'"),
        ("a IS NOT NOT NULL", "'NOT'"),
        ("{fn now()} = a", "not JSON"),
        ("(a = 1 AND NOT)", "')'"),
        ("a IN 1 OR b = 2", "in parentheses"),
        ("a = 1, b = 2", "','"),
        ("a LIKE 'x' ESCAPE 'ab'", "ESCAPE"),
        ("a LIKE 'x' ESCAPE ''", "ESCAPE"),
        ("a LIKE 'x' ESCAPE b", "ESCAPE"),
        ("a LIKE 'x!' ESCAPE '!'", "'x!'"),
        ("a = 1\nAND b = = 2", "line 2, character 9"),
    ];
    for (sql, says) in cases {
        refuses(sql, "clause_invalid", says);
    }
    for sql in ["()", "a IN ()", "a IN (1,)", "a NOT IN ( )"] {
        refuses(sql, "clause_empty", "')'");
    }
    assert!(read_within("a = 12abc", &LIMITS).is_err());
    assert!(read_within("a = 1.2.3", &LIMITS).is_err());
    assert!(read_within("a = 5L", &LIMITS).is_err());
}

#[test]
fn a_message_repeats_no_more_than_a_little_of_the_text() {
    let long = "x".repeat(5_000);
    for sql in [
        long.clone(),
        format!("{long}('y') = 1"),
        format!("a = {long}"),
        format!("a = 1 {long}"),
        format!("a = 1 '{long}'"),
        format!("a = @{long}"),
        format!("a LIKE '{long}!' ESCAPE '!'"),
        format!("a = '{long}"),
        format!("a = 0x{}", "f".repeat(5_000)),
    ] {
        let roomy = Limits {
            value_length: 10_000,
            ..LIMITS
        };
        let message = read_within(&sql, &roomy).unwrap_err().to_string();
        assert!(message.len() < 400, "{message}");
    }
}

#[test]
fn each_limit_is_told_by_its_own_message() {
    read("(((( a = 1 ))))");
    read("NOT (NOT (NOT (NOT (a = 1))))");
    read("((a IN ((1), ((2)))))");
    read("a = 1 AND NOT b = 1 AND NOT c = 1 AND NOT d = 1 AND NOT e = 1 AND NOT f = 1");
    read(&["a BETWEEN 1 AND 2"; 10].join(" AND "));
    read(&format!("a = '{}'", "é".repeat(100)));
    let long = "é".repeat(101);
    let cases = [
        ("((((( a = 1 )))))".to_owned(), "more than 5 deep"),
        ("NOT NOT NOT NOT NOT a = 1".to_owned(), "more than 5 deep"),
        (
            "NOT (NOT (NOT (NOT (NOT (a = 1)))))".to_owned(),
            "more than 5 deep",
        ),
        ("a = (((((1)))))".to_owned(), "more than 5 deep"),
        (["a = 1"; 11].join(" OR "), "more than 10 rules"),
        (["a IS NULL"; 11].join(" AND "), "more than 10 rules"),
        (
            ["a BETWEEN 1 AND 2"; 11].join(" AND "),
            "more than 10 rules",
        ),
        (format!("a{}", " = 1".repeat(11)), "more than 10 rules"),
        (format!("a = '{long}'"), "more than 100 characters"),
        (
            format!("a = {}", "1".repeat(101)),
            "more than 100 characters",
        ),
        (format!("a LIKE '{long}'"), "more than 100 characters"),
        (
            format!("a IN ({})", vec!["1"; 1501].join(",")),
            "more than 1500 values",
        ),
        (
            format!("a = 1{}AND b = 1", " ".repeat(65_536)),
            "bytes of SQL text",
        ),
    ];
    for (sql, says) in cases {
        refuses(&sql, "clause_too_large", says);
    }
}

#[test]
fn a_long_chain_becomes_one_group_and_a_longer_one_does_no_harm() {
    let roomy = Limits {
        rules: usize::MAX,
        ..LIMITS
    };
    for word in ["AND", "OR"] {
        let sql = vec!["a=1"; Limits::MAX_RULES].join(&format!(" {word} "));
        let (Tree::All(branches) | Tree::Any(branches)) = read_within(&sql, &roomy).unwrap() else {
            panic!("no group");
        };
        assert_eq!(branches.len(), Limits::MAX_RULES);
    }
    // The parser's own tree of a chain is as deep as it is long, and has to be dropped again.
    let most = Limits::MAX_RULES - 1;
    let refused = [
        format!("a=1{} )", " OR a=1".repeat(most)),
        format!("a=1{} b", " OR a=1".repeat(most)),
        format!("a{}", "=1".repeat(most)),
        format!("a{}{}", "=1".repeat(most), " AND a".repeat(most)),
        format!("a=1{}", " OR a=1".repeat(9_000)),
        format!("a{}", "=1".repeat(32_000)),
        format!("a{}", " AND a".repeat(10_000)),
    ];
    for sql in refused {
        assert!(read_within(&sql, &roomy).is_err());
    }
}
