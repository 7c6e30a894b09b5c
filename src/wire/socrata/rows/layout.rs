//! What the names of a row's cells mean, worked out once for all rows that have the same names.

use std::sync::Arc;

use crate::{
    domain::{ColumnIndex, fault::shorten},
    error::Error,
    wire::socrata::{
        encode::refusal,
        fields::{DataType, Field, Fields, Source},
    },
};

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// `:id`.
    Id,
    /// `:deleted`.
    Deleted,
    /// A system field that comes with every row that was read; it says nothing.
    Nothing,
    /// A column.
    Column(ColumnIndex, DataType),
    /// A place, by its columns.
    Place(ColumnIndex, ColumnIndex),
}

/// What the cells of a row are, and the columns that this comes to.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// As the rows spell them; rows with the same names share the list.
    pub(super) names: Arc<[String]>,
    pub(super) steps: Vec<Step>,
    /// The columns of the values, in the order in which the steps give them.
    pub(super) columns: Vec<ColumnIndex>,
}

/// System fields besides those that mean something.
const SYSTEM: [&str; 4] = [
    ":created_at",
    ":updated_at",
    ":created_meta",
    ":updated_meta",
];

impl Layout {
    /// Works the names out. `headings`: whether they may be names for people, as those of CSV may.
    ///
    /// # Errors
    /// A name that the dataset does not have, or that means the same as another one.
    pub(super) fn new(
        names: &Arc<[String]>,
        fields: &Fields,
        headings: bool,
    ) -> Result<Self, Error> {
        let mut steps = Vec::with_capacity(names.len());
        let mut columns = Vec::with_capacity(names.len());
        for name in names.iter() {
            let step = step(name, fields, headings)?;
            let system = matches!(step, Step::Id | Step::Deleted) && steps.contains(&step);
            let before = columns.len();
            match step {
                Step::Column(index, _) => columns.push(index),
                Step::Place(latitude, longitude) => columns.extend([latitude, longitude]),
                Step::Id | Step::Deleted | Step::Nothing => {}
            }
            let (known, new) = columns.split_at(before);
            if system || new.iter().any(|index| known.contains(index)) {
                return Err(refusal::contract(
                    400,
                    "invalid_request",
                    format!(
                        "Field '{}' is sent more than once; send it once.",
                        shorten(name)
                    ),
                ));
            }
            steps.push(step);
        }
        Ok(Self {
            names: Arc::clone(names),
            steps,
            columns,
        })
    }

    /// Where a column's value stands among a row's values.
    pub(super) fn position(&self, index: ColumnIndex) -> Option<usize> {
        self.columns.iter().position(|known| *known == index)
    }
}

fn step(name: &str, fields: &Fields, headings: bool) -> Result<Step, Error> {
    let plain = name.trim().trim_start_matches('\u{feff}');
    if plain.starts_with(':') {
        return match plain.to_ascii_lowercase().as_str() {
            ":id" => Ok(Step::Id),
            ":deleted" => Ok(Step::Deleted),
            other if SYSTEM.contains(&other) => Ok(Step::Nothing),
            _ => Err(refusal::illegal_field(name)),
        };
    }
    let found = if headings {
        fields.find_heading(name)
    } else {
        fields.find(name)
    };
    let field: &Field = found.ok_or_else(|| refusal::illegal_field(name))?;
    Ok(match field.source {
        Source::Column(index) => Step::Column(index, fields.data_type(field)),
        Source::Place {
            latitude,
            longitude,
        } => Step::Place(latitude, longitude),
    })
}
