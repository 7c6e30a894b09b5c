//! One row: by what it is named, what it asks for, and its values in the table's columns.

use std::{collections::HashMap, sync::Arc};

use super::{
    layout::{Layout, Step},
    named::{Named, RowNumber},
};
use crate::{
    domain::{
        Action, ColumnIndex, Guard, Literal,
        batch::{BatchKey, BatchRow, RowAction},
        fault::shorten,
    },
    error::Error,
    rows::{Cell, RawRow},
    wire::socrata::{
        encode::refusal,
        fields::{DataType, Fields},
        moment, place, row_id,
    },
};

/// What the rows of a request are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// Each for itself, beside those that are there. `merge`: what a row leaves out stays.
    Upsert {
        /// Otherwise it gets its default or NULL.
        merge: bool,
    },
    /// In the place of all that are there.
    Replace,
}

/// Turns rows into those of a batch.
#[derive(Debug, Clone)]
pub struct Turn {
    fields: Fields,
    identifier: Option<BatchKey>,
    own_key: Vec<ColumnIndex>,
    writing: Writing,
    headings: bool,
    layout: Option<Arc<Layout>>,
    /// Lists of column names, so that rows with the same columns share one.
    lists: HashMap<Vec<ColumnIndex>, Arc<[String]>>,
}

/// A row of a batch, and by what it is named.
#[derive(Debug, Clone, PartialEq)]
pub struct Turned {
    /// By what.
    pub named: Named,
    /// For the service.
    pub row: BatchRow,
}

impl Turned {
    /// What the row needs of its entity.
    #[must_use]
    pub fn needs(&self) -> &'static [Action] {
        match self.row.action {
            RowAction::Upsert | RowAction::Replace => &[Action::Add, Action::Edit],
            RowAction::Insert | RowAction::InsertIgnore => &[Action::Add],
            RowAction::Update => &[Action::Edit],
            RowAction::Delete => &[Action::Delete],
        }
    }
}

/// The most lists of names that are kept.
const MOST_LISTS: usize = 256;

/// A row's cells, sorted by what they are.
struct Parts {
    id: Option<String>,
    deleted: bool,
    /// A value for each of the layout's columns.
    values: Vec<Literal>,
}

impl Turn {
    /// `headings`: whether names may be those for people.
    #[must_use]
    pub fn new(fields: Fields, writing: Writing, headings: bool) -> Self {
        let entity = fields.entity();
        Self {
            identifier: entity.keys().row_identifier().cloned(),
            own_key: entity.table().row_key().to_vec(),
            fields,
            writing,
            headings,
            layout: None,
            lists: HashMap::new(),
        }
    }

    /// Whether `:id` and the row identifier are the same columns.
    #[must_use]
    pub fn has_one_key(&self) -> bool {
        let identifier = self.identifier.as_ref();
        identifier.is_none_or(|key| key.columns == self.own_key)
    }

    /// Turns a row. What is wrong with it alone is the inner error.
    ///
    /// # Errors
    /// What is wrong with the request: a field that there is not.
    pub fn row(&mut self, number: u64, raw: RawRow) -> Result<Result<Turned, Error>, Error> {
        let layout = self.layout(&raw.names)?;
        let parts = match self.parts(&layout, raw.cells) {
            Ok(parts) => parts,
            Err(error) => return Ok(Err(error)),
        };
        if self.writing == Writing::Replace {
            return Ok(self.replacing(number, &layout, parts));
        }
        Ok(match (&parts.id, parts.deleted) {
            (Some(id), deleted) => self.by_sid(number, &layout, id, deleted, &parts.values),
            (None, true) => self.deleting(number, &layout, &parts.values),
            (None, false) => Ok(self.upserting(number, &layout, parts.values)),
        })
    }

    /// Turns `[key]`, which deletes the row with that key.
    ///
    /// # Errors
    /// The dataset's rows are not known by one value.
    pub fn deleted_key(&mut self, number: u64, key: &Literal) -> Result<Turned, Error> {
        let identifier = self.identifier.as_ref().map(|key| key.columns.clone());
        match (identifier, key) {
            (Some(columns), key) if columns.len() == 1 && *key != Literal::Null => {
                let values = vec![key.clone()];
                Ok(self.turned(
                    number,
                    Named::Identifier,
                    RowAction::Delete,
                    columns,
                    values,
                ))
            }
            (None, Literal::Text(id)) => {
                let values = self.key_of(id)?;
                let columns = self.own_key.clone();
                Ok(self.turned(number, Named::Sid, RowAction::Delete, columns, values))
            }
            _ => Err(no_key_to_delete()),
        }
    }

    /// Turns a row that a URL names besides: the values of its key, and whether they come from `:id`.
    ///
    /// # Errors
    /// As [`Turn::row`]; and a row whose own key differs.
    pub fn row_at(
        &mut self,
        raw: RawRow,
        key: &[(ColumnIndex, Literal)],
        named: Named,
    ) -> Result<Turned, Error> {
        let layout = self.layout(&raw.names)?;
        let parts = self.parts(&layout, raw.cells)?;
        let action = match (parts.deleted, named, self.writing) {
            (true, _, _) => RowAction::Delete,
            (_, _, Writing::Upsert { merge: false }) => RowAction::Replace,
            (_, Named::Sid, _) => RowAction::Update,
            _ => RowAction::Upsert,
        };
        let (columns, values) = self.keyed(&layout, key, &parts.values)?;
        Ok(self.turned(0, named, action, columns, values))
    }

