//! Column types as T-SQL writes them, and their `TYPE_INFO` on the wire (MS-TDS 2.2.5.4 to 2.2.5.6).
//! Values are `values`' matter.

use std::{fmt, str::FromStr};

use super::wire::{CodecError, Coded, Reader, Writer, fault, narrow};

/// A length as declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Of(u16),
    Max,
}

/// A type, as in a column's declaration. Lengths count characters for the n-types, bytes for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlType {
    /// The type of a NULL whose type the sender did not say.
    Null,
    Bit,
    TinyInt,
    SmallInt,
    Int,
    BigInt,
    Real,
    Float,
    SmallMoney,
    Money,
    SmallDateTime,
    DateTime,
    UniqueIdentifier,
    Decimal(u8, u8),
    Numeric(u8, u8),
    Date,
    Time(u8),
    DateTime2(u8),
    DateTimeOffset(u8),
    Char(Size),
    VarChar(Size),
    NChar(Size),
    NVarChar(Size),
    Binary(Size),
    VarBinary(Size),
    Text,
    NText,
    Image,
    Xml,
}

use SqlType as T;

/// The types that have a form for values that are never NULL: name, that form's token, the nullable form's
/// token, bytes of a value.
const SCALARS: [(&str, SqlType, u8, u8, u8); 11] = [
    ("bit", T::Bit, 0x32, 0x68, 1),
    ("tinyint", T::TinyInt, 0x30, 0x26, 1),
    ("smallint", T::SmallInt, 0x34, 0x26, 2),
    ("int", T::Int, 0x38, 0x26, 4),
    ("bigint", T::BigInt, 0x7F, 0x26, 8),
    ("real", T::Real, 0x3B, 0x6D, 4),
    ("float", T::Float, 0x3E, 0x6D, 8),
    ("smallmoney", T::SmallMoney, 0x7A, 0x6E, 4),
    ("money", T::Money, 0x3C, 0x6E, 8),
    ("smalldatetime", T::SmallDateTime, 0x3A, 0x6F, 4),
    ("datetime", T::DateTime, 0x3D, 0x6F, 8),
];

/// The types that are declared by their name alone and have one form on the wire.
const PLAIN: [(&str, SqlType, u8); 7] = [
    ("null", T::Null, 0x1F),
    ("uniqueidentifier", T::UniqueIdentifier, 0x24),
    ("date", T::Date, 0x28),
    ("text", T::Text, 0x23),
    ("ntext", T::NText, 0x63),
    ("image", T::Image, 0x22),
    ("xml", T::Xml, 0xF1),
];

type WithScale = fn(u8) -> SqlType;
const SCALED: [(&str, WithScale, u8); 3] = [
    ("time", T::Time, 0x29),
    ("datetime2", T::DateTime2, 0x2A),
    ("datetimeoffset", T::DateTimeOffset, 0x2B),
];

type WithSize = fn(Size) -> SqlType;
/// The last column: bytes per unit of the declared length.
const SIZED: [(&str, WithSize, u8, u16); 6] = [
    ("char", T::Char, 0xAF, 1),
    ("varchar", T::VarChar, 0xA7, 1),
    ("nchar", T::NChar, 0xEF, 2),
    ("nvarchar", T::NVarChar, 0xE7, 2),
    ("binary", T::Binary, 0xAD, 1),
    ("varbinary", T::VarBinary, 0xA5, 1),
];

const MAX: u16 = 0xFFFF;

/// LCID, flags and sort id of a text column.
pub type Collation = [u8; 5];

/// `SQL_Latin1_General_CP1_CI_AS`, a server's default.
pub const LATIN1: Collation = [0x09, 0x04, 0xD0, 0x00, 0x34];

/// How a value is laid out around its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Always this many bytes.
    Fixed(usize),
    /// A one-byte count, 0 for NULL.
    Byte,
    /// A two-byte count, `FFFF` for NULL.
    Short,
    /// Chunks (partially length-prefixed).
    Chunks,
    /// A text pointer, a timestamp, a four-byte count; no pointer for NULL.
    Pointer,
}

/// A type as one column carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeInfo {
    pub sql: SqlType,
    /// The form that can carry NULL, where a type has two.
    pub nullable: bool,
    pub collation: Option<Collation>,
}

