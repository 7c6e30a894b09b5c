//! Chooses an entity and values with which an example works when it is sent. What an API's body looks
//! like is the API's business.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::domain::{Column, ColumnIndex, Default, Entity, Guard, Length, SqlType};

/// An example of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The entity for the path.
    pub entity: String,
    /// The body, where the operation takes one.
    pub body: Option<Value>,
}

/// An entity into which a row can be inserted with invented values, and those values.
#[derive(Debug, Clone, PartialEq)]
pub struct Target<'e> {
    /// The entity.
    pub entity: &'e Entity,
    /// A text column by which example rows are found again.
    pub key: &'e str,
    /// Whether two rows may have the same value in `key`.
    pub key_repeats: bool,
    /// Values of the other columns.
    pub values: Vec<(&'e str, Value)>,
}

/// The shortest text column that can tell example rows from real ones, in characters.
const KEY_LENGTH: u16 = 50;

/// The entity best suited to examples of writing, the favourite where it will do: those of a kind that
/// cannot be met with invented values (required foreign keys, required columns that callers may not set)
/// are left out.
#[must_use]
pub fn target<'e>(entities: &'e [Arc<Entity>], favourite: &str) -> Option<Target<'e>> {
    entities
        .iter()
        .filter(|e| e.actions().add && e.actions().edit)
        .filter_map(|entity| invent(entity))
        .min_by_key(|(clashes, target)| {
            let favoured = target.entity.name().matches(favourite);
            (!favoured, *clashes, !target.key_repeats)
        })
        .map(|(_, target)| target)
}

/// The target, and how many of its values can stand in one row only.
fn invent(entity: &Entity) -> Option<(usize, Target<'_>)> {
    let table = entity.table();
    let key = key_column(entity)?;
    let mut clashes = 0;
    let mut values = Vec::new();
    for index in table.indices().filter(|index| *index != key) {
        let column = table.column(index);
        if !required(column) {
            continue;
        }
        match entity.guard(index) {
            None if column.foreign_key => return None,
            None => {
                values.push((column.name.as_str(), value(column)?));
                clashes += usize::from(unique(entity, index));
            }
            // Filled on insert.
            Some(Guard::SystemDate | Guard::RowVersion | Guard::Identity | Guard::Computed) => {}
            Some(Guard::Guid) if !column.foreign_key => {}
            Some(_) => return None,
        }
    }
    // One column more, for there should be something to update.
    let more = table.indices().find(|index| {
        let column = table.column(*index);
        *index != key
            && !required(column)
            && column.ty.is_text()
            && entity.guard(*index).is_none()
            && !column.foreign_key
            && !unique(entity, *index)
    });
    if let Some(column) = more.map(|index| table.column(index)) {
        values.push((column.name.as_str(), value(column)?));
    }
    let target = Target {
        entity,
        key: table.column(key).name.as_str(),
        key_repeats: !unique(entity, key),
        values,
    };
    Some((clashes, target))
}

/// Required columns first, since they are what people know a row by.
fn key_column(entity: &Entity) -> Option<ColumnIndex> {
    let table = entity.table();
    let usable = |index: &ColumnIndex| {
        let column = table.column(*index);
        let long_enough = match column.ty {
            SqlType::NVarChar(length) | SqlType::VarChar(length) => match length {
                Length::Limited(n) => n >= KEY_LENGTH,
                Length::Max => true,
            },
            _ => false,
        };
        long_enough && !column.foreign_key && entity.guard(*index).is_none()
    };
    table
        .indices()
        .filter(usable)
        .min_by_key(|index| (unique(entity, *index), !required(table.column(*index))))
}

fn required(column: &Column) -> bool {
    !column.nullable && column.default == Default::None
}

fn unique(entity: &Entity, index: ColumnIndex) -> bool {
    let table = entity.table();
    table.shown_key().contains(&index)
        || table
            .shown_unique_keys()
            .any(|key| key.columns.contains(&index))
}

/// A value that the column can hold; `None` for types that have no JSON.
fn value(column: &Column) -> Option<Value> {
    let text = |length: usize| {
        let by_name = TEXTS.iter().find(|(name, _)| column.name.matches(name));
        let text = by_name.map_or(TEXT, |(_, text)| text);
        let fits = length >= text.len();
        json!(if fits {
            text
        } else {
            &TEXT[..length.min(TEXT.len())]
        })
    };
    Some(match &column.ty {
        SqlType::Bit => json!(true),
        SqlType::Decimal { precision, scale } if precision == scale => json!(0),
        SqlType::TinyInt
        | SqlType::SmallInt
        | SqlType::Int
        | SqlType::BigInt
        | SqlType::Decimal { .. }
        | SqlType::Money
        | SqlType::SmallMoney => json!(1),
        SqlType::Real | SqlType::Float => json!(1.5),
        SqlType::Date => json!("2026-01-31"),
        SqlType::Time { .. } => json!("12:30:00"),
        SqlType::SmallDateTime | SqlType::DateTime | SqlType::DateTime2 { .. } => {
            json!("2026-01-31T12:30:00")
        }
        SqlType::DateTimeOffset { .. } => json!("2026-01-31T12:30:00+00:00"),
        SqlType::Char(n) | SqlType::NChar(n) => text(usize::from(*n)),
        SqlType::VarChar(length) | SqlType::NVarChar(length) => text(match length {
            Length::Limited(n) => usize::from(*n),
            Length::Max => usize::MAX,
        }),
        SqlType::Text | SqlType::NText => text(usize::MAX),
        SqlType::Xml => json!("<example/>"),
        SqlType::UniqueIdentifier
        | SqlType::Binary(_)
        | SqlType::VarBinary(_)
        | SqlType::Image
        | SqlType::RowVersion
        | SqlType::Other(_) => return None,
    })
}

const TEXT: &str = "Example";

/// What reads better than "Example", or is checked by many a table.
const TEXTS: [(&str, &str); 3] = [
    ("City", "Paris"),
    ("Country", "France"),
    ("Email", "info@example.com"),
];
