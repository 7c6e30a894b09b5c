//! The example and the README name every setting, and the example's defaults are the real ones.

use std::{collections::BTreeSet, fs, mem, path::Path};

use tempfile::TempDir;
use upsertd::config::{Auth, Config, Database, Limits, Log, Server};

use crate::KEY;

/// The file in the repository's root.
fn repository(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every setting that the example shows, on or off (`#:`), with the comment before it.
fn shown_in_example() -> Vec<(String, String)> {
    let (mut section, mut comment, mut shown) = (String::new(), String::new(), Vec::new());
    for line in repository("upsertd.example.toml").lines() {
        let line = line.strip_prefix("#: ").unwrap_or(line);
        if let Some(text) = line.strip_prefix('#') {
            comment.push_str(text);
        } else if let Some(heading) = line.strip_prefix('[') {
            heading.trim_matches(['[', ']']).clone_into(&mut section);
        } else if let Some((key, _)) = line.split_once(" = ") {
            shown.push((format!("{section}.{key}"), mem::take(&mut comment)));
        }
    }
    shown
}

/// The settings that need explaining: a client's own grants have the keys of a role's, which say it.
fn explained() -> BTreeSet<String> {
    const OWN: &str = "auth.clients.grants.";
    let all: BTreeSet<String> = Config::known_settings().into_iter().collect();
    let (own, others): (BTreeSet<_>, BTreeSet<_>) = all
        .into_iter()
        .partition(|setting| setting.starts_with(OWN));
    for setting in own {
        let of_role = setting.replace(OWN, "auth.roles.grants.");
        assert!(others.contains(&of_role), "{setting}");
    }
    others
}

fn in_a_list(setting: &str) -> Option<&str> {
    [
        "auth.clients",
        "auth.roles",
        "auth.app_tokens",
        "auth.issuers",
        "entity",
    ]
    .into_iter()
    .find(|list| setting.starts_with(&format!("{list}.")))
}

fn variable(setting: &str) -> String {
    let path = in_a_list(setting).unwrap_or(setting);
    format!("UPSERTD__{}", path.replace('.', "__").to_uppercase())
}

#[test]
fn the_example_shows_and_explains_every_setting_and_no_other() {
    let entries = shown_in_example();
    let names = entries.iter().map(|(name, _)| name.as_str());
    let names: BTreeSet<&str> = names
        .filter(|name| !name.starts_with("auth.clients.grants."))
        .collect();
    let settings = explained();
    let known: BTreeSet<&str> = settings.iter().map(String::as_str).collect();
    assert!(known.len() > 20, "{known:?}");
    assert_eq!(names, known);
    for setting in known {
        let explained = entries
            .iter()
            .any(|(name, comment)| name == setting && comment.len() > 10);
        assert!(explained, "{setting} has no comment");
        let has_variable = repository("upsertd.example.toml")
            .split_whitespace()
            .any(|word| word == variable(setting));
        assert!(has_variable, "{} is not named", variable(setting));
    }
}

#[test]
fn the_readme_names_every_setting() {
    let readme = repository("README.md");
    let missing: Vec<String> = explained()
        .into_iter()
        .filter(|setting| !readme.contains(&format!("`{setting}`")))
        .collect();
    assert!(missing.is_empty(), "not in the README: {missing:?}");
}

#[test]
fn the_example_holds_and_shows_the_defaults() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("upsertd-demo")).unwrap();
    fs::write(folder.path().join("upsertd-demo/signing.key"), KEY).unwrap();
    let file = folder.path().join("upsertd.toml");
    fs::write(&file, repository("upsertd.example.toml")).unwrap();
    let config = Config::draft(&file, Vec::new()).finish().unwrap();
    assert_eq!(config.server, Server::default());
    assert_eq!(config.limits, Limits::default());
    assert_eq!(config.log, Log::default());
    let database = Database::at(config.database.url.clone());
    assert_eq!(config.database, database);
    let auth = Auth::new(config.auth.signing_key.clone(), Vec::new());
    assert_eq!(config.auth.token_lifetime, auth.token_lifetime);
}

#[test]
fn what_the_example_shows_switched_off_can_be_switched_on() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("upsertd.toml");
    // What excludes something else replaces it: giving both is refused.
    let text = repository("upsertd.example.toml")
        .replace("\n#: ", "\n")
        .replace("\nsigning_key_file", "\n# signing_key_file")
        .replace(
            "\nprevious_signing_key_file",
            "\n# previous_signing_key_file",
        )
        .replace("\nread_except", "\n# read_except")
        .replace("\nwrite =", "\n# write =");
    fs::write(&file, text).unwrap();
    let config = Config::draft(&file, Vec::new()).finish().unwrap();
    assert!(config.server.public_url.is_some());
    assert!(config.serving.all_tables.is_some());
}

/// The tests that the auditor's section names, and whether there are such functions.
#[test]
fn every_test_that_the_readme_names_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, section) = readme.split_once("## For an auditor").unwrap();
    let (section, _) = section.split_once("By the [OWASP").unwrap();
    let quoted = section.split('`').skip(1).step_by(2);
    let named: Vec<&str> = quoted
        .filter(|name| name.matches('_').count() > 2)
        .collect();
    assert!(named.len() > 20, "{named:?}");
    let mut pending = vec![root.join("tests")];
    let mut code = String::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|e| e == "rs") {
            code.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    for name in named {
        assert!(
            code.contains(&format!("fn {name}(")),
            "there is no test '{name}'"
        );
    }
}
