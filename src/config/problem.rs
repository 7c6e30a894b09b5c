//! What is wrong with a configuration, all of it, in words. A secret never stands in it.

use std::fmt;

/// At least one thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<String>);

impl Problems {
    /// `None` when nothing is wrong.
    pub(super) fn new(problems: Vec<String>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self(problems))
    }

    /// Each, in the order it was found.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.0
    }
}

impl From<String> for Problems {
    fn from(problem: String) -> Self {
        Self(vec![problem])
    }
}

/// One line for each.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Problems {}
