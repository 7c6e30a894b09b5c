//! Rows inside of an object.

#![allow(clippy::unwrap_used)]

use super::*;

fn unwrapped(text: &str, pieces: &[usize]) -> Result<Wrapped, ReadError> {
    unwrap_rows(Pieces::of(text, pieces), "Rows", Options::default())
}

#[test]
fn the_other_keys_come_first_and_then_the_rows_wherever_they_stand() {
    for text in [
        "{\"Key\":[\"a\"],\"rows\":[{\"a\":1},\n{\"a\":{\"Rows\":[]}}],\"All\":true}",
        " { \"rows\" : [ {\"a\" : 1} ,\n {\"a\":{\"Rows\" : [] } } ] , \"Key\":[\"a\"],\"All\":true } ",
    ] {
        for pieces in [&[][..], &[1], &[2, 7]] {
            let wrapped = unwrapped(text, pieces).unwrap();
            assert_eq!(wrapped.count, 2);
            let others = serde_json::Value::Object(wrapped.others);
            assert_eq!(others, serde_json::json!({"Key": ["a"], "All": true}));
            let mut rows = wrapped.rows.unwrap();
            for _ in 0..2 {
                let (found, stopped) = all(&mut rows);
                assert_eq!(stopped, None);
                assert_eq!(contents(&found), ["a=1", "a={\"Rows\":[]}"]);
                let lines: Vec<u64> = found.iter().map(|(row, _)| row.line).collect();
                assert_eq!(lines, [1, 2]);
                assert_eq!(rows.count(10).unwrap(), 2);
            }
        }
    }
}

#[test]
fn without_an_array_of_that_name_there_are_no_rows() {
    let wrapped = unwrapped("{\"Rows\":{\"a\":1},\"x\":null}", &[]).unwrap();
    assert!(wrapped.rows.is_none());
    assert_eq!(wrapped.others.len(), 2);
    assert!(unwrapped("{}", &[]).unwrap().others.is_empty());
}

#[test]
fn what_is_not_one_whole_object_is_refused_before_a_row_is_read() {
    for (text, message) in [
        (
            "",
            "Nothing where an object is expected at line 1 column 1.",
        ),
        (
            "[]",
            "Not what is expected: an array; send an object at line 1 column 1.",
        ),
        (
            "{\"Rows\":[{\"a\":1}",
            "Not valid JSON: it ends inside of the array at line 1 column 17.",
        ),
        (
            "{\"Rows\":[{\"a\":1}]",
            "Not valid JSON: expected ',' or '}' at line 1 column 18.",
        ),
        (
            "{\"Rows\":[{\"a\":x}]}",
            "Not valid JSON: expected value at line 1 column 15.",
        ),
        (
            "{\"Rows\":[],}",
            "Not valid JSON: expected a key in quotes at line 1 column 12.",
        ),
        (
            "{\"Rows\" 1}",
            "Not valid JSON: expected ':' after a key at line 1 column 9.",
        ),
        (
            "{\"a\":",
            "Not valid JSON: it ends inside of the object at line 1 column 6.",
        ),
        (
            "{\"Rows\":[],\n\"ROWS\":[]}",
            "ROWS stands more than once; send it once at line 2 column 1.",
        ),
        (
            "{\"a\":1,\"a\":2}",
            "a stands more than once; send it once at line 1 column 8.",
        ),
        (
            "{} {}",
            "Not valid JSON: something follows after the end at line 1 column 4.",
        ),
    ] {
        let refused = unwrapped(text, &[]).err().map(|error| error.to_string());
        assert_eq!(refused.as_deref(), Some(message), "{text}");
    }
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(2 << 20));
    let refused = unwrapped(&long, &[]).err().unwrap().to_string();
    assert!(
        refused.starts_with("What stands beside the rows is larger than"),
        "{refused}"
    );
}
