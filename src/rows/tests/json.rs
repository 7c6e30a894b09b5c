//! JSON arrays.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

fn json(text: &str) -> JsonRows {
    JsonRows::new(Pieces::of(text, &[]), Options::default()).unwrap()
}

#[test]
fn each_element_is_a_row_with_its_number_line_and_text() {
    let mut rows =
        json("\u{feff}[\n {\"a\":1,\"b\":\"x\\\"]\"},\n{\"a\":\n 2.50,\"b\":null}, 7 ]\n");
    for _ in 0..2 {
        let (found, stopped) = all(&mut rows);
        assert_eq!(stopped, None);
        assert_eq!(
            contents(&found),
            [
                "a=1 b=\"x\\\"]\"",
                "a=2.50 b=null",
                "The row is a number; send an object of column and value pairs."
            ]
        );
        let places: Vec<(u64, u64)> = found.iter().map(|(r, _)| (r.number, r.line)).collect();
        assert_eq!(places, [(0, 2), (1, 3), (2, 4)]);
        assert_eq!(found[1].1, "{\"a\":\n 2.50,\"b\":null}");
        rows.rewind().unwrap();
    }
    assert_eq!(rows.count(100).unwrap(), 3);
    assert_eq!(rows.count(1).unwrap(), 2);
    assert_eq!(all(&mut rows).0.len(), 3);
}

#[test]
fn one_object_is_one_row_and_an_empty_array_none() {
    assert_eq!(contents(&all(&mut json(" {\"a\":true} ")).0), ["a=true"]);
    assert_eq!(all(&mut json("[]")), (vec![], None));
    assert_eq!(contents(&all(&mut json("[{}]")).0), [""]);
}

#[test]
fn rows_with_the_same_columns_share_their_names() {
    let text = r#"[{"a":1,"b":2},{"a":3,"b":4},{"b":5,"a":6},{"a":7,"b":8},{"a":9},{"a":9,"b":1,"c":2},{"b":0,"a":0}]"#;
    let (rows, _) = all(&mut json(text));
    let names: Vec<&Arc<[String]>> = rows
        .iter()
        .map(|(row, _)| &row.content.as_ref().unwrap().names)
        .collect();
    assert!(Arc::ptr_eq(names[0], names[1]));
    assert!(Arc::ptr_eq(names[0], names[3]));
    assert!(Arc::ptr_eq(names[2], names[6]));
    assert_eq!(names[2][..], ["b", "a"]);
    assert_eq!(names[4][..], ["a"]);
    assert_eq!(names[5][..], ["a", "b", "c"]);
}

#[test]
fn a_repeated_key_is_refused_or_the_last_one_wins() {
    let text = r#"[{"a":1,"b":2,"a":3},{"a":1,"n":{"x":1,"x":2}},{"a":5,"b":6}]"#;
    let (rows, stopped) = all(&mut json(text));
    assert_eq!(stopped, None);
    assert_eq!(
        contents(&rows),
        [
            "a stands more than once; send it once.",
            "x stands more than once; send it once.",
            "a=5 b=6"
        ]
    );
    let options = Options {
        repeated: RepeatedKeys::LastWins,
        ..Options::default()
    };
    let mut last = JsonRows::new(Pieces::of(text, &[]), options).unwrap();
    assert_eq!(
        contents(&all(&mut last).0),
        ["b=2 a=3", "a=1 n={\"x\":2}", "a=5 b=6"]
    );
}

