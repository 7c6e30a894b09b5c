//! Reads what the server says of its tables: one batch, six results, joined here. Names are taken from
//! `INFORMATION_SCHEMA`, which keeps their case everywhere, and matched to `sys.*` without regard to it.

use std::collections::HashMap;

use tiberius::ColumnData;

use super::connection::ResultSet;
use crate::{
    domain::{CodePage, Column, ColumnIndex, Default, Name, SqlType, Table, TableKind, UniqueKey},
    engine::EngineError,
};

/// The batch.
pub(super) const CATALOG: &str = include_str!("../../../sql/mssql/catalog.sql");

/// What one reading came to.
#[derive(Debug)]
pub(super) struct Reading {
    /// The server's own description of itself.
    pub(super) version: String,
    /// The tables and views, those of the login's own schema first.
    pub(super) tables: Vec<Table>,
}

/// Joins the results of [`CATALOG`].
pub(super) fn read(results: Vec<ResultSet>) -> Result<Reading, EngineError> {
    let [database, objects, columns, habits, keys, triggers]: [ResultSet; 6] =
        results.try_into().map_err(|results: Vec<_>| {
            unexpected(&format!("{} results instead of 6", results.len()))
        })?;
    let database = Cells::all(database).next();
    let (version, code_page) = match database {
        Some(mut row) => {
            let version = row.text()?;
            (version.unwrap_or_default(), row.number()?)
        }
        None => return Err(unexpected("no row about the database")),
    };
    let code_page = code_page.and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
    let mut declared = read_columns(columns)?;
    let habits = read_habits(habits, code_page)?;
    let mut keys = read_keys(keys)?;
    let triggered = Cells::all(triggers)
        .map(|mut row| Ok((row.number()?, row.flag()?)))
        .collect::<Result<HashMap<_, _>, EngineError>>()?;
    let mut tables = Vec::new();
    for mut row in Cells::all(objects) {
        let (id, schema, name, read_only) = (row.number()?, row.text()?, row.text()?, row.flag()?);
        let (Some(id), Some(schema), Some(name)) = (id, schema, name) else {
            continue;
        };
        let Some(found) = declared.take(&schema, &name) else {
            continue;
        };
        let table = Described {
            id,
            found,
            // A trigger instead of the statement may do anything, and the server reports that it was done.
            read_only: read_only || triggered.get(&Some(id)) == Some(&true),
            triggered: triggered.contains_key(&Some(id)),
            keys: keys.remove(&id).unwrap_or_default(),
        };
        tables.extend(table.build(&habits));
    }
    Ok(Reading { version, tables })
}

/// A table as `INFORMATION_SCHEMA` has it.
struct Found {
    schema: String,
    name: String,
    columns: Vec<(String, SqlType, bool)>,
}

/// Tables by schema and name.
struct Declared {
    tables: Vec<Option<Found>>,
    exact: HashMap<(String, String), usize>,
    folded: HashMap<(String, String), usize>,
}

impl Declared {
    fn take(&mut self, schema: &str, name: &str) -> Option<Found> {
        let exact = (schema.to_owned(), name.to_owned());
        let folded = (schema.to_lowercase(), name.to_lowercase());
        let at = self
            .exact
            .get(&exact)
            .or_else(|| self.folded.get(&folded))?;
        self.tables.get_mut(*at)?.take()
    }
}

fn read_columns(rows: ResultSet) -> Result<Declared, EngineError> {
    let mut declared = Declared {
        tables: Vec::new(),
        exact: HashMap::new(),
        folded: HashMap::new(),
    };
    for mut row in Cells::all(rows) {
        let (schema, table, column, ty) = (row.text()?, row.text()?, row.text()?, row.text()?);
        let (Some(schema), Some(table), Some(column), Some(ty)) = (schema, table, column, ty)
        else {
            continue;
        };
        let measures = Measures {
            length: row.number()?,
            precision: row.number()?,
            scale: row.number()?,
            fraction: row.number()?,
        };
        let nullable = row.text()?.is_none_or(|word| word != "NO");
        let key = (schema.clone(), table.clone());
        let at = *declared.exact.entry(key).or_insert_with(|| {
            let folded = (schema.to_lowercase(), table.to_lowercase());
            declared.folded.insert(folded, declared.tables.len());
            declared.tables.push(Some(Found {
                schema,
                name: table,
                columns: Vec::new(),
            }));
            declared.tables.len() - 1
        });
        if let Some(Some(found)) = declared.tables.get_mut(at) {
            found
                .columns
                .push((column, measures.declare(&ty), nullable));
        }
    }
    Ok(declared)
}

