//! What the tables of requests hold, read, alike on every engine: the request as fingerprint, status, headers and body,
//! its steps as step, part and outcome.

use crate::{
    domain::{
        Length, Row, SqlType, Value,
        once::{Answer, Outcome, Recalled},
    },
    engine::EngineError,
};

/// The types of a request's columns.
pub(in crate::engine) fn request_columns() -> Vec<SqlType> {
    let text = SqlType::NVarChar(Length::Max);
    let bytes = SqlType::VarBinary(Length::Max);
    vec![SqlType::Binary(32), SqlType::Int, text, bytes]
}

/// The types of a step's columns.
pub(in crate::engine) fn step_columns() -> Vec<SqlType> {
    let text = SqlType::NVarChar(Length::Max);
    vec![SqlType::Int, SqlType::BigInt, text]
}

/// Reads a request and its steps.
pub(in crate::engine) fn recalled(request: Row, steps: &[Row]) -> Result<Recalled, EngineError> {
    let mut cells = request.into_iter();
    let mut next = || cells.next().flatten();
    let Some(Value::Binary(fingerprint)) = next() else {
        return Err(unexpected());
    };
    let answer = match (next(), next(), next()) {
        (None, ..) => None,
        (Some(Value::Int(status)), headers, body) => Some(Answer {
            status: u16::try_from(status).map_err(|_| unexpected())?,
            headers: match headers {
                Some(Value::Text(headers)) => headers,
                _ => String::new(),
            },
            body: match body {
                Some(Value::Binary(body)) => body,
                _ => Vec::new(),
            },
        }),
        _ => return Err(unexpected()),
    };
    Ok(Recalled {
        fingerprint: fingerprint.try_into().map_err(|_| unexpected())?,
        answer,
        steps: steps.iter().map(step).collect::<Result<_, _>>()?,
    })
}

fn step(row: &Row) -> Result<(u32, u64, Outcome), EngineError> {
    match row.as_slice() {
        [
            Some(Value::Int(step)),
            Some(Value::Int(part)),
            Some(Value::Text(outcome)),
        ] => Ok((
            u32::try_from(*step).map_err(|_| unexpected())?,
            u64::try_from(*part).map_err(|_| unexpected())?,
            Outcome(serde_json::from_str(outcome).map_err(|_| unexpected())?),
        )),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> EngineError {
    EngineError::Unexpected {
        detail: "what is kept of requests is not as it was written".to_owned(),
    }
}
