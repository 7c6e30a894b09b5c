//! A Get's fields, order, grouping and page → a select plan.

use std::sync::Arc;

use super::Notes;
use crate::domain::{
    Column, ColumnIndex, Entity, Fault,
    fault::shorten,
    name::same_name,
    plan::{Direction, Output, OutputSource, SelectPlan, Use},
    request::GetRequest,
};

/// Rows returned when the caller does not say (the vendor's Get endpoint page).
const DEFAULT_LENGTH: u32 = 100;

/// The most rows one Get returns (the same page).
const MAX_LENGTH: u32 = 1000;

/// The one aggregate, and the key it has when it has no alias.
const COUNT: &str = "COUNT(*)";

/// Binds what a Get asks for, except its clause.
pub(super) fn bind_selection(
    entity: &Arc<Entity>,
    request: &GetRequest,
    notes: &mut Notes,
) -> Option<SelectPlan> {
    let group: Vec<ColumnIndex> = bind_group(entity, &request.group_by, notes);
    let outputs = bind_outputs(entity, request, &group, notes);
    check_grouping(
        entity,
        &outputs,
        &group,
        !request.group_by.is_empty(),
        notes,
    );
    check_keys(&outputs, notes);
    let (order, ties) = bind_order(entity, request, &outputs, &group, notes);
    let (start, length) = bind_page(request, notes);
    notes.faults.is_empty().then(|| SelectPlan {
        entity: Arc::clone(entity),
        outputs,
        predicate: None,
        order,
        ties,
        group,
        start,
        length,
    })
}

fn bind_group(entity: &Entity, names: &[String], notes: &mut Notes) -> Vec<ColumnIndex> {
    let mut group = Vec::new();
    for name in names {
        if let Some(index) = notes.find(entity, name, Use::Group)
            && !group.contains(&index)
        {
            let column = entity.table().column(index);
            if column.ty.is_binary() {
                notes.faults.push(Fault::BinaryNotReturned {
                    column: column.name.clone(),
                });
            }
            refuse_unordered(column, "GroupByTag", notes);
            group.push(index);
        }
    }
    group
}

fn bind_outputs(
    entity: &Entity,
    request: &GetRequest,
    group: &[ColumnIndex],
    notes: &mut Notes,
) -> Vec<Output> {
    let table = entity.table();
    let named = |index: ColumnIndex| Output {
        key: table.column(index).name.as_str().to_owned(),
        source: OutputSource::Column(index),
    };
    let fields = request.fields.as_slice();
    let hidden = |index: ColumnIndex| table.column(index).ty.is_binary() && !request.binary;
    if fields.is_empty() {
        return if group.is_empty() {
            let returned = |i: &ColumnIndex| entity.readable(*i) && !hidden(*i);
            table.indices().filter(returned).map(named).collect()
        } else {
            group.iter().copied().map(named).collect()
        };
    }
    let mut outputs = Vec::with_capacity(fields.len());
    for field in fields {
        let mut output = if is_count(&field.attribute) {
            Output {
                key: COUNT.to_owned(),
                source: OutputSource::Count,
            }
        } else {
            let Some(index) = notes.find(entity, &field.attribute, Use::Read) else {
                continue;
            };
            if hidden(index) {
                notes.faults.push(Fault::BinaryNotReturned {
                    column: table.column(index).name.clone(),
                });
            }
            named(index)
        };
        if let Some(alias) = field.alias.as_ref().filter(|a| !a.is_empty()) {
            output.key.clone_from(alias);
        }
        outputs.push(output);
    }
    outputs
}

/// `COUNT(*)` in any case, with or without blanks.
fn is_count(attribute: &str) -> bool {
    let mut wanted = COUNT.chars();
    attribute
        .chars()
        .filter(|c| !c.is_whitespace())
        .all(|c| wanted.next().is_some_and(|w| w.eq_ignore_ascii_case(&c)))
        && wanted.next().is_none()
}

/// With `COUNT(*)` or `GroupByTag`, every plain field must be grouped by.
fn check_grouping(
    entity: &Entity,
    outputs: &[Output],
    group: &[ColumnIndex],
    grouped: bool,
    notes: &mut Notes,
) {
    let counted = outputs.iter().any(|o| o.source == OutputSource::Count);
    if !counted && !grouped {
        return;
    }
    for output in outputs {
        if let OutputSource::Column(index) = output.source
            && !group.contains(&index)
        {
            let name = entity.table().column(index).name.as_str();
            notes.faults.push(Fault::Selection {
                message: format!(
                    "Field '{name}' stands beside COUNT(*) or GroupByTag without being grouped by; add it to \
                     GroupByTag or leave it out."
                ),
            });
        }
    }
}

