//! What a clause may use up. It does not know what a clause looks like.

use super::{
    Limits,
    refusal::{Refusal, too_large},
};
use crate::domain::{
    Literal, Tree,
    predicate::{Condition, RawTest},
};

/// Counts what one clause uses of its [`Limits`].
#[derive(Debug)]
pub(super) struct Bounds<'a> {
    limits: &'a Limits,
    rules: usize,
    values: usize,
}

impl<'a> Bounds<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            rules: 0,
            values: 0,
        }
    }

    /// The deepest nesting allowed.
    pub(super) fn depth(&self) -> usize {
        self.limits.depth.min(Limits::MAX_DEPTH)
    }

    pub(super) fn check_depth(&self, depth: usize) -> Result<(), Refusal> {
        if depth <= self.depth() {
            return Ok(());
        }
        Err(self.too_deep())
    }

    pub(super) fn too_deep(&self) -> Refusal {
        too_large(format!(
            "Clause nests groups more than {} deep, the limit; write it flatter.",
            self.depth()
        ))
    }

    /// Whether this many rules in all are too many.
    pub(super) fn check_rules(&self, rules: usize) -> Result<(), Refusal> {
        let limit = self.limits.rules.min(Limits::MAX_RULES);
        if rules <= limit {
            return Ok(());
        }
        Err(too_large(format!(
            "Clause has more than {limit} rules, the limit; write fewer, or use IN for many values of one \
             column."
        )))
    }

    /// One more rule.
    pub(super) fn take_rule(&mut self) -> Result<(), Refusal> {
        self.rules += 1;
        self.check_rules(self.rules)
    }

    /// A condition that was read by others, at this depth.
    pub(super) fn take(&mut self, condition: &Condition, depth: usize) -> Result<(), Refusal> {
        let rule = match condition {
            Tree::All(branches) | Tree::Any(branches) => {
                self.check_depth(depth)?;
                return branches
                    .iter()
                    .try_for_each(|branch| self.take(branch, depth + 1));
            }
            Tree::Not(branch) => {
                self.check_depth(depth)?;
                return self.take(branch, depth + 1);
            }
            Tree::Leaf(rule) => rule,
        };
        self.take_rule()?;
        let at = &rule.column;
        let mut take = |value: &Literal| self.take_value(at, value.clone()).map(|_| ());
        match &rule.test {
            RawTest::Compare(_, value) => take(value),
            RawTest::In { values, .. } => values.iter().try_for_each(take),
            RawTest::Between { low, high, .. } => {
                take(low)?;
                take(high)
            }
            RawTest::Like { pattern, .. } => self.take_length(at, pattern.length()),
            RawTest::Empty { .. } | RawTest::Null { .. } => Ok(()),
        }
    }

    /// One more value; `at` names its rule for the message.
    pub(super) fn take_value(&mut self, at: &str, value: Literal) -> Result<Literal, Refusal> {
        match &value {
            Literal::Text(text) | Literal::Number(text) => self.take_text(at, text)?,
            Literal::Bool(_) | Literal::Null => self.take_text(at, "")?,
        }
        Ok(value)
    }

    /// One more value or pattern.
    pub(super) fn take_text(&mut self, at: &str, text: &str) -> Result<(), Refusal> {
        // A character has at least one byte: only a text of more bytes than the limit need be counted.
        let short = text.len() <= self.limits.value_length;
        self.take_length(at, if short { 0 } else { text.chars().count() })
    }

    /// One more value or pattern, of so many characters.
    fn take_length(&mut self, at: &str, length: usize) -> Result<(), Refusal> {
        let limit = self.limits.value_length;
        if length > limit {
            return Err(too_large(format!(
                "{at}: the value has more than {limit} characters, the limit."
            )));
        }
        self.values += 1;
        if self.values > Limits::MAX_VALUES {
            return Err(too_large(format!(
                "Clause has more than {} values, the limit; ask in several requests.",
                Limits::MAX_VALUES
            )));
        }
        Ok(())
    }
}
