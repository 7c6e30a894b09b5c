//! How far a load is, in a file beside the one that is loaded: what is noted there is committed. At worst the chunk after
//! it is written twice, which changes nothing: its rows are found by their keys.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{file::Source, options::Options, progress::Totals};
use crate::cli::Failure;

/// How far a load is; nothing where that is not noted.
pub(super) struct State(Option<Noted>);

struct Noted {
    path: PathBuf,
    load: Load,
    progress: Done,
}

/// What is loaded, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Load {
    bytes: u64,
    checksum: u32,
    entity: String,
    key: Vec<String>,
    target: String,
    delimiter: char,
    rejects: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Done {
    created: u64,
    updated: u64,
    rejected: u64,
    rejects_bytes: u64,
}

#[derive(Serialize, Deserialize)]
struct Written {
    load: Load,
    done: Done,
}

impl State {
    pub(super) fn open(options: &Options, source: &Source) -> Result<Self, Failure> {
        if !options.notes_progress() {
            return Ok(Self(None));
        }
        let mut path = options.file.clone().into_os_string();
        path.push(".upsertd-load");
        let path = PathBuf::from(path);
        let target = match (&options.server, &options.config) {
            (Some(server), _) => server.clone(),
            (None, Some(config)) => config.display().to_string(),
            (None, None) => String::new(),
        };
        let load = Load {
            bytes: source.length,
            checksum: source.sum,
            entity: options.entity.clone(),
            key: options.key.clone(),
            target,
            delimiter: options.delimiter,
            rejects: options.rejects.clone(),
        };
        let found = match fs::read(&path) {
            Ok(text) => Some(serde_json::from_slice::<Written>(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(Failure::new(&format!(
                    "cannot read '{}': {error}",
                    path.display()
                )));
            }
        };
        let shown = path.display().to_string();
        let progress = match (found, options.resume) {
            (Some(Ok(written)), true) if written.load == load => written.done,
            (Some(_), true) => {
                return Err(Failure::new(&format!(
                    "'{shown}' speaks of another load: of another file, entity, key, target or file of rejects; \
                     --restart begins anew"
                )));
            }
            (None, true) => {
                return Err(Failure::new(&format!(
                    "there is no '{shown}' that says how far the load is; leave --resume out"
                )));
            }
            (Some(_), false) if !options.restart => {
                return Err(Failure::new(&format!(
                    "a load of this file was broken off, as '{shown}' says; go on with --resume, or begin anew with \
                     --restart"
                )));
            }
            (_, false) => Done::default(),
        };
        Ok(Self(Some(Noted {
            path,
            load,
            progress,
        })))
    }

    /// What is done.
    pub(super) fn totals(&self) -> Totals {
        let done = self.0.as_ref().map(|noted| noted.progress);
        let done = done.unwrap_or_default();
        Totals {
            created: done.created,
            updated: done.updated,
            rejected: done.rejected,
        }
    }

    /// Rows that are done; `None` where that is not noted.
    pub(super) fn rows(&self) -> Option<u64> {
        self.0.as_ref().map(|_| self.totals().rows())
    }

    /// Bytes of rejected rows that are written.
    pub(super) fn rejects(&self) -> u64 {
        self.0
            .as_ref()
            .map_or(0, |noted| noted.progress.rejects_bytes)
    }

    /// Notes that this much is committed.
    pub(super) fn save(&mut self, totals: &Totals, rejects_bytes: u64) -> Result<(), Failure> {
        let Some(noted) = &mut self.0 else {
            return Ok(());
        };
        noted.progress = Done {
            created: totals.created,
            updated: totals.updated,
            rejected: totals.rejected,
            rejects_bytes,
        };
        let written = Written {
            load: noted.load.clone(),
            done: noted.progress,
        };
        let text = serde_json::to_vec_pretty(&written)
            .map_err(|error| Failure::new(&format!("cannot note how far the load is: {error}")))?;
        let unwritable = |error: &dyn std::fmt::Display| {
            Failure::new(&format!("cannot write '{}': {error}", noted.path.display()))
        };
        // In the place of the old one at once: a load that is killed leaves one of the two.
        let folder = noted
            .path
            .parent()
            .filter(|path| !path.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
        let mut fresh = NamedTempFile::new_in(folder).map_err(|error| unwritable(&error))?;
        fresh.write_all(&text).map_err(|error| unwritable(&error))?;
        fresh
            .persist(&noted.path)
            .map_err(|error| unwritable(&error.error))?;
        Ok(())
    }

    /// Forgets it, once all is done.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        let Some(noted) = &self.0 else {
            return Ok(());
        };
        match fs::remove_file(&noted.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
