//! The rows that were rejected, in a file of the same format as the one that is loaded, each with the reason: to be
//! mended there and loaded again.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
    path::PathBuf,
    sync::Arc,
};

use super::{
    REASON,
    chunks::Kept,
    file::Source,
    options::{Format, Options},
    state::State,
};
use crate::{
    cli::Failure,
    domain::Literal,
    rows::{Cell, RawRow, push_csv, push_json},
};

/// The key under which a row stands that is no object, besides the reason. No table has such a column: it is rejected
/// again until it is mended.
const ROW: &str = "_upsertd_row";

/// How many reasons are told at the end.
const TOLD: usize = 5;

/// What ends a JSON array.
const JSON_END: &[u8] = b"\n]\n";

/// Where rejected rows go.
pub(super) struct Rejects {
    /// `None` where they are only counted.
    path: Option<PathBuf>,
    format: Format,
    delimiter: u8,
    names: Arc<[String]>,
    file: Option<File>,
    /// Bytes that are written, without what ends an array.
    length: u64,
    /// What is to be written next.
    waiting: Vec<u8>,
    reasons: Vec<String>,
    count: u64,
}

impl Rejects {
    pub(super) fn open(options: &Options, source: &Source, state: &State) -> Result<Self, Failure> {
        let path = match &options.rejects {
            Some(path) => Some(path.clone()),
            None => (!options.dry_run).then(|| beside(options, source.format)),
        };
        let begun = state.rejects();
        if let Some(path) = &path
            && begun == 0
            && path.exists()
        {
            return Err(Failure::new(&format!(
                "'{}' is there already, perhaps with rows to be mended; move it away, or name another with --rejects",
                path.display()
            )));
        }
        let mut rejects = Self {
            path,
            format: source.format,
            delimiter: source.delimiter(),
            names: Arc::clone(&source.names),
            file: None,
            length: begun,
            waiting: Vec::new(),
            reasons: Vec::new(),
            count: state.totals().rejected,
        };
        if begun > 0 {
            // What was written behind what is noted belongs to a chunk that is loaded again.
            let file = rejects.file()?;
            file.set_len(begun)?;
        }
        Ok(rejects)
    }

    /// Bytes that are written, for the next to go on behind.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn add(&mut self, row: &Kept, reason: &str) -> Result<(), Failure> {
        self.count += 1;
        if self.reasons.len() < TOLD {
            self.reasons.push(format!("line {}: {reason}", row.line));
        }
        if self.path.is_none() {
            return Ok(());
        }
        let first = self.length == 0 && self.waiting.is_empty();
        match self.format {
            Format::Csv => {
                if first {
                    let names = self.names.iter().map(String::as_str);
                    let names = names.filter(|name| *name != REASON).chain([REASON]);
                    push_csv(&mut self.waiting, self.delimiter, names)?;
                }
                self.add_csv(row, reason)?;
            }
            Format::Ndjson => {
                push_object(&mut self.waiting, row, reason)?;
                self.waiting.push(b'\n');
            }
            Format::Json => {
                self.waiting
                    .extend_from_slice(if first { b"[\n" } else { b",\n" });
                push_object(&mut self.waiting, row, reason)?;
            }
        }
        Ok(())
    }

    fn add_csv(&mut self, row: &Kept, reason: &str) -> Result<(), Failure> {
        if let Ok(content) = &row.content {
            let fields = content.cells.iter().map(field).chain([reason]);
            push_csv(&mut self.waiting, self.delimiter, fields)?;
        } else {
            self.waiting.extend_from_slice(&row.text);
            self.waiting.push(self.delimiter);
            push_csv(&mut self.waiting, self.delimiter, [reason])?;
        }
        Ok(())
    }

    /// Writes what was added.
    pub(super) fn commit(&mut self) -> Result<(), Failure> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (length, waiting) = (self.length, std::mem::take(&mut self.waiting));
        let end: &[u8] = match self.format {
            Format::Json => JSON_END,
            Format::Csv | Format::Ndjson => b"",
        };
        let file = self.file()?;
        file.seek(SeekFrom::Start(length))?;
        file.write_all(&waiting)?;
        file.write_all(end)?;
        file.sync_data()?;
        self.length += waiting.len() as u64;
        Ok(())
    }

    fn file(&mut self) -> Result<&mut File, Failure> {
        let Some(path) = &self.path else {
            return Err(Failure::new(&"rejected rows have no file"));
        };
        if self.file.is_none() {
            let mut open = File::options();
            open.create(true).truncate(false).write(true);
            let opened = open.open(path).map_err(|error| {
                Failure::new(&format!("cannot write '{}': {error}", path.display()))
            })?;
            self.file = Some(opened);
        }
        self.file
            .as_mut()
            .ok_or_else(|| Failure::new(&"rejected rows have no file"))
    }

    /// What is to be said of them, in lines.
    pub(super) fn told(&self) -> Vec<String> {
        let more = self.count.saturating_sub(self.reasons.len() as u64);
        let mut lines = self.reasons.clone();
        if more > 0 && !lines.is_empty() {
            lines.push(format!("and {more} more"));
        }
        match &self.path {
            Some(path) if self.count > 0 => lines.push(format!(
                "rejected rows are in '{}', each with the reason; mend them there and load that file",
                path.display()
            )),
            _ => {}
        }
        lines
    }
}

/// `vendors.csv.gz` → `vendors.rejected.csv`.
fn beside(options: &Options, format: Format) -> PathBuf {
    if options.is_stdin() {
        return PathBuf::from(format!("stdin.rejected.{}", format.extension()));
    }
    let mut path = options.file.clone();
    if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("gz"))
    {
        path.set_extension("");
    }
    path.set_extension(format!("rejected.{}", format.extension()));
    path
}

fn field(cell: &Cell) -> &str {
    match cell {
        Cell::Scalar(Literal::Text(text) | Literal::Number(text)) => text,
        // Of CSV, nothing else is read.
        Cell::Scalar(Literal::Null | Literal::Bool(_)) | Cell::Nested(_) => "",
    }
}

fn push_object(out: &mut Vec<u8>, row: &Kept, reason: &str) -> Result<(), Failure> {
    if let Ok(content) = &row.content {
        push_json(out, content, &[(REASON, reason)])?;
    } else {
        let nothing = RawRow {
            names: Arc::default(),
            cells: Vec::new(),
        };
        let text = String::from_utf8_lossy(&row.text);
        push_json(out, &nothing, &[(ROW, &text), (REASON, reason)])?;
    }
    Ok(())
}
