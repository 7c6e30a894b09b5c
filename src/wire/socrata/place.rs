//! Places on a map, as callers write them: location objects, `GeoJSON` points, WKT, and the pair in brackets that CSV has.
//! Numbers keep their digits.

use serde_json::{Map, Value, json};

use crate::domain::Literal;

/// Degrees north and east, in the digits they were written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// −90 to 90, which the column or nobody checks.
    pub latitude: Literal,
    /// −180 to 180.
    pub longitude: Literal,
}

/// What the members of a location are called besides the numbers.
const WORDS: [&str; 2] = ["human_address", "needs_recoding"];

/// The place that a JSON value means; NULLs where it says that there is none.
#[must_use]
pub fn of_json(value: &Value) -> Option<Place> {
    match value {
        Value::Object(members) => of_location(members).or_else(|| of_geojson(members)),
        // Longitude first, as in `GeoJSON`; an array alone is how points were sent before.
        Value::Array(pair) => of_pair(pair),
        _ => None,
    }
}

/// The place that a text means: JSON, `POINT (lon lat)`, or `(lat, lon)` with anything before it, as exports have the
/// address there.
#[must_use]
pub fn of_text(text: &str) -> Option<Place> {
    let text = text.trim();
    if text.starts_with(['{', '[']) {
        return of_json(&serde_json::from_str(text).ok()?);
    }
    let (head, rest) = text.rsplit_once('(')?;
    let inner = rest.strip_suffix(')')?;
    if head.trim().eq_ignore_ascii_case("point") {
        let mut numbers = inner.split_ascii_whitespace();
        let (longitude, latitude) = (number(numbers.next()?)?, number(numbers.next()?)?);
        return numbers.next().is_none().then_some(Place {
            latitude,
            longitude,
        });
    }
    let (latitude, longitude) = inner.split_once(',')?;
    Some(Place {
        latitude: number(latitude)?,
        longitude: number(longitude)?,
    })
}

fn of_location(members: &Map<String, Value>) -> Option<Place> {
    let known = |key: &String| {
        ["latitude", "longitude"].contains(&key.as_str()) || WORDS.contains(&key.as_str())
    };
    if members.is_empty() || !members.keys().all(known) {
        return None;
    }
    let degrees = |key: &str| match members.get(key) {
        None | Some(Value::Null) => Some(Literal::Null),
        Some(Value::String(text)) if text.is_empty() => Some(Literal::Null),
        Some(Value::String(text)) => number(text),
        Some(Value::Number(digits)) => Some(Literal::Number(digits.to_string())),
        Some(_) => None,
    };
    Some(Place {
        latitude: degrees("latitude")?,
        longitude: degrees("longitude")?,
    })
}

fn of_geojson(members: &Map<String, Value>) -> Option<Place> {
    if members.get("type")? != "Point" {
        return None;
    }
    of_pair(members.get("coordinates")?.as_array()?)
}

fn of_pair(pair: &[Value]) -> Option<Place> {
    let [longitude, latitude] = pair else {
        return None;
    };
    let degrees = |value: &Value| match value {
        Value::Number(digits) => Some(Literal::Number(digits.to_string())),
        Value::String(text) => number(text),
        _ => None,
    };
    Some(Place {
        latitude: degrees(latitude)?,
        longitude: degrees(longitude)?,
    })
}

fn number(text: &str) -> Option<Literal> {
    let text = text.trim();
    let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
    finite.then(|| Literal::Number(text.trim_start_matches('+').to_owned()))
}

/// A stored text that is a place, as it is given back: a location with its numbers as strings, or a point. `None` for
/// every other text.
#[must_use]
pub fn given_back(stored: &str) -> Option<Value> {
    if !stored.starts_with('{') {
        return None;
    }
    let mut value: Value = serde_json::from_str(stored).ok()?;
    of_json(&value)?;
    if let Some(members) = value.as_object_mut() {
        for key in ["latitude", "longitude"] {
            if let Some(degrees) = members.get_mut(key)
                && degrees.is_number()
            {
                *degrees = Value::String(degrees.to_string());
            }
        }
    }
    Some(value)
}

/// A location in JSON.
#[must_use]
pub fn location(latitude: &str, longitude: &str) -> Value {
    json!({"latitude": latitude, "longitude": longitude})
}

/// The same in CSV.
#[must_use]
pub fn location_text(latitude: &str, longitude: &str) -> String {
    format!("({latitude}, {longitude})")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn place(latitude: &str, longitude: &str) -> Place {
        let number = |text: &str| Literal::Number(text.to_owned());
        Place {
            latitude: number(latitude),
            longitude: number(longitude),
        }
    }

    #[test]
    fn every_spelling_of_a_place_is_read() {
        for text in [
            r#"{"latitude": 47.59815, "longitude": -122.334540}"#,
            r#"{"longitude": "-122.334540", "latitude": "47.59815", "human_address": "{\"city\":\"Seattle\"}"}"#,
            r#"{"type": "Point", "coordinates": [-122.334540, 47.59815]}"#,
            "[-122.334540, 47.59815]",
            "POINT (-122.334540 47.59815)",
            "point(-122.334540  47.59815)",
            "(47.59815, -122.334540)",
            "1 Main St (old)\nSeattle, WA\n(47.59815,-122.334540)",
        ] {
            assert_eq!(
                of_text(text),
                Some(place("47.59815", "-122.334540")),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_place_is_none() {
        for text in [
            "",
            "Seattle",
            "(47.6)",
            "(north, west)",
            "POINT (1)",
            "POINT (1 2 3)",
            "POINT (nan 1)",
            "[1]",
            "{}",
            r#"{"latitude": true, "longitude": 1}"#,
            r#"{"latitude": 1, "longitude": 1, "altitude": 3}"#,
            r#"{"type": "LineString", "coordinates": [1, 2]}"#,
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_location_without_coordinates_has_none() {
        let place = of_text(r#"{"human_address": "{}", "latitude": null}"#).unwrap();
        assert_eq!(
            (place.latitude, place.longitude),
            (Literal::Null, Literal::Null)
        );
    }

    #[test]
    fn a_stored_location_is_given_back_with_strings_and_a_point_as_it_is() {
        assert_eq!(
            given_back(r#"{"latitude":1.50,"longitude":-2}"#),
            Some(json!({"latitude": "1.50", "longitude": "-2"}))
        );
        let point = json!({"type": "Point", "coordinates": [1, 2]});
        assert_eq!(given_back(&point.to_string()), Some(point));
        assert_eq!(given_back(r#"{"a": 1}"#), None);
        assert_eq!(given_back("(1, 2)"), None);
    }
}
