//! A service that runs: what it says, whether its banner holds, how it stops.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Command,
};

use tempfile::TempDir;

use crate::process::{Serving, text, with_stdin};

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
            assert_ne!(demo.stderr.read_line(&mut banner).unwrap(), 0, "{banner}");
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
        assert_ne!(demo.stderr.read_line(&mut said).unwrap(), 0, "{said}");
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
        assert_ne!(demo.stderr.read_line(&mut said).unwrap(), 0, "{said}");
    }
    demo.signal("-TERM");
    assert_eq!(demo.child.wait().unwrap().code(), Some(128 + 15));
}
