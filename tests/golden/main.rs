//! The golden cases: each folder under `tests/golden` holds a request and what it must become on each
//! engine, the SQL with its typed parameters (`sqlite.sql`, `mssql.sql`) or the faults (`fault.txt` where
//! the engines agree, else `sqlite-fault.txt`, `mssql-fault.txt`). The cases share one catalog,
//! `tests/golden/catalog.json`.
//!
//! `UPDATE_GOLDEN=1 cargo test --test golden` writes the files anew; read the difference before
//! committing it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod case;
mod catalog;
mod parse;
mod print;
mod rows;
#[path = "../support/sql.rs"]
mod sql;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

use case::{Case, Engine, folders};
use catalog::catalog;
use upsertd::catalog::Catalog;

/// What a case comes to: each file's name and text.
fn outcome(case: &Case, catalogs: &[(Engine, Catalog)]) -> BTreeMap<String, String> {
    let of_case = catalogs.iter().filter(|(engine, _)| case.is_for(*engine));
    let mut files = BTreeMap::new();
    let mut faults = Vec::new();
    let mut engines = 0;
    for (engine, catalog) in of_case {
        engines += 1;
        match case.render(catalog, *engine) {
            Ok(rendered) => {
                let text = print::print(&rendered, *engine);
                files.insert(format!("{}.sql", engine.name()), text);
            }
            Err(error) => faults.push((*engine, format!("{}\n{error}\n", error.code()))),
        }
    }
    let (_, first) = faults
        .first()
        .cloned()
        .unwrap_or((Engine::Sqlite, String::new()));
    if !faults.is_empty() && faults.len() == engines && faults.iter().all(|(_, f)| *f == first) {
        files.insert("fault.txt".to_owned(), first);
        return files;
    }
    for (engine, fault) in faults {
        files.insert(format!("{}-fault.txt", engine.name()), fault);
    }
    files
}

/// What a case's folder holds besides the request.
fn held(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_name() != "request.json");
    files
        .map(|file| {
            let name = file.file_name().into_string().unwrap();
            (name, fs::read_to_string(file.path()).unwrap())
        })
        .collect()
}

#[test]
fn every_case_becomes_the_sql_or_the_faults_that_its_folder_holds() {
    let catalogs = Engine::ALL.map(|engine| (engine, catalog(engine)));
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() > 60, "the walk found the cases");
    for folder in folders {
        let got = outcome(&Case::read(&folder), &catalogs);
        if update {
            for name in held(&folder).keys().filter(|name| !got.contains_key(*name)) {
                fs::remove_file(folder.join(name)).unwrap();
            }
            for (name, text) in &got {
                fs::write(folder.join(name), text).unwrap();
            }
        }
        let expected = held(&folder);
        let names: BTreeSet<&String> = got.keys().chain(expected.keys()).collect();
        let differs = |name: &&String| got.get(*name) != expected.get(*name);
        wrong.extend(names.into_iter().filter(differs).map(|name| {
            let text = got.get(name).map_or("should not be there", String::as_str);
            format!("{}/{name}\n{text}", folder.display())
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
