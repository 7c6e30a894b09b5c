//! One rule of a `QueryBuilder` clause: its column, its operator and the values that the operator takes.

use serde_json::Value;

use super::{Object, at, present};
use crate::{
    clause::{
        bounds::Bounds,
        refusal::{Refusal, empty, invalid, not_allowed},
    },
    domain::{
        LikePattern, Literal,
        fault::shorten,
        name::nearest,
        predicate::{Comparison, RawTest, Rule},
    },
};

/// Where in a text the value of a LIKE operator stands.
#[derive(Debug, Clone, Copy)]
enum Part {
    Start,
    Middle,
    End,
}

/// What an operator does; `bool` is its negation.
#[derive(Debug, Clone, Copy)]
enum Operator {
    Compare(Comparison),
    In(bool),
    Between(bool),
    Like(Part, bool),
    Empty(bool),
    Null(bool),
}

/// All operators of jQuery `QueryBuilder` 2.5.
const OPERATORS: [(&str, Operator); 20] = [
    ("equal", Operator::Compare(Comparison::Equal)),
    ("not_equal", Operator::Compare(Comparison::NotEqual)),
    ("in", Operator::In(false)),
    ("not_in", Operator::In(true)),
    ("less", Operator::Compare(Comparison::Less)),
    ("less_or_equal", Operator::Compare(Comparison::LessOrEqual)),
    ("greater", Operator::Compare(Comparison::Greater)),
    (
        "greater_or_equal",
        Operator::Compare(Comparison::GreaterOrEqual),
    ),
    ("between", Operator::Between(false)),
    ("not_between", Operator::Between(true)),
    ("begins_with", Operator::Like(Part::Start, false)),
    ("not_begins_with", Operator::Like(Part::Start, true)),
    ("contains", Operator::Like(Part::Middle, false)),
    ("not_contains", Operator::Like(Part::Middle, true)),
    ("ends_with", Operator::Like(Part::End, false)),
    ("not_ends_with", Operator::Like(Part::End, true)),
    ("is_empty", Operator::Empty(false)),
    ("is_not_empty", Operator::Empty(true)),
    ("is_null", Operator::Null(false)),
    ("is_not_null", Operator::Null(true)),
];

/// A rule at a place of the clause.
pub(super) fn parse(item: &Object, place: &str, bounds: &mut Bounds<'_>) -> Result<Rule, Refusal> {
    bounds.take_rule()?;
    let at = at(place);
    let column = column(item, &at)?;
    let (name, operator) = operator(item, &at)?;
    let mut values = Values {
        at: &at,
        operator: name,
        raw: item.get("value").or_else(|| present(item, "value")),
        bounds,
    };
    let test = match operator {
        Operator::Compare(comparison) => RawTest::Compare(comparison, values.one()?),
        Operator::In(negated) => RawTest::In {
            negated,
            values: values.some()?,
        },
        Operator::Between(negated) => {
            let [low, high] = values.two()?;
            RawTest::Between { negated, low, high }
        }
        Operator::Like(part, negated) => RawTest::Like {
            negated,
            pattern: values.pattern(part)?,
        },
        Operator::Empty(negated) => RawTest::Empty { negated },
        Operator::Null(negated) => RawTest::Null { negated },
    };
    Ok(Rule {
        column: column.to_owned(),
        place: place.to_owned(),
        test,
    })
}

/// `field`, which is what `QueryBuilder` makes SQL from; `id` where there is none.
fn column<'a>(item: &'a Object, at: &str) -> Result<&'a str, Refusal> {
    match present(item, "field").or_else(|| present(item, "id")) {
        Some(Value::String(name)) if !name.trim().is_empty() => Ok(name),
        Some(Value::String(_)) | None => Err(invalid(format!(
            "{at} names no column; give its name as \"field\"."
        ))),
        Some(_) => Err(invalid(format!(
            "{at}: field must be a column's name, as a text."
        ))),
    }
}

