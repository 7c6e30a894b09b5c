//! What the benches share: services in processes of their own, and the load that is put on them.

#![allow(dead_code)] // each bench uses a part of it

pub mod items;

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SECRET: &str = "bench-secret";

/// The length of one measurement: `UPSERTD_BENCH_SECONDS`, 5 by default.
pub fn span() -> Duration {
    let seconds = env::var("UPSERTD_BENCH_SECONDS").map_or(5, |s| s.parse().unwrap());
    Duration::from_secs(seconds)
}

/// A server in a process of its own.
pub struct Server {
    child: Child,
    pub address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Server {
    /// Runs a command that prints where it listens.
    pub fn spawn(command: Command, token: impl FnOnce(&str) -> String) -> Self {
        let (child, address) = spawn(command);
        let token = token(&address);
        Self {
            child,
            address,
            token,
        }
    }

    /// Serves the table `items` of a database; `database` are further lines of that section.
    pub fn spawn_service(config: &Path, url: &str, database: &str) -> Self {
        Self::spawn_entities(config, url, database, ITEMS)
    }

    /// Serves the table `items` with so much of its changes in the journal.
    pub fn spawn_journalled(config: &Path, url: &str, journal: &str) -> Self {
        Self::spawn_configured(config, &settings(url, "", ITEMS, journal))
    }

    /// Serves entities that are declared in a text of the configuration.
    pub fn spawn_entities(config: &Path, url: &str, database: &str, entities: &str) -> Self {
        // What the journal costs is measured by itself.
        Self::spawn_configured(config, &settings(url, database, entities, "off"))
    }

    fn spawn_configured(config: &Path, settings: &str) -> Self {
        std::fs::write(config, settings).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_upsertd"));
        command.arg("serve").arg("--config").arg(config);
        Self::spawn(command, token)
    }

    /// What a request carries.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The most memory that its process has had, in MiB.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib / 1024
    }
}

fn spawn(mut command: Command) -> (Child, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready = lines.next().unwrap().unwrap();
    let address = ready.strip_prefix("ready http://").unwrap().to_owned();
    (child, address)
}

/// The table that most measurements are about.
const ITEMS: &str = r#"
[[entity]]
name = "items"
table = "items"
allow = ["add", "edit", "view"]
"#;

fn settings(url: &str, database: &str, entities: &str, journal: &str) -> String {
    let mut hash = Command::new(env!("CARGO_BIN_EXE_upsertd"))
        .arg("hash-secret")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut hash.stdin.take().unwrap(), SECRET.as_bytes()).unwrap();
    let hash = String::from_utf8(hash.wait_with_output().unwrap().stdout).unwrap();
    format!(
        r#"
[server]
listen = "127.0.0.1:0"
[database]
url = {url:?}
{database}
[auth]
signing_key = "a key for benches only, 32 bytes or more"
[[auth.clients]]
id = "bench"
secret_hash = "{}"
[[auth.clients.grants]]
entities = ["*"]
allow = ["view", "add", "edit", "delete", "alter", "drop", "create", "explain", "undo"]
{entities}
[journal]
default = "{journal}"
[log]
level = "warn"
"#,
        hash.trim()
    )
}

fn token(address: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answer: serde_json::Value = runtime.block_on(async {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "bench"),
            ("client_secret", SECRET),
        ];
        let url = format!("http://{address}/oauth/token");
        let request = reqwest::Client::new().post(url).form(&form);
        request.send().await.unwrap().json().await.unwrap()
    });
    answer["access_token"].as_str().unwrap().to_owned()
}

/// What one measurement came to; times in microseconds.
pub struct Load {
    /// Requests per second.
    pub rate: f64,
    pub p50: u64,
    pub p99: u64,
}

/// Sends upserts over so many connections, each of which waits for its answers.
pub fn measure(server: &Server, connections: usize, rows: u64, span: Duration) -> Load {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    // A different row each time, spread over the table.
    let next = Arc::new(AtomicU64::new(0));
    let run = |span: Duration| {
        let end = Instant::now() + span;
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let request = (server.address.clone(), server.token.clone());
                runtime.spawn(connection(request, Arc::clone(&next), rows, end))
            })
            .collect();
        let all = tasks.into_iter().flat_map(|t| runtime.block_on(t).unwrap());
        all.collect::<Vec<u64>>()
    };
    run(span / 5);
    let start = Instant::now();
    Load::of(run(span), start.elapsed())
}

impl Load {
    /// From each request's microseconds and the time that all took together.
    pub fn of(mut times: Vec<u64>, elapsed: Duration) -> Self {
        times.sort_unstable();
        Self {
            rate: times.len() as f64 / elapsed.as_secs_f64(),
            p50: times[times.len() / 2],
            p99: times[times.len() * 99 / 100],
        }
    }
}

/// Sends a number of upserts, one after the other.
pub async fn send(server: &Server, count: usize, rows: u64) {
    let mut stream = TcpStream::connect(&server.address).await.unwrap();
    let mut buffer = Vec::new();
    for i in 0..count as u64 {
        let request = request(&server.address, &server.token, row(i, rows), i);
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream, &mut buffer).await;
    }
}

/// Sends upserts over one kept-alive connection until the end; gives each one's microseconds.
async fn connection(
    (address, token): (String, String),
    next: Arc<AtomicU64>,
    rows: u64,
    end: Instant,
) -> Vec<u64> {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut times = Vec::new();
    let mut buffer = Vec::with_capacity(4096);
    while Instant::now() < end {
        let i = next.fetch_add(1, Ordering::Relaxed);
        let request = request(&address, &token, row(i, rows), i);
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream, &mut buffer).await;
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    times
}

/// The row that the i-th upsert is about, spread over the table.
pub fn row(i: u64, rows: u64) -> u64 {
    i.wrapping_mul(7919) % rows
}

fn request(address: &str, token: &str, row: u64, i: u64) -> String {
    let body = format!(
        r#"{{"Tuples":[{{"Name":"code","Value":"code{row}"}},{{"Name":"amount","Value":{}.25}},{{"Name":"note","Value":"note {i}"}}],"Clause":{{"condition":"AND","rules":[{{"id":"code","field":"code","type":"string","operator":"equal","value":"code{row}"}}]}}}}"#,
        i % 1000
    );
    format!(
        "POST /CSSAPI/V2/items/Upsert HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) {
    buffer.clear();
    loop {
        let read = stream.read_buf(buffer).await.unwrap();
        assert!(read > 0, "the server hung up");
        let text = String::from_utf8_lossy(buffer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let (_, rest) = head.split_once("content-length: ").unwrap();
            let length: usize = rest.lines().next().unwrap().trim().parse().unwrap();
            if body.len() >= length {
                assert!(head.starts_with("http/1.1 200"), "{text}");
                assert!(body.contains("\"TotalAffected\":1"), "{text}");
                return;
            }
        }
    }
}
