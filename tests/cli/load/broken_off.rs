//! Loads that are broken off, and gone on with.

use std::{fs, process::Stdio, thread};

use serde_json::Value;

use super::{Office, ends, many_rows};
use crate::process::text;

const STATE: &str = "c.csv.upsertd-load";

/// Starts a load of many small chunks and kills it when one is committed.
fn break_off(office: &Office) {
    let mut child = office
        .load("c.csv", &["--entity", "tblCountries", "--chunk", "20"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !office.path(STATE).exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it could be killed"
        );
        thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn done(office: &Office) -> u64 {
    let state: Value = serde_json::from_str(&office.read(STATE)).unwrap();
    ["created", "updated", "rejected"]
        .map(|count| state["done"][count].as_u64().unwrap())
        .into_iter()
        .sum()
}

const ROWS: usize = 26 * 26 * 20;

#[test]
fn a_load_that_was_killed_goes_on_behind_what_it_has_committed() {
    let office = Office::open();
    many_rows(&office.path("c.csv"), ROWS);
    // Every third row is rejected: none of them may be lost or stand twice.
    let sent = office.read("c.csv");
    let sent = sent.lines().enumerate().map(|(n, line)| match n % 3 {
        1 => line.split_once(',').unwrap().0.to_owned() + ",\n",
        _ => line.to_owned() + "\n",
    });
    let sent: String = sent.collect();
    office.write("c.csv", &sent);
    break_off(&office);
    let before = done(&office);
    assert!(before >= 20 && before < ROWS as u64, "{before}");
    let refused = office.countries("c.csv", &[]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("go on with --resume"),
        "{refused:?}"
    );
    let resumed = office.countries("c.csv", &["--resume", "--quiet"]);
    let summary = text(&resumed.stdout);
    assert!(
        summary.starts_with(&format!("{ROWS} rows: ")),
        "{resumed:?}"
    );
    assert!(!office.path(STATE).exists());
    // Every row is accounted for: each is in the table as it was sent last, or among the rejected ones.
    let rejected = office.read("c.rejected.csv");
    let empty: Vec<&str> = sent.lines().filter(|line| line.ends_with(',')).collect();
    let put_by = rejected.lines().skip(1);
    let put_by = put_by.map(|line| line.split_inclusive(',').next().unwrap());
    assert!(put_by.eq(empty.iter().copied()));
    let empty = empty.len();
    assert!(summary.contains(&format!("{empty} rejected")), "{summary}");
}

#[test]
fn another_file_or_target_is_not_gone_on_with() {
    let office = Office::open();
    many_rows(&office.path("c.csv"), ROWS);
    break_off(&office);
    let state = fs::read(office.path(STATE)).unwrap();
    let refused = office.countries("c.csv", &["--resume", "--key", "CountryCode"]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("speaks of another load"),
        "{refused:?}"
    );
    let changed = office.read("c.csv").replacen("Country 0", "Country 1", 1);
    office.write("c.csv", changed);
    let refused = office.countries("c.csv", &["--resume"]);
    ends(&refused, 1, "");
    assert!(
        text(&refused.stderr).contains("--restart begins anew"),
        "{refused:?}"
    );
    assert_eq!(fs::read(office.path(STATE)).unwrap(), state);
    let restarted = office.countries("c.csv", &["--restart"]);
    ends(&restarted, 0, &format!("{ROWS} rows: "));
    assert!(!office.path(STATE).exists());
}
