//! Literals of every kind against every type, and what must hold for all of them.
//!
//! In the tables a literal is written as in a clause: `5.50`, `'text'`, `true`, `null`.

#![allow(clippy::unwrap_used, clippy::panic)]

mod moments;
mod numbers;
mod properties;

use super::*;
use crate::domain::iso;
use base64::{Engine as _, engine::general_purpose::STANDARD};

fn literal(text: &str) -> Literal {
    match text {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        _ => match text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
            Some(text) => Literal::Text(text.to_owned()),
            None => Literal::Number(text.to_owned()),
        },
    }
}

fn sql_type(declaration: &str) -> SqlType {
    SqlType::parse(declaration).unwrap()
}

fn show(value: &Value) -> String {
    match value {
        Value::Bool(bit) => bit.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_plain_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Text(text) => text.clone(),
        Value::Date(date) => iso::date_text(*date),
        Value::Time(time) => iso::time_text(*time),
        Value::DateTime(local) => iso::datetime_text(*local, ' '),
        Value::DateTimeOffset(value) => iso::offset_datetime_text(value, ' '),
        Value::Guid(guid) => guid.to_string(),
        Value::Binary(bytes) => STANDARD.encode(bytes),
    }
}

fn stored(ty: &str, wrote: &str) -> String {
    match store(&sql_type(ty), &literal(wrote)) {
        Ok(value) => show(&value),
        Err(misfit) => misfit.to_string(),
    }
}

fn compared(ty: &str, wrote: &str) -> String {
    match compare(&sql_type(ty), &literal(wrote)) {
        Ok(Comparand::On(value)) => format!("= {}", show(&value)),
        Ok(Comparand::Between { floor: Some(value) }) => format!("> {}", show(&value)),
        Ok(Comparand::Between { floor: None }) => "< all".to_owned(),
        Err(misfit) => misfit.to_string(),
    }
}

/// Rows of type, literal and the value it is, stored and compared.
fn fits(rows: &[(&str, &str, &str)]) {
    for (ty, wrote, value) in rows {
        assert_eq!(stored(ty, wrote), *value, "{wrote} into {ty}");
        assert_eq!(
            compared(ty, wrote),
            format!("= {value}"),
            "{ty} against {wrote}"
        );
    }
}

/// Rows of type, literal, why it cannot be stored and where it lies when compared.
fn lies_off(rows: &[(&str, &str, &str, &str)]) {
    for (ty, wrote, misfit, place) in rows {
        assert_eq!(stored(ty, wrote), *misfit, "{wrote} into {ty}");
        assert_eq!(compared(ty, wrote), *place, "{ty} against {wrote}");
    }
}

/// Literals that can be no value of the type, neither stored nor compared.
fn refused(ty: &str, expected: &str, literals: &[&str]) {
    for wrote in literals {
        let message = format!("is not {expected}.");
        assert_eq!(stored(ty, wrote), message, "{wrote} into {ty}");
        assert_eq!(compared(ty, wrote), message, "{ty} against {wrote}");
    }
}

#[test]
fn null_is_no_value_of_any_type() {
    for ty in ["bit", "int", "nvarchar(5)", "date", "sql_variant"] {
        refused(ty, "a value", &["null"]);
    }
}

#[test]
fn a_bit_is_true_false_1_or_0() {
    fits(&[
        ("bit", "true", "true"),
        ("bit", "false", "false"),
        ("bit", "1", "true"),
        ("bit", "0.0", "false"),
        ("bit", "10e-1", "true"),
        ("bit", "-0", "false"),
        ("bit", "'TRUE'", "true"),
        ("bit", "'False'", "false"),
        ("bit", "'1'", "true"),
        ("bit", "'0'", "false"),
    ]);
    let wrong = [
        "2",
        "-1",
        "0.5",
        "1.5",
        "1e999999999",
        "'yes'",
        "''",
        "' 1'",
        "'1.0'",
    ];
    refused("bit", "true, false, 1 or 0", &wrong);
}

