//! What a clause may use up. It does not know what a clause looks like.

use super::{
    Limits,
    refusal::{Refusal, too_large},
};
use crate::domain::Literal;

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
        let limit = self.limits.value_length;
        // A character has at least one byte: only a text of more bytes than the limit need be counted.
        if text.len() > limit && text.chars().count() > limit {
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
