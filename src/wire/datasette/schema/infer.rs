//! The types of columns that only rows tell of, as the library behind Datasette infers them (sqlite-utils,
//! `types_for_column_types`). Names and values are not judged here.

use serde_json::Value as Json;

use super::super::{
    cell::{self, Cell},
    decode::SentRow,
};
use crate::domain::{Length, SqlType, schema::ColumnSpec};

/// The kinds of values that a column has been seen with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a set
struct Kinds {
    whole: bool,
    fraction: bool,
    bytes: bool,
    /// Texts, and what is stored as JSON text.
    text: bool,
}

impl Kinds {
    fn add(&mut self, cell: &Cell) {
        match cell {
            Cell::Bytes(_) => self.bytes = true,
            Cell::Plain(Json::Null) => {}
            Cell::Plain(Json::Bool(_)) => self.whole = true,
            Cell::Plain(Json::Number(number)) => {
                let whole = !number.as_str().contains(['.', 'e', 'E']);
                self.whole |= whole;
                self.fraction |= !whole;
            }
            Cell::Plain(_) => self.text = true,
        }
    }

    fn ty(self) -> SqlType {
        let Self {
            whole,
            fraction,
            bytes,
            text,
        } = self;
        match (whole || fraction, bytes, text) {
            // A text among bytes is stored as bytes there, and cannot be here: such a column is text.
            (false, true, false) => SqlType::VarBinary(Length::Max),
            (true, false, false) if fraction => SqlType::Float,
            (true, false, false) => SqlType::BigInt,
            _ => SqlType::NVarChar(Length::Max),
        }
    }
}

/// The columns of rows, in the order in which they are first seen, those that `known` names aside.
///
/// # Errors
/// The contract's text for a value that cannot be read.
pub(super) fn columns(
    rows: &[SentRow],
    known: impl Fn(&str) -> bool,
) -> Result<Vec<ColumnSpec>, &'static str> {
    let mut seen: Vec<(&str, Kinds)> = Vec::new();
    for (name, value) in rows.iter().flatten() {
        if known(name) {
            continue;
        }
        let at = seen.iter().position(|(seen, _)| seen == name);
        let at = at.unwrap_or_else(|| {
            seen.push((name, Kinds::default()));
            seen.len() - 1
        });
        seen[at].1.add(&cell::unmark(value.clone())?);
    }
    let specs = seen.into_iter().map(|(name, kinds)| ColumnSpec {
        name: name.to_owned(),
        ty: kinds.ty(),
        nullable: true,
        default: None,
        references: None,
    });
    Ok(specs.collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_is_wide_enough_for_every_value() {
        let bytes = json!({"$base64": true, "encoded": "AAEC"});
        for (values, ty) in [
            (vec![json!(1), json!(true)], "bigint"),
            (vec![json!(true)], "bigint"),
            (vec![json!(1), json!(1.5), json!(null)], "float"),
            (vec![json!(1), json!("1")], "nvarchar(max)"),
            (vec![json!(null)], "nvarchar(max)"),
            (vec![json!({"a": 1}), json!([1])], "nvarchar(max)"),
            (vec![bytes.clone(), json!(null)], "varbinary(max)"),
            (vec![bytes.clone(), json!(1)], "nvarchar(max)"),
            (vec![json!({"$raw": 5})], "bigint"),
        ] {
            let rows = values
                .iter()
                .map(|value| json!({"c": value}).as_object().unwrap().clone());
            let rows: Vec<SentRow> = rows.collect();
            let columns = columns(&rows, |_| false).unwrap();
            assert_eq!(columns[0].ty.to_string(), ty, "{values:?}");
        }
    }

    #[test]
    fn columns_come_in_the_order_in_which_they_are_seen() {
        let rows = [
            json!({"b": 1, "a": 1}),
            json!({"a": "x", "c": 1, "known": 1}),
        ];
        let rows: Vec<SentRow> = rows
            .iter()
            .map(|row| row.as_object().unwrap().clone())
            .collect();
        let columns = columns(&rows, |name| name == "known").unwrap();
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"]);
    }
}