/// The numbers of a declaration.
struct Measures {
    length: Option<i64>,
    precision: Option<i64>,
    scale: Option<i64>,
    fraction: Option<i64>,
}

impl Measures {
    fn declare(&self, name: &str) -> SqlType {
        let text = match (name, self.length, self.precision) {
            ("char" | "nchar" | "varchar" | "nvarchar" | "binary" | "varbinary", Some(-1), _) => {
                format!("{name}(max)")
            }
            ("char" | "nchar" | "varchar" | "nvarchar" | "binary" | "varbinary", Some(n), _) => {
                format!("{name}({n})")
            }
            ("decimal" | "numeric", _, Some(precision)) => {
                format!("{name}({precision},{})", self.scale.unwrap_or(0))
            }
            // An expression that Babelfish gives no precision.
            ("decimal" | "numeric", ..) => "decimal(38,10)".to_owned(),
            ("float", _, Some(precision)) => format!("float({precision})"),
            ("time" | "datetime2" | "datetimeoffset", ..) => {
                format!("{name}({})", self.fraction.unwrap_or(7))
            }
            _ => name.to_owned(),
        };
        SqlType::parse(&text).unwrap_or_else(|| SqlType::Other(name.to_owned()))
    }
}

/// What `sys.columns` says of a column.
#[derive(Clone, Copy)]
struct Habit {
    default: Default,
    foreign: bool,
    code_page: Option<CodePage>,
}

type Habits = HashMap<i64, Vec<(String, Habit)>>;

fn read_habits(rows: ResultSet, database: u16) -> Result<Habits, EngineError> {
    let mut habits = Habits::new();
    for mut row in Cells::all(rows) {
        let (Some(id), Some(name)) = (row.number()?, row.text()?) else {
            continue;
        };
        let (identity, computed, default) = (row.flag()?, row.flag()?, row.flag()?);
        let foreign = row.flag()?;
        let code_page = row.number()?.and_then(|n| u16::try_from(n).ok());
        let habit = Habit {
            default: match (computed, identity, default) {
                (true, ..) => Default::Computed,
                (_, true, _) => Default::Identity,
                (_, _, true) => Default::Declared,
                _ => Default::None,
            },
            foreign,
            code_page: code_page.map(|number| CodePage::new(number, database)),
        };
        habits.entry(id).or_default().push((name, habit));
    }
    Ok(habits)
}

/// One unique index, its columns by name.
struct Key {
    index: i64,
    name: Option<String>,
    primary: bool,
    filter: Option<String>,
    columns: Vec<String>,
}

impl Key {
    /// Whether there are rows that it is not unique among. A filter that only keeps out NULLs of its own
    /// columns leaves none, as far as NULL is no value.
    fn is_partial(&self) -> bool {
        let Some(filter) = &self.filter else {
            return false;
        };
        let own = |term: &str| {
            let term = term.trim_matches(['(', ')', ' ']);
            term.strip_suffix(" IS NOT NULL")
                .and_then(|name| name.strip_prefix('[')?.strip_suffix(']'))
                .is_some_and(|name| self.columns.iter().any(|column| column == name))
        };
        !filter.split(" AND ").all(own)
    }
}

fn read_keys(rows: ResultSet) -> Result<HashMap<i64, Vec<Key>>, EngineError> {
    let mut keys: HashMap<i64, Vec<Key>> = HashMap::new();
    for mut row in Cells::all(rows) {
        let (Some(id), Some(index)) = (row.number()?, row.number()?) else {
            continue;
        };
        let (name, primary, filter) = (row.text()?, row.flag()?, row.text()?);
        let Some(column) = row.text()? else { continue };
        let of_table = keys.entry(id).or_default();
        match of_table.last_mut().filter(|key| key.index == index) {
            Some(key) => key.columns.push(column),
            None => of_table.push(Key {
                index,
                name,
                primary,
                filter,
                columns: vec![column],
            }),
        }
    }
    Ok(keys)
}

