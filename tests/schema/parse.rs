//! Each T-SQL script read by a parser: it has the statements of its kind and no others.

use sqlparser::{ast::Statement, dialect::MsSqlDialect, parser::Parser, tokenizer::Token};
use upsertd::render::schema::SchemaBatch;

use super::{Engine, cases, render};

/// What the parser reads: to it the ends of TRY and CATCH are statements, which it wants closed, and of ALTER TABLE it
/// knows neither ALTER COLUMN with a type nor ADD DEFAULT. The type and the expression stand elsewhere for it.
fn readable(script: &str) -> String {
    let mut text = script.to_owned();
    for mark in ["BEGIN TRY", "END TRY", "BEGIN CATCH"] {
        text = text.replace(&format!("\n{mark}\n"), &format!("\n{mark};\n"));
    }
    let line = |line: &str| match (
        line.split_once("] ALTER COLUMN ["),
        line.split_once(" ADD DEFAULT "),
    ) {
        (Some((_, altered)), _) if line.starts_with("ALTER TABLE [") => {
            let (_, declared) = altered.rsplit_once("] ").unwrap();
            let declared = declared.trim_end_matches(';');
            let ty = declared.trim_end_matches(" NULL").trim_end_matches(" NOT");
            format!("SELECT CAST(1 AS {ty});")
        }
        (_, Some((_, default))) if line.starts_with("ALTER TABLE [") => {
            let (expression, column) = default.rsplit_once(" FOR ").unwrap();
            format!("SELECT {expression}, {column}")
        }
        _ => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_script_is_one_transaction_of_what_was_asked() {
    let dialect = MsSqlDialect {};
    let mut read = 0;
    for case in cases::all() {
        let Ok(SchemaBatch::Script(script)) = render(&case, Engine::Mssql) else {
            continue;
        };
        let text = readable(script.text());
        let mut parser = Parser::new(&dialect).try_with_sql(&text).unwrap();
        let statements = parser
            .parse_statements()
            .unwrap_or_else(|error| panic!("{}: {error}: {text}", case.name));
        assert_eq!(parser.peek_token().token, Token::EOF, "{text}");
        let begins = |s: &&Statement| matches!(s, Statement::StartTransaction { .. });
        // TRY, the transaction, CATCH.
        assert_eq!(statements.iter().filter(begins).count(), 3, "{text}");
        let creates = statements
            .iter()
            .filter(|s| matches!(s, Statement::CreateTable(_)))
            .count();
        let drops = text.matches("DROP TABLE [").count();
        let asked = match case.ask {
            cases::Ask::Create(_) => (1, 0),
            cases::Ask::Alter(..) => (0, 0),
            cases::Ask::Drop(_) | cases::Ask::Undo(_) => (0, 1),
        };
        assert_eq!((creates, drops), asked, "{text}");
        read += 1;
    }
    assert!(read > 15, "the walk found the scripts");
}