    fn layout(&mut self, names: &Arc<[String]>) -> Result<Arc<Layout>, Error> {
        if let Some(layout) = &self.layout
            && (Arc::ptr_eq(&layout.names, names) || layout.names == *names)
        {
            return Ok(Arc::clone(layout));
        }
        let layout = Arc::new(Layout::new(names, &self.fields, self.headings)?);
        self.layout = Some(Arc::clone(&layout));
        Ok(layout)
    }

    fn parts(&self, layout: &Layout, cells: Vec<Cell>) -> Result<Parts, Error> {
        let mut parts = Parts {
            id: None,
            deleted: false,
            values: Vec::with_capacity(layout.columns.len()),
        };
        for ((step, cell), name) in layout.steps.iter().zip(cells).zip(layout.names.iter()) {
            match step {
                Step::Nothing => {}
                Step::Id => parts.id = id_of(cell),
                Step::Deleted => parts.deleted = self.is_deleted(&cell),
                Step::Column(_, data_type) => parts.values.push(value(cell, *data_type)),
                Step::Place(..) => match place_of(&cell) {
                    Some(found) => parts.values.extend([found.latitude, found.longitude]),
                    None => {
                        return Err(refusal::contract(
                            400,
                            "soda.column.maltyped",
                            format!(
                                "Column is maltyped; for field '{}' we expected 'location'; send {{\"latitude\": …, \
                                 \"longitude\": …}}, \"POINT (lon lat)\" or \"(lat, lon)\".",
                                shorten(name)
                            ),
                        ));
                    }
                },
            }
        }
        Ok(parts)
    }

    /// In JSON `true` alone deletes; CSV has no such value.
    fn is_deleted(&self, cell: &Cell) -> bool {
        match cell {
            Cell::Scalar(Literal::Bool(flag)) => *flag,
            Cell::Scalar(Literal::Text(text)) => {
                self.headings && text.trim().eq_ignore_ascii_case("true")
            }
            _ => false,
        }
    }

    fn by_sid(
        &mut self,
        number: u64,
        layout: &Layout,
        id: &str,
        deleted: bool,
        values: &[Literal],
    ) -> Result<Turned, Error> {
        let key: Vec<_> = self.own_key.iter().copied().zip(self.key_of(id)?).collect();
        if deleted {
            let (columns, values) = key.into_iter().unzip();
            return Ok(self.turned(number, Named::Sid, RowAction::Delete, columns, values));
        }
        let (columns, values) = self.keyed(layout, &key, values)?;
        let action = match self.writing {
            Writing::Upsert { merge: false } => RowAction::Replace,
            _ => RowAction::Update,
        };
        Ok(self.turned(number, Named::Sid, action, columns, values))
    }

    fn key_of(&self, id: &str) -> Result<Vec<Literal>, Error> {
        row_id::decode(id, self.own_key.len()).ok_or_else(|| refusal::no_row(id))
    }

    /// The columns and values of a row under a key that does not stand in its fields, or stands there too.
    fn keyed(
        &self,
        layout: &Layout,
        key: &[(ColumnIndex, Literal)],
        values: &[Literal],
    ) -> Result<(Vec<ColumnIndex>, Vec<Literal>), Error> {
        let (mut columns, mut all): (Vec<_>, Vec<_>) = key.iter().cloned().unzip();
        for (index, value) in layout.columns.iter().zip(values) {
            match key.iter().find(|(known, _)| known == index) {
                None => {
                    columns.push(*index);
                    all.push(value.clone());
                }
                Some((_, said)) if *value == Literal::Null || same(said, value) => {}
                Some(_) => {
                    return Err(refusal::contract(
                        400,
                        "invalid_request",
                        format!(
                            "Field '{}' differs from the key by which the row is named, and keys cannot be changed; \
                             leave it out.",
                            self.fields.column(*index)
                        ),
                    ));
                }
            }
        }
        Ok((columns, all))
    }

    fn deleting(
        &mut self,
        number: u64,
        layout: &Layout,
        values: &[Literal],
    ) -> Result<Turned, Error> {
        let Some(identifier) = &self.identifier else {
            return Err(no_key_to_delete());
        };
        let columns = identifier.columns.clone();
        let key = columns.iter().map(|index| {
            let at = layout.position(*index)?;
            values.get(at).filter(|value| **value != Literal::Null)
        });
        let key: Option<Vec<Literal>> = key.map(Option::<&Literal>::cloned).collect();
        let key = key.ok_or_else(no_key_to_delete)?;
        Ok(self.turned(number, Named::Identifier, RowAction::Delete, columns, key))
    }

