//! A table to be made or changed: names, types, defaults and references held against the catalog. Whether a column may
//! be touched at all is `policy`'s question.

mod changes;

use std::sync::Arc;

use self::changes::Columns;
use super::{assign::misfit_of, exact};
use crate::{
    catalog::{Catalog, Serving},
    domain::{
        Entity, Fault, Length, Literal, Name, SqlType, TableKind, coerce,
        entity_keys::is_unique_alone,
        name::{OWN_PREFIX, same_name},
        plan::Draft,
        schema::{
            AlterPlan, AlterRequest, Change, ColumnSpec, CreatePlan, CreateRequest, DefaultSpec,
            DefaultValue, NewColumn, NewDefault, Reference, ReferenceSpec, SchemaFault,
        },
    },
};

/// Beginnings of names that the databases, or this service, keep for themselves: SQLite's own tables, what is never
/// served, and SQL Server's temporary tables.
const RESERVED: [&str; 3] = ["sqlite_", OWN_PREFIX, "#"];

/// What stands around a table that is made or changed.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// What is served.
    pub catalog: &'a Catalog,
    /// What of it whoever asks can see.
    pub seen: &'a [Arc<Entity>],
    /// What the configuration says of it.
    pub serving: &'a Serving,
    /// Significant digits of a number with a fraction that the engine stores exactly; `None`: any.
    pub fraction_digits: Option<u32>,
}

/// Plans a new table.
#[must_use]
pub fn plan_create(request: &CreateRequest, around: Surroundings<'_>) -> Draft<CreatePlan> {
    let mut planner = Planner::new(around);
    let name = planner.table_name(&request.table);
    let mut specs = Vec::new();
    if let [only] = request.key.as_slice()
        && !request
            .columns
            .iter()
            .any(|spec| same_name(&spec.name, only))
    {
        specs.push(ColumnSpec {
            name: only.clone(),
            ty: SqlType::BigInt,
            nullable: false,
            default: None,
            references: None,
        });
    }
    specs.extend(request.columns.iter().cloned());
    let mut columns: Vec<NewColumn> = Vec::new();
    for spec in &specs {
        if let Some(column) = planner.column(spec) {
            if columns.iter().any(|c| c.name.matches(column.name.as_str())) {
                planner.refuse(SchemaFault::ColumnExists { name: column.name });
            } else {
                columns.push(column);
            }
        }
    }
    if specs.is_empty() {
        planner.refuse(SchemaFault::NoColumns);
    }
    let key = planner.key(&request.key, &specs, &mut columns);
    let counted = match key.as_slice() {
        [only] => columns[*only].ty == SqlType::BigInt,
        _ => false,
    };
    for at in &key {
        let column = &columns[*at];
        if counted && column.default.is_some() {
            planner.refuse(SchemaFault::DefaultNotTaken {
                column: column.name.clone(),
                ty: column.ty.clone(),
            });
        }
    }
    planner.finish(name.map(|name| CreatePlan {
        name,
        columns,
        key,
        counted,
    }))
}

/// Plans changes of an entity's table.
#[must_use]
pub fn plan_alter(
    entity: &Arc<Entity>,
    request: &AlterRequest,
    around: Surroundings<'_>,
) -> Draft<AlterPlan> {
    let mut planner = Planner::new(around);
    let mut columns = Columns::of(entity);
    let changes = request
        .changes
        .iter()
        .filter_map(|spec| planner.change(entity, &mut columns, spec));
    // Until the end the table goes by the name that it has.
    let (renamed, mut changes): (Vec<_>, Vec<_>) =
        changes.partition(|change| matches!(change, Change::RenameTable { .. }));
    changes.extend(renamed.into_iter().next_back());
    if columns.is_empty() {
        planner.refuse(SchemaFault::NoColumns);
    }
    planner.finish(Some(AlterPlan {
        entity: Arc::clone(entity),
        changes,
    }))
}

/// Collects what is wrong.
struct Planner<'a> {
    around: Surroundings<'a>,
    faults: Vec<Fault>,
}

impl<'a> Planner<'a> {
    fn new(around: Surroundings<'a>) -> Self {
        Self {
            around,
            faults: Vec::new(),
        }
    }

    fn refuse(&mut self, fault: SchemaFault) {
        self.faults.push(Fault::Schema(fault));
    }

    fn finish<P>(self, plan: Option<P>) -> Draft<P> {
        Draft {
            // Also beside faults: what of it is forbidden is to be told with them.
            plan,
            uses: Vec::new(),
            faults: self.faults,
        }
    }

    fn name(&mut self, wrote: &str) -> Option<Name> {
        match Name::parse(wrote) {
            Ok(name) => Some(name),
            Err(error) => {
                self.refuse(SchemaFault::NotAName {
                    wrote: wrote.to_owned(),
                    error,
                });
                None
            }
        }
    }

    /// The name of a table that is not there yet.
    fn table_name(&mut self, wrote: &str) -> Option<Name> {
        let name = self.name(wrote)?;
        let lower = name.as_str().to_lowercase();
        if RESERVED.iter().any(|start| lower.starts_with(start)) {
            self.refuse(SchemaFault::Reserved { name });
            return None;
        }
        if self.around.serving.names(&name) {
            self.refuse(SchemaFault::Declared { name });
            return None;
        }
        if self.around.catalog.find(name.as_str()).is_some() {
            self.refuse(SchemaFault::TableExists { name });
            return None;
        }
        Some(name)
    }

