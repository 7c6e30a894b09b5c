//! The fields of a dataset: an entity's columns under the names that Socrata's API has for them (lower case, words
//! joined by `_`), and places made up of two columns. It says what a caller's spelling means; whether that may be
//! read or written is the service's answer.

use std::{collections::HashMap, sync::Arc};

use crate::domain::{ColumnIndex, Entity, SqlType, name::same_name};

/// The fields of an entity.
#[derive(Debug, Clone)]
pub struct Fields {
    entity: Arc<Entity>,
    all: Vec<Field>,
    /// By API name.
    by_name: HashMap<String, usize>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name in URLs and JSON.
    pub name: String,
    /// The name for people.
    pub label: String,
    /// What it holds.
    pub source: Source,
    /// Whether it is among the fields that a read gives unless told which: password and binary columns are not, nor
    /// what a place is made of.
    pub shown: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A column.
    Column(ColumnIndex),
    /// A place on a map, by its columns.
    Place {
        /// Degrees north.
        latitude: ColumnIndex,
        /// Degrees east.
        longitude: ColumnIndex,
    },
}

/// Socrata's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// Written as a string.
    Number,
    /// True or false.
    Checkbox,
    /// Text.
    Text,
    /// A date and time without an offset.
    Floating,
    /// A point in time.
    Fixed,
    /// A place on a map.
    Location,
}

impl DataType {
    /// The type of a column.
    #[must_use]
    pub fn of(ty: &SqlType) -> Self {
        match ty {
            SqlType::Bit => Self::Checkbox,
            SqlType::TinyInt
            | SqlType::SmallInt
            | SqlType::Int
            | SqlType::BigInt
            | SqlType::Decimal { .. }
            | SqlType::Money
            | SqlType::SmallMoney
            | SqlType::Real
            | SqlType::Float => Self::Number,
            SqlType::Date
            | SqlType::SmallDateTime
            | SqlType::DateTime
            | SqlType::DateTime2 { .. } => Self::Floating,
            SqlType::DateTimeOffset { .. } => Self::Fixed,
            _ => Self::Text,
        }
    }

    /// The name that `X-SODA2-Types` has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Checkbox => "checkbox",
            Self::Text => "text",
            Self::Floating => "floating_timestamp",
            Self::Fixed => "fixed_timestamp",
            Self::Location => "location",
        }
    }

    /// The name that a view's `dataTypeName` has for it.
    #[must_use]
    pub fn view_name(self) -> &'static str {
        match self {
            Self::Floating => "calendar_date",
            Self::Fixed => "date",
            other => other.name(),
        }
    }
}

