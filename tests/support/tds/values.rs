//! A column's value: its bytes on the wire to a readable JSON value and back. What a value means to a
//! client is not its matter.
//!
//! | type | JSON |
//! |---|---|
//! | bit | `true`, `false` |
//! | integers, real, float, decimal, numeric, money | a number with all its digits |
//! | text, xml, dates and times, uniqueidentifier | text, dates as ISO 8601 |
//! | binary | text, `0x` and hex digits |
//! | bytes that are none of their type | `{"raw": "<hex>"}` |

use serde_json::{Value, json};

use super::{
    codepage, dates, numbers,
    types::{Framing, SqlType as T, TypeInfo},
    wire::{Coded, Reader, Writer, fault, from_hex, hex, narrow, utf16_bytes, utf16_text},
};

/// Marks NULL where a count stands.
const NO_VALUE: u16 = 0xFFFF;
const NO_CHUNKS: u64 = u64::MAX;
/// The pointer and timestamp of a text value; clients skip them.
const TEXT_POINTER: [u8; 24] = [0; 24];

pub fn decode(info: TypeInfo, r: &mut Reader<'_>) -> Coded<Value> {
    let Some(bytes) = read_frame(info, r)? else {
        return Ok(Value::Null);
    };
    Ok(to_json(info, &bytes).unwrap_or_else(|_| json!({ "raw": hex(&bytes) })))
}

pub fn encode(info: TypeInfo, value: &Value, w: &mut Writer) -> Coded<()> {
    let bytes = match value {
        Value::Null => None,
        Value::Object(raw) => match raw.get("raw") {
            Some(Value::String(digits)) => Some(from_hex(digits)?),
            _ => return fault(format!("no value: {value}")),
        },
        value => Some(from_json(info, value)?),
    };
    write_frame(info, bytes.as_deref(), w)
}

fn read_frame(info: TypeInfo, r: &mut Reader<'_>) -> Coded<Option<Vec<u8>>> {
    let bytes = match info.framing() {
        Framing::Fixed(0) => return Ok(None),
        Framing::Fixed(count) => r.take(count)?,
        Framing::Byte => match r.u8()? {
            0 => return Ok(None),
            count => r.take(count.into())?,
        },
        Framing::Short => match r.u16()? {
            NO_VALUE => return Ok(None),
            count => r.take(count.into())?,
        },
        Framing::Pointer => {
            let pointer = r.u8()?;
            if pointer == 0 {
                return Ok(None);
            }
            r.take(usize::from(pointer) + 8)?;
            let count = r.u32()?;
            r.take(count as usize)?
        }
        Framing::Chunks => return read_chunks(r),
    };
    Ok(Some(bytes.to_vec()))
}

fn read_chunks(r: &mut Reader<'_>) -> Coded<Option<Vec<u8>>> {
    if r.u64()? == NO_CHUNKS {
        return Ok(None);
    }
    let mut all = Vec::new();
    loop {
        match r.u32()? {
            0 => return Ok(Some(all)),
            count => all.extend_from_slice(r.take(count as usize)?),
        }
    }
}

fn write_frame(info: TypeInfo, bytes: Option<&[u8]>, w: &mut Writer) -> Coded<()> {
    match (info.framing(), bytes) {
        (Framing::Fixed(0), None) => {}
        (Framing::Fixed(count), Some(bytes)) if bytes.len() == count => w.put(bytes),
        (Framing::Fixed(_), _) => return fault(format!("{} has no such value", info.sql)),
        (Framing::Byte | Framing::Pointer, None) => w.u8(0),
        (Framing::Byte, Some(bytes)) => w.b_varbyte(bytes)?,
        (Framing::Short, None) => w.u16(NO_VALUE),
        (Framing::Short, Some(bytes)) => w.us_varbyte(bytes)?,
        (Framing::Pointer, Some(bytes)) => {
            w.u8(narrow(TEXT_POINTER.len() - 8)?);
            w.put(&TEXT_POINTER);
            w.u32(narrow(bytes.len())?);
            w.put(bytes);
        }
        (Framing::Chunks, None) => w.u64(NO_CHUNKS),
        (Framing::Chunks, Some(bytes)) => {
            w.u64(bytes.len() as u64);
            if !bytes.is_empty() {
                w.u32(narrow(bytes.len())?);
                w.put(bytes);
            }
            w.u32(0);
        }
    }
    Ok(())
}

fn to_json(info: TypeInfo, bytes: &[u8]) -> Coded<Value> {
    Ok(match info.sql {
        T::NChar(_) | T::NVarChar(_) | T::NText | T::Xml => utf16_text(bytes)?.into(),
        T::Char(_) | T::VarChar(_) | T::Text => {
            codepage::decode(info.collation.unwrap_or_default(), bytes)?.into()
        }
        T::Binary(_) | T::VarBinary(_) | T::Image => format!("0x{}", hex(bytes)).into(),
        T::UniqueIdentifier => guid_text(bytes)?.into(),
        T::Date
        | T::Time(_)
        | T::DateTime2(_)
        | T::DateTimeOffset(_)
        | T::DateTime
        | T::SmallDateTime => dates::decode(info.sql, bytes)?.into(),
        sql => numbers::decode(sql, bytes)?,
    })
}

fn from_json(info: TypeInfo, value: &Value) -> Coded<Vec<u8>> {
    let text = || match value {
        Value::String(text) => Ok(text.as_str()),
        _ => fault(format!("{} wants text, got {value}", info.sql)),
    };
    match info.sql {
        T::NChar(_) | T::NVarChar(_) | T::NText | T::Xml => Ok(utf16_bytes(text()?)),
        T::Char(_) | T::VarChar(_) | T::Text => {
            codepage::encode(info.collation.unwrap_or_default(), text()?)
        }
        T::Binary(_) | T::VarBinary(_) | T::Image => match text()?.strip_prefix("0x") {
            Some(digits) => from_hex(digits),
            None => fault(format!("{value} does not begin with 0x")),
        },
        T::UniqueIdentifier => guid_bytes(text()?),
        T::Date
        | T::Time(_)
        | T::DateTime2(_)
        | T::DateTimeOffset(_)
        | T::DateTime
        | T::SmallDateTime => dates::encode(info.sql, text()?),
        sql => numbers::encode(sql, value),
    }
}

/// The wire has the first three groups of a GUID in little-endian order.
fn guid_text(bytes: &[u8]) -> Coded<String> {
    let bytes: [u8; 16] = Reader::new(bytes).array()?;
    let text = uuid::Uuid::from_bytes_le(bytes).to_string();
    Ok(text.to_uppercase())
}

fn guid_bytes(text: &str) -> Coded<Vec<u8>> {
    match text.parse::<uuid::Uuid>() {
        Ok(guid) => Ok(guid.to_bytes_le().to_vec()),
        Err(e) => fault(format!("{text}: {e}")),
    }
}
