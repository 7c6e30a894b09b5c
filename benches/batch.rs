//! A batch of 100,000 rows, half of them new, beside a bare loop of the same statements in one transaction. Everything
//! is measured in one run on one machine, so the ratios mean something where the figures do not.
//!
//! `cargo bench --bench batch` prints the table that the README shows. `UPSERTD_BENCH_ROWS` sets the number of rows.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, missing_docs)]

use std::{
    env,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
use upsertd::{
    access::{Access, SigningKey},
    catalog::{AllTables, Serving},
    clause,
    domain::{
        Action, Actions, Literal,
        batch::{BatchRequest, BatchRow, Keyless, Repeated, RowAction, RowDone},
    },
    engine::sqlite::{SqliteEngine, SqliteOptions},
    error::Error,
    service::{RowSink, RowSource, Service, Settings, SourceRow},
};

const SCHEMA: &str = "
CREATE TABLE quakes (
    id nvarchar(24) NOT NULL PRIMARY KEY,
    place nvarchar(120) NULL,
    magnitude decimal(5,2) NULL,
    depth float NULL,
    latitude float NULL,
    longitude float NULL,
    stations int NULL,
    reviewed bit NULL,
    occurred datetime2(3) NULL,
    network nvarchar(8) NULL
);";

fn main() {
    if !env::args().any(|arg| arg == "--bench") {
        println!("run with `cargo bench --bench batch`");
        return;
    }
    let rows: u64 = env::var("UPSERTD_BENCH_ROWS").map_or(100_000, |n| n.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let bare = bare_loop(&folder.path().join("bare.db"), rows);
    report("bare loop, one transaction", rows, bare, bare);
    for atomic in [false, true] {
        let file = folder.path().join(format!("service-{atomic}.db"));
        let taken = through_the_service(&file, rows, atomic);
        report(&format!("the service, atomic {atomic}"), rows, taken, bare);
    }
}

fn report(what: &str, rows: u64, taken: Duration, bare: Duration) {
    println!(
        "{what:<40} {:>9.0} rows/s  {:.2} of the bare loop's",
        rows as f64 / taken.as_secs_f64(),
        bare.as_secs_f64() / taken.as_secs_f64()
    );
}

/// A table with every other row.
fn prepare(file: &Path, rows: u64) -> Connection {
    let mut conn = Connection::open(file).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.pragma_update(None, "synchronous", "FULL").unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let transaction = conn.transaction().unwrap();
    for number in (0..rows).step_by(2) {
        insert(&transaction, number);
    }
    transaction.commit().unwrap();
    conn
}

fn id(number: u64) -> String {
    format!("us{:09}", number.wrapping_mul(7_919) % 1_000_000_007)
}

fn insert(conn: &Connection, number: u64) {
    let mut statement = conn
        .prepare_cached("INSERT INTO quakes (id, place, magnitude) VALUES (?1, ?2, ?3)")
        .unwrap();
    statement
        .execute(params![id(number), "somewhere", "1.00"])
        .unwrap();
}

fn bare_loop(file: &Path, rows: u64) -> Duration {
    let mut conn = prepare(file, rows);
    let begun = Instant::now();
    let transaction = conn.transaction().unwrap();
    {
        let mut upsert = transaction
            .prepare(
                "INSERT INTO quakes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (id) DO UPDATE SET place = excluded.place, magnitude = excluded.magnitude,
                 depth = excluded.depth, latitude = excluded.latitude, longitude = excluded.longitude,
                 stations = excluded.stations, reviewed = excluded.reviewed, occurred = excluded.occurred,
                 network = excluded.network",
            )
            .unwrap();
        for n in 0..rows {
            let place = format!("{} km SSW of Town {n}", n % 90);
            upsert
                .execute(params![
                    id(n),
                    place,
                    (n % 700) as f64 / 100.0,
                    (n % 6_000) as f64 / 10.0,
                    (n % 180) as f64 - 89.75,
                    (n % 360) as f64 - 179.5,
                    i64::try_from(n % 200).unwrap(),
                    n % 3 == 0,
                    "2026-01-31 10:00:00.123",
                    "us",
                ])
                .unwrap();
        }
    }
    transaction.commit().unwrap();
    begun.elapsed()
}

/// Rows as they come out of a decoder.
struct Rows {
    names: Arc<[String]>,
    next: u64,
    rows: u64,
}

impl RowSource for Rows {
    fn next(&mut self) -> Result<Option<SourceRow>, Error> {
        let n = self.next;
        if n == self.rows {
            return Ok(None);
        }
        self.next += 1;
        let number = |text: String| Literal::Number(text);
        Ok(Some(Ok(BatchRow {
            number: n,
            action: RowAction::Upsert,
            names: Arc::clone(&self.names),
            values: vec![
                Literal::Text(id(n)),
                Literal::Text(format!("{} km SSW of Town {n}", n % 90)),
                number(format!("{}.{:02}", n % 700 / 100, n % 100)),
                number(format!("{}.{}", n % 600, n % 10)),
                number(format!("{}.75", n % 90)),
                number(format!("-{}.5", n % 180)),
                number((n % 200).to_string()),
                Literal::Bool(n % 3 == 0),
                Literal::Text("2026-01-31T10:00:00.123".to_owned()),
                Literal::Text("us".to_owned()),
            ],
        })))
    }

    fn rewind(&mut self) -> Result<(), Error> {
        self.next = 0;
        Ok(())
    }
}

struct Count(u64);

impl RowSink for Count {
    fn take(&mut self, _: u64, result: Result<RowDone, Error>) -> Result<(), Error> {
        self.0 += u64::from(result.is_ok());
        Ok(())
    }

    fn clear(&mut self) {
        self.0 = 0;
    }
}

fn through_the_service(file: &Path, rows: u64, atomic: bool) -> Duration {
    drop(prepare(file, rows));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let engine = Arc::new(SqliteEngine::open(SqliteOptions::new(file)).unwrap());
        let key = SigningKey::from_text("a key for benches only, 32 bytes or more").unwrap();
        let access = Access::new(Vec::new(), &key, Duration::from_secs(60));
        let serving = Serving {
            declared: Vec::new(),
            all_tables: Some(AllTables {
                actions: Actions {
                    add: true,
                    edit: true,
                    view: true,
                    ..Actions::NONE
                },
                passwords: Vec::new(),
                caller_keys: false,
                create: false,
            }),
        };
        let settings = Settings {
            row_cap: 500,
            clause: clause::Limits {
                depth: 10,
                rules: 200,
                value_length: 4000,
            },
            timeout: Duration::from_secs(60),
            batch_timeout: Duration::from_secs(600),
            time_zone: jiff::tz::TimeZone::UTC,
        };
        let service = Service::start(engine, access, serving, settings)
            .await
            .unwrap();
        let entity = Arc::clone(service.catalog().find("quakes").unwrap());
        let permit =
            upsertd::policy::authorize_rows(&entity, &[Action::Add, Action::Edit]).unwrap();
        let request = BatchRequest {
            key: entity.own_key().unwrap(),
            atomic,
            keyless: Keyless::Refuse,
            repeated: Repeated::InOrder,
            clear: false,
            report_keys: false,
            dry_run: false,
        };
        let names = [
            "id",
            "place",
            "magnitude",
            "depth",
            "latitude",
            "longitude",
            "stations",
            "reviewed",
            "occurred",
            "network",
        ];
        let source = Rows {
            names: names.map(str::to_owned).into(),
            next: 0,
            rows,
        };
        let begun = Instant::now();
        let (batch, count) = service
            .write_rows(&permit, request, source, Count(0))
            .await
            .unwrap();
        let taken = begun.elapsed();
        assert!(batch.written);
        assert_eq!(count.0, rows);
        assert_eq!(batch.counts.created, rows / 2);
        service.close().await;
        taken
    })
}
