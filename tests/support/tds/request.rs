//! What a client asks, as text that a person can read and a script can match: the SQL and each parameter
//! as `@P1 nvarchar(4000) = 'Acme'`. It must not decide what is answered.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    decode, lines,
    packets::{self, kind},
    tokens::Token,
    types::{SqlType, TypeInfo},
    values,
    wire::{Coded, Reader, fault, hex, utf16_text},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// SQL text alone.
    Batch,
    /// A statement with parameters (`sp_executesql`), or a procedure.
    Rpc,
    /// Rows after an INSERT BULK.
    Bulk,
    /// A transaction's begin or end outside SQL.
    Transaction,
    /// A message that this peer cannot read.
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub kind: Kind,
    #[serde(with = "lines")]
    pub sql: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<String>,
}

/// The number of `sp_executesql` among the procedures that are called by number.
const SP_EXECUTESQL: u16 = 10;
/// Stands where a procedure's name is counted when a number follows.
const BY_NUMBER: u16 = 0xFFFF;
const BY_REFERENCE: u8 = 0x01;

impl Request {
    /// The request that a message makes; one that cannot be read is a request too.
    pub fn decode(message: &packets::Message) -> Self {
        let read = match message.kind {
            kind::BATCH => decode_batch(&message.payload),
            kind::RPC => decode_rpc(&message.payload),
            kind::TRANSACTION => decode_transaction(&message.payload),
            kind::BULK_LOAD => Ok(decode_bulk(&message.payload)),
            other => fault(format!("kind {other:#04x}")),
        };
        read.unwrap_or_else(|e| Self {
            kind: Kind::Unreadable,
            sql: format!("{e}: {}", hex(&message.payload)),
            params: Vec::new(),
        })
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.sql)?;
        self.params
            .iter()
            .try_for_each(|param| write!(f, "\n  {param}"))
    }
}

/// `ALL_HEADERS` comes before what is asked; this peer has no use for it.
fn skip_headers(payload: &[u8]) -> Coded<Reader<'_>> {
    let mut r = Reader::new(payload);
    let length = r.u32()? as usize;
    match length.checked_sub(4) {
        Some(rest) => r.take(rest)?,
        None => return fault("headers without a length"),
    };
    Ok(r)
}

fn decode_batch(payload: &[u8]) -> Coded<Request> {
    Ok(Request {
        kind: Kind::Batch,
        sql: utf16_text(skip_headers(payload)?.rest())?,
        params: Vec::new(),
    })
}

fn decode_transaction(payload: &[u8]) -> Coded<Request> {
    let mut r = skip_headers(payload)?;
    let verb = match r.u16()? {
        5 => "begin",
        7 => "commit",
        8 => "roll back",
        9 => "save",
        other => return fault(format!("transaction request {other}")),
    };
    Ok(Request {
        kind: Kind::Transaction,
        sql: format!("{verb} {}", hex(r.rest())),
        params: Vec::new(),
    })
}

/// A bulk load is a token stream of its own: the columns, then the rows.
fn decode_bulk(payload: &[u8]) -> Request {
    let mut columns = Vec::new();
    let mut rows = Vec::new();
    for token in decode::decode(payload) {
        match token {
            Token::Columns(described) => {
                columns = described
                    .iter()
                    .map(|c| format!("{} {}", c.name, c.sql.0))
                    .collect();
            }
            Token::Row(values) | Token::NbcRow(values) => {
                rows.push(Value::Array(values).to_string());
            }
            Token::Raw(digits) => rows.push(digits),
            _ => {}
        }
    }
    Request {
        kind: Kind::Bulk,
        sql: columns.join(", "),
        params: rows,
    }
}

/// A parameter as sent.
struct Param {
    name: String,
    by_reference: bool,
    info: TypeInfo,
    value: Value,
}

fn decode_rpc(payload: &[u8]) -> Coded<Request> {
    let mut r = skip_headers(payload)?;
    let procedure = match r.u16()? {
        BY_NUMBER => Err(r.u16()?),
        units => Ok(r.utf16(units.into())?),
    };
    let _options = r.u16()?;
    let mut params = Vec::new();
    while !r.is_empty() {
        params.push(decode_param(&mut r)?);
    }
    let mut params = params.into_iter();
    let (sql, declared) = match procedure {
        Err(SP_EXECUTESQL) => {
            let statement = text_of(params.next())?;
            let declared = match params.next() {
                Some(param) => text_of(Some(param))?,
                None => String::new(),
            };
            (statement, declared)
        }
        Err(number) => (format!("EXEC procedure {number}"), String::new()),
        Ok(name) => (format!("EXEC {name}"), String::new()),
    };
    let declared = declarations(&declared);
    Ok(Request {
        kind: Kind::Rpc,
        sql,
        params: params.map(|param| render(&param, &declared)).collect(),
    })
}

fn decode_param(r: &mut Reader<'_>) -> Coded<Param> {
    let name = r.b_varchar()?;
    let status = r.u8()?;
    let info = TypeInfo::decode(r)?;
    let value = values::decode(info, r)?;
    Ok(Param {
        name,
        by_reference: status & BY_REFERENCE != 0,
        info,
        value,
    })
}

fn text_of(param: Option<Param>) -> Coded<String> {
    match param.map(|param| param.value) {
        Some(Value::String(text)) => Ok(text),
        Some(Value::Null) => Ok(String::new()),
        other => fault(format!("text wanted, got {other:?}")),
    }
}

/// `@P1 int,@P2 numeric(10,2)` as (name, type) pairs. A NULL has no type of its own on the wire: what it
/// is declared as says more.
fn declarations(text: &str) -> Vec<(&str, &str)> {
    let mut depth = 0_u32;
    text.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .filter_map(|declaration| declaration.trim().split_once(' '))
    .collect()
}

fn render(param: &Param, declared: &[(&str, &str)]) -> String {
    let sql = declared
        .iter()
        .find(|(name, _)| *name == param.name)
        .map_or_else(|| param.info.sql.to_string(), |(_, sql)| (*sql).to_owned());
    let output = if param.by_reference { " OUTPUT" } else { "" };
    let value = match &param.value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(bit) => u8::from(*bit).to_string(),
        Value::String(digits) if is_binary(param.info.sql) => digits.clone(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    };
    format!("{} {sql}{output} = {value}", param.name)
}

fn is_binary(sql: SqlType) -> bool {
    matches!(
        sql,
        SqlType::Binary(_) | SqlType::VarBinary(_) | SqlType::Image
    )
}
