//! Condition → predicate: columns found, values turned into the column's type. A value finer than the
//! column is never rounded to it: the test is restated on the values that the column can hold.

use super::{Context, Notes, assign::misfit_fault, exact};
use crate::domain::{
    Column, ColumnIndex, Comparison, Entity, Fault, Guard, LikePattern, Literal, Predicate,
    SqlType, Tree, Value,
    coerce::{self, Comparand},
    plan::Use,
    predicate::{ColumnTest, Condition, RawTest, Rule, Test},
};

/// Binds a condition; `None` when any of its rules has a fault, all of which are noted.
pub(super) fn bind_condition(
    entity: &Entity,
    condition: &Condition,
    context: &Context<'_>,
    notes: &mut Notes,
) -> Option<Predicate> {
    let branches = |list: &[Condition], notes: &mut Notes| {
        // Every branch is visited, also after a fault, so that all faults are found.
        let bound: Vec<_> = list
            .iter()
            .map(|c| bind_condition(entity, c, context, notes))
            .collect();
        bound.into_iter().collect::<Option<Vec<_>>>()
    };
    match condition {
        Tree::All(list) => branches(list, notes).map(Tree::All),
        Tree::Any(list) => branches(list, notes).map(Tree::Any),
        Tree::Not(inner) => {
            bind_condition(entity, inner, context, notes).map(|p| Tree::Not(Box::new(p)))
        }
        Tree::Leaf(rule) => bind_rule(entity, rule, context, notes),
    }
}

fn bind_rule(
    entity: &Entity,
    rule: &Rule,
    context: &Context<'_>,
    notes: &mut Notes,
) -> Option<Predicate> {
    let index = notes.find(entity, &rule.column, Use::Filter)?;
    if entity.guard(index) == Some(Guard::Password) {
        // Policy refuses it by name; its value must not even be looked at, let alone repeated.
        return None;
    }
    let binder = Binder {
        index,
        column: entity.table().column(index),
        place: &rule.place,
        context,
    };
    match binder.bind(&rule.test) {
        Ok(predicate) => Some(predicate),
        Err(fault) => {
            notes.faults.push(fault);
            None
        }
    }
}

/// One rule's column and place.
struct Binder<'a> {
    index: ColumnIndex,
    column: &'a Column,
    place: &'a str,
    context: &'a Context<'a>,
}

impl Binder<'_> {
    fn bind(&self, test: &RawTest) -> Result<Predicate, Fault> {
        match test {
            RawTest::Compare(comparison, literal) => {
                Ok(self.compare(*comparison, self.place_value(literal)?))
            }
            RawTest::In { negated, values } => self.within(*negated, values),
            RawTest::Between { negated, low, high } => self.between(*negated, low, high),
            RawTest::Like { negated, pattern } => self.like(*negated, pattern),
            RawTest::Empty { negated } => self.empty(*negated),
            RawTest::Null { negated } => Ok(self.leaf(Test::Null { negated: *negated })),
        }
    }

    fn leaf(&self, test: Test) -> Predicate {
        Tree::Leaf(ColumnTest {
            column: self.index,
            test,
        })
    }

    /// Where the literal lies among the values that the column can hold.
    fn place_value(&self, literal: &Literal) -> Result<Comparand, Fault> {
        coerce::compare(&self.column.ty, literal)
            .map(|c| exact::settle_comparand(c, self.context.fraction_digits))
            .map_err(|misfit| misfit_fault(self.column, literal, misfit, self.place))
    }

    fn compare(&self, comparison: Comparison, comparand: Comparand) -> Predicate {
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let floor = match comparand {
            Comparand::On(value) => return self.leaf(Test::Compare(comparison, value)),
            Comparand::Between { floor } => floor,
        };
        // Nothing equals a value that the column cannot hold; all that lies below it is at most the floor.
        let test = match (comparison, floor) {
            (Equal, _) | (Less | LessOrEqual, None) => Test::Settled(false),
            (NotEqual, _) | (Greater | GreaterOrEqual, None) => Test::Settled(true),
            (Less | LessOrEqual, Some(floor)) => Test::Compare(LessOrEqual, floor),
            (Greater | GreaterOrEqual, Some(floor)) => Test::Compare(Greater, floor),
        };
        self.leaf(test)
    }

    fn within(&self, negated: bool, literals: &[Literal]) -> Result<Predicate, Fault> {
        let mut values: Vec<Value> = Vec::with_capacity(literals.len());
        for literal in literals {
            // A value that the column cannot hold equals none of its values.
            if let Comparand::On(value) = self.place_value(literal)? {
                values.push(value);
            }
        }
        Ok(self.leaf(if values.is_empty() {
            Test::Settled(negated)
        } else {
            Test::In { negated, values }
        }))
    }

    fn between(&self, negated: bool, low: &Literal, high: &Literal) -> Result<Predicate, Fault> {
        let bounds = (self.place_value(low)?, self.place_value(high)?);
        Ok(match bounds {
            (Comparand::On(low), Comparand::On(high)) => {
                self.leaf(Test::Between { negated, low, high })
            }
            (low, high) => {
                let inside = Tree::All(vec![
                    self.compare(Comparison::GreaterOrEqual, low),
                    self.compare(Comparison::LessOrEqual, high),
                ]);
                if negated {
                    Tree::Not(Box::new(inside))
                } else {
                    inside
                }
            }
        })
    }

    fn like(&self, negated: bool, pattern: &LikePattern) -> Result<Predicate, Fault> {
        self.text_only("LIKE")?;
        let text = pattern.to_sql();
        if text.contains('\0') {
            let literal = Literal::Text(text);
            return Err(misfit_fault(self.column, &literal, coerce::NUL, self.place));
        }
        if let Some(limit) = self.context.pattern_units
            && pattern.to_sql_in_classes().0.encode_utf16().count() > limit
        {
            return Err(Fault::Clause {
                code: "clause_too_large",
                message: format!(
                    "Column '{}': the database takes patterns of at most {limit} characters; write a shorter one.",
                    self.column.name.as_str()
                ),
            });
        }
        Ok(self.leaf(Test::Like {
            negated,
            pattern: pattern.clone(),
        }))
    }

    fn empty(&self, negated: bool) -> Result<Predicate, Fault> {
        self.text_only("is_empty")?;
        let comparison = if negated {
            Comparison::NotEqual
        } else {
            Comparison::Equal
        };
        Ok(self.leaf(Test::Compare(comparison, Value::Text(String::new()))))
    }

    fn text_only(&self, test: &'static str) -> Result<(), Fault> {
        if self.column.ty.is_text() && self.column.ty != SqlType::Xml {
            return Ok(());
        }
        Err(Fault::TestNotForType {
            column: self.column.name.clone(),
            ty: self.column.ty.clone(),
            test,
            place: self.place.to_owned(),
        })
    }
}
