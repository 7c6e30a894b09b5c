//! Bytes of the protocol, one field at a time: little-endian integers, counted UTF-16 strings, hex text.
//! It must not know what a field means.

use std::fmt;

/// Bytes that are not what the protocol says, or a value that the protocol cannot carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodecError(pub String);

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

pub type Coded<T> = Result<T, CodecError>;

pub fn fault<T>(what: impl Into<String>) -> Coded<T> {
    Err(CodecError(what.into()))
}

/// Reads fields off the front of some bytes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn take(&mut self, count: usize) -> Coded<&'a [u8]> {
        let Some((taken, rest)) = self.bytes.split_at_checked(count) else {
            return fault(format!(
                "{count} bytes wanted, {} are left",
                self.bytes.len()
            ));
        };
        self.bytes = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Coded<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn u8(&mut self) -> Coded<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u16(&mut self) -> Coded<u16> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Coded<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Coded<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Text of `units` UTF-16 code units.
    pub fn utf16(&mut self, units: usize) -> Coded<String> {
        utf16_text(self.take(units * 2)?)
    }

    /// `B_VARCHAR`: text after a one-byte count of code units.
    pub fn b_varchar(&mut self) -> Coded<String> {
        let units = self.u8()?;
        self.utf16(units.into())
    }

    /// `US_VARCHAR`: text after a two-byte count of code units.
    pub fn us_varchar(&mut self) -> Coded<String> {
        let units = self.u16()?;
        self.utf16(units.into())
    }

    /// `B_VARBYTE`: bytes after a one-byte count.
    pub fn b_varbyte(&mut self) -> Coded<&'a [u8]> {
        let count = self.u8()?;
        self.take(count.into())
    }

    /// `US_VARBYTE`: bytes after a two-byte count, to be read by themselves.
    pub fn us_varbyte(&mut self) -> Coded<Reader<'a>> {
        let count = self.u16()?;
        Ok(Reader::new(self.take(count.into())?))
    }
}

/// Puts fields one after the other.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub fn u16(&mut self, value: u16) {
        self.put(&value.to_le_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.put(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.put(&value.to_le_bytes());
    }

    pub fn b_varchar(&mut self, text: &str) -> Coded<()> {
        let bytes = utf16_bytes(text);
        self.u8(narrow(bytes.len() / 2)?);
        self.put(&bytes);
        Ok(())
    }

    pub fn us_varchar(&mut self, text: &str) -> Coded<()> {
        let bytes = utf16_bytes(text);
        self.u16(narrow(bytes.len() / 2)?);
        self.put(&bytes);
        Ok(())
    }

    pub fn b_varbyte(&mut self, bytes: &[u8]) -> Coded<()> {
        self.u8(narrow(bytes.len())?);
        self.put(bytes);
        Ok(())
    }

    pub fn us_varbyte(&mut self, bytes: &[u8]) -> Coded<()> {
        self.u16(narrow(bytes.len())?);
        self.put(bytes);
        Ok(())
    }
}

/// A number in a field of the width that the protocol gives it.
pub fn narrow<T>(number: usize) -> Coded<T>
where
    T: TryFrom<usize>,
{
    T::try_from(number).or_else(|_| fault(format!("{number} does not fit its field")))
}

pub fn utf16_bytes(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub fn utf16_text(bytes: &[u8]) -> Coded<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else {
        return fault("an odd number of bytes is no UTF-16");
    };
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16(&units).or_else(|e| fault(e.to_string()))
}

pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)])
        .collect()
}

pub fn from_hex(text: &str) -> Coded<Vec<u8>> {
    let wrong = || CodecError(format!("no hex: {text}"));
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return Err(wrong());
    };
    pairs
        .iter()
        .map(|pair| {
            let digits = std::str::from_utf8(pair).map_err(|_| wrong())?;
            u8::from_str_radix(digits, 16).map_err(|_| wrong())
        })
        .collect()
}
