//! Each `mssql.sql` read by a parser of T-SQL: a script has the statements that its kind asks for and no
//! others, however odd its names and values are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use sqlparser::{
    ast::{ConditionalStatements, Statement},
    dialect::MsSqlDialect,
    parser::Parser,
    tokenizer::Token,
};

use super::{
    case::{Case, folders},
    sql::parseable,
};

/// Sets the session up and begins, to try and the transaction.
const BEGINS: &str = "SET SET SET DECLARE BEGIN BEGIN";
/// Ends the transaction and reports.
const ENDS: &str = "IF(SET COMMIT) ELSE(ROLLBACK) END BEGIN IF(ROLLBACK) THROW END SELECT";

/// The statements of a text, a block's in parentheses.
fn shape(text: &str) -> String {
    let dialect = MsSqlDialect {};
    let text = &parseable(text);
    let mut parser = Parser::new(&dialect).try_with_sql(text).unwrap();
    let statements = parser
        .parse_statements()
        .unwrap_or_else(|e| panic!("{e}: {text}"));
    // A stray END ends the list too.
    assert_eq!(parser.peek_token().token, Token::EOF, "{text}");
    words(&statements)
}

fn words(statements: &[Statement]) -> String {
    statements.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn word(statement: &Statement) -> String {
    let word = match statement {
        Statement::Set(_) => "SET",
        Statement::Declare { .. } => "DECLARE",
        Statement::StartTransaction { .. } => "BEGIN",
        Statement::Query(_) => "SELECT",
        Statement::Update(_) => "UPDATE",
        Statement::Insert(_) => "INSERT",
        // Of TRY and of CATCH.
        Statement::Commit { end: true, .. } => "END",
        Statement::Commit { .. } => "COMMIT",
        Statement::Throw(_) => "THROW",
        Statement::Rollback { .. } => "ROLLBACK",
        Statement::Drop { .. } => "DROP",
        Statement::Delete(_) => "DELETE",
        Statement::CreateIndex(_) => "INDEX",
        Statement::While(statement) => {
            let body = words(statement.while_block.conditional_statements.statements());
            return format!("WHILE({body})");
        }
        Statement::If(statement) => {
            let block = |block: &ConditionalStatements| words(block.statements());
            let then = block(&statement.if_block.conditional_statements);
            let otherwise = statement.else_block.as_ref();
            return match otherwise.map(|b| block(&b.conditional_statements)) {
                Some(otherwise) => format!("IF({then}) ELSE({otherwise})"),
                None => format!("IF({then})"),
            };
        }
        other => panic!("{other:?} has no place in a script"),
    };
    word.to_owned()
}

/// What a text of the operation may look like.
fn shapes(operation: &str) -> Vec<String> {
    let bodies: &[&str] = match operation {
        "Get" => return vec!["SELECT".to_owned()],
        "Add" => &["INSERT SET", "INSERT SELECT"],
        "Update" => &["SELECT IF(UPDATE SET)", "UPDATE SELECT"],
        "Upsert" => &[
            "SELECT IF(UPDATE SET) ELSE(IF(INSERT SET))",
            "SELECT IF(UPDATE SET) ELSE(IF(INSERT SELECT))",
            "UPDATE SELECT IF(INSERT SET)",
            "UPDATE SELECT IF(INSERT SELECT)",
            // Where an insert is impossible.
            "SELECT IF(UPDATE SET)",
            "UPDATE SELECT",
        ],
        other => panic!("{other} is no operation"),
    };
    let script = |body: &&str| format!("{BEGINS} {body} {ENDS}");
    bodies.iter().map(script).collect()
}

/// What comes before a batch's rounds: the session, the staging, the variables, the transaction.
const STAGES: &str = "SET SET SET IF(DROP) SELECT INDEX INSERT";
const KEYS: [&str; 2] = ["", " IF(UPDATE)"];
const ROUNDS: [&str; 2] = ["DECLARE DECLARE", "DECLARE DECLARE DECLARE"];
/// What comes after them.
const REPORTS: &str = "IF(THROW) SELECT SET COMMIT END BEGIN";
const FAILS: [&str; 2] = ["IF(ROLLBACK) THROW END", "IF(ROLLBACK) IF(SET) THROW END"];

/// A batch's script: whatever it writes, it writes within the rounds.
fn check_rows(shape: &str) {
    let round = shape.split_once("WHILE(").and_then(|(before, rest)| {
        let (round, after) = rest.rsplit_once(") IF(THROW)")?;
        let starts = KEYS.iter().flat_map(|keys| {
            ROUNDS.map(|declared| format!("{STAGES}{keys} {declared} BEGIN BEGIN SELECT "))
        });
        let ends = FAILS.map(|fails| format!("{REPORTS} {fails}"));
        let starts: Vec<String> = starts.collect();
        let framed = starts.iter().any(|start| start == before)
            && ends.contains(&format!("IF(THROW){after}"));
        framed.then_some(round)
    });
    let round = round.unwrap_or_else(|| panic!("{shape}"));
    let words = round.split(|c: char| !c.is_ascii_uppercase());
    for word in words.filter(|word| !word.is_empty()) {
        let known = ["SELECT", "INSERT", "UPDATE", "DELETE", "SET", "IF", "WHILE"];
        assert!(known.contains(&word), "{word} in {shape}");
    }
}

/// What the journal adds to a script, each with what is there without it.
const JOURNAL: [(&str, &str); 11] = [
    // Its values, and where rows wait.
    ("SET DECLARE DECLARE DECLARE BEGIN", "SET DECLARE BEGIN"),
    (
        "SET DECLARE DECLARE IF(DROP) SELECT BEGIN",
        "SET DECLARE BEGIN",
    ),
    ("SET DECLARE DECLARE BEGIN", "SET DECLARE BEGIN"),
    // Rows as they were.
    ("BEGIN BEGIN INSERT UPDATE", "BEGIN BEGIN UPDATE"),
    ("IF(INSERT UPDATE SET)", "IF(UPDATE SET)"),
    // What was done, and rows as they have become.
    ("IF(INSERT INSERT SET COMMIT)", "IF(SET COMMIT)"),
    (
        "IF(INSERT IF(INSERT) ELSE(INSERT) SET COMMIT)",
        "IF(SET COMMIT)",
    ),
    ("IF(INSERT SET COMMIT)", "IF(SET COMMIT)"),
    // The same of a batch.
    (
        "DECLARE DECLARE DECLARE DECLARE DECLARE BEGIN",
        "DECLARE DECLARE DECLARE BEGIN",
    ),
    (
        "DECLARE DECLARE DECLARE DECLARE BEGIN",
        "DECLARE DECLARE BEGIN",
    ),
    (
        "IF(THROW) SELECT IF(UPDATE IF(INSERT)) SELECT",
        "IF(THROW) SELECT",
    ),
];

/// A journalled script's statements without what the journal adds.
fn without_journal(shape: &str) -> String {
    let cut = |shape: String, (with, without)| shape.replacen(with, without, 1);
    JOURNAL.into_iter().fold(shape.to_owned(), cut)
}

#[test]
fn every_script_has_the_statements_of_its_kind() {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in folders() {
        let Ok(text) = fs::read_to_string(folder.join("mssql.sql")) else {
            continue;
        };
        let case = Case::read(&folder);
        if case.operation == "Undo" || case.is_once() || case.is_within() {
            // The parser does not know all of it.
            continue;
        }
        let Case {
            operation, journal, ..
        } = case;
        let mut shape = shape(&text);
        if journal.is_some() {
            shape = without_journal(&shape);
        }
        if operation == "Rows" {
            check_rows(&shape);
            continue;
        }
        if text.starts_with("-- look\n") {
            // A statement of its own, before the script.
            shape = shape.replacen("SELECT ", "", 1);
        }
        if text.contains(" INTO @made ") {
            // A key that the database makes comes to be known through a table.
            shape = shape.replacen("DECLARE DECLARE", "DECLARE", 1);
        }
        let known = shapes(&operation).contains(&shape);
        assert!(known, "{}: {shape}", folder.display());
        seen.entry(operation).or_default().insert(shape);
    }
    for (operation, seen) in seen {
        assert_eq!(
            seen,
            shapes(&operation).into_iter().collect(),
            "{operation}"
        );
    }
}
