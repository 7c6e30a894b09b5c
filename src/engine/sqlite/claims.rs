//! Claims on requests: a lock on a file beside the database for each, so that all processes that use the database see
//! it. The system gives the lock back when its holder dies, however it dies.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use same_file::Handle;

use crate::engine::{EngineError, repeats::Claim};

/// What the folder's name has after the database's.
const SUFFIX: &str = "-claims";

/// The folder that the files are in.
#[derive(Debug, Clone)]
pub(super) struct Claims(PathBuf);

/// A file that is locked.
struct Held {
    path: PathBuf,
    file: Handle,
}

impl Claims {
    /// Those on requests that write to a database; its file is there.
    pub(super) fn beside(database: &Path) -> Self {
        // However it is called, it is one database.
        let path = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let mut folder = path.into_os_string();
        folder.push(SUFFIX);
        Self(folder.into())
    }

    /// Claims what has this key; `None` while another holds it. It does not wait, but for the disk.
    pub(super) fn claim(&self, key: &[u8; 32]) -> Result<Option<Claim>, EngineError> {
        let digits = key.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let name: String = digits
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect();
        let held = self
            .lock(self.0.join(name))
            .map_err(|error| unusable(&error))?;
        Ok(held.map(|held| Claim::new(move || held.release())))
    }

    fn lock(&self, path: PathBuf) -> io::Result<Option<Held>> {
        loop {
            let open = || File::options().create(true).append(true).open(&path);
            let file = match open() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(&self.0)?;
                    open()?
                }
                opened => opened?,
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            let file = Handle::from_file(file)?;
            if is_at(&file, &path)? {
                return Ok(Some(Held { path, file }));
            }
            // Its holder has removed it since it was opened here: another file, perhaps another's, is to be locked.
        }
    }

    /// Removes the files of those that died.
    pub(super) fn sweep(&self) -> Result<(), EngineError> {
        let sweep = || {
            let files = match fs::read_dir(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                files => files?,
            };
            for file in files {
                if let Some(held) = self.lock(file?.path())? {
                    held.release();
                }
            }
            Ok(())
        };
        sweep().map_err(|error: io::Error| unusable(&error))
    }
}

impl Held {
    /// The file goes first: whoever locks it afterwards sees that it is gone.
    fn release(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "a lock's file stays");
        }
        drop(self.file);
    }
}

fn is_at(file: &Handle, path: &Path) -> io::Result<bool> {
    match Handle::from_path(path) {
        Ok(there) => Ok(there == *file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn unusable(error: &io::Error) -> EngineError {
    EngineError::Unavailable {
        detail: format!("a request cannot be claimed beside the database: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_one_s_alone_until_it_is_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let claims = Claims::beside(&folder.path().join("x.db"));
        let first = claims.claim(&[1; 32]).unwrap();
        assert!(first.is_some());
        assert!(claims.claim(&[1; 32]).unwrap().is_none());
        assert!(claims.claim(&[2; 32]).unwrap().is_some());
        drop(first);
        assert!(claims.claim(&[1; 32]).unwrap().is_some());
        assert_eq!(fs::read_dir(&claims.0).unwrap().count(), 0);
    }

    #[test]
    fn files_of_the_dead_are_removed_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().unwrap();
        let claims = Claims::beside(&folder.path().join("x.db"));
        claims.sweep().unwrap();
        let living = claims.claim(&[1; 32]).unwrap();
        fs::write(claims.0.join("dead"), "").unwrap();
        claims.sweep().unwrap();
        assert!(claims.claim(&[1; 32]).unwrap().is_none());
        assert_eq!(fs::read_dir(&claims.0).unwrap().count(), 1);
        drop(living);
    }

    #[test]
    fn of_many_who_want_it_at_once_one_at_a_time_has_it() {
        use std::sync::atomic::{AtomicU32, Ordering};

        let folder = tempfile::tempdir().unwrap();
        let claims = Claims::beside(&folder.path().join("x.db"));
        let inside = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        if let Some(claim) = claims.claim(&[1; 32]).unwrap() {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            inside.fetch_sub(1, Ordering::SeqCst);
                            drop(claim);
                        }
                    }
                });
            }
        });
    }
}
