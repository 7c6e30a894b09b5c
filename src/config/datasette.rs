//! The settings of Datasette's API. What they are used for is that API's business.

use super::{DatabaseUrl, read::size, section::Section};
use crate::wire;

/// How Datasette's API is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datasette {
    /// What stands for the database in a path; `None` for the database's own name.
    pub database: Option<String>,
    /// The most rows that one insert or upsert may send.
    pub max_insert_rows: usize,
    /// The longest body, in bytes.
    pub max_body_bytes: usize,
}

/// What Datasette itself has.
impl Default for Datasette {
    fn default() -> Self {
        Self {
            database: None,
            max_insert_rows: 100,
            max_body_bytes: 2 << 20,
        }
    }
}

impl Datasette {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let default = Self::default();
        let datasette = Self {
            database: section.parsed("database", |text| match text {
                "" => Err("must not be empty; leave it out for the database's own name"),
                text => Ok(text.to_owned()),
            }),
            max_insert_rows: size(&mut section, "max_insert_rows", 1, 100_000)
                .unwrap_or(default.max_insert_rows),
            max_body_bytes: size(&mut section, "max_body_bytes", 1024, 1 << 30)
                .unwrap_or(default.max_body_bytes),
        };
        section.finish();
        datasette
    }

    /// The settings with everything that they leave to the database: the name of the file without its ending, or the
    /// database's on a server (`master` where the address names none).
    #[must_use]
    pub fn bind(self, url: &DatabaseUrl) -> wire::datasette::Settings {
        let own = || match url {
            DatabaseUrl::Sqlite(path) => path.file_stem().map(|stem| stem.to_string_lossy().into()),
            DatabaseUrl::Mssql(address) => address.database().map(str::to_owned),
        };
        let database = self.database.or_else(own);
        wire::datasette::Settings {
            database: database.unwrap_or_else(|| "master".to_owned()),
            max_insert_rows: self.max_insert_rows,
            max_body_bytes: self.max_body_bytes,
        }
    }
}
