//! Changes of rows in their order, until they are written down. A statement may change every row of a table: no more than a
//! part of them is in memory, and the rest in a file without a name. What they mean is not known here.

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::caught::Change;

/// The most bytes of changes that are kept in memory, but for the last change.
const IN_MEMORY: usize = 4 << 20;
/// The most bytes of the others that are kept in memory, too.
const FIRST: usize = 1 << 20;
/// Stands for the length of what is not there.
const NOTHING: u64 = u64::MAX;

/// Changes in their order.
#[derive(Debug, Default)]
pub(super) struct Pile {
    /// Those that were put away: they came first.
    away: Option<SpooledTempFile>,
    /// How many they are.
    away_count: usize,
    near: Vec<Change>,
    /// The bytes of those that are near.
    bytes: usize,
}

impl Pile {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.away_count + self.near.len()
    }

    /// The last one; it is always near.
    pub(super) fn last_mut(&mut self) -> Option<&mut Change> {
        self.near.last_mut()
    }

    /// Forgets the last one.
    pub(super) fn pop(&mut self) {
        self.near.pop();
    }

    /// Adds one.
    pub(super) fn push(&mut self, change: Change) -> io::Result<()> {
        if self.bytes > IN_MEMORY {
            self.put_away()?;
        }
        let length = |image: &Option<String>| image.as_ref().map_or(0, String::len);
        self.bytes += length(&change.before) + length(&change.after) + size_of::<Change>();
        self.near.push(change);
        Ok(())
    }

    /// Forgets all but the first so many.
    pub(super) fn truncate(&mut self, count: usize) -> io::Result<()> {
        if let Some(near) = count.checked_sub(self.away_count) {
            self.near.truncate(near);
            return Ok(());
        }
        self.near.clear();
        self.bytes = 0;
        self.away_count = count;
        let Some(away) = &mut self.away else {
            return Ok(());
        };
        away.rewind()?;
        let mut end = 0;
        let mut read = BufReader::new(&mut *away);
        for _ in 0..count {
            for _ in 0..2 {
                let length = read_length(&mut read)?;
                end += 8 + length.unwrap_or(0);
                read.seek_relative(i64::try_from(length.unwrap_or(0)).map_err(io::Error::other)?)?;
            }
        }
        away.set_len(end)?;
        away.seek(SeekFrom::Start(end)).map(drop)
    }

    /// Gives each away, in their order: the row as it was and as it has become.
    pub(super) fn for_each<E: From<io::Error>>(
        self,
        mut give: impl FnMut(Option<String>, Option<String>) -> Result<(), E>,
    ) -> Result<(), E> {
        if let Some(mut away) = self.away {
            away.rewind()?;
            let mut read = BufReader::new(away);
            for _ in 0..self.away_count {
                give(read_image(&mut read)?, read_image(&mut read)?)?;
            }
        }
        for change in self.near {
            give(change.before, change.after)?;
        }
        Ok(())
    }

    /// Whether none is there.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn put_away(&mut self) -> io::Result<()> {
        let away = self.away.get_or_insert_with(|| SpooledTempFile::new(FIRST));
        let mut write = BufWriter::new(away);
        for change in &self.near {
            for image in [&change.before, &change.after] {
                let length = image.as_ref().map_or(NOTHING, |image| image.len() as u64);
                write.write_all(&length.to_le_bytes())?;
                write.write_all(image.as_deref().unwrap_or_default().as_bytes())?;
            }
        }
        write.flush()?;
        self.away_count += self.near.len();
        self.near.clear();
        self.bytes = 0;
        Ok(())
    }
}

fn read_length(read: &mut impl Read) -> io::Result<Option<u64>> {
    let mut length = [0; 8];
    read.read_exact(&mut length)?;
    Ok(Some(u64::from_le_bytes(length)).filter(|length| *length != NOTHING))
}

fn read_image(read: &mut impl Read) -> io::Result<Option<String>> {
    let Some(length) = read_length(read)? else {
        return Ok(None);
    };
    let mut image = Vec::new();
    read.take(length).read_to_end(&mut image)?;
    if image.len() as u64 != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    String::from_utf8(image).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(number: usize) -> Change {
        let image = |present: bool, letter: char| {
            present.then(|| format!("{letter}{number}{}", "ü".repeat(500)))
        };
        Change {
            before: image(!number.is_multiple_of(3), 'b'),
            after: image(number % 3 != 1, 'a'),
            key: Vec::new(),
        }
    }

    fn pile(count: usize) -> Pile {
        let mut pile = Pile::default();
        for number in 0..count {
            pile.push(change(number)).unwrap();
        }
        pile
    }

    fn numbers(pile: Pile) -> Vec<(Option<String>, Option<String>)> {
        let mut all = Vec::new();
        let done: io::Result<()> = pile.for_each(|before, after| {
            all.push((before, after));
            Ok(())
        });
        done.unwrap();
        all
    }

    fn expected(count: usize) -> Vec<(Option<String>, Option<String>)> {
        (0..count)
            .map(|number| (change(number).before, change(number).after))
            .collect()
    }

    #[test]
    fn what_is_in_memory_does_not_grow_with_what_is_there() {
        let pile = pile(30_000);
        assert_eq!(pile.len(), 30_000);
        assert!(pile.away_count > 20_000 && pile.bytes < 2 * IN_MEMORY);
        assert!(numbers(pile) == expected(30_000));
    }

    #[test]
    fn what_comes_last_is_forgotten_wherever_it_is() {
        for (count, kept) in [(5, 2), (30_000, 29_999), (30_000, 7), (30_000, 0)] {
            let mut pile = pile(count);
            pile.truncate(kept).unwrap();
            assert_eq!(pile.len(), kept);
            for number in kept..kept + 10_000 {
                pile.push(change(number)).unwrap();
            }
            assert!(numbers(pile) == expected(kept + 10_000), "{count} {kept}");
        }
    }
}
