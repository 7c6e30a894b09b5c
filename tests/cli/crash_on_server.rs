//! Requests under a key while the service on a SQL Server is killed: at random moments, and for certain after a commit that
//! the service has no answer to. The client repeats its request until it is answered; each acts exactly once.
//!
//! `UPSERTD_CRASH_ROUNDS` sets the number of rounds.

use std::{
    fmt,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    crash::{Client, acting, random, rounds},
    mssql_server::{OwnDatabase, Session, print_left_out, print_skipped},
    process::{Serving, example},
    replicas::token,
    wire_tap::WireTap,
};

const ROUNDS: u32 = 8;
/// Rows of a batch: of more different lists of columns than one part has.
const ROWS: u64 = 70;
/// The kinds of requests, in turn: batches are slow.
const KINDS: [u32; 8] = [0, 1, 0, 1, 2, 0, 1, 3];
/// How long an answer that is kept may be waited for. Should none come, the process is killed all the same.
const LONGEST: Duration = Duration::from_secs(60);

/// How far requests had come when their process was killed.
#[derive(Debug, Default)]
struct Came {
    before: u32,
    between: u32,
    committed: u32,
    kept: u32,
    answered: u32,
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} killed before a commit, {} between the commits of a batch, {} after the commit, {} after the answer was kept, \
             {} after they were answered",
            self.before, self.between, self.committed, self.kept, self.answered
        )
    }
}

/// The rows of this name, and those of them that differ.
async fn counted(session: &mut Session, name: &str) -> [u64; 2] {
    let of = format!("FROM tblCustomers WHERE VendorName = N'{name}'");
    let sql = format!("SELECT COUNT(*) {of} UNION ALL SELECT COUNT(DISTINCT CreditUsed) {of}");
    let mut counts = session.numbers(&sql).await;
    counts.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    [counts[0], counts[1]].map(|count| u64::try_from(count).unwrap())
}

async fn answers(session: &mut Session) -> i64 {
    let sql = "SELECT COUNT(*) FROM upsertd_idempotency WHERE status IS NOT NULL";
    session.numbers(sql).await[0]
}

struct World {
    database: OwnDatabase,
    _folder: TempDir,
    file: std::path::PathBuf,
    tap: WireTap,
    tapped: String,
}

impl World {
    async fn new() -> Option<Self> {
        let Some(database) = OwnDatabase::create().await else {
            print_skipped();
            return None;
        };
        let Some(mut url) = url::Url::parse(&database.url)
            .ok()
            .filter(|url| url.query().is_some_and(|query| query.contains("plaintext")))
        else {
            print_left_out(
                "what is between service and server reads plain text alone, from a URL with encrypt=plaintext",
            );
            return None;
        };
        let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(1433));
        let tap = WireTap::before(server).await;
        let (host, port) = tap.address.split_once(':').unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(port.parse().unwrap())).unwrap();
        let (folder, file) = example();
        let own = folder.path().join("upsertd-demo");
        Serving::demo(&own, &["--database", &database.url]).stop();
        Some(Self {
            database,
            _folder: folder,
            file,
            tap,
            tapped: url.into(),
        })
    }

    /// A service; of one that is to be killed the tap hears everything.
    fn start(&self, killed: bool) -> Serving {
        let url = if killed {
            &self.tapped
        } else {
            &self.database.url
        };
        let mut command = Serving::command_on_server(&self.file, &self.database, url);
        // Nobody reads what it logs, for which there is only so much room.
        command.env("UPSERTD__LOG__LEVEL", "off");
        Serving::start(command)
    }
}

/// Which commit's answer never comes: none in a third of the rounds.
fn held(commits: u32, round: u32) -> u32 {
    let any = u32::try_from(random(Duration::from_micros(1 << 16)).as_micros()).unwrap();
    if round.is_multiple_of(3) {
        0
    } else {
        any % commits + 1
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_on_a_sql_server_acts_once_whenever_its_process_is_killed() {
    let Some(world) = World::new().await else {
        return;
    };
    let (mut killed, survivor) = (world.start(true), world.start(false));
    let http = reqwest::Client::new();
    let mut client = Client {
        token: token(&http, &survivor, "me", "pass").await,
        http,
    };
    let mut session = world.database.session().await;
    // How long each takes that nobody kills, and how often it commits.
    let mut usual = [(Duration::ZERO, 0); 4];
    for (kind, usual) in (0..).zip(&mut usual) {
        for turn in ["first", "warm"] {
            world.tap.commits();
            let begun = Instant::now();
            let key = format!("{turn}-{kind}");
            client
                .insist(&killed.url, &acting(kind, turn, ROWS), &key)
                .await;
            *usual = (begun.elapsed() * 3 / 2, world.tap.commits());
        }
        assert!(usual.1 >= 2, "{usual:?}");
    }
    println!("{usual:?}");
    let mut came = Came::default();
    for round in 0..rounds(ROUNDS) {
        if round.is_multiple_of(20) {
            client.token = token(&client.http, &survivor, "me", "pass").await;
        }
        let name = format!("Round {round}");
        let kind = KINDS[round as usize % KINDS.len()];
        let acting = acting(kind, &name, ROWS);
        let (longest, commits) = usual[kind as usize];
        let held = held(commits, round);
        let kept = answers(&mut session).await;
        let (url, key) = (killed.url.clone(), format!("round-{round}"));
        world.tap.hold(held);
        let first = async { client.send(&url, &acting, &key).await.ok() };
        let kill = async {
            let moment = async {
                match held {
                    0 => tokio::time::sleep(random(longest)).await,
                    _ => world.tap.answered().await,
                }
            };
            drop(tokio::time::timeout(LONGEST, moment).await);
            killed.child.kill().unwrap();
            killed.child.wait().unwrap();
        };
        let (first, ()) = tokio::join!(first, kill);
        world.tap.let_go();
        let [rows, _] = counted(&mut session, &name).await;
        let kept = answers(&mut session).await > kept;
        // Half of them are repeated at another process that was there all the time, half at one that comes after.
        let (replayed, text) = if random(Duration::from_secs(2)) < Duration::from_secs(1) {
            let answer = client.insist(&survivor.url, &acting, &key).await;
            killed = world.start(true);
            answer
        } else {
            killed = world.start(true);
            client.insist(&killed.url, &acting, &key).await
        };
        match first {
            Some((200, _, first)) => {
                assert!(replayed && text == first, "{name}");
                came.answered += 1;
            }
            Some(other) => panic!("{name}: {other:?}"),
            None if kept => {
                assert!(replayed, "{name}");
                came.kept += 1;
            }
            None if rows == acting.rows => {
                assert!(replayed, "{name}");
                came.committed += 1;
            }
            None if rows > 0 => came.between += 1,
            None => came.before += 1,
        }
        let counts = counted(&mut session, &name).await;
        assert_eq!(counts, [acting.rows; 2], "{name}");
        for url in [&killed.url, &survivor.url] {
            let (again, same) = client.insist(url, &acting, &key).await;
            assert!(again && same == text, "{name}");
        }
    }
    println!("{came}");
}
