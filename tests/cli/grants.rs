//! Grants held against what is served, by `check` and before the service starts.

use std::fs;

use crate::process::{example, lines, upsertd};

/// The example, with other grants in the place of the role `city-clerk`.
fn said(command: &str, grants: &str) -> (Option<i32>, Vec<String>) {
    let (_folder, file) = example();
    let example = fs::read_to_string(&file).unwrap();
    let (before, rest) = example
        .split_once("[[auth.roles]]\nname = \"city-clerk\"")
        .unwrap();
    let (_, after) = rest.split_once("[limits]").unwrap();
    let role = format!("[[auth.roles]]\nname = \"clerk\"\n{grants}\n[limits]");
    fs::write(&file, format!("{before}{role}{after}")).unwrap();
    let mut command = upsertd(&[command, "--config"]);
    let made = command
        .arg(&file)
        .env("UPSERTD__LOG__LEVEL", "off")
        .output()
        .unwrap();
    (made.status.code(), lines(&made.stderr))
}

#[test]
fn a_grant_on_what_is_not_there_refuses_the_start_and_says_what_may_be_meant() {
    let grants = "[[auth.roles.grants]]\nentities = [\"tblCustomer\", \"tblEmployees\"]\nallow = [\"view\"]\nread = [\"UserNam\"]\n\
         [[auth.roles.grants]]\nentities = [\"tblCustomers\"]\nrows = \"Cty = 'Vienna'\"\n\
         [[auth.roles.grants]]\nentities = [\"tblCustomers\"]\nrows = \"City LIKE\"\n\
         [[auth.roles.grants]]\nentities = [\"tblEmployees\"]\nrows = \"PasswordHash = 'x'\"";
    for command in ["check", "serve"] {
        let (code, said) = said(command, grants);
        assert_eq!(code, Some(1), "{said:#?}");
        assert_eq!(said.len(), 5, "{said:#?}");
        for (line, words) in said.iter().zip([
            &[
                "auth.roles 'clerk'",
                "'tblCustomer'",
                "did you mean 'tblCustomers'?",
            ][..],
            &[
                "auth.roles 'clerk'",
                "'UserNam'",
                "did you mean 'UserName'?",
            ],
            &[
                "rows",
                "'tblCustomers'",
                "no column 'Cty'; did you mean 'City'?",
            ],
            &["rows", "'tblCustomers'", "is not finished"],
            &["rows", "'tblEmployees'", "'PasswordHash' is a password"],
        ]) {
            for word in words {
                assert!(line.contains(word), "{word}: {line}");
            }
        }
    }
}

#[test]
fn rows_of_every_entity_close_those_that_lack_the_column_and_check_says_so() {
    let grants = "[[auth.roles.grants]]\nentities = [\"*\"]\nallow = [\"view\"]\nrows = \"VendorName = 'x'\"";
    let (code, warned) = said("check", grants);
    assert_eq!(code, Some(0), "{warned:#?}");
    assert_eq!(warned.len(), 1, "{warned:#?}");
    assert!(
        warned[0].starts_with("upsertd: warning: auth.roles 'clerk'")
            && warned[0].ends_with("'tblEmployees'"),
        "{warned:#?}"
    );
    let (code, refused) = said("check", &grants.replace("VendorName", "Nowhere"));
    assert_eq!(code, Some(1), "{refused:#?}");
    assert!(refused[0].contains("no column 'Nowhere'"), "{refused:#?}");
    let (code, fine) = said(
        "check",
        "[[auth.roles.grants]]\nentities = [\"tblCustomers\"]",
    );
    assert_eq!((code, fine), (Some(0), Vec::new()));
}