/// The API's name for a column: its letters and digits in lower case, everything between them one `_`.
#[must_use]
pub fn field_name(column: &str) -> String {
    let mut name = String::with_capacity(column.len());
    for c in column.chars() {
        if c.is_alphanumeric() || c == '_' {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    // A field's own underscores stay; those that stand for something at its ends say nothing.
    if !column.ends_with('_') {
        name.truncate(name.trim_end_matches('_').len());
    }
    let name = if column.starts_with('_') {
        name.as_str()
    } else {
        name.trim_start_matches('_')
    };
    match name.chars().next() {
        Some(first) if !first.is_ascii_digit() => name.to_owned(),
        _ => format!("_{name}"),
    }
}

impl Fields {
    /// The fields of an entity.
    #[must_use]
    pub fn new(entity: &Arc<Entity>) -> Self {
        let table = entity.table();
        let locations = &entity.dataset().locations;
        let mut fields = Self {
            entity: Arc::clone(entity),
            all: Vec::new(),
            by_name: HashMap::new(),
        };
        for index in table.indices() {
            let column = table.column(index);
            let in_a_place = locations
                .iter()
                .any(|l| l.latitude == index || l.longitude == index);
            fields.add(Field {
                name: field_name(column.name.as_str()),
                label: column.name.as_str().to_owned(),
                source: Source::Column(index),
                shown: entity.readable(index) && !column.ty.is_binary() && !in_a_place,
            });
        }
        for location in locations {
            let (latitude, longitude) = (location.latitude, location.longitude);
            fields.add(Field {
                name: field_name(location.name.as_str()),
                label: location.name.as_str().to_owned(),
                source: Source::Place {
                    latitude,
                    longitude,
                },
                shown: entity.readable(latitude) && entity.readable(longitude),
            });
        }
        fields
    }

    /// Adds a field; where its name is taken, under the next that is free.
    fn add(&mut self, mut field: Field) {
        let wanted = field.name.clone();
        let mut count = 1_u32;
        while self.by_name.contains_key(&field.name) {
            count += 1;
            field.name = format!("{wanted}_{count}");
        }
        self.by_name.insert(field.name.clone(), self.all.len());
        self.all.push(field);
    }

    /// The entity.
    #[must_use]
    pub fn entity(&self) -> &Arc<Entity> {
        &self.entity
    }

    /// All of them, in the table's order, places last.
    #[must_use]
    pub fn all(&self) -> &[Field] {
        &self.all
    }

    /// Those that are given unless a read says which.
    pub fn shown(&self) -> impl Iterator<Item = &Field> {
        self.all.iter().filter(|field| field.shown)
    }

    /// The field that a spelling means: the column's own name or the API's, in any case.
    #[must_use]
    pub fn find(&self, wrote: &str) -> Option<&Field> {
        let table = self.entity.table();
        let column = table.find(wrote).map(Source::Column);
        let by_column = column.and_then(|source| self.all.iter().find(|f| f.source == source));
        by_column.or_else(|| {
            let exact = self.by_name.get(wrote);
            let found = exact.or_else(|| self.by_name.get(&wrote.to_lowercase()));
            found.map(|at| &self.all[*at])
        })
    }

    /// The same, of a heading that may also be a name for people: `Earthquake ID` for `earthquake_id`.
    #[must_use]
    pub fn find_heading(&self, wrote: &str) -> Option<&Field> {
        let wrote = wrote.trim().trim_start_matches('\u{feff}');
        self.find(wrote).or_else(|| {
            let name = field_name(wrote);
            let labelled = |field: &&Field| same_name(&field.label, wrote);
            self.find(&name).or_else(|| self.all.iter().find(labelled))
        })
    }

    /// The name of a column, as the table has it.
    #[must_use]
    pub fn column(&self, index: ColumnIndex) -> &str {
        self.entity.table().column(index).name.as_str()
    }

    /// The type of a field.
    #[must_use]
    pub fn data_type(&self, field: &Field) -> DataType {
        match field.source {
            Source::Column(index) => DataType::of(&self.entity.table().column(index).ty),
            Source::Place { .. } => DataType::Location,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        domain::{
            Name,
            dataset::{Dataset, Location},
        },
        wire::testing::{entities, table},
    };

    #[test]
    fn a_column_s_name_becomes_lower_case_words() {
        for (column, field) in [
            ("earthquake_id", "earthquake_id"),
            ("Earthquake ID", "earthquake_id"),
            ("VendorName", "vendorname"),
            ("No. of Stations (all)", "no_of_stations_all"),
            ("_id", "_id"),
            ("2nd", "_2nd"),
            ("Größe", "größe"),
            ("!", "_"),
        ] {
            assert_eq!(field_name(column), field, "{column}");
        }
    }

    fn fields() -> Fields {
        let columns = [
            "Id int",
            "MagType nvarchar(9)",
            "magtype nvarchar(9)",
            "lat float",
            "lon float",
            "Password nvarchar(9)",
            "raw varbinary(9)",
        ];
        let table = table("quakes", &columns);
        let entity = Arc::unwrap_or_clone(entities(&[table]).remove(0));
        let index = |name| entity.table().find(name).unwrap();
        let place = Location {
            name: Name::parse("location").unwrap(),
            latitude: index("lat"),
            longitude: index("lon"),
        };
        let dataset = Dataset {
            id: None,
            locations: vec![place],
        };
        Fields::new(&Arc::new(entity.clone().with_dataset(dataset)))
    }

    #[test]
    fn fields_are_found_by_either_name_in_any_case() {
        let fields = fields();
        let found = |wrote: &str| fields.find(wrote).map(|f| f.name.clone());
        assert_eq!(found("ID").as_deref(), Some("id"));
        // Names that differ in case alone are told apart.
        assert_eq!(found("MagType").as_deref(), Some("magtype"));
        assert_eq!(found("magtype").as_deref(), Some("magtype_2"));
        assert_eq!(found("Location").as_deref(), Some("location"));
        assert_eq!(found("Mag Type"), None);
        assert_eq!(fields.find_heading("LOCATION ").unwrap().name, "location");
    }

    #[test]
    fn what_is_secret_binary_or_part_of_a_place_is_not_shown() {
        let fields = fields();
        let shown: Vec<&str> = fields.shown().map(|f| f.name.as_str()).collect();
        assert_eq!(shown, ["id", "magtype", "magtype_2", "location"]);
    }
}
