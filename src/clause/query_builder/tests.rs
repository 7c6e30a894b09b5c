//! What every operator and key of a `QueryBuilder` clause means, and what is refused.
// `json!` gives values, and the tables of cases read best when they are passed as such.
#![allow(clippy::unwrap_used, clippy::panic, clippy::needless_pass_by_value)]

use serde_json::json;

use super::*;
use crate::{
    clause::{Limits, parse_clause},
    domain::{
        LikePattern, Literal,
        fault::Fault,
        predicate::{Comparison, RawTest, Rule},
        request::ClauseSource,
    },
};

const LIMITS: Limits = Limits {
    depth: 3,
    rules: 5,
    value_length: 10,
};

fn read(json: Value) -> Result<Condition, Fault> {
    parse_clause(&ClauseSource::QueryBuilder(json), &LIMITS)
}

/// A clause of one rule with this operator and value, as the root.
fn one(operator: &str, value: Value) -> RawTest {
    let rule = json!({"field": "c", "operator": operator, "value": value});
    match read(rule).unwrap() {
        Tree::Leaf(rule) => rule.test,
        other => panic!("{other:?}"),
    }
}

fn refused(json: Value) -> (&'static str, String) {
    let fault = read(json).unwrap_err();
    (fault.code(), fault.to_string())
}

/// The answer to a rule with this operator and value must have this code and say this.
fn refuses(operator: &str, value: Value, code: &str, says: &str) {
    let rule = json!({"rules": [{"field": "c", "operator": operator, "value": value}]});
    let (got, message) = refused(rule);
    assert_eq!(got, code, "{operator}: {message}");
    assert!(message.contains(says), "{operator}: {message}");
    assert!(message.contains("Clause.rules[0]"), "{operator}: {message}");
}

fn text(s: &str) -> Literal {
    Literal::Text(s.to_owned())
}

fn number(s: &str) -> Literal {
    Literal::Number(s.to_owned())
}

fn leaf(column: &str, place: &str, value: &str) -> Condition {
    Tree::Leaf(Rule {
        column: column.to_owned(),
        place: place.to_owned(),
        test: RawTest::Compare(Comparison::Equal, number(value)),
    })
}

#[test]
fn every_comparison_operator_is_read() {
    let cases = [
        ("equal", Comparison::Equal),
        ("not_equal", Comparison::NotEqual),
        ("less", Comparison::Less),
        ("less_or_equal", Comparison::LessOrEqual),
        ("greater", Comparison::Greater),
        ("greater_or_equal", Comparison::GreaterOrEqual),
        ("Greater_Or_Equal", Comparison::GreaterOrEqual),
    ];
    for (operator, comparison) in cases {
        assert_eq!(
            one(operator, json!("x")),
            RawTest::Compare(comparison, text("x"))
        );
    }
}

#[test]
fn every_operator_with_several_values_is_read() {
    for (operator, negated) in [("in", false), ("not_in", true)] {
        let values = vec![text("a"), number("2"), Literal::Bool(true)];
        assert_eq!(
            one(operator, json!(["a", 2, true])),
            RawTest::In { negated, values }
        );
    }
    for (operator, negated) in [("between", false), ("not_between", true)] {
        let (low, high) = (number("9"), number("1"));
        assert_eq!(
            one(operator, json!([9, 1])),
            RawTest::Between { negated, low, high }
        );
    }
}

#[test]
fn every_text_operator_takes_wildcards_as_characters() {
    let value = "5%_[a]\\";
    let cases = [
        ("begins_with", LikePattern::begins_with(value)),
        ("contains", LikePattern::contains(value)),
        ("ends_with", LikePattern::ends_with(value)),
    ];
    for (operator, pattern) in cases {
        for (operator, negated) in [
            (operator.to_owned(), false),
            (format!("not_{operator}"), true),
        ] {
            let pattern = pattern.clone();
            assert_eq!(
                one(&operator, json!(value)),
                RawTest::Like { negated, pattern }
            );
        }
    }
    assert_eq!(
        one("contains", json!(12.50)),
        RawTest::Like {
            negated: false,
            pattern: LikePattern::contains("12.5")
        }
    );
}

#[test]
fn operators_without_value_ignore_what_stands_there() {
    for value in [json!(null), json!("x"), json!([])] {
        let cases = [
            ("is_empty", RawTest::Empty { negated: false }),
            ("is_not_empty", RawTest::Empty { negated: true }),
            ("is_null", RawTest::Null { negated: false }),
            ("is_not_null", RawTest::Null { negated: true }),
        ];
        for (operator, test) in cases {
            assert_eq!(one(operator, value.clone()), test);
        }
    }
}

#[test]
fn one_value_may_come_in_an_array_and_a_list_may_be_one_value() {
    assert_eq!(
        one("equal", json!(["x"])),
        RawTest::Compare(Comparison::Equal, text("x"))
    );
    assert_eq!(
        one("in", json!("a,b")),
        RawTest::In {
            negated: false,
            values: vec![text("a,b")]
        }
    );
}

