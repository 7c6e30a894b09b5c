//! Tuples → assignments, and what an INSERT needs besides them. It does not ask whether a column may be
//! written: that is `policy`'s question.

use super::{Context, Notes, encoding, exact};
use crate::domain::{
    Column, ColumnIndex, Default, Entity, Fault, Faults, Guard, Literal, Name, OffsetDateTime,
    SqlType, Value,
    coerce::{self, Comparand, Misfit},
    fault::shorten,
    iso,
    plan::{Assignment, Origin, Use},
    request::Tuple,
};

/// What the tuples come to.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    /// The values that fit.
    pub(super) assignments: Vec<Assignment>,
    /// Every column that the caller named, also those whose values do not fit: none of them is missing.
    named: Vec<ColumnIndex>,
}

/// Turns tuples into assignments; what cannot be is noted as a fault.
pub(super) fn bind_tuples(
    entity: &Entity,
    tuples: &[Tuple],
    context: &Context<'_>,
    notes: &mut Notes,
) -> Bound {
    if tuples.is_empty() {
        notes.faults.push(Fault::NoTuples);
    }
    let mut named = Vec::with_capacity(tuples.len());
    let mut assignments = Vec::with_capacity(tuples.len());
    for tuple in tuples {
        let Some(index) = notes.find(entity, &tuple.name, Use::Write) else {
            continue;
        };
        let column = entity.table().column(index);
        if named.contains(&index) {
            let column = column.name.clone();
            let fault = Fault::RepeatedColumn { column };
            if !notes.faults.contains(&fault) {
                notes.faults.push(fault);
            }
            continue;
        }
        named.push(index);
        if !entity.writable(index) {
            // Policy refuses it by name; its value must not even be looked at, let alone repeated.
            continue;
        }
        match bind_value(column, &tuple.value, context) {
            Ok(value) => assignments.push(Assignment {
                column: index,
                value,
                origin: Origin::Caller,
            }),
            Err(fault) => notes.faults.push(fault),
        }
    }
    Bound { assignments, named }
}

/// A row's value, given away: a text is not copied on its way.
pub(super) fn bind_owned(
    column: &Column,
    literal: Literal,
    context: &Context<'_>,
) -> Result<Option<Value>, Fault> {
    let literal = match literal {
        Literal::Text(text) if column.code_page.is_none() => {
            match coerce::take_text(&column.ty, text) {
                Ok(value) => return Ok(Some(value)),
                Err(text) => Literal::Text(text),
            }
        }
        other => other,
    };
    bind_value(column, &literal, context)
}

pub(super) fn bind_value(
    column: &Column,
    literal: &Literal,
    context: &Context<'_>,
) -> Result<Option<Value>, Fault> {
    if *literal == Literal::Null {
        return if column.nullable {
            Ok(None)
        } else {
            Err(Fault::NullNotAllowed {
                column: column.name.clone(),
            })
        };
    }
    coerce::store(&column.ty, literal)
        .and_then(|value| exact::check_stored(value, context.fraction_digits))
        .and_then(|value| encoding::check_stored(value, column))
        .map(Some)
        .map_err(|misfit| misfit_fault(column, literal, misfit, ""))
}

/// The fault for a value that does not fit, with the value shortened for the message.
pub(super) fn misfit_fault(
    column: &Column,
    literal: &Literal,
    misfit: Misfit,
    place: &str,
) -> Fault {
    misfit_of(&column.name, &column.ty, literal, misfit, place)
}

/// The same for a column that is not there yet.
pub(super) fn misfit_of(
    column: &Name,
    ty: &SqlType,
    literal: &Literal,
    misfit: Misfit,
    place: &str,
) -> Fault {
    let got = match literal {
        Literal::Null => "null".to_owned(),
        Literal::Bool(b) => b.to_string(),
        Literal::Number(digits) => shorten(digits),
        Literal::Text(text) => format!("'{}'", shorten(text)),
    };
    Fault::Misfit {
        column: column.clone(),
        ty: ty.clone(),
        got,
        misfit,
        place: place.to_owned(),
    }
}

