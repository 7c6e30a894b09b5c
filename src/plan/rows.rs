//! A batch's rows → planned rows. What rows with the same columns have in common is worked out once, for the first of
//! them; only values are looked at for each. Whether a column may be written is `policy`'s question.

use std::{collections::HashMap, mem, sync::Arc};

use super::{Context, Notes, assign};
use crate::domain::{
    ColumnIndex, Default, Entity, Fault, Faults, Guard, Literal,
    batch::{BatchKey, BatchRow, Keyless, RowAction},
    plan::Use,
    rows::{PlannedRow, RowShape},
};

/// Plans the rows of one batch, one after the other.
#[derive(Debug)]
pub struct RowPlanner {
    entity: Arc<Entity>,
    key: BatchKey,
    keyless: Keyless,
    shapes: Vec<Layout>,
    /// Which shape rows of an action with these names have.
    known: HashMap<(RowAction, Arc<[String]>), usize>,
    /// The last one found there: rows mostly look like the one before.
    last: Option<(RowAction, Arc<[String]>, usize)>,
}

/// A shape, and where its values come from.
#[derive(Debug)]
struct Layout {
    shape: Arc<RowShape>,
    /// For each of the shape's columns: the position of its value in a row, or who fills it.
    sources: Vec<Source>,
    /// What is wrong with every such row.
    faults: Vec<Fault>,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Sent(usize),
    Filled,
}

impl RowPlanner {
    /// A planner for rows of an entity that are found by a key.
    #[must_use]
    pub fn new(entity: &Arc<Entity>, key: &BatchKey, keyless: Keyless) -> Self {
        Self {
            entity: Arc::clone(entity),
            key: key.clone(),
            keyless,
            shapes: Vec::new(),
            known: HashMap::new(),
            last: None,
        }
    }

    /// One of the shapes found so far, by what [`RowPlanner::shape_of`] gave.
    #[must_use]
    pub fn shape(&self, found: usize) -> &Arc<RowShape> {
        &self.shapes[found].shape
    }

    /// Forgets the shapes found so far.
    pub fn forget_shapes(&mut self) {
        self.shapes.clear();
        self.known.clear();
        self.last = None;
    }

    /// Plans a row of the shape that [`RowPlanner::shape_of`] found for it.
    ///
    /// # Errors
    /// Everything that is wrong with it, but for broken guards.
    pub fn plan(
        &self,
        mut row: BatchRow,
        found: usize,
        context: &Context<'_>,
    ) -> Result<PlannedRow, Faults> {
        let layout = &self.shapes[found];
        let table = self.entity.table();
        let mut faults = layout.faults.clone();
        let shape = &layout.shape;
        let mut values = Vec::with_capacity(shape.columns.len());
        for (position, (index, source)) in shape.columns.iter().zip(&layout.sources).enumerate() {
            let column = table.column(*index);
            let value = match source {
                Source::Filled => assign::fill(&self.entity, *index, context),
                Source::Sent(at) => {
                    let sent = row.values.get_mut(*at);
                    let literal =
                        sent.map_or(Literal::Null, |sent| mem::replace(sent, Literal::Null));
                    if position < shape.key && literal == Literal::Null {
                        faults.push(Fault::KeyNull {
                            column: column.name.clone(),
                        });
                        continue;
                    }
                    match assign::bind_owned(column, literal, context) {
                        Ok(value) => value,
                        Err(fault) => {
                            faults.push(fault);
                            continue;
                        }
                    }
                }
            };
            values.push(value);
        }
        match Faults::new(faults) {
            Some(faults) => Err(faults),
            None => Ok(PlannedRow {
                number: row.number,
                shape: found,
                values,
            }),
        }
    }

    /// Which shape a row has.
    pub fn shape_of(&mut self, row: &BatchRow) -> usize {
        if let Some((action, names, found)) = &self.last
            && *action == row.action
            && Arc::ptr_eq(names, &row.names)
        {
            return *found;
        }
        let known = (row.action, Arc::clone(&row.names));
        let found = if let Some(found) = self.known.get(&known) {
            *found
        } else {
            let layout = self.lay_out(row.action, &row.names);
            self.shapes.push(layout);
            self.known.insert(known, self.shapes.len() - 1);
            self.shapes.len() - 1
        };
        self.last = Some((row.action, Arc::clone(&row.names), found));
        found
    }
}

/// The columns that a row names.
struct Named {
    /// Each with its position in the row.
    columns: Vec<(ColumnIndex, usize)>,
    faults: Vec<Fault>,
}

