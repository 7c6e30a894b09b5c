//! The parameters of a read: `$select`, `$where`, `$order`, `$group`, `$limit`, `$offset` and `column=value`. They are
//! read in full before anything is asked of the database; what `SoQL` has and this service has not is refused by name.

use super::{
    encode::{
        refusal,
        rows::{Cell, Output},
    },
    fields::{DataType, Field, Fields, Source},
    moment, row_id, soql,
};
use crate::{
    domain::{
        ColumnIndex, Comparison, Tree,
        fault::shorten,
        predicate::{Condition, RawTest, Rule},
        request::{self, ClauseSource, GetRequest, OrderBy},
        value::Literal,
    },
    error::Error,
};

/// Rows given unless `$limit` says otherwise, and the most that it may say (version 2.0 of the API).
const DEFAULT_LIMIT: u64 = 1000;
/// See [`DEFAULT_LIMIT`].
pub const MOST_ROWS: u32 = 50_000;
/// The most `column=value` of one request.
const MOST_FILTERS: usize = 200;

/// The name of the field that every row has.
pub const ID: &str = ":id";

/// What a read asks for.
#[derive(Debug)]
pub struct ReadRequest {
    /// For the service. Its fields are those that `outputs` is made from, in their order.
    pub get: GetRequest,
    /// What stands in each row of the answer.
    pub outputs: Vec<Output>,
    /// Whether no row at all was asked for (`$limit=0`).
    pub nothing: bool,
}

/// The parameters as they came.
#[derive(Debug, Default)]
struct Parameters {
    select: Option<String>,
    filter: Option<String>,
    order: Option<String>,
    group: Option<String>,
    limit: Option<u64>,
    offset: Option<u64>,
    columns: Vec<(String, String)>,
    system_fields: bool,
}

/// Reads the parameters behind a URL's `?`.
///
/// # Errors
/// A parameter that is not known or cannot be carried out, in words for the caller.
pub fn read(query: &str, fields: &Fields) -> Result<ReadRequest, Error> {
    let parameters = parameters(query)?;
    let mut selection = Selection::new(fields);
    selection.select(parameters.select.as_deref(), parameters.system_fields)?;
    let group = match &parameters.group {
        None => Vec::new(),
        Some(text) => list(text)
            .map(|name| selection.column_named(name))
            .collect::<Result<_, _>>()?,
    };
    let order = match &parameters.order {
        None => Vec::new(),
        Some(text) => selection.order(text)?,
    };
    let limit = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    if limit > u64::from(MOST_ROWS) {
        return Err(refusal::query(&format!(
            "$limit is at most {MOST_ROWS}, not {limit}; read the rest with $offset."
        )));
    }
    Ok(ReadRequest {
        get: GetRequest {
            fields: selection.fields,
            clause: clause(&parameters, fields)?,
            order_by: order,
            group_by: group,
            start: parameters.offset.unwrap_or(0),
            length: Some(limit.max(1)),
            most: Some(MOST_ROWS),
            binary: true,
        },
        outputs: selection.outputs,
        nothing: limit == 0,
    })
}

/// The read of one row by the values of a key.
#[must_use]
pub fn one_row(fields: &Fields, key: &[(ColumnIndex, Literal)]) -> ReadRequest {
    let mut selection = Selection::new(fields);
    selection.add_all();
    let tests = key.iter().map(|(index, value)| {
        let name = fields.column(*index).to_owned();
        equal(name, value.clone())
    });
    ReadRequest {
        get: GetRequest {
            fields: selection.fields,
            clause: Some(ClauseSource::Condition(Tree::All(tests.collect()))),
            length: Some(2),
            binary: true,
            ..GetRequest::default()
        },
        outputs: selection.outputs,
        nothing: false,
    }
}

fn parameters(query: &str) -> Result<Parameters, Error> {
    let mut found = Parameters::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let text = || Some(value.clone().into_owned()).filter(|text| !text.trim().is_empty());
        match name.to_ascii_lowercase().as_str() {
            "$select" => found.select = text(),
            "$where" => found.filter = text(),
            "$order" => found.order = text(),
            "$group" => found.group = text(),
            "$limit" => found.limit = Some(whole("$limit", &value)?),
            "$offset" => found.offset = Some(whole("$offset", &value)?),
            "$$exclude_system_fields" => {
                found.system_fields = value.eq_ignore_ascii_case("false");
            }
            // The others tune Socrata's servers; an app token is among them.
            setting if setting.starts_with("$$") => {}
            "$query" | "$q" | "$having" | "$search" => {
                return Err(refusal::query(&format!(
                    "{} is not supported; use $select, $where, $order, $group, $limit, $offset or column=value.",
                    shorten(&name)
                )));
            }
            other if other.starts_with('$') => {
                return Err(refusal::query(&format!(
                    "There is no parameter '{}'; use $select, $where, $order, $group, $limit, $offset or column=value.",
                    shorten(&name)
                )));
            }
            _ => found.columns.push((name.into_owned(), value.into_owned())),
        }
    }
    if found.columns.len() > MOST_FILTERS {
        return Err(refusal::query(&format!(
            "At most {MOST_FILTERS} columns are compared; write the others into $where."
        )));
    }
    Ok(found)
}

