//! Escapes of JSON text, undone in T-SQL. Babelfish leaves in the values of OPENJSON those that it writes itself:
//! `\"`, `\\` and those of control characters. Only the ones that rows need are looked for: mostly none.

use super::{RowsPlan, Sql};
use crate::domain::Value;

/// A character that is no text's: it stands for a backslash until the other escapes are undone.
const STAND_IN: &str = ", N'\\\\', NCHAR(64976))";
const BACKSLASH: &str = ", NCHAR(64976), N'\\')";

/// What undoes the escapes of rows, in this order.
#[derive(Default)]
pub(in super::super) struct Escapes(Vec<&'static str>);

impl Escapes {
    /// Those that these rows need.
    pub(super) fn of(plan: &RowsPlan) -> Self {
        let values = plan.rows.iter().flat_map(|row| &row.values);
        let mut found = [false; UNDOING.len()];
        let mut backslash = false;
        for value in values {
            let Some(Value::Text(text)) = value else {
                continue;
            };
            for c in text.bytes() {
                backslash |= c == b'\\';
                match c {
                    b'"' => found[0] = true,
                    1..=31 => found[usize::from(c)] = true,
                    _ => {}
                }
            }
        }
        let undoing = UNDOING.into_iter().zip(found);
        let mut all: Vec<&str> = undoing
            .filter_map(|(undo, found)| found.then_some(undo))
            .collect();
        if backslash {
            all.insert(0, STAND_IN);
            all.push(BACKSLASH);
        }
        Self(all)
    }

    /// All of them, where nobody knows which are needed.
    pub(in super::super) fn all() -> Self {
        let mut all = vec![STAND_IN];
        all.extend(UNDOING);
        all.push(BACKSLASH);
        Self(all)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a text with its escapes undone.
    pub(in super::super) fn push(&self, sql: &mut Sql, push_text: impl FnOnce(&mut Sql)) {
        for _ in &self.0 {
            sql.push_syntax("REPLACE(");
        }
        push_text(sql);
        for undo in &self.0 {
            sql.push_syntax(undo);
        }
    }
}

/// The quotation mark, then the control characters by their numbers.
#[rustfmt::skip]
const UNDOING: [&str; 32] = [
    ", N'\\\"', N'\"')",
    ", N'\\u0001', NCHAR(1))", ", N'\\u0002', NCHAR(2))", ", N'\\u0003', NCHAR(3))",
    ", N'\\u0004', NCHAR(4))", ", N'\\u0005', NCHAR(5))", ", N'\\u0006', NCHAR(6))",
    ", N'\\u0007', NCHAR(7))", ", N'\\b', NCHAR(8))", ", N'\\t', NCHAR(9))",
    ", N'\\n', NCHAR(10))", ", N'\\u000b', NCHAR(11))", ", N'\\f', NCHAR(12))",
    ", N'\\r', NCHAR(13))", ", N'\\u000e', NCHAR(14))", ", N'\\u000f', NCHAR(15))",
    ", N'\\u0010', NCHAR(16))", ", N'\\u0011', NCHAR(17))", ", N'\\u0012', NCHAR(18))",
    ", N'\\u0013', NCHAR(19))", ", N'\\u0014', NCHAR(20))", ", N'\\u0015', NCHAR(21))",
    ", N'\\u0016', NCHAR(22))", ", N'\\u0017', NCHAR(23))", ", N'\\u0018', NCHAR(24))",
    ", N'\\u0019', NCHAR(25))", ", N'\\u001a', NCHAR(26))", ", N'\\u001b', NCHAR(27))",
    ", N'\\u001c', NCHAR(28))", ", N'\\u001d', NCHAR(29))", ", N'\\u001e', NCHAR(30))",
    ", N'\\u001f', NCHAR(31))",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_is_undone_at_its_number() {
        for (number, undo) in UNDOING.iter().enumerate().skip(1) {
            assert!(undo.ends_with(&format!(", NCHAR({number}))")), "{undo}");
            let c = char::from(u8::try_from(number).unwrap()).to_string();
            let escaped = serde_json::to_string(&c).unwrap();
            let escaped = escaped.trim_matches('"');
            assert!(undo.starts_with(&format!(", N'{escaped}',")), "{undo}");
        }
    }
}
