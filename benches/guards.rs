//! What keeping a journal and checking tokens cost: the same upserts with the journal off, with counts and in full, and
//! the check of a token beside a whole request. All in one run, in turns, so that the ratios mean something where the
//! figures do not.
//!
//! `cargo bench --bench guards` prints the table that the README shows. `UPSERTD_BENCH_SECONDS` sets the length of one
//! measurement (default 5); each is made three times, and the one in the middle counts.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]

mod support;

use std::{
    env,
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use support::{Load, Server, items, measure, span};
use upsertd::{
    access::{Access, ClientSecret, SigningKey, hash_secret},
    domain::Rights,
};

const ROWS: u64 = 1_000;
const MODES: [&str; 3] = ["off", "counts", "full"];
const ROUNDS: usize = 3;
const CONNECTIONS: [usize; 2] = [1, 32];

fn main() {
    // `cargo test --benches` runs this without `--bench`: compile it, measure nothing.
    if !env::args().any(|arg| arg == "--bench") {
        println!("run with `cargo bench --bench guards`");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let services = MODES.map(|mode| serve(folder.path(), mode));
    println!(
        "{:<28} {:>9} {:>10} {:>10}",
        "", "req/s", "p50 µs", "p99 µs"
    );
    let mut request = 0.0;
    for connections in CONNECTIONS {
        let loads = measure_in_turns(&services, connections);
        for (mode, load) in MODES.iter().zip(&loads) {
            println!(
                "{:<28} {:>9.0} {:>10} {:>10}",
                format!("journal {mode}, {connections} conn."),
                load.rate,
                load.p50,
                load.p99
            );
        }
        for (mode, load) in MODES.iter().zip(&loads).skip(1) {
            println!("time of {mode} / off {:>20.2}", loads[0].rate / load.rate);
        }
        if connections == 32 {
            request = 1e9 / loads[0].rate;
        }
    }
    let (first, again) = token_checks();
    println!("check of a token, the first time {first:>8.0} ns");
    println!("check of a token, again {again:>17.0} ns");
    println!(
        "of a request at 32 connections, first time {:.4}",
        first / request
    );
    println!(
        "of a request at 32 connections, again {:.4}",
        again / request
    );
}

fn serve(folder: &Path, mode: &str) -> Server {
    let database = folder.join(format!("{mode}.db"));
    items::create(&database, ROWS);
    let url = format!("sqlite:{}", database.display());
    let config = folder.join(format!("{mode}.toml"));
    Server::spawn_journalled(&config, &url, mode)
}

/// The middle one of each service's measurements, which take turns.
fn measure_in_turns(services: &[Server; 3], connections: usize) -> [Load; 3] {
    let mut all: [Vec<Load>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (service, loads) in services.iter().zip(&mut all) {
            loads.push(measure(service, connections, ROWS, span()));
        }
    }
    all.map(|mut loads| {
        loads.sort_by(|a, b| a.rate.total_cmp(&b.rate));
        loads.swap_remove(ROUNDS / 2)
    })
}

/// Nanoseconds for a token that has not been seen before, and for one that has.
fn token_checks() -> (f64, f64) {
    const TOKENS: usize = 512;
    const AGAIN: usize = 200;
    let client = ClientSecret {
        id: "bench".to_owned(),
        hash: hash_secret("secret").unwrap(),
        rights: Arc::new(Rights::everything()),
    };
    let key = SigningKey::from_text("a key for benches only, 32 bytes or more").unwrap();
    let access = Access::new(vec![client], &key, Duration::from_secs(600));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let issue = || runtime.block_on(access.issue("bench", "secret")).unwrap();
    let tokens: Vec<_> = (0..TOKENS).map(|_| issue().access_token).collect();
    let check = |times: usize| {
        let start = Instant::now();
        for _ in 0..times {
            for token in &tokens {
                black_box(runtime.block_on(access.verify(token)).unwrap());
            }
        }
        start.elapsed().as_nanos() as f64 / (times * TOKENS) as f64
    };
    (check(1), check(AGAIN))
}
