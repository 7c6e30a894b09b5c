//! The command as a child process.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio},
    sync::mpsc,
    thread,
};

use tempfile::TempDir;

use crate::mssql_server::{CONNECTIONS, OwnDatabase};

pub fn upsertd(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upsertd"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn lines(bytes: &[u8]) -> Vec<String> {
    text(bytes).lines().map(str::to_owned).collect()
}

pub fn with_stdin(mut command: Command, input: &str) -> Output {
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
pub fn example() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    Serving::demo(&folder.path().join("upsertd-demo"), &[]).stop();
    let file = folder.path().join("upsertd.toml");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("upsertd.example.toml");
    fs::copy(source, &file).unwrap();
    (folder, file)
}

/// A client called `me` with the secret `pass`, for the variable.
pub fn client() -> String {
    let hash = with_stdin(upsertd(&["hash-secret"]), "pass\n");
    let hash = text(&hash.stdout);
    format!(
        "[{{ id = \"me\", secret_hash = \"{}\", grants = [{{ entities = [\"*\"], allow = [\"add\", \"edit\", \"view\"] }}] }}]",
        hash.trim_end()
    )
}

/// What a service says on stderr. It is taken from it at once, however much it is: a pipe that nobody reads is full one day,
/// and then the service waits.
pub struct Log(mpsc::Receiver<String>);

impl Log {
    fn of(stderr: ChildStderr) -> Self {
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut stderr = BufReader::new(stderr);
            let mut line = String::new();
            while stderr.read_line(&mut line).unwrap() > 0 {
                if send.send(std::mem::take(&mut line)).is_err() {
                    line.clear();
                }
            }
        });
        Self(lines)
    }

    /// Waits for the next line and adds it; false at the end.
    pub fn read_line(&mut self, said: &mut String) -> bool {
        self.0.recv().is_ok_and(|line| {
            said.push_str(&line);
            true
        })
    }

    /// Everything up to the end.
    fn rest(&mut self) -> String {
        self.0.iter().collect()
    }
}

/// A service in a process of its own, ended when dropped.
pub struct Serving {
    pub child: Child,
    stdout: BufReader<ChildStdout>,
    pub stderr: Log,
    /// `http://HOST:PORT`, from the ready line.
    pub url: String,
}

impl Serving {
    pub fn demo(dir: &Path, more: &[&str]) -> Self {
        let mut command = upsertd(&["demo", "--listen", "127.0.0.1:0", "--dir"]);
        command.arg(dir).args(more);
        Self::start(command)
    }

    /// The demo's database on a SQL Server, which is there already, served with the example configuration.
    pub fn on_server(file: &Path, database: &OwnDatabase) -> Self {
        Self::start(Self::command_on_server(file, database, &database.url))
    }

    /// The same as a command; `url` is where the database is for it.
    pub fn command_on_server(file: &Path, database: &OwnDatabase, url: &str) -> Command {
        let mut command = upsertd(&["serve", "--config"]);
        command
            .arg(file)
            .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0")
            .env("UPSERTD__DATABASE__URL", url)
            .env("UPSERTD__DATABASE__CONNECTIONS", CONNECTIONS.to_string())
            .env("UPSERTD__DATABASE__RELOAD_SECONDS", "0")
            .env("UPSERTD__AUTH__CLIENTS", client());
        if database.is_babelfish() {
            // It ignores lock hints.
            command.env("UPSERTD__DATABASE__ISOLATION", "serializable");
        }
        command
    }

    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = Log::of(child.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(url) = line.strip_prefix("ready ") else {
            panic!("not ready: {line:?} {}", stderr.rest());
        };
        Self {
            url: url.trim_end().to_owned(),
            child,
            stdout,
            stderr,
        }
    }

    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// What a plain GET is answered with: status line, headers and body.
    pub fn get(&self, path: &str) -> String {
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

    pub fn signal(&self, signal: &str) {
        // The shell's own: not every machine has the command.
        let sent = Command::new("sh")
            .args(["-c", &format!("kill {signal} {}", self.child.id())])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM; gives the exit code and the rest of stdout and stderr.
    pub fn stop(mut self) -> (Option<i32>, String, String) {
        self.signal("-TERM");
        let mut out = String::new();
        self.stdout.read_to_string(&mut out).unwrap();
        let err = self.stderr.rest();
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
