//! Rows that are held whole, as a batch takes them, and what became of them. A request has few rows here, and they are
//! written all or not at all.

use crate::{
    domain::batch::{BatchRow, RowDone},
    error::Error,
    service::{RowSink, RowSource, SourceRow},
};

/// The rows of a request.
#[derive(Debug)]
pub(super) struct Rows {
    rows: Vec<BatchRow>,
    next: usize,
}

impl Rows {
    pub(super) fn new(rows: Vec<BatchRow>) -> Self {
        Self { rows, next: 0 }
    }
}

impl RowSource for Rows {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        let row = self.rows.get(self.next).cloned();
        self.next += 1;
        Ok(row.map(Ok))
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.next = 0;
        Ok(())
    }
}

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) done: Vec<RowDone>,
    pub(super) failed: Vec<(u64, Error)>,
}

impl RowSink for Results {
    fn take(&mut self, number: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        match result {
            Ok(done) => self.done.push(done),
            Err(error) => self.failed.push((number, error)),
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.done.clear();
        self.failed.clear();
    }
}
