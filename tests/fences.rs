//! The import rules between the layers, read off the source: who may use whom, and which module alone
//! may touch a given library.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What each layer may take from the crate besides itself. Layers that assemble (`app`, `cli`, …) are
/// absent: they may use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clause", &["domain"]),
    ("catalog", &["domain"]),
    ("plan", &["domain", "catalog", "clause"]),
    ("policy", &["domain", "access"]),
    ("render", &["domain", "policy"]),
    ("engine", &["domain", "catalog", "render"]),
    ("access", &["domain", "clause"]),
    ("rows", &["domain", "service", "error"]),
    ("wire", &["domain", "service", "error", "rows"]),
    ("server", &[]),
];

/// Libraries that only one place may name.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["src/engine/sqlite"]),
    ("tiberius", &["src/engine/mssql"]),
    ("bb8", &["src/engine/mssql"]),
    ("sqlparser", &["src/clause"]),
    ("poem_openapi", &["src/wire"]),
    ("poem", &["src/wire", "src/server"]),
    ("hyper", &["src/server"]),
    ("rustls", &["src/server"]),
    ("governor", &["src/wire/limits"]),
    ("jsonwebtoken", &["src/access"]),
    ("argon2", &["src/access"]),
    ("csv", &["src/rows"]),
    (
        "flate2",
        &["src/rows", "src/wire/http/body", "src/wire/once"],
    ),
    ("reqwest", &["src/cli/load", "src/access/issuer"]),
    ("indicatif", &["src/cli/load"]),
    ("figment", &["src/config"]),
    ("clap", &["src/cli", "src/main.rs"]),
];

/// The public APIs, none of which may know another.
const APIS: [&str; 4] = ["contract_insight", "datasette", "socrata", "salesforce"];

/// The most lines a source file may have; past that it holds more than one idea.
const MAX_LINES: usize = 500;

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every source file as (path from the root, text).
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    source_files(&root.join("src"), &mut files);
    assert!(files.len() > 20, "the walk found the sources");
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap();
            (name.replace('\\', "/"), fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The code without comments: a doc may name any module.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// The modules named right after `crate::`, also inside `use crate::{…}`.
fn crate_modules(code: &str) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => modules.extend(top_level_items(group)),
            None => {
                modules.insert(first_word(rest));
            }
        }
    }
    modules.remove("");
    modules
}

/// The first words of the items of a `{…}` list whose opening brace has been read.
fn top_level_items(group: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut depth = 0_u32;
    let mut item = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(first_word(&item));
                item.clear();
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    items.push(first_word(&item));
    items
}

fn first_word(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The layer a file belongs to: the first folder or file name under `src`.
fn layer(file: &str) -> &str {
    let inner = file.strip_prefix("src/").unwrap();
    inner.split(['/', '.']).next().unwrap()
}

fn names_library(code: &str, library: &str) -> bool {
    code.match_indices(&format!("{library}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn every_layer_uses_only_the_layers_it_may() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let layer = layer(&file);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == layer) else {
            continue;
        };
        for module in crate_modules(&code(&text)) {
            if module != layer && !allowed.contains(&module.as_str()) {
                broken.push(format!("{file} uses crate::{module}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_driver_or_parser_is_named_in_its_own_module_alone() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let code = code(&text);
        for (library, places) in ONLY_IN {
            if names_library(&code, library) && !places.iter().any(|p| file.starts_with(p)) {
                broken.push(format!("{file} names {library}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_api_uses_another_api() {
    for (file, text) in sources() {
        let Some(api) = APIS
            .iter()
            .find(|api| file.starts_with(&format!("src/wire/{api}")))
        else {
            continue;
        };
        let code = code(&text);
        for other in APIS.iter().filter(|other| other != &api) {
            assert!(!code.contains(other), "{file} uses {other}");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_stays_short() {
    let mut broken = Vec::new();
    for (file, text) in sources() {
        if !text.starts_with("//!") {
            broken.push(format!("{file} does not open with its purpose"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            broken.push(format!("{file} has {lines} lines"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_reader_of_use_lines_reads_them() {
    let code = "use crate::{domain::{Name, Value}, policy::Approved, clause};\nfn f(x: crate::engine::E) {}";
    let found: Vec<String> = crate_modules(code).into_iter().collect();
    assert_eq!(found, ["clause", "domain", "engine", "policy"]);
    assert!(names_library("use rusqlite::Connection;", "rusqlite"));
    assert!(!names_library("use poem_openapi::X;", "poem"));
}
