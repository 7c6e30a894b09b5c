//! jQuery `QueryBuilder`'s JSON → [`Condition`]. Keys that are not needed (`id` beside `field`, `type`,
//! `input`, `data`, `flags`, paging keys nested by mistake) are ignored: the column's own type decides
//! what a value means.

mod rule;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::{
    bounds::Bounds,
    join,
    refusal::{Refusal, empty, invalid},
};
use crate::domain::{
    Tree,
    fault::shorten,
    json::{Unrepeated, repeated, repeated_text},
    predicate::Condition,
};

pub(super) type Object = Map<String, Value>;

const SHAPE: &str = r#"send {"condition": "AND", "rules": [{"field": column, "operator": "equal", "value": value}]}"#;

/// Keys that an empty root may have and still be called empty.
const GROUP_KEYS: [&str; 4] = ["condition", "rules", "not", "valid"];

/// Keys that mean something, in whatever case. None may stand twice in one object: which of the two was
/// meant could make the clause match more than it says.
const READ_KEYS: [&str; 8] = [
    "condition",
    "rules",
    "not",
    "valid",
    "field",
    "id",
    "operator",
    "value",
];

/// JSON text → JSON.
pub(super) fn decode(text: &str, bounds: &Bounds<'_>) -> Result<Value, Refusal> {
    let read: Result<Unrepeated, _> = serde_json::from_str(text);
    read.map(|json| json.0).map_err(|error| {
        // A repeated key; there is nothing else that a JSON value must not be.
        if error.is_data() {
            return invalid(format!("Clause cannot be read: {error}."));
        }
        // serde_json tells nesting beyond its own limit by its message alone.
        if error.to_string().starts_with("recursion limit") {
            return bounds.too_deep();
        }
        invalid(format!(
            "Clause starts as JSON and is not JSON (line {}, column {}); {SHAPE} or an SQL condition.",
            error.line(),
            error.column()
        ))
    })
}

/// JSON → condition.
pub(super) fn parse(json: &Value, bounds: &mut Bounds<'_>) -> Result<Condition, Refusal> {
    let root = match json {
        Value::Null => return Err(Refusal::Missing),
        Value::Object(root) => root,
        Value::Array(_) => return Err(array_root()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(invalid(format!("Clause is no group of rules; {SHAPE}.")));
        }
    };
    // Before anything else: an empty clause that was marked invalid is not just empty.
    check_marks(root, "Clause")?;
    if is_empty_root(root) {
        return Err(Refusal::Missing);
    }
    parse_item(root, "", 1, bounds)
}

/// An array where a group must stand.
pub(super) fn array_root() -> Refusal {
    invalid(format!(
        "Clause is an array and must be one group; {SHAPE}."
    ))
}

fn is_empty_root(root: &Object) -> bool {
    match present(root, "rules") {
        Some(Value::Array(rules)) => rules.is_empty(),
        Some(_) => false,
        None => root.keys().all(|key| {
            GROUP_KEYS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(key))
        }),
    }
}

/// A group or a rule. Recursion ends at the depth limit, which is checked before going down.
fn parse_item(
    item: &Object,
    place: &str,
    depth: usize,
    bounds: &mut Bounds<'_>,
) -> Result<Condition, Refusal> {
    let parsed = match present(item, "rules") {
        Some(rules) => {
            bounds.check_depth(depth)?;
            parse_group(item, rules, place, depth, bounds)?
        }
        None => Tree::Leaf(rule::parse(item, place, bounds)?),
    };
    // `QueryBuilder` puts `not` on groups; on a rule it can only mean the same.
    Ok(if flag(item, "not", &at(place))? == Some(true) {
        Tree::Not(Box::new(parsed))
    } else {
        parsed
    })
}

fn parse_group(
    group: &Object,
    rules: &Value,
    place: &str,
    depth: usize,
    bounds: &mut Bounds<'_>,
) -> Result<Condition, Refusal> {
    let at = at(place);
    let Value::Array(items) = rules else {
        return Err(invalid(format!("{at}: rules must be an array; {SHAPE}.")));
    };
    if items.is_empty() {
        return Err(empty(format!(
            "{at} is a group without rules; give it rules or leave it out."
        )));
    }
    let every = all_must_hold(group, &at)?;

    // Not sized by `items`: the rule limit ends the loop long before a huge array does.
    let mut branches = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let dot = if place.is_empty() { "" } else { "." };
        let place = format!("{place}{dot}rules[{index}]");
        let Value::Object(item) = item else {
            return Err(invalid(format!(
                "Clause.{place} must be a rule or a group, as an object."
            )));
        };
        check_marks(item, &self::at(&place))?;
        branches.push(parse_item(item, &place, depth + 1, bounds)?);
    }

    Ok(join(branches, every))
}

/// `condition`: AND unless it says OR.
fn all_must_hold(group: &Object, at: &str) -> Result<bool, Refusal> {
    let word = match present(group, "condition") {
        None => return Ok(true),
        Some(Value::String(word)) => word.trim(),
        Some(_) => "",
    };
    if word.eq_ignore_ascii_case("and") {
        Ok(true)
    } else if word.eq_ignore_ascii_case("or") {
        Ok(false)
    } else {
        Err(invalid(format!(
            "{at}: condition '{}' is neither AND nor OR.",
            shorten(word)
        )))
    }
}

/// What makes a group or a rule unfit whatever it says: a key that stands twice, or the mark `valid: false`
/// by which `QueryBuilder` says that its own form found it wrong.
fn check_marks(item: &Object, at: &str) -> Result<(), Refusal> {
    if let Some(key) = repeated(item, &READ_KEYS) {
        return Err(invalid(format!("{at}: {}.", repeated_text(key))));
    }
    if flag(item, "valid", at)? == Some(false) {
        return Err(invalid(format!(
            "{at} is marked \"valid\": false by the form that made it; correct it there and send it again."
        )));
    }
    Ok(())
}

/// A true or false, also as a form writes it. What is neither is refused: a `not` that is overlooked
/// would turn the clause into its opposite.
fn flag(group: &Object, key: &str, at: &str) -> Result<Option<bool>, Refusal> {
    let read = match present(group, key) {
        None => return Ok(None),
        Some(Value::Bool(value)) => Some(*value),
        Some(Value::String(word)) => flag_word(word.trim()),
        Some(Value::Number(number)) => flag_word(&number.to_string()),
        Some(Value::Array(_) | Value::Object(_) | Value::Null) => None,
    };
    read.map(Some)
        .ok_or_else(|| invalid(format!("{at}: {key} must be true or false.")))
}

fn flag_word(word: &str) -> Option<bool> {
    if word == "1" || word.eq_ignore_ascii_case("true") {
        Some(true)
    } else if word == "0" || word.is_empty() || word.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A key's value unless it is null: a serialised class writes every key it has. Case is ignored, as a
/// `Not` or `Condition` that went unseen would change what the clause means.
pub(super) fn present<'a>(object: &'a Object, key: &str) -> Option<&'a Value> {
    let exact = object.get(key).filter(|value| !value.is_null());
    exact.or_else(|| {
        let mut entries = object.iter();
        entries
            .find(|(name, value)| name.eq_ignore_ascii_case(key) && !value.is_null())
            .map(|(_, value)| value)
    })
}

/// A place as messages name it.
pub(super) fn at(place: &str) -> String {
    if place.is_empty() {
        "Clause".to_owned()
    } else {
        format!("Clause.{place}")
    }
}
