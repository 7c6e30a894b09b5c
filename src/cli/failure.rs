//! What a command says when it cannot do its work.

use std::{
    fmt::Display,
    io::{self, Write},
};

use crate::{
    access::{KeyError, SecretError},
    app::{OpenError, StartError, StopError},
    config::Problems,
    telemetry::TelemetryError,
};

/// Lines for people, at least one.
#[derive(Debug)]
pub(super) struct Failure(Vec<String>);

impl Failure {
    /// One line for each line of what is wrong.
    pub(super) fn new(wrong: &impl Display) -> Self {
        Self(wrong.to_string().lines().map(str::to_owned).collect())
    }

    pub(super) fn all(lines: Vec<String>) -> Self {
        Self(lines)
    }

    /// Adds what to do about it.
    pub(super) fn hint(mut self, hint: &str) -> Self {
        self.0.push(hint.to_owned());
        self
    }

    /// Prints it on stderr.
    pub(super) fn tell(&self) {
        let mut err = io::stderr().lock();
        for line in &self.0 {
            if writeln!(err, "upsertd: {line}").is_err() {
                // Nobody listens; the exit code still tells.
                return;
            }
        }
    }
}

macro_rules! from {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(&error)
            }
        }
    )+};
}

from!(
    io::Error,
    KeyError,
    OpenError,
    Problems,
    SecretError,
    StartError,
    StopError,
    TelemetryError,
);
