//! A case's outcome as its file holds it.

use std::fmt::Write as _;

use upsertd::{
    domain::{Value, iso, plan::MatchRule},
    render::{Otherwise, Statement},
};

use super::case::{Engine, Rendered};

pub fn count_title(rule: MatchRule) -> String {
    format!("count, {}", rule_text(rule))
}

pub fn script_title(rule: Option<MatchRule>, otherwise: Otherwise) -> String {
    let Some(rule) = rule else {
        return "script, insert".to_owned();
    };
    let otherwise = match otherwise {
        Otherwise::Insert => "else insert",
        Otherwise::Impossible => "else no insert",
        Otherwise::Nothing => "else nothing",
    };
    format!("script, {}, {otherwise}", rule_text(rule))
}

fn rule_text(rule: MatchRule) -> String {
    format!("{} allowed of at most {}", rule.allowed, rule.cap)
}

pub fn print(rendered: &Rendered, engine: Engine) -> String {
    if let Some(rows) = &rendered.rows {
        return rows.clone();
    }
    let statements = rendered.statements.iter();
    let mut text: String = statements
        .map(|(title, statement)| print_statement(title, statement, engine))
        .collect();
    if let Some(faults) = &rendered.impossible {
        writeln!(text, "-- no insert: {faults}").unwrap();
    }
    text
}

fn print_statement(title: &str, statement: &Statement, engine: Engine) -> String {
    let sql = statement.text().trim_end_matches(';');
    let mut text = format!("-- {title}\n{sql};\n");
    let prefix = engine.look().prefix;
    for (i, param) in statement.params().iter().enumerate() {
        let value = param.value.as_ref().map_or("NULL".to_owned(), print_value);
        writeln!(text, "--   {prefix}{} {} = {value}", i + 1, param.ty).unwrap();
    }
    text
}

pub fn print_value(value: &Value) -> String {
    match value {
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Decimal(d) => d.to_plain_string(),
        Value::Float(f) => format!("{f:?}"),
        Value::Text(t) => format!("'{t}'"),
        Value::Date(d) => iso::date_text(*d),
        Value::Time(t) => iso::time_text(*t),
        Value::DateTime(d) => iso::datetime_text(*d, ' '),
        Value::DateTimeOffset(d) => iso::offset_datetime_text(d, ' '),
        Value::Guid(g) => g.to_string(),
        Value::Binary(b) => format!("{b:02x?}"),
    }
}