    fn column(&mut self, spec: &ColumnSpec) -> Option<NewColumn> {
        let name = self.name(&spec.name)?;
        let mut ty = spec.ty.clone();
        let references = match &spec.references {
            None => None,
            Some(reference) => {
                let (reference, referred) = self.reference(&name, &ty, reference)?;
                // SQL Server takes no other type than that of the column referred to.
                ty = referred;
                Some(reference)
            }
        };
        if !is_made(&ty) {
            self.refuse(SchemaFault::TypeNotMade { column: name, ty });
            return None;
        }
        let default = self.default(&name, &ty, spec.default.as_ref());
        Some(NewColumn {
            name,
            ty,
            nullable: spec.nullable,
            default,
            references,
        })
    }

    fn default(
        &mut self,
        column: &Name,
        ty: &SqlType,
        spec: Option<&DefaultSpec>,
    ) -> Option<NewDefault> {
        let not_taken = || SchemaFault::DefaultNotTaken {
            column: column.clone(),
            ty: ty.clone(),
        };
        match spec? {
            DefaultSpec::Value(Literal::Null) => None,
            DefaultSpec::Now(now) if now.fits(ty) => Some(NewDefault::Now(*now)),
            DefaultSpec::Now(_) => {
                self.refuse(not_taken());
                None
            }
            DefaultSpec::Value(literal) => match coerce::store(ty, literal)
                .and_then(|value| exact::check_stored(value, self.around.fraction_digits))
            {
                Ok(value) => {
                    let value = DefaultValue::new(value);
                    if value.is_none() {
                        self.refuse(not_taken());
                    }
                    value.map(NewDefault::Value)
                }
                Err(misfit) => {
                    self.faults.push(misfit_of(column, ty, literal, misfit, ""));
                    None
                }
            },
        }
    }

    /// What a column refers to, and the type it is of then.
    fn reference(
        &mut self,
        column: &Name,
        ty: &SqlType,
        spec: &ReferenceSpec,
    ) -> Option<(Reference, SqlType)> {
        let visible = |entity: &&Arc<Entity>| {
            entity.name().matches(&spec.table)
                && entity.actions().view
                && entity.table().kind == TableKind::Table
        };
        let Some(entity) = self.around.seen.iter().find(visible) else {
            self.refuse(SchemaFault::ReferenceUnknown {
                table: spec.table.clone(),
                column: None,
            });
            return None;
        };
        let table = entity.table();
        let target = match (&spec.column, table.shown_key()) {
            (Some(wrote), _) => {
                let found = table.find(wrote).filter(|index| entity.readable(*index));
                let Some(index) = found else {
                    self.refuse(SchemaFault::ReferenceUnknown {
                        table: spec.table.clone(),
                        column: Some(wrote.clone()),
                    });
                    return None;
                };
                index
            }
            (None, [only]) if entity.readable(*only) => *only,
            (None, _) => {
                self.refuse(SchemaFault::ReferenceWithoutKey {
                    table: spec.table.clone(),
                });
                return None;
            }
        };
        let referred = table.column(target);
        if !is_unique_alone(table, target) || !alike(ty, &referred.ty) {
            self.refuse(SchemaFault::ReferenceUnfit {
                column: column.clone(),
            });
            return None;
        }
        let reference = Reference {
            schema: table.schema.clone(),
            table: table.name.clone(),
            column: referred.name.clone(),
        };
        Some((reference, referred.ty.clone()))
    }

    /// The positions of the primary key's columns, which cannot be NULL from now on.
    fn key(
        &mut self,
        wanted: &[String],
        specs: &[ColumnSpec],
        columns: &mut [NewColumn],
    ) -> Vec<usize> {
        let mut key = Vec::new();
        for wrote in wanted {
            let Some(at) = columns.iter().position(|c| c.name.matches(wrote)) else {
                // One that is there, but wrong in itself, has been reported.
                if !specs.iter().any(|spec| same_name(&spec.name, wrote)) {
                    self.refuse(SchemaFault::NoColumn {
                        wrote: wrote.clone(),
                    });
                }
                continue;
            };
            let column = &mut columns[at];
            column.nullable = false;
            let (name, ty) = (column.name.clone(), column.ty.clone());
            if key.contains(&at) {
                self.refuse(SchemaFault::ColumnExists { name });
            } else if is_key_type(&ty) {
                key.push(at);
            } else {
                self.refuse(SchemaFault::NotAKeyType { column: name, ty });
            }
        }
        key
    }
}

/// Whether columns of the type can be made and changed on every engine.
fn is_made(ty: &SqlType) -> bool {
    !matches!(
        ty,
        SqlType::Text
            | SqlType::NText
            | SqlType::Image
            | SqlType::Xml
            | SqlType::RowVersion
            | SqlType::Other(_)
    )
}

/// Whether a primary key can be of it, where a text is given a length that an index takes.
fn is_key_type(ty: &SqlType) -> bool {
    is_made(ty) && *ty != SqlType::VarChar(Length::Max)
}

/// Whether values of one type can be of the other, which the columns of a foreign key have to agree in.
fn alike(ty: &SqlType, referred: &SqlType) -> bool {
    let whole = |ty: &SqlType| {
        matches!(
            ty,
            SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt
        )
    };
    ty == referred
        || (whole(ty) && whole(referred))
        || (ty.is_text() && referred.is_text() && *referred != SqlType::Xml)
}
