//! Tokens to the bytes of a reply. It must not decide what a reply says.

use serde_json::Value;

use super::{
    tokens::{Column, Done, EnvChange, LoginAck, Message, ReturnValue, Status, Token},
    values,
    wire::{Coded, Writer, fault, from_hex, narrow},
};

/// TDS 7.4, the version that every server since 2012 speaks.
pub const TDS_7_4: u32 = 0x7400_0004;

/// The bytes of a whole message.
pub fn encode(tokens: &[Token]) -> Coded<Vec<u8>> {
    let mut w = Writer::default();
    let mut columns: &[Column] = &[];
    for token in tokens {
        match token {
            Token::Columns(described) => {
                columns = described;
                encode_columns(columns, &mut w)?;
            }
            Token::Row(values) => {
                w.u8(0xD1);
                encode_row(columns, values, false, &mut w)?;
            }
            Token::NbcRow(values) => {
                w.u8(0xD2);
                encode_row(columns, values, true, &mut w)?;
            }
            Token::Done(done) => encode_done(0xFD, done, &mut w),
            Token::DoneProc(done) => encode_done(0xFE, done, &mut w),
            Token::DoneInProc(done) => encode_done(0xFF, done, &mut w),
            Token::Error(message) => encode_message(0xAA, message, &mut w)?,
            Token::Info(message) => encode_message(0xAB, message, &mut w)?,
            Token::EnvChange(change) => encode_env_change(change, &mut w)?,
            Token::ReturnStatus(status) => {
                w.u8(0x79);
                w.put(&status.to_le_bytes());
            }
            Token::ReturnValue(value) => encode_return_value(value, &mut w)?,
            Token::Order(positions) => {
                let bytes: Vec<u8> = positions.iter().flat_map(|p| p.to_le_bytes()).collect();
                w.u8(0xA9);
                w.us_varbyte(&bytes)?;
            }
            Token::LoginAck(ack) => encode_login_ack(ack, &mut w)?,
            Token::Raw(digits) => w.put(&from_hex(digits)?),
        }
    }
    Ok(w.into_bytes())
}

fn encode_columns(columns: &[Column], w: &mut Writer) -> Coded<()> {
    w.u8(0x81);
    w.u16(narrow(columns.len())?);
    for column in columns {
        encode_description(column, w)?;
        w.b_varchar(&column.name)?;
    }
    Ok(())
}

/// A column's type without its name.
fn encode_description(column: &Column, w: &mut Writer) -> Coded<()> {
    w.u32(column.user_type);
    w.u16(column.wire_flags());
    column.type_info().encode(w)?;
    if column.sql.0.is_old_blob() {
        w.u8(narrow(column.table.len())?);
        for part in &column.table {
            w.us_varchar(part)?;
        }
    }
    Ok(())
}

fn encode_row(columns: &[Column], values: &[Value], bitmap: bool, w: &mut Writer) -> Coded<()> {
    if columns.len() != values.len() {
        return fault(format!(
            "{} values for {} columns",
            values.len(),
            columns.len()
        ));
    }
    if bitmap {
        let mut nulls = vec![0_u8; values.len().div_ceil(8)];
        for (at, _) in values.iter().enumerate().filter(|(_, v)| v.is_null()) {
            nulls[at / 8] |= 1 << (at % 8);
        }
        w.put(&nulls);
    }
    for (column, value) in columns.iter().zip(values) {
        if !(bitmap && value.is_null()) {
            values::encode(column.type_info(), value, w).or_else(|e| {
                let name = &column.name;
                fault(format!("column {name}: {e}"))
            })?;
        }
    }
    Ok(())
}

fn encode_done(token: u8, done: &Done, w: &mut Writer) {
    w.u8(token);
    w.u16(done.status.iter().copied().map(Status::bit).sum());
    w.u16(done.command);
    w.u64(done.rows);
}

fn encode_message(token: u8, message: &Message, w: &mut Writer) -> Coded<()> {
    let mut body = Writer::default();
    body.u32(message.number);
    body.u8(message.state);
    body.u8(message.class);
    body.us_varchar(&message.text)?;
    body.b_varchar(&message.server)?;
    body.b_varchar(&message.procedure)?;
    body.u32(message.line);
    w.u8(token);
    w.us_varbyte(&body.into_bytes())
}

fn encode_env_change(change: &EnvChange, w: &mut Writer) -> Coded<()> {
    let mut body = Writer::default();
    match change {
        EnvChange::Database { new, old } => {
            body.u8(1);
            body.b_varchar(new)?;
            body.b_varchar(old)?;
        }
        EnvChange::PacketSize { new, old } => {
            body.u8(4);
            body.b_varchar(new)?;
            body.b_varchar(old)?;
        }
        EnvChange::BeginTransaction(descriptor) => {
            body.u8(8);
            body.b_varbyte(&from_hex(descriptor)?)?;
            body.b_varbyte(&[])?;
        }
        EnvChange::CommitTransaction(descriptor) => {
            body.put(&[9, 0]);
            body.b_varbyte(&from_hex(descriptor)?)?;
        }
        EnvChange::RollbackTransaction(descriptor) => {
            body.put(&[10, 0]);
            body.b_varbyte(&from_hex(descriptor)?)?;
        }
        EnvChange::Routing { host, port } => {
            let mut route = Writer::default();
            // Protocol 0 is TCP.
            route.u8(0);
            route.u16(*port);
            route.us_varchar(host)?;
            body.u8(20);
            body.us_varbyte(&route.into_bytes())?;
            body.u16(0);
        }
        EnvChange::Other { kind, raw } => {
            body.u8(*kind);
            body.put(&from_hex(raw)?);
        }
    }
    w.u8(0xE3);
    w.us_varbyte(&body.into_bytes())
}

fn encode_return_value(value: &ReturnValue, w: &mut Writer) -> Coded<()> {
    w.u8(0xAC);
    w.u16(value.ordinal);
    w.b_varchar(&value.parameter.name)?;
    w.u8(value.status);
    encode_description(&value.parameter, w)?;
    values::encode(value.parameter.type_info(), &value.value, w)
}

fn encode_login_ack(ack: &LoginAck, w: &mut Writer) -> Coded<()> {
    let mut body = Writer::default();
    // Interface 1 is T-SQL.
    body.u8(1);
    body.put(&TDS_7_4.to_be_bytes());
    body.b_varchar(&ack.program)?;
    body.put(&ack.version);
    w.u8(0xAD);
    w.us_varbyte(&body.into_bytes())
}
