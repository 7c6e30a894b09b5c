//! The messages of faults, for people: each names the column and the remedy. No value stands in one but the caller's own,
//! shortened.

use std::fmt;

use super::{Fault, shorten};
use crate::domain::{Guard, Name, plan::Use};

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownColumn {
                wrote,
                entity,
                suggestion,
            } => {
                let wrote = shorten(wrote);
                write!(f, "Entity '{}' has no column '{wrote}'", entity.as_str())?;
                match suggestion {
                    Some(name) => write!(f, "; did you mean '{}'?", name.as_str()),
                    None => write!(f, "; Schema lists its columns."),
                }
            }
            Self::RepeatedColumn { column } => write!(
                f,
                "Column '{}' stands more than once in Tuples; name it once.",
                column.as_str()
            ),
            Self::Protected {
                column,
                guard,
                usage,
            } => write!(
                f,
                "Column '{}' is {} and cannot be {}; leave it out.",
                column.as_str(),
                guard_text(*guard),
                use_text(*usage)
            ),
            Self::Misfit {
                column,
                ty,
                got,
                misfit,
                place,
            } => write!(
                f,
                "Column '{}' is {ty}{}: {got} {misfit}",
                column.as_str(),
                at(place)
            ),
            Self::NullNotAllowed { column } => write!(
                f,
                "Column '{}' cannot be null; send a value.",
                column.as_str()
            ),
            Self::Required { columns } => write!(
                f,
                "An insert needs {} and Tuples lack {}; add {}.",
                list(columns),
                them(columns),
                them(columns)
            ),
            Self::Unfillable { columns } => fmt_unfillable(columns, f),
            Self::RequiredInRow { .. }
            | Self::KeyMissing { .. }
            | Self::KeyNull { .. }
            | Self::KeyNotTaken { .. }
            | Self::RowNotFound { .. }
            | Self::KeyRepeated { .. }
            | Self::KeyAmbiguous { .. } => fmt_row_fault(self, f),
            Self::NoTuples => f.write_str(
                "Tuples is missing or empty; send [{\"Name\": column, \"Value\": value}, …].",
            ),
            Self::NoClause => f.write_str(
                "Clause is missing or empty; say which rows are meant. A missing clause never means all rows.",
            ),
            Self::EmptyFilter => f.write_str(
                "Clause is empty; give it a rule, or leave it out to read every row, page by page.",
            ),
            Self::Clause { message, .. } | Self::Selection { message } => f.write_str(message),
            Self::TestNotForType {
                column,
                ty,
                test,
                place,
            } => write!(
                f,
                "Column '{}' is {ty}{}: '{test}' has no meaning for it.",
                column.as_str(),
                at(place)
            ),
            Self::BinaryNotReturned { column } => write!(
                f,
                "Column '{}' is binary and is never returned; leave it out of Fields.",
                column.as_str()
            ),
            Self::OutOfRange {
                parameter,
                allowed,
                got,
            } => write!(f, "{parameter} must be {allowed}, not {got}."),
            Self::Schema(fault) => fault.fmt(f),
        }
    }
}

fn fmt_unfillable(columns: &[Name], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if columns.is_empty() {
        return f.write_str(
            "No row can be inserted: the table must have more values than your rights let you send; whoever gave them \
             can say which.",
        );
    }
    write!(
        f,
        "No row can be inserted: {} must have a value, has no default and cannot be set by callers; the table needs a \
         default.",
        list(columns)
    )
}

/// The message of a fault of a batch's row; nothing for another one.
fn fmt_row_fault(fault: &Fault, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match fault {
        Fault::RequiredInRow { columns } => write!(
            f,
            "An insert needs {} and the row lacks {}; add {}.",
            list(columns),
            them(columns),
            them(columns)
        ),
        Fault::KeyMissing { columns } => write!(
            f,
            "The row lacks {} of its key; add {}.",
            list(columns),
            them(columns)
        ),
        Fault::KeyNull { column } => write!(
            f,
            "Column '{}' finds the row and cannot be null; send a value.",
            column.as_str()
        ),
        Fault::KeyNotTaken { column, guard } => write!(
            f,
            "No row has this key, and one cannot be inserted with it: column '{}' is {}. Leave it out to have a \
             row inserted, or have the entity declared with caller_keys.",
            column.as_str(),
            guard_text(*guard)
        ),
        Fault::RowNotFound { columns } => {
            write!(f, "No row has this key ({}).", list(columns))
        }
        Fault::KeyRepeated { columns } => write!(
            f,
            "Another row of the request has the same key ({}); send each once.",
            list(columns)
        ),
        Fault::KeyAmbiguous { columns } => write!(
            f,
            "More than one row has this key ({}); nothing was written.",
            list(columns)
        ),
        _ => Ok(()),
    }
}

fn at(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!(" (Clause.{place})")
    }
}

fn guard_text(guard: Guard) -> &'static str {
    match guard {
        Guard::Password => "a password",
        Guard::Guid => "a GUID (uniqueidentifier)",
        Guard::SystemDate => "a system date",
        Guard::Identity => "an identity that the database counts",
        Guard::Computed => "computed by the database",
        Guard::RowVersion => "a row version that the database stamps",
        Guard::ReadOnly => "read-only here",
        Guard::WriteOnly => "only to be written here",
        Guard::Hidden => "unknown here",
    }
}

fn use_text(usage: Use) -> &'static str {
    match usage {
        Use::Write => "written",
        Use::Filter => "filtered by",
        Use::Read => "read",
        Use::Order => "ordered by",
        Use::Group => "grouped by",
    }
}

fn list(columns: &[Name]) -> String {
    let quoted: Vec<String> = columns
        .iter()
        .map(|c| format!("'{}'", c.as_str()))
        .collect();
    quoted.join(", ")
}

fn them(columns: &[Name]) -> &'static str {
    if columns.len() == 1 { "it" } else { "them" }
}
