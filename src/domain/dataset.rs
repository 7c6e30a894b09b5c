//! How an entity is told as a dataset: the id that stands for it in a URL, and places on a map that two of its columns
//! make up. Which API tells it so is not known here.

use std::{fmt, str::FromStr};

use super::{ColumnIndex, Name, Table};

/// An id of twice four characters, such as `4tka-6guv`; in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatasetId(Box<str>);

/// Why a text is no such id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be four letters or digits, a hyphen and four more, like \"4tka-6guv\"")]
pub struct NotADatasetId;

impl DatasetId {
    /// Letters and digits without those that are easily mistaken for others (`l`, `o`, `0`, `1`).
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

    /// The id for a name: always the same one for it. Another `attempt` gives another, where the first is taken.
    #[must_use]
    pub fn of_name(name: &str, attempt: u32) -> Self {
        // FNV-1a: fixed for good, since callers keep the ids.
        const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0100_0000_01b3;
        let name = name.to_lowercase();
        let bytes = name.bytes().chain(attempt.to_le_bytes());
        let mut hash = bytes.fold(OFFSET, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(PRIME)
        });
        // The low bits of a product depend on few of the bits before it.
        hash ^= hash >> 32;
        let mut letters = (0..8).map(|place| {
            let five_bits = (hash >> (5 * place)) & 31;
            char::from(Self::LETTERS[usize::try_from(five_bits).unwrap_or(0)])
        });
        let mut id: String = letters.by_ref().take(4).collect();
        id.push('-');
        id.extend(letters);
        Self(id.into())
    }

    /// As it stands in a URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatasetId {
    type Err = NotADatasetId;

    fn from_str(text: &str) -> Result<Self, NotADatasetId> {
        let bytes = text.as_bytes();
        let fits = bytes.len() == 9
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 => *byte == b'-',
                _ => byte.is_ascii_alphanumeric(),
            });
        fits.then(|| Self(text.to_ascii_lowercase().into()))
            .ok_or(NotADatasetId)
    }
}

impl fmt::Display for DatasetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the configuration says of an entity as a dataset, in its spelling.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetDeclaration {
    /// The id; `None` for one made from the entity's name.
    pub id: Option<DatasetId>,
    /// Places made up of two columns.
    pub locations: Vec<LocationDeclaration>,
}

/// A place on a map, by the columns that hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationDeclaration {
    /// The field's name.
    pub name: Name,
    /// The column with the degrees north.
    pub latitude: String,
    /// The column with the degrees east.
    pub longitude: String,
}

/// An entity as a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dataset {
    /// The declared id.
    pub id: Option<DatasetId>,
    /// Places made up of two columns.
    pub locations: Vec<Location>,
}

/// A place on a map, bound to a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The field's name, which no column has.
    pub name: Name,
    /// Degrees north.
    pub latitude: ColumnIndex,
    /// Degrees east.
    pub longitude: ColumnIndex,
}

/// Why a declared location cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocationProblem {
    /// The table has no such column.
    NoColumn(String),
    /// Its name is a column's, or another location's.
    Taken(String),
}

impl Dataset {
    /// Whether a place is made up of a column.
    #[must_use]
    pub fn is_of_a_place(&self, column: ColumnIndex) -> bool {
        let made_of = |place: &Location| [place.latitude, place.longitude].contains(&column);
        self.locations.iter().any(made_of)
    }

    /// Whether a place has this name, which no column may have then.
    #[must_use]
    pub fn has_place(&self, name: &Name) -> bool {
        self.locations
            .iter()
            .any(|place| place.name.matches(name.as_str()))
    }

    /// Forgets the places that are made up of one of these columns.
    pub(super) fn hide(&mut self, columns: &[ColumnIndex]) {
        self.locations.retain(|place| {
            !columns.contains(&place.latitude) && !columns.contains(&place.longitude)
        });
    }

    /// Holds a declaration against a table.
    ///
    /// # Errors
    /// Everything that does not hold.
    pub fn bind(
        table: &Table,
        declared: &DatasetDeclaration,
    ) -> Result<Self, Vec<LocationProblem>> {
        let mut problems = Vec::new();
        let mut locations: Vec<Location> = Vec::new();
        for LocationDeclaration {
            name,
            latitude,
            longitude,
        } in &declared.locations
        {
            let taken = table.find(name.as_str()).is_some()
                || locations.iter().any(|l| l.name.matches(name.as_str()));
            if taken {
                problems.push(LocationProblem::Taken(name.as_str().to_owned()));
            }
            let [latitude, longitude] = [latitude, longitude].map(|column| {
                let found = table.find(column);
                if found.is_none() {
                    problems.push(LocationProblem::NoColumn(column.clone()));
                }
                found
            });
            if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
                locations.push(Location {
                    name: name.clone(),
                    latitude,
                    longitude,
                });
            }
        }
        if problems.is_empty() {
            Ok(Self {
                id: declared.id.clone(),
                locations,
            })
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_twice_four_letters_or_digits_in_any_case() {
        let id: DatasetId = "4TKA-6guv".parse().unwrap();
        assert_eq!(id.as_str(), "4tka-6guv");
        for wrong in [
            "",
            "4tka6guv",
            "4tka-6gu",
            "4tka-6guvx",
            "4tk--6guv",
            "4tké-6gu",
        ] {
            assert_eq!(wrong.parse::<DatasetId>(), Err(NotADatasetId), "{wrong}");
        }
    }

    #[test]
    fn a_name_has_one_id_for_good_whatever_its_case() {
        let id = DatasetId::of_name("Earthquakes", 0);
        assert_eq!(id, DatasetId::of_name("eArthquakes", 0));
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        // Callers keep it: this text may never change.
        assert_eq!(id.as_str(), "4r8h-ngq6");
        assert_ne!(id, DatasetId::of_name("Earthquakes", 1));
        assert_ne!(id, DatasetId::of_name("Earthquake", 0));
    }
}