    fn upserting(&mut self, number: u64, layout: &Layout, values: Vec<Literal>) -> Turned {
        let has = |index: &ColumnIndex| {
            let at = layout.position(*index);
            at.is_some_and(|at| values.get(at).is_some_and(|value| *value != Literal::Null))
        };
        let named = match &self.identifier {
            Some(key) if key.columns.iter().all(has) => Named::Identifier,
            // Nobody but the database can give it: the row is new.
            Some(key) if key.columns.iter().all(|index| self.is_made(*index)) => Named::Nothing,
            // An error, which the service tells best.
            Some(_) => Named::Identifier,
            None => Named::Nothing,
        };
        if named == Named::Nothing {
            let (columns, values) = self.without_made(layout, values);
            return self.turned(number, named, RowAction::Insert, columns, values);
        }
        let action = match self.writing {
            Writing::Upsert { merge: false } => RowAction::Replace,
            _ => RowAction::Upsert,
        };
        self.turned(number, named, action, layout.columns.clone(), values)
    }

    /// A row in the place of all that are there: it is new, whatever its `:id` was.
    fn replacing(&mut self, number: u64, layout: &Layout, parts: Parts) -> Result<Turned, Error> {
        if parts.deleted {
            return Err(refusal::contract(
                400,
                "invalid_request",
                "A row of a replacement cannot be deleted; leave it out.".to_owned(),
            ));
        }
        let turned = self.upserting(number, layout, parts.values);
        let may_edit = self.fields.entity().actions().allow(Action::Edit);
        if turned.row.action == RowAction::Upsert && !may_edit {
            let row = BatchRow {
                action: RowAction::Insert,
                ..turned.row
            };
            return Ok(Turned { row, ..turned });
        }
        Ok(turned)
    }

    /// Whether the database or the service makes a column's value, and takes none from callers.
    fn is_made(&self, index: ColumnIndex) -> bool {
        let guard = self.fields.entity().guard(index);
        matches!(guard, Some(Guard::Identity | Guard::Guid))
    }

    /// Without the NULLs of what the database makes: they say that it shall.
    fn without_made(
        &self,
        layout: &Layout,
        values: Vec<Literal>,
    ) -> (Vec<ColumnIndex>, Vec<Literal>) {
        let kept = layout.columns.iter().copied().zip(values);
        kept.filter(|(index, value)| *value != Literal::Null || !self.is_made(*index))
            .unzip()
    }

    fn turned(
        &mut self,
        number: u64,
        named: Named,
        action: RowAction,
        columns: Vec<ColumnIndex>,
        values: Vec<Literal>,
    ) -> Turned {
        let number = RowNumber { row: number, named };
        Turned {
            named,
            row: BatchRow {
                number: number.packed(),
                action,
                names: self.names(columns),
                values,
            },
        }
    }

    fn names(&mut self, columns: Vec<ColumnIndex>) -> Arc<[String]> {
        if let Some(known) = self.lists.get(&columns) {
            return Arc::clone(known);
        }
        let names = columns
            .iter()
            .map(|index| self.fields.column(*index).to_owned());
        let names: Arc<[String]> = names.collect();
        if self.lists.len() >= MOST_LISTS {
            self.lists.clear();
        }
        self.lists.insert(columns, Arc::clone(&names));
        names
    }
}

fn no_key_to_delete() -> Error {
    refusal::contract(
        400,
        "soda.row.delete-without-primary-key",
        "A row that is to be deleted needs its row identifier or its :id.".to_owned(),
    )
}

/// Whether two literals are written alike, or are the same number of JSON and of text.
fn same(one: &Literal, other: &Literal) -> bool {
    let text = |literal: &Literal| match literal {
        Literal::Null => None,
        Literal::Bool(flag) => Some(flag.to_string()),
        Literal::Number(text) | Literal::Text(text) => Some(text.to_lowercase()),
    };
    text(one) == text(other)
}

fn id_of(cell: Cell) -> Option<String> {
    match cell {
        Cell::Scalar(Literal::Text(text)) => Some(text).filter(|text| !text.trim().is_empty()),
        Cell::Scalar(Literal::Number(text)) => Some(text),
        Cell::Scalar(Literal::Bool(flag)) => Some(flag.to_string()),
        Cell::Scalar(Literal::Null) => None,
        Cell::Nested(value) => Some(value.to_string()),
    }
}

fn value(cell: Cell, data_type: DataType) -> Literal {
    match (cell, data_type) {
        (Cell::Scalar(Literal::Text(text)), DataType::Floating | DataType::Fixed) => {
            Literal::Text(moment::to_iso(&text).unwrap_or(text))
        }
        (Cell::Scalar(literal), _) => literal,
        (Cell::Nested(value), _) => Literal::Text(value.to_string()),
    }
}

fn place_of(cell: &Cell) -> Option<place::Place> {
    match cell {
        Cell::Scalar(Literal::Null) => Some(place::Place {
            latitude: Literal::Null,
            longitude: Literal::Null,
        }),
        Cell::Scalar(Literal::Text(text)) => place::of_text(text),
        Cell::Scalar(_) => None,
        Cell::Nested(value) => place::of_json(value),
    }
}
