//! What a load reads.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{COUNTRIES, Office, ends};
use crate::process::{text, with_stdin};

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn ndjson_is_loaded_and_bad_lines_are_put_by() {
    let office = Office::open();
    let good = r#"{"CountryCode":"XA","CountryName":"Ä \"A\""}"#;
    let bad = r#"{"IsEuMember":false,"CountryCode":"XB","CountryName":null}"#;
    office.write(
        "c.jsonl",
        format!("{good}\n\n{bad}\n[1]\n{{\"CountryCode\":\n{good}\n"),
    );
    let loaded = office.countries("c.jsonl", &[]);
    ends(&loaded, 3, "5 rows: 1 created, 1 updated, 3 rejected; ");
    let rejected = office.read("c.rejected.ndjson");
    let rows: Vec<Value> = rejected
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows[0]["CountryCode"], "XB");
    let reason = rows[0]["_upsertd_error"].as_str().unwrap();
    assert!(reason.contains("'CountryName' cannot be null"), "{reason}");
    assert_eq!(rows[1]["_upsertd_row"], "[1]");
    assert_eq!(rows[2]["_upsertd_row"], "{\"CountryCode\":");
    // Without being mended they are rejected again, whatever the reason was.
    let again = office.countries("c.rejected.ndjson", &[]);
    ends(&again, 3, "3 rows: 0 created, 0 updated, 3 rejected; ");
    office.write(
        "mended.ndjson",
        rejected.replace("\"CountryName\":null", "\"CountryName\":\"B\""),
    );
    let mended = office.countries("mended.ndjson", &[]);
    ends(&mended, 3, "3 rows: 1 created, 0 updated, 2 rejected; ");
    assert_eq!(office.names("X"), ["Ä \"A\"", "B"]);
}

#[test]
fn a_json_array_is_loaded_and_the_rejected_rows_are_one_too() {
    let office = Office::open();
    let rows = json!([
        {"CountryCode": "XA", "CountryName": "A", "IsEuMember": true},
        {"CountryCode": "XB", "CountryName": ["B"]},
        {"CountryCode": "XC", "CountryNam": "C"},
        {"CountryCode": "XD", "CountryName": "D"},
    ]);
    office.write("c.json", format!("{rows:#}"));
    // Each in a chunk of its own, so that the rejected ones are written one after the other.
    let loaded = office.countries("c.json", &["--chunk", "1"]);
    ends(&loaded, 3, "4 rows: 2 created, 0 updated, 2 rejected; ");
    let rejected: Value = serde_json::from_str(&office.read("c.rejected.json")).unwrap();
    assert_eq!(rejected[0]["CountryName"], json!(["B"]));
    assert!(
        rejected[0]["_upsertd_error"]
            .as_str()
            .unwrap()
            .contains("has an array as its value")
    );
    assert!(
        rejected[1]["_upsertd_error"]
            .as_str()
            .unwrap()
            .contains("did you mean 'CountryName'?")
    );
    assert_eq!(rejected.as_array().unwrap().len(), 2);
    office.write(
        "mended.json",
        office
            .read("c.rejected.json")
            .replace("[\"B\"]", "\"B\"")
            .replace("CountryNam\"", "CountryName\""),
    );
    ends(
        &office.countries("mended.json", &[]),
        0,
        "2 rows: 2 created, 0 updated, 0 rejected; ",
    );
    assert_eq!(office.names("X"), ["A", "B", "C", "D"]);
}

#[test]
fn standard_input_and_packed_files_are_read_as_well() {
    let office = Office::open();
    let good = COUNTRIES.replace("XA,Xanadu,", "XA,Xanadu,0");
    let command = office.load("-", &["--entity", "tblCountries", "--format", "csv"]);
    ends(
        &with_stdin(command, &good),
        0,
        "3 rows: 2 created, 1 updated, 0 rejected; ",
    );
    office.write("c.csv.gz", packed(COUNTRIES));
    let loaded = office.countries("c.csv.gz", &[]);
    ends(&loaded, 3, "3 rows: 0 created, 2 updated, 1 rejected; ");
    assert!(office.read("c.rejected.csv").contains("XA,Xanadu,,"));
    // Whatever its name says.
    office.write("packed", packed(&good));
    ends(
        &office.countries("packed", &["--format", "csv"]),
        0,
        "3 rows: 0 created, 3 updated",
    );
    let whole = packed(&good);
    office.write("cut.csv.gz", &whole[..whole.len() - 10]);
    let cut = office.countries("cut.csv.gz", &[]);
    ends(&cut, 1, "");
    assert!(text(&cut.stderr).contains("cannot be read"), "{cut:?}");
}

#[test]
fn the_fields_of_csv_may_be_parted_by_another_character() {
    let office = Office::open();
    office.write(
        "c.csv",
        "\u{feff}CountryCode;CountryName;IsEuMember\r\nXA;\"A; or so\";0\r\nXB;B;x\r\n",
    );
    let loaded = office.countries("c.csv", &["--delimiter", ";"]);
    ends(&loaded, 3, "2 rows: 1 created, 0 updated, 1 rejected; ");
    assert_eq!(office.names("X"), ["A; or so"]);
    let rejected = office.read("c.rejected.csv");
    assert!(
        rejected.starts_with("CountryCode;CountryName;IsEuMember;_upsertd_error\nXB;B;x;"),
        "{rejected}"
    );
}
