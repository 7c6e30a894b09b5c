//! What a server says, in the readable form that recordings hold (MS-TDS 2.2.7). Bytes are `decode`'s and
//! `encode`'s matter.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    types::{Collation, LATIN1, SqlType, TypeInfo},
    wire::{Coded, fault, from_hex, hex},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Token {
    Columns(Vec<Column>),
    Row(Vec<Value>),
    /// A row that leaves its NULLs out, which a server sends when it has many.
    NbcRow(Vec<Value>),
    Done(Done),
    /// Ends a statement inside a procedure; `sp_executesql` is one.
    DoneInProc(Done),
    DoneProc(Done),
    Error(Message),
    Info(Message),
    EnvChange(EnvChange),
    ReturnStatus(i32),
    ReturnValue(ReturnValue),
    /// The positions of the columns that a result is ordered by.
    Order(Vec<u16>),
    LoginAck(LoginAck),
    /// Bytes that are none of the above, and all that follow them in the message: hex.
    Raw(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub sql: TypeText,
    #[serde(default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Only where it is not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<CollationText>,
    /// Only where they are not those of a column that is written through nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<u16>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub user_type: u32,
    /// The parts of the table's name, for text, ntext and image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub table: Vec<String>,
}

/// A type as T-SQL writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TypeText(pub SqlType);

/// A collation as hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CollationText(pub Collation);

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Done {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
    /// The kind of statement that ended.
    #[serde(skip_serializing_if = "is_zero_u16")]
    pub command: u16,
    pub rows: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u16)]
pub enum Status {
    More = 0x1,
    Error = 0x2,
    InTransaction = 0x4,
    Count = 0x10,
    Attention = 0x20,
    ServerError = 0x100,
}

impl Status {
    pub const ALL: [Self; 6] = [
        Self::More,
        Self::Error,
        Self::InTransaction,
        Self::Count,
        Self::Attention,
        Self::ServerError,
    ];

    pub const fn bit(self) -> u16 {
        self as u16
    }
}

/// An error or a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub number: u32,
    pub state: u8,
    pub class: u8,
    #[serde(rename = "message")]
    pub text: String,
    #[serde(default)]
    pub server: String,
    #[serde(default)]
    pub procedure: String,
    #[serde(default)]
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EnvChange {
    Database {
        new: String,
        old: String,
    },
    PacketSize {
        new: String,
        old: String,
    },
    /// The descriptor of the transaction that began: hex.
    BeginTransaction(String),
    /// The descriptor of the transaction that ended: hex.
    CommitTransaction(String),
    RollbackTransaction(String),
    Routing {
        host: String,
        port: u16,
    },
    /// Any other, its type and what follows it: hex.
    Other {
        kind: u8,
        raw: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnValue {
    pub ordinal: u16,
    pub status: u8,
    /// The parameter: its name and type.
    pub parameter: Column,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginAck {
    pub program: String,
    /// Major, minor, and the build's two bytes.
    pub version: [u8; 4],
}

/// Bit 0 of a column's flags: it may hold NULL.
const NULLABLE: u16 = 0x1;
/// Bits 2 and 3 at 2: whether it can be written to is not known.
const UPDATABLE_UNKNOWN: u16 = 0x8;

impl Column {
    /// A column that is never NULL. `sql` is a type as T-SQL writes it, `nvarchar(50)`.
    ///
    /// # Panics
    /// When `sql` is no type.
    pub fn new(name: &str, sql: &str) -> Self {
        let sql = sql.parse().unwrap_or_else(|e| panic!("column {name}: {e}"));
        Self {
            name: name.to_owned(),
            sql: TypeText(sql),
            nullable: false,
            collation: None,
            flags: None,
            user_type: 0,
            table: Vec::new(),
        }
    }

    /// A column that may hold NULL.
    ///
    /// # Panics
    /// When `sql` is no type.
    pub fn nullable(name: &str, sql: &str) -> Self {
        Self {
            nullable: true,
            ..Self::new(name, sql)
        }
    }

    /// The column that these bytes described.
    pub fn from_wire(name: String, info: TypeInfo, flags: u16) -> Self {
        let nullable = if info.sql.has_two_forms() {
            info.nullable
        } else {
            flags & NULLABLE != 0
        };
        Self {
            name,
            sql: TypeText(info.sql),
            nullable,
            collation: info
                .collation
                .filter(|collation| *collation != LATIN1)
                .map(CollationText),
            flags: Some(flags).filter(|flags| *flags != usual_flags(nullable)),
            user_type: 0,
            table: Vec::new(),
        }
    }

    pub fn type_info(&self) -> TypeInfo {
        let mut info = TypeInfo::new(self.sql.0, self.nullable);
        if let Some(collation) = self.collation {
            info.collation = Some(collation.0);
        }
        info
    }

    pub fn wire_flags(&self) -> u16 {
        self.flags.unwrap_or_else(|| usual_flags(self.nullable))
    }
}

fn usual_flags(nullable: bool) -> u16 {
    UPDATABLE_UNKNOWN | if nullable { NULLABLE } else { 0 }
}

impl Done {
    pub fn new(status: &[Status], rows: u64) -> Self {
        Self {
            status: status.to_vec(),
            command: 0,
            rows,
        }
    }
}

impl TryFrom<String> for TypeText {
    type Error = super::wire::CodecError;

    fn try_from(text: String) -> Coded<Self> {
        text.parse().map(Self)
    }
}

impl From<TypeText> for String {
    fn from(sql: TypeText) -> Self {
        sql.0.to_string()
    }
}

impl TryFrom<String> for CollationText {
    type Error = super::wire::CodecError;

    fn try_from(text: String) -> Coded<Self> {
        match from_hex(&text)?.try_into() {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => fault(format!("no collation: {text}")),
        }
    }
}

impl From<CollationText> for String {
    fn from(collation: CollationText) -> Self {
        hex(&collation.0)
    }
}

// serde hands a reference to what it may skip.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !value
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero_u16(value: &u16) -> bool {
    *value == 0
}
