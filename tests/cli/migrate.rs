//! `upsertd migrate`: makes the service's own tables, and says what is missing.

use std::fs;

use tempfile::TempDir;

use crate::process::{text, upsertd};

fn configured() -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let database = rusqlite::Connection::open(folder.path().join("own.db")).unwrap();
    database
        .execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        .unwrap();
    let file = folder.path().join("upsertd.toml");
    fs::write(&file, "[database]\nurl = \"own.db\"\n").unwrap();
    (folder, file)
}

#[test]
fn a_database_is_migrated_once_whatever_else_the_configuration_lacks() {
    let (_folder, file) = configured();
    let run = |more: &[&str]| {
        let mut command = upsertd(&["migrate", "--config"]);
        let ran = command.arg(&file).args(more).output().unwrap();
        (ran.status.code(), text(&ran.stdout), text(&ran.stderr))
    };
    let (code, out, err) = run(&["--check"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("upsertd: missing: 0001 access"), "{err}");
    let (code, out, err) = run(&[]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("0001 access\n"), "{out}");
    let nothing = |said: &str| (Some(0), format!("{said}\n"), String::new());
    assert_eq!(run(&[]), nothing("nothing was missing"));
    assert_eq!(run(&["--check"]), nothing("nothing is missing"));
}

#[test]
fn a_database_that_is_not_named_is_told() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("upsertd.toml");
    fs::write(&file, "").unwrap();
    let ran = upsertd(&["migrate", "--config"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(
        text(&ran.stderr).contains("database.url is missing"),
        "{ran:?}"
    );
}