#[test]
fn a_text_is_kept_as_sent_and_never_cut() {
    fits(&[
        ("nvarchar(5)", "'äöü😀'", "äöü😀"),
        ("varchar(4)", "'äöü😀'", "äöü😀"),
        ("nvarchar(max)", "''", ""),
        ("char(5)", "' a '", " a "),
        ("nchar(2)", "'😀'", "😀"),
        ("nvarchar(20)", "1e3", "1e3"),
        ("nvarchar(20)", "0.10", "0.10"),
        ("text", "'x'", "x"),
        ("ntext", "'x'", "x"),
    ]);
    lies_off(&[
        (
            "nvarchar(5)",
            "'abcdef'",
            "is too long; at most 5 characters fit; it has 6.",
            "= abcdef",
        ),
        (
            "nvarchar(4)",
            "'äöü😀'",
            "is too long; at most 4 UTF-16 code units fit; it has 5.",
            "= äöü😀",
        ),
        (
            "char(1)",
            "'a '",
            "is too long; at most 1 character fits; it has 2.",
            "= a ",
        ),
        (
            "varchar(3)",
            "'äöü😀'",
            "is too long; at most 3 characters fit; it has 4.",
            "= äöü😀",
        ),
    ]);
    for ty in ["nvarchar(5)", "char(5)", "text"] {
        refused(ty, "a text; put it in quotes", &["true", "false"]);
        let nul = "a text without NUL characters (U+0000); leave them out";
        refused(ty, nul, &["'a\0b'"]);
    }
}

#[test]
fn xml_is_stored_but_not_compared() {
    assert_eq!(stored("xml", "'<a/>'"), "<a/>");
    assert_eq!(
        compared("xml", "'<a/>'"),
        "cannot be used: xml has no order and no equality; test the column for null instead."
    );
}

#[test]
fn a_guid_may_have_braces_and_any_case() {
    let guid = "c56a4180-65aa-42ec-a945-5fd21dec0538";
    for wrote in [
        "'c56a4180-65aa-42ec-a945-5fd21dec0538'",
        "'{C56A4180-65AA-42EC-A945-5FD21DEC0538}'",
        "'C56A418065AA42ECA9455FD21DEC0538'",
    ] {
        fits(&[("uniqueidentifier", wrote, guid)]);
    }
    let expected = "a GUID such as 'c56a4180-65aa-42ec-a945-5fd21dec0538'";
    let wrong = [
        "'c56a4180'",
        "''",
        "12345678901234567890123456789012",
        "true",
    ];
    refused("uniqueidentifier", expected, &wrong);
}

#[test]
fn bytes_come_as_base64() {
    fits(&[
        ("varbinary(3)", "'AQID'", "AQID"),
        ("binary(8)", "'AQ=='", "AQ=="),
        ("varbinary(max)", "''", ""),
        ("image", "'+/8='", "+/8="),
    ]);
    let long = "is too long; at most 2 bytes fit; it has 3.";
    lies_off(&[
        ("varbinary(2)", "'AQID'", long, "= AQID"),
        ("binary(2)", "'AQID'", long, "= AQID"),
    ]);
    let expected = "bytes as base64 text (A-Z, a-z, 0-9, + and /, padded with =)";
    let wrong = ["'AQ'", "'-_8='", "'AQ ID'", "'0x0102'", "5", "true"];
    refused("varbinary(9)", expected, &wrong);
}

#[test]
fn row_versions_are_compared_but_not_stored() {
    assert_eq!(compared("rowversion", "'AAAAAAAAB9E='"), "= AAAAAAAAB9E=");
    assert_eq!(
        stored("rowversion", "'AAAAAAAAB9E='"),
        "cannot be used: the database stamps this column; leave it out."
    );
}

#[test]
fn types_without_an_exact_form_take_no_value() {
    let why = "cannot be used: values of this type cannot be sent; it can only be read or tested for null.";
    lies_off(&[
        ("geography", "'POINT(1 2)'", why, why),
        ("sql_variant", "5", why, why),
    ]);
}
