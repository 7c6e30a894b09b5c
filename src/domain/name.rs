//! A database identifier. It has no `Display`: SQL text takes it through `SqlText::push_name` alone,
//! which quotes it.

use std::fmt;

/// The longest identifier SQL Server takes, in UTF-16 code units (its `sysname`).
const MAX_UTF16_UNITS: usize = 128;

/// What the service's own tables begin with, in any case: they are never served, and no caller makes one.
pub const OWN_PREFIX: &str = "upsertd_";

/// The name of a table, column, schema or constraint, as the database spells it. It never grows, so it
/// is boxed: that keeps a `Fault`, which names several things, small enough for a `Result`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Box<str>);

/// Why a text cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty.
    #[error("a name cannot be empty")]
    Empty,
    /// The text has a NUL, which no engine can quote.
    #[error("a name cannot hold a NUL character")]
    Nul,
    /// The text is longer than 128 UTF-16 code units.
    #[error("a name has at most {MAX_UTF16_UNITS} characters")]
    TooLong,
}

impl Name {
    /// Takes a text as an identifier.
    ///
    /// # Errors
    /// [`NameError`] when the text is empty, too long or holds a NUL.
    pub fn parse(text: impl Into<String>) -> Result<Self, NameError> {
        let text = text.into();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.contains('\0') {
            return Err(NameError::Nul);
        }
        if text.encode_utf16().count() > MAX_UTF16_UNITS {
            return Err(NameError::TooLong);
        }
        Ok(Self(text.into_boxed_str()))
    }

    /// The identifier as the database spells it, unquoted: for messages and JSON keys, never for SQL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a table of this name is one of the service's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        let start = self.0.get(..OWN_PREFIX.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(OWN_PREFIX))
    }

    /// Whether a caller's spelling means this name: case is ignored.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        same_name(&self.0, text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({:?})", self.0)
    }
}

/// Whether two spellings mean the same name: equal without regard to case.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars()
        .flat_map(char::to_lowercase)
        .eq(b.chars().flat_map(char::to_lowercase))
}

/// The candidate nearest to what a caller wrote, if one is near enough to be worth suggesting.
#[must_use]
pub fn nearest<'a>(wrote: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long input is no typing slip, and the distance below costs the product of both lengths.
    if wrote.len() > 4 * MAX_UTF16_UNITS {
        return None;
    }
    let wrote = wrote.to_lowercase();
    candidates
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wrote, &name.to_lowercase()), name))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_without_regard_to_case() {
        let name = Name::parse("Übersicht").unwrap();
        assert!(name.matches("übersicht"));
        assert!(!name.matches("ubersicht"));
    }

    #[test]
    fn the_services_own_tables_are_known_in_any_case() {
        for (name, own) in [
            ("upsertd_clients", true),
            ("UPSERTD_Log", true),
            ("upsertd", false),
            ("my_upsertd_clients", false),
            ("upsértd_x", false),
        ] {
            assert_eq!(
                Name::parse(name).map(|name| name.is_own()),
                Ok(own),
                "{name}"
            );
        }
    }

    #[test]
    fn what_no_engine_can_quote_is_no_name() {
        assert_eq!(Name::parse(""), Err(NameError::Empty));
        assert_eq!(Name::parse("a\0b"), Err(NameError::Nul));
        assert_eq!(Name::parse("x".repeat(129)), Err(NameError::TooLong));
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_name() {
        let names = ["VendorName", "City", "CreditLimit"];
        assert_eq!(nearest("Vendor Name", names), Some("VendorName"));
        assert_eq!(nearest("qqq", names), None);
    }
}