/// Everything known of one table, before it is one.
struct Described {
    id: i64,
    found: Found,
    read_only: bool,
    triggered: bool,
    keys: Vec<Key>,
}

impl Described {
    /// `None` for what cannot be served: no column, or a name that cannot be one.
    fn build(self, habits: &Habits) -> Option<Table> {
        let own = habits.get(&self.id).map_or(&[][..], Vec::as_slice);
        let columns = self
            .found
            .columns
            .into_iter()
            .filter_map(|(name, ty, nullable)| {
                let habit = own.iter().find(|(known, _)| *known == name).or_else(|| {
                    let folded = name.to_lowercase();
                    own.iter().find(|(known, _)| known.to_lowercase() == folded)
                });
                let habit = habit.map(|(_, habit)| *habit);
                Some(column(Name::parse(name).ok()?, ty, nullable, habit))
            });
        let mut table = Table {
            schema: Some(Name::parse(self.found.schema).ok()?),
            name: Name::parse(self.found.name).ok()?,
            kind: if self.read_only {
                TableKind::View
            } else {
                TableKind::Table
            },
            columns: columns.collect(),
            primary_key: Vec::new(),
            primary_key_name: None,
            unique_keys: Vec::new(),
            has_triggers: self.triggered,
            row_number: None,
            hidden: Vec::new(),
        };
        for key in self.keys {
            let positions = key.columns.iter().map(|name| table.find(name));
            let Some(positions) = positions.collect::<Option<Vec<ColumnIndex>>>() else {
                continue;
            };
            if key.primary {
                table.primary_key = positions;
                table.primary_key_name = key.name.and_then(|name| Name::parse(name).ok());
            } else {
                table.unique_keys.push(UniqueKey {
                    filtered: key.is_partial(),
                    name: key.name.and_then(|name| Name::parse(name).ok()),
                    columns: positions,
                });
            }
        }
        (!table.columns.is_empty()).then_some(table)
    }
}

fn column(name: Name, ty: SqlType, nullable: bool, habit: Option<Habit>) -> Column {
    let default = match habit.map(|habit| habit.default) {
        // The server stamps it, without a default that could be seen.
        Some(Default::None) | None if ty == SqlType::RowVersion => Default::Declared,
        Some(default) => default,
        None => Default::None,
    };
    let encoded = matches!(ty, SqlType::Char(_) | SqlType::VarChar(_) | SqlType::Text);
    Column {
        name,
        nullable,
        default,
        foreign_key: habit.is_some_and(|habit| habit.foreign),
        code_page: habit.and_then(|habit| habit.code_page).filter(|_| encoded),
        // DEFAULT stands for it.
        default_expression: None,
        ty,
    }
}

/// The cells of a row, first one first.
struct Cells(std::vec::IntoIter<ColumnData<'static>>);

impl Cells {
    fn all(rows: ResultSet) -> impl Iterator<Item = Self> {
        rows.into_iter().map(|row| Self(row.into_iter()))
    }

    fn text(&mut self) -> Result<Option<String>, EngineError> {
        match self.0.next() {
            Some(ColumnData::String(text)) => Ok(text.map(std::borrow::Cow::into_owned)),
            other => Err(unexpected(&format!("{other:?} instead of a text"))),
        }
    }

    fn number(&mut self) -> Result<Option<i64>, EngineError> {
        match self.0.next() {
            Some(ColumnData::U8(number)) => Ok(number.map(i64::from)),
            Some(ColumnData::I16(number)) => Ok(number.map(i64::from)),
            Some(ColumnData::I32(number)) => Ok(number.map(i64::from)),
            Some(ColumnData::I64(number)) => Ok(number),
            other => Err(unexpected(&format!("{other:?} instead of a number"))),
        }
    }

    fn flag(&mut self) -> Result<bool, EngineError> {
        Ok(self.number()? == Some(1))
    }
}

fn unexpected(what: &str) -> EngineError {
    EngineError::Unexpected {
        detail: format!("the server's catalog has {what}"),
    }
}
