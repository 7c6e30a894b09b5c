//! Keeps bytes that come once and are read more than once: in memory as long as they are few, then in a file without a
//! name, which goes when the spool does. What they mean is not known here.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use tempfile::SpooledTempFile;

/// The most bytes that are kept in memory.
const IN_MEMORY: usize = 1 << 20;

/// Bytes to be read as often as needed; memory does not grow with them.
#[derive(Debug)]
pub struct Spool(SpooledTempFile);

impl Spool {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self(SpooledTempFile::new(IN_MEMORY))
    }

    /// A spool of everything that can be read there, at its beginning.
    ///
    /// # Errors
    /// Either side's.
    pub fn of(mut source: impl Read) -> io::Result<Self> {
        let mut spool = Self::new();
        io::copy(&mut source, &mut spool)?;
        spool.rewind()?;
        Ok(spool)
    }

    /// The file that it is in, at the same place; made now, if all is in memory.
    ///
    /// # Errors
    /// No file can be made.
    pub fn into_file(self) -> io::Result<File> {
        self.0.into_file()
    }

    /// Whether so many more bytes are kept in memory: writing them then does not wait.
    #[must_use]
    pub fn holds_in_memory(&mut self, more: usize) -> bool {
        let so_far = self.0.stream_position().unwrap_or(u64::MAX);
        !self.0.is_rolled() && so_far.saturating_add(more as u64) <= IN_MEMORY as u64
    }
}

impl Default for Spool {
    fn default() -> Self {
        Self::new()
    }
}

impl Read for Spool {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Spool {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_written_is_read_again_whether_it_fits_into_memory_or_not() {
        for length in [0, 10, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY] {
            let bytes: Vec<u8> = (0..length)
                .map(|i| u8::try_from(i % 251).unwrap())
                .collect();
            let mut spool = Spool::of(bytes.as_slice()).unwrap();
            for _ in 0..2 {
                let mut read = Vec::new();
                spool.read_to_end(&mut read).unwrap();
                assert!(read == bytes, "{length}");
                spool.rewind().unwrap();
            }
        }
    }

    #[test]
    fn more_than_fits_into_memory_is_in_a_file() {
        let mut spool = Spool::new();
        assert!(spool.holds_in_memory(IN_MEMORY));
        spool.write_all(b"x").unwrap();
        assert!(!spool.holds_in_memory(IN_MEMORY));
        spool.write_all(&vec![0; IN_MEMORY]).unwrap();
        assert!(spool.0.is_rolled() && !spool.holds_in_memory(0));
    }
}
