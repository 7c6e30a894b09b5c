//! Where the rows of a batch come from: a reader that is gone through once to see what the rows are, and then for each
//! of the ways in which they are named.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::{
    named::Named,
    turn::{Turn, Turned},
};
use crate::{
    domain::{Actions, Literal},
    error::Error,
    rows::{RawRow, ReadError, ReadRows, Row},
    service::{RowSource, SourceRow},
    wire::{http::body::Media, socrata::encode::refusal},
};

/// Rows that are read again and again, by one at a time.
#[derive(Clone)]
pub struct SharedRows(Arc<Mutex<Box<dyn ReadRows>>>, Media);

impl SharedRows {
    /// Shares a reader of such a body.
    #[must_use]
    pub fn new(rows: Box<dyn ReadRows>, media: Media) -> Self {
        Self(Arc::new(Mutex::new(rows)), media)
    }

    /// The only row, if there is one and it is an object.
    ///
    /// # Errors
    /// What is there is no JSON, or an object that cannot be read.
    pub fn lone(&self) -> Result<Option<RawRow>, Error> {
        let mut rows = self.lock();
        let wrong = |error| unreadable(error, self.1);
        let first = rows.next().map_err(wrong)?;
        let more = rows.next().map_err(wrong)?.is_some();
        let Some(row) = first.filter(|_| !more) else {
            return Ok(None);
        };
        let content = row.content.map_err(|message| Error::Malformed { message });
        content.map(Some)
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn ReadRows>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which rows are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// All.
    All,
    /// Those that `:id` names.
    Sid,
    /// The others.
    Others,
}

/// Rows for the service.
pub struct Source {
    rows: SharedRows,
    turn: Turn,
    pass: Pass,
    most: u64,
}

/// What the rows of a request are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Some are named by `:id`.
    pub by_sid: bool,
    /// Some are not.
    pub others: bool,
    /// What they need of the entity.
    pub needs: Actions,
}

/// A row's number, and the row or why there is none.
type NumberedRow = (u64, Result<Turned, Error>);

/// What stands in the place of a row that cannot be read.
enum Instead {
    /// An object, however broken.
    Object,
    /// `[key]`, which deletes.
    Key(Literal),
    /// Anything else.
    Other,
}

impl Source {
    /// The rows of a reader, of which there may be at most so many.
    #[must_use]
    pub fn new(rows: SharedRows, turn: Turn, pass: Pass, most: u64) -> Self {
        Self {
            rows,
            turn,
            pass,
            most,
        }
    }

    fn turn(&mut self) -> Result<Option<NumberedRow>, Error> {
        let mut rows = self.rows.lock();
        let wrong = |error| unreadable(error, self.rows.1);
        let Some(row) = rows.next().map_err(wrong)? else {
            return Ok(None);
        };
        let Row {
            number, content, ..
        } = row;
        if number >= self.most {
            return Err(refusal::contract(
                413,
                "req.body.too-large",
                format!(
                    "The request has more than {} rows; send it in parts.",
                    self.most
                ),
            ));
        }
        let turned = match content {
            Ok(raw) => self.turn.row(number, raw)?,
            Err(message) => match instead(&rows.text()) {
                Instead::Object => Err(Error::Malformed { message }),
                Instead::Key(key) => self.turn.deleted_key(number, &key),
                Instead::Other => {
                    return Err(refusal::contract(
                        400,
                        "soda.row.upsert-row-not-an-object",
                        format!("Row {number} is not an object: {message}"),
                    ));
                }
            },
        };
        Ok(Some((number, turned)))
    }
}

fn instead(text: &[u8]) -> Instead {
    match serde_json::from_slice(text) {
        Err(_) | Ok(Value::Object(_)) => Instead::Object,
        Ok(Value::Array(items)) => match items.as_slice() {
            [Value::String(text)] => Instead::Key(Literal::Text(text.clone())),
            [Value::Number(number)] => Instead::Key(Literal::Number(number.to_string())),
            _ => Instead::Other,
        },
        Ok(_) => Instead::Other,
    }
}

/// Goes through all rows and back to the first.
///
/// # Errors
/// What is wrong with the request: it is no JSON, has too many rows, or names a field that there is not.
pub fn look_through(source: &mut Source) -> Result<Found, Error> {
    let mut found = Found {
        by_sid: false,
        others: false,
        needs: Actions::NONE,
    };
    while let Some((_, turned)) = source.turn()? {
        let Ok(turned) = turned else {
            continue;
        };
        match turned.named {
            Named::Sid => found.by_sid = true,
            Named::Nothing | Named::Identifier => found.others = true,
        }
        for action in turned.needs() {
            found.needs.add_action(*action);
        }
    }
    source.rewind()?;
    Ok(found)
}

/// What a body is refused with that cannot be read as what it is.
pub fn unreadable(error: ReadError, media: Media) -> Error {
    match error {
        ReadError::Broken {
            message,
            line,
            column,
        } if media != Media::Csv => refusal::malformed_json(&message, line, column),
        other => match other.into() {
            Error::Malformed { message } if media == Media::Csv => {
                refusal::contract(400, refusal::MALFORMED_CSV, message)
            }
            other => other,
        },
    }
}

impl RowSource for Source {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        while let Some((number, turned)) = self.turn()? {
            match turned {
                // Of rows that cannot be turned nobody can say how they are named; they are told once.
                Err(error) if self.pass != Pass::Sid => {
                    let number = super::RowNumber {
                        row: number,
                        named: Named::Nothing,
                    };
                    return Ok(Some(Err((number.packed(), error))));
                }
                Err(_) => {}
                Ok(Turned { named, row }) => {
                    let meant = match self.pass {
                        Pass::All => true,
                        Pass::Sid => named == Named::Sid,
                        Pass::Others => named != Named::Sid,
                    };
                    if meant {
                        return Ok(Some(Ok(row)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn rewind(&mut self) -> Result<(), Error> {
        Ok(self.rows.lock().rewind()?)
    }
}
