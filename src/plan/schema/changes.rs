//! The changes of one table, planned one after the other: each sees the columns as the ones before it leave them.

use super::{Planner, is_made};
use crate::domain::{
    ColumnIndex, Entity, Name, SqlType,
    schema::{AlteredColumn, Change, ChangeSpec, ColumnSpec, DefaultSpec, SchemaFault},
};

/// A table's columns while changes are planned one after the other.
pub(super) struct Columns(Vec<Known>);

struct Known {
    name: Name,
    /// Where the entity has it; `None` for one that is added.
    index: Option<ColumnIndex>,
    ty: SqlType,
    nullable: bool,
    key: bool,
}

impl Columns {
    pub(super) fn of(entity: &Entity) -> Self {
        let table = entity.table();
        let known = |index: ColumnIndex| Known {
            name: table.column(index).name.clone(),
            index: Some(index),
            ty: table.column(index).ty.clone(),
            nullable: table.column(index).nullable,
            key: table.primary_key.contains(&index),
        };
        Self(table.indices().map(known).collect())
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, spelling: &str) -> Option<usize> {
        let exact = self.0.iter().position(|c| c.name.as_str() == spelling);
        exact.or_else(|| self.0.iter().position(|c| c.name.matches(spelling)))
    }
}

impl Planner<'_> {
    pub(super) fn change(
        &mut self,
        entity: &Entity,
        columns: &mut Columns,
        spec: &ChangeSpec,
    ) -> Option<Change> {
        match spec {
            ChangeSpec::Add(spec) => self.add(columns, spec),
            ChangeSpec::Rename { column, to } => {
                let at = self.find(columns, column)?;
                let to = self.name(to)?;
                let taken = columns.find(to.as_str()).is_some_and(|found| found != at);
                if taken {
                    self.refuse(SchemaFault::ColumnExists { name: to });
                    return None;
                }
                let known = &mut columns.0[at];
                let column = std::mem::replace(&mut known.name, to.clone());
                let index = known.index;
                (column != to).then_some(Change::Rename { column, index, to })
            }
            ChangeSpec::Drop { column } => {
                let at = self.find(columns, column)?;
                if columns.0[at].key {
                    let column = columns.0[at].name.clone();
                    self.refuse(SchemaFault::KeyColumn { column });
                    return None;
                }
                let known = columns.0.remove(at);
                Some(Change::Drop {
                    column: known.name,
                    index: known.index,
                })
            }
            ChangeSpec::Alter {
                column,
                ty,
                nullable,
                default,
            } => self.alter(columns, column, ty.as_ref(), *nullable, default.as_ref()),
            ChangeSpec::RenameTable { to } => {
                let own = &entity.table().name;
                if own.as_str() == to {
                    return None;
                }
                if self.around.serving.names(own) {
                    self.refuse(SchemaFault::Declared { name: own.clone() });
                    return None;
                }
                let to = if own.matches(to) {
                    self.name(to)?
                } else {
                    self.table_name(to)?
                };
                Some(Change::RenameTable { to })
            }
        }
    }

    fn find(&mut self, columns: &Columns, wrote: &str) -> Option<usize> {
        let found = columns.find(wrote);
        if found.is_none() {
            self.refuse(SchemaFault::NoColumn {
                wrote: wrote.to_owned(),
            });
        }
        found
    }

    fn add(&mut self, columns: &mut Columns, spec: &ColumnSpec) -> Option<Change> {
        let column = self.column(spec)?;
        if columns.find(column.name.as_str()).is_some() {
            self.refuse(SchemaFault::ColumnExists { name: column.name });
            return None;
        }
        if !column.nullable && column.default.is_none() {
            self.refuse(SchemaFault::DefaultMissing {
                column: column.name,
            });
            return None;
        }
        columns.0.push(Known {
            name: column.name.clone(),
            index: None,
            ty: column.ty.clone(),
            nullable: column.nullable,
            key: false,
        });
        Some(Change::Add(column))
    }

    fn alter(
        &mut self,
        columns: &mut Columns,
        wrote: &str,
        ty: Option<&SqlType>,
        nullable: Option<bool>,
        default: Option<&Option<DefaultSpec>>,
    ) -> Option<Change> {
        let at = self.find(columns, wrote)?;
        let known = &mut columns.0[at];
        if known.key {
            let column = known.name.clone();
            self.refuse(SchemaFault::KeyColumn { column });
            return None;
        }
        let retyped = ty.is_some_and(|ty| *ty != known.ty);
        let renulled = nullable.is_some_and(|nullable| nullable != known.nullable);
        let unfit = [Some(&known.ty), ty].into_iter().flatten();
        if let Some(unfit) = unfit.into_iter().find(|ty| !is_made(ty))
            && (retyped || renulled)
        {
            let (column, ty) = (known.name.clone(), unfit.clone());
            self.refuse(SchemaFault::TypeNotMade { column, ty });
            return None;
        }
        let was = known.ty.clone();
        if let Some(ty) = ty {
            known.ty = ty.clone();
        }
        known.nullable = nullable.unwrap_or(known.nullable);
        let (column, index, ty, nullable) = (
            known.name.clone(),
            known.index,
            known.ty.clone(),
            known.nullable,
        );
        let default = default.map(|spec| self.default(&column, &ty, spec.as_ref()));
        (retyped || renulled || default.is_some()).then_some(Change::Alter(AlteredColumn {
            column,
            index,
            was,
            ty,
            retyped,
            nullable,
            renulled,
            default,
        }))
    }
}
