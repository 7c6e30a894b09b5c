//! The command as a process: arguments, exit codes, what it prints where, signals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio},
};

use tempfile::TempDir;

fn upsertd(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upsertd"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn lines(bytes: &[u8]) -> Vec<String> {
    text(bytes).lines().map(str::to_owned).collect()
}

fn with_stdin(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// A folder with a demo database, made by the command itself, and the example configuration.
fn example() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    Serving::demo(&folder.path().join("upsertd-demo"), &[]).stop();
    let file = folder.path().join("upsertd.toml");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("upsertd.example.toml");
    fs::copy(source, &file).unwrap();
    (folder, file)
}

/// A service in a process of its own, ended when dropped.
struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    /// `http://HOST:PORT`, from the ready line.
    url: String,
}

impl Serving {
    fn demo(dir: &Path, more: &[&str]) -> Self {
        let mut command = upsertd(&["demo", "--listen", "127.0.0.1:0", "--dir"]);
        command.arg(dir).args(more);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(url) = line.strip_prefix("ready ") else {
            let mut said = String::new();
            stderr.read_to_string(&mut said).unwrap();
            panic!("not ready: {line:?} {said}");
        };
        Self {
            url: url.trim_end().to_owned(),
            child,
            stdout,
            stderr,
        }
    }

    fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// What a plain GET is answered with: status line, headers and body.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM; gives the exit code and the rest of stdout and stderr.
    fn stop(mut self) -> (Option<i32>, String, String) {
        self.signal("-TERM");
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.stderr.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where a test stopped it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

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
fn an_address_that_is_taken_is_one_line_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = TempDir::new().unwrap();
    let mut command = upsertd(&["demo", "--listen", &address, "--dir"]);
    let made = command.arg(folder.path()).output().unwrap();
    assert_eq!(made.status.code(), Some(1));
    assert_eq!(text(&made.stdout), "");
    let said = lines(&made.stderr);
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
    assert!(said.contains("database.url names"), "{said}");
    assert!(said.contains("log.level"), "{said}");
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
