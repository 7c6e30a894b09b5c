//! What a body of `/-/create` asks for, with the checks and words of Datasette's model (`CreateTableRequest`), in their
//! order. The database, the catalog and the caller's rights are not looked into here.

use serde_json::{Map, Value as Json};

use super::{
    super::{decode::SentRow, python_json::is_truthy},
    column::{SentDefault, check_default, read_default, type_of},
    fields::{Fields, Wrong, shown},
};
use crate::domain::{
    SqlType,
    schema::{ColumnSpec, ReferenceSpec},
};

/// What `/-/create` asks for.
#[derive(Debug)]
pub(super) struct SentTable {
    pub(super) table: String,
    pub(super) content: Content,
    pub(super) key: Vec<String>,
    pub(super) ignore: bool,
    pub(super) replace: bool,
    pub(super) alter: bool,
}

/// What a table is made of.
#[derive(Debug)]
pub(super) enum Content {
    /// These columns.
    Columns(Vec<ColumnSpec>),
    /// Rows that go into it.
    Rows(Vec<SentRow>),
}

impl SentTable {
    /// Takes the body apart.
    ///
    /// # Errors
    /// Everything that the model finds wrong.
    pub(super) fn decode(body: &Map<String, Json>) -> Result<Self, Vec<String>> {
        let mut fields = Fields::new(body, "");
        let table = fields.any("table");
        let rows = fields.any("rows");
        let row = fields.any("row");
        let columns = read_columns(&mut fields);
        let pk = fields.any("pk");
        let pks = fields.any("pks");
        let ignore = fields.flag("ignore", true);
        let replace = fields.flag("replace", true);
        let alter = fields.flag("alter", true);
        let mut unknown = fields.unknown();
        if !unknown.is_empty() {
            unknown.sort_unstable();
            return Err(vec![format!("Invalid keys: {}", unknown.join(", "))]);
        }
        let wrong = fields.finish_open();
        if !wrong.is_empty() {
            return Err(wrong.iter().map(Wrong::text).collect());
        }
        let parts = Parts {
            table,
            rows,
            row,
            columns,
            pk,
            pks,
            modes: [ignore, replace].map(Option::unwrap_or_default),
            mode_sent: body.contains_key("ignore") || body.contains_key("replace"),
        };
        let (table, content, key) = parts.check().map_err(|wrong| vec![wrong])?;
        Ok(Self {
            table,
            content,
            key,
            ignore: ignore.unwrap_or_default(),
            replace: replace.unwrap_or_default(),
            alter: alter.unwrap_or_default(),
        })
    }
}

/// The fields, each right by itself.
struct Parts<'a> {
    table: Option<&'a Json>,
    rows: Option<&'a Json>,
    row: Option<&'a Json>,
    columns: Option<Vec<SentColumn<'a>>>,
    pk: Option<&'a Json>,
    pks: Option<&'a Json>,
    /// ignore and replace.
    modes: [bool; 2],
    mode_sent: bool,
}

impl Parts<'_> {
    fn check(self) -> Result<(String, Content, Vec<String>), String> {
        if !is_truthy(self.table) {
            return Err("Table is required".to_owned());
        }
        let table = self
            .table
            .and_then(Json::as_str)
            .filter(|name| is_table_name(name));
        let table = table.ok_or("Invalid table name")?.to_owned();
        let (rows, row) = (is_truthy(self.rows), is_truthy(self.row));
        let columns = self.columns.unwrap_or_default();
        if columns.is_empty() && !rows && !row {
            return Err("columns, rows or row is required".to_owned());
        }
        if rows && row {
            return Err("Cannot specify both rows and row".to_owned());
        }
        if !columns.is_empty() && (rows || row) {
            return Err("Cannot specify columns with rows or row".to_owned());
        }
        check_repeated(&columns)?;
        let sent = read_rows(self.rows.filter(|rows| !rows.is_null()))?;
        let key = read_key(self.pk, self.pks)?;
        let [ignore, replace] = self.modes;
        if ignore && replace {
            return Err("ignore and replace are mutually exclusive".to_owned());
        }
        if self.mode_sent && !rows && !row {
            return Err("ignore and replace require row or rows".to_owned());
        }
        if self.mode_sent && key.is_empty() {
            return Err("ignore and replace require pk or pks".to_owned());
        }
        let content = match self.row.filter(|_| row) {
            Some(Json::Object(row)) => Content::Rows(vec![row.clone()]),
            Some(_) => return Err("row must be an object".to_owned()),
            None if rows => Content::Rows(sent),
            None => {
                let specs = columns.iter().map(SentColumn::spec);
                Content::Columns(specs.collect::<Result<_, String>>()?)
            }
        };
        Ok((table, content, key))
    }
}

/// Whether a table can be called so (`TABLE_NAME_RE`).
pub(super) fn is_table_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with("sqlite_") && !name.contains('\n')
}