impl SqlType {
    pub fn has_collation(self) -> bool {
        matches!(
            self,
            T::Char(_) | T::VarChar(_) | T::NChar(_) | T::NVarChar(_) | T::Text | T::NText
        )
    }

    /// Whether a form exists that cannot carry NULL.
    pub fn has_two_forms(self) -> bool {
        SCALARS.iter().any(|scalar| scalar.1 == self)
    }

    /// Text, ntext and image: their columns name the table they come from.
    pub fn is_old_blob(self) -> bool {
        matches!(self, T::Text | T::NText | T::Image)
    }

    /// Bytes of a decimal: a sign and 4, 8, 12 or 16 of magnitude.
    pub fn decimal_width(precision: u8) -> usize {
        match precision {
            0..=9 => 5,
            10..=19 => 9,
            20..=28 => 13,
            _ => 17,
        }
    }
}

impl TypeInfo {
    pub fn new(sql: SqlType, nullable: bool) -> Self {
        let collation = sql.has_collation().then_some(LATIN1);
        Self {
            sql,
            nullable,
            collation,
        }
    }

    pub fn framing(self) -> Framing {
        match self.sql {
            T::Null => Framing::Fixed(0),
            T::Text | T::NText | T::Image => Framing::Pointer,
            T::Xml
            | T::VarChar(Size::Max)
            | T::NVarChar(Size::Max)
            | T::VarBinary(Size::Max)
            | T::Char(Size::Max)
            | T::NChar(Size::Max)
            | T::Binary(Size::Max) => Framing::Chunks,
            T::Char(_)
            | T::VarChar(_)
            | T::NChar(_)
            | T::NVarChar(_)
            | T::Binary(_)
            | T::VarBinary(_) => Framing::Short,
            sql => match SCALARS.iter().find(|scalar| scalar.1 == sql) {
                Some(scalar) if !self.nullable => Framing::Fixed(scalar.4.into()),
                _ => Framing::Byte,
            },
        }
    }

    pub fn decode(r: &mut Reader<'_>) -> Coded<Self> {
        let token = r.u8()?;
        if let Some(scalar) = SCALARS.iter().find(|scalar| scalar.2 == token) {
            return Ok(Self::new(scalar.1, false));
        }
        let sql = decode_nullable(token, r)?;
        let mut info = Self::new(sql, true);
        if sql.has_collation() {
            info.collation = Some(r.array()?);
        }
        Ok(info)
    }

    pub fn encode(self, w: &mut Writer) -> Coded<()> {
        if let Some(scalar) = SCALARS.iter().find(|scalar| scalar.1 == self.sql) {
            if self.nullable {
                w.put(&[scalar.3, scalar.4]);
            } else {
                w.u8(scalar.2);
            }
            return Ok(());
        }
        match self.sql {
            T::Decimal(precision, scale) | T::Numeric(precision, scale) => {
                let decimal = matches!(self.sql, T::Decimal(..));
                w.u8(if decimal { 0x6A } else { 0x6C });
                w.u8(narrow(SqlType::decimal_width(precision))?);
                w.put(&[precision, scale]);
            }
            T::Time(scale) | T::DateTime2(scale) | T::DateTimeOffset(scale) => {
                let row = SCALED.iter().find(|row| row.1(scale) == self.sql);
                w.put(&[known(row)?.2, scale]);
            }
            T::Char(size)
            | T::VarChar(size)
            | T::NChar(size)
            | T::NVarChar(size)
            | T::Binary(size)
            | T::VarBinary(size) => {
                let row = known(SIZED.iter().find(|row| row.1(size) == self.sql))?;
                w.u8(row.2);
                w.u16(match size {
                    Size::Of(units) => known(units.checked_mul(row.3))?,
                    Size::Max => MAX,
                });
            }
            sql => encode_plain(sql, w)?,
        }
        if self.sql.has_collation() {
            w.put(&self.collation.unwrap_or_default());
        }
        Ok(())
    }
}

