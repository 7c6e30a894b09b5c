//! The parameters of the journal's API. One that is not known is refused: a filter that does not filter would show more
//! than was asked for.

use jiff::civil::DateTime;
use url::form_urlencoded;
use uuid::Uuid;

use crate::{
    domain::{
        Api,
        fault::shorten,
        iso::{self, Moment},
        journal::LogFilter,
    },
    error::Error,
};

/// Entries or rows that are told at most.
const MOST: u32 = 1000;
/// Entries or rows that are told where nothing is said of it.
const USUAL: u32 = 100;

/// What narrows a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) filter: LogFilter,
    /// Whether requests that failed are asked for.
    pub(super) errors: bool,
    pub(super) limit: u32,
    /// The write after which the page begins.
    pub(super) after: Option<(Uuid, u32)>,
}

/// Which rows of a request are asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) start: u32,
    pub(super) limit: u32,
}

/// Reads the parameters of a list.
pub(super) fn list(query: Option<&str>) -> Result<List, Error> {
    let mut list = List {
        filter: LogFilter::default(),
        errors: false,
        limit: USUAL,
        after: None,
    };
    for (name, value) in pairs(query) {
        let text = || Some(value.clone());
        match name.as_str() {
            "from" => list.filter.from = Some(moment(&name, &value)?),
            "to" => list.filter.until = Some(moment(&name, &value)?),
            "client" => list.filter.client = text(),
            "api" => list.filter.api = Some(api(&value)?),
            "entity" => list.filter.entity = text(),
            "operation" => list.filter.operation = text(),
            "errors" => list.errors = flag(&name, &value)?,
            "limit" => list.limit = number(&name, &value, 1, MOST)?,
            "after" => list.after = Some(place(&value)?),
            _ => {
                return Err(unknown(
                    &name,
                    "from, to, client, api, entity, operation, errors, limit, after",
                ));
            }
        }
    }
    Ok(list)
}

/// Reads the parameters of one request.
pub(super) fn rows(query: Option<&str>) -> Result<Rows, Error> {
    let mut rows = Rows {
        start: 0,
        limit: USUAL,
    };
    for (name, value) in pairs(query) {
        match name.as_str() {
            "start" => rows.start = number(&name, &value, 0, u32::MAX)?,
            "limit" => rows.limit = number(&name, &value, 0, MOST)?,
            _ => return Err(unknown(&name, "start, limit")),
        }
    }
    Ok(rows)
}

/// Reads whether an undoing is only to be tried.
pub(super) fn dry_run(query: Option<&str>) -> Result<bool, Error> {
    let mut dry_run = false;
    for (name, value) in pairs(query) {
        match name.as_str() {
            "dry_run" => dry_run = flag(&name, &value)?,
            _ => return Err(unknown(&name, "dry_run")),
        }
    }
    Ok(dry_run)
}

fn pairs(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn malformed(message: String) -> Error {
    Error::Malformed { message }
}

fn unknown(name: &str, known: &str) -> Error {
    malformed(format!(
        "'{}' is no parameter here; those there are: {known}.",
        shorten(name)
    ))
}

fn flag(name: &str, value: &str) -> Result<bool, Error> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(malformed(format!("'{name}' is true or false."))),
    }
}

fn number(name: &str, value: &str, least: u32, most: u32) -> Result<u32, Error> {
    let number = value.parse().ok().filter(|n| (least..=most).contains(n));
    number.ok_or_else(|| {
        malformed(format!(
            "'{name}' is a whole number from {least} to {most}."
        ))
    })
}

fn api(value: &str) -> Result<String, Error> {
    let mut words = Api::WORDS.iter().map(|(_, word)| *word);
    if words.any(|word| word == value) {
        return Ok(value.to_owned());
    }
    let words = Api::WORDS.map(|(_, word)| word).join(", ");
    Err(malformed(format!("'api' is one of {words}.")))
}

fn place(value: &str) -> Result<(Uuid, u32), Error> {
    let (id, step) = value.split_once('.').unwrap_or((value, "0"));
    let id = Uuid::parse_str(id).ok();
    let step = step.parse().ok();
    id.zip(step).ok_or_else(|| {
        malformed("'after' is what 'next' of the page before says, or a LogId.".to_owned())
    })
}

/// A moment in UTC.
fn moment(name: &str, value: &str) -> Result<DateTime, Error> {
    // A plus stands for a blank in a query.
    let read = iso::parse(value).or_else(|| iso::parse(&value.replace(' ', "+")));
    let found = match read {
        Some(Moment::Date(date)) => Some(date.into()),
        Some(Moment::Local(local)) => Some(local),
        Some(Moment::Offset {
            local,
            offset_minutes,
        }) => local
            .checked_sub(jiff::SignedDuration::from_mins(offset_minutes.into()))
            .ok(),
        Some(Moment::Time(_)) | None => None,
    };
    found.ok_or_else(|| {
        malformed(format!(
            "'{name}' is a moment like 2026-01-31T10:00:00Z, or a day."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_narrows_a_list_is_read() {
        let id = Uuid::now_v7();
        let query = format!(
            "from=2026-01-31T10:00:00%2B01:00&to=2026-02-01&client=erp&api=socrata&entity=t&operation=upsert\
             &errors=true&limit=7&after={id}.3"
        );
        let list = list(Some(&query)).unwrap();
        let at = |text: &str| text.parse::<DateTime>().unwrap();
        assert_eq!(list.filter.from, Some(at("2026-01-31T09:00:00")));
        assert_eq!(list.filter.until, Some(at("2026-02-01T00:00:00")));
        assert_eq!(list.filter.client.as_deref(), Some("erp"));
        assert_eq!(list.filter.operation.as_deref(), Some("upsert"));
        assert!(list.errors);
        assert_eq!((list.limit, list.after), (7, Some((id, 3))));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for query in [
            "form=2026",
            "limit=0",
            "limit=1001",
            "api=ours",
            "after=1",
            "from=12:00",
            "errors=maybe",
        ] {
            assert!(list(Some(query)).is_err(), "{query}");
        }
        assert!(rows(Some("limit=0")).is_ok());
        assert!(dry_run(Some("dryrun=true")).is_err());
    }
}