impl RowPlanner {
    fn lay_out(&self, action: RowAction, names: &[String]) -> Layout {
        let Named {
            columns: all,
            mut faults,
        } = self.find_columns(action, names);
        let (keyed, missing) = self.find_key(action, &all);
        faults.extend(missing);
        let is_key = |index: &ColumnIndex| keyed.iter().any(|(key, _)| key == index);
        let others: Vec<_> = all.iter().filter(|(c, _)| !is_key(c)).copied().collect();
        let set = if action == RowAction::Delete {
            Vec::new()
        } else {
            others
        };
        let (filled, insert) = self.insertable(action, &keyed, &set);
        if matches!(action, RowAction::Insert | RowAction::InsertIgnore)
            && let Err(why) = &insert
        {
            faults.extend(why.all().iter().cloned());
        }
        let reset = match action {
            RowAction::Replace => self.resettable(&keyed, &set),
            _ => Vec::new(),
        };
        let filled = if insert.is_ok() { filled } else { Vec::new() };
        let given = keyed.iter().chain(&set);
        let mut columns: Vec<ColumnIndex> = given.clone().map(|(index, _)| *index).collect();
        let mut sources: Vec<Source> = given.map(|(_, at)| Source::Sent(*at)).collect();
        columns.extend(&filled);
        sources.extend(filled.iter().map(|_| Source::Filled));
        let table = self.entity.table();
        let sets_identity = keyed
            .iter()
            .any(|(index, _)| table.column(*index).default == Default::Identity);
        let shape = RowShape {
            action,
            key: keyed.len(),
            set: set.len(),
            insert: insert.map(|()| (0..columns.len()).collect()),
            columns,
            reset,
            sets_identity,
        };
        Layout {
            shape: Arc::new(shape),
            sources,
            faults,
        }
    }

    /// The columns by their names. A row that is deleted may name what it likes besides its key.
    fn find_columns(&self, action: RowAction, names: &[String]) -> Named {
        let mut notes = Notes::default();
        let mut columns: Vec<(ColumnIndex, usize)> = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            if action == RowAction::Delete && self.entity.table().find(name).is_none() {
                continue;
            }
            let Some(index) = notes.find(&self.entity, name, Use::Write) else {
                continue;
            };
            if columns.iter().any(|(known, _)| *known == index) {
                notes.faults.push(Fault::RepeatedColumn {
                    column: self.entity.table().column(index).name.clone(),
                });
            } else {
                columns.push((index, at));
            }
        }
        Named {
            columns,
            faults: notes.faults,
        }
    }

    /// The key's columns where the row has all of them, and what is wrong where it does not and should.
    fn find_key(
        &self,
        action: RowAction,
        named: &[(ColumnIndex, usize)],
    ) -> (Vec<(ColumnIndex, usize)>, Option<Fault>) {
        let position = |key: &ColumnIndex| named.iter().find(|(index, _)| index == key).copied();
        let keyed: Vec<_> = self.key.columns.iter().filter_map(position).collect();
        if keyed.len() == self.key.columns.len() {
            return (keyed, None);
        }
        let inserts = match action {
            RowAction::Insert | RowAction::InsertIgnore => true,
            RowAction::Upsert | RowAction::Replace => {
                self.keyless == Keyless::Insert && keyed.is_empty()
            }
            RowAction::Update | RowAction::Delete => false,
        };
        if inserts {
            return (Vec::new(), None);
        }
        let table = self.entity.table();
        let missing = self
            .key
            .columns
            .iter()
            .filter(|key| position(key).is_none());
        let columns = missing.map(|key| table.column(*key).name.clone()).collect();
        (keyed, Some(Fault::KeyMissing { columns }))
    }

    /// The columns that the service fills on INSERT, and whether an INSERT is possible.
    fn insertable(
        &self,
        action: RowAction,
        keyed: &[(ColumnIndex, usize)],
        set: &[(ColumnIndex, usize)],
    ) -> (Vec<ColumnIndex>, Result<(), Faults>) {
        if matches!(action, RowAction::Update | RowAction::Delete) {
            let names = self.key.columns.iter();
            let columns = names.map(|c| self.entity.table().column(*c).name.clone());
            let fault = Fault::RowNotFound {
                columns: columns.collect(),
            };
            return (Vec::new(), Err(fault.into()));
        }
        let named: Vec<ColumnIndex> = keyed.iter().chain(set).map(|(index, _)| *index).collect();
        let needs = assign::insert_needs(&self.entity, &named);
        let mut faults: Vec<Fault> = keyed
            .iter()
            .filter_map(|(index, _)| self.refused_key(*index))
            .collect();
        let filled = needs.filled.clone();
        faults.extend(needs.faults(|columns| Fault::RequiredInRow { columns }));
        (filled, Faults::new(faults).map_or(Ok(()), Err))
    }

    /// Why an INSERT cannot take the caller's value for a column of the key.
    fn refused_key(&self, index: ColumnIndex) -> Option<Fault> {
        let guard = self.entity.guard(index)?;
        let taken = matches!(guard, Guard::Guid | Guard::Identity)
            && self.entity.keys().caller_keys()
            && self.entity.grants_writing(index);
        (!taken).then(|| Fault::KeyNotTaken {
            column: self.entity.table().column(index).name.clone(),
            guard,
        })
    }

    /// What a replaced row loses: the caller's to write, and not sent.
    fn resettable(
        &self,
        keyed: &[(ColumnIndex, usize)],
        set: &[(ColumnIndex, usize)],
    ) -> Vec<ColumnIndex> {
        let given = |index: &ColumnIndex| keyed.iter().chain(set).any(|(named, _)| named == index);
        let free = |index: &ColumnIndex| self.entity.writable(*index);
        let all = self.entity.table().indices();
        all.filter(|index| free(index) && !given(index)).collect()
    }
}
