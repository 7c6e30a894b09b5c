//! From the body of an insert or upsert to rows, with the contract's checks in the contract's order and words (section
//! 3). What a column can hold, and whether it may be written, is not looked into here.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{
    body::malformed,
    cell::{self, Cell},
    key,
    python_json::is_truthy,
};
use crate::{
    domain::{
        Column, Default, Entity, Literal,
        batch::{BatchRow, RowAction},
        fault::shorten,
    },
    error::Error,
};

/// The options that a body may have besides its rows.
const OPTIONS: [&str; 4] = ["return", "ignore", "replace", "alter"];

/// The most rows whose faults are told.
const TOLD: usize = 50;

/// A row as it was sent.
pub(super) type SentRow = Map<String, Json>;

/// What an insert or upsert asks for.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) rows: Vec<SentRow>,
    /// Whether the rows are to be returned.
    pub(super) returns: bool,
    pub(super) taken: Taken,
    /// Whether missing columns are to be added.
    pub(super) alter: bool,
}

/// What becomes of a row whose key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is an error, or in an upsert an update.
    Usual,
    /// It is passed over.
    Ignored,
    /// It takes the other's place.
    Replacing,
}

impl Sent {
    /// Takes the body apart.
    ///
    /// # Errors
    /// What is wrong with its form, first of all.
    pub(super) fn decode(mut body: Map<String, Json>, most: usize) -> Result<Self, Error> {
        let single = body.contains_key("row");
        let sent = match (body.shift_remove("row"), body.shift_remove("rows")) {
            (None, None) => {
                return Err(malformed(
                    "JSON must have one or other of \"row\" or \"rows\"",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(malformed(
                    "Cannot use \"row\" and \"rows\" at the same time",
                ));
            }
            (Some(row @ Json::Object(_)), None) => vec![row],
            (Some(_), None) => return Err(malformed("\"row\" must be a dictionary")),
            (None, Some(Json::Array(rows))) => rows,
            (None, Some(_)) => return Err(malformed("\"rows\" must be a list")),
        };
        let count = sent.len();
        let objects = sent.into_iter().filter_map(|row| match row {
            Json::Object(row) => Some(row),
            _ => None,
        });
        let rows: Vec<SentRow> = objects.collect();
        if rows.len() < count {
            return Err(malformed("\"rows\" must be a list of dictionaries"));
        }
        if count > most {
            return Err(malformed(format!(
                "Too many rows, maximum allowed is {most}"
            )));
        }
        let known = |key: &String| OPTIONS.contains(&key.as_str());
        let mut unknown: Vec<&String> = body.keys().filter(|key| !known(key)).collect();
        if !unknown.is_empty() {
            unknown.sort_unstable();
            let listed: Vec<String> = unknown.iter().map(|key| quoted(key)).collect();
            return Err(malformed(format!(
                "Invalid parameter: {}",
                listed.join(", ")
            )));
        }
        let option = |key: &str| is_truthy(body.get(key));
        let taken = match (option("ignore"), option("replace")) {
            (false, false) => Taken::Usual,
            (true, false) => Taken::Ignored,
            (false, true) => Taken::Replacing,
            (true, true) => {
                return Err(malformed(
                    "Cannot use \"ignore\" and \"replace\" at the same time",
                ));
            }
        };
        Ok(Self {
            rows,
            returns: single || option("return"),
            taken,
            alter: option("alter"),
        })
    }

    /// What is wrong with the columns of the rows, in the contract's words.
    pub(super) fn check_columns(&self, entity: &Entity, upsert: bool) -> Vec<String> {
        let key = key::columns(entity);
        let key = key::names(entity, &key);
        let mut wrong = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            if upsert {
                let missing: Vec<&str> = key
                    .iter()
                    .copied()
                    .filter(|k| !row.contains_key(*k))
                    .collect();
                let null: Vec<&str> = key
                    .iter()
                    .copied()
                    .filter(|k| row.get(*k) == Some(&Json::Null))
                    .collect();
                for (columns, what) in [(missing, "is missing"), (null, "has null")] {
                    if !columns.is_empty() {
                        wrong.push(format!(
                            "Row {number} {what} primary key column(s): \"{}\"",
                            columns.join("\", \"")
                        ));
                    }
                }
            }
            let mut unknown = unknown_columns(entity, row);
            if !unknown.is_empty() && !self.alter {
                unknown.sort_unstable();
                let listed: Vec<String> = unknown.iter().map(|name| shorten(name)).collect();
                wrong.push(format!(
                    "Row {number} has invalid columns: {}",
                    listed.join(", ")
                ));
            }
        }
        wrong
    }

    /// The rows as a batch takes them.
    ///
    /// # Errors
    /// Values that cannot be read, or not be stored in their columns.
    pub(super) fn batch(self, entity: &Entity, action: RowAction) -> Result<Vec<BatchRow>, Error> {
        let inserts = matches!(
            action,
            RowAction::Insert | RowAction::InsertIgnore | RowAction::Replace
        );
        let mut names: Arc<[String]> = Arc::from([]);
        let mut batch = Vec::with_capacity(self.rows.len());
        let mut misfits = Vec::new();
        let rows = unmark_all(self.rows)?;
        for (number, cells) in (0_u64..).zip(rows) {
            let mut own = Vec::with_capacity(cells.len());
            let mut values = Vec::with_capacity(cells.len());
            for (name, cell) in cells {
                let column = column(entity, &name);
                // The database counts where an insert says nothing.
                let counted = column.is_some_and(|column| column.default == Default::Identity);
                if inserts && counted && cell == Cell::Plain(Json::Null) {
                    continue;
                }
                match cell_value(column, cell) {
                    Ok(value) => values.push(value),
                    Err(misfit) => misfits.push(format!("Row {number}: {misfit}")),
                }
                own.push(name);
            }
            if own[..] != names[..] {
                names = own.into();
            }
            batch.push(BatchRow {
                number,
                action,
                names: Arc::clone(&names),
                values,
            });
        }
        if misfits.is_empty() {
            return Ok(batch);
        }
        misfits.truncate(TOLD);
        Err(Error::Contract {
            status: 400,
            code: "value_does_not_fit",
            messages: misfits,
        })
    }
}

/// A value for a column.
///
/// # Errors
/// Why it does not fit, naming the column.
pub(super) fn cell_value(column: Option<&Column>, cell: Cell) -> Result<Literal, String> {
    cell::literal(column, cell).map_err(|why| match column {
        Some(column) => format!("Column '{}' is {}: {why}", column.name.as_str(), column.ty),
        None => why.to_owned(),
    })
}

/// The rows' values without their marks.
fn unmark_all(rows: Vec<SentRow>) -> Result<Vec<Vec<(String, Cell)>>, Error> {
    let unmark = |row: SentRow| {
        let cells = row
            .into_iter()
            .map(|(name, value)| Ok((name, cell::unmark(value)?)));
        cells.collect::<Result<Vec<_>, &'static str>>()
    };
    let rows: Result<Vec<_>, &'static str> = rows.into_iter().map(unmark).collect();
    rows.map_err(malformed)
}

/// The column of exactly this name.
pub(super) fn column<'e>(entity: &'e Entity, name: &str) -> Option<&'e Column> {
    let table = entity.table();
    let found = table.find(name).map(|index| table.column(index));
    found.filter(|column| column.name.as_str() == name)
}

/// The names that no column has.
pub(super) fn unknown_columns<'r>(entity: &Entity, row: &'r SentRow) -> Vec<&'r str> {
    let names = row.keys().map(String::as_str);
    names
        .filter(|name| column(entity, name).is_none())
        .collect()
}

fn quoted(key: &str) -> String {
    format!("\"{}\"", shorten(key))
}
