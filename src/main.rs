//! The `upsertd` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    upsertd::cli::run()
}
