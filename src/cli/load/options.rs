//! The command line of `upsertd load`.

use std::{env, fs, path::PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::Failure;

/// Where the secret stands that no file holds.
const SECRET: &str = "UPSERTD_LOAD_SECRET";

#[derive(Debug, Args)]
// Each is a switch of its own.
#[allow(clippy::struct_excessive_bools)]
pub(in crate::cli) struct Options {
    /// The file, packed with gzip or not; `-` for standard input.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// The entity that takes the rows.
    #[arg(long, value_name = "NAME")]
    pub(super) entity: String,
    /// The column that finds a row, or several with commas between them; the primary key, if left out.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) key: Vec<String>,
    /// The service that takes the rows, with its base path: http://host:port/API2.
    #[arg(
        long,
        value_name = "URL",
        conflicts_with = "config",
        required_unless_present = "config"
    )]
    pub(super) server: Option<String>,
    /// The configuration file of the database that takes the rows; no service is needed then.
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// The client to call the service as. Its secret stands in --secret-file or in `UPSERTD_LOAD_SECRET`.
    #[arg(long, value_name = "ID", requires = "server")]
    pub(super) client: Option<String>,
    /// The file that holds the client's secret in one line.
    #[arg(long, value_name = "FILE", requires = "client")]
    pub(super) secret_file: Option<PathBuf>,
    /// What the file holds; told from its name, if left out.
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// What parts the fields of CSV.
    #[arg(long, value_name = "CHARACTER", default_value_t = ',')]
    pub(super) delimiter: char,
    /// Write all rows or none.
    #[arg(long)]
    pub(super) all_or_none: bool,
    /// Do everything and keep nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Where rows go that are rejected; beside the file, if left out.
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// Go on with a load that was broken off.
    #[arg(long, conflicts_with_all = ["all_or_none", "dry_run", "restart"])]
    pub(super) resume: bool,
    /// Begin anew with a load that was broken off.
    #[arg(long)]
    pub(super) restart: bool,
    /// Rows that are sent and written together, 1 to 100000.
    #[arg(long, value_name = "ROWS", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) chunk: u32,
    /// Do not say how far it is.
    #[arg(long)]
    pub(super) quiet: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A header with the columns, then a row in each line.
    Csv,
    /// A JSON object in each line.
    Ndjson,
    /// An array of JSON objects.
    Json,
}

impl Format {
    /// How the name of such a file ends.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
        }
    }
}

impl Options {
    /// What no parser of arguments sees.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.server.is_some() && self.client.is_none() {
            return Err(Failure::new(&"--server needs --client"));
        }
        if self.resume && self.is_stdin() {
            return Err(Failure::new(
                &"standard input cannot be gone on with; save it to a file",
            ));
        }
        if !self.delimiter.is_ascii() {
            return Err(Failure::new(&"--delimiter takes one ASCII character"));
        }
        Ok(())
    }

    /// Whether the rows come from standard input.
    pub(super) fn is_stdin(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    /// Whether it is noted how far a load is.
    pub(super) fn notes_progress(&self) -> bool {
        !self.is_stdin() && !self.all_or_none && !self.dry_run
    }

    /// What the file holds.
    pub(super) fn format(&self) -> Result<Format, Failure> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let name = self.file.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csv") => Ok(Format::Csv),
            Some("ndjson" | "jsonl") => Ok(Format::Ndjson),
            Some("json") => Ok(Format::Json),
            _ => Err(Failure::new(&format!(
                "'{}' does not say by its name what it holds; name it with --format csv, ndjson or json",
                self.file.display()
            ))),
        }
    }

    /// The client's secret. It is never an argument: those show in process lists.
    pub(super) fn secret(&self) -> Result<String, Failure> {
        let Some(file) = &self.secret_file else {
            return env::var(SECRET).map_err(|_| {
                Failure::new(&format!("the client's secret is missing; name a file with --secret-file, or set {SECRET}"))
            });
        };
        let read = fs::read_to_string(file).map_err(|error| {
            Failure::new(&format!(
                "cannot read the secret in '{}': {error}",
                file.display()
            ))
        })?;
        Ok(read.trim_end_matches(['\r', '\n']).to_owned())
    }
}