fn whole(name: &str, text: &str) -> Result<u64, Error> {
    text.trim().parse().map_err(|_| {
        refusal::query(&format!(
            "{name} is a whole number from 0 on, not '{}'.",
            shorten(text)
        ))
    })
}

/// What stands between commas.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(|item| unquote(item.trim()))
}

fn unquote(name: &str) -> &str {
    let inner = name.strip_prefix('`').and_then(|n| n.strip_suffix('`'));
    inner.unwrap_or(name)
}

/// `$where` and all `column=value` together.
fn clause(parameters: &Parameters, fields: &Fields) -> Result<Option<ClauseSource>, Error> {
    let mut all = Vec::new();
    if let Some(text) = &parameters.filter {
        all.push(ClauseSource::Text(soql::to_condition(text, fields)?));
    }
    let tests = parameters
        .columns
        .iter()
        .map(|(name, value)| filter(name, value, fields));
    let tests = tests.collect::<Result<Vec<_>, _>>()?;
    if !tests.is_empty() {
        all.push(ClauseSource::Asked(Tree::All(tests)));
    }
    Ok(match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(ClauseSource::All(all)),
    })
}

fn filter(name: &str, value: &str, fields: &Fields) -> Result<Condition, Error> {
    if name.eq_ignore_ascii_case(ID) {
        let key = fields.entity().table().row_key();
        let values = row_id::decode(value, key.len()).ok_or_else(|| {
            refusal::query(&format!("'{}' is no :id of this dataset.", shorten(value)))
        })?;
        let tests = key
            .iter()
            .zip(values)
            .map(|(index, value)| equal(fields.column(*index).to_owned(), value));
        return Ok(Tree::All(tests.collect()));
    }
    let index = column(find(name, fields)?, name)?;
    let ty = &fields.entity().table().column(index).ty;
    let text = match DataType::of(ty) {
        DataType::Floating => moment::to_iso(value).unwrap_or_else(|| value.to_owned()),
        _ => value.to_owned(),
    };
    Ok(equal(fields.column(index).to_owned(), Literal::Text(text)))
}

fn equal(column: String, value: Literal) -> Condition {
    Tree::Leaf(Rule {
        column,
        place: String::new(),
        test: RawTest::Compare(Comparison::Equal, value),
    })
}

fn find<'f>(name: &str, fields: &'f Fields) -> Result<&'f Field, Error> {
    let found = fields.find(name);
    found.ok_or_else(|| refusal::no_column(name, fields))
}

fn column(field: &Field, wrote: &str) -> Result<ColumnIndex, Error> {
    match field.source {
        Source::Column(index) => Ok(index),
        Source::Place { .. } => Err(refusal::query(&format!(
            "'{}' is a location, which cannot be compared or ordered by; use the columns of its latitude and longitude.",
            shorten(wrote)
        ))),
    }
}

/// What a read gives, and the columns that this takes.
struct Selection<'f> {
    from: &'f Fields,
    fields: Vec<request::Field>,
    outputs: Vec<Output>,
}

