//! From a JSON value to what a column is asked to hold, with Datasette's own marks: `{"$base64": true, "encoded": …}` is
//! bytes, `{"$raw": …}` is taken as it stands, other objects and arrays are stored as JSON text, `true` and `false` as 1
//! and 0 (contract, section 3). Whether a column can hold it is the plan's question.

use base64::{
    Engine as _,
    alphabet::STANDARD as ALPHABET,
    engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use serde_json::Value as Json;

use super::python_json::dumps;
use crate::domain::{Column, Literal, SqlType};

/// Python's reader does not mind bits that say nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// What a value says.
#[derive(Debug, PartialEq)]
pub(super) enum Cell {
    /// Anything but bytes.
    Plain(Json),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Takes a value's marks off.
///
/// # Errors
/// The contract's text for bytes that cannot be read.
pub(super) fn unmark(value: Json) -> Result<Cell, &'static str> {
    let Json::Object(members) = value else {
        return Ok(Cell::Plain(value));
    };
    let marked = |key: &str| members.get(key);
    match (
        members.len(),
        marked("$raw"),
        marked("$base64"),
        marked("encoded"),
    ) {
        (1, Some(raw), _, _) => Ok(Cell::Plain(raw.clone())),
        (2, _, Some(Json::Bool(true)), Some(Json::String(encoded))) => LENIENT
            .decode(encoded)
            .map(Cell::Bytes)
            .map_err(|_| "Invalid $base64 encoded value"),
        (2, _, Some(Json::Bool(true)), Some(_)) => Err("$base64 encoded value must be a string"),
        _ => Ok(Cell::Plain(Json::Object(members))),
    }
}

/// What a column is asked to hold.
///
/// # Errors
/// Why it is not asked to, to follow "Column 'x' is varbinary(max): ".
pub(super) fn literal(column: Option<&Column>, cell: Cell) -> Result<Literal, &'static str> {
    let binary = column.is_some_and(|column| column.ty.is_binary());
    match cell {
        Cell::Bytes(bytes) if binary || column.is_none() => {
            Ok(Literal::Text(STANDARD.encode(bytes)))
        }
        Cell::Bytes(_) => Err("bytes cannot be stored in it; send text."),
        Cell::Plain(Json::Null) => Ok(Literal::Null),
        // Text might be base64 or not: bytes are marked.
        Cell::Plain(_) if binary => Err("send bytes as {\"$base64\": true, \"encoded\": \"…\"}."),
        Cell::Plain(value) => Ok(plain(column, value)),
    }
}

fn plain(column: Option<&Column>, value: Json) -> Literal {
    match value {
        Json::Null => Literal::Null,
        Json::Bool(flag) if column.is_some_and(|column| column.ty == SqlType::Bit) => {
            Literal::Bool(flag)
        }
        Json::Bool(flag) => Literal::Number(u8::from(flag).to_string()),
        Json::Number(number) => Literal::Number(number.as_str().to_owned()),
        // Clients that make rows of CSV send it for an empty field of any type (contract, section 7).
        Json::String(text) if text.is_empty() && column.is_some_and(|c| !c.ty.is_text()) => {
            Literal::Null
        }
        Json::String(text) => Literal::Text(text),
        nested => Literal::Text(dumps(&nested)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::domain::{Default, Name};

    fn column(ty: &str) -> Column {
        Column {
            name: Name::parse("c").unwrap(),
            ty: SqlType::parse(ty).unwrap(),
            nullable: true,
            default: Default::None,
            default_expression: None,
            foreign_key: false,
            code_page: None,
        }
    }

    fn read(ty: &str, value: Json) -> Result<Literal, &'static str> {
        literal(Some(&column(ty)), unmark(value)?)
    }

    #[test]
    fn marks_are_taken_off_and_the_rest_is_json_text() {
        let text = |text: &str| Ok(Literal::Text(text.to_owned()));
        let number = |digits: &str| Ok(Literal::Number(digits.to_owned()));
        let bytes = json!({"$base64": true, "encoded": "AAEC"});
        let nested = "nvarchar(max)";
        assert_eq!(read("varbinary(max)", bytes.clone()), text("AAEC"));
        assert_eq!(
            read(nested, json!({"$raw": bytes})),
            text(r#"{"$base64": true, "encoded": "AAEC"}"#)
        );
        assert_eq!(read(nested, json!({"$raw": 5})), number("5"));
        assert_eq!(
            read(nested, json!({"$raw": 5, "x": 1})),
            text(r#"{"$raw": 5, "x": 1}"#)
        );
        assert_eq!(read(nested, json!([1, "é"])), text(r#"[1, "é"]"#));
        assert_eq!(
            read(nested, json!({"$base64": 1, "encoded": "AAEC"})),
            text(r#"{"$base64": 1, "encoded": "AAEC"}"#)
        );
        assert_eq!(read("int", json!(true)), number("1"));
        assert_eq!(read("bit", json!(true)), Ok(Literal::Bool(true)));
        assert_eq!(read("varbinary(max)", json!(null)), Ok(Literal::Null));
        assert_eq!(read("int", json!("")), Ok(Literal::Null));
        assert_eq!(read(nested, json!("")), text(""));
    }

    #[test]
    fn bytes_that_cannot_be_read_or_stored_are_told() {
        let marked = |encoded: Json| json!({"$base64": true, "encoded": encoded});
        for broken in ["%%", "AAE", "AAE=\n"] {
            let refused = read("varbinary(max)", marked(json!(broken)));
            assert_eq!(refused, Err("Invalid $base64 encoded value"), "{broken}");
        }
        assert!(read("varbinary(max)", marked(json!("AAF="))).is_ok());
        assert_eq!(
            read("varbinary(max)", marked(json!(5))),
            Err("$base64 encoded value must be a string")
        );
        assert!(read("nvarchar(max)", marked(json!("AAEC"))).is_err());
        assert!(read("varbinary(max)", json!("AAEC")).is_err());
    }
}
