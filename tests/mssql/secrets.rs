//! The password of the address: the server hears it, and nobody else does.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use upsertd::{
    config::DatabaseUrl,
    engine::{
        Engine as _,
        mssql::{MssqlEngine, MssqlOptions},
    },
};

use crate::{
    driver::deadline,
    service::{CLIENT, SIGNING_KEY, Service, config, secret_hash},
    setup::{DATABASE, PASSWORD, PASSWORD_IN_URL, USER, WRITE, address, report, script, url},
    tds::{LoginReply, Script, TdsPeer, errors},
};

#[track_caller]
fn is_discreet(text: &str) {
    for secret in [PASSWORD, PASSWORD_IN_URL] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[tokio::test]
async fn nothing_that_holds_the_password_shows_it() {
    let refused = LoginReply::Refuse(errors::login_failed(USER));
    let peer = TdsPeer::start(Script::new().with_login(refused)).await;
    let address = address(&peer);
    let options = MssqlOptions::new(address.clone());
    let engine = MssqlEngine::new(options.clone());
    let error = engine.ping(deadline()).await.unwrap_err();
    for shown in [
        format!("{address} {address:?} {:?}", address.with_database("other")),
        format!("{options:?} {engine:?}"),
        format!("{:?}", DatabaseUrl::Mssql(Box::new(address))),
        format!("{:?}", config(&peer)),
        format!("{error} {error:?}"),
    ] {
        assert!(
            shown.contains(DATABASE) || shown.contains("18456"),
            "{shown}"
        );
        is_discreet(&shown);
    }
    assert_eq!(peer.logins()[0].password, PASSWORD);
}

/// A folder with a configuration for this server.
fn configured(peer: &TdsPeer) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upsertd.toml");
    let text = format!(
        r#"
        [server]
        listen = "127.0.0.1:0"
        [database]
        url = "{}"
        [auth]
        signing_key = "{SIGNING_KEY}"
        [[auth.clients]]
        id = "{CLIENT}"
        secret_hash = "{}"
        [[auth.clients.grants]]
        entities = ["*"]
        allow = ["add", "edit", "view"]
        [journal]
        default = "off"
        [[entity]]
        name = "Parts"
        allow = ["add", "edit", "view"]
        "#,
        url("127.0.0.1", peer.port(), "encrypt=plaintext"),
        secret_hash(),
    );
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn upsertd(command: &str, file: &Path) -> Command {
    let mut upsertd = Command::new(env!("CARGO_BIN_EXE_upsertd"));
    upsertd.arg(command).arg("--config").arg(file);
    // The most that anybody can ask the log for.
    upsertd.env("RUST_LOG", "trace");
    upsertd
}

#[tokio::test]
async fn a_check_says_why_it_is_not_let_in() {
    let refusals = [
        (
            errors::login_failed(USER),
            "18456 Login failed for user 'tester'.",
        ),
        (
            errors::no_database(DATABASE),
            "4060 Cannot open database \"stock\"",
        ),
    ];
    let tried = refusals.map(async |(refusal, says)| {
        let peer = TdsPeer::start(Script::new().with_login(LoginReply::Refuse(refusal))).await;
        let (_folder, file) = configured(&peer);
        let mut check = upsertd("check", &file);
        check.env_remove("RUST_LOG");
        let made = spawn_blocking(move || check.output())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(made.status.code(), Some(1));
        let said = String::from_utf8(made.stderr).unwrap();
        assert!(said.contains(says), "{said}");
        is_discreet(&said);
        assert!(made.stdout.is_empty());
    });
    join_all(tried).await;
}

/// A process that ends when a test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where a test ended it.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn the_log_at_its_loudest_has_neither_the_password_nor_a_value() {
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).reply(report(1, 1, 7))).await;
    let (_folder, file) = configured(&peer);
    let mut command = upsertd("serve", &file);
    let log = tempfile::NamedTempFile::new().unwrap();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.reopen().unwrap());
    let mut running = Running(command.spawn().unwrap());
    let mut stdout = BufReader::new(running.0.stdout.take().unwrap());
    let ready = spawn_blocking(move || {
        let mut line = String::new();
        stdout.read_line(&mut line).map(|_| line)
    });
    let ready = ready.await.unwrap().unwrap();
    let base = ready.trim_end().strip_prefix("ready ").unwrap().to_owned();
    let answer = Service::at(base).await.upsert().await;
    assert_eq!(answer.status, 200, "{answer:?}");
    drop(running);

    let mut said = String::new();
    log.reopen().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains(answer.header("x-log-id")), "{said}");
    is_discreet(&said);
    assert!(!said.contains("Bolt"), "{said}");
}
