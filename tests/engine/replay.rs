//! The suite without a server: what one was asked and answered, case by case, is played back by a scripted
//! peer over a real socket, and the requests must be the same again.
//!
//! With `UPSERTD_RECORD=1`, and `UPSERTD_TEST_MSSQL` naming a server that takes clients without encryption, the
//! recordings in `tests/recordings/engine` are made anew instead: after a change of what the server is asked.
//! A change of its words alone, in a comment, can be made there by hand.

use std::{
    env, fs,
    io::{self, Write as _},
};

use upsertd::{
    engine::{
        Engine as _,
        mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
    },
    render::mssql::Isolation,
};

use crate::{
    driver::deadline,
    mssql_server::OwnDatabase,
    tds::{
        Recorder, Request, Script, TdsPeer,
        recording::{self, Exchange},
        tokens::{EnvChange, Token},
    },
};

/// What comes before every case: the session's set-up and the catalog.
const PREPARATION: &str = "engine/preparation";
const SESSION: &str = "SET LANGUAGE";
const CATALOG: &str = "INFORMATION_SCHEMA.COLUMNS";
/// The case that records it for all.
const PREPARING: &str = "tables_are_described_as_declared";

/// A module whose cases ask many things at once, which has no order to be played back in.
const AT_ONCE: &str = "concurrency";
/// The module of the cases about the service\'s own tables.
const OWN: &str = "own";

/// One case, played back or recorded.
pub struct Replay {
    pub engine: MssqlEngine,
    case: String,
    server: Server,
}

enum Server {
    Played(TdsPeer),
    Live(Box<(Recorder, OwnDatabase)>),
}

impl Replay {
    /// `None` for what cannot be played back, which it says.
    pub async fn begin(module: &str, case: &str) -> Option<Self> {
        let why = match module {
            AT_ONCE => Some("what is asked at once has no order to be played back in"),
            OWN => Some("the service's own tables are played by tests/mssql"),
            _ => None,
        };
        if let Some(why) = why {
            let said = format!("skipped: {case}: {why}\n");
            // Past the harness, which shows nothing of a test that passes.
            io::stderr().write_all(said.as_bytes()).unwrap();
            return None;
        }
        let (server, address) = if env::var("UPSERTD_RECORD").is_ok_and(|value| value == "1") {
            Box::pin(live()).await
        } else {
            played(case).await
        };
        Some(Self {
            engine: MssqlEngine::new(MssqlOptions {
                // In order, and with one text whatever the server is.
                connections: 1,
                isolation: Isolation::Serializable,
                ..MssqlOptions::new(address)
            }),
            case: file(case),
            server,
        })
    }

    /// Holds what was asked against the recording, or writes it.
    pub async fn end(self) {
        if let Server::Live(_) = self.server {
            // It says what it is where it tells of its tables, which not every case asks for.
            self.engine.load_tables(deadline()).await.unwrap();
        }
        self.engine.close().await;
        match self.server {
            Server::Played(peer) => {
                let recorded = recording::load(&self.case).into_iter();
                let recorded: Vec<_> = recorded.map(|exchange| exchange.request).collect();
                let mut asked = peer.requests();
                asked.retain(|request| !is_preparation(request));
                assert_eq!(asked, recorded);
            }
            Server::Live(live) => write(&live.0, &self.case),
        }
    }
}

fn file(case: &str) -> String {
    format!("engine/{case}")
}

fn is_preparation(request: &Request) -> bool {
    [SESSION, CATALOG]
        .iter()
        .any(|words| request.sql.contains(words))
}

async fn played(case: &str) -> (Server, MssqlAddress) {
    let script = Script::recording(PREPARATION).with_recording(&file(case));
    let peer = TdsPeer::start(script).await;
    let url = format!(
        "mssql://tester:secret@127.0.0.1:{}/suite?encrypt=plaintext",
        peer.port()
    );
    (Server::Played(peer), url.parse().unwrap())
}

async fn live() -> (Server, MssqlAddress) {
    let database = OwnDatabase::create().await;
    let database = database.unwrap_or_else(|| panic!("UPSERTD_TEST_MSSQL names no server"));
    let engine = MssqlEngine::new(database.options());
    Box::pin(engine.create_demo()).await.unwrap();
    engine.store().migrate(deadline()).await.unwrap();
    let mut url = url::Url::parse(&database.url).unwrap();
    let server = (url.host_str().unwrap(), url.port().unwrap_or(1433));
    let recorder = Recorder::start(server).await;
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(recorder.port())).unwrap();
    let address = url.as_str().parse().unwrap();
    (Server::Live(Box::new((recorder, database))), address)
}

/// The case in a file of its own; what comes before it is the same for all.
fn write(recorder: &Recorder, case: &str) {
    let unnamed = recorder.exchanges("a server").unwrap();
    let version = unnamed.iter().find_map(version).unwrap();
    let mut exchanges = recorder.exchanges(&version).unwrap();
    exchanges.iter_mut().for_each(renumber);
    let (mut preparation, own): (Vec<_>, Vec<_>) = exchanges
        .into_iter()
        .partition(|exchange| is_preparation(&exchange.request));
    save(case, &own);
    if case == file(PREPARING) {
        for exchange in &mut preparation {
            exchange.repeat = true;
        }
        save(PREPARATION, &preparation);
    }
}

/// Transactions are numbered as they come on a server: any number will do.
fn renumber(exchange: &mut Exchange) {
    use EnvChange::{BeginTransaction, CommitTransaction, RollbackTransaction};
    for token in &mut exchange.reply {
        if let Token::EnvChange(
            BeginTransaction(number) | CommitTransaction(number) | RollbackTransaction(number),
        ) = token
        {
            "0100000000000000".clone_into(number);
        }
    }
}

fn save(name: &str, exchanges: &[Exchange]) {
    let file = recording::path(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, recording::print(exchanges)).unwrap();
}

/// What the server says that it is, in the first result of the catalog: the first line of it.
fn version(exchange: &Exchange) -> Option<String> {
    let of_catalog = exchange.request.sql.contains(CATALOG);
    let mut tokens = exchange.reply.iter().filter(|_| of_catalog);
    let row = tokens.find_map(|token| match token {
        Token::Row(row) | Token::NbcRow(row) => row.first(),
        _ => None,
    });
    let text = row?.as_str()?;
    text.lines().next().map(|line| line.trim().to_owned())
}
