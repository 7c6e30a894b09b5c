//! A batch of 100,000 rows, half of them new, through each way into the service, beside a bare loop of the same statements
//! in one transaction; small batches of many callers; and the memory that a large upload takes. Everything is measured
//! in one run on one machine, so the ratios mean something where the figures do not.
//!
//! `cargo bench --bench batch` prints the tables that the README shows. `UPSERTD_BENCH_ROWS` sets the number of rows,
//! `UPSERTD_BENCH_SECONDS` the length of the measurement of small batches. Where `UPSERTD_BENCH_DATASETTE` is the URL of
//! a database that Datasette serves, with an empty table `quakes` made by the file that `UPSERTD_BENCH_SCHEMA=1` prints,
//! and `UPSERTD_BENCH_TOKEN` a token for it, the same small batches are sent there too.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]

mod rows;
mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rows::{BareLoop, Form};
use support::{Server, span};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime::Runtime,
};

const ENTITY: &str = r#"
[limits]
batch_bytes = 4294967296
[datasette]
database = "bench"
[[entity]]
name = "quakes"
allow = ["add", "edit", "view"]
row_identifier = ["id"]
"#;

/// The size of the large upload.
const UPLOAD: u64 = 500 << 20;

fn main() {
    if env::var_os("UPSERTD_BENCH_SCHEMA").is_some() {
        println!("{}", rows::SCHEMA);
        return;
    }
    if !env::args().any(|arg| arg == "--bench") {
        println!("run with `cargo bench --bench batch`");
        return;
    }
    let runtime = Runtime::new().unwrap();
    let rows: u64 = env::var("UPSERTD_BENCH_ROWS").map_or(100_000, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    large_batches(&runtime, folder.path(), rows);
    small_batches(&runtime, folder.path());
    memory(&runtime, folder.path());
}

fn large_batches(runtime: &Runtime, folder: &Path, rows: u64) {
    let bare = BareLoop::new(&folder.join("bare.db"), rows).run();
    let report = |what: &str, taken: Duration| {
        println!(
            "{what:<44} {:>9.0} rows/s  {:.2} of the bare loop's",
            rows as f64 / taken.as_secs_f64(),
            bare.as_secs_f64() / taken.as_secs_f64()
        );
    };
    report("bare loop, one transaction", bare);
    let ways = [
        (
            "JSON array, POST /resource/quakes.json",
            "/resource/quakes.json",
            Form::Json,
        ),
        (
            "CSV, POST /resource/quakes.json",
            "/resource/quakes.json",
            Form::Csv,
        ),
        (
            "NDJSON, UpsertMany",
            "/CSSAPI/V2/quakes/UpsertMany?Key=id",
            Form::NdJson,
        ),
        (
            "NDJSON, UpsertMany, all or none",
            "/CSSAPI/V2/quakes/UpsertMany?Key=id&AllOrNone=true",
            Form::NdJson,
        ),
    ];
    for (number, (what, path, form)) in ways.into_iter().enumerate() {
        let file = folder.join(format!("way{number}.db"));
        let server = serve(folder, &file, rows);
        let body = form.body(rows);
        let begun = Instant::now();
        runtime.block_on(post(&server, path, form, body));
        report(what, begun.elapsed());
        check(&file, rows);
    }
    for form in [Form::Csv, Form::NdJson] {
        let file = folder.join(format!("load.{}.db", form.extension()));
        let server = serve(folder, &file, rows);
        drop(server);
        let sent = folder.join(format!("quakes.{}", form.extension()));
        fs::write(&sent, form.body(rows)).unwrap();
        let begun = Instant::now();
        load(folder, &sent);
        report(
            &format!("upsertd load, {}", form.extension()),
            begun.elapsed(),
        );
        check(&file, rows);
    }
}

fn serve(folder: &Path, file: &Path, rows: u64) -> Server {
    rows::prepare(file, rows);
    let url = format!("sqlite:{}", file.display());
    Server::spawn_entities(&config(folder), &url, "", ENTITY)
}

fn config(folder: &Path) -> PathBuf {
    folder.join("batch.toml")
}

async fn post(server: &Server, path: &str, form: Form, body: Vec<u8>) {
    let request = reqwest::Client::new()
        .post(format!("http://{}{path}", server.address))
        .bearer_auth(server.token())
        .header("content-type", form.media())
        .body(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap();
}

fn load(folder: &Path, file: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_upsertd"))
        .arg("load")
        .arg(file)
        .args(["--entity", "quakes", "--key", "id", "--quiet", "--config"])
        .arg(config(folder))
        .stderr(Stdio::inherit())
        .status()
        .unwrap();
    assert!(status.success());
}

fn check(file: &Path, rows: u64) {
    let conn = rusqlite::Connection::open(file).unwrap();
    let count = "SELECT count(*) FROM quakes WHERE network = 'us'";
    let found: i64 = conn.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(u64::try_from(found), Ok(rows), "every row has come");
}

/// Requests of 100 rows over 16 connections.
fn small_batches(runtime: &Runtime, folder: &Path) {
    const ROWS: u64 = 100_000;
    let server = serve(folder, &folder.join("small.db"), ROWS);
    let own = runtime.block_on(flood(
        &server.address,
        "/bench/quakes/-/upsert",
        server.token(),
    ));
    println!(
        "\n{:<44} {own:>9.0} rows/s",
        "100-row Datasette upserts, 16 connections"
    );
    let (Ok(url), Ok(token)) = (
        env::var("UPSERTD_BENCH_DATASETTE"),
        env::var("UPSERTD_BENCH_TOKEN"),
    ) else {
        println!("Datasette itself: not named by UPSERTD_BENCH_DATASETTE");
        return;
    };
    let (address, database) = url.trim_start_matches("http://").split_once('/').unwrap();
    let path = format!("/{database}/quakes/-/upsert");
    let theirs = runtime.block_on(flood(address, &path, &token));
    println!(
        "{:<44} {theirs:>9.0} rows/s: {:.1} times as many here",
        "the same to Datasette itself",
        own / theirs
    );
}

async fn flood(address: &str, path: &str, token: &str) -> f64 {
    let done = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + span();
    let begun = Instant::now();
    let tasks = (0..16_u64).map(|connection| {
        let done = Arc::clone(&done);
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        );
        let address = address.to_owned();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut next = connection * 6_250;
            while Instant::now() < end {
                let body = rows::wrapped(next % 100_000, 100);
                next += 100;
                let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
                let request = [head.as_bytes(), &body].concat();
                stream.write_all(&request).await.unwrap();
                read_ok(&mut stream).await;
                done.fetch_add(100, Ordering::Relaxed);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// Reads an answer whose length is announced.
async fn read_ok(stream: &mut TcpStream) {
    let mut buffer = Vec::new();
    loop {
        assert!(
            stream.read_buf(&mut buffer).await.unwrap() > 0,
            "the server hung up"
        );
        let text = String::from_utf8_lossy(&buffer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{text}");
            let Some((_, rest)) = head.split_once("content-length: ") else {
                // Chunked, by Datasette's server.
                if body.ends_with("0\r\n\r\n") {
                    return;
                }
                continue;
            };
            let length: usize = rest.lines().next().unwrap().trim().parse().unwrap();
            if body.len() >= length {
                return;
            }
        }
    }
}

/// A large upload that is made up as it goes.
fn memory(runtime: &Runtime, folder: &Path) {
    println!();
    for (what, path) in [
        (
            "NDJSON, POST /resource/quakes.json",
            "/resource/quakes.json",
        ),
        ("NDJSON, UpsertMany", "/CSSAPI/V2/quakes/UpsertMany?Key=id"),
        (
            "NDJSON, UpsertMany, all or none",
            "/CSSAPI/V2/quakes/UpsertMany?Key=id&AllOrNone=true",
        ),
    ] {
        let file = folder.join("memory.db");
        for suffix in ["", "-wal", "-shm"] {
            let name = format!("{}{suffix}", file.display());
            if Path::new(&name).exists() {
                fs::remove_file(name).unwrap();
            }
        }
        let server = serve(folder, &file, 0);
        let before = server.peak_memory();
        let begun = Instant::now();
        let sent = runtime.block_on(upload(&server, path));
        println!(
            "{what:<44} {:>5} MB, {sent} rows in {:.0} s: peak memory {} MiB (idle {before})",
            UPLOAD >> 20,
            begun.elapsed().as_secs_f64(),
            server.peak_memory()
        );
    }
}

async fn upload(server: &Server, path: &str) -> u64 {
    let mut stream = TcpStream::connect(&server.address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        server.address,
        server.token()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut sent, mut rows_sent) = (0, 0);
    while sent < UPLOAD {
        let part = Form::NdJson.part(rows_sent, 1_000);
        rows_sent += 1_000;
        sent += part.len() as u64;
        stream
            .write_all(format!("{:x}\r\n", part.len()).as_bytes())
            .await
            .unwrap();
        stream.write_all(&part).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer[..read]);
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    while stream.read(&mut answer).await.unwrap() > 0 {}
    rows_sent
}
