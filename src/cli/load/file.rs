//! The file that is loaded: what it holds, and how it is read as often as needed. Standard input is put into a file
//! first.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::NamedTempFile;

use super::options::{Format, Options};
use crate::{
    cli::Failure,
    rows::{
        CsvRows, Dialect, JsonRows, LineRows, Options as Reading, ReadError, ReadRows, fingerprint,
        unpacked,
    },
};

/// Where the rows come from.
pub(super) struct Source {
    path: PathBuf,
    /// Keeps standard input's file.
    _kept: Option<NamedTempFile>,
    pub(super) format: Format,
    delimiter: u8,
    /// The columns that a CSV file names.
    pub(super) names: Arc<[String]>,
    /// Its length in bytes, as it is packed.
    pub(super) length: u64,
    /// A checksum of parts of it.
    pub(super) sum: u32,
    /// How far it has been read, in bytes.
    pub(super) read: Arc<AtomicU64>,
}

impl Source {
    pub(super) fn open(options: &Options) -> Result<Self, Failure> {
        let format = options.format()?;
        let (path, kept) = if options.is_stdin() {
            let mut kept = NamedTempFile::new()?;
            io::copy(&mut io::stdin().lock(), &mut kept).map_err(|error| {
                Failure::new(&format!("standard input cannot be read: {error}"))
            })?;
            (kept.path().to_owned(), Some(kept))
        } else {
            (options.file.clone(), None)
        };
        let unreadable = |error: io::Error| {
            Failure::new(&format!(
                "cannot read '{}': {error}",
                options.file.display()
            ))
        };
        let mut file = File::open(&path).map_err(unreadable)?;
        let (length, sum) = fingerprint(&mut file).map_err(unreadable)?;
        let delimiter = u8::try_from(options.delimiter).unwrap_or(b',');
        Ok(Self {
            path,
            _kept: kept,
            format,
            delimiter,
            names: Arc::default(),
            length,
            sum,
            read: Arc::default(),
        })
    }

    /// The rows, from the first one on.
    pub(super) fn rows(&self) -> Result<Box<dyn ReadRows>, ReadError> {
        Ok(match self.format {
            Format::Csv => Box::new(self.csv()?),
            Format::Ndjson => Box::new(LineRows::new(self.input()?, Reading::default())?),
            Format::Json => Box::new(JsonRows::new(self.input()?, Reading::default())?),
        })
    }

    fn csv(&self) -> Result<CsvRows, ReadError> {
        let dialect = Dialect {
            delimiter: self.delimiter,
            ..Dialect::default()
        };
        CsvRows::new(self.input()?, dialect)
    }

    fn input(&self) -> io::Result<Box<dyn crate::rows::Input>> {
        unpacked(Counted {
            file: File::open(&self.path)?,
            read: Arc::clone(&self.read),
        })
    }

    /// Looks for what is wrong with the whole: a header that cannot be, JSON that breaks off.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        match self.format {
            Format::Csv => self.names = Arc::clone(self.csv()?.names()),
            Format::Json => {
                self.rows()?.count(u64::MAX)?;
            }
            // A line that is wrong is one row.
            Format::Ndjson => {}
        }
        self.read.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// What parts the fields of CSV.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::new(&error)
    }
}

/// A file that says how far it has been read.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.file.seek(to)?;
        self.read.store(place, Ordering::Relaxed);
        Ok(place)
    }
}
