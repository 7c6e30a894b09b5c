//! What bodies become, and why some are refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;

use super::*;
use crate::domain::request::{Field, OrderBy};

fn tuple(name: &str, value: Literal) -> Tuple {
    Tuple {
        name: name.to_owned(),
        value,
    }
}

fn message<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn an_upsert_is_read_with_every_number_as_it_was_written() {
    let request = upsert(
        br#"{"Tuples": [
              {"Name": "A", "Value": "text"}, {"Name": "B", "Value": 12345678901234567890.10},
              {"Name": "C", "Value": -0}, {"Name": "D", "Value": true}, {"Name": "E", "Value": null}],
            "Clause": {"rules": [{"field": "A", "operator": "equal", "value": 0.1000}]},
            "AllowMultiUpdate": true, "TriggerWorkflow": "anything"}"#,
    )
    .unwrap();
    assert_eq!(
        request.tuples,
        [
            tuple("A", Literal::Text("text".to_owned())),
            tuple("B", Literal::Number("12345678901234567890.10".to_owned())),
            tuple("C", Literal::Number("-0".to_owned())),
            tuple("D", Literal::Bool(true)),
            tuple("E", Literal::Null),
        ]
    );
    assert!(request.allow_multi_update);
    let Some(ClauseSource::QueryBuilder(clause)) = request.clause else {
        panic!("the clause is an object");
    };
    assert_eq!(clause["rules"][0]["value"].to_string(), "0.1000");
}

#[test]
fn keys_are_read_in_any_case_and_under_their_other_names() {
    let request = upsert(
        "\u{FEFF}{\"tuple\": [{\"NAME\": \"A\", \"value\": 1, \"Note\": 2}], \
         \"WHERE\": \"A = 1\", \"allowmultiupdate\": \"True\", \"Unknown\": [{}]}"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(
        request.tuples,
        [tuple("A", Literal::Number("1".to_owned()))]
    );
    assert_eq!(request.clause, Some(ClauseSource::Text("A = 1".to_owned())));
    assert!(request.allow_multi_update);
}

#[test]
fn what_is_left_out_or_null_is_not_there() {
    for body in [
        "{}",
        r#"{"Tuples": null, "Clause": null, "Where": null, "AllowMultiUpdate": null}"#,
    ] {
        let request = upsert(body.as_bytes()).unwrap();
        assert_eq!(request.tuples, []);
        assert_eq!(request.clause, None);
        assert!(!request.allow_multi_update);
    }
}

#[test]
fn clause_and_where_may_both_be_sent_when_they_say_the_same() {
    let both = br#"{"Clause": "A = 1", "Where": "A = 1"}"#;
    assert_eq!(
        update(both).unwrap().clause,
        Some(ClauseSource::Text("A = 1".to_owned()))
    );
    let one = br#"{"Clause": null, "Where": "A = 1"}"#;
    assert!(update(one).unwrap().clause.is_some());
    let differing = br#"{"Clause": "A = 1", "Where": "A = 2"}"#;
    assert!(message(update(differing)).contains("differ"));
}

#[test]
fn every_fault_of_the_tuples_is_named_at_once() {
    let text = message(add(
        br#"{"Tuples": [{"Name": "Tags", "Value": [1]}, {"Value": 1}, {"Name": 5, "Value": 1},
             {"Name": "City"}, {"Name": "Good", "Value": 1}, {"Name": "Home", "Value": {}}]}"#,
    ));
    for part in [
        "Tuples[0] ('Tags') has an array as its Value",
        "Tuples[1] has no Name",
        "Tuples[2].Name is a number",
        "Tuples[3] ('City') has no Value",
        "Tuples[5] ('Home') has an object as its Value",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(!text.contains("Good"));
}

