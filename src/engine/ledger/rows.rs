//! What the journal's tables hold, read, alike on every engine. The order is that of the statements in
//! `sql/<engine>/journal/`.

use jiff::civil::DateTime;

use crate::{
    domain::{
        Length, Row, SqlType, Value,
        journal::{ChangedRow, LogEntry, LogError, LogRow, UndoStep},
    },
    engine::{
        EngineError,
        cells::Cells,
        store::rows::{number, text},
    },
    render::Param,
};

/// What these rows are of.
const PLACE: &str = "the journal";

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

/// A moment as a parameter.
pub(in crate::engine) fn moment(at: Option<DateTime>) -> Param {
    Param {
        value: at.map(Value::DateTime),
        ty: AT,
    }
}

/// An error as parameters; `id` is its id in the form that the engine keeps ids in.
pub(in crate::engine) fn of_error(id: Param, error: &LogError) -> Vec<Param> {
    let optional = |given: &Option<String>| text(given.as_deref().unwrap_or_default());
    vec![
        id,
        moment(Some(error.at)),
        optional(&error.client),
        text(&error.api),
        optional(&error.entity),
        text(&error.operation),
        number(error.status.into()),
        text(&error.code),
        text(&error.message),
        optional(&error.detail),
    ]
}

/// Which rows of a step are meant, as parameters.
pub(in crate::engine) fn of_rows(id: Param, step: u32, start: u32, length: u32) -> Vec<Param> {
    vec![
        id,
        number(step.into()),
        number(start.into()),
        number(length.into()),
    ]
}

/// Reads a log row.
pub(in crate::engine) fn entry(row: Row) -> Result<LogEntry, EngineError> {
    let mut cells = Cells::of(row, PLACE);
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
        columns: cells.json()?,
        created: cells.count()?,
        updated: cells.count()?,
        deleted: cells.count()?,
        undoes: cells.id()?,
    })
}

/// Reads a changed row.
pub(in crate::engine) fn row(row: Row) -> Result<LogRow, EngineError> {
    let mut cells = Cells::of(row, PLACE);
    Ok(LogRow {
        number: cells.some_number()?,
        before: cells.json()?,
        after: cells.json()?,
    })
}

/// Reads an error.
pub(in crate::engine) fn error(row: Row) -> Result<LogError, EngineError> {
    let mut cells = Cells::of(row, PLACE);
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
    let mut cells = Cells::of(row, PLACE);
    let values: Vec<serde_json::Value> = cells.some_json()?;
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
