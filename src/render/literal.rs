//! Values that stand in SQL text: the defaults of columns, the one place where a parameter cannot. What comes out is a
//! literal of the dialect whatever the value is, and nothing else in the program makes one.

use crate::domain::{Value, schema::DefaultValue};

/// How a dialect writes literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `'it''s'`, `x'00ff'`.
    Sqlite,
    /// `N'it''s'`, `0x00FF`.
    Mssql,
}

/// A literal, ready to stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written(String);

impl Written {
    /// Writes a value.
    #[must_use]
    pub fn new(value: &DefaultValue, style: Style) -> Self {
        let mut text = String::new();
        match value.value() {
            Value::Bool(flag) => text.push(if *flag { '1' } else { '0' }),
            Value::Int(number) => text.push_str(&number.to_string()),
            // Digits and a point: no exponent.
            Value::Decimal(number) => text.push_str(&number.to_plain_string()),
            // `1.5`, `2.0`, `1e300`: the shortest that reads back as the same number.
            Value::Float(number) => text = format!("{number:?}"),
            Value::Binary(bytes) => push_bytes(&mut text, bytes, style),
            Value::Text(words) => push_text(&mut text, words, style),
            // No default is one of these: DefaultValue::new.
            Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::DateTimeOffset(_)
            | Value::Guid(_) => text.push_str("NULL"),
        }
        Self(text)
    }

    /// The literal.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

fn push_bytes(text: &mut String, bytes: &[u8], style: Style) {
    let (before, after) = match style {
        Style::Sqlite => ("x'", "'"),
        Style::Mssql => ("0x", ""),
    };
    text.push_str(before);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    text.push_str(after);
}

/// A quote inside is doubled. T-SQL drops a backslash at the end of a line together with the line's end, so that the
/// text is taken apart there.
fn push_text(text: &mut String, words: &str, style: Style) {
    text.push_str(match style {
        Style::Sqlite => "'",
        Style::Mssql => "N'",
    });
    let mut last = ' ';
    for c in words.chars() {
        if style == Style::Mssql && last == '\\' && matches!(c, '\n' | '\r') {
            text.push_str("' + N'");
        }
        if c == '\'' {
            text.push('\'');
        }
        text.push(c);
        last = c;
    }
    text.push('\'');
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use bigdecimal::BigDecimal;

    use super::*;

    fn written(value: Value) -> [String; 2] {
        let value = DefaultValue::new(value).unwrap();
        [Style::Sqlite, Style::Mssql].map(|style| Written::new(&value, style).0)
    }

    #[test]
    fn a_text_is_closed_by_its_own_quote_alone() {
        let text = |words: &str| written(Value::Text(words.to_owned()));
        assert_eq!(text(""), ["''", "N''"]);
        assert_eq!(
            text("it's; DROP TABLE t --"),
            ["'it''s; DROP TABLE t --'", "N'it''s; DROP TABLE t --'"]
        );
        assert_eq!(text("''"), ["''''''", "N''''''"]);
        assert_eq!(
            text("'); DELETE FROM t; --"),
            ["'''); DELETE FROM t; --'", "N'''); DELETE FROM t; --'"]
        );
        // Quotes of other alphabets are characters like any.
        assert_eq!(text("\u{2bc}\u{2019}")[1], "N'\u{2bc}\u{2019}'");
        assert_eq!(text("%s {} ?1 @P1 \\")[0], "'%s {} ?1 @P1 \\'");
    }

    #[test]
    fn a_backslash_at_the_end_of_a_line_stays() {
        let text = |words: &str| written(Value::Text(words.to_owned()));
        assert_eq!(text("a\\\nb"), ["'a\\\nb'", "N'a\\' + N'\nb'"]);
        assert_eq!(text("a\\\r\nb")[1], "N'a\\' + N'\r\nb'");
        assert_eq!(text("\\'\n")[1], "N'\\''\n'");
    }

    #[test]
    fn numbers_and_bytes_are_written_plainly() {
        let decimal = Value::Decimal(BigDecimal::from_str("-1E+3").unwrap());
        assert_eq!(written(decimal), ["-1000", "-1000"]);
        assert_eq!(written(Value::Int(i64::MIN))[0], "-9223372036854775808");
        assert_eq!(written(Value::Float(1.5)), ["1.5", "1.5"]);
        assert_eq!(written(Value::Float(-1e300))[1], "-1e300");
        assert_eq!(written(Value::Bool(true)), ["1", "1"]);
        assert_eq!(
            written(Value::Binary(vec![0, 0xff, 0x27])),
            ["x'00FF27'", "0x00FF27"]
        );
        assert_eq!(written(Value::Binary(Vec::new())), ["x''", "0x"]);
    }

    #[test]
    fn what_has_no_plain_literal_is_no_default() {
        for value in [
            Value::Text("a\0b".to_owned()),
            Value::Float(f64::NAN),
            Value::Float(f64::INFINITY),
            Value::Guid(uuid::Uuid::nil()),
        ] {
            assert_eq!(DefaultValue::new(value), None);
        }
    }
}
