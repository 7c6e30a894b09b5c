//! Rows → chunks of them, read on a thread of their own while those before them are written.

use std::sync::Arc;

use tokio::{sync::mpsc, task::spawn_blocking};

use super::{REASON, file::Source};
use crate::{
    cli::Failure,
    domain::Literal,
    rows::{Cell, RawRow, ReadError, ReadRows, Row},
};

/// The most bytes of values in a chunk, about.
const BYTES: usize = 8 << 20;

/// A row that is loaded.
pub(super) struct Kept {
    /// What it holds, or why that cannot be said.
    pub(super) content: Result<RawRow, String>,
    /// The line it begins in, from 1.
    pub(super) line: u64,
    /// Its text, where nothing can be said of what it holds.
    pub(super) text: Vec<u8>,
}

/// Rows that are written together.
pub(super) struct Chunk {
    pub(super) rows: Vec<Kept>,
}

/// The chunks of a file.
pub(super) struct Chunks(mpsc::Receiver<Result<Chunk, ReadError>>);

impl Chunks {
    /// Begins to read, behind so many rows.
    pub(super) fn read(source: &Source, skip: u64, most: u32) -> Result<Self, Failure> {
        let mut rows = source.rows()?;
        let (send, chunks) = mpsc::channel(1);
        spawn_blocking(move || {
            let ended = produce(&mut *rows, skip, most as usize, &send);
            if let Err(error) = ended
                && send.blocking_send(Err(error)).is_err()
            {
                tracing::debug!("nobody waits for what is wrong with the rows");
            }
        });
        Ok(Self(chunks))
    }

    pub(super) async fn next(&mut self) -> Result<Option<Chunk>, Failure> {
        Ok(self.0.recv().await.transpose()?)
    }
}

fn produce(
    rows: &mut dyn ReadRows,
    skip: u64,
    most: usize,
    send: &mpsc::Sender<Result<Chunk, ReadError>>,
) -> Result<(), ReadError> {
    for _ in 0..skip {
        if rows.next()?.is_none() {
            return Ok(());
        }
    }
    let mut keep = Keeper::default();
    loop {
        let mut chunk = Vec::new();
        let mut bytes = 0;
        while chunk.len() < most && bytes < BYTES {
            let Some(row) = rows.next()? else {
                break;
            };
            let kept = keep.row(row, rows);
            bytes += kept.bytes();
            chunk.push(kept);
        }
        if chunk.is_empty() || send.blocking_send(Ok(Chunk { rows: chunk })).is_err() {
            return Ok(());
        }
    }
}

/// Takes rows as a load wants them: without the reason for which they were rejected before.
#[derive(Default)]
pub(super) struct Keeper {
    last: Option<Stripped>,
}

/// Columns with the reason among them.
struct Stripped {
    /// As they came.
    names: Arc<[String]>,
    /// Where the reason stands.
    at: usize,
    /// The others.
    without: Arc<[String]>,
}

impl Keeper {
    /// The row that the reader gave last.
    pub(super) fn row(&mut self, row: Row, rows: &dyn ReadRows) -> Kept {
        let text = match row.content {
            Ok(_) => Vec::new(),
            Err(_) => rows.text().into_owned(),
        };
        Kept {
            content: row.content.map(|content| self.strip(content)),
            line: row.line,
            text,
        }
    }

    /// A row without the reason.
    pub(super) fn strip(&mut self, mut row: RawRow) -> RawRow {
        if let Some(last) = &self.last
            && Arc::ptr_eq(&last.names, &row.names)
        {
            row.cells.remove(last.at);
            row.names = Arc::clone(&last.without);
            return row;
        }
        let Some(at) = row.names.iter().position(|name| name == REASON) else {
            return row;
        };
        let without: Arc<[String]> = row.names.iter().filter(|n| *n != REASON).cloned().collect();
        self.last = Some(Stripped {
            names: Arc::clone(&row.names),
            at,
            without: Arc::clone(&without),
        });
        row.cells.remove(at);
        row.names = without;
        row
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        let Ok(row) = &self.content else {
            return self.text.len();
        };
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Scalar(Literal::Text(text) | Literal::Number(text)) => text.len(),
            Cell::Scalar(_) => 0,
            Cell::Nested(value) => value.to_string().len(),
        });
        cells.sum::<usize>() + row.cells.len() * size_of::<Cell>()
    }
}
