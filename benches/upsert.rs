//! Upsert over HTTP beside the same HTTP server answering a constant, and beside the raw statements it
//! runs. Everything is measured in one run on one machine, so the ratios mean something where the
//! figures do not.
//!
//! `cargo bench --bench upsert` prints the table that the README shows. `UPSERTD_BENCH_SECONDS` sets
//! the length of one measurement (default 5).

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]

mod support;

use std::{
    env,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

use support::{Server, items, measure, span};

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
    let span = span();
    let folder = tempfile::tempdir().unwrap();

    let bare = spawn_bare();
    let small = spawn_service(folder.path(), "small", SMALL);
    let large = spawn_service(folder.path(), "large", LARGE);

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

fn spawn_bare() -> Server {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env("UPSERTD_BENCH_BARE", "1");
    Server::spawn(command, |_| "none".to_owned())
}

fn spawn_service(folder: &Path, name: &str, rows: u64) -> Server {
    let database = folder.join(format!("{name}.db"));
    items::create(&database, rows);
    let url = format!("sqlite:{}", database.display());
    Server::spawn_service(&folder.join(format!("{name}.toml")), &url, "")
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
    items::create(path, SMALL);
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
