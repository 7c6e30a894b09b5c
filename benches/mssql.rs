//! Upserts over HTTP into a SQL Server beside a bare loop of the same script through the same driver, in one
//! run, and a count of the messages that an upsert takes.
//!
//! `cargo bench --bench mssql` measures on the server that `UPSERTD_TEST_MSSQL` names (a login that may create
//! databases). `UPSERTD_BENCH_SECONDS` sets the length of one measurement (default 5).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    missing_docs
)]

mod support;
#[path = "../tests/support/tds/mod.rs"]
mod tds;

use std::{
    borrow::Cow,
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use support::{Load, Server, measure, row, span};
use tiberius::{Client, ColumnData, IntoSql, Query, SqlBrowser as _};
use tokio::{net::TcpStream, runtime::Runtime};
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};
use upsertd::{
    catalog::{AllTables, Catalog, Serving},
    clause::Limits,
    domain::{
        Actions, Literal, Value,
        request::{ClauseSource, Tuple, UpsertRequest},
    },
    engine::{
        Engine,
        mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
    },
    plan, policy,
    render::{Statement, WriteBatch},
};

const ROWS: u64 = 1_000;
const CONNECTIONS: usize = 8;
/// Upserts whose messages are counted.
const COUNTED: usize = 200;

const TABLE: &str = "CREATE TABLE items (
    id bigint IDENTITY NOT NULL PRIMARY KEY,
    code nvarchar(20) NOT NULL UNIQUE,
    amount decimal(12,2) NOT NULL,
    note nvarchar(100) NULL
);";

fn main() {
    if !env::args().any(|arg| arg == "--bench") {
        println!("run with `cargo bench --bench mssql`");
        return;
    }
    let Ok(server) = env::var("UPSERTD_TEST_MSSQL") else {
        println!("skipped: UPSERTD_TEST_MSSQL names no server");
        return;
    };
    let runtime = Runtime::new().unwrap();
    let server: MssqlAddress = server.parse().unwrap();
    let name = format!("upsertd_bench_{}", uuid::Uuid::new_v4().simple());
    runtime.block_on(batch(&server, &format!("CREATE DATABASE {name}")));
    let own = server.with_database(&name);
    runtime.block_on(fill(&own));

    let url = with_database(&env::var("UPSERTD_TEST_MSSQL").unwrap(), &name);
    let folder = tempfile::tempdir().unwrap();
    let lines = format!("connections = {CONNECTIONS}");
    let span = span();
    {
        let config = folder.path().join("service.toml");
        let service = Server::spawn_service(&config, &url, &lines);
        // Each twice, in turn, so that neither has the warmer server.
        let loads: Vec<[Load; 2]> = (0..2)
            .map(|_| {
                let over_http = measure(&service, CONNECTIONS, ROWS, span);
                [over_http, runtime.block_on(bare(&own, span))]
            })
            .collect();
        let mean = |i: usize| loads.iter().map(|pair| pair[i].rate).sum::<f64>() / 2.0;
        println!(
            "{:<34} {:>9} {:>10} {:>10}",
            "", "req/s", "p50 µs", "p99 µs"
        );
        for (i, title) in ["upsert, 8 connections", "bare script, 8 connections"]
            .iter()
            .enumerate()
        {
            let (p50, p99) = (loads[1][i].p50, loads[1][i].p99);
            println!("{title:<34} {:>9.0} {p50:>10} {p99:>10}", mean(i));
        }
        println!(
            "\nrate / bare script's                  {:.2}",
            mean(0) / mean(1)
        );
    }
    let messages = count_messages(&runtime, &folder.path().join("counted.toml"), &own, &url);
    println!("messages for {COUNTED} upserts             {messages}");
    runtime.block_on(batch(&server, &format!("DROP DATABASE {name}")));
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_path(name);
    url.to_string()
}

type Tds = Client<Compat<TcpStream>>;

async fn connect(address: &MssqlAddress) -> Tds {
    let config = address.config();
    let stream = TcpStream::connect_named(&config).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let connecting = Client::connect(config, stream.compat_write());
    Box::pin(connecting).await.unwrap()
}

async fn batch(address: &MssqlAddress, text: &str) {
    let mut client = connect(address).await;
    let stream = client.simple_query(text).await.unwrap();
    stream.into_results().await.unwrap();
}

async fn fill(address: &MssqlAddress) {
    batch(address, TABLE).await;
    let rows = (0..ROWS).map(|i| format!("(N'code{i}', {i}, N'note')"));
    let rows: Vec<String> = rows.collect();
    let insert = format!(
        "INSERT INTO items (code, amount, note) VALUES {}",
        rows.join(",")
    );
    batch(address, &insert).await;
}

