//! No value stands in SQL text: what is left of a statement without its names and its parameters'
//! numbers is this program's own syntax, in which each literal is known.

use std::{
    collections::HashSet,
    mem::{Discriminant, discriminant},
};

use upsertd::{
    domain::{Column, Entity, SqlType, Value},
    render::Statement,
};

use super::{
    case::{Case, Engine, folders},
    catalog::catalog,
    print::{print, print_value},
    sql::Bare,
};

/// What a dialect writes itself that has a digit or a quote in it, longest first.
fn own_literals(entity: &Entity, engine: Engine) -> Vec<String> {
    let constants: &[&str] = match engine {
        // `SELECT 1` asks for no column.
        Engine::Sqlite => &["SELECT 1 FROM"],
        Engine::Mssql => &[
            "SET CONTEXT_INFO 0x00;",
            "SET CONTEXT_INFO 0x01;",
            "DECLARE @n int = 0, @a int = 0",
            "@id decimal(38,0)",
            ") 1 AS x FROM",
            "IF @n BETWEEN 1 AND",
            "IF @n = 0",
            "IF @@TRANCOUNT > 0",
            "CASE @n WHEN 0 THEN 1 ELSE",
            " THEN 0 ELSE @@ROWCOUNT END",
            r" ESCAPE '\'",
            "AS varchar(8000))",
            "AS decimal(19,4))",
            "AS nvarchar(4000))",
            "AS varbinary(8))",
        ],
    };
    let constants = constants.iter().map(|&text| text.to_owned());
    let columns = &entity.table().columns;
    let mut literals: Vec<String> = match engine {
        Engine::Sqlite => constants.collect(),
        Engine::Mssql => constants
            .chain(columns.iter().flat_map(declarations))
            .collect(),
    };
    literals.sort_by_key(|text| std::cmp::Reverse(text.len()));
    literals
}

/// The types that a column's values are cast to.
fn declarations(column: &Column) -> Vec<String> {
    let own = column.ty.to_string();
    match (&column.ty, column.ty.max_length()) {
        (SqlType::Char(_) | SqlType::VarChar(_), Some(length)) => {
            vec![format!("AS nvarchar({length}))")]
        }
        _ if own.contains(|c: char| c.is_ascii_digit()) => {
            vec![format!("AS {own})"), format!("(id {own})")]
        }
        _ => Vec::new(),
    }
}

/// What has been looked for.
#[derive(Default)]
struct Looked {
    values: usize,
    kinds: HashSet<Discriminant<Value>>,
}

impl Looked {
    fn check(&mut self, statement: &Statement, entity: &Entity, engine: Engine, shown: &str) {
        let syntax = Self::syntax(statement, engine, shown);
        let mut rest = syntax.clone();
        for literal in own_literals(entity, engine) {
            rest = rest.replace(&literal, "");
        }
        let literal = rest.find(|c: char| c.is_ascii_digit() || c == '\'');
        assert_eq!(literal, None, "{rest} of {shown}");
        self.check_values(statement, &syntax, shown);
    }

    /// The text without its names and its parameters' numbers.
    fn syntax(statement: &Statement, engine: Engine, shown: &str) -> String {
        let bare = Bare::new(statement, engine.look());
        assert!(bare.names_all(statement.params().len()), "{shown}");
        bare.syntax
    }

    /// That none of the values stands in the text.
    fn check_values(&mut self, statement: &Statement, syntax: &str, shown: &str) {
        // The number of an error, in which others stand by chance.
        let syntax = syntax.replace("1875001403", "");
        for value in statement.params().iter().filter_map(|p| p.value.as_ref()) {
            let printed = print_value(value);
            let core = printed.trim_matches(|c: char| !c.is_alphanumeric());
            // One or two characters say nothing: they stand in any word.
            if core.chars().count() > 2 {
                assert!(!syntax.contains(core), "{core} in {shown}");
                self.values += 1;
                self.kinds.insert(discriminant(value));
            }
        }
    }
}

#[test]
fn no_value_stands_in_sql_text() {
    for engine in Engine::ALL {
        let catalog = catalog(engine);
        let mut looked = Looked::default();
        for folder in folders() {
            let case = Case::read(&folder);
            if !case.is_for(engine) {
                continue;
            }
            let Ok(rendered) = case.render(&catalog, engine) else {
                continue;
            };
            let entity = catalog.find(&case.entity).unwrap();
            for (_, statement) in &rendered.statements {
                let shown = format!("{}: {}", folder.display(), statement.text());
                if case.journal.is_some() || case.is_once() || case.is_within() {
                    // Texts of its own make up most of it.
                    let syntax = Looked::syntax(statement, engine, &shown);
                    looked.check_values(statement, &syntax, &shown);
                } else {
                    looked.check(statement, entity, engine, &shown);
                }
            }
        }
        let values = looked.values;
        assert!(values > 200, "only {values} values were looked for");
        assert_eq!(
            looked.kinds.len(),
            11,
            "values of every kind were looked for"
        );
    }
}

/// Names are the only foreign text in SQL; they come quoted, their quotes doubled.
#[test]
fn a_name_is_quoted_and_its_quotes_are_doubled() {
    let body = serde_json::json!({"entity": "odd \"table\"", "operation": "Get", "body": {}});
    let case: Case = serde_json::from_value(body).unwrap();
    for (engine, expected) in [
        (
            Engine::Sqlite,
            r#"SELECT "a ""b"" ] c", "Größe" FROM "odd ""table""""#,
        ),
        (
            Engine::Mssql,
            r#"SELECT [a "b" ]] c], [Größe] FROM [dbo].[odd "table"]"#,
        ),
    ] {
        let text = print(&case.render(&catalog(engine), engine).unwrap(), engine);
        assert!(text.contains(expected), "{text}");
    }
}
