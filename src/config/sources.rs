//! Where settings come from: the file, and over it the environment variables that begin with
//! `UPSERTD__`. It joins them into one tree and remembers which value came from which.

use std::{ffi::OsString, fs, path::Path};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

/// What a variable must begin with; `__` also stands between the levels of its name.
const PREFIX: &str = "UPSERTD__";

/// Marks the values that came from variables.
const VARIABLES: &str = "environment variables";

/// The settings as given.
pub(super) struct Sources {
    figment: Figment,
    /// The tree of values.
    pub root: Dict,
    /// How messages call the file.
    pub file: String,
}

impl Sources {
    /// No setting at all.
    pub(super) fn none() -> Self {
        Self {
            figment: Figment::new(),
            root: Dict::new(),
            file: String::new(),
        }
    }

    /// Whether a value came from a variable, thus as bare text whatever its type.
    pub(super) fn is_variable(&self, value: &Value) -> bool {
        let metadata = self.figment.get_metadata(value.tag());
        metadata.is_some_and(|m| m.name == VARIABLES)
    }
}

/// The variable for a setting.
pub(super) fn variable_name(path: &str) -> String {
    format!("{PREFIX}{}", path.to_uppercase().replace('.', "__"))
}

/// Reads the file and joins the variables to it.
///
/// # Errors
/// What is wrong, when there is nothing to read settings from.
pub(super) fn gather(
    file: &Path,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Sources, String> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let variables = Variables::collect(variables)?;
    let figment = Figment::from(Toml::string(&text)).merge(variables);
    let mut data = figment
        .data()
        .map_err(|error| format!("{name}: {}", without_excerpt(&error.to_string())))?;
    Ok(Sources {
        root: data.remove(&Profile::Default).unwrap_or_default(),
        figment,
        file: name,
    })
}

/// A list written in TOML, as a variable holds it.
pub(super) fn parse_list(text: &str) -> Option<Vec<Value>> {
    let table = Toml::from_str::<Dict>(&format!("list = {text}")).ok()?;
    match table.get("list") {
        Some(Value::Array(_, items)) if table.len() == 1 => Some(items.clone()),
        _ => None,
    }
}

/// A TOML error without the line of the file that it quotes, which may hold a secret.
fn without_excerpt(message: &str) -> String {
    let mut lines: Vec<&str> = message.lines().collect();
    if let Some(last) = lines.iter().rposition(|l| l.trim_start().starts_with('|')) {
        lines.drain(1..=last);
    }
    lines.join(": ")
}

/// The variables of ours, as a source of settings.
struct Variables(Vec<(String, String)>);

impl Variables {
    fn collect(all: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, String> {
        let mut ours = Vec::new();
        for (name, value) in all {
            let Some(name) = name.to_str().filter(|n| n.starts_with(PREFIX)) else {
                continue;
            };
            let Some(value) = value.to_str() else {
                return Err(format!("variable {name}: its value is not valid UTF-8"));
            };
            ours.push((name[PREFIX.len()..].to_lowercase(), value.to_owned()));
        }
        // Sorted, so that a run does not differ from the next by the order of the environment.
        ours.sort();
        Ok(Self(ours))
    }
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named(VARIABLES)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut root = Dict::new();
        for (name, value) in &self.0 {
            let levels: Vec<&str> = name.split("__").collect();
            put(&mut root, &levels, value);
        }
        Ok(Map::from([(Profile::Default, root)]))
    }
}

fn put(table: &mut Dict, levels: &[&str], value: &str) {
    let [first, rest @ ..] = levels else { return };
    if rest.is_empty() {
        table.insert((*first).to_owned(), Value::from(value));
        return;
    }
    let entry = table
        .entry((*first).to_owned())
        .or_insert_with(|| Value::from(Dict::new()));
    // UPSERTD__A and UPSERTD__A__B cannot both be meant; the deeper one is.
    if !matches!(entry, Value::Dict(..)) {
        *entry = Value::from(Dict::new());
    }
    if let Value::Dict(_, inner) = entry {
        put(inner, rest, value);
    }
}