/// The script that the service sends for one row, rendered by the service's own layers.
fn script(engine: &MssqlEngine, catalog: &Catalog, row: u64, i: u64) -> Statement {
    const LIMITS: Limits = Limits {
        depth: 10,
        rules: 200,
        value_length: 4000,
    };
    let tuple = |name: &str, value| Tuple {
        name: name.to_owned(),
        value,
    };
    let code = format!("code{row}");
    let request = UpsertRequest {
        tuples: vec![
            tuple("code", Literal::Text(code.clone())),
            tuple("amount", Literal::Number(format!("{}.25", i % 1000))),
            tuple("note", Literal::Text(format!("note {i}"))),
        ],
        clause: Some(ClauseSource::Text(format!("code = '{code}'"))),
        allow_multi_update: false,
    };
    let context = plan::Context {
        clause: &LIMITS,
        fraction_digits: None,
        parameters: None,
        pattern_units: None,
        now: jiff::civil::datetime(2026, 1, 31, 10, 0, 0, 0),
        offset_minutes: 0,
        new_guid: uuid::Uuid::nil,
    };
    let entity = catalog.find("items").unwrap();
    let draft = plan::plan_upsert(entity, &request, &context);
    let permit = policy::authorize::<policy::Upsert>(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(entity),
    )
    .unwrap();
    let plan = policy::approve(&permit, draft, 500).unwrap();
    match engine.capabilities().dialect.render_upsert(&plan, None) {
        WriteBatch::Script { script, .. } => script,
        other => panic!("{other:?} is no script"),
    }
}

/// A parameter as the engine binds it.
struct Bound<'p>(&'p Value);

impl<'p> IntoSql<'p> for Bound<'p> {
    fn into_sql(self) -> ColumnData<'p> {
        match self.0 {
            Value::Int(number) => ColumnData::I64(Some(*number)),
            Value::Text(text) => ColumnData::String(Some(Cow::Borrowed(text))),
            Value::Decimal(number) => {
                ColumnData::String(Some(Cow::Owned(number.to_plain_string())))
            }
            other => panic!("{other:?} is not in the bench's table"),
        }
    }
}

/// The driver alone: as many connections, each in a loop of its own.
async fn bare(address: &MssqlAddress, span: Duration) -> Load {
    let engine = MssqlEngine::new(MssqlOptions::new(address.clone()));
    let tables = engine.load_tables(Instant::now() + span).await.unwrap();
    let everything = Actions {
        add: true,
        edit: true,
        view: true,
        ..Actions::NONE
    };
    let serving = Serving {
        journal: upsertd::domain::Keeping::Off,
        declared: Vec::new(),
        all_tables: Some(AllTables {
            actions: everything,
            passwords: Vec::new(),
            caller_keys: false,
            create: false,
        }),
    };
    let catalog = Catalog::build(&tables, &serving).unwrap();
    let scripts = (0..ROWS).map(|i| script(&engine, &catalog, row(i, ROWS), i));
    let scripts: Arc<[Statement]> = scripts.collect();
    engine.close().await;

    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(connect(address).await);
    }
    // Once to get warm, as the service does.
    let (clients, _) = loops(clients, &scripts, span / 5).await;
    loops(clients, &scripts, span).await.1
}

/// Runs a loop on each connection, for the time given.
async fn loops(clients: Vec<Tds>, scripts: &Arc<[Statement]>, span: Duration) -> (Vec<Tds>, Load) {
    let next = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let run = |client| {
        let (scripts, next) = (Arc::clone(scripts), Arc::clone(&next));
        tokio::spawn(one_loop(client, scripts, next, start + span))
    };
    let running: Vec<_> = clients.into_iter().map(run).collect();
    let (mut clients, mut times) = (Vec::new(), Vec::new());
    for task in running {
        let (client, own) = task.await.unwrap();
        clients.push(client);
        times.extend(own);
    }
    (clients, Load::of(times, start.elapsed()))
}

async fn one_loop(
    mut client: Tds,
    scripts: Arc<[Statement]>,
    next: Arc<AtomicU64>,
    end: Instant,
) -> (Tds, Vec<u64>) {
    let mut times = Vec::new();
    while Instant::now() < end {
        let i = next.fetch_add(1, Ordering::Relaxed);
        let script = &scripts[usize::try_from(i % ROWS).unwrap()];
        let start = Instant::now();
        let mut query = Query::new(script.text());
        query.bind_iter(
            script
                .params()
                .iter()
                .map(|p| Bound(p.value.as_ref().unwrap())),
        );
        let stream = query.query(&mut client).await.unwrap();
        let results = stream.into_results().await.unwrap();
        assert_eq!(results[0][0].get::<i32, _>(1), Some(1));
        times.push(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    (client, times)
}

/// Messages that reach the server for a number of upserts, those of logins and set-up left out: a recorder
/// between service and server counts them.
fn count_messages(
    runtime: &Runtime,
    config: &std::path::Path,
    own: &MssqlAddress,
    url: &str,
) -> usize {
    let target = own.config().get_addr();
    let recorder = runtime.block_on(tds::Recorder::start(target));
    let mut url = url::Url::parse(url).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(recorder.port())).unwrap();
    url.set_query(Some("encrypt=plaintext"));
    let service = Server::spawn_service(config, url.as_str(), "connections = 1");
    let before = recorder.exchanges("bench").unwrap().len();
    runtime.block_on(support::send(&service, COUNTED, ROWS));
    recorder.exchanges("bench").unwrap().len() - before
}
