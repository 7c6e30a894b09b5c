//! The parser's tree → [`Condition`], by an allow-list: each comparison has one column on one side and
//! values on the other. What is not listed is refused.

use sqlparser::ast::{BinaryOperator, Expr, Ident, UnaryOperator, Value};

use crate::{
    clause::{
        bounds::Bounds,
        join,
        refusal::{Refusal, invalid, not_allowed},
    },
    domain::{
        LikePattern, Literal, Tree,
        fault::shorten,
        predicate::{Comparison, Condition, RawTest, Rule},
    },
};

/// What messages call the clause; an expression of the parser does not know its place.
const AT: &str = "Clause";

/// One side of a comparison.
enum Operand {
    Column(Ident),
    Value(Literal),
    Null,
}

/// Converts a condition. Recursion is bounded by the nesting that `gate` has let through: chains of
/// AND and OR, which the parser leans to the left however long, are walked in a loop.
pub(super) fn condition(expr: Expr, bounds: &mut Bounds<'_>) -> Result<Condition, Refusal> {
    match expr {
        Expr::Nested(inner) => condition(*inner, bounds),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => Ok(Tree::Not(Box::new(condition(*expr, bounds)?))),
        Expr::BinaryOp {
            left,
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            right,
        } => chain(*left, &op, *right, bounds),
        leaf => {
            bounds.take_rule()?;
            rule(leaf, bounds).map(Tree::Leaf)
        }
    }
}

fn chain(
    left: Expr,
    op: &BinaryOperator,
    right: Expr,
    bounds: &mut Bounds<'_>,
) -> Result<Condition, Refusal> {
    let mut links = vec![right];
    let mut rest = left;
    loop {
        match rest {
            Expr::BinaryOp {
                left,
                op: inner,
                right,
            } if inner == *op => {
                links.push(*right);
                rest = *left;
            }
            first => {
                links.push(first);
                break;
            }
        }
    }
    let branches: Result<Vec<_>, _> = links
        .into_iter()
        .rev()
        .map(|link| condition(link, bounds))
        .collect();
    Ok(join(branches?, *op == BinaryOperator::And))
}

fn rule(expr: Expr, bounds: &mut Bounds<'_>) -> Result<Rule, Refusal> {
    let (column, test) = match expr {
        Expr::BinaryOp { left, op, right } => compare(*left, &op, *right, bounds)?,
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let column = column(*expr, "IN")?;
            let values = list.into_iter().map(|item| value(item, "IN", bounds));
            let values = values.collect::<Result<Vec<_>, _>>()?;
            (column, RawTest::In { negated, values })
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let column = column(*expr, "BETWEEN")?;
            let low = value(*low, "BETWEEN", bounds)?;
            let high = value(*high, "BETWEEN", bounds)?;
            (column, RawTest::Between { negated, low, high })
        }
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char,
        } => {
            let column = column(*expr, "LIKE")?;
            let pattern = like(*pattern, escape_char.map(|e| *e), bounds)?;
            (column, RawTest::Like { negated, pattern })
        }
        Expr::IsNull(expr) => (column(*expr, "IS NULL")?, RawTest::Null { negated: false }),
        Expr::IsNotNull(expr) => (
            column(*expr, "IS NOT NULL")?,
            RawTest::Null { negated: true },
        ),
        other => return Err(no_condition(&other)),
    };
    Ok(Rule {
        column,
        place: String::new(),
        test,
    })
}

fn compare(
    left: Expr,
    op: &BinaryOperator,
    right: Expr,
    bounds: &mut Bounds<'_>,
) -> Result<(String, RawTest), Refusal> {
    let comparison = match op {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::NotEqual,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::LessOrEqual,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::GreaterOrEqual,
        _ => {
            return Err(not_allowed(format!(
                "Clause has an operator that is not allowed after {}; the comparisons are = <> < <= > >=.",
                describe(&left)
            )));
        }
    };
    let (column, comparison, literal) = match (operand(left)?, operand(right)?) {
        (Operand::Column(column), Operand::Value(literal)) => (column, comparison, literal),
        (Operand::Value(literal), Operand::Column(column)) => {
            (column, comparison.flipped(), literal)
        }
        (Operand::Column(left), Operand::Column(right)) => return Err(two_columns(&left, &right)),
        (Operand::Null, _) | (_, Operand::Null) => return Err(null("a comparison")),
        (Operand::Value(_), Operand::Value(_)) => {
            return Err(not_allowed(
                "Clause compares a value with a value; each comparison needs a column on one side."
                    .to_owned(),
            ));
        }
    };
    let literal = bounds.take_value(AT, literal)?;
    Ok((column.value, RawTest::Compare(comparison, literal)))
}

