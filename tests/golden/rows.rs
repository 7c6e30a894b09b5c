//! A case whose operation is `Rows`: a batch, taken through plan, policy and render, and its SQL as the case's file
//! holds it.

use std::{fmt::Write as _, sync::Arc};

use serde::Deserialize;
use upsertd::{
    domain::{
        Entity, Faults, Literal, Note, Value,
        batch::{BatchRow, Keyless, Repeated, RowAction},
        entity_keys::{EntityKeys, KeyDeclaration},
        rows::{PlannedRow, RowsPlan},
    },
    error::Error,
    plan::{Context, RowPlanner},
    policy::{self, Refused},
    render::{
        Dialect,
        rows::{RowStatement, RowSteps, RowsBatch, RowsWork},
    },
};

use super::print::print_value;

/// A batch in a case's file.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
pub struct RowsFile {
    key: Vec<String>,
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    keyless: bool,
    #[serde(default)]
    refuse_repeated: bool,
    #[serde(default)]
    report_keys: bool,
    #[serde(default)]
    caller_keys: bool,
    #[serde(default)]
    not_unique: bool,
    rows: Vec<serde_json::Map<String, serde_json::Value>>,
}

/// The SQL of a batch.
pub fn render(
    file: &RowsFile,
    entity: &Arc<Entity>,
    context: &Context<'_>,
    dialect: &dyn Dialect,
    note: Option<&Arc<Note>>,
) -> Result<String, Error> {
    let keys = KeyDeclaration {
        caller_keys: file.caller_keys,
        ..KeyDeclaration::default()
    };
    let bound = EntityKeys::bind(entity.table(), &keys).unwrap();
    let entity = Arc::new(entity.as_ref().clone().with_keys(bound));
    let columns: Vec<_> = file
        .key
        .iter()
        .map(|n| entity.table().find(n).unwrap())
        .collect();
    let key = upsertd::domain::batch::BatchKey {
        columns,
        unique: !file.not_unique,
    };
    let keyless = if file.keyless {
        Keyless::Insert
    } else {
        Keyless::Refuse
    };
    let mut planner = RowPlanner::new(&entity, &key, keyless);
    let permit = policy::authorize(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(&entity),
    )
    .unwrap();
    let mut rows = Vec::new();
    let mut shapes = Vec::new();
    for (number, sent) in (0..).zip(&file.rows) {
        let row = BatchRow {
            number,
            action: action(file.action.as_deref()),
            names: sent.keys().cloned().collect(),
            values: sent.values().map(literal).collect(),
        };
        let shape = planner.shape_of(&row);
        let bound = planner.plan(row, shape, context)?;
        if shapes.len() <= shape {
            shapes.push(Arc::clone(planner.shape(shape)));
        }
        rows.push(bound);
    }
    let plan = RowsPlan {
        key,
        repeated: if file.refuse_repeated {
            Repeated::Refuse
        } else {
            Repeated::InOrder
        },
        report_keys: file.report_keys,
        shapes,
        rows,
        entity,
    };
    let approved = policy::approve_rows(&permit, plan).map_err(|refused| match refused {
        Refused::Guards(faults) => Error::Invalid(faults),
        Refused::Action(action) => panic!("{action:?} is not allowed"),
    })?;
    Ok(print(&dialect.render_rows(approved, true, note)))
}

fn action(word: Option<&str>) -> RowAction {
    match word {
        None | Some("Upsert") => RowAction::Upsert,
        Some("Insert") => RowAction::Insert,
        Some("InsertIgnore") => RowAction::InsertIgnore,
        Some("Replace") => RowAction::Replace,
        Some("Update") => RowAction::Update,
        Some("Delete") => RowAction::Delete,
        Some(other) => panic!("{other} is no action"),
    }
}

fn literal(json: &serde_json::Value) -> Literal {
    match json {
        serde_json::Value::Null => Literal::Null,
        serde_json::Value::Bool(flag) => Literal::Bool(*flag),
        serde_json::Value::Number(number) => Literal::Number(number.to_string()),
        serde_json::Value::String(text) => Literal::Text(text.clone()),
        other => panic!("{other} is no value of a row"),
    }
}

fn print(batch: &RowsBatch) -> String {
    let mut text = String::new();
    match &batch.work {
        RowsWork::Steps { shapes, repeats } => {
            if let Some(repeats) = repeats {
                push_statement(&mut text, "repeated keys", repeats);
            }
            for (place, steps) in shapes.iter().enumerate() {
                push_steps(&mut text, place, steps);
                if let Err(faults) = &batch.shapes[place].insert {
                    push_faults(&mut text, faults);
                }
            }
        }
        RowsWork::Script(script) => {
            push_statement(&mut text, "rows", &script.whole);
        }
    }
    for row in &batch.rows {
        push_row(&mut text, row);
    }
    text
}

fn push_steps(text: &mut String, place: usize, steps: &RowSteps) {
    let named = [
        ("find", &steps.find),
        ("change", &steps.change),
        ("insert", &steps.insert),
    ];
    for (name, statement) in named {
        if let Some(statement) = statement {
            push_statement(text, &format!("shape {place}: {name}"), statement);
        }
    }
    writeln!(
        text,
        "-- shape {place}: a row that is there is {:?}",
        steps.found
    )
    .unwrap();
}

fn push_statement(text: &mut String, title: &str, statement: &RowStatement) {
    let sql = statement.text.trim_end_matches(';');
    writeln!(text, "-- {title}\n{sql};").unwrap();
}

fn push_faults(text: &mut String, faults: &Faults) {
    writeln!(text, "-- no insert: {faults}").unwrap();
}

fn push_row(text: &mut String, row: &PlannedRow) {
    let print = |value: &Option<Value>| value.as_ref().map_or("NULL".to_owned(), print_value);
    let values: Vec<String> = row.values.iter().map(print).collect();
    writeln!(
        text,
        "--   row {}, shape {}: {}",
        row.number,
        row.shape,
        values.join(", ")
    )
    .unwrap();
}
