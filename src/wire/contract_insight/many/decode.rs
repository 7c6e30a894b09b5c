//! From UpsertMany's bytes to rows that can be read one by one, and what is to be done with them. Lenient in form and
//! strict in meaning, as the other operations are.

use serde_json::{Map, Value};

use super::super::decode::{flag, kind, malformed};
use crate::{
    domain::{
        Entity, Fault, Guard,
        batch::{BatchKey, Keyless},
        fault::shorten,
        json::{repeated, repeated_text},
        name,
    },
    error::Error,
    rows::{
        CsvRows, Dialect, Input, JsonRows, LineRows, Options, ReadError, ReadRows, Spool,
        first_byte, unwrap_rows,
    },
    wire::http::body::Media,
};

/// What stands in the query, or beside the rows of a JSON body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    key: Option<Vec<String>>,
    all_or_none: Option<bool>,
    dry_run: Option<bool>,
}

/// A request with its rows still to be read.
pub(super) struct Sent {
    pub(super) rows: Box<dyn ReadRows>,
    /// The key's columns as they are spelled; `None` for the primary key.
    pub(super) key: Option<Vec<String>>,
    pub(super) all_or_none: bool,
    pub(super) dry_run: bool,
}

/// Reads the query.
pub(super) fn query(query: &str) -> Result<Asked, Error> {
    let mut asked = Asked::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name.eq_ignore_ascii_case("Key") {
            let columns = value.split(',').map(|column| column.trim().to_owned());
            asked.key.get_or_insert_default().extend(columns);
            continue;
        }
        let (known, slot) = if name.eq_ignore_ascii_case("AllOrNone") {
            ("AllOrNone", &mut asked.all_or_none)
        } else if name.eq_ignore_ascii_case("DryRun") {
            ("DryRun", &mut asked.dry_run)
        } else {
            continue;
        };
        let value = flag(known, Some(value.into_owned().into()))?;
        if slot.replace(value).is_some() {
            return Err(malformed(repeated_text(known)));
        }
    }
    Ok(asked)
}

/// Looks at the whole of a body.
pub(super) fn body(media: Media, mut spool: Spool, asked: Asked, most: u64) -> Result<Sent, Error> {
    let options = Options::default();
    let in_object =
        media == Media::Json && first_byte(&mut spool).map_err(ReadError::Io)? != Some(b'[');
    let input: Box<dyn Input> = Box::new(spool);
    if in_object {
        return object(input, asked, most);
    }
    let mut rows: Box<dyn ReadRows> = match media {
        Media::Csv => Box::new(CsvRows::new(input, Dialect::default())?),
        Media::NdJson => Box::new(LineRows::new(input, options)?),
        Media::Json | Media::Form | Media::Any => Box::new(JsonRows::new(input, options)?),
    };
    check_count(rows.count(most)?, most)?;
    Ok(Sent {
        rows,
        key: asked.key,
        all_or_none: asked.all_or_none.unwrap_or(false),
        dry_run: asked.dry_run.unwrap_or(false),
    })
}

fn object(input: Box<dyn Input>, asked: Asked, most: u64) -> Result<Sent, Error> {
    const KEYS: [&str; 4] = ["Key", "AllOrNone", "DryRun", "Rows"];
    let wrapped = unwrap_rows(input, "Rows", Options::default())?;
    let mut others = wrapped.others;
    if let Some(twice) = repeated(&others, &KEYS) {
        return Err(malformed(format!("{}.", repeated_text(twice))));
    }
    let Some(rows) = wrapped.rows else {
        let what = match take(&mut others, "Rows") {
            None => "missing",
            Some(other) => kind(&other),
        };
        return Err(malformed(format!(
            "Rows is {what}; send an array of objects, each with columns and values."
        )));
    };
    check_count(wrapped.count, most)?;
    let key = take(&mut others, "Key").map(columns).transpose()?;
    let mut said = |name: &str, query| {
        let value = take(&mut others, name);
        let body = value.map(|value| flag(name, Some(value))).transpose()?;
        Ok::<_, Error>(once(name, query, body)?.unwrap_or(false))
    };
    Ok(Sent {
        rows: Box::new(rows),
        all_or_none: said("AllOrNone", asked.all_or_none)?,
        dry_run: said("DryRun", asked.dry_run)?,
        key: once("Key", asked.key, key)?,
    })
}

