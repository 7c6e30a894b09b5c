//! Recordings: what was asked of a server and what it said, as JSON that a person can read and review.
//! A recording says of every exchange where it comes from.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    request::Request,
    tokens::Token,
    wire::{Coded, fault},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// `recorded live from …` or `written after the vendor's documentation: …`.
    pub source: String,
    pub request: Request,
    pub reply: Vec<Token>,
    /// Whether it is the answer to every such request that follows, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeat: bool,
}

pub const LIVE: &str = "recorded live from ";
pub const WRITTEN: &str = "written after the vendor's documentation: ";

/// The file of a recording by its name.
pub fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    folder.join(name).with_extension("json")
}

/// # Panics
/// When there is no such recording, or it is none.
pub fn load(name: &str) -> Vec<Exchange> {
    let file = path(name);
    let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    parse(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

pub fn parse(text: &str) -> Coded<Vec<Exchange>> {
    let exchanges: Vec<Exchange> = serde_json::from_str(text).or_else(|e| fault(e.to_string()))?;
    for exchange in &exchanges {
        let source = &exchange.source;
        let named = [LIVE, WRITTEN].into_iter().any(|beginning| {
            source
                .strip_prefix(beginning)
                .is_some_and(|rest| !rest.is_empty())
        });
        if !named {
            return fault(format!("an exchange without a source: {source:?}"));
        }
    }
    Ok(exchanges)
}

/// The text of a recording: one token to a line, which reads better than one value to a line.
///
/// # Panics
/// Never: all of it has a JSON form.
pub fn print(exchanges: &[Exchange]) -> String {
    let mut text = String::from("[");
    for (at, exchange) in exchanges.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let source = serde_json::to_string(&exchange.source).unwrap();
        let request = serde_json::to_string_pretty(&exchange.request).unwrap();
        let request = request.replace('\n', "\n    ");
        let repeat = if exchange.repeat {
            "\n    \"repeat\": true,"
        } else {
            ""
        };
        let reply: Vec<String> = exchange
            .reply
            .iter()
            .map(|token| format!("\n      {}", serde_json::to_string(token).unwrap()))
            .collect();
        _ = write!(
            text,
            "{comma}\n  {{\n    \"source\": {source},{repeat}\n    \"request\": {request},\n    \
             \"reply\": [{}\n    ]\n  }}",
            reply.join(",")
        );
    }
    text.push_str("\n]\n");
    text
}