impl<'f> Selection<'f> {
    fn new(from: &'f Fields) -> Self {
        Self {
            from,
            fields: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn select(&mut self, text: Option<&str>, system_fields: bool) -> Result<(), Error> {
        if system_fields {
            self.add_id(None);
        }
        let Some(text) = text else {
            self.add_shown();
            return Ok(());
        };
        for item in text.split(',') {
            self.add_item(item.trim())?;
        }
        Ok(())
    }

    fn add_item(&mut self, item: &str) -> Result<(), Error> {
        let (name, alias) = split_alias(item);
        let name = unquote(name);
        let compact: String = name.split_whitespace().collect();
        match compact.to_ascii_lowercase().as_str() {
            "" => {
                return Err(refusal::query(
                    "$select has nothing between two commas; name a column, :id or *.",
                ));
            }
            "*" => self.add_shown(),
            ":*" => self.add_id(None),
            ID => self.add_id(alias),
            "count(*)" | "count(1)" => {
                let at = self.take("COUNT(*)");
                self.output(
                    alias.unwrap_or("count"),
                    Cell::Value {
                        at,
                        data_type: DataType::Number,
                    },
                );
            }
            _ if compact.contains('(') => {
                let function = compact.split('(').next().unwrap_or_default();
                return Err(refusal::no_function(function));
            }
            _ => {
                let field = find(name, self.from)?;
                self.add_field(field, alias);
            }
        }
        Ok(())
    }

    /// Everything that is shown, and `:id`.
    fn add_all(&mut self) {
        self.add_id(None);
        self.add_shown();
    }

    fn add_shown(&mut self) {
        for field in self.from.shown() {
            self.add_field(field, None);
        }
    }

    fn add_field(&mut self, field: &Field, alias: Option<&str>) {
        let cell = match field.source {
            Source::Column(index) => Cell::Value {
                at: self.take(self.from.column(index)),
                data_type: self.from.data_type(field),
            },
            Source::Place {
                latitude,
                longitude,
            } => Cell::Place {
                latitude: self.take(self.from.column(latitude)),
                longitude: self.take(self.from.column(longitude)),
            },
        };
        self.output(alias.unwrap_or(&field.name), cell);
    }

    fn add_id(&mut self, alias: Option<&str>) {
        let entity = self.from.entity();
        let key = entity.table().row_key();
        // What callers may not read, they may not read in other letters.
        if !key.iter().all(|index| entity.readable(*index)) {
            return;
        }
        let key = key.iter().map(|index| self.take(self.from.column(*index)));
        let cell = Cell::Id { key: key.collect() };
        self.output(alias.unwrap_or(ID), cell);
    }

    /// The last one of a name counts, at the place of the first.
    fn output(&mut self, key: &str, cell: Cell) {
        let output = Output {
            key: key.to_owned(),
            cell,
        };
        match self.outputs.iter_mut().find(|known| known.key == key) {
            Some(known) => *known = output,
            None => self.outputs.push(output),
        }
    }

    /// Where a column stands among those that are read.
    fn take(&mut self, attribute: &str) -> usize {
        let known = self.fields.iter().position(|f| f.attribute == attribute);
        known.unwrap_or_else(|| {
            self.fields.push(request::Field {
                attribute: attribute.to_owned(),
                // Names that no column has would do; their number is one.
                alias: Some(self.fields.len().to_string()),
            });
            self.fields.len() - 1
        })
    }

    /// The column behind an alias or a field's name.
    fn column_named(&self, name: &str) -> Result<String, Error> {
        let aliased = self.outputs.iter().find(|output| output.key == name);
        if let Some(Output {
            cell: Cell::Value { at, .. },
            ..
        }) = aliased
        {
            return Ok(self.fields[*at].attribute.clone());
        }
        let index = column(find(name, self.from)?, name)?;
        Ok(self.from.column(index).to_owned())
    }

    fn order(&self, text: &str) -> Result<Vec<OrderBy>, Error> {
        let mut order = Vec::new();
        for item in text.split(',') {
            let item = item.trim();
            let (name, descending) = match item.rsplit_once(char::is_whitespace) {
                Some((name, word)) if word.eq_ignore_ascii_case("desc") => (name.trim(), true),
                Some((name, word)) if word.eq_ignore_ascii_case("asc") => (name.trim(), false),
                _ => (item, false),
            };
            let name = unquote(name);
            let compact: String = name.split_whitespace().collect();
            let columns = if name.eq_ignore_ascii_case(ID) {
                let key = self.from.entity().table().row_key();
                key.iter()
                    .map(|index| self.from.column(*index).to_owned())
                    .collect()
            } else if compact.eq_ignore_ascii_case("count(*)") {
                vec!["COUNT(*)".to_owned()]
            } else if compact.contains('(') {
                let function = compact.split('(').next().unwrap_or_default();
                return Err(refusal::no_function(function));
            } else {
                vec![self.column_named(name)?]
            };
            order.extend(
                columns
                    .into_iter()
                    .map(|column| OrderBy { column, descending }),
            );
        }
        Ok(order)
    }
}

/// `name as alias`.
fn split_alias(item: &str) -> (&str, Option<&str>) {
    let words: Vec<&str> = item.split_whitespace().collect();
    match words.as_slice() {
        [.., word, alias] if word.eq_ignore_ascii_case("as") => {
            let name = item[..item.len() - alias.len()].trim_end();
            let name = name[..name.len() - word.len()].trim_end();
            (name, Some(unquote(alias)))
        }
        _ => (item, None),
    }
}