/// Two fields under one key would hide one another in the answer.
fn check_keys(outputs: &[Output], notes: &mut Notes) {
    for (i, output) in outputs.iter().enumerate() {
        if outputs[..i].iter().any(|o| o.key == output.key) {
            notes.faults.push(Fault::Selection {
                message: format!(
                    "Two Fields would both be called '{}' in the answer; give one of them another Alias.",
                    shorten(&output.key)
                ),
            });
        }
    }
}

/// What the caller orders by, and what orders the rest, so that pages neither overlap nor skip rows.
fn bind_order(
    entity: &Entity,
    request: &GetRequest,
    outputs: &[Output],
    group: &[ColumnIndex],
    notes: &mut Notes,
) -> (Vec<(OutputSource, Direction)>, Vec<ColumnIndex>) {
    let summarised = !group.is_empty() || outputs.iter().any(|o| o.source == OutputSource::Count);
    let mut order: Vec<(OutputSource, Direction)> = Vec::new();
    for by in &request.order_by {
        let name = by.column.as_str();
        let direction = if by.descending {
            Direction::Descending
        } else {
            Direction::Ascending
        };
        let Some(key) = order_key(entity, name, outputs, notes) else {
            continue;
        };
        let loose = matches!(key, OutputSource::Column(index) if !group.contains(&index));
        let count_without_groups = key == OutputSource::Count && !summarised;
        if (summarised && loose) || count_without_groups {
            notes.faults.push(Fault::Selection {
                message: format!(
                    "OrderByTag '{}' is neither grouped by nor COUNT(*); order by one of those.",
                    shorten(name)
                ),
            });
        }
        if let OutputSource::Column(index) = key {
            refuse_unordered(entity.table().column(index), "OrderByTag", notes);
        }
        if !order.iter().any(|(known, _)| *known == key) {
            order.push((key, direction));
        }
    }
    if !summarised {
        // A key column that the caller may not order by cannot break ties either.
        // A row number orders last by itself.
        let number = entity.table().row_number();
        let key = entity.table().row_key().iter().copied();
        let breaks = |i: &ColumnIndex| entity.readable(*i) && Some(*i) != number;
        return (order, key.filter(breaks).collect());
    }
    for index in group {
        let key = OutputSource::Column(*index);
        if entity.readable(*index) && !order.iter().any(|(known, _)| *known == key) {
            order.push((key, Direction::Ascending));
        }
    }
    (order, Vec::new())
}

/// Notes a fault when the values of a column have no order and no equality.
fn refuse_unordered(column: &Column, parameter: &str, notes: &mut Notes) {
    if !column.ty.is_ordered() {
        notes.faults.push(Fault::Selection {
            message: format!(
                "{parameter} names '{}', whose type {} has no order; leave it out.",
                column.name.as_str(),
                column.ty
            ),
        });
    }
}

/// A column, `COUNT(*)`, or the alias of a field.
fn order_key(
    entity: &Entity,
    name: &str,
    outputs: &[Output],
    notes: &mut Notes,
) -> Option<OutputSource> {
    if is_count(name) {
        return Some(OutputSource::Count);
    }
    if entity.table().find(name).is_none()
        && let Some(output) = outputs.iter().find(|o| same_name(&o.key, name))
    {
        return Some(output.source);
    }
    notes
        .find(entity, name, Use::Order)
        .map(OutputSource::Column)
}

fn bind_page(request: &GetRequest, notes: &mut Notes) -> (u64, u32) {
    // Engines count rows in 64 bits with a sign.
    let start = i64::try_from(request.start).ok();
    if start.is_none() {
        notes.faults.push(Fault::OutOfRange {
            parameter: "StartIndex",
            allowed: format!("0 to {}", i64::MAX),
            got: request.start.to_string(),
        });
    }
    let most = request.most.unwrap_or(MAX_LENGTH);
    let length = request.length.unwrap_or(u64::from(DEFAULT_LENGTH));
    let allowed = u32::try_from(length)
        .ok()
        .filter(|n| (1..=most).contains(n));
    if allowed.is_none() {
        notes.faults.push(Fault::OutOfRange {
            parameter: "Length",
            allowed: format!("1 to {most}"),
            got: length.to_string(),
        });
    }
    (request.start, allowed.unwrap_or(DEFAULT_LENGTH.min(most)))
}
