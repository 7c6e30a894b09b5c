//! What settings say of the journal: how much it keeps, and for how long.

use std::time::Duration;

use super::section::Section;
use crate::domain::Keeping;

/// How long the journal is kept. How much of what is said with what is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journal {
    /// The time after which writes and errors are forgotten.
    pub keep: Duration,
}

const DAY: u64 = 24 * 60 * 60;

impl Default for Journal {
    fn default() -> Self {
        Self {
            keep: Duration::from_secs(90 * DAY),
        }
    }
}

impl Journal {
    /// Reads the section: how much is kept of every entity that says nothing else, and for how long.
    pub(super) fn read(mut section: Section<'_>) -> (Keeping, Self) {
        let default = keeping(&mut section, "default").unwrap_or(Keeping::Full);
        let days = section.whole("keep_days", 1..=36_500);
        section.finish();
        let journal = days.map_or_else(Self::default, |days| Self {
            keep: Duration::from_secs(days * DAY),
        });
        (default, journal)
    }
}

/// How much is kept.
pub(super) fn keeping(section: &mut Section<'_>, key: &str) -> Option<Keeping> {
    section.parsed(key, |text| {
        let found = Keeping::WORDS.iter().find(|(_, word)| *word == text);
        found
            .map(|(keeping, _)| *keeping)
            .ok_or("must be \"full\", \"counts\" or \"off\"")
    })
}
