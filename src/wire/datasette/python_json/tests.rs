//! The texts are what `CPython` 3.11's `json.loads` says of the same bytes.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

fn fails(text: &str) -> String {
    parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_told_in_pythons_words() {
    for (text, message) in [
        ("", "Expecting value: line 1 column 1 (char 0)"),
        ("  \n ", "Expecting value: line 2 column 2 (char 4)"),
        (
            "{'a': 1}",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (
            "{",
            "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (
            "{\"a\":1,}",
            "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)",
        ),
        (
            "{\"a\" 1}",
            "Expecting ':' delimiter: line 1 column 6 (char 5)",
        ),
        ("{\"a\":}", "Expecting value: line 1 column 6 (char 5)"),
        (
            "{\"a\": 1\n \"b\": 2}",
            "Expecting ',' delimiter: line 2 column 2 (char 9)",
        ),
        (
            "{\"a\":1",
            "Expecting ',' delimiter: line 1 column 7 (char 6)",
        ),
        ("[1,]", "Expecting value: line 1 column 4 (char 3)"),
        ("[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"),
        ("[", "Expecting value: line 1 column 2 (char 1)"),
        ("[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
        ("{} x", "Extra data: line 1 column 4 (char 3)"),
        ("01", "Extra data: line 1 column 2 (char 1)"),
        ("1.", "Extra data: line 1 column 2 (char 1)"),
        ("-", "Expecting value: line 1 column 1 (char 0)"),
        ("nul", "Expecting value: line 1 column 1 (char 0)"),
        (
            "[\"ü\nx\"]",
            "Invalid control character at: line 1 column 4 (char 3)",
        ),
        (
            "[\"üx",
            "Unterminated string starting at: line 1 column 2 (char 1)",
        ),
        (
            "[\"a\\",
            "Unterminated string starting at: line 1 column 2 (char 1)",
        ),
        ("[\"a\\x\"]", "Invalid \\escape: line 1 column 4 (char 3)"),
        (
            "[\"a\\u12g4\"]",
            "Invalid \\uXXXX escape: line 1 column 5 (char 4)",
        ),
        (
            "[\"a\\u12",
            "Invalid \\uXXXX escape: line 1 column 5 (char 4)",
        ),
    ] {
        assert_eq!(fails(text), message, "{text}");
    }
}

#[test]
fn what_python_reads_is_read() {
    for (text, value) in [
        (
            "\u{feff} {\"a\":[1,-0.5e3,true]} ",
            json!({"a": [1, -500, true]}),
        ),
        ("{\"a\":1,\"a\":2}", json!({"a": 2})),
        ("[NaN,null,{},[ ]]", json!([null, null, {}, []])),
        (r#""\u00e9\ud83d\ude00\/\n\"""#, json!("é😀/\n\"")),
    ] {
        let read = parse(text.as_bytes()).unwrap();
        let told = read.to_string().replace("-0.5e+3", "-500");
        assert_eq!(told, value.to_string(), "{text}");
    }
    let digits = "123456789012345678901234567890.1234567890123456789";
    assert_eq!(parse(digits.as_bytes()).unwrap().to_string(), digits);
}

#[test]
fn what_no_database_could_hold_is_refused() {
    for text in [r#"["\ud800"]"#, r#"["\udc00x"]"#, r#"["\ud800\u0041"]"#] {
        assert!(fails(text).starts_with("Unpaired surrogate"), "{text}");
    }
    assert!(
        parse(b"[\"\xFF\"]")
            .unwrap_err()
            .to_string()
            .contains("char 2")
    );
    assert!(fails(&"[".repeat(501)).starts_with("Too many"));
    assert!(parse(format!("{}{}", "[".repeat(500), "]".repeat(500)).as_bytes()).is_ok());
}

#[test]
fn truth_and_text_are_pythons() {
    for (value, truth) in [
        (json!(null), false),
        (json!("yes"), true),
        (json!(""), false),
        (json!(0), false),
        (json!(-0.0), false),
        (json!(0.5), true),
        (json!([]), false),
        (json!({"a": 1}), true),
    ] {
        assert_eq!(is_truthy(Some(&value)), truth, "{value}");
    }
    assert!(!is_truthy(None));
    let value = json!({"a": [1, "é\n"], "b": {"c": null}});
    assert_eq!(dumps(&value), r#"{"a": [1, "é\n"], "b": {"c": null}}"#);
}
