//! Text without regard to case, in all of Unicode: what `UPSERTD_CI` and `upsertd_like` compare by.
//!
//! It must agree with SQLite's own NOCASE wherever one side is ASCII: an indexed comparison uses
//! NOCASE then, and must find the same rows.

use std::cmp::Ordering;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};

const MAPPER: CaseMapperBorrowed<'static> = CaseMapper::new();

/// A character's simple case folding. A character outside ASCII never folds into it (the Kelvin sign
/// would become `k`): NOCASE keeps the two apart.
pub(super) fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let folded = MAPPER.simple_fold(c);
    if folded.is_ascii() { c } else { folded }
}

/// The order of two texts without regard to case.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    a.chars().map(fold).cmp(b.chars().map(fold))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_in_all_of_unicode() {
        for (a, b) in [
            ("ÄRGER", "ärger"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("МОСКВА", "москва"),
            ("Acme", "aCME"),
        ] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_ne!(compare("Ärger", "Arger"), Ordering::Equal);
    }

    #[test]
    fn a_character_outside_ascii_never_equals_one_inside_as_nocase_has_it() {
        assert_ne!(compare("\u{212A}elvin", "kelvin"), Ordering::Equal);
        assert_ne!(compare("\u{17F}", "s"), Ordering::Equal);
        for c in '\u{80}'..=char::MAX {
            assert!(!fold(c).is_ascii(), "{c:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing_more() {
        for c in '\0'..=char::MAX {
            assert_eq!(fold(fold(c)), fold(c), "{c:?}");
        }
    }
}
