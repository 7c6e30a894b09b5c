//! Tables and what is wrong with them, as Datasette tells it: the text of a definition in its layout and its words for
//! types, whatever the database, and SQLite's messages.

use crate::{
    domain::{
        ColumnIndex, Default, Entity, Fault, Length, SqlType,
        schema::{ColumnDetail, SchemaFault},
    },
    error::{EngineError, Error},
};

/// The definition of an entity's table.
pub(super) fn definition(entity: &Entity, details: &[ColumnDetail]) -> String {
    let table = entity.table();
    let key = table.shown_key();
    let mut lines: Vec<String> = table
        .indices()
        .map(|index| column(entity, index, details))
        .collect();
    if key.len() > 1 {
        let names = key
            .iter()
            .map(|index| quoted(table.column(*index).name.as_str()));
        let names: Vec<String> = names.collect();
        lines.push(format!("PRIMARY KEY ({})", names.join(", ")));
    }
    format!(
        "CREATE TABLE {} (\n   {}\n)",
        quoted(entity.name().as_str()),
        lines.join(",\n   ")
    )
}

fn column(entity: &Entity, index: ColumnIndex, details: &[ColumnDetail]) -> String {
    let table = entity.table();
    let column = table.column(index);
    let detail = details
        .iter()
        .find(|detail| column.name.matches(&detail.name));
    let mut text = format!("{} {}", quoted(column.name.as_str()), type_word(&column.ty));
    let key = table.shown_key();
    let in_key = key.contains(&index);
    if in_key && key.len() == 1 {
        text.push_str(" PRIMARY KEY");
    }
    // A key's column is never NULL, which goes without saying.
    if !column.nullable && !in_key {
        text.push_str(" NOT NULL");
    }
    if column.default == Default::Declared
        && let Some(default) = detail.and_then(|detail| detail.default.as_deref())
    {
        text.push_str(" DEFAULT ");
        text.push_str(&default_text(default));
    }
    if let Some((other, referred)) = detail.and_then(|detail| detail.references.as_ref()) {
        text = format!("{text} REFERENCES {}({})", quoted(other), quoted(referred));
    }
    text
}

/// Datasette's words where it has some.
fn type_word(ty: &SqlType) -> String {
    match ty {
        SqlType::NVarChar(Length::Max) => "TEXT".to_owned(),
        SqlType::BigInt => "INTEGER".to_owned(),
        SqlType::Float => "REAL".to_owned(),
        SqlType::VarBinary(Length::Max) => "BLOB".to_owned(),
        other => other.to_string(),
    }
}

/// A default as SQLite would have it: SQL Server puts parentheses around what it keeps, and N before texts. Expressions
/// stand in two pairs, as Datasette writes them.
fn default_text(declared: &str) -> String {
    let mut text = declared.trim();
    while let Some(inner) = within_parentheses(text) {
        text = inner.trim();
    }
    let text = text
        .strip_prefix("N'")
        .map_or_else(|| text.to_owned(), |rest| format!("'{rest}"));
    let plain = |text: &str| {
        text.starts_with(['\'', '"', '-', '+', '.'])
            || text.starts_with(|c: char| c.is_ascii_digit())
            || text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            || text.starts_with("x'")
    };
    if plain(&text) {
        return text;
    }
    format!("(({text}))")
}

/// What stands within the parentheses that are around the whole; `None` where there are none.
fn within_parentheses(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    let mut in_text = false;
    for c in inner.chars() {
        match c {
            '\'' => in_text = !in_text,
            '(' if !in_text => depth += 1,
            ')' if !in_text => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    (depth == 0 && !in_text).then_some(inner)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The code of a table that cannot be made because its name is taken.
pub(super) const NAME_TAKEN: &str = "name_taken";

/// Why a table was not made, in the contract's words and with its status; `table` as the caller called it.
pub(super) fn not_made(table: &str, error: Error) -> Error {
    match error {
        // The plan has looked at the columns already.
        Error::Engine(EngineError::Exists { .. }) => Error::Contract {
            status: 400,
            code: NAME_TAKEN,
            messages: vec![exists(table)],
        },
        other => refused(table, other),
    }
}

fn exists(table: &str) -> String {
    format!("table {} already exists", quoted(table))
}

/// What is wrong with a change of a table, in the contract's words and with its status; `table` as the caller called it.
pub(super) fn refused(table: &str, error: Error) -> Error {
    let code = error.code();
    let messages = match &error {
        Error::Invalid(faults) => faults
            .all()
            .iter()
            .map(|fault| fault_text(table, fault))
            .collect(),
        Error::Engine(EngineError::Exists { .. }) => {
            vec![format!(
                "table {} already exists, or one of the columns does",
                quoted(table)
            )]
        }
        Error::Engine(EngineError::ForeignKey { .. }) => {
            vec!["FOREIGN KEY constraint failed".to_owned()]
        }
        Error::Engine(EngineError::Conversion { .. }) => vec![
            "The column holds values that are none of the new type; nothing was changed."
                .to_owned(),
        ],
        Error::Engine(EngineError::Null { column }) => {
            vec![format!("NOT NULL constraint failed: {table}.{column}")]
        }
        Error::Engine(engine)
            if engine.is_about_a_row() || matches!(engine, EngineError::Dependent { .. }) =>
        {
            vec![error.to_string()]
        }
        _ => return error,
    };
    Error::Contract {
        status: 400,
        code,
        messages,
    }
}

fn fault_text(table: &str, fault: &Fault) -> String {
    let Fault::Schema(fault) = fault else {
        return fault.to_string();
    };
    match fault {
        SchemaFault::TableExists { name } if name.matches(table) => exists(table),
        SchemaFault::TableExists { name } => format!(
            "there is already another table or index with this name: {}",
            name.as_str()
        ),
        SchemaFault::NoColumns => "Tables must have at least one column".to_owned(),
        SchemaFault::ColumnExists { name } => format!("duplicate column name: {}", name.as_str()),
        SchemaFault::NoColumn { wrote } => {
            format!("no such column: {}", crate::domain::fault::shorten(wrote))
        }
        SchemaFault::DefaultMissing { .. } => {
            "add_column args.default or args.default_expr is required when not_null is true"
                .to_owned()
        }
        SchemaFault::ReferenceUnknown {
            table,
            column: None,
        }
        | SchemaFault::ReferenceWithoutKey { table } => {
            format!("Could not detect single primary key for table '{table}'")
        }
        SchemaFault::ReferenceUnknown {
            table,
            column: Some(column),
        } => {
            format!("No such column: {table}.{column}")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_told_alike_whatever_the_database() {
        for (declared, told) in [
            ("5", "5"),
            ("((5))", "5"),
            ("(N'it''s')", "'it''s'"),
            ("'it''s'", "'it''s'"),
            ("(N'(')", "'('"),
            ("-1.5", "-1.5"),
            ("x'00'", "x'00'"),
            ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
            ("(getdate())", "((getdate()))"),
            ("(a) + (b)", "(((a) + (b)))"),
        ] {
            assert_eq!(default_text(declared), told, "{declared}");
        }
    }
}