#[test]
fn broken_json_stops_with_the_place_where_it_breaks() {
    for (text, rows, message) in [
        (
            "",
            0,
            "Nothing where an array of objects is expected at line 1 column 1.",
        ),
        (
            "\"x\"",
            0,
            "Not what is expected: a string; send an array of objects at line 1 column 1.",
        ),
        (
            "[{\"a\":1},\n {\"a\":tru}]",
            1,
            "Not valid JSON: expected ident at line 2 column 10.",
        ),
        (
            "[{\"a\":1}\n,]",
            1,
            "Not valid JSON: a comma before the end of the array at line 2 column 2.",
        ),
        (
            "[{\"a\":1} {\"a\":1}]",
            1,
            "Not valid JSON: expected ',' or ']' after an element at line 1 column 10.",
        ),
        (
            "[{\"a\":1},{\"a\"",
            1,
            "Not valid JSON: EOF while parsing an object at line 1 column 13.",
        ),
        (
            "[{\"a\":1},",
            1,
            "Not valid JSON: it ends inside of the array at line 1 column 10.",
        ),
        (
            "[{\"a\":1}",
            1,
            "Not valid JSON: it ends inside of the array at line 1 column 9.",
        ),
        (
            "[{\"a\":[1}]]",
            0,
            "Not valid JSON: expected `,` or `]` at line 1 column 9.",
        ),
        (
            "[]\n[]",
            0,
            "Not valid JSON: something follows after the end at line 2 column 1.",
        ),
        (
            "[,]",
            0,
            "Not valid JSON: expected value at line 1 column 2.",
        ),
    ] {
        let mut reader = json(text);
        let (found, stopped) = all(&mut reader);
        assert_eq!(
            (found.len(), stopped.as_deref()),
            (rows, Some(message)),
            "{text}"
        );
        assert_eq!(reader.count(10).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn a_row_may_be_as_long_as_the_limit_and_no_longer() {
    let options = |row_bytes| Options {
        row_bytes,
        ..Options::default()
    };
    let text = r#"[{"a":1},{"a":22}]"#;
    let read = |limit| all(&mut JsonRows::new(Pieces::of(text, &[1]), options(limit)).unwrap());
    assert_eq!(read(8), (read(100).0, None));
    let (rows, stopped) = read(7);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        stopped.unwrap(),
        "Row 1 (line 1, counted from row 0) is larger than 7 bytes."
    );
}

#[test]
fn a_row_with_more_columns_or_values_than_any_table_takes_is_a_bad_row() {
    let columns: Vec<String> = (0..=MOST_COLUMNS).map(|i| format!("\"c{i}\":1")).collect();
    let text = format!(
        "[{{{}}},{{\"a\":[{}0]}},{{\"a\":1}}]",
        columns.join(","),
        "[],".repeat(100_000)
    );
    let (rows, stopped) = all(&mut json(&text));
    assert_eq!(stopped, None);
    assert_eq!(
        contents(&rows),
        [
            "The row has more than 4096 columns.",
            "The row has more than 100000 values in its arrays and objects.",
            "a=1"
        ]
    );
}

#[test]
fn an_object_that_looks_like_the_parsers_own_number_is_no_surprise() {
    let text = r#"[{"a":{"$serde_json::private::Number":"x'"}}]"#;
    let (_, stopped) = all(&mut json(text));
    assert!(stopped.unwrap().contains("not a number"));
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "-?[1-9][0-9]{0,30}(\\.[0-9]{1,20})?(e[+-]?[0-9]{1,3})?"
            .prop_map(|digits| serde_json::from_str(&digits).unwrap()),
        any::<String>().prop_map(Value::from),
        "[\\\\\"{}\\[\\],: \n]{0,8}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn any_row() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(("[abcü\"]{1,2}", any_value()), 0..5)
        .prop_map(|pairs| pairs.into_iter().collect())
}

/// A row as JSON, as the reader gave it.
fn back(row: &Row) -> Map<String, Value> {
    let read = row.content.as_ref().unwrap();
    let cells = read.names.iter().zip(&read.cells).map(|(name, cell)| {
        let value = match cell {
            Cell::Nested(value) => value.clone(),
            Cell::Scalar(Literal::Null) => Value::Null,
            Cell::Scalar(Literal::Bool(flag)) => Value::Bool(*flag),
            Cell::Scalar(Literal::Number(digits)) => serde_json::from_str(digits).unwrap(),
            Cell::Scalar(Literal::Text(text)) => Value::from(text.as_str()),
        };
        (name.clone(), value)
    });
    cells.collect()
}

proptest! {
    #[test]
    fn any_rows_are_read_as_they_were_written_in_any_pieces(
        rows in prop::collection::vec(any_row(), 0..6),
        pretty: bool,
        pieces in prop::collection::vec(1_usize..9, 0..6),
    ) {
        let text = if pretty {
            serde_json::to_string_pretty(&rows).unwrap()
        } else {
            serde_json::to_string(&rows).unwrap()
        };
        let mut reader = JsonRows::new(Pieces::of(text.as_str(), &pieces), Options::default()).unwrap();
        prop_assert_eq!(reader.count(100).unwrap(), rows.len() as u64);
        let (found, stopped) = all(&mut reader);
        prop_assert_eq!(stopped, None);
        let read: Vec<Map<String, Value>> = found.iter().map(|(row, _)| back(row)).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn any_text_gives_the_same_in_any_pieces(
        text in "[\\[\\]{}\",:\\\\ \nab1.eE-]{0,40}",
        pieces in prop::collection::vec(1_usize..5, 1..4),
    ) {
        let read = |pieces: &[usize]| all(&mut JsonRows::new(Pieces::of(text.as_str(), pieces), Options::default()).unwrap());
        let (rows, stopped) = read(&pieces);
        prop_assert_eq!((&rows, &stopped), (&read(&[]).0, &read(&[]).1));
        // What is accepted is JSON, and what is JSON is accepted.
        let parsed: Result<Value, _> = serde_json::from_str(&text);
        let fits = matches!(parsed, Ok(Value::Array(_) | Value::Object(_)));
        prop_assert_eq!(stopped.is_none(), fits);
    }
}
