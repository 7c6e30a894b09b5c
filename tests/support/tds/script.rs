//! A script: which request gets which reply. Rules written in a test come before recordings; a rule whose
//! answers are used up counts no more, so an injected fault gives way to what was recorded.

use std::collections::VecDeque;

use super::{
    login::LoginReply,
    recording::{self, Exchange},
    reply::Reply,
    request::{Kind, Request},
};

#[derive(Debug, Clone)]
enum Matcher {
    Request(Request),
    Sql(String),
    SqlContaining(String),
}

impl Matcher {
    fn accepts(&self, request: &Request) -> bool {
        match self {
            Self::Request(wanted) => same(wanted, request),
            Self::Sql(sql) => *sql == request.sql,
            Self::SqlContaining(piece) => request.sql.contains(piece),
        }
    }
}

/// A parameter that ends so in a script stands for every value: what a client makes up, or the time.
const ANY: &str = " = *";

fn same(wanted: &Request, request: &Request) -> bool {
    let param = |wanted: &String, param: &String| match wanted.strip_suffix(ANY) {
        Some(declared) => param
            .strip_prefix(declared)
            .is_some_and(|rest| rest.starts_with(" = ")),
        None => wanted == param,
    };
    wanted.kind == request.kind
        && wanted.sql == request.sql
        && wanted.params.len() == request.params.len()
        && wanted
            .params
            .iter()
            .zip(&request.params)
            .all(|(wanted, given)| param(wanted, given))
}

#[derive(Debug, Clone)]
struct Rule {
    matcher: Matcher,
    replies: VecDeque<Reply>,
    /// Whether the last reply is given again and again.
    repeat: bool,
}

impl Rule {
    fn next(&mut self) -> Option<Reply> {
        if self.repeat && self.replies.len() == 1 {
            return self.replies.front().cloned();
        }
        self.replies.pop_front()
    }
}

#[derive(Debug, Clone)]
pub struct Script {
    written: Vec<Rule>,
    recorded: Vec<Rule>,
    logins: VecDeque<LoginReply>,
}

impl Script {
    /// Lets every login in and answers nothing.
    pub const fn new() -> Self {
        Self {
            written: Vec::new(),
            recorded: Vec::new(),
            logins: VecDeque::new(),
        }
    }

    /// The answers of `tests/recordings/<name>.json`.
    pub fn recording(name: &str) -> Self {
        Self::new().with_recording(name)
    }

    #[must_use]
    pub fn with_recording(self, name: &str) -> Self {
        self.with_exchanges(recording::load(name))
    }

    #[must_use]
    pub fn with_exchanges(mut self, exchanges: Vec<Exchange>) -> Self {
        for exchange in exchanges {
            let reply = Reply::Tokens(exchange.reply);
            let same = self.recorded.iter_mut().find(
                |rule| matches!(&rule.matcher, Matcher::Request(r) if *r == exchange.request),
            );
            match same {
                Some(rule) => {
                    rule.replies.push_back(reply);
                    rule.repeat = exchange.repeat;
                }
                None => self.recorded.push(Rule {
                    matcher: Matcher::Request(exchange.request),
                    replies: [reply].into(),
                    repeat: exchange.repeat,
                }),
            }
        }
        self
    }

    /// The reply to the next login; the last one that is given counts for all that follow.
    #[must_use]
    pub fn with_login(mut self, reply: LoginReply) -> Self {
        self.logins.push_back(reply);
        self
    }

    /// Requests with exactly this SQL, whatever their parameters.
    pub fn on_sql(self, sql: &str) -> On {
        self.on(Matcher::Sql(sql.to_owned()))
    }

    /// Requests whose SQL has this in it, whatever their parameters.
    pub fn on_sql_containing(self, piece: &str) -> On {
        self.on(Matcher::SqlContaining(piece.to_owned()))
    }

    /// Requests with exactly this SQL and these parameters, `@P1 nvarchar(4000) = 'Acme'`, or
    /// `@P1 nvarchar(4000) = *` for any value.
    pub fn on_rpc(self, sql: &str, params: &[&str]) -> On {
        self.on(Matcher::Request(Request {
            kind: Kind::Rpc,
            sql: sql.to_owned(),
            params: params.iter().map(|param| (*param).to_owned()).collect(),
        }))
    }

    fn on(self, matcher: Matcher) -> On {
        On {
            script: self,
            matcher,
        }
    }

    /// Takes the reply to a request out of the script.
    pub fn answer(&mut self, request: &Request) -> Option<Reply> {
        self.written
            .iter_mut()
            .chain(&mut self.recorded)
            .filter(|rule| rule.matcher.accepts(request))
            .find_map(Rule::next)
    }

    /// Takes the reply to a login out of the script.
    pub fn answer_login(&mut self) -> LoginReply {
        let next = if self.logins.len() > 1 {
            self.logins.pop_front()
        } else {
            self.logins.front().cloned()
        };
        next.unwrap_or(LoginReply::accept())
    }
}

/// A rule that has no reply yet.
#[derive(Debug)]
pub struct On {
    script: Script,
    matcher: Matcher,
}

impl On {
    /// The reply to the first such request.
    pub fn reply(self, reply: impl Into<Reply>) -> Answers {
        self.rule(reply.into(), false)
    }

    /// The reply to every such request.
    pub fn always(self, reply: impl Into<Reply>) -> Answers {
        self.rule(reply.into(), true)
    }

    fn rule(self, reply: Reply, repeat: bool) -> Answers {
        Answers {
            script: self.script,
            rule: Rule {
                matcher: self.matcher,
                replies: [reply].into(),
                repeat,
            },
        }
    }
}

/// A rule that has replies and may get more.
#[derive(Debug)]
pub struct Answers {
    script: Script,
    rule: Rule,
}

impl Answers {
    /// The reply to the next such request.
    #[must_use]
    pub fn then(mut self, reply: impl Into<Reply>) -> Self {
        self.rule.replies.push_back(reply.into());
        self
    }

    /// The reply to all such requests that follow.
    #[must_use]
    pub fn then_always(mut self, reply: impl Into<Reply>) -> Self {
        self.rule.repeat = true;
        self.then(reply)
    }

    pub fn on_sql(self, sql: &str) -> On {
        Script::from(self).on_sql(sql)
    }

    pub fn on_sql_containing(self, piece: &str) -> On {
        Script::from(self).on_sql_containing(piece)
    }

    pub fn on_rpc(self, sql: &str, params: &[&str]) -> On {
        Script::from(self).on_rpc(sql, params)
    }
}

impl From<Answers> for Script {
    fn from(answers: Answers) -> Self {
        let mut script = answers.script;
        script.written.push(answers.rule);
        script
    }
}
