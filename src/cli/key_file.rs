//! The demo's signing key in a file: made once, whole or not at all, however many demos start at the
//! same moment. It replaces no key that can be used.

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::Path,
};

use uuid::Uuid;

use super::Failure;
use crate::access::SigningKey;

/// The file's key. A missing one is made; one that cannot be a key is made anew when `mend` says so.
pub(super) fn open(file: &Path, mend: bool) -> Result<SigningKey, Failure> {
    let unusable = |error: io::Error| {
        Failure::new(&format!(
            "cannot use the key file '{}': {error}",
            file.display()
        ))
    };
    let mend = match fs::read_to_string(file) {
        Ok(text) => match SigningKey::from_text(&text) {
            Ok(key) => return Ok(key),
            Err(_) if mend => true,
            Err(error) => {
                let file = file.display();
                return Err(Failure::new(&format!("the key in '{file}' {error}")));
            }
        },
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(unusable(error)),
    };
    let beside = beside(file);
    let placed = write(&beside).and_then(|()| place(&beside, file, mend));
    if let Err(error) = fs::remove_file(&beside)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(unusable(error));
    }
    placed.map_err(unusable)?;
    // Whoever was first: its key is the folder's.
    let text = fs::read_to_string(file).map_err(unusable)?;
    Ok(SigningKey::from_text(&text)?)
}

/// A name that no other process uses.
fn beside(file: &Path) -> OsString {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}", Uuid::new_v4()));
    name
}

fn write(file: &OsString) -> io::Result<()> {
    let key = SigningKey::random_text().map_err(io::Error::other)?;
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    let mut file = new.open(file)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()
}

/// Gives the written file its name. A link replaces nothing, unlike a new name; not every disk has links.
fn place(written: &OsString, file: &Path, replace: bool) -> io::Result<()> {
    if replace {
        return fs::rename(written, file);
    }
    match fs::hard_link(written, file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(_) => fs::rename(written, file),
        Ok(()) => Ok(()),
    }
}
