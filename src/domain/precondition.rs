//! What must hold of the one row that a request is about (RFC 9110, section 13.1), and the tag by which a caller says
//! which state of it was read. A tag is made of nothing but what the caller may read. It says nothing of how a row is
//! found or read.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{ColumnIndex, Default, Entity, Row, SqlType, Value, iso};

/// What must hold of the one row that a request is about. Tags stand without their quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// `If-Match` with tags: the row is there and has one of these.
    Is(Vec<String>),
    /// `If-Match: *`: the row is there.
    Exists,
    /// `If-None-Match` with tags: the row has none of these, or is not there.
    IsNot(Vec<String>),
    /// `If-None-Match: *`: the row is not there.
    Missing,
}

/// Why a precondition does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// There is no row where there must be one.
    Gone,
    /// The row is not as it must be.
    Changed,
    /// The row is as it must not be.
    Unchanged,
    /// There is a row where there must be none.
    There,
    /// More than one row is meant.
    Several,
}

/// What was found of the row that a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'t> {
    /// None is there.
    Nothing,
    /// One is, with this tag.
    One(&'t str),
    /// There are more.
    Several,
}

impl Precondition {
    /// Whether it compares tags, for which the row has to be read.
    #[must_use]
    pub fn compares(&self) -> bool {
        matches!(self, Self::Is(_) | Self::IsNot(_))
    }

    /// Holds it against what was found.
    ///
    /// # Errors
    /// Why it does not hold.
    pub fn check(&self, found: Found<'_>) -> Result<(), Unmet> {
        let has = |tags: &[String], tag: &str| tags.iter().any(|known| known == tag);
        match (self, found) {
            (_, Found::Several) => Err(Unmet::Several),
            (Self::Is(_) | Self::Exists, Found::Nothing) => Err(Unmet::Gone),
            (Self::Is(tags), Found::One(tag)) if !has(tags, tag) => Err(Unmet::Changed),
            (Self::IsNot(tags), Found::One(tag)) if has(tags, tag) => Err(Unmet::Unchanged),
            (Self::Missing, Found::One(_)) => Err(Unmet::There),
            _ => Ok(()),
        }
    }
}

impl Unmet {
    /// What it means to a caller, and what to do.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Gone => {
                "If-Match asks for a row that is there, and none is; nothing was written; read again what there is, or \
                 leave the header out."
            }
            Self::Changed => {
                "The row is not as If-Match has it: it was changed since it was read; nothing was written; read the row \
                 again and send the ETag that comes with it."
            }
            Self::Unchanged => {
                "The row is as If-None-Match has it; nothing was written; leave the header out to write all the same."
            }
            Self::There => {
                "If-None-Match: * asks for a row that is not there yet, and there is one; nothing was written; read the \
                 row and send its ETag in If-Match to change it."
            }
            Self::Several => {
                "If-Match and If-None-Match are about one row, and more than one matches; nothing was written; narrow \
                 the condition to one row."
            }
        }
    }
}

/// The columns that a row's tag is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagColumns {
    columns: Vec<ColumnIndex>,
    /// For each its name; empty where the tag is the row's version.
    names: Vec<String>,
}

impl TagColumns {
    /// Those of an entity as a caller sees it. `versions`: whether the database itself stamps the table's row version
    /// whenever a row is changed. What is computed says nothing that the stored columns do not, and may be another value
    /// at each reading.
    #[must_use]
    pub fn of(entity: &Entity, versions: bool) -> Self {
        let table = entity.table();
        let readable = || table.indices().filter(|i| entity.readable(*i));
        let mut stamped = readable().filter(|i| table.column(*i).ty == SqlType::RowVersion);
        if let Some(version) = stamped.next().filter(|_| versions) {
            return Self {
                columns: vec![version],
                names: Vec::new(),
            };
        }
        let columns = readable().filter(|i| table.column(*i).default != Default::Computed);
        let columns: Vec<ColumnIndex> = columns.collect();
        let name = |i: &ColumnIndex| table.column(*i).name.as_str().to_owned();
        Self {
            names: columns.iter().map(name).collect(),
            columns,
        }
    }

    /// The columns to be read, in this order; there may be none.
    #[must_use]
    pub fn columns(&self) -> &[ColumnIndex] {
        &self.columns
    }

    /// The tag of a row of these columns, without quotes: letters, digits, `-` and `_`.
    #[must_use]
    pub fn tag(&self, row: &[Option<Value>]) -> String {
        if let ([], [Some(Value::Binary(version))]) = (self.names.as_slice(), row) {
            return URL_SAFE_NO_PAD.encode(version);
        }
        let mut hash = Sha256::new();
        for (name, value) in self.names.iter().zip(row) {
            add(&mut hash, b'n', name.as_bytes());
            add_value(&mut hash, value.as_ref());
        }
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// What was found, as preconditions take it; `tag` is where the tag is kept meanwhile.
    #[must_use]
    pub fn found<'t>(&self, rows: &[Row], tag: &'t mut String) -> Found<'t> {
        match rows {
            [] => Found::Nothing,
            [row] => {
                *tag = self.tag(row);
                Found::One(tag)
            }
            _ => Found::Several,
        }
    }
}

/// Each piece with its kind and its length before it: no two rows come to the same bytes.
fn add(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

fn add_value(hash: &mut Sha256, value: Option<&Value>) {
    match value {
        None => add(hash, b'0', &[]),
        Some(Value::Bool(bit)) => add(hash, b'b', &[u8::from(*bit)]),
        Some(Value::Int(number)) => add(hash, b'i', &number.to_be_bytes()),
        // Its scale is the column's, and no other value than that of another scale.
        Some(Value::Decimal(number)) => {
            add(hash, b'd', number.normalized().to_plain_string().as_bytes());
        }
        Some(Value::Float(number)) => add(hash, b'f', &number.to_bits().to_be_bytes()),
        Some(Value::Text(text)) => add(hash, b't', text.as_bytes()),
        Some(Value::Date(date)) => add(hash, b'D', iso::date_text(*date).as_bytes()),
        Some(Value::Time(time)) => add(hash, b'T', iso::time_text(*time).as_bytes()),
        Some(Value::DateTime(local)) => {
            add(hash, b'L', iso::datetime_text(*local, 'T').as_bytes());
        }
        Some(Value::DateTimeOffset(value)) => {
            let text = iso::offset_datetime_text(value, 'T');
            add(hash, b'O', text.as_bytes());
        }
        Some(Value::Guid(guid)) => add(hash, b'g', guid.as_bytes()),
        Some(Value::Binary(bytes)) => add(hash, b'x', bytes),
    }
}