fn operator(item: &Object, at: &str) -> Result<(&'static str, Operator), Refusal> {
    let wrote = match present(item, "operator") {
        None => "equal",
        Some(Value::String(name)) => name.trim(),
        Some(_) => {
            return Err(invalid(format!(
                "{at}: operator must be an operator's name, as a text."
            )));
        }
    };
    let known = OPERATORS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wrote));
    known.copied().ok_or_else(|| {
        let names = OPERATORS.map(|(name, _)| name);
        let hint = match nearest(wrote, names) {
            Some(name) => format!("did you mean '{name}'?"),
            None => format!("the operators are {}.", names.join(", ")),
        };
        let wrote = shorten(wrote);
        invalid(format!("{at}: there is no operator '{wrote}'; {hint}"))
    })
}

/// The `value` of a rule, read as its operator needs it.
struct Values<'v, 'b, 'l> {
    at: &'v str,
    operator: &'static str,
    raw: Option<&'v Value>,
    bounds: &'b mut Bounds<'l>,
}

impl Values<'_, '_, '_> {
    /// One scalar; an array of one is taken for it.
    fn one(&mut self) -> Result<Literal, Refusal> {
        match self.raw {
            Some(Value::Array(list)) => match list.as_slice() {
                [only] => self.scalar(only),
                [] => Err(self.refuse_empty("an empty array")),
                _ => Err(invalid(format!(
                    "{}: '{}' takes one value, not {}; use 'in' or 'between' for several.",
                    self.at,
                    self.operator,
                    list.len()
                ))),
            },
            Some(scalar) => self.scalar(scalar),
            None => Err(self.refuse_missing()),
        }
    }

    /// At least one; a scalar is taken for an array of one.
    fn some(&mut self) -> Result<Vec<Literal>, Refusal> {
        match self.raw {
            Some(Value::Array(list)) if list.is_empty() => Err(self.refuse_empty("an empty array")),
            Some(Value::Array(list)) => list.iter().map(|item| self.scalar(item)).collect(),
            Some(scalar) => Ok(vec![self.scalar(scalar)?]),
            None => Err(self.refuse_missing()),
        }
    }

    /// Exactly two.
    fn two(&mut self) -> Result<[Literal; 2], Refusal> {
        match self.raw {
            Some(Value::Array(list)) => match list.as_slice() {
                [low, high] => Ok([self.scalar(low)?, self.scalar(high)?]),
                _ => Err(self.refuse_one_sided(list.len())),
            },
            Some(Value::Null) => Err(self.refuse_null()),
            Some(_) => Err(self.refuse_one_sided(1)),
            None => Err(self.refuse_missing()),
        }
    }

    fn pattern(&mut self, part: Part) -> Result<LikePattern, Refusal> {
        let (Literal::Text(text) | Literal::Number(text)) = self.one()? else {
            return Err(invalid(format!(
                "{}: '{}' takes a text, not true or false.",
                self.at, self.operator
            )));
        };
        if text.is_empty() {
            return Err(self.refuse_empty("an empty text, which is part of every text"));
        }
        Ok(match part {
            Part::Start => LikePattern::begins_with(&text),
            Part::Middle => LikePattern::contains(&text),
            Part::End => LikePattern::ends_with(&text),
        })
    }

    fn scalar(&mut self, value: &Value) -> Result<Literal, Refusal> {
        let literal = match value {
            Value::String(text) => Literal::Text(text.clone()),
            Value::Number(number) => Literal::Number(number.to_string()),
            Value::Bool(truth) => Literal::Bool(*truth),
            Value::Null => return Err(self.refuse_null()),
            Value::Array(_) | Value::Object(_) => {
                return Err(invalid(format!(
                    "{}: a value must be a text, a number or true or false.",
                    self.at
                )));
            }
        };
        self.bounds.take_value(self.at, literal)
    }

    fn refuse_missing(&self) -> Refusal {
        invalid(format!(
            "{}: '{}' has no value; give it one as \"value\".",
            self.at, self.operator
        ))
    }

    fn refuse_null(&self) -> Refusal {
        not_allowed(format!(
            "{}: '{}' with null matches nothing; use is_null or is_not_null.",
            self.at, self.operator
        ))
    }

    fn refuse_empty(&self, what: &str) -> Refusal {
        empty(format!(
            "{}: '{}' has {what}; give it a value.",
            self.at, self.operator
        ))
    }

    fn refuse_one_sided(&self, count: usize) -> Refusal {
        invalid(format!(
            "{}: '{}' takes exactly two values, [low, high], not {count}.",
            self.at, self.operator
        ))
    }
}
