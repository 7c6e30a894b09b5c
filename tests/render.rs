//! Properties of rendering, over random clauses and values on a table with awkward names: whatever a
//! caller sends, no piece of it stands in the SQL, which stays one well-formed statement.

#![allow(clippy::unwrap_used)]

#[path = "support/sql.rs"]
mod sql;

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use sql::{Bare, Look, parseable};
use sqlparser::{
    dialect::{self, MsSqlDialect, SQLiteDialect},
    parser::Parser,
    tokenizer::Token,
};
use upsertd::{
    catalog::{Catalog, Declaration, Serving},
    clause::Limits,
    domain::{
        Actions, CodePage, Column, Default, Entity, Literal, Name, SqlType, Table, TableKind,
        UniqueKey,
        request::{ClauseSource, GetRequest, OrderBy, Tuple, UpsertRequest},
    },
    plan::{self, Context},
    policy::{self, Approved},
    render::{
        Dialect, Statement, WriteBatch,
        mssql::{Isolation, Mssql},
        sqlite::Sqlite,
    },
};

const LIMITS: Limits = Limits {
    depth: 10,
    rules: 200,
    value_length: 4000,
};

/// Marks every text and number that a case sends, so that it can be looked for in the SQL.
const MARK: &str = "73519";

/// The most parameters of one request to a SQL Server, the text and the declarations among them.
const REQUEST: usize = 2100;

const COLUMNS: [(&str, &str); 7] = [
    ("plain", "nvarchar(200)"),
    ("with \"quotes\"", "nvarchar(200)"),
    ("with ] and ' and ;--", "int"),
    ("Größe", "decimal(30,4)"),
    ("?1", "bigint"),
    ("select", "float"),
    ("@P1 ]] '[a", "varchar(200)"),
];

fn entity() -> Arc<Entity> {
    let column = |(name, ty): &(&str, &str)| Column {
        name: Name::parse(*name).unwrap(),
        ty: SqlType::parse(ty).unwrap(),
        nullable: true,
        default: Default::None,
        foreign_key: false,
        default_expression: None,
        code_page: ty.starts_with("varchar").then(|| CodePage::new(1252, 1252)),
    };
    let mut table = Table {
        schema: Some(Name::parse("sche]ma.").unwrap()),
        name: Name::parse("odd \" table ]'").unwrap(),
        kind: TableKind::Table,
        columns: COLUMNS.iter().map(column).collect(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: false,
        primary_key_name: None,
        row_number: None,
        hidden: Vec::new(),
    };
    table.unique_keys = vec![UniqueKey {
        name: None,
        columns: vec![table.find(COLUMNS[6].0).unwrap()],
        filtered: false,
    }];
    let declaration = Declaration {
        name: Name::parse("odd").unwrap(),
        display: None,
        table: Some(table.name.as_str().to_owned()),
        actions: Actions {
            add: true,
            edit: true,
            view: true,
            ..Actions::NONE
        },
        passwords: Vec::new(),
        read_only: Vec::new(),
        keys: upsertd::domain::entity_keys::KeyDeclaration::default(),
        dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
        journal: None,
    };
    let serving = Serving {
        journal: upsertd::domain::Keeping::Off,
        declared: vec![declaration],
        all_tables: None,
    };
    let catalog = Catalog::build(&[table], &serving).unwrap();
    Arc::clone(catalog.find("odd").unwrap())
}

fn context(on_mssql: bool) -> Context<'static> {
    Context {
        clause: &LIMITS,
        fraction_digits: (!on_mssql).then_some(15),
        parameters: on_mssql.then_some(2040),
        pattern_units: on_mssql.then_some(4000),
        now: jiff::civil::datetime(2026, 1, 31, 0, 0, 0, 0),
        offset_minutes: 0,
        new_guid: uuid::Uuid::nil,
    }
}

/// A text with the mark and whatever SQL could trip over.
fn marked_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z'\"\\]\\[;%_?\\\\-]{0,12}".prop_map(|noise| format!("{noise}{MARK}{noise}")),
        Just(format!("'; DROP TABLE x; -- {MARK}")),
        Just(format!("{MARK}\" OR \"a\"=\"a")),
        Just(format!("Ω] @P{MARK}; END; --")),
    ]
}

