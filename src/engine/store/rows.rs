//! Clients and withdrawn tokens ↔ parameters and rows, alike on every engine. The order is that of the statements in
//! `sql/<engine>/access/`.

use crate::{
    domain::{
        Row, SqlType, Value,
        credential::{ClientRecord, RevokedToken},
        sql_type::Length,
    },
    engine::EngineError,
    render::Param,
};

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
    let mut cells = Cells(row.into_iter());
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
    let mut cells = Cells(row.into_iter());
    Ok(RevokedToken {
        id: cells.some_text()?,
        until: cells.some_number()?,
    })
}

/// Reads the one number of one row.
pub(in crate::engine) fn only_number(rows: Vec<Row>) -> Result<i64, EngineError> {
    let row = rows
        .into_iter()
        .next()
        .ok_or_else(|| unexpected("no row"))?;
    Cells(row.into_iter()).some_number()
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

    fn number(&mut self) -> Result<Option<i64>, EngineError> {
        match self.0.next() {
            Some(Some(Value::Int(number))) => Ok(Some(number)),
            Some(None) => Ok(None),
            _ => Err(unexpected("no number")),
        }
    }

    fn some_number(&mut self) -> Result<i64, EngineError> {
        self.number()?.ok_or_else(|| unexpected("NULL"))
    }

    fn flag(&mut self) -> Result<bool, EngineError> {
        match self.0.next() {
            Some(Some(Value::Bool(flag))) => Ok(flag),
            _ => Err(unexpected("no bit")),
        }
    }
}

fn unexpected(what: &str) -> EngineError {
    EngineError::Unexpected {
        detail: format!(
            "one of the service's own tables holds {what} where something else should be"
        ),
    }
}