#[test]
fn a_body_that_can_be_read_in_two_ways_is_refused() {
    for (body, part) in [
        (
            r#"{"Clause": "A = 1", "clause": "A = 2"}"#,
            "Clause stands more than once",
        ),
        (
            r#"{"Tuples": [], "Tuple": []}"#,
            "Tuples stands more than once",
        ),
        (
            r#"{"Tuples": [{"Name": "A", "Value": 1, "Value": 2}]}"#,
            "Value stands more than once",
        ),
        (
            r#"{"Clause": {"rules": [{"field": "A", "value": 1}], "rules": []}}"#,
            "Clause: rules stands more than once",
        ),
        (
            r#"{"Where": {"rules": [{"field": "A", "value": 1, "value": 2}]}}"#,
            "Where: value stands more than once",
        ),
    ] {
        let text = message(upsert(body.as_bytes()));
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_body_that_is_not_as_expected_is_refused_with_its_place() {
    for (body, parts) in [
        ("", &["empty"][..]),
        (" \n", &["empty"]),
        (
            "{\"Tuples\": [\n  {]}",
            &["cannot be read", "line 2 column 4"],
        ),
        ("{\"Tuples\": [", &["cannot be read", "line 1 column 12"]),
        ("{} {}", &["cannot be read", "line 1 column 4"]),
        ("[]", &["a JSON object", "line 1"]),
        ("\"Clause\"", &["a JSON object"]),
        ("{\"Tuples\": 5}", &["Tuples", "line 1 column 12"]),
        (
            "{\"Tuples\": [5]}",
            &["\"Name\": column", "line 1 column 13"],
        ),
        ("{\"Clause\": [1]}", &["Clause is an array"]),
        ("{\"Clause\": 1}", &["Clause is a number"]),
        (
            "{\"AllowMultiUpdate\": 1}",
            &["AllowMultiUpdate is a number"],
        ),
        (
            "{\"AllowMultiUpdate\": \"yes\"}",
            &["AllowMultiUpdate is a string"],
        ),
    ] {
        let error = upsert(body.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::Malformed { .. }), "{body}");
        let text = error.to_string();
        for part in parts {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}

#[test]
fn a_long_body_is_not_repeated_in_the_message() {
    let body = json!("x".repeat(10_000)).to_string();
    let text = message(upsert(body.as_bytes()));
    assert!(text.len() < 300 && text.contains("line 1"), "{text}");
}

#[test]
fn a_get_is_read_with_all_its_parts() {
    let request = get(
        br#"{"Fields": ["City", {"Attribute": "COUNT(*)", "Alias": "n"}, {"attribute": "A", "Alias": ""}],
             "OrderByTag": {"Fields": ["City"], "Direction": "DESC"}, "GroupByTag": ["City"],
             "StartIndex": "20", "Length": 10, "Clause": {}}"#,
    )
    .unwrap();
    let field = |attribute: &str, alias: Option<&str>| Field {
        attribute: attribute.to_owned(),
        alias: alias.map(str::to_owned),
    };
    assert_eq!(
        request.fields,
        [
            field("City", None),
            field("COUNT(*)", Some("n")),
            field("A", None)
        ]
    );
    let by = OrderBy {
        column: "City".to_owned(),
        descending: true,
    };
    assert_eq!(request.order_by, [by]);
    assert_eq!(request.group_by, ["City"]);
    assert_eq!((request.start, request.length), (20, Some(10)));
    assert_eq!(request.clause, Some(ClauseSource::QueryBuilder(json!({}))));
}

#[test]
fn a_get_without_a_body_asks_for_everything() {
    let everything = get(b"{}").unwrap();
    assert_eq!(get(b"").unwrap(), everything);
    let nulls = br#"{"Fields": null, "OrderByTag": null, "GroupByTag": null, "StartIndex": null,
                     "Length": null, "Clause": null}"#;
    assert_eq!(get(nulls).unwrap(), everything);
    let empty_order = br#"{"OrderByTag": {"Fields": null, "Direction": null}}"#;
    assert_eq!(get(empty_order).unwrap(), everything);
    assert_eq!((everything.start, everything.length), (0, None));
}

#[test]
fn numbers_that_count_nothing_are_refused_together() {
    let error = get(br#"{"StartIndex": -1, "Length": 2.5}"#).unwrap_err();
    assert_eq!(error.code(), "parameter_out_of_range");
    assert_eq!(
        error.to_string(),
        "StartIndex must be a whole number of 0 or more, not -1. \
         Length must be a whole number of 0 or more, not 2.5."
    );
    for body in [
        r#"{"Length": true}"#,
        r#"{"Length": ""}"#,
        r#"{"Length": 1e300}"#,
    ] {
        let error = get(body.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "parameter_out_of_range", "{body}");
    }
}

#[test]
fn a_list_with_more_entries_than_any_table_has_columns_is_refused() {
    let list = |entry: &str, entries: usize| format!("[{}]", vec![entry; entries].join(","));
    let tuple = r#"{"Name":"A","Value":1}"#;
    assert_eq!(
        add(format!(r#"{{"Tuples":{}}}"#, list(tuple, 1024)).as_bytes())
            .unwrap()
            .tuples
            .len(),
        1024
    );
    let fields = format!(r#"{{"Fields":{}}}"#, list("\"A\"", 1024));
    assert_eq!(get(fields.as_bytes()).unwrap().fields.len(), 1024);
    for (parameter, error) in [
        (
            "Tuples",
            add(format!(r#"{{"Tuples":{}}}"#, list(tuple, 1025)).as_bytes()).unwrap_err(),
        ),
        (
            "Fields",
            get(format!(r#"{{"Fields":{}}}"#, list("\"A\"", 1025)).as_bytes()).unwrap_err(),
        ),
        (
            "GroupByTag",
            get(format!(r#"{{"GroupByTag":{}}}"#, list("\"A\"", 1025)).as_bytes()).unwrap_err(),
        ),
        (
            "OrderByTag.Fields",
            get(format!(r#"{{"OrderByTag":{{"Fields":{}}}}}"#, list("\"A\"", 1025)).as_bytes())
                .unwrap_err(),
        ),
    ] {
        assert_eq!(error.code(), "parameter_out_of_range");
        assert_eq!(
            error.to_string(),
            format!("{parameter} must be an array of at most 1024 entries, not 1025.")
        );
    }
}

#[test]
fn many_faults_make_no_long_answer() {
    let body = format!(r#"{{"Tuples":[{}]}}"#, vec!["{}"; 1000].join(","));
    let text = message(add(body.as_bytes()));
    assert!(text.contains("Tuples[49] has no Name"), "{text}");
    assert!(!text.contains("Tuples[50]"), "{text}");
    assert!(text.ends_with("And 950 more faults."), "{text}");
}

#[test]
fn a_part_of_a_get_that_is_of_the_wrong_kind_is_named() {
    for (body, part) in [
        (r#"{"Fields": "City"}"#, "Fields is a string"),
        (r#"{"Fields": [1]}"#, "Fields[0] is a number"),
        (
            r#"{"Fields": [{"Alias": "x"}]}"#,
            "Fields[0] has no Attribute",
        ),
        (
            r#"{"Fields": [{"Attribute": "A", "Alias": 1}]}"#,
            "Fields[0].Alias is a number",
        ),
        (r#"{"GroupByTag": [null]}"#, "GroupByTag[0] is null"),
        (r#"{"OrderByTag": "City"}"#, "OrderByTag is a string"),
        (
            r#"{"OrderByTag": {"Fields": [{}]}}"#,
            "OrderByTag.Fields[0] is an object",
        ),
        (
            r#"{"OrderByTag": {"Direction": "up"}}"#,
            "OrderByTag.Direction is 'up'",
        ),
        (
            r#"{"Fields": [{"Attribute": "A", "attribute": "B"}]}"#,
            "Fields[0]: Attribute stands more than once",
        ),
        (
            r#"{"OrderByTag": {"Fields": ["A"], "FIELDS": ["B"]}}"#,
            "OrderByTag: Fields stands more than once",
        ),
        (
            r#"{"OrderByTag": {"Direction": "Asc", "Direction": "Desc"}}"#,
            "OrderByTag: Direction stands more than once",
        ),
        (
            r#"{"OrderByTag": {"Direction": 1}}"#,
            "OrderByTag.Direction is a number",
        ),
    ] {
        let text = message(get(body.as_bytes()));
        assert!(text.contains(part), "{part} is not in: {text}");
    }
}
