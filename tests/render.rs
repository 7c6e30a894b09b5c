//! Properties of rendering, over random clauses and values on a table with awkward names: whatever a
//! caller sends, no piece of it stands in the SQL, which stays one well-formed statement.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use sqlparser::{dialect::SQLiteDialect, parser::Parser};
use upsertd::{
    catalog::{Catalog, Declaration, Serving},
    clause::Limits,
    domain::{
        Actions, Column, Default, Entity, Literal, Name, SqlType, Table, TableKind,
        request::{ClauseSource, GetRequest, Tuple, UpsertRequest},
    },
    plan::{self, Context},
    policy::{self, Approved},
    render::{Dialect, Statement, WriteBatch, sqlite::Sqlite},
};

const LIMITS: Limits = Limits {
    depth: 10,
    rules: 200,
    value_length: 4000,
};

/// Marks every text and number that a case sends, so that it can be looked for in the SQL.
const MARK: &str = "73519";

const COLUMNS: [(&str, &str); 6] = [
    ("plain", "nvarchar(200)"),
    ("with \"quotes\"", "nvarchar(200)"),
    ("with ] and ' and ;--", "int"),
    ("Größe", "decimal(30,4)"),
    ("?1", "bigint"),
    ("select", "float"),
];

fn entity() -> Arc<Entity> {
    let column = |(name, ty): &(&str, &str)| Column {
        name: Name::parse(*name).unwrap(),
        ty: SqlType::parse(ty).unwrap(),
        nullable: true,
        default: Default::None,
        foreign_key: false,
        code_page: None,
    };
    let table = Table {
        schema: None,
        name: Name::parse("odd \" table ]'").unwrap(),
        kind: TableKind::Table,
        columns: COLUMNS.iter().map(column).collect(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: false,
    };
    let declaration = Declaration {
        name: Name::parse("odd").unwrap(),
        display: None,
        table: Some(table.name.as_str().to_owned()),
        actions: Actions {
            add: true,
            edit: true,
            view: true,
        },
        passwords: Vec::new(),
        read_only: Vec::new(),
    };
    let serving = Serving {
        declared: vec![declaration],
        all_tables: None,
    };
    let catalog = Catalog::build(&[table], &serving).unwrap();
    Arc::clone(catalog.find("odd").unwrap())
}

fn context() -> Context<'static> {
    Context {
        clause: &LIMITS,
        fraction_digits: Some(15),
        parameters: None,
        pattern_units: None,
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
        prop::sample::select(vec![0_usize, 1]),
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
        0_usize..6,
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

/// What must hold of every statement.
fn check(statement: &Statement) -> Result<(), TestCaseError> {
    let text = statement.text();
    prop_assert!(!text.contains(MARK), "a value stands in {text}");
    let parsed = Parser::parse_sql(&SQLiteDialect {}, text);
    prop_assert!(parsed.is_ok(), "{parsed:?}: {text}");
    prop_assert_eq!(parsed.unwrap().len(), 1, "{}", text);
    // With the quoted names taken out, what is left is fixed syntax and numbered parameters.
    let bare: String = text.split('"').step_by(2).collect();
    prop_assert_eq!(text.matches('"').count() % 2, 0, "{}", text);
    let numbers = bare.split('?').skip(1);
    for (i, rest) in numbers.enumerate() {
        let expected = (i + 1).to_string();
        prop_assert!(rest.starts_with(&expected), "?{expected} in {bare}");
    }
    prop_assert_eq!(
        bare.matches('?').count(),
        statement.params().len(),
        "{}",
        bare
    );
    Ok(())
}

proptest! {
    #[test]
    fn an_upsert_stays_one_statement_a_step_with_every_value_bound(
        clause in clause(),
        text in marked_text(),
        number in 0_u32..1000,
    ) {
        let entity = entity();
        let tuple = |i: usize, value| Tuple { name: COLUMNS[i].0.to_owned(), value };
        let request = UpsertRequest {
            tuples: vec![
                tuple(1, Literal::Text(text)),
                tuple(2, Literal::Number(format!("{MARK}{number}"))),
                tuple(3, Literal::Null),
            ],
            clause: Some(ClauseSource::QueryBuilder(clause)),
            allow_multi_update: true,
        };
        let draft = plan::plan_upsert(&entity, &request, &context());
        let permit = policy::authorize(&entity).unwrap();
        let plan: Approved<_> = policy::approve::<policy::Upsert>(&permit, draft, 500).unwrap();
        let WriteBatch::Upsert { count, update, insert, .. } = Sqlite.render_upsert(&plan) else {
            unreachable!("an upsert")
        };
        for statement in [count, update, insert.unwrap()] {
            check(&statement)?;
        }
    }

    #[test]
    fn a_query_stays_one_statement_with_every_value_bound(
        clause in clause(),
        order in prop::collection::vec(0_usize..6, 0..4),
        descending in any::<bool>(),
    ) {
        let entity = entity();
        let request = GetRequest {
            fields: Vec::new(),
            clause: Some(ClauseSource::Text(clause.to_string())),
            order_by: order.into_iter().map(|i| COLUMNS[i].0.to_owned()).collect(),
            descending,
            group_by: Vec::new(),
            start: 0,
            length: None,
        };
        let draft = plan::plan_select(&entity, &request, &context());
        let permit = policy::authorize(&entity).unwrap();
        let plan = policy::approve::<policy::Read>(&permit, draft, 500).unwrap();
        check(&Sqlite.render_select(&plan))?;
    }
}