fn check_repeated(columns: &[SentColumn<'_>]) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    let mut repeated: Vec<&str> = Vec::new();
    for column in columns {
        if seen.contains(&column.name) && !repeated.contains(&column.name) {
            repeated.push(column.name);
        }
        seen.push(column.name);
    }
    if repeated.is_empty() {
        return Ok(());
    }
    Err(format!("Duplicate column name: {}", repeated.join(", ")))
}

fn read_rows(rows: Option<&Json>) -> Result<Vec<SentRow>, String> {
    let items = match rows {
        None => return Ok(Vec::new()),
        Some(Json::Array(items)) => items,
        Some(_) => return Err("rows must be a list".to_owned()),
    };
    let rows = items.iter().map(|item| item.as_object().cloned());
    let rows: Option<Vec<SentRow>> = rows.collect();
    rows.ok_or_else(|| "rows must be a list of objects".to_owned())
}

fn read_key(pk: Option<&Json>, pks: Option<&Json>) -> Result<Vec<String>, String> {
    let single = match pk {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) => Some(name).filter(|name| !name.is_empty()),
        Some(_) => return Err("pk must be a string".to_owned()),
    };
    if single.is_some() && is_truthy(pks) {
        return Err("Cannot specify both pk and pks".to_owned());
    }
    let several = match pks {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => {
            let names = items.iter().map(|item| item.as_str().map(str::to_owned));
            let names: Option<Vec<String>> = names.collect();
            names.ok_or("pks must be a list of strings")?
        }
        Some(_) => return Err("pks must be a list".to_owned()),
    };
    Ok(match single {
        Some(name) => vec![name.clone()],
        None => several,
    })
}

/// A column as it was sent, right by itself.
struct SentColumn<'a> {
    name: &'a str,
    ty: SqlType,
    not_null: bool,
    default: SentDefault<'a>,
    fk_table: Option<&'a str>,
    fk_column: Option<&'a str>,
}

impl SentColumn<'_> {
    fn spec(&self) -> Result<ColumnSpec, String> {
        Ok(ColumnSpec {
            name: self.name.to_owned(),
            ty: self.ty.clone(),
            nullable: !self.not_null,
            default: self.default.spec()?,
            references: self
                .fk_table
                .filter(|table| !table.is_empty())
                .map(|table| ReferenceSpec {
                    table: table.to_owned(),
                    column: self
                        .fk_column
                        .filter(|column| !column.is_empty())
                        .map(str::to_owned),
                }),
        })
    }
}

/// `None` where none were sent, or some of them are wrong.
fn read_columns<'a>(fields: &mut Fields<'a>) -> Option<Vec<SentColumn<'a>>> {
    let items = match fields.any("columns")? {
        Json::Null => return None,
        Json::Array(items) => items,
        _ => {
            fields.refuse(Wrong::bare("columns must be a list"));
            return None;
        }
    };
    let objects: Option<Vec<&Map<String, Json>>> = items.iter().map(Json::as_object).collect();
    let Some(objects) = objects else {
        fields.refuse(Wrong::bare("columns must be a list of objects"));
        return None;
    };
    let mut columns = Vec::new();
    for (at, object) in objects.into_iter().enumerate() {
        match read_column(object, &format!("columns.{at}")) {
            Ok(column) => columns.push(column),
            Err(wrong) => wrong.into_iter().for_each(|wrong| fields.refuse(wrong)),
        }
    }
    Some(columns)
}

fn read_column<'a>(
    object: &'a Map<String, Json>,
    place: &str,
) -> Result<SentColumn<'a>, Vec<Wrong>> {
    let mut fields = Fields::new(object, place);
    let default = read_default(&mut fields);
    let name = fields.any("name");
    let ty = fields.any("type");
    let fk_table = fields.optional_text("fk_table");
    let fk_column = fields.optional_text("fk_column");
    let not_null = fields.flag("not_null", false);
    if fields.is_wrong() {
        return Err(fields.finish());
    }
    if let Some(wrong) = check_default(&fields, place) {
        return Err(vec![wrong]);
    }
    let name = name.and_then(Json::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| vec![Wrong::bare("Column name is required")])?;
    let ty = match ty.filter(|ty| is_truthy(Some(ty))) {
        None => type_of("text"),
        Some(word) => word.as_str().and_then(type_of),
    };
    let ty = ty.ok_or_else(|| {
        let word = object.get("type").map(shown).unwrap_or_default();
        vec![Wrong::bare(format!("Unsupported column type: {word}"))]
    })?;
    let given = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    if given(fk_column) && !given(fk_table) {
        return Err(vec![Wrong::at(place, "fk_column requires fk_table")]);
    }
    Ok(SentColumn {
        name,
        ty,
        not_null: not_null.unwrap_or_default(),
        default,
        fk_table,
        fk_column,
    })
}
