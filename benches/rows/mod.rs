//! The rows of the batch bench: the same for the bare loop and for the service, in each form they are sent in.

use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};

pub const SCHEMA: &str = "
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

/// A row's values; those of the same number are the same wherever they are sent.
struct Quake {
    id: String,
    place: String,
    magnitude: f64,
    depth: f64,
    latitude: f64,
    longitude: f64,
    stations: u64,
    reviewed: bool,
}

fn quake(n: u64) -> Quake {
    Quake {
        id: id(n),
        place: format!("{} km SSW of Town {n}", n % 90),
        magnitude: (n % 700) as f64 / 100.0,
        depth: (n % 6_000) as f64 / 10.0,
        latitude: (n % 180) as f64 - 89.75,
        longitude: (n % 360) as f64 - 179.5,
        stations: n % 200,
        reviewed: n.is_multiple_of(3),
    }
}

fn id(number: u64) -> String {
    format!("us{:09}", number.wrapping_mul(7_919) % 1_000_000_007)
}

/// A table with every other one of so many rows.
pub fn prepare(file: &Path, rows: u64) -> Connection {
    let mut conn = Connection::open(file).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.pragma_update(None, "synchronous", "FULL").unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let transaction = conn.transaction().unwrap();
    for number in (0..rows).step_by(2) {
        transaction
            .prepare_cached("INSERT INTO quakes (id, place, magnitude) VALUES (?1, ?2, ?3)")
            .unwrap()
            .execute(params![id(number), "somewhere", 1])
            .unwrap();
    }
    transaction.commit().unwrap();
    conn
}

/// What anybody would write with the database at hand.
pub struct BareLoop {
    conn: Connection,
    rows: u64,
}

impl BareLoop {
    pub fn new(file: &Path, rows: u64) -> Self {
        Self {
            conn: prepare(file, rows),
            rows,
        }
    }

    pub fn run(mut self) -> Duration {
        let begun = Instant::now();
        let transaction = self.conn.transaction().unwrap();
        let mut upsert = transaction
            .prepare(
                "INSERT INTO quakes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (id) DO UPDATE SET place = excluded.place, magnitude = excluded.magnitude,
                 depth = excluded.depth, latitude = excluded.latitude, longitude = excluded.longitude,
                 stations = excluded.stations, reviewed = excluded.reviewed, occurred = excluded.occurred,
                 network = excluded.network",
            )
            .unwrap();
        for n in 0..self.rows {
            let q = quake(n);
            upsert
                .execute(params![
                    q.id,
                    q.place,
                    q.magnitude,
                    q.depth,
                    q.latitude,
                    q.longitude,
                    i64::try_from(q.stations).unwrap(),
                    q.reviewed,
                    "2026-01-31 10:00:00.123",
                    "us",
                ])
                .unwrap();
        }
        drop(upsert);
        transaction.commit().unwrap();
        begun.elapsed()
    }
}

/// A form that rows are sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Csv,
    NdJson,
}

impl Form {
    pub fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::NdJson => "application/x-ndjson",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::NdJson => "ndjson",
        }
    }

    /// So many rows as a whole body.
    pub fn body(self, rows: u64) -> Vec<u8> {
        let mut text = match self {
            Self::Json => "[".to_owned(),
            Self::Csv => {
                "id,place,magnitude,depth,latitude,longitude,stations,reviewed,occurred,network\n"
                    .to_owned()
            }
            Self::NdJson => String::new(),
        };
        for n in 0..rows {
            if self == Self::Json && n > 0 {
                text.push(',');
            }
            self.push(&mut text, n);
        }
        if self == Self::Json {
            text.push(']');
        }
        text.into_bytes()
    }

    /// Some rows without what stands around them.
    pub fn part(self, first: u64, count: u64) -> Vec<u8> {
        let mut text = String::new();
        for n in first..first + count {
            self.push(&mut text, n);
        }
        text.into_bytes()
    }

    fn push(self, text: &mut String, n: u64) {
        let q = quake(n);
        if self == Self::Csv {
            writeln!(
                text,
                "{},{},{},{},{},{},{},{},2026-01-31T10:00:00.123,us",
                q.id,
                q.place,
                q.magnitude,
                q.depth,
                q.latitude,
                q.longitude,
                q.stations,
                q.reviewed
            )
            .unwrap();
            return;
        }
        write!(
            text,
            r#"{{"id":"{}","place":"{}","magnitude":{},"depth":{},"latitude":{},"longitude":{},"stations":{},"reviewed":{},"occurred":"2026-01-31T10:00:00.123","network":"us"}}"#,
            q.id, q.place, q.magnitude, q.depth, q.latitude, q.longitude, q.stations, q.reviewed
        )
        .unwrap();
        if self == Self::NdJson {
            text.push('\n');
        }
    }
}

/// Rows as Datasette takes them.
pub fn wrapped(first: u64, count: u64) -> Vec<u8> {
    let mut text = r#"{"rows":["#.to_owned();
    for n in first..first + count {
        if n > first {
            text.push(',');
        }
        Form::Json.push(&mut text, n);
    }
    text.push_str("]}");
    text.into_bytes()
}