/// The rest of a `TYPE_INFO` that may carry NULL, without its collation.
fn decode_nullable(token: u8, r: &mut Reader<'_>) -> Coded<SqlType> {
    if let Some(row) = SCALED.iter().find(|row| row.2 == token) {
        return Ok(row.1(r.u8()?));
    }
    if let Some(row) = SIZED.iter().find(|row| row.2 == token) {
        let size = match r.u16()? {
            MAX => Size::Max,
            bytes => Size::Of(bytes / row.3),
        };
        return Ok(row.1(size));
    }
    if let Some(row) = PLAIN.iter().find(|row| row.2 == token) {
        match row.1 {
            T::UniqueIdentifier => _ = r.u8()?,
            T::Text | T::NText | T::Image => _ = r.u32()?,
            T::Xml if r.u8()? != 0 => return fault("xml with a schema is not known here"),
            _ => {}
        }
        return Ok(row.1);
    }
    match token {
        0x6A | 0x6C => {
            let [_, precision, scale] = r.array()?;
            Ok(if token == 0x6A {
                T::Decimal(precision, scale)
            } else {
                T::Numeric(precision, scale)
            })
        }
        0x26 | 0x68 | 0x6D | 0x6E | 0x6F => {
            let bytes = r.u8()?;
            let row = SCALARS.iter().find(|row| row.3 == token && row.4 == bytes);
            Ok(known(row)?.1)
        }
        _ => fault(format!("type {token:#04x} is not known here")),
    }
}

fn encode_plain(sql: SqlType, w: &mut Writer) -> Coded<()> {
    w.u8(known(PLAIN.iter().find(|row| row.1 == sql))?.2);
    match sql {
        T::UniqueIdentifier => w.u8(16),
        T::Text | T::Image => w.u32(0x7FFF_FFFF),
        T::NText => w.u32(0x7FFF_FFFE),
        T::Xml => w.u8(0),
        _ => {}
    }
    Ok(())
}

fn known<V>(row: Option<V>) -> Coded<V> {
    row.ok_or_else(|| CodecError("no type of that shape".to_owned()))
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            T::Decimal(precision, scale) => write!(f, "decimal({precision},{scale})"),
            T::Numeric(precision, scale) => write!(f, "numeric({precision},{scale})"),
            T::Time(scale) | T::DateTime2(scale) | T::DateTimeOffset(scale) => {
                let row = SCALED.iter().find(|row| row.1(scale) == *self);
                write!(f, "{}({scale})", row.ok_or(fmt::Error)?.0)
            }
            T::Char(size)
            | T::VarChar(size)
            | T::NChar(size)
            | T::NVarChar(size)
            | T::Binary(size)
            | T::VarBinary(size) => {
                let row = SIZED.iter().find(|row| row.1(size) == *self);
                let name = row.ok_or(fmt::Error)?.0;
                match size {
                    Size::Of(units) => write!(f, "{name}({units})"),
                    Size::Max => write!(f, "{name}(max)"),
                }
            }
            sql => {
                let scalar = SCALARS.iter().find(|row| row.1 == sql).map(|row| row.0);
                let plain = PLAIN.iter().find(|row| row.1 == sql).map(|row| row.0);
                f.write_str(scalar.or(plain).ok_or(fmt::Error)?)
            }
        }
    }
}

impl FromStr for SqlType {
    type Err = CodecError;

    fn from_str(text: &str) -> Coded<Self> {
        let wrong = || CodecError(format!("no type: {text}"));
        let Some((name, arguments)) = text.split_once('(') else {
            let scalar = SCALARS.iter().find(|row| row.0 == text).map(|row| row.1);
            let plain = PLAIN.iter().find(|row| row.0 == text).map(|row| row.1);
            return scalar.or(plain).ok_or_else(wrong);
        };
        let arguments = arguments.strip_suffix(')').ok_or_else(wrong)?;
        if let Some(row) = SIZED.iter().find(|row| row.0 == name) {
            return Ok(row.1(match arguments {
                "max" => Size::Max,
                units => Size::Of(units.parse().map_err(|_| wrong())?),
            }));
        }
        if let Some(row) = SCALED.iter().find(|row| row.0 == name) {
            return Ok(row.1(arguments.parse().map_err(|_| wrong())?));
        }
        let (precision, scale) = arguments.split_once(',').ok_or_else(wrong)?;
        let precision = precision.trim().parse().map_err(|_| wrong())?;
        let scale = scale.trim().parse().map_err(|_| wrong())?;
        match name {
            "decimal" => Ok(T::Decimal(precision, scale)),
            "numeric" => Ok(T::Numeric(precision, scale)),
            _ => Err(wrong()),
        }
    }
}
