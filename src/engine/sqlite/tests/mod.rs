//! The engine on files of its own: what its callers see, and what a second connection finds there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalog;
mod demo;
mod groups;
mod reads;
mod values;
mod writes;

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    SqliteEngine, SqliteOptions,
    job::{Answer, Job, Outcome, Ticket, Work},
};
use crate::{
    domain::{Length, Name, SqlType, Value, WriteOutcome, plan::MatchRule},
    engine::{Engine, EngineError},
    render::{
        Statement, WriteBatch,
        literal::Style,
        statement::{Lexis, SqlText},
    },
};

#[derive(Debug)]
struct Quoted;

impl Lexis for Quoted {
    const QUOTES: (char, char) = ('"', '"');
    const PARAM_PREFIX: &'static str = "?";
    const LITERALS: Style = Style::Sqlite;
}

const TEXT: SqlType = SqlType::NVarChar(Length::Max);
const ONCE: MatchRule = MatchRule {
    allowed: 1,
    cap: 500,
};
const MANY: MatchRule = MatchRule {
    allowed: 500,
    cap: 500,
};

/// A statement; each `~` of the text takes the next parameter.
fn sql(text: &'static str, params: &[(Option<Value>, SqlType)], columns: &[SqlType]) -> Statement {
    let mut sql = SqlText::<Quoted>::new();
    let mut params = params.iter();
    for (i, part) in text.split('~').enumerate() {
        if i > 0 {
            let (value, ty) = params.next().expect("a parameter for each ~");
            sql.push_param(value.clone(), ty);
        }
        sql.push_syntax(part);
    }
    sql.finish(columns.to_vec())
}

fn text(value: &str) -> (Option<Value>, SqlType) {
    (Some(Value::Text(value.to_owned())), TEXT)
}

fn int(value: i64) -> (Option<Value>, SqlType) {
    (Some(Value::Int(value)), SqlType::BigInt)
}

/// Insert `name` into `t`, whose generated key is `id`.
fn insert(name: &str) -> Statement {
    let insert = "INSERT INTO t (name) VALUES (~) RETURNING id";
    sql(insert, &[text(name)], &[SqlType::BigInt])
}

/// Set `hits` of the rows of that name, or insert one.
fn upsert(name: &str, rule: MatchRule) -> WriteBatch {
    let count = "SELECT COUNT(*) FROM (SELECT 1 FROM t WHERE name COLLATE NOCASE = ~ LIMIT 501)";
    let update = "UPDATE t SET hits = hits + 1 WHERE name COLLATE NOCASE = ~";
    WriteBatch::Upsert {
        count: sql(count, &[text(name)], &[SqlType::BigInt]),
        update: sql(update, &[text(name)], &[]),
        insert: Some(insert(name)),
        rule,
    }
}

const TABLE: &str = "CREATE TABLE t (
    id INTEGER PRIMARY KEY, name nvarchar(50) NOT NULL COLLATE NOCASE, hits int NOT NULL DEFAULT 0);
    CREATE INDEX t_name ON t (name);";

/// A file with an engine on it and a connection beside it.
struct Fixture {
    dir: TempDir,
    engine: SqliteEngine,
    beside: Connection,
}

impl Fixture {
    fn new(schema: &str) -> Self {
        Self::with(schema, |_| ())
    }

    fn with(schema: &str, adjust: impl FnOnce(&mut SqliteOptions)) -> Self {
        let dir = TempDir::new().unwrap();
        let mut options = SqliteOptions::new(dir.path().join("db"));
        options.create = true;
        adjust(&mut options);
        let beside = Connection::open(&options.path).unwrap();
        beside.execute_batch(schema).unwrap();
        let engine = SqliteEngine::open(options).unwrap();
        Self {
            dir,
            engine,
            beside,
        }
    }

    /// The first value of a query, seen from outside the engine.
    fn see(&self, query: &str) -> i64 {
        self.beside.query_row(query, [], |r| r.get(0)).unwrap()
    }

    async fn write(&self, batch: WriteBatch) -> Result<WriteOutcome, EngineError> {
        self.engine.write(batch, None, soon()).await
    }

    async fn insert(&self, name: &str) -> Result<WriteOutcome, EngineError> {
        self.write(WriteBatch::Insert {
            insert: insert(name),
        })
        .await
    }

    async fn query(&self, query: Statement) -> Result<Vec<Vec<Option<Value>>>, EngineError> {
        self.engine.query(query, soon()).await.map(|rows| rows.0)
    }

    /// Puts a job straight into the queue.
    fn enqueue(&self, work: impl Fn(&Connection) -> Answer + Send + 'static) -> Ticket {
        self.enqueue_until(soon(), work)
    }

    fn enqueue_until(
        &self,
        deadline: Instant,
        work: impl Fn(&Connection) -> Answer + Send + 'static,
    ) -> Ticket {
        let (job, ticket) = Job::new(Work::Shared(Box::new(work)), deadline);
        self.engine.writer.enqueue(job).unwrap();
        ticket
    }

    /// Keeps the writer at work until the gate is dropped, so that what is queued meanwhile makes one
    /// group.
    fn hold(&self) -> Gate {
        let (entered, at_work) = mpsc::channel();
        let (gate, opened) = mpsc::channel::<()>();
        let ticket = self.enqueue(move |_| {
            entered.send(()).unwrap();
            // Err: the gate has been dropped.
            let _ended = opened.recv();
            Ok(Outcome::Write(WriteOutcome::NoMatch))
        });
        at_work.recv().unwrap();
        Gate {
            _gate: gate,
            _ticket: ticket,
        }
    }
}

struct Gate {
    _gate: mpsc::Sender<()>,
    _ticket: Ticket,
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Runs a statement in a job and turns a failure into what the engine would say of `INSERT INTO target`.
fn execute(conn: &Connection, sql: &str) -> Answer {
    let target = sql.split_whitespace().nth(2).map(Name::parse);
    let target = target.transpose().unwrap();
    conn.execute_batch(sql)
        .map_err(|error| super::errors::translate_for(target.as_ref(), error))?;
    Ok(Outcome::Write(WriteOutcome::Updated { affected: 1 }))
}
