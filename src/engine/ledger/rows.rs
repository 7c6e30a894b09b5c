//! What the journal's tables hold, read, alike on every engine. The order is that of the statements in
//! `sql/<engine>/journal/`.

use jiff::civil::DateTime;
use uuid::Uuid;

use crate::{
    domain::{
        Length, Row, SqlType, Value,
        journal::{ChangedRow, LogEntry, LogError, LogRow, UndoStep},
    },
    engine::EngineError,
};

pub(in crate::engine) const TEXT: SqlType = SqlType::NVarChar(Length::Max);
const AT: SqlType = SqlType::DateTime2 { scale: 3 };

/// The types of a log row's columns.
pub(in crate::engine) fn entry_columns() -> Vec<SqlType> {
    use SqlType::{BigInt, UniqueIdentifier};
    vec![
        UniqueIdentifier,
        BigInt,
        AT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        BigInt,
        BigInt,
        BigInt,
        UniqueIdentifier,
    ]
}

/// The types of a changed row's columns.
pub(in crate::engine) fn row_columns() -> Vec<SqlType> {
    vec![SqlType::BigInt, TEXT, TEXT]
}

/// The types of an error's columns.
pub(in crate::engine) fn error_columns() -> Vec<SqlType> {
    use SqlType::{BigInt, UniqueIdentifier};
    vec![
        UniqueIdentifier,
        AT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        BigInt,
        TEXT,
        TEXT,
        TEXT,
    ]
}

/// Reads a log row.
pub(in crate::engine) fn entry(row: Row) -> Result<LogEntry, EngineError> {
    let mut cells = Cells(row.into_iter());
    Ok(LogEntry {
        log_id: cells.some_id()?,
        step: cells.count()?,
        at: cells.moment()?,
        client: cells.some_text()?,
        api: cells.some_text()?,
        entity: cells.some_text()?,
        table: cells.some_text()?,
        operation: cells.some_text()?,
        clause: cells.text()?,
        columns: cells.text()?.map(|text| json(&text)).transpose()?,
        created: cells.count()?,
        updated: cells.count()?,
        deleted: cells.count()?,
        undoes: cells.id()?,
    })
}

/// Reads a changed row.
pub(in crate::engine) fn row(row: Row) -> Result<LogRow, EngineError> {
    let mut cells = Cells(row.into_iter());
    Ok(LogRow {
        number: cells.number()?,
        before: cells.text()?.map(|text| json(&text)).transpose()?,
        after: cells.text()?.map(|text| json(&text)).transpose()?,
    })
}

/// Reads an error.
pub(in crate::engine) fn error(row: Row) -> Result<LogError, EngineError> {
    let mut cells = Cells(row.into_iter());
    Ok(LogError {
        log_id: cells.some_id()?,
        at: cells.moment()?,
        client: cells.text()?,
        api: cells.some_text()?,
        entity: cells.text()?,
        operation: cells.some_text()?,
        status: cells.count()?,
        code: cells.some_text()?,
        message: cells.some_text()?,
        detail: cells.text()?,
    })
}

/// Reads a row that is not as it is expected to be, as the journal kept it.
pub(in crate::engine) fn changed(row: Row, step: &UndoStep) -> Result<ChangedRow, EngineError> {
    let mut cells = Cells(row.into_iter());
    let values: Vec<serde_json::Value> = json(&cells.some_text()?)?;
    let entity = &step.note.entity;
    let table = entity.table();
    let named = step.columns.iter().zip(values);
    let key = named.filter(|(index, _)| table.row_key().contains(index));
    Ok(ChangedRow {
        entity: entity.name().as_str().to_owned(),
        key: key
            .map(|(index, value)| (table.column(*index).name.as_str().to_owned(), value))
            .collect(),
    })
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, EngineError> {
    serde_json::from_str(text).map_err(|_| unexpected("something that is no JSON array"))
}

/// The cells of a row, first one first.
struct Cells(std::vec::IntoIter<Option<Value>>);

impl Cells {
    fn text(&mut self) -> Result<Option<String>, EngineError> {
        match self.0.next() {
            Some(Some(Value::Text(text))) => Ok(Some(text)),
            Some(None) => Ok(None),
            _ => Err(unexpected("no text")),
        }
    }

    fn some_text(&mut self) -> Result<String, EngineError> {
        self.text()?.ok_or_else(|| unexpected("NULL"))
    }

    fn number(&mut self) -> Result<i64, EngineError> {
        match self.0.next() {
            Some(Some(Value::Int(number))) => Ok(number),
            _ => Err(unexpected("no number")),
        }
    }

    fn count<N: TryFrom<i64>>(&mut self) -> Result<N, EngineError> {
        N::try_from(self.number()?).map_err(|_| unexpected("a number that is none of rows"))
    }

    fn id(&mut self) -> Result<Option<Uuid>, EngineError> {
        match self.0.next() {
            Some(Some(Value::Guid(id))) => Ok(Some(id)),
            Some(None) => Ok(None),
            _ => Err(unexpected("no id")),
        }
    }

    fn some_id(&mut self) -> Result<Uuid, EngineError> {
        self.id()?.ok_or_else(|| unexpected("NULL"))
    }

    fn moment(&mut self) -> Result<DateTime, EngineError> {
        match self.0.next() {
            Some(Some(Value::DateTime(at))) => Ok(at),
            _ => Err(unexpected("no moment")),
        }
    }
}

fn unexpected(what: &str) -> EngineError {
    EngineError::Unexpected {
        detail: format!("the journal holds {what} where something else should be"),
    }
}
