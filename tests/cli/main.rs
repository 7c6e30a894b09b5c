//! The command as a process: arguments, exit codes, what it prints where, signals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clients;
mod crash;
mod crash_on_server;
mod grants;
mod load;
mod migrate;
#[path = "../support/mssql.rs"]
mod mssql_server;
mod process;
mod reload;
mod replicas;
mod running;
mod wire_tap;

use std::{fs, net::TcpListener};

use process::{Serving, example, lines, text, upsertd, with_stdin};
use tempfile::TempDir;

#[test]
fn a_secret_is_hashed_from_stdin_and_the_hash_lets_its_client_in() {
    let made = with_stdin(upsertd(&["hash-secret"]), "pass word\n");
    assert!(made.status.success());
    assert_eq!(text(&made.stderr), "");
    let hash = text(&made.stdout);
    assert!(
        hash.starts_with("$argon2id$v=19$") && hash.ends_with('\n'),
        "{hash}"
    );

    let client = upsertd::access::ClientSecret {
        id: "erp".to_owned(),
        hash: hash.trim_end().parse().unwrap(),
        rights: std::sync::Arc::new(upsertd::domain::Rights::everything()),
    };
    let key = upsertd::access::SigningKey::from_text(&"k".repeat(32)).unwrap();
    let lifetime = std::time::Duration::from_secs(60);
    let access = upsertd::access::Access::new(vec![client], &key, lifetime);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert!(runtime.block_on(access.issue("erp", "pass word")).is_ok());
    assert!(
        runtime
            .block_on(access.issue("erp", "pass word\n"))
            .is_err()
    );
}

#[test]
fn no_secret_or_two_lines_of_it_are_refused() {
    for (input, says) in [
        ("", "upsertd: the secret is empty\n"),
        ("\n", "upsertd: the secret is empty\n"),
        (
            "one\ntwo\n",
            "upsertd: stdin holds more than one line; a secret is one line\n",
        ),
    ] {
        let made = with_stdin(upsertd(&["hash-secret"]), input);
        assert_eq!(made.status.code(), Some(1), "{input:?}");
        assert_eq!(text(&made.stderr), says);
        assert_eq!(text(&made.stdout), "");
    }
}

#[test]
fn a_new_key_is_one_line_that_can_be_used_and_never_the_same() {
    let make = || text(&upsertd(&["new-key"]).output().unwrap().stdout);
    let (one, other) = (make(), make());
    assert_ne!(one, other);
    assert_eq!(one.lines().count(), 1);
    assert!(upsertd::access::SigningKey::from_text(&one).is_ok());
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    for arguments in [
        &["serve"][..],
        &["check", "--config"],
        &["demo", "--port", "1"],
        &["nothing"],
        &[],
    ] {
        let made = upsertd(arguments).output().unwrap();
        assert_eq!(made.status.code(), Some(2), "{arguments:?}");
        assert!(!made.stderr.is_empty());
    }
    assert_eq!(
        upsertd(&["--help"]).output().unwrap().status.code(),
        Some(0)
    );
}

#[test]
fn a_configuration_file_that_is_not_there_is_one_line_and_exit_code_1() {
    for command in ["serve", "check"] {
        let made = upsertd(&[command, "--config", "/nowhere/upsertd.toml"])
            .output()
            .unwrap();
        assert_eq!(made.status.code(), Some(1));
        assert_eq!(
            text(&made.stderr),
            "upsertd: /nowhere/upsertd.toml: No such file or directory (os error 2)\n"
        );
    }
}

#[test]
fn serve_and_check_name_every_wrong_setting_one_a_line() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("upsertd.toml");
    fs::write(&file, "[server]\nlisen = \"x\"\n[limits]\nmax_rows = 0\n").unwrap();
    for command in ["serve", "check"] {
        let mut command = upsertd(&[command, "--config"]);
        let made = command
            .arg(&file)
            .env("UPSERTD__LOG__FROMAT", "json")
            .env("UPSERTD_HOME", "left alone")
            .output()
            .unwrap();
        assert_eq!(made.status.code(), Some(1));
        assert_eq!(text(&made.stdout), "");
        let said = lines(&made.stderr);
        let has = |start: &str, end: &str| {
            said.iter()
                .any(|l| l.starts_with(&format!("upsertd: {start}")) && l.ends_with(end))
        };
        assert!(
            has("server.lisen (in ", "did you mean 'server.listen'?"),
            "{said:#?}"
        );
        assert!(
            has(
                "log.fromat (in UPSERTD__LOG__FROMAT)",
                "did you mean UPSERTD__LOG__FORMAT?"
            ),
            "{said:#?}"
        );
        assert!(
            has(
                "limits.max_rows (in ",
                "must be a whole number from 1 to 500"
            ),
            "{said:#?}"
        );
        assert!(has("database.url is missing", ""), "{said:#?}");
        assert!(!said.iter().any(|l| l.contains("HOME")), "{said:#?}");
    }
}

