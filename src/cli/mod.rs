//! The command line: `serve`, `check`, `demo`, `load`, `migrate`, `client`, `log`, `undo`, `healthcheck`,
//! `hash-secret`, `new-key`, `new-app-token`. Results go to stdout, everything
//! else to stderr; what goes wrong is told in plain lines and exit code 1 (2 for a wrong command line).

mod check;
mod client;
mod demo;
mod failure;
mod healthcheck;
mod journal;
mod key_file;
mod load;
mod migrate;
mod secrets;
mod serve;
mod signals;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use failure::Failure;

/// Update the row that matches, or insert it: a clause upsert service over HTTP.
#[derive(Debug, Parser)]
#[command(name = "upsertd", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a demo database with data to try things on.
    Demo(demo::Options),
    /// Serve the database that a configuration file names.
    Serve {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Say everything that is wrong with a configuration, its database and its entities.
    Check {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Write the rows of a file (CSV, NDJSON, JSON) into an entity: update those that are there, insert the others.
    Load(load::Options),
    /// Make the service's own tables in the database, as far as they are missing.
    Migrate(migrate::Options),
    /// Make, list, change and revoke clients.
    Client(client::Options),
    /// Say what the journal has of a request, or what was done lately.
    Log(journal::LogOptions),
    /// Undo a request.
    Undo(journal::UndoOptions),
    /// Ask a running service whether it is ready: exit code 0 when it is.
    Healthcheck(healthcheck::Options),
    /// Hash a client's secret, read as one line from stdin, for auth.clients.
    HashSecret,
    /// Make a random key that signs tokens.
    NewKey,
    /// Make a random app token; print it and, in a second line, its hash for `auth.app_tokens`.
    NewAppToken,
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Serve { config } => serve::run(&config),
        Command::Check { config } => check::run(&config),
        Command::Load(options) => match load::run(&options) {
            Ok(code) => return code,
            Err(failure) => Err(failure),
        },
        Command::Migrate(options) => migrate::run(&options),
        Command::Client(options) => client::run(&options),
        Command::Log(options) => journal::log(&options),
        Command::Undo(options) => journal::undo(&options),
        Command::Healthcheck(options) => healthcheck::run(&options),
        Command::HashSecret => secrets::hash(),
        Command::NewKey => secrets::new_key(),
        Command::NewAppToken => secrets::new_app_token(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::FAILURE
        }
    }
}

/// Prints a line on stdout and makes sure that it is out.
fn print(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Prints a line of advice on stderr.
fn warn(line: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "upsertd: warning: {line}")
}

/// Runs a future on all cores to its end. What it leaves running on other threads is not waited for: it
/// ends with the process.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(future);
    runtime.shutdown_background();
    done
}