fn marked_number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0_u32..1000).prop_map(|n| json!(format!("{MARK}{n}"))),
        (0_u32..1000).prop_map(|n| json!(format!("-{MARK}.{n}"))),
        Just(json!(73519)),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let on_text = (
        prop::sample::select(vec![0_usize, 1, 6]),
        prop::sample::select(vec![
            "equal", "not_equal", "less", "greater_or_equal", "begins_with", "not_begins_with",
            "contains", "not_contains", "ends_with", "not_ends_with",
        ]),
        marked_text(),
    )
        .prop_map(|(i, operator, value)| {
            json!({"field": COLUMNS[i].0, "operator": operator, "value": value})
        });
    let on_number = (
        2_usize..6,
        prop::sample::select(vec!["equal", "not_equal", "less", "greater"]),
        marked_number(),
    )
        .prop_map(|(i, operator, value)| {
            json!({"field": COLUMNS[i].0, "operator": operator, "value": value})
        });
    let of_many = (
        2_usize..6,
        prop::sample::select(vec!["in", "not_in", "between", "not_between"]),
        marked_number(),
        marked_number(),
    )
        .prop_map(|(i, operator, a, b)| {
            json!({"field": COLUMNS[i].0, "operator": operator, "value": [a, b]})
        });
    let of_none = (
        0_usize..7,
        prop::sample::select(vec!["is_null", "is_not_null"]),
    )
        .prop_map(|(i, operator)| json!({"field": COLUMNS[i].0, "operator": operator}));
    prop_oneof![on_text, on_number, of_many, of_none]
}

fn clause() -> impl Strategy<Value = Value> {
    let group = |inner: BoxedStrategy<Value>| {
        (
            prop::sample::select(vec!["AND", "OR"]),
            any::<bool>(),
            prop::collection::vec(inner, 1..4),
        )
            .prop_map(|(condition, not, rules)| {
                json!({"condition": condition, "not": not, "rules": rules})
            })
    };
    let nested = rule().prop_recursive(4, 24, 4, move |inner| group(inner.boxed()));
    nested.prop_map(|inner| json!({"rules": [inner]}))
}

/// How the T-SQL may be spoken.
fn mssql() -> impl Strategy<Value = Mssql> {
    let isolation = prop::sample::select(vec![
        Isolation::ReadCommitted,
        Isolation::RepeatableRead,
        Isolation::Snapshot,
        Isolation::Serializable,
    ]);
    (isolation, any::<bool>()).prop_map(|(isolation, null_parameters)| Mssql {
        isolation,
        null_parameters,
    })
}

/// What must hold of every text, which is to be so many statements.
fn check(
    statement: &Statement,
    look: Look,
    dialect: &dyn dialect::Dialect,
    statements: usize,
) -> Result<Bare, TestCaseError> {
    let text = statement.text();
    prop_assert!(!text.contains(MARK), "a value stands in {text}");
    let parseable = parseable(text);
    let mut parser = Parser::new(dialect).try_with_sql(&parseable).unwrap();
    let parsed = parser.parse_statements();
    prop_assert!(parsed.is_ok(), "{parsed:?}: {text}");
    prop_assert_eq!(parsed.unwrap().len(), statements, "{}", text);
    prop_assert_eq!(parser.peek_token().token, Token::EOF, "{}", text);
    // With the quoted names taken out, what is left is fixed syntax and numbered parameters.
    let bare = Bare::new(statement, look);
    prop_assert!(bare.names_all(statement.params().len()), "{bare:?}");
    prop_assert!(!bare.syntax.contains(['"', '[', ']']), "{bare:?}");
    let mut open = 0_u32;
    for c in bare.syntax.chars().filter(|c| matches!(c, '(' | ')')) {
        let next = if c == '(' {
            Some(open + 1)
        } else {
            open.checked_sub(1)
        };
        prop_assert!(next.is_some(), "{bare:?}");
        open = next.unwrap_or_default();
    }
    prop_assert_eq!(open, 0, "{:?}", bare);
    Ok(bare)
}

fn check_sqlite(statement: &Statement) -> Result<(), TestCaseError> {
    let bare = check(statement, sql::SQLITE, &SQLiteDialect {}, 1)?;
    // Each stands once.
    let expected: Vec<usize> = (1..=statement.params().len()).collect();
    prop_assert_eq!(&bare.numbers, &expected, "{:?}", bare);
    Ok(())
}

