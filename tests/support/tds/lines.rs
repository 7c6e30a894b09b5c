//! SQL in a recording: as text where it is one line, as a list of lines where it is more, so that a person
//! can read it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Form {
    Line(String),
    Lines(Vec<String>),
}

pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text.contains('\n') {
        text.split('\n').collect::<Vec<_>>().serialize(serializer)
    } else {
        text.serialize(serializer)
    }
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Form::deserialize(deserializer)? {
        Form::Line(text) => text,
        Form::Lines(lines) => lines.join("\n"),
    })
}
