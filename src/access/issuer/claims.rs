//! Reads what a token says, by claims' names.

use serde_json::{Map, Value};

/// A claim of this name; where there is none and the name has points, what lies inside claims of its parts, such as
/// `realm_access.roles`.
pub(super) fn find<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c Value> {
    claims.get(name).or_else(|| {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |inside, part| inside.get(part))
    })
}

/// The texts that a claim holds: those of a list, or those of a text between spaces, as in `scope`. Numbers and the like
/// are as they are written.
pub(super) fn values(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match find(claims, name) {
        Some(Value::Array(list)) => list.iter().filter_map(text).collect(),
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(other) => text(other).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A point in time, in whole seconds since 1970. It may be written with a fraction.
pub(super) fn seconds(value: &Value) -> Option<u64> {
    let number = value.as_number()?;
    let text = number.to_string();
    let whole = text.split('.').next()?;
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_found_by_its_name_or_by_its_path() {
        let claims = json!({
            "scp": "read  write",
            "roles": ["a", 1, null],
            "https://x.example/roles": ["b"],
            "realm_access": {"roles": ["c"]},
            "email_verified": true,
        });
        let claims = claims.as_object().unwrap();
        for (name, expected) in [
            ("scp", vec!["read", "write"]),
            ("roles", vec!["a", "1"]),
            ("https://x.example/roles", vec!["b"]),
            ("realm_access.roles", vec!["c"]),
            ("realm_access", vec![]),
            ("email_verified", vec!["true"]),
            ("nothing.at.all", vec![]),
        ] {
            assert_eq!(values(claims, name), expected, "{name}");
        }
    }

    #[test]
    fn a_time_may_have_a_fraction() {
        assert_eq!(seconds(&json!(1_700_000_000)), Some(1_700_000_000));
        assert_eq!(seconds(&json!(1_700_000_000.75)), Some(1_700_000_000));
        assert_eq!(seconds(&json!("1700000000")), None);
        assert_eq!(seconds(&json!(-5)), None);
    }
}
