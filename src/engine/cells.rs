//! Rows of the service's own tables, read cell by cell, alike on every engine. Which cells a row has, whoever reads it
//! knows.

use jiff::civil::DateTime;
use uuid::Uuid;

use super::EngineError;
use crate::domain::{Row, Value};

/// The cells of a row, first one first.
pub(super) struct Cells {
    cells: std::vec::IntoIter<Option<Value>>,
    /// What the row is of, for the log.
    place: &'static str,
}

impl Cells {
    /// The cells of a row of this place.
    pub(super) fn of(row: Row, place: &'static str) -> Self {
        let cells = row.into_iter();
        Self { cells, place }
    }

    pub(super) fn text(&mut self) -> Result<Option<String>, EngineError> {
        match self.cells.next() {
            Some(Some(Value::Text(text))) => Ok(Some(text)),
            Some(None) => Ok(None),
            _ => Err(self.unexpected("no text")),
        }
    }

    pub(super) fn some_text(&mut self) -> Result<String, EngineError> {
        self.text()?.ok_or_else(|| self.unexpected("NULL"))
    }

    /// A text that is JSON.
    pub(super) fn json<T: serde::de::DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, EngineError> {
        let read = |text: String| serde_json::from_str(&text);
        let read = self.text()?.map(read).transpose();
        read.map_err(|_| self.unexpected("something that is no JSON array"))
    }

    pub(super) fn some_json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, EngineError> {
        self.json()?.ok_or_else(|| self.unexpected("NULL"))
    }

    pub(super) fn number(&mut self) -> Result<Option<i64>, EngineError> {
        match self.cells.next() {
            Some(Some(Value::Int(number))) => Ok(Some(number)),
            Some(None) => Ok(None),
            _ => Err(self.unexpected("no number")),
        }
    }

    pub(super) fn some_number(&mut self) -> Result<i64, EngineError> {
        self.number()?.ok_or_else(|| self.unexpected("NULL"))
    }

    /// A number that counts something.
    pub(super) fn count<N: TryFrom<i64>>(&mut self) -> Result<N, EngineError> {
        let number = N::try_from(self.some_number()?);
        number.map_err(|_| self.unexpected("a number that is none of rows"))
    }

    pub(super) fn flag(&mut self) -> Result<bool, EngineError> {
        match self.cells.next() {
            Some(Some(Value::Bool(flag))) => Ok(flag),
            _ => Err(self.unexpected("no bit")),
        }
    }

    pub(super) fn id(&mut self) -> Result<Option<Uuid>, EngineError> {
        match self.cells.next() {
            Some(Some(Value::Guid(id))) => Ok(Some(id)),
            Some(None) => Ok(None),
            _ => Err(self.unexpected("no id")),
        }
    }

    pub(super) fn some_id(&mut self) -> Result<Uuid, EngineError> {
        self.id()?.ok_or_else(|| self.unexpected("NULL"))
    }

    pub(super) fn moment(&mut self) -> Result<DateTime, EngineError> {
        match self.cells.next() {
            Some(Some(Value::DateTime(at))) => Ok(at),
            _ => Err(self.unexpected("no moment")),
        }
    }

    fn unexpected(&self, what: &str) -> EngineError {
        EngineError::Unexpected {
            detail: format!("{} holds {what} where something else should be", self.place),
        }
    }
}