fn check_mssql(statement: &Statement, statements: usize) -> Result<(), TestCaseError> {
    let bare = check(statement, sql::MSSQL, &MsSqlDialect {}, statements)?;
    prop_assert!(statement.params().len() <= REQUEST - 2, "{bare:?}");
    Ok(())
}

fn upsert_request(clause: Value, text: String, number: u32) -> UpsertRequest {
    let tuple = |i: usize, value| Tuple {
        name: COLUMNS[i].0.to_owned(),
        value,
    };
    UpsertRequest {
        tuples: vec![
            tuple(1, Literal::Text(text)),
            tuple(2, Literal::Number(format!("{MARK}{number}"))),
            tuple(3, Literal::Null),
        ],
        clause: Some(ClauseSource::QueryBuilder(clause)),
        allow_multi_update: true,
    }
}

fn upsert(request: &UpsertRequest, on_mssql: bool, dialect: &dyn Dialect) -> WriteBatch {
    let entity = entity();
    let draft = plan::plan_upsert(&entity, request, &context(on_mssql));
    let permit = policy::authorize(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(&entity),
    )
    .unwrap();
    let plan: Approved<_> = policy::approve::<policy::Upsert>(&permit, draft, 500).unwrap();
    dialect.render_upsert(&plan, None)
}

fn get_request(clause: &Value, order: Vec<usize>, descending: bool) -> GetRequest {
    GetRequest {
        fields: Vec::new(),
        clause: Some(ClauseSource::Text(clause.to_string())),
        order_by: order
            .into_iter()
            .map(|i| OrderBy {
                column: COLUMNS[i].0.to_owned(),
                descending,
            })
            .collect(),
        most: None,
        binary: false,
        group_by: Vec::new(),
        start: 0,
        length: None,
    }
}

fn select(request: &GetRequest, on_mssql: bool, dialect: &dyn Dialect) -> Statement {
    let entity = entity();
    let draft = plan::plan_select(&entity, request, &context(on_mssql));
    let permit = policy::authorize(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(&entity),
    )
    .unwrap();
    let plan = policy::approve::<policy::Read>(&permit, draft, 500).unwrap();
    dialect.render_select(&plan)
}

proptest! {
    #[test]
    fn an_upsert_stays_one_statement_a_step_with_every_value_bound(
        clause in clause(),
        text in marked_text(),
        number in 0_u32..1000,
    ) {
        let batch = upsert(&upsert_request(clause, text, number), false, &Sqlite);
        let WriteBatch::Upsert { count, update, insert, .. } = batch else {
            unreachable!("an upsert")
        };
        for statement in [count, update, insert.unwrap()] {
            check_sqlite(&statement)?;
        }
    }

    #[test]
    fn an_upsert_in_t_sql_stays_one_script_with_every_value_bound(
        clause in clause(),
        text in marked_text(),
        number in 0_u32..1000,
        dialect in mssql(),
    ) {
        let batch = upsert(&upsert_request(clause, text, number), true, &dialect);
        let WriteBatch::Script { script, .. } = batch else {
            unreachable!("a script")
        };
        let counts_first = script.text().contains("SELECT TOP (");
        // Five that begin, two that end; between them count and IF, or update, its count and IF.
        check_mssql(&script, if counts_first { 15 } else { 16 })?;
    }

    #[test]
    fn a_query_stays_one_statement_with_every_value_bound(
        clause in clause(),
        order in prop::collection::vec(0_usize..7, 0..4),
        descending in any::<bool>(),
    ) {
        let request = get_request(&clause, order, descending);
        check_sqlite(&select(&request, false, &Sqlite))?;
        check_mssql(&select(&request, true, &Mssql::default()), 1)?;
    }
}

/// No code page takes more bytes than UTF-8 does, and varchar takes no more than 8,000.
#[test]
fn a_text_too_long_for_varchar_is_not_cut() {
    for (length, ty) in [(2666, "varchar(8000)"), (2667, "varchar(max)")] {
        let text = "€".repeat(length);
        let clause =
            json!({"rules": [{"field": COLUMNS[6].0, "operator": "equal", "value": text}]});
        let select = select(
            &get_request(&clause, Vec::new(), false),
            true,
            &Mssql::default(),
        );
        let cast = format!("CAST(@P1 AS {ty})");
        assert!(select.text().contains(&cast), "{}", select.text());
    }
}
