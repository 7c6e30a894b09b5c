//! Clients and withdrawn tokens ↔ parameters and rows, alike on every engine. The order is that of the statements in
//! `sql/<engine>/access/`.

use crate::{
    domain::{
        Row, SqlType, Value,
        credential::{ClientRecord, RevokedToken},
        sql_type::Length,
    },
    engine::{EngineError, cells::Cells},
    render::Param,
};

/// What these rows are of.
const PLACE: &str = "one of the service's own tables";

const TEXT: SqlType = SqlType::NVarChar(Length::Max);

/// A text as a parameter.
pub(in crate::engine) fn text(text: &str) -> Param {
    Param {
        value: Some(Value::Text(text.to_owned())),
        ty: TEXT,
    }
}

/// A whole number as a parameter.
pub(in crate::engine) fn number(number: i64) -> Param {
    Param {
        value: Some(Value::Int(number)),
        ty: SqlType::BigInt,
    }
}

/// A client as parameters; its version, which it must still have, is the last.
pub(in crate::engine) fn of_client(client: &ClientRecord) -> Vec<Param> {
    let (former, until) = match &client.former {
        Some((hash, until)) => (hash.as_str(), *until),
        None => ("", 0),
    };
    vec![
        text(&client.id),
        text(client.secret.as_deref().unwrap_or_default()),
        text(former),
        number(until),
        text(&client.rights),
        text(&client.app_tokens),
        number(client.generation),
        Param {
            value: Some(Value::Bool(client.revoked)),
            ty: SqlType::Bit,
        },
        number(client.created_at),
        number(client.changed_at),
        number(client.version),
    ]
}

/// The types of a client's columns.
pub(in crate::engine) fn client_columns() -> Vec<SqlType> {
    use SqlType::{BigInt, Bit};
    vec![
        TEXT, TEXT, TEXT, BigInt, TEXT, TEXT, BigInt, Bit, BigInt, BigInt, BigInt,
    ]
}

/// The types of a withdrawn token's columns.
pub(in crate::engine) fn token_columns() -> Vec<SqlType> {
    vec![TEXT, SqlType::BigInt]
}

/// Reads a client.
pub(in crate::engine) fn client(row: Row) -> Result<ClientRecord, EngineError> {
    let mut cells = Cells::of(row, PLACE);
    let id = cells.some_text()?;
    let secret = cells.text()?;
    let (former, until) = (cells.text()?, cells.number()?);
    Ok(ClientRecord {
        id,
        secret,
        former: former.zip(until),
        rights: cells.some_text()?,
        app_tokens: cells.some_text()?,
        generation: cells.some_number()?,
        revoked: cells.flag()?,
        created_at: cells.some_number()?,
        changed_at: cells.some_number()?,
        version: cells.some_number()?,
    })
}

/// Reads a withdrawn token.
pub(in crate::engine) fn token(row: Row) -> Result<RevokedToken, EngineError> {
    let mut cells = Cells::of(row, PLACE);
    Ok(RevokedToken {
        id: cells.some_text()?,
        until: cells.some_number()?,
    })
}

/// Reads the one number of one row.
pub(in crate::engine) fn only_number(rows: Vec<Row>) -> Result<i64, EngineError> {
    // A row that is not there has no cell either.
    let row = rows.into_iter().next().unwrap_or_default();
    Cells::of(row, PLACE).some_number()
}