fn like(
    pattern: Expr,
    escape: Option<Expr>,
    bounds: &mut Bounds<'_>,
) -> Result<LikePattern, Refusal> {
    let Operand::Value(Literal::Text(pattern)) = operand(pattern)? else {
        return Err(not_allowed(
            "Clause has LIKE without a text after it; write a pattern in single quotes.".to_owned(),
        ));
    };
    let escape = match escape.map(operand).transpose()? {
        None => None,
        Some(Operand::Value(Literal::Text(text))) if text.chars().count() == 1 => {
            text.chars().next()
        }
        Some(_) => {
            return Err(invalid(
                "Clause has ESCAPE without exactly one character in single quotes after it."
                    .to_owned(),
            ));
        }
    };
    bounds.take_text(AT, &pattern)?;
    LikePattern::parse(&pattern, escape).map_err(|error| {
        invalid(format!(
            "Clause has the LIKE pattern '{}', which cannot be used: {error}.",
            shorten(&pattern)
        ))
    })
}

/// The column that an operator is about.
fn column(expr: Expr, operator: &str) -> Result<String, Refusal> {
    match operand(expr)? {
        Operand::Column(name) => Ok(name.value),
        Operand::Value(_) | Operand::Null => Err(not_allowed(format!(
            "Clause has a value before {operator}; a column's name goes there."
        ))),
    }
}

/// A value that an operator compares with.
fn value(expr: Expr, operator: &str, bounds: &mut Bounds<'_>) -> Result<Literal, Refusal> {
    match operand(expr)? {
        Operand::Value(literal) => bounds.take_value(AT, literal),
        Operand::Null => Err(null(operator)),
        Operand::Column(name) => Err(not_allowed(format!(
            "Clause has the column '{}' among the values of {operator}; only values go there{}.",
            shorten(&name.value),
            quotes_hint(&name)
        ))),
    }
}

fn operand(mut expr: Expr) -> Result<Operand, Refusal> {
    while let Expr::Nested(inner) = expr {
        expr = *inner;
    }
    match expr {
        Expr::Identifier(name) => Ok(match truth(&name) {
            Some(truth) => Operand::Value(Literal::Bool(truth)),
            None => Operand::Column(name),
        }),
        Expr::Value(value) => literal(value.value),
        Expr::UnaryOp {
            op: op @ (UnaryOperator::Plus | UnaryOperator::Minus),
            expr,
        } => match *expr {
            Expr::Value(value) => match literal(value.value)? {
                Operand::Value(Literal::Number(digits)) => {
                    let sign = if op == UnaryOperator::Minus { "-" } else { "" };
                    Ok(Operand::Value(Literal::Number(format!("{sign}{digits}"))))
                }
                _ => Err(no_operand("a sign before what is no number")),
            },
            other => Err(no_operand(&describe(&other))),
        },
        other => Err(no_operand(&describe(&other))),
    }
}

/// TRUE and FALSE without brackets are values here, as a `bit` is compared with; in T-SQL they are
/// nothing at all.
fn truth(name: &Ident) -> Option<bool> {
    if name.quote_style.is_some() {
        None
    } else if name.value.eq_ignore_ascii_case("true") {
        Some(true)
    } else if name.value.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn literal(value: Value) -> Result<Operand, Refusal> {
    match value {
        Value::Number(digits, false) => Ok(Operand::Value(Literal::Number(json_number(&digits)))),
        Value::SingleQuotedString(text) | Value::NationalStringLiteral(text) => {
            Ok(Operand::Value(Literal::Text(text)))
        }
        Value::Null => Ok(Operand::Null),
        _ => Err(no_operand("a constant of another kind")),
    }
}

/// SQL's `.5` and `5.` as JSON writes them, so that a number reads the same from every source.
fn json_number(digits: &str) -> String {
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    let zero = if mantissa.starts_with('.') { "0" } else { "" };
    let mantissa = mantissa.strip_suffix('.').unwrap_or(mantissa);
    format!("{zero}{mantissa}{exponent}")
}

fn two_columns(left: &Ident, right: &Ident) -> Refusal {
    not_allowed(format!(
        "Clause compares column '{}' with column '{}'; compare a column with a value{}.",
        shorten(&left.value),
        shorten(&right.value),
        quotes_hint(right)
    ))
}

/// Double quotes make a name in SQL, and are often meant to make a text.
fn quotes_hint(name: &Ident) -> &'static str {
    if name.quote_style == Some('[') {
        ""
    } else {
        " (a text stands in 'single quotes')"
    }
}

fn null(operator: &str) -> Refusal {
    not_allowed(format!(
        "Clause has NULL in {operator}, which matches nothing; write IS NULL or IS NOT NULL."
    ))
}

fn no_operand(what: &str) -> Refusal {
    not_allowed(format!(
        "Clause has {what} where a column or a value is expected; a comparison has one column and one \
         value."
    ))
}

fn no_condition(expr: &Expr) -> Refusal {
    not_allowed(format!(
        "Clause has {} where a comparison is expected; write one, such as City = 'Paris'.",
        describe(expr)
    ))
}

/// What an expression is, for messages.
fn describe(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(name) => format!("'{}' alone", shorten(&name.value)),
        Expr::Value(_) => "a value alone".to_owned(),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            ..
        } => "NOT".to_owned(),
        Expr::UnaryOp { .. } => "a value with a sign".to_owned(),
        Expr::BinaryOp { .. }
        | Expr::InList { .. }
        | Expr::Between { .. }
        | Expr::Like { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_) => "a condition".to_owned(),
        Expr::Tuple(_) => "a list".to_owned(),
        _ => "an expression that is not allowed".to_owned(),
    }
}
