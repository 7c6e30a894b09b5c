//! Upsert over HTTP beside the same HTTP server answering a constant, and beside the raw statements it
//! runs. Everything is measured in one run on one machine, so the ratios mean something where the
//! figures do not.
//!
//! `cargo bench --bench upsert` prints the table that the README shows. `UPSERTD_BENCH_SECONDS` sets
//! the length of one measurement (default 5).

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]

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

use rusqlite::{Connection, params};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SECRET: &str = "bench-secret";
const SMALL: u64 = 1_000;
const LARGE: u64 = 1_000_000;

fn main() {
    if env::var_os("UPSERTD_BENCH_BARE").is_some() {
        bare_server();
        return;
    }
    // `cargo test --benches` runs this without `--bench`: compile it, measure nothing.
    if !env::args().any(|arg| arg == "--bench") {
        println!("run with `cargo bench --bench upsert`");
        return;
    }
    let seconds = env::var("UPSERTD_BENCH_SECONDS").map_or(5, |s| s.parse().unwrap());
    let span = Duration::from_secs(seconds);
    let folder = tempfile::tempdir().unwrap();

    let bare = Server::spawn_bare();
    let small = Server::spawn_service(folder.path(), "small", SMALL);
    let large = Server::spawn_service(folder.path(), "large", LARGE);

    println!(
        "{:<34} {:>9} {:>10} {:>10}",
        "", "req/s", "p50 µs", "p99 µs"
    );
    let mut results = Vec::new();
    for connections in [1, 32] {
        for (name, server, rows) in [
            ("constant", &bare, SMALL),
            ("upsert, 1 thousand rows", &small, SMALL),
            ("upsert, 1 million rows", &large, LARGE),
        ] {
            let load = measure(server, connections, rows, span);
            println!(
                "{:<34} {:>9.0} {:>10} {:>10}",
                format!("{name}, {connections} conn."),
                load.rate,
                load.p50,
                load.p99
            );
            results.push(load);
        }
    }
    let raw = raw_statements(&folder.path().join("raw.db"), span);
    println!(
        "{:<34} {:>9.0} {raw:>10}",
        "raw statements, 1 thousand rows",
        1e6 / raw as f64
    );

    let [_, one_small, one_large, bare_many, many_small, _] = results.as_slice() else {
        unreachable!("six measurements")
    };
    println!();
    println!(
        "rate at 32 connections / constant's   {:.2}",
        many_small.rate / bare_many.rate
    );
    println!(
        "p50 at 1 connection / raw statements' {:.2}",
        one_small.p50 as f64 / raw as f64
    );
    println!(
        "p50 at 1 million rows / 1 thousand    {:.2}",
        one_large.p50 as f64 / one_small.p50 as f64
    );
}

/// A server in a process of its own.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Server {
    fn spawn_bare() -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.env("UPSERTD_BENCH_BARE", "1");
        let (child, address) = spawn(command);
        Self {
            child,
            address,
            token: "none".to_owned(),
        }
    }

    fn spawn_service(folder: &Path, name: &str, rows: u64) -> Self {
        let database = folder.join(format!("{name}.db"));
        create_table(&database, rows);
        let config = folder.join(format!("{name}.toml"));
        std::fs::write(&config, settings(&database)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_upsertd"));
        command.arg("serve").arg("--config").arg(config);
        let (child, address) = spawn(command);
        let token = token(&address);
        Self {
            child,
            address,
            token,
        }
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

fn settings(database: &Path) -> String {
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
url = {:?}
[auth]
signing_key = "a key for benches only, 32 bytes or more"
[[auth.clients]]
id = "bench"
secret_hash = "{}"
[[entity]]
name = "items"
table = "items"
allow = ["add", "edit", "view"]
[log]
level = "warn"
"#,
        format!("sqlite:{}", database.display()),
        hash.trim()
    )
}

fn create_table(path: &Path, rows: u64) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        r#"PRAGMA journal_mode = WAL;
        CREATE TABLE "items" (
            "id" INTEGER PRIMARY KEY,
            "code" nvarchar(20) NOT NULL COLLATE NOCASE UNIQUE,
            "amount" decimal(12,2) NOT NULL,
            "note" nvarchar(100) NULL
        );"#,
    )
    .unwrap();
    db.execute(
        r#"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
        INSERT INTO "items" ("code", "amount", "note") SELECT 'code' || i, i, 'note' FROM n"#,
        [i64::try_from(rows).unwrap()],
    )
    .unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;")
        .unwrap();
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
struct Load {
    rate: f64,
    p50: u64,
    p99: u64,
}

fn measure(server: &Server, connections: usize, rows: u64, span: Duration) -> Load {
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
    let mut times = run(span);
    let elapsed = start.elapsed().as_secs_f64();
    times.sort_unstable();
    Load {
        rate: times.len() as f64 / elapsed,
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
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
        let request = request(&address, &token, i.wrapping_mul(7919) % rows, i);
        let start = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        read_answer(&mut stream, &mut buffer).await;
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    times
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

/// The same server, answering a constant.
fn bare_server() {
    use poem::{EndpointExt, listener::Acceptor};
    #[poem::handler]
    fn constant() -> poem::Response {
        poem::Response::builder()
            .content_type("application/json; charset=utf-8")
            .body(r#"{"TotalAffected":1,"TotalFailed":0,"Message":null}"#)
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let listener = poem::listener::TcpListener::bind("127.0.0.1:0");
        let acceptor = poem::listener::Listener::into_acceptor(listener)
            .await
            .unwrap();
        println!(
            "ready http://{}",
            acceptor.local_addr()[0].as_socket_addr().unwrap()
        );
        let route = poem::Route::new().at("/CSSAPI/V2/:entity/Upsert", poem::post(constant));
        poem::Server::new_with_acceptor(acceptor)
            .run(route.map_to_response())
            .await
            .unwrap();
    });
}

/// The p50 of the statements that one upsert runs, by themselves, in microseconds.
fn raw_statements(path: &Path, span: Duration) -> u64 {
    create_table(path, SMALL);
    let mut db = Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    )
    .unwrap();
    let end = Instant::now() + span;
    let mut times = Vec::new();
    for i in 0_u64.. {
        let start = Instant::now();
        if start >= end {
            break;
        }
        let code = format!("code{}", i.wrapping_mul(7919) % SMALL);
        let amount = format!("{}.25", i % 1000);
        let transaction = db
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .unwrap();
        let matched: i64 = transaction
            .prepare_cached(
                r#"SELECT COUNT(*) FROM (SELECT 1 FROM "items" WHERE "code" COLLATE NOCASE = ?1 LIMIT ?2)"#,
            )
            .unwrap()
            .query_row(params![code, 501], |row| row.get(0))
            .unwrap();
        assert_eq!(matched, 1);
        transaction
            .prepare_cached(
                r#"UPDATE "items" SET "code" = ?1, "amount" = ?2, "note" = ?3 WHERE "code" COLLATE NOCASE = ?4"#,
            )
            .unwrap()
            .execute(params![code, amount, format!("note {i}"), code])
            .unwrap();
        transaction.commit().unwrap();
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
