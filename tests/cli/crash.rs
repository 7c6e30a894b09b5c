//! Requests under a key while the service is killed: at random moments around the commit a process goes without a word,
//! and the client repeats its request until it is answered. Each acts exactly once.
//!
//! `UPSERTD_CRASH_ROUNDS` sets the number of rounds.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{process::Serving, replicas::token};

const ROUNDS: u32 = 25;

/// How many rounds there are to be.
pub fn rounds(usual: u32) -> u32 {
    let rounds = std::env::var("UPSERTD_CRASH_ROUNDS").ok();
    rounds.map_or(usual, |rounds| rounds.parse().unwrap())
}

/// Rows of a batch.
const ROWS: u64 = 200;
/// Columns that rows of a batch have or have not: rows of 64 different lists of columns are one part at most, and so each
/// batch has some.
const COLUMNS: [(&str, &str); 7] = [
    ("City", "Here"),
    ("Email", "a@example.com"),
    ("Phone", "1"),
    ("CreditLimit", "7.5"),
    ("Notes", "None"),
    ("LastContact", "2026-01-31"),
    ("Rating", "3"),
];

/// A request that acts visibly.
pub struct Acting {
    operation: &'static str,
    body: Value,
    pub rows: u64,
}

fn rows(name: &str, rows: u64, all_or_none: bool) -> Value {
    let row = |number: u64| {
        let mut row = json!({"VendorName": name, "CreditUsed": number});
        for (bit, (column, value)) in COLUMNS.iter().enumerate() {
            if number >> bit & 1 == 1 {
                row[column] = json!(value);
            }
        }
        row
    };
    let rows: Vec<Value> = (0..rows).map(row).collect();
    json!({"Rows": rows, "AllOrNone": all_or_none})
}

/// None of these finds a row: whatever acts twice makes another. A batch has so many rows.
pub fn acting(kind: u32, name: &str, batch: u64) -> Acting {
    let tuples = json!([{"Name": "VendorName", "Value": name}]);
    let (operation, body, rows) = match kind % 4 {
        0 => ("Add", json!({"Tuples": tuples}), 1),
        1 => (
            "Upsert",
            json!({"Tuples": tuples, "Clause": format!("VendorName = '{name}' AND CreditUsed = 99")}),
            1,
        ),
        2 => ("UpsertMany", rows(name, batch, false), batch),
        _ => ("UpsertMany", rows(name, batch, true), batch),
    };
    Acting {
        operation,
        body,
        rows,
    }
}

pub struct Client {
    pub http: reqwest::Client,
    pub token: String,
}

impl Client {
    pub async fn send(
        &self,
        url: &str,
        acting: &Acting,
        key: &str,
    ) -> reqwest::Result<(u16, bool, String)> {
        let url = format!("{url}/CSSAPI/V2/tblCustomers/{}", acting.operation);
        let request = self
            .http
            .post(url)
            .bearer_auth(&self.token)
            .json(&acting.body);
        let response = request.header("idempotency-key", key).send().await?;
        let status = response.status().as_u16();
        let replayed = response.headers().contains_key("idempotency-replayed");
        Ok((status, replayed, response.text().await?))
    }

    /// Repeats a request until it is answered.
    pub async fn insist(&self, url: &str, acting: &Acting, key: &str) -> (bool, String) {
        loop {
            match self.send(url, acting, key).await.unwrap() {
                // The system has not yet taken the lock from the one that was killed, or what that has begun still runs.
                (409 | 503, ..) => tokio::task::yield_now().await,
                (200, replayed, text) => return (replayed, text),
                other => panic!("{other:?}"),
            }
        }
    }
}

pub fn random(below: Duration) -> Duration {
    let mut bytes = [0; 2];
    getrandom::fill(&mut bytes).unwrap();
    below * u32::from(u16::from_le_bytes(bytes)) / u32::from(u16::MAX)
}

fn start(dir: &Path) -> Serving {
    Serving::demo(dir, &[])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_acts_once_whenever_its_process_is_killed() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("demo");
    let (mut killed, mut survivor) = (start(&dir), start(&dir));
    let http = reqwest::Client::new();
    let client = Client {
        token: token(&http, &survivor, "demo", "demo-secret").await,
        http,
    };
    // How long each takes that nobody kills; in part they are killed later than that.
    let mut longest = [Duration::ZERO; 4];
    for (kind, longest) in (0..).zip(&mut longest) {
        // Whoever is the first of its kind waits longer than others.
        client
            .insist(
                &survivor.url,
                &acting(kind, "First", ROWS),
                &format!("first-{kind}"),
            )
            .await;
        let begun = Instant::now();
        client
            .insist(
                &killed.url,
                &acting(kind, "Warm", ROWS),
                &format!("warm-{kind}"),
            )
            .await;
        *longest = begun.elapsed() * 3 / 2;
    }
    let (mut answered, mut anew, mut resumed) = (0, 0, 0);
    for round in 0..rounds(ROUNDS) {
        if round % 25 == 24 {
            // Nobody reads what it logs, for which there is only so much room.
            survivor = start(&dir);
        }
        let name = format!("Round {round}");
        let acting = acting(round, &name, ROWS);
        let moment = Instant::now() + random(longest[round as usize % 4]);
        let (url, key) = (killed.url.clone(), format!("round-{round}"));
        let first = async { client.send(&url, &acting, &key).await.ok() };
        let kill = tokio::task::spawn_blocking(move || {
            while Instant::now() < moment {
                std::hint::spin_loop();
            }
            killed.child.kill().unwrap();
            killed.child.wait().unwrap();
        });
        let (first, ended) = tokio::join!(first, kill);
        ended.unwrap();
        // Half of them are repeated at another process that was there all the time, half at one that comes after.
        let (replayed, text) = if round / 4 % 2 == 0 {
            let answer = client.insist(&survivor.url, &acting, &key).await;
            killed = start(&dir);
            answer
        } else {
            killed = start(&dir);
            client.insist(&killed.url, &acting, &key).await
        };
        match (first, replayed) {
            (Some((200, _, first)), true) => {
                assert_eq!(text, first, "{name}");
                answered += 1;
            }
            (Some(other), _) => panic!("{name}: {other:?} {replayed}"),
            (None, true) => resumed += 1,
            (None, false) => anew += 1,
        }
        let (count, distinct) = counted(&dir, &name);
        assert_eq!((count, distinct), (acting.rows, acting.rows), "{name}");
        for url in [&killed.url, &survivor.url] {
            let (again, same) = client.insist(url, &acting, &key).await;
            assert!(again && same == text, "{name}");
        }
    }
    println!("{answered} answered before, {resumed} written and answered again, {anew} made anew");
}

/// The rows of this name, and those of them that differ.
fn counted(dir: &Path, name: &str) -> (u64, u64) {
    let database = rusqlite::Connection::open(dir.join("demo.db")).unwrap();
    let sql = "SELECT COUNT(*), COUNT(DISTINCT CreditUsed) FROM tblCustomers WHERE VendorName = ?1 COLLATE BINARY";
    let count = database.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)));
    let (count, distinct): (i64, i64) = count.unwrap();
    (
        u64::try_from(count).unwrap(),
        u64::try_from(distinct).unwrap(),
    )
}
