//! Patterns against texts.

#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn lower(c: char) -> char {
    c.to_ascii_lowercase()
}

fn matches(pattern: &LikePattern, text: &str) -> bool {
    pattern.matcher(lower).matches(text, || true).unwrap()
}

fn like(text: &str, pattern: &str) -> bool {
    matches(&LikePattern::parse(pattern, Some(ESCAPE)).unwrap(), text)
}

#[test]
fn wildcards_mean_what_t_sql_says() {
    for (pattern, text, expected) in [
        ("", "", true),
        ("", "a", false),
        ("%", "", true),
        ("%", "anything", true),
        ("_", "", false),
        ("_", "é", true),
        ("_", "ab", false),
        ("a%c", "abbc", true),
        ("a%c", "ac", true),
        ("a%c", "abcd", false),
        ("%bc", "abcbc", true),
        ("%b_", "abcbc", true),
        ("a%b%c", "a-b-b-c", true),
        ("a%b%c", "a-c-b", false),
        ("_%_", "x", false),
        ("ACME", "acme", true),
        ("[a-f]x", "Cx", true),
        ("[A-F]x", "gx", false),
        ("[^a-f]x", "gx", true),
        ("[^a-f]x", "bx", false),
        ("[abc]", "b", true),
        ("[-a]", "-", true),
        ("[a-]", "-", true),
        ("[a-c-e]", "-", true),
        ("[a-c-e]", "d", false),
        ("[z-a]", "m", false),
        ("[[]", "[", true),
        ("[]]", "]", true),
        ("[^]]", "]", false),
        ("[^]]", "a", true),
        ("[a^]", "^", true),
        ("5[%]", "5%", true),
        ("5[%]", "50", false),
        ("]", "]", true),
        (r"\%", "%", true),
        (r"\%", "a", false),
        (r"a\\b", r"a\b", true),
        (r"[\]a]", "]", true),
        (r"[a\-c]", "b", false),
        (r"[a\-c]", "-", true),
        (r"[\^a]", "^", true),
        (r"\a", "a", true),
    ] {
        assert_eq!(like(text, pattern), expected, "{text:?} LIKE {pattern:?}");
    }
}

#[test]
fn another_escape_or_none_leaves_the_backslash_alone() {
    let plain = LikePattern::parse(r"a\%", None).unwrap();
    assert!(matches(&plain, r"a\bc"));
    let bang = LikePattern::parse("50!%", Some('!')).unwrap();
    assert!(matches(&bang, "50%"));
    assert!(!matches(&bang, "500"));
    let percent = LikePattern::parse("50%%", Some('%')).unwrap();
    assert!(!matches(&percent, "500"));
}

#[test]
fn a_broken_pattern_is_refused_with_the_remedy() {
    for (pattern, error) in [
        ("a[bc", PatternError::UnclosedClass),
        ("[", PatternError::UnclosedClass),
        ("[^", PatternError::UnclosedClass),
        ("[]", PatternError::UnclosedClass),
        ("[^]", PatternError::UnclosedClass),
        ("[a-", PatternError::UnclosedClass),
        (r"a\", PatternError::DanglingEscape),
        (r"[a\", PatternError::DanglingEscape),
    ] {
        assert_eq!(
            LikePattern::parse(pattern, Some(ESCAPE)),
            Err(error),
            "{pattern}"
        );
    }
    assert!(PatternError::UnclosedClass.to_string().contains("[[]"));
}

#[test]
fn a_plain_prefix_is_told_from_everything_else() {
    let prefix = |pattern| {
        LikePattern::parse(pattern, Some(ESCAPE))
            .unwrap()
            .literal_prefix()
    };
    assert_eq!(prefix("ab%"), Some("ab".to_owned()));
    assert_eq!(prefix(r"5\%%%"), Some("5%".to_owned()));
    for pattern in ["", "%", "ab", "%ab", "a%b%", "a_%", "[a]%"] {
        assert_eq!(prefix(pattern), None, "{pattern}");
    }
}

#[test]
fn literal_texts_are_escaped_in_sql() {
    assert_eq!(LikePattern::contains(r"5%_[a]\").to_sql(), r"%5\%\_\[a]\\%");
    let class = LikePattern::parse("[^]a-f^-]", None).unwrap();
    assert_eq!(class.to_sql(), r"[^\]a-f\^\-]");
}

#[test]
fn many_runs_on_a_long_text_take_no_exponential_time() {
    let pattern = LikePattern::parse(&"%a".repeat(60), None).unwrap();
    assert!(matches(&pattern, &"a".repeat(10_000)));
    assert!(!matches(&pattern, &"b".repeat(10_000)));
    let almost = LikePattern::parse(&format!("{}b", "%a".repeat(60)), None).unwrap();
    assert!(!matches(&almost, &"a".repeat(10_000)));
}

#[test]
fn matching_stops_when_it_is_told_to() {
    let pattern = LikePattern::parse(&format!("%{}b", "a".repeat(STEPS)), None).unwrap();
    let matcher = pattern.matcher(lower);
    let mut left = 3;
    let stopped = matcher.matches(&"a".repeat(3 * STEPS), || {
        left -= 1;
        left > 0
    });
    assert_eq!((stopped, left), (None, 0));
    assert_eq!(matcher.matches("ab", || false), Some(false));
}

/// What a pattern means, straight from the definition: fine for short texts.
fn by_definition(tokens: &[Token], text: &[char]) -> bool {
    match tokens.split_first() {
        None => text.is_empty(),
        Some((Token::AnyRun, rest)) => {
            (0..=text.len()).any(|taken| by_definition(rest, &text[taken..]))
        }
        Some((token, rest)) => text
            .split_first()
            .is_some_and(|(c, left)| token.takes(*c, lower) && by_definition(rest, left)),
    }
}

/// Texts in which wildcards, class marks and escapes are as common as letters.
const TRICKY: &str = r"[abAB%_\[\]\\^é-]{0,12}";

proptest! {
    #[test]
    fn rendered_patterns_read_back_the_same(text in TRICKY, escape in proptest::option::of(Just(ESCAPE))) {
        if let Ok(pattern) = LikePattern::parse(&text, escape) {
            prop_assert_eq!(LikePattern::parse(&pattern.to_sql(), Some(ESCAPE)), Ok(pattern));
        }
    }

    #[test]
    fn literal_patterns_match_their_text_whatever_is_in_it(a in TRICKY, b in TRICKY, c in TRICKY) {
        let whole = format!("{b}{a}{c}");
        let (opened, closed) = (format!("{a}{c}"), format!("{b}{a}"));
        prop_assert!(matches(&LikePattern::begins_with(&a), &opened));
        prop_assert!(matches(&LikePattern::ends_with(&a), &closed));
        prop_assert!(matches(&LikePattern::contains(&a), &whole));
        let holds = b.to_ascii_lowercase().contains(&a.to_ascii_lowercase());
        prop_assert_eq!(matches(&LikePattern::contains(&a), &b), holds);
        let starts = b.to_ascii_lowercase().starts_with(&a.to_ascii_lowercase());
        prop_assert_eq!(matches(&LikePattern::begins_with(&a), &b), starts);
        let ends = b.to_ascii_lowercase().ends_with(&a.to_ascii_lowercase());
        prop_assert_eq!(matches(&LikePattern::ends_with(&a), &b), ends);
    }

    #[test]
    fn matching_agrees_with_the_definition(pattern in TRICKY, text in "[abA]{0,8}") {
        if let Ok(pattern) = LikePattern::parse(&pattern, None) {
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(matches(&pattern, &text), by_definition(&pattern.matcher(lower).tokens, &chars));
        }
    }
}
