//! A service that runs: what it says, whether its banner holds, how it stops.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::process::{Serving, client, example, text, upsertd, with_stdin};

#[test]
fn the_demo_says_ready_once_on_stdout_and_accepts() {
    let folder = TempDir::new().unwrap();
    let demo = Serving::demo(folder.path(), &[]);
    assert!(!demo.url.ends_with(":0"));
    let live = demo.get("/health/live");
    assert!(live.starts_with("HTTP/1.1 200"), "{live}");
    let url = demo.url.clone();
    let (code, out, err) = demo.stop();
    assert_eq!(code, Some(0));
    assert_eq!(out, "");
    assert!(err.contains(&format!("{url}/swagger")), "{err}");
    assert!(err.contains("demo / demo-secret"), "{err}");
}

#[test]
fn the_demo_keeps_its_key_to_its_owner_and_over_restarts() {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("signing.key");
    Serving::demo(folder.path(), &[]).stop();
    let first = fs::read_to_string(&key).unwrap();
    Serving::demo(folder.path(), &["--fresh"]).stop();
    assert_eq!(fs::read_to_string(&key).unwrap(), first);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&key).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn a_key_file_that_a_crash_left_empty_is_told_and_mended_by_starting_over() {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("signing.key");
    fs::write(&key, "").unwrap();
    let mut command = upsertd(&["demo", "--listen", "127.0.0.1:0", "--dir"]);
    let refused = command.arg(folder.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = text(&refused.stderr);
    assert!(
        said.contains("signing.key' needs at least 32 bytes"),
        "{said}"
    );
    assert!(said.contains("upsertd demo --fresh"), "{said}");
    Serving::demo(folder.path(), &["--fresh"]).stop();
    assert!(fs::read_to_string(&key).unwrap().len() >= 32);
}

#[test]
fn demos_that_start_at_once_share_one_whole_key() {
    for _ in 0..3 {
        let folder = TempDir::new().unwrap();
        let start = || Serving::demo(folder.path(), &[]);
        std::thread::scope(|scope| {
            let demos: Vec<_> = (0..6).map(|_| scope.spawn(start)).collect();
            for demo in demos {
                demo.join().unwrap().stop();
            }
        });
        let names = fs::read_dir(folder.path()).unwrap();
        let keys = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let keys: Vec<String> = keys.filter(|name| name.contains("key")).collect();
        assert_eq!(keys, ["signing.key"]);
    }
}

/// The lines of the banner that a person pastes, run as they stand.
fn paste(banner: &str) -> String {
    let from = banner.find("TOKEN=").unwrap_or_else(|| panic!("{banner}"));
    let ran = with_stdin(Command::new("sh"), &banner[from..]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    text(&ran.stdout)
}

#[test]
fn the_banners_curl_works_when_pasted_and_fresh_starts_over() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("not tried: there is no curl here");
        return;
    }
    let folder = TempDir::new().unwrap();
    let answer = |more: &[&str], times: usize| {
        let mut demo = Serving::demo(folder.path(), more);
        let mut banner = String::new();
        while !banner.contains("/Upsert\n") {
            assert!(demo.stderr.read_line(&mut banner), "{banner}");
        }
        let answers: Vec<String> = (0..times).map(|_| paste(&banner)).collect();
        demo.stop();
        answers
    };
    let first = answer(&[], 2);
    assert!(first[0].contains("GeneratedId"), "{first:?}");
    assert!(first[1].contains("\"TotalAffected\":1"), "{first:?}");
    let kept = answer(&[], 1);
    assert!(kept[0].contains("\"TotalAffected\":1"), "{kept:?}");
    let fresh = answer(&["--fresh"], 1);
    assert!(fresh[0].contains("GeneratedId"), "{fresh:?}");
}

#[test]
fn fresh_does_not_throw_away_what_another_demo_is_serving() {
    let folder = TempDir::new().unwrap();
    let demo = Serving::demo(folder.path(), &[]);
    let mut second = upsertd(&["demo", "--fresh", "--listen", "127.0.0.1:0", "--dir"]);
    let output = second.arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("another demo"), "{output:?}");
    assert!(demo.get("/health/ready").starts_with("HTTP/1.1 200"));
    // Without --fresh they share the folder; alone, --fresh is free to start over.
    Serving::demo(folder.path(), &[]).stop();
    demo.stop();
    Serving::demo(folder.path(), &["--fresh"]).stop();
}

