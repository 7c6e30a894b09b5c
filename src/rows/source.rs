//! Rows as they are read → the rows of a batch, for the service to write. How a row becomes one is said by whoever
//! makes the batch.

use super::{RawRow, ReadRows};
use crate::{
    domain::batch::BatchRow,
    error::Error,
    service::{RowSource, SourceRow},
};

/// Rows to be written.
pub struct Source<R, F> {
    rows: R,
    turn: F,
}

impl<R, F> Source<R, F>
where
    R: ReadRows,
    F: FnMut(u64, RawRow) -> Result<BatchRow, Error>,
{
    /// The rows of a reader, each turned into one of a batch; the function is given its number too.
    pub fn new(rows: R, turn: F) -> Self {
        Self { rows, turn }
    }
}

impl<R, F> RowSource for Source<R, F>
where
    R: ReadRows + 'static,
    F: FnMut(u64, RawRow) -> Result<BatchRow, Error> + Send + 'static,
{
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        let Some(row) = self.rows.next()? else {
            return Ok(None);
        };
        let turned = match row.content {
            Ok(content) => (self.turn)(row.number, content),
            Err(message) => Err(Error::Malformed { message }),
        };
        Ok(Some(turned.map_err(|error| (row.number, error))))
    }

    fn rewind(&mut self) -> Result<(), Error> {
        Ok(self.rows.rewind()?)
    }
}