fn check_count(rows: u64, most: u64) -> Result<(), Error> {
    if rows <= most {
        return Ok(());
    }
    let fault = Fault::OutOfRange {
        parameter: "Rows",
        allowed: format!("at most {most} rows in one request"),
        got: "more".to_owned(),
    };
    Err(Error::Invalid(fault.into()))
}

/// A part of the body; `None` when it is missing or null.
fn take(others: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = others.keys().find(|key| key.eq_ignore_ascii_case(name))?;
    let key = key.clone();
    others.remove(&key).filter(|value| !value.is_null())
}

/// What is said in the query, or in the body, but not in both in two ways.
fn once<T: PartialEq>(name: &str, query: Option<T>, body: Option<T>) -> Result<Option<T>, Error> {
    match (query, body) {
        (Some(query), Some(body)) if query != body => Err(malformed(format!(
            "{name} stands in the query and in the body, and differs; send it once."
        ))),
        (query, body) => Ok(body.or(query)),
    }
}

fn columns(key: Value) -> Result<Vec<String>, Error> {
    match key {
        Value::String(column) => Ok(vec![column]),
        Value::Array(columns) => columns.into_iter().map(column).collect(),
        other => Err(not_a_key(&other)),
    }
}

fn column(value: Value) -> Result<String, Error> {
    match value {
        Value::String(column) => Ok(column),
        other => Err(not_a_key(&other)),
    }
}

fn not_a_key(value: &Value) -> Error {
    malformed(format!(
        "Key has {}; send a column's name, or an array of them.",
        kind(value)
    ))
}

/// The key that finds the rows, and what a row without it means: where callers can have no value of their own for it, the
/// row is a new one. Without columns it is the primary key.
///
/// # Errors
/// [`Error::Invalid`] for unknown columns, [`Error::Contract`] where there is no such key, and [`Error::Malformed`].
pub fn key(entity: &Entity, columns: Option<&[String]>) -> Result<(BatchKey, Keyless), Error> {
    let key = match columns {
        None => entity.declared_key().ok_or_else(|| {
            unusable(format!(
                "Entity '{}' has no primary key; name the columns that find a row in Key.",
                entity.name().as_str()
            ))
        })?,
        Some(columns) => named_key(entity, columns)?,
    };
    let made = |index: &_| matches!(entity.guard(*index), Some(Guard::Identity | Guard::Guid));
    let keyless = if key.columns.iter().all(made) {
        Keyless::Insert
    } else {
        Keyless::Refuse
    };
    Ok((key, keyless))
}

fn named_key(entity: &Entity, columns: &[String]) -> Result<BatchKey, Error> {
    let table = entity.table();
    let mut found = Vec::new();
    let mut faults = Vec::new();
    for wrote in columns {
        match table.find(wrote) {
            Some(index) if found.contains(&index) => {
                return Err(malformed(format!("Key: {}.", repeated_text(wrote))));
            }
            Some(index) => found.push(index),
            None => {
                let names = table.indices().map(|i| table.column(i).name.as_str());
                let near = name::nearest(wrote, names).and_then(|near| table.find(near));
                faults.push(Fault::UnknownColumn {
                    wrote: wrote.clone(),
                    entity: entity.name().clone(),
                    suggestion: near.map(|index| table.column(index).name.clone()),
                });
            }
        }
    }
    if let Some(faults) = crate::domain::Faults::new(faults) {
        return Err(Error::Invalid(faults));
    }
    if found.is_empty() {
        return Err(malformed(
            "Key is empty; name a column, or leave it out for the primary key.",
        ));
    }
    entity.key_of(&found).ok_or_else(|| {
        let names: Vec<String> = columns.iter().map(|c| format!("'{}'", shorten(c))).collect();
        unusable(format!(
            "Key ({}) may match several rows: there is no unique index on it. Name a unique key, or have it declared in \
             the entity's external_ids or row_identifier and not_unique.",
            names.join(", ")
        ))
    })
}

fn unusable(message: String) -> Error {
    Error::Contract {
        status: 400,
        code: "key_unusable",
        messages: vec![message],
    }
}
