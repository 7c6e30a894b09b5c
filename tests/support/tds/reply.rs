//! What a script answers to a request: results, an error, or a connection that misbehaves.

use serde_json::Value;
use tokio::sync::watch;

use super::{
    errors::error,
    request::Kind,
    tokens::{Column, Done, Message, Status, Token},
};

#[derive(Debug, Clone)]
pub enum Reply {
    Results(Vec<ResultSet>),
    Error(Message),
    /// Exactly these.
    Tokens(Vec<Token>),
    /// Nothing, for as long as the client waits.
    Stall,
    /// Half the bytes of a reply, then the connection ends.
    CutMid(Box<Reply>),
    /// The request is taken and the connection ends without a byte: the client cannot know what became of
    /// its transaction.
    CutAfterCommit,
    /// A reply that waits until a test opens the gate.
    Held(Box<Reply>, Gate),
}

/// Rows with their columns; without columns, a count of rows that a statement changed.
#[derive(Debug, Clone)]
pub struct ResultSet {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    count: u64,
}

impl ResultSet {
    /// `rows` is an array of arrays, `json!([[1, "Acme"]])`.
    ///
    /// # Panics
    /// When it is not.
    pub fn new(columns: impl Into<Vec<Column>>, rows: Value) -> Self {
        let of = |array: Value| match array {
            Value::Array(values) => values,
            other => panic!("no array: {other}"),
        };
        let rows: Vec<_> = of(rows).into_iter().map(of).collect();
        Self {
            columns: columns.into(),
            count: rows.len() as u64,
            rows,
        }
    }

    pub const fn changed(count: u64) -> Self {
        Self {
            columns: Vec::new(),
            rows: Vec::new(),
            count,
        }
    }

    fn tokens(self, all: &mut Vec<Token>) {
        if !self.columns.is_empty() {
            all.push(Token::Columns(self.columns));
        }
        all.extend(self.rows.into_iter().map(Token::Row));
    }
}

impl Reply {
    /// One result set: `rows` is an array of arrays, `json!([[1, "Acme"]])`.
    ///
    /// # Panics
    /// When it is not.
    pub fn rows(columns: impl Into<Vec<Column>>, rows: Value) -> Self {
        Self::Results(vec![ResultSet::new(columns, rows)])
    }

    pub fn results(sets: impl Into<Vec<ResultSet>>) -> Self {
        Self::Results(sets.into())
    }

    /// A statement that changed this many rows and returns none.
    pub fn changed(count: u64) -> Self {
        Self::Results(vec![ResultSet::changed(count)])
    }

    /// Success, with nothing to say.
    pub const fn nothing() -> Self {
        Self::Results(Vec::new())
    }

    /// An error with a text of the test's own; `errors` has the vendor's.
    pub fn error(number: u32, class: u8, state: u8, message: &str) -> Self {
        Self::Error(error(number, class, state, message))
    }

    pub fn tokens(tokens: impl Into<Vec<Token>>) -> Self {
        Self::Tokens(tokens.into())
    }

    pub const fn stall() -> Self {
        Self::Stall
    }

    pub fn cut_mid(reply: Self) -> Self {
        Self::CutMid(Box::new(reply))
    }

    pub const fn cut_after_commit() -> Self {
        Self::CutAfterCommit
    }

    pub fn held(reply: Self, gate: &Gate) -> Self {
        Self::Held(Box::new(reply), gate.clone())
    }

    /// The tokens of a reply that has any, shaped as the kind of request wants them.
    pub fn into_tokens(self, kind: Kind) -> Vec<Token> {
        match self {
            Self::Results(sets) => results(sets, kind),
            Self::Error(message) => failure(message, kind),
            Self::Tokens(tokens) => tokens,
            Self::CutMid(reply) | Self::Held(reply, _) => reply.into_tokens(kind),
            Self::Stall | Self::CutAfterCommit => Vec::new(),
        }
    }
}

impl From<Message> for Reply {
    fn from(message: Message) -> Self {
        Self::Error(message)
    }
}

fn results(sets: Vec<ResultSet>, kind: Kind) -> Vec<Token> {
    let mut all = Vec::new();
    let last = sets.len().saturating_sub(1);
    for (at, set) in sets.into_iter().enumerate() {
        let count = set.count;
        set.tokens(&mut all);
        all.push(match kind {
            Kind::Rpc => Token::DoneInProc(Done::new(&[Status::More, Status::Count], count)),
            _ if at < last => Token::Done(Done::new(&[Status::More, Status::Count], count)),
            _ => Token::Done(Done::new(&[Status::Count], count)),
        });
    }
    match kind {
        Kind::Rpc => all.extend([Token::ReturnStatus(0), Token::DoneProc(Done::default())]),
        _ if all.is_empty() => all.push(Token::Done(Done::default())),
        _ => {}
    }
    all
}

/// `sp_executesql` returns the number of the error that ended it.
fn failure(message: Message, kind: Kind) -> Vec<Token> {
    let number = i32::try_from(message.number).unwrap_or(i32::MAX);
    let error = Token::Error(message);
    match kind {
        Kind::Rpc => vec![
            error,
            Token::ReturnStatus(number),
            Token::DoneProc(Done::new(&[Status::Error], 0)),
        ],
        _ => vec![error, Token::Done(Done::new(&[Status::Error], 0))],
    }
}

/// Holds replies back until a test lets them go.
#[derive(Debug, Clone)]
pub struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    pub fn new() -> Self {
        Self {
            open: watch::Sender::new(false),
        }
    }

    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits for it to open. It cannot fail: the gate itself keeps the channel open.
    pub async fn opened(&self) {
        _ = self.open.subscribe().wait_for(|open| *open).await;
    }
}
