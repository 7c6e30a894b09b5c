//! The bytes of a server's reply to tokens. What it cannot tell apart it keeps as raw bytes, so that
//! encoding the tokens says the same again.

use super::{
    tokens::{Column, Done, EnvChange, LoginAck, Message, ReturnValue, Status, Token},
    types::TypeInfo,
    values,
    wire::{Coded, Reader, fault, hex},
};

/// The tokens of a whole message.
pub fn decode(bytes: &[u8]) -> Vec<Token> {
    let mut r = Reader::new(bytes);
    let mut tokens = Vec::new();
    let mut columns = Vec::new();
    while !r.is_empty() {
        let before = r;
        if let Ok(token) = decode_token(&mut r, &columns) {
            if let Token::Columns(described) = &token {
                columns.clone_from(described);
            }
            tokens.push(token);
        } else {
            // Where the next token begins is not known either.
            tokens.push(Token::Raw(hex(before.rest())));
            break;
        }
    }
    tokens
}

fn decode_token(r: &mut Reader<'_>, columns: &[Column]) -> Coded<Token> {
    Ok(match r.u8()? {
        0x81 => Token::Columns(decode_columns(r)?),
        0xD1 => {
            let row = columns.iter().map(|c| values::decode(c.type_info(), r));
            Token::Row(row.collect::<Coded<_>>()?)
        }
        0xD2 => decode_nbc_row(r, columns)?,
        0xFD => Token::Done(decode_done(r)?),
        0xFE => Token::DoneProc(decode_done(r)?),
        0xFF => Token::DoneInProc(decode_done(r)?),
        0xAA => Token::Error(decode_message(r.us_varbyte()?)?),
        0xAB => Token::Info(decode_message(r.us_varbyte()?)?),
        0xE3 => Token::EnvChange(decode_env_change(r.us_varbyte()?)?),
        0x79 => Token::ReturnStatus(i32::from_le_bytes(r.array()?)),
        0xAC => Token::ReturnValue(decode_return_value(r)?),
        0xA9 => {
            let mut body = r.us_varbyte()?;
            let mut positions = Vec::new();
            while !body.is_empty() {
                positions.push(body.u16()?);
            }
            Token::Order(positions)
        }
        0xAD => Token::LoginAck(decode_login_ack(r.us_varbyte()?)?),
        token => return fault(format!("token {token:#04x} is not known here")),
    })
}

fn decode_columns(r: &mut Reader<'_>) -> Coded<Vec<Column>> {
    let count = r.u16()?;
    if count == u16::MAX {
        return Ok(Vec::new());
    }
    (0..count)
        .map(|_| {
            let mut column = decode_description(r)?;
            column.name = r.b_varchar()?;
            Ok(column)
        })
        .collect()
}

fn decode_description(r: &mut Reader<'_>) -> Coded<Column> {
    let user_type = r.u32()?;
    let flags = r.u16()?;
    let info = TypeInfo::decode(r)?;
    let mut column = Column::from_wire(String::new(), info, flags);
    column.user_type = user_type;
    if info.sql.is_old_blob() {
        let parts = r.u8()?;
        column.table = (0..parts).map(|_| r.us_varchar()).collect::<Coded<_>>()?;
    }
    Ok(column)
}

fn decode_nbc_row(r: &mut Reader<'_>, columns: &[Column]) -> Coded<Token> {
    let nulls = r.take(columns.len().div_ceil(8))?;
    let row = columns.iter().enumerate().map(|(at, column)| {
        if nulls[at / 8] & (1 << (at % 8)) != 0 {
            Ok(serde_json::Value::Null)
        } else {
            values::decode(column.type_info(), r)
        }
    });
    Ok(Token::NbcRow(row.collect::<Coded<_>>()?))
}

fn decode_done(r: &mut Reader<'_>) -> Coded<Done> {
    let bits = r.u16()?;
    let status: Vec<_> = Status::ALL
        .into_iter()
        .filter(|status| bits & status.bit() != 0)
        .collect();
    if bits != status.iter().copied().map(Status::bit).sum::<u16>() {
        return fault(format!("done status {bits:#x} is not known here"));
    }
    Ok(Done {
        status,
        command: r.u16()?,
        rows: r.u64()?,
    })
}

fn decode_message(mut r: Reader<'_>) -> Coded<Message> {
    Ok(Message {
        number: r.u32()?,
        state: r.u8()?,
        class: r.u8()?,
        text: r.us_varchar()?,
        server: r.b_varchar()?,
        procedure: r.b_varchar()?,
        line: r.u32()?,
    })
}

fn decode_env_change(mut r: Reader<'_>) -> Coded<EnvChange> {
    let whole = r;
    let change = known_env_change(&mut r);
    match change {
        Ok(change) if r.is_empty() => Ok(change),
        _ => {
            let mut r = whole;
            let kind = r.u8()?;
            let raw = hex(r.rest());
            Ok(EnvChange::Other { kind, raw })
        }
    }
}

fn known_env_change(r: &mut Reader<'_>) -> Coded<EnvChange> {
    Ok(match r.u8()? {
        1 => EnvChange::Database {
            new: r.b_varchar()?,
            old: r.b_varchar()?,
        },
        4 => EnvChange::PacketSize {
            new: r.b_varchar()?,
            old: r.b_varchar()?,
        },
        8 => {
            let descriptor = hex(r.b_varbyte()?);
            nothing(r)?;
            EnvChange::BeginTransaction(descriptor)
        }
        9 => {
            nothing(r)?;
            EnvChange::CommitTransaction(hex(r.b_varbyte()?))
        }
        10 => {
            nothing(r)?;
            EnvChange::RollbackTransaction(hex(r.b_varbyte()?))
        }
        20 => {
            let mut route = r.us_varbyte()?;
            if route.u8()? != 0 || r.u16()? != 0 {
                return fault("a route over something else than TCP");
            }
            EnvChange::Routing {
                port: route.u16()?,
                host: route.us_varchar()?,
            }
        }
        kind => return fault(format!("change {kind} is not known here")),
    })
}

/// A value of no bytes.
fn nothing(r: &mut Reader<'_>) -> Coded<()> {
    match r.b_varbyte()? {
        [] => Ok(()),
        bytes => fault(format!("{} bytes where none belong", bytes.len())),
    }
}

fn decode_return_value(r: &mut Reader<'_>) -> Coded<ReturnValue> {
    let ordinal = r.u16()?;
    let name = r.b_varchar()?;
    let status = r.u8()?;
    let mut parameter = decode_description(r)?;
    parameter.name = name;
    let value = values::decode(parameter.type_info(), r)?;
    Ok(ReturnValue {
        ordinal,
        status,
        parameter,
        value,
    })
}

fn decode_login_ack(mut r: Reader<'_>) -> Coded<LoginAck> {
    let [_interface, _, _, _, _] = r.array()?;
    Ok(LoginAck {
        program: r.b_varchar()?,
        version: r.array()?,
    })
}
