//! Says how far a load is: a bar on a terminal, a line from time to time elsewhere.

use std::{
    io::IsTerminal as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use super::{file::Source, options::Options};

/// How often a line is printed where there is no terminal.
const EVERY: Duration = Duration::from_secs(5);

const BAR: &str = "{bar:30} {percent:>3} % {msg}, {eta} left";

/// What became of the rows so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) rejected: u64,
}

impl Totals {
    pub(super) fn rows(&self) -> u64 {
        self.created + self.updated + self.rejected
    }

    /// The last line of a load.
    pub(super) fn summary(&self, took: Duration, dry_run: bool) -> String {
        let Self {
            created,
            updated,
            rejected,
        } = self;
        let kept = if dry_run {
            " (dry run: nothing was kept)"
        } else {
            ""
        };
        format!(
            "{} {}: {created} created, {updated} updated, {rejected} rejected; {:.1} s, {} rows/s{kept}",
            self.rows(),
            if self.rows() == 1 { "row" } else { "rows" },
            took.as_secs_f64(),
            per_second(self.rows(), took)
        )
    }
}

/// Whole rows in a second.
fn per_second(rows: u64, took: Duration) -> u64 {
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    rows.saturating_mul(1000) / millis
}

/// See the module's own words.
pub(super) struct Progress {
    show: Show,
    begun: Instant,
    /// Rows that were done before.
    before: u64,
    /// Bytes of the file that are read, and all of them.
    read: Arc<AtomicU64>,
    length: u64,
}

enum Show {
    Bar(ProgressBar),
    Lines { last: Instant },
    Nothing,
}

impl Progress {
    /// `before`: rows that were done before this load went on.
    pub(super) fn start(options: &Options, source: &Source, before: u64) -> Self {
        let begun = Instant::now();
        let show = if options.quiet {
            Show::Nothing
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(source.length);
            let style = ProgressStyle::with_template(BAR);
            Show::Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
        } else {
            Show::Lines { last: begun }
        };
        Self {
            show,
            begun,
            before,
            read: Arc::clone(&source.read),
            length: source.length,
        }
    }

    /// This much is done.
    pub(super) fn at(&mut self, totals: &Totals) {
        let rows = totals.rows();
        let took = self.begun.elapsed();
        let read = self.read.load(Ordering::Relaxed).min(self.length);
        let text = format!(
            "{} rows, {} rows/s, {} rejected",
            HumanCount(rows),
            HumanCount(per_second(rows.saturating_sub(self.before), took)),
            HumanCount(totals.rejected)
        );
        match &mut self.show {
            Show::Nothing => {}
            Show::Bar(bar) => {
                bar.set_message(text);
                bar.set_position(read);
            }
            Show::Lines { last } => {
                if last.elapsed() >= EVERY {
                    *last = Instant::now();
                    let left = left(took, read, self.length);
                    eprintln!("upsertd: {text}, {} left", HumanDuration(left));
                }
            }
        }
    }

    /// Nothing more is said.
    pub(super) fn end(&self) {
        if let Show::Bar(bar) = &self.show {
            bar.finish_and_clear();
        }
    }
}

/// How long the rest of the bytes takes, going by those that are read.
fn left(took: Duration, read: u64, length: u64) -> Duration {
    let rest = length.saturating_sub(read);
    let millis = u128::from(rest) * took.as_millis() / u128::from(read.max(1));
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
