//! What engines take and report of a batch's rows.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::EngineError;
use crate::{
    domain::{Faults, Name, Note, batch::RowDone},
    render::{Statement, rows::RowsBatch},
};

/// What became of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowReport {
    /// It was done.
    Done(RowDone),
    /// No row has the key and none could be inserted, for these reasons.
    NoMatch(Faults),
    /// More than one row has the key of these columns.
    Ambiguous(Vec<Name>),
    /// Another row of the batch has the same key of these columns.
    Repeated(Vec<Name>),
    /// The database refused it.
    Failed(EngineError),
}

/// Rows that are written all together or not at all, however many there are.
#[derive(Debug)]
pub struct Together {
    /// Deletes every row of the table first.
    pub clear: Option<Statement>,
    /// The rows, in the order of the request.
    pub feed: mpsc::Receiver<Feed>,
    /// Takes what became of the rows, each with its number; it holds only when the whole was committed.
    pub reports: mpsc::Sender<Vec<(u64, RowReport)>>,
    /// Whether what is written is kept.
    pub keep: bool,
    /// What is noted of it.
    pub note: Option<Arc<Note>>,
}

/// A part of [`Together`].
#[derive(Debug)]
pub enum Feed {
    /// Further rows.
    Rows(RowsBatch),
    /// There are no more: commit. A feed that ends without it is rolled back.
    End,
}

/// How [`Together`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything was written (or would have been, where nothing was to be kept).
    Done,
    /// A row was not, as its report says, and so nothing was.
    RolledBack,
}

impl Together {
    /// One part, and what takes its reports while it is written.
    pub fn of_one(batch: RowsBatch) -> (Self, impl Future<Output = Vec<(u64, RowReport)>> + Send) {
        let (send, feed) = mpsc::channel(1);
        let (reports, mut reported) = mpsc::channel(1);
        let work = Self {
            clear: None,
            feed,
            reports,
            keep: batch.keep,
            note: batch.note.clone(),
        };
        let feeding = async move {
            let mut all = Vec::new();
            let parts = async {
                for part in [Feed::Rows(batch), Feed::End] {
                    // Err: the engine has stopped listening, and says itself why.
                    if send.send(part).await.is_err() {
                        break;
                    }
                }
                drop(send);
            };
            let reports = async {
                while let Some(reports) = reported.recv().await {
                    all.extend(reports);
                }
            };
            tokio::join!(parts, reports);
            all
        };
        (work, feeding)
    }
}

impl RowReport {
    /// Whether the row was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}
