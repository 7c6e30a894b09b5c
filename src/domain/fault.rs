//! What can be wrong with a request, each fault with a stable code and a message that names the column
//! and the remedy. Database text never stands in one.

mod text;

use std::fmt;

use super::{Name, SqlType, coerce::Misfit, entity::Guard, plan::Use, schema::SchemaFault};

/// One thing wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A column that the entity does not have.
    UnknownColumn {
        /// As the caller spelled it.
        wrote: String,
        /// The entity's name.
        entity: Name,
        /// The nearest column that may be named.
        suggestion: Option<Name>,
    },
    /// A column named twice among the tuples.
    RepeatedColumn {
        /// The column.
        column: Name,
    },
    /// A column used in a way its guard forbids.
    Protected {
        /// The column.
        column: Name,
        /// Why it is protected.
        guard: Guard,
        /// What the caller wanted with it.
        usage: Use,
    },
    /// A value that the column's type cannot take.
    Misfit {
        /// The column.
        column: Name,
        /// Its type.
        ty: SqlType,
        /// The value as written, shortened for the message.
        got: String,
        /// What is wrong with it.
        misfit: Misfit,
        /// Where in the clause; empty for tuples.
        place: String,
    },
    /// NULL for a column that is NOT NULL.
    NullNotAllowed {
        /// The column.
        column: Name,
    },
    /// Columns that an INSERT must have and the tuples lack.
    Required {
        /// All of them.
        columns: Vec<Name>,
    },
    /// Columns that an INSERT must have but that callers may not set.
    Unfillable {
        /// All of them that the caller may know of; perhaps none.
        columns: Vec<Name>,
    },
    /// Columns that an INSERT must have and a batch's row lacks.
    RequiredInRow {
        /// All of them.
        columns: Vec<Name>,
    },
    /// Columns of the key that a batch's row lacks.
    KeyMissing {
        /// All of them.
        columns: Vec<Name>,
    },
    /// NULL in a column of the key.
    KeyNull {
        /// The column.
        column: Name,
    },
    /// No row has the key, and one would have to be inserted with it, which callers may not.
    KeyNotTaken {
        /// The column.
        column: Name,
        /// Why.
        guard: Guard,
    },
    /// No row has the key.
    RowNotFound {
        /// The key's columns.
        columns: Vec<Name>,
    },
    /// Several rows of one batch have the same key.
    KeyRepeated {
        /// The key's columns.
        columns: Vec<Name>,
    },
    /// Several rows of the table have the key.
    KeyAmbiguous {
        /// The key's columns.
        columns: Vec<Name>,
    },
    /// No tuples at all.
    NoTuples,
    /// No clause, where a write needs one.
    NoClause,
    /// An empty clause, where leaving it out would mean all rows.
    EmptyFilter,
    /// A clause that cannot be understood or is not allowed, in words that name the place.
    Clause {
        /// The stable code: `clause_invalid`, `clause_empty`, `clause_too_large`, `clause_not_allowed`.
        code: &'static str,
        /// The message.
        message: String,
    },
    /// A test that the column's type has no meaning for (`contains` on a number).
    TestNotForType {
        /// The column.
        column: Name,
        /// Its type.
        ty: SqlType,
        /// The test, by its operator's name.
        test: &'static str,
        /// Where in the clause.
        place: String,
    },
    /// A binary column asked for by name in a Get.
    BinaryNotReturned {
        /// The column.
        column: Name,
    },
    /// A part of a Get that contradicts another, in words.
    Selection {
        /// The message.
        message: String,
    },
    /// A number outside its range (`Length`, `StartIndex`).
    OutOfRange {
        /// The parameter.
        parameter: &'static str,
        /// What is allowed.
        allowed: String,
        /// What came.
        got: String,
    },
    /// Something about a table that is to be made or changed.
    Schema(SchemaFault),
}

/// How many faults a message spells out: enough for any honest request, bounded for the others.
const SPELLED_OUT: usize = 50;

/// At least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// `None` when there is none.
    #[must_use]
    pub fn new(faults: Vec<Fault>) -> Option<Self> {
        (!faults.is_empty()).then_some(Self(faults))
    }

    /// All of them, in the order they were found.
    #[must_use]
    pub fn all(&self) -> &[Fault] {
        &self.0
    }

    /// All of them, given away.
    #[must_use]
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// The code of all of them where they agree, else `invalid_request`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        let mut codes = self.0.iter().map(Fault::code);
        match codes.next() {
            Some(first) if codes.all(|c| c == first) => first,
            _ => "invalid_request",
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spell_out(&self.0))
    }
}

/// The first messages in full and the number of the others: a request can be wrong in more ways than an
/// answer should list.
#[must_use]
pub fn spell_out<T: fmt::Display>(messages: &[T]) -> String {
    let spelled = messages.iter().take(SPELLED_OUT).map(ToString::to_string);
    let text = spelled.collect::<Vec<_>>().join(" ");
    match messages.len().saturating_sub(SPELLED_OUT) {
        0 => text,
        1 => format!("{text} And one more fault."),
        more => format!("{text} And {more} more faults."),
    }
}

impl Fault {
    /// The stable code, never reused for another meaning.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownColumn { .. } => "unknown_column",
            Self::RepeatedColumn { .. } => "repeated_column",
            Self::Protected { .. } => "protected_column",
            Self::Misfit { .. } => "value_does_not_fit",
            Self::NullNotAllowed { .. } => "null_not_allowed",
            Self::Required { .. } | Self::RequiredInRow { .. } => "required_columns_missing",
            Self::Unfillable { .. } => "required_columns_protected",
            Self::KeyMissing { .. } => "key_missing",
            Self::KeyNull { .. } => "key_null",
            Self::KeyNotTaken { .. } => "key_not_taken",
            Self::RowNotFound { .. } => "row_not_found",
            Self::KeyRepeated { .. } => "key_repeated",
            Self::KeyAmbiguous { .. } => "key_ambiguous",
            Self::NoTuples => "tuples_missing",
            Self::NoClause => "clause_missing",
            Self::EmptyFilter => "clause_empty",
            Self::Clause { code, .. } => code,
            Self::TestNotForType { .. } => "operator_not_for_type",
            Self::BinaryNotReturned { .. } => "binary_not_returned",
            Self::Selection { .. } => "selection_invalid",
            Self::OutOfRange { .. } => "parameter_out_of_range",
            Self::Schema(fault) => fault.code(),
        }
    }
}

/// The longest piece of a caller's own text that a message repeats, in characters.
const ECHO_LIMIT: usize = 60;

/// A caller's text cut to what a message can repeat.
#[must_use]
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(ECHO_LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