#[test]
fn an_address_that_is_taken_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = TempDir::new().unwrap();
    let mut command = upsertd(&["demo", "--listen", &address, "--dir"]);
    let made = command.arg(folder.path()).output().unwrap();
    assert_eq!(made.status.code(), Some(1));
    assert_eq!(text(&made.stdout), "");
    let mut said = lines(&made.stderr);
    said.retain(|line| !line.contains(" INFO "));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with(&format!("upsertd: cannot listen at {address}: ")),
        "{said:?}"
    );
}

#[test]
fn a_demo_folder_that_cannot_be_made_is_one_line_and_exit_code_1() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let mut command = upsertd(&["demo", "--listen", "127.0.0.1:0", "--dir"]);
    let made = command.arg(&file).output().unwrap();
    assert_eq!(made.status.code(), Some(1));
    let said = lines(&made.stderr);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("upsertd: cannot use the folder"),
        "{said:?}"
    );
}

#[test]
fn the_example_checks_clean_and_serves() {
    let (_folder, file) = example();
    let made = upsertd(&["check", "--config"]).arg(&file).output().unwrap();
    assert_eq!(text(&made.stderr), "");
    assert_eq!(made.status.code(), Some(0));
    let said = lines(&made.stdout);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("entity tblCustomers: table tblCustomers, "),
        "{said:?}"
    );
    assert!(said[0].ends_with(" columns, add edit view"), "{said:?}");

    let mut command = upsertd(&["serve", "--config"]);
    command
        .arg(&file)
        .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0")
        .env("UPSERTD__LOG__FORMAT", "json");
    let service = Serving::start(command);
    let (code, _, log) = service.stop();
    assert_eq!(code, Some(0));
    assert!(log.lines().count() > 0);
    for line in log.lines() {
        let parsed: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(parsed.is_object());
    }
}

#[test]
fn check_names_what_is_wrong_with_settings_database_and_entities_at_once() {
    let (folder, file) = example();
    let text_of_file = fs::read_to_string(&file)
        .unwrap()
        .replace("level = \"info\"", "level = \"loud\"")
        .replace(
            "passwords = [\"PasswordHash\"]",
            "passwords = [\"PaswordHash\"]",
        )
        .replace("table = \"tblCustomers\"", "table = \"tblCustomer\"");
    fs::write(&file, text_of_file).unwrap();
    let made = upsertd(&["check", "--config"]).arg(&file).output().unwrap();
    assert_eq!(made.status.code(), Some(1));
    let said = lines(&made.stderr);
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said[0].contains("log.level"), "{said:#?}");
    assert_eq!(
        said[1..],
        [
            "upsertd: entity 'tblCustomers': there is no table 'tblCustomer'; did you mean 'tblCustomers'?",
            "upsertd: entity 'tblEmployees': table 'tblEmployees' has no column 'PaswordHash'; did you mean 'PasswordHash'?",
        ]
    );

    fs::remove_dir_all(folder.path().join("upsertd-demo")).unwrap();
    let made = upsertd(&["check", "--config"]).arg(&file).output().unwrap();
    assert_eq!(made.status.code(), Some(1));
    let said = text(&made.stderr);
    assert!(said.contains("auth.signing_key_file"), "{said}");
    assert!(said.contains("cannot open the database"), "{said}");
    assert!(said.contains("log.level"), "{said}");
}

#[test]
fn check_warns_of_what_looks_like_a_password_and_refuses_a_misspelt_one() {
    let (_folder, file) = example();
    let example = fs::read_to_string(&file).unwrap();
    let undeclared = example.replace("\nname = \"tblEmployees\"", "\nname = \"tblInvoices\"");
    let undeclared = undeclared
        .replace("\npasswords = [\"PasswordHash\"]", "")
        .replace("\nexternal_ids = [\"UserName\"]", "");
    let check = |serve: &str| {
        let text = undeclared.replace("\n[serve]\n", &format!("\n[serve]\n{serve}\n"));
        fs::write(&file, text).unwrap();
        upsertd(&["check", "--config"]).arg(&file).output().unwrap()
    };
    let warned = check("all_tables = [\"view\"]");
    assert_eq!(warned.status.code(), Some(0));
    assert_eq!(
        lines(&warned.stderr),
        [
            "upsertd: warning: serve.all_tables serves tblEmployees with PasswordHash: what looks like a \
             password belongs into serve.passwords"
        ]
    );
    let quiet = check("all_tables = [\"view\"]\npasswords = [\"passwordhash\"]");
    assert_eq!(
        (quiet.status.code(), text(&quiet.stderr)),
        (Some(0), String::new())
    );
    let wrong = check("all_tables = [\"view\"]\npasswords = [\"PaswordHash\"]");
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(
        lines(&wrong.stderr),
        [
            "upsertd: serve.passwords: no table or view without a declaration of its own has a column \
             'PaswordHash'; did you mean 'PasswordHash'?"
        ]
    );
    let idle = check("passwords = [\"PasswordHash\"]");
    assert_eq!(idle.status.code(), Some(1));
    assert!(text(&idle.stderr).contains("serve.all_tables, which is off"));
}
