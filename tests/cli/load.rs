//! `upsertd load`, into a database and to a service.

mod broken_off;
mod formats;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::process::{Serving, example, text, upsertd};

/// A folder with a demo database, a configuration for it, and files to load.
struct Office {
    folder: TempDir,
    config: PathBuf,
}

impl Office {
    fn open() -> Self {
        let (folder, config) = example();
        let more = "\n[[entity]]\nname = \"tblCountries\"\nallow = [\"add\", \"edit\"]\n";
        fs::write(&config, fs::read_to_string(&config).unwrap() + more).unwrap();
        Self { folder, config }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A load into the database itself.
    fn load(&self, file: &str, more: &[&str]) -> Command {
        let mut command = upsertd(&["load", file, "--config"]);
        command
            .arg(&self.config)
            .args(more)
            .current_dir(self.folder.path());
        command
    }

    fn countries(&self, file: &str, more: &[&str]) -> Output {
        let mut command = self.load(file, &["--entity", "tblCountries"]);
        command.args(more).output().unwrap()
    }

    fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path("upsertd-demo/demo.db")).unwrap()
    }

    /// The names of the countries whose code begins so.
    fn names(&self, code: &str) -> Vec<String> {
        let sql =
            "SELECT CountryName FROM tblCountries WHERE CountryCode LIKE ?1 ORDER BY CountryCode";
        let database = self.database();
        let mut query = database.prepare(sql).unwrap();
        let rows = query.query_map([format!("{code}%")], |row| row.get(0));
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// The files in the folder whose names hold this.
    fn files(&self, part: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains(part)).collect()
    }
}

/// Asserts the exit code and what begins the summary.
#[track_caller]
fn ends(output: &Output, code: i32, summary: &str) {
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}{err}");
    assert!(out.starts_with(summary), "{out}{err}");
}

const COUNTRIES: &str =
    "CountryCode,CountryName,IsEuMember\nFR,La France,1\nXA,Xanadu,\nXB,\"Xanadu, the second\",0\n";

#[test]
fn a_file_is_loaded_into_the_database_and_summed_up() {
    let office = Office::open();
    office.write("c.csv", COUNTRIES.replace("XA,Xanadu,", "XA,Xanadu,0"));
    let loaded = office.countries("c.csv", &["--key", "CountryCode"]);
    ends(&loaded, 0, "3 rows: 2 created, 1 updated, 0 rejected; ");
    assert!(text(&loaded.stdout).contains(" rows/s"), "{loaded:?}");
    assert_eq!(text(&loaded.stderr), "");
    assert_eq!(office.names("X"), ["Xanadu", "Xanadu, the second"]);
    assert_eq!(office.names("FR"), ["La France"]);
    // Again, it changes nothing; the primary key is the key where none is named.
    ends(
        &office.countries("c.csv", &[]),
        0,
        "3 rows: 0 created, 3 updated, 0 rejected; ",
    );
    assert_eq!(office.files("c."), ["c.csv"]);
}

#[test]
fn rejected_rows_are_put_by_and_loaded_again_when_they_are_mended() {
    let office = Office::open();
    office.write("c.csv", format!("{COUNTRIES}LONG,Too long,0\nXC,short\n"));
    let loaded = office.countries("c.csv", &[]);
    ends(&loaded, 3, "5 rows: 1 created, 1 updated, 3 rejected; ");
    let told = text(&loaded.stderr);
    for words in ["line 3: ", "line 5: ", "line 6: ", "'c.rejected.csv'"] {
        assert!(told.contains(words), "{told}");
    }
    let rejected = office.read("c.rejected.csv");
    let lines: Vec<&str> = rejected.lines().collect();
    assert_eq!(
        lines[0],
        "CountryCode,CountryName,IsEuMember,_upsertd_error"
    );
    assert!(
        lines[1].starts_with("XA,Xanadu,,Column 'IsEuMember' cannot be null"),
        "{rejected}"
    );
    assert!(lines[2].starts_with("LONG,Too long,0,"), "{rejected}");
    assert!(lines[3].starts_with("XC,short,"), "{rejected}");
    // As it is, nothing of it is taken.
    let again = office.countries("c.rejected.csv", &["--rejects", "again.csv"]);
    ends(&again, 3, "3 rows: 0 created, 0 updated, 3 rejected; ");
    let mended = rejected
        .replace("Xanadu,,", "Xanadu,1,")
        .replace("LONG,Too long,0,", "XL,Long,0,")
        .replace("XC,short,", "XC,short,1,");
    office.write("mended.csv", mended);
    ends(
        &office.countries("mended.csv", &[]),
        0,
        "3 rows: 3 created, 0 updated, 0 rejected; ",
    );
    assert_eq!(
        office.names("X"),
        ["Xanadu", "Xanadu, the second", "short", "Long"]
    );
}

