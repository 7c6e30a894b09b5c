//! What the query string of a table's page asks for, besides the page itself. Parameters that begin with an underscore
//! are Datasette's; the others filter. What would change which rows are meant, and is not known here, is refused.

use std::borrow::Cow;

use url::form_urlencoded;

use super::{access::refuse, body::malformed, decode::column, filter, key};
use crate::{
    domain::{Entity, Tree, fault::shorten, predicate::Condition},
    error::Error,
};

/// The rows of a page, where nothing else is said (`default_page_size`).
const USUAL: u32 = 100;
/// The most rows of a page (`max_returned_rows`).
pub(super) const MOST: u32 = 1000;
/// The most filters of a request.
const MOST_FILTERS: usize = 100;

/// How the rows are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{"ok", "next", "rows": [objects]}`.
    Objects,
    /// The same with rows as arrays.
    Arrays,
    /// An array of objects.
    Array,
    /// An array of each row's first value.
    ArrayFirst,
    /// An object of rows by their keys.
    Object,
}

/// What a page's request asks for.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) shape: Shape,
    /// One JSON object a line, where the shape is an array.
    pub(super) lines: bool,
    /// From 0.
    pub(super) size: u32,
    /// The page's mark.
    pub(super) next: Option<String>,
    /// What to sort by, and whether largest first.
    pub(super) sort: Option<(String, bool)>,
    /// The columns to return, in the table's order.
    pub(super) columns: Option<Vec<String>>,
    pub(super) filters: Option<Condition>,
    /// Parts of the answer that are asked for by name.
    pub(super) extras: Vec<String>,
}

/// The parameters, decoded.
pub(super) fn pairs(query: Option<&str>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect()
}

/// The shape that is asked for.
///
/// # Errors
/// It is not known.
pub(super) fn shape(pairs: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<Shape, Error> {
    let asked = pairs.iter().find(|(key, _)| key == "_shape");
    match asked.map(|(_, value)| value.as_ref()) {
        None | Some("objects") => Ok(Shape::Objects),
        Some("arrays") => Ok(Shape::Arrays),
        Some("array") => Ok(Shape::Array),
        Some("arrayfirst") => Ok(Shape::ArrayFirst),
        Some("object") => Ok(Shape::Object),
        Some(other) => Err(malformed(format!("Invalid _shape: {}", shorten(other)))),
    }
}

impl Query {
    /// Reads a query string.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub(super) fn decode(entity: &Entity, query: Option<&str>) -> Result<Self, Error> {
        let pairs = pairs(query);
        let last = |name: &str| {
            pairs
                .iter()
                .rfind(|(key, _)| key == name)
                .map(|(_, value)| value.as_ref())
        };
        for (parameter, status, text) in UNSERVED {
            if pairs
                .iter()
                .any(|(key, _)| key == parameter || key.starts_with(&format!("{parameter}_")))
            {
                return Err(refuse(*status, "invalid_request", *text));
            }
        }
        let filters = pairs
            .iter()
            .filter(|(key, _)| !key.starts_with('_') || key.contains("__"));
        let filters: Vec<_> = filters.collect();
        if filters.len() > MOST_FILTERS {
            return Err(malformed(format!(
                "At most {MOST_FILTERS} filters are taken"
            )));
        }
        let filters = filters
            .iter()
            .map(|(key, value)| filter::condition(entity, key, value));
        let filters: Vec<Condition> = filters.collect::<Result<_, Error>>()?;
        Ok(Self {
            shape: shape(&pairs)?,
            lines: last("_nl").is_some_and(|value| !value.is_empty()),
            size: size(last("_size"))?,
            next: last("_next")
                .filter(|mark| !mark.is_empty())
                .map(str::to_owned),
            sort: sort(entity, last("_sort"), last("_sort_desc"))?,
            columns: columns(entity, &pairs)?,
            filters: (!filters.is_empty()).then_some(Tree::All(filters)),
            extras: pairs
                .iter()
                .filter(|(key, _)| key == "_extra")
                .flat_map(|(_, value)| value.split(',').map(|name| name.trim().to_owned()))
                .collect(),
        })
    }
}

/// Parameters that mean other rows than would be returned without them.
const UNSERVED: &[(&str, u16, &str)] = &[
    ("_where", 403, "_where= is not allowed"),
    ("_search", 400, "_search is not supported"),
    ("_through", 400, "_through is not supported"),
];

fn size(asked: Option<&str>) -> Result<u32, Error> {
    match asked {
        None | Some("") => Ok(USUAL),
        Some("max") => Ok(MOST),
        Some(text) => {
            let size: u32 = text
                .parse()
                .map_err(|_| malformed("_size must be a positive integer"))?;
            if size > MOST {
                return Err(malformed(format!("_size must be <= {MOST}")));
            }
            Ok(size)
        }
    }
}

fn sort(
    entity: &Entity,
    ascending: Option<&str>,
    descending: Option<&str>,
) -> Result<Option<(String, bool)>, Error> {
    let sort = match (ascending, descending) {
        (Some(_), Some(_)) => {
            return Err(malformed(
                "Cannot use _sort and _sort_desc at the same time",
            ));
        }
        (None, None) => return Ok(None),
        (Some(name), None) => (name.to_owned(), false),
        (None, Some(name)) => (name.to_owned(), true),
    };
    if column(entity, &sort.0).is_none() {
        return Err(malformed(format!(
            "Cannot sort table by {}",
            shorten(&sort.0)
        )));
    }
    Ok(Some(sort))
}

/// The columns that `_col` asks for, besides the key's, or all but those of `_nocol`.
fn columns(
    entity: &Entity,
    pairs: &[(Cow<'_, str>, Cow<'_, str>)],
) -> Result<Option<Vec<String>>, Error> {
    let named = |parameter: &str| -> Vec<&str> {
        let values = pairs.iter().filter(|(key, _)| key == parameter);
        values.map(|(_, value)| value.as_ref()).collect()
    };
    let (wanted, unwanted) = (named("_col"), named("_nocol"));
    if wanted.is_empty() && unwanted.is_empty() {
        return Ok(None);
    }
    let key = key::columns(entity);
    let key = key::names(entity, &key);
    let unknown = |name: &&str| column(entity, name).is_none();
    let invalid = |parameter: &str, wrong: Vec<&str>| {
        let wrong: Vec<String> = wrong.into_iter().map(shorten).collect();
        malformed(format!(
            "{parameter}={} - invalid columns",
            wrong.join(", ")
        ))
    };
    let wrong: Vec<&str> = wanted.iter().copied().filter(unknown).collect();
    if !wrong.is_empty() {
        return Err(invalid("_col", wrong));
    }
    let wrong: Vec<&str> = unwanted
        .iter()
        .copied()
        .filter(|name| unknown(name) || key.contains(name))
        .collect();
    if !wrong.is_empty() {
        return Err(invalid("_nocol", wrong));
    }
    let table = entity.table();
    let all = table.row_number().into_iter().chain(table.indices());
    let all = all
        .filter(|index| entity.readable(*index))
        .map(|index| table.column(index).name.as_str());
    let shown = all.filter(|name| {
        let asked = wanted.is_empty() || wanted.contains(name) || key.contains(name);
        asked && !unwanted.contains(name)
    });
    Ok(Some(shown.map(str::to_owned).collect()))
}