#[test]
fn a_number_keeps_its_digits() {
    for digits in ["0.10", "-1.500", "1.00000001", "1e+3", "0.1e-5"] {
        let rule = format!(r#"{{"field":"c","value":{digits}}}"#);
        assert_eq!(
            one("equal", serde_json::from_str(digits).unwrap()),
            RawTest::Compare(Comparison::Equal, number(digits)),
            "{rule}"
        );
    }
}

#[test]
fn values_that_an_operator_cannot_take_are_refused() {
    refuses("in", json!([]), "clause_empty", "an empty array");
    refuses("equal", json!([]), "clause_empty", "an empty array");
    refuses("equal", json!(["a", "b"]), "clause_invalid", "use 'in'");
    refuses("equal", json!({"a": 1}), "clause_invalid", "must be a text");
    refuses("in", json!([["a"]]), "clause_invalid", "must be a text");
    refuses("between", json!([1]), "clause_invalid", "exactly two");
    refuses("between", json!(1), "clause_invalid", "exactly two");
    refuses("between", json!([1, 2, 3]), "clause_invalid", "not 3");
    for operator in ["contains", "not_begins_with", "ends_with"] {
        refuses(operator, json!(""), "clause_empty", "an empty text");
        refuses(operator, json!(true), "clause_invalid", "takes a text");
    }
}

#[test]
fn null_is_refused_wherever_it_would_be_compared_with() {
    let cases = [
        ("equal", json!(null)),
        ("not_equal", json!([null])),
        ("in", json!(null)),
        ("not_in", json!(["a", null])),
        ("between", json!(null)),
        ("between", json!([null, 2])),
        ("contains", json!(null)),
    ];
    for (operator, value) in cases {
        refuses(operator, value, "clause_not_allowed", "is_null");
    }
    let (_, message) = refused(json!({"field": "c", "operator": "less"}));
    assert!(message.contains("no value"), "{message}");
}

#[test]
fn groups_nest_and_each_rule_knows_its_place() {
    let json = json!({
        "condition": "or",
        "rules": [
            {"field": "a", "value": 1},
            {"condition": "And", "not": "true", "rules": [
                {"field": "b", "value": 2},
                {"id": "c", "value": 3}
            ]}
        ],
        "valid": true
    });
    let inner = Tree::All(vec![
        leaf("b", "rules[1].rules[0]", "2"),
        leaf("c", "rules[1].rules[1]", "3"),
    ]);
    let expected = Tree::Any(vec![leaf("a", "rules[0]", "1"), Tree::Not(Box::new(inner))]);
    assert_eq!(read(json).unwrap(), expected);
}

#[test]
fn a_group_of_one_is_that_one_and_not_is_kept() {
    let rule = json!({"field": "a", "value": 1});
    let wrapped = json!({"rules": [{"rules": [rule]}]});
    assert_eq!(read(wrapped).unwrap(), leaf("a", "rules[0].rules[0]", "1"));
    let negated = json!({"not": true, "rules": [{"rules": [rule], "not": 1}]});
    let inner = Tree::Not(Box::new(leaf("a", "rules[0].rules[0]", "1")));
    assert_eq!(read(negated).unwrap(), Tree::Not(Box::new(inner)));
}

#[test]
fn keys_that_are_not_needed_are_ignored_and_case_does_not_hide_one() {
    let json = json!({
        "Condition": "OR", "GroupByTag": [], "Length": 5, "data": {"x": [1]}, "flags": null,
        "Rules": [
            {"id": "x", "Field": "a", "type": "int", "input": "null", "Value": 1, "rules": null},
            {"field": "b", "operator": null, "value": 2, "condition": null, "weird": {}}
        ]
    });
    let expected = Tree::Any(vec![leaf("a", "rules[0]", "1"), leaf("b", "rules[1]", "2")]);
    assert_eq!(read(json).unwrap(), expected);
}

#[test]
fn a_key_that_stands_twice_is_refused_in_any_case_and_at_every_level() {
    let rule = json!({"field": "a", "value": 1});
    for (key, value) in [
        ("condition", json!("OR")),
        ("rules", json!([rule])),
        ("not", json!(true)),
        ("valid", json!(true)),
        ("field", json!("b")),
        ("id", json!("b")),
        ("operator", json!("less")),
        ("value", json!(2)),
    ] {
        let mut twice = serde_json::Map::new();
        twice.insert(key.to_owned(), value);
        twice.insert(key.to_uppercase(), json!(null));
        for (json, place) in [
            (json!(twice), "Clause: "),
            (json!({"rules": [rule, twice]}), "Clause.rules[1]: "),
            (
                json!({"rules": [{"rules": [twice]}]}),
                "Clause.rules[0].rules[0]: ",
            ),
        ] {
            let (code, message) = refused(json);
            assert_eq!(code, "clause_invalid");
            let says = format!("{place}{key} stands more than once");
            assert!(message.contains(&says), "{message}");
        }
    }
    // A map of keys would have kept the last of these without a word.
    let text =
        r#"{"rules":[{"field":"a","value":1}],"rules":[{"field":"b","operator":"is_not_null"}]}"#;
    let (code, message) = refused(json!(text));
    assert_eq!(code, "clause_invalid");
    assert!(message.contains("rules stands more than once"), "{message}");
}

#[test]
fn an_empty_clause_is_no_clause() {
    for json in [
        json!(null),
        json!({}),
        json!({"rules": []}),
        json!({"condition": "AND", "rules": null, "not": false}),
        json!(""),
        json!("  \n"),
        json!("{}"),
    ] {
        assert_eq!(read(json.clone()), Err(Fault::NoClause), "{json}");
    }
}

#[test]
fn what_is_no_clause_is_refused_with_its_place() {
    let rule = json!({"field": "a", "value": 1});
    let cases = [
        (json!([]), "clause_invalid", "an array"),
        (json!("[{}]"), "clause_invalid", "an array"),
        (json!(1), "clause_invalid", "no group"),
        (json!({"filters": [1]}), "clause_invalid", "names no column"),
        (
            json!({"rules": {"a": 1}}),
            "clause_invalid",
            "must be an array",
        ),
        (
            json!({"rules": [1]}),
            "clause_invalid",
            "Clause.rules[0] must be a rule",
        ),
        (
            json!({"rules": [rule, {"rules": []}]}),
            "clause_empty",
            "Clause.rules[1] is a group without",
        ),
        (
            json!({"rules": [rule], "condition": "XOR"}),
            "clause_invalid",
            "'XOR' is neither",
        ),
        (
            json!({"rules": [rule], "condition": 1}),
            "clause_invalid",
            "neither AND nor OR",
        ),
        (
            json!({"rules": [rule], "not": "maybe"}),
            "clause_invalid",
            "not must be true or false",
        ),
        (
            json!({"rules": [rule], "valid": false}),
            "clause_invalid",
            "\"valid\": false",
        ),
        (
            json!({"rules": [rule, {"rules": [rule], "valid": "false"}]}),
            "clause_invalid",
            "Clause.rules[1]",
        ),
        (
            json!({"rules": [rule, {"field": "a", "value": 1, "valid": false}]}),
            "clause_invalid",
            "Clause.rules[1] is marked",
        ),
        (
            json!({"field": "a", "value": 1, "valid": "no"}),
            "clause_invalid",
            "valid must be true or false",
        ),
        (
            json!({"field": 5, "value": 1}),
            "clause_invalid",
            "field must be",
        ),
        (
            json!({"field": " ", "value": 1}),
            "clause_invalid",
            "names no column",
        ),
        (
            json!({"field": "a", "operator": "equals"}),
            "clause_invalid",
            "did you mean 'equal'?",
        ),
        (
            json!({"field": "a", "operator": "~"}),
            "clause_invalid",
            "not_ends_with",
        ),
        (
            json!({"field": "a", "operator": 1}),
            "clause_invalid",
            "operator must be",
        ),
        (json!("{\"rules\": ["), "clause_invalid", "is not JSON"),
    ];
    for (json, code, says) in cases {
        let (got, message) = refused(json.clone());
        assert_eq!(got, code, "{json}: {message}");
        assert!(message.contains(says), "{json}: {message}");
    }
}

#[test]
fn each_limit_is_told_by_its_own_message() {
    let rule = json!({"field": "a", "value": 1});
    let nest = |depth: usize| (0..depth).fold(rule.clone(), |inner, _| json!({"rules": [inner]}));
    assert!(read(nest(3)).is_ok());
    assert!(read(json!({"rules": vec![rule.clone(); 5]})).is_ok());
    assert!(read(json!({"field": "a", "value": "ééééé12345"})).is_ok());
    let cases = [
        (nest(4), "more than 3 deep"),
        (json!({"rules": vec![rule; 6]}), "more than 5 rules"),
        (
            json!({"field": "a", "value": "12345678901"}),
            "more than 10 characters",
        ),
        (
            json!({"field": "a", "operator": "contains", "value": "12345678901"}),
            "more than 10 characters",
        ),
        (
            json!({"field": "a", "value": 12_345_678_901_u64}),
            "more than 10 characters",
        ),
        (
            json!({"field": "a", "operator": "in", "value": vec![1; 1501]}),
            "more than 1500 values",
        ),
    ];
    for (json, says) in cases {
        let (code, message) = refused(json);
        assert_eq!(code, "clause_too_large", "{message}");
        assert!(message.contains(says), "{message}");
    }
}