#[test]
fn what_is_there_to_be_mended_is_not_written_over() {
    let office = Office::open();
    office.write("c.csv", COUNTRIES);
    office.write("c.rejected.csv", "mine");
    let refused = office.countries("c.csv", &[]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("'c.rejected.csv' is there already"),
        "{refused:?}"
    );
    assert_eq!(office.read("c.rejected.csv"), "mine");
    assert!(office.names("X").is_empty());
    ends(
        &office.countries("c.csv", &["--rejects", "other.csv"]),
        3,
        "3 rows: 1 created",
    );
    assert!(office.read("other.csv").contains("XA,Xanadu,,"));
}

#[test]
fn a_dry_run_tells_what_would_become_of_the_rows_and_leaves_nothing() {
    let office = Office::open();
    office.write("c.csv", COUNTRIES);
    let tried = office.countries("c.csv", &["--dry-run"]);
    ends(&tried, 3, "3 rows: 1 created, 1 updated, 1 rejected; ");
    assert!(
        text(&tried.stdout).contains("dry run: nothing was kept"),
        "{tried:?}"
    );
    assert!(
        text(&tried.stderr).contains("line 3: Column 'IsEuMember'"),
        "{tried:?}"
    );
    assert!(office.names("X").is_empty());
    assert_eq!(office.files("c."), ["c.csv"]);
    let tried = office.countries(
        "c.csv",
        &["--dry-run", "--all-or-none", "--rejects", "why.csv"],
    );
    ends(&tried, 3, "1 row: 0 created, 0 updated, 1 rejected; ");
    assert!(office.read("why.csv").contains("XA,Xanadu,,"));
    assert!(office.names("X").is_empty());
}

#[test]
fn all_or_none_writes_nothing_if_a_row_is_rejected() {
    let office = Office::open();
    office.write("c.csv", COUNTRIES);
    let refused = office.countries("c.csv", &["--all-or-none"]);
    ends(&refused, 3, "1 row: 0 created, 0 updated, 1 rejected; ");
    assert!(
        text(&refused.stderr).contains("nothing was written"),
        "{refused:?}"
    );
    assert!(office.names("X").is_empty());
    assert_eq!(office.read("c.rejected.csv").lines().count(), 2);
    office.write("good.csv", COUNTRIES.replace("XA,Xanadu,", "XA,Xanadu,0"));
    ends(
        &office.countries("good.csv", &["--all-or-none"]),
        0,
        "3 rows: 2 created, 1 updated, 0 rejected; ",
    );
    assert_eq!(office.names("X").len(), 2);
}

