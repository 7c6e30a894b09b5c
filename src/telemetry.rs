//! The log: lines on stderr, as text or JSON. It says nothing about what is logged; each layer does.

use std::{env, io};

use tracing_subscriber::{EnvFilter, fmt, util::SubscriberInitExt};

use crate::config::{Log, LogFormat};

/// The parser of clauses logs what it reads, SQL Server's driver what it receives, values included: never,
/// whatever the level.
const SILENT: [&str; 2] = ["sqlparser=off", "tiberius=off"];

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `RUST_LOG` or the setting is no filter.
    #[error("{origin} is no log filter: {error}")]
    Filter {
        /// Where it stands.
        origin: &'static str,
        /// What is wrong with it.
        error: tracing_subscriber::filter::ParseError,
    },
    /// A log is running already.
    #[error("the log cannot be started: {0}")]
    Running(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts the log of this process. The variable `RUST_LOG` comes before the setting.
///
/// # Errors
/// [`TelemetryError`]; also when called twice.
pub fn start(log: &Log) -> Result<(), TelemetryError> {
    let (origin, wanted) = match env::var("RUST_LOG") {
        Ok(wanted) if !wanted.is_empty() => ("RUST_LOG", wanted),
        _ => ("log.level", log.level.clone()),
    };
    let invalid = |error| TelemetryError::Filter { origin, error };
    let mut filter = wanted.parse::<EnvFilter>().map_err(invalid)?;
    for silent in SILENT {
        filter = filter.add_directive(silent.parse().map_err(invalid)?);
    }
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    match log.format {
        LogFormat::Text => {
            let colours = io::IsTerminal::is_terminal(&io::stderr());
            lines.with_ansi(colours).finish().try_init()?;
        }
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}