#[test]
fn a_request_that_runs_when_the_signal_comes_is_answered() {
    let folder = TempDir::new().unwrap();
    let mut demo = Serving::demo(folder.path(), &[]);
    // The server holds this request: its body is not complete.
    let body = "grant_type=client_credentials&client_id=demo&client_secret=demo-secret";
    let (first, rest) = body.split_at(10);
    let mut stream = TcpStream::connect(demo.address()).unwrap();
    write!(
        stream,
        "POST /oauth/token HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // This answer says that the request has been taken up.
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    write!(stream, "{first}").unwrap();
    demo.signal("-TERM");
    // It accepts no more once it has said that it stops.
    let mut said = String::new();
    while !said.contains("stopping") {
        assert!(demo.stderr.read_line(&mut said), "{said}");
    }
    assert!(demo.child.try_wait().unwrap().is_none());
    write!(stream, "{rest}").unwrap();
    let mut answer = String::new();
    answers.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("access_token"), "{answer}");
    assert_eq!(demo.child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = TempDir::new().unwrap();
    let mut demo = Serving::demo(folder.path(), &[]);
    // A request that never completes keeps it waiting.
    let mut stream = TcpStream::connect(demo.address()).unwrap();
    write!(
        stream,
        "POST /oauth/token HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
    )
    .unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    demo.signal("-INT");
    let mut said = String::new();
    while !said.contains("stopping") {
        assert!(demo.stderr.read_line(&mut said), "{said}");
    }
    demo.signal("-TERM");
    assert_eq!(demo.child.wait().unwrap().code(), Some(128 + 15));
}

/// Sends a request and lets go of it when the server has begun to read its body.
fn begin(serving: &Serving, path: &str, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n{head}\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let mut goes_on = [0; 25];
    stream.read_exact(&mut goes_on).unwrap();
    assert!(goes_on.starts_with(b"HTTP/1.1 100"), "{goes_on:?}");
    write!(stream, "{body}").unwrap();
    stream
}

fn token(serving: &Serving) -> String {
    let form = "grant_type=client_credentials&client_id=me&client_secret=pass";
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let mut answer = String::new();
    begin(serving, "/oauth/token", kind, form)
        .read_to_string(&mut answer)
        .unwrap();
    let (_, token) = answer.split_once("\"access_token\":\"").expect(&answer);
    token.split('"').next().unwrap().to_owned()
}

#[test]
fn stopping_takes_no_longer_than_it_may_whatever_still_runs() {
    let (folder, file) = example();
    let database = folder.path().join("upsertd-demo/demo.db");
    let beside = rusqlite::Connection::open(database).unwrap();
    let notes = "UPDATE tblCustomers SET Notes = printf('%.*c', 4000000, 'a') WHERE CustomerId = 1";
    beside.execute_batch(notes).unwrap();
    // Takes minutes: each of the text's characters is tried on each of the pattern's.
    let scan = format!(r#"{{"Clause": "Notes LIKE '%{}b%'"}}"#, "a".repeat(3900));
    let write = r#"{"Tuples": [{"Name": "City", "Value": "Oslo"}], "Clause": "CustomerId = 2"}"#;
    for (operation, body) in [("Get", scan.as_str()), ("Update", write)] {
        let mut command = upsertd(&["serve", "--config"]);
        command
            .arg(&file)
            .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0")
            .env("UPSERTD__SERVER__SHUTDOWN_SECONDS", "1")
            .env("UPSERTD__SERVER__REQUEST_TIMEOUT_SECONDS", "300")
            .env("UPSERTD__DATABASE__BUSY_TIMEOUT_MS", "60000")
            .env("UPSERTD__AUTH__CLIENTS", client());
        let serving = Serving::start(command);
        let token = token(&serving);
        let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        // So that the write cannot begin.
        beside.execute_batch("BEGIN IMMEDIATE").unwrap();
        let path = format!("/CSSAPI/V2/tblCustomers/{operation}");
        let _running = begin(&serving, &path, &head, body);
        let started = Instant::now();
        let (code, _, log) = serving.stop();
        let took = started.elapsed();
        beside.execute_batch("ROLLBACK").unwrap();
        assert_eq!(code, Some(0), "{log}");
        let allowed = Duration::from_millis(900)..Duration::from_secs(5);
        assert!(allowed.contains(&took), "{operation}: {took:?}\n{log}");
    }
    let city = "SELECT COUNT(*) FROM tblCustomers WHERE City = 'Oslo'";
    let written: i64 = beside.query_row(city, [], |row| row.get(0)).unwrap();
    assert_eq!(written, 0);
}