#[test]
fn what_cannot_be_loaded_at_all_is_exit_code_1_and_says_why() {
    let office = Office::open();
    office.write("c.csv", COUNTRIES);
    office.write("twice.csv", "a,b,a\n");
    office.write(
        "broken.json",
        "[{\"CountryCode\":\"XA\",\"CountryName\":\"A\"},",
    );
    office.write("what", "");
    for (file, more, says) in [
        (
            "missing.csv",
            &["--entity", "tblCountries"][..],
            "cannot read 'missing.csv'",
        ),
        (
            "c.csv",
            &["--entity", "tblCountrie"],
            "did you mean 'tblCountries'?",
        ),
        (
            "c.csv",
            &["--entity", "tblCountries", "--key", "Code"],
            "no column 'Code'",
        ),
        (
            "c.csv",
            &["--entity", "tblCountries", "--key", "CountryName"],
            "may match several rows",
        ),
        (
            "c.csv",
            &["--entity", "tblCountries", "--resume"],
            "leave --resume out",
        ),
        (
            "twice.csv",
            &["--entity", "tblCountries"],
            "names column 'a' more than once",
        ),
        (
            "broken.json",
            &["--entity", "tblCountries"],
            "it ends inside of the array at line 1",
        ),
        (
            "what",
            &["--entity", "tblCountries"],
            "name it with --format",
        ),
        (
            "-",
            &["--entity", "tblCountries", "--format", "csv", "--resume"],
            "save it to a file",
        ),
    ] {
        let refused = office.load(file, more).output().unwrap();
        let told = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{told}");
        assert!(told.contains(says), "'{says}' in {told}");
        assert_eq!(text(&refused.stdout), "");
    }
    assert!(office.names("X").is_empty());
    assert!(office.files("upsertd-load").is_empty());
    for wrong in [
        &["load"][..],
        &["load", "c.csv", "--entity", "t"],
        &[
            "load", "c.csv", "--entity", "t", "--config", "x", "--server", "http://y",
        ],
        &[
            "load", "c.csv", "--entity", "t", "--config", "x", "--chunk", "0",
        ],
    ] {
        assert_eq!(
            upsertd(wrong).output().unwrap().status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}

/// A load to a service.
fn to_service(office: &Office, url: &str, file: &str, more: &[&str]) -> Output {
    let mut command = upsertd(&["load", file, "--entity", "tblCountries", "--server", url]);
    command
        .args(["--client", "demo"])
        .args(more)
        .current_dir(office.folder.path());
    if !more.contains(&"--secret-file") {
        command.env("UPSERTD_LOAD_SECRET", "demo-secret");
    }
    command.output().unwrap()
}

#[test]
fn a_service_takes_the_rows_as_well() {
    let office = Office::open();
    let service = Serving::demo(&office.path("upsertd-demo"), &[]);
    office.write("c.csv", format!("{COUNTRIES}XC\n"));
    let loaded = to_service(
        &office,
        &service.url,
        "c.csv",
        &["--key", "CountryCode", "--chunk", "2"],
    );
    ends(&loaded, 3, "4 rows: 1 created, 1 updated, 2 rejected; ");
    let rejected = office.read("c.rejected.csv");
    assert!(
        rejected.contains("XA,Xanadu,,Column 'IsEuMember' cannot be null"),
        "{rejected}"
    );
    assert!(
        rejected.contains("\nXC,\"The row has 1 field "),
        "{rejected}"
    );
    office.write("n.ndjson", "{\"CountryCode\":\"XD\",\"CountryName\":\"D\"}\n{\"CountryCode\":\"XE\",\"CountryName\":null}\n");
    let secret = office.write("secret", "demo-secret\n");
    let secret = secret.to_str().unwrap();
    for (more, code, summary) in [
        (
            &["--dry-run", "--secret-file", secret][..],
            3,
            "2 rows: 1 created, 0 updated, 1 rejected; ",
        ),
        (
            &["--all-or-none"],
            3,
            "1 row: 0 created, 0 updated, 1 rejected; ",
        ),
    ] {
        ends(
            &to_service(&office, &service.url, "n.ndjson", more),
            code,
            summary,
        );
        assert_eq!(office.names("X"), ["Xanadu, the second"]);
    }
    office.write("good.ndjson", "{\"CountryCode\":\"XD\",\"CountryName\":\"D\"}\n{\"CountryCode\":\"FR\",\"CountryName\":\"F\"}");
    let loaded = to_service(&office, &service.url, "good.ndjson", &["--all-or-none"]);
    ends(&loaded, 0, "2 rows: 1 created, 1 updated, 0 rejected; ");
    assert_eq!(office.names("FR"), ["F"]);
}

#[test]
fn a_service_that_refuses_or_is_not_there_is_exit_code_1() {
    let office = Office::open();
    let service = Serving::demo(&office.path("upsertd-demo"), &[]);
    office.write("c.csv", COUNTRIES);
    let wrong = office.write("secret", "wrong");
    let wrong = wrong.to_str().unwrap();
    let refused = to_service(&office, &service.url, "c.csv", &["--secret-file", wrong]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("(401): The client id or secret is missing or wrong."),
        "{refused:?}"
    );
    let refused = to_service(&office, &service.url, "c.csv", &["--key", "Code"]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("(400): Entity 'tblCountries' has no column 'Code'"),
        "{refused:?}"
    );
    let url = service.url.clone();
    service.stop();
    let refused = to_service(&office, &url, "c.csv", &[]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("error sending request"),
        "{refused:?}"
    );
    assert!(office.names("X").is_empty());
}

/// Rows of a table with many, as CSV.
fn many_rows(path: &Path, rows: usize) {
    let mut csv = "CountryCode,CountryName\n".to_owned();
    for row in 0..rows {
        let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
        let code = [letter(row / 26), letter(row)].map(String::from).concat();
        writeln!(csv, "{code},Country {row}").unwrap();
    }
    fs::write(path, csv).unwrap();
}