/// Adds what an INSERT needs and the database does not supply: system dates and GUIDs.
///
/// # Errors
/// The columns that must have a value and have none: all of them.
pub(super) fn complete_insert(
    entity: &Entity,
    bound: Bound,
    context: &Context<'_>,
) -> Result<Vec<Assignment>, Faults> {
    let Bound {
        mut assignments,
        named,
    } = bound;
    let needs = insert_needs(entity, &named);
    for &index in &needs.filled {
        assignments.push(Assignment {
            column: index,
            value: fill(entity, index, context),
            origin: Origin::Service,
        });
    }
    let faults = needs.faults(|columns| Fault::Required { columns });
    Faults::new(faults).map_or(Ok(assignments), Err)
}

/// What an INSERT needs besides the columns named.
pub(super) struct Needs {
    /// The service fills these.
    pub(super) filled: Vec<ColumnIndex>,
    /// The caller has to name these.
    pub(super) required: Vec<Name>,
    /// Nobody can.
    pub(super) unfillable: Vec<Name>,
    /// Nobody can, nor may the caller know of it.
    pub(super) hidden: bool,
}

/// Looks for what an INSERT of the columns named lacks.
pub(super) fn insert_needs(entity: &Entity, named: &[ColumnIndex]) -> Needs {
    let table = entity.table();
    let mut needs = Needs {
        filled: Vec::new(),
        required: Vec::new(),
        unfillable: Vec::new(),
        hidden: false,
    };
    for index in table.every().filter(|index| !named.contains(index)) {
        let column = table.column(index);
        if is_filled(entity, index) {
            needs.filled.push(index);
        } else if must_have_value(column) {
            match entity.guard(index) {
                None | Some(Guard::WriteOnly) => needs.required.push(column.name.clone()),
                // Nobody is told of it by its name.
                Some(Guard::Hidden) => needs.hidden = true,
                Some(_) => needs.unfillable.push(column.name.clone()),
            }
        }
    }
    needs
}

impl Needs {
    /// What of it keeps a row from being inserted.
    pub(super) fn faults(self, required: impl FnOnce(Vec<Name>) -> Fault) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.required.is_empty() {
            faults.push(required(self.required));
        }
        if self.hidden || !self.unfillable.is_empty() {
            faults.push(Fault::Unfillable {
                columns: self.unfillable,
            });
        }
        faults
    }
}

fn must_have_value(column: &Column) -> bool {
    !column.nullable && column.default == Default::None
}

/// Whether the service gives a value to a column that the caller may not set.
fn is_filled(entity: &Entity, index: ColumnIndex) -> bool {
    let column = entity.table().column(index);
    if column.default != Default::None {
        return false;
    }
    match entity.nature(index) {
        Some(Guard::SystemDate) => holds_now(&column.ty),
        // A nullable GUID stays NULL; one that refers to another row cannot be invented.
        Some(Guard::Guid) => must_have_value(column) && !column.foreign_key,
        _ => false,
    }
}

/// The value the service gives a column that the caller may not set.
pub(super) fn fill(entity: &Entity, index: ColumnIndex, context: &Context<'_>) -> Option<Value> {
    match entity.nature(index)? {
        Guard::SystemDate => now_as(&entity.table().column(index).ty, context),
        Guard::Guid => Some(Value::Guid((context.new_guid)())),
        _ => None,
    }
}

/// The current time cut to what the type keeps, to the second where it is text; `None` when the type can
/// hold no date and time.
fn now_as(ty: &SqlType, context: &Context<'_>) -> Option<Value> {
    if ty.is_text() {
        let seconds = context.now.with().subsec_nanosecond(0).build().ok()?;
        let text = Literal::Text(iso::datetime_text(seconds, ' '));
        return coerce::store(ty, &text).ok();
    }
    let mut text = iso::datetime_text(context.now, 'T');
    if matches!(ty, SqlType::DateTimeOffset { .. }) {
        let offset = OffsetDateTime::new(context.now, context.offset_minutes)?;
        text.push_str(&offset.offset_text());
    }
    match coerce::compare(ty, &Literal::Text(text)).ok()? {
        Comparand::On(value) => Some(value),
        Comparand::Between { floor } => floor,
    }
}

/// Whether a type can hold a date and time.
fn holds_now(ty: &SqlType) -> bool {
    ty.is_text()
        || matches!(
            ty,
            SqlType::Date
                | SqlType::SmallDateTime
                | SqlType::DateTime
                | SqlType::DateTime2 { .. }
                | SqlType::DateTimeOffset { .. }
        )
}
