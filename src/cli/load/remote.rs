//! Rows to a service, as NDJSON to ContractInsight's UpsertMany. A token is fetched with the client's secret, and anew
//! when it has expired.

use std::{
    io::{Seek as _, Write as _},
    time::Duration,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Body, Client, Response, StatusCode, header};
use serde::Deserialize;

use super::{
    chunks::{Chunk, Keeper},
    file::Source,
    options::Options,
    target::{Done, Trouble},
    together::{MOST_TOLD, Whole},
};
use crate::{
    cli::Failure,
    domain::Literal,
    rows::{Cell, Options as Reading, Spool, push_json, unwrap_rows},
};

/// How long the service may take to take a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long it may be silent: as long as a batch may take by its own settings, and more.
const SILENT: Duration = Duration::from_secs(3600);

/// Codes of what is no fault of a row and may pass.
const PASSING: [&str; 6] = [
    "database_busy",
    "overloaded",
    "timeout",
    "database_unavailable",
    "too_many_requests",
    "outcome_unknown",
];
/// Codes of what is no fault of a row and stays.
const LASTING: [&str; 2] = ["internal_error", "schema_broken"];

/// A service that is called as a client.
pub(super) struct Remote {
    http: Client,
    server: String,
    /// UpsertMany of the entity, with its query.
    path: String,
    client: String,
    secret: String,
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    results: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    index: usize,
    status: String,
    code: Option<String>,
    message: Option<String>,
}

impl Remote {
    pub(super) async fn open(options: &Options) -> Result<Self, Failure> {
        let http = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENT)
            .user_agent(concat!("upsertd/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::new(&whole(&error)))?;
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !options.key.is_empty() {
            query.append_pair("Key", &options.key.join(","));
        }
        for (name, set) in [
            ("AllOrNone", options.all_or_none),
            ("DryRun", options.dry_run),
        ] {
            if set {
                query.append_pair(name, "true");
            }
        }
        let server = options.server.as_deref().unwrap_or_default();
        let mut remote = Self {
            http,
            server: server.trim_end_matches('/').to_owned(),
            path: format!(
                "/CSSAPI/V2/{}/UpsertMany?{}",
                encode(&options.entity),
                query.finish()
            ),
            client: options.client.clone().unwrap_or_default(),
            secret: options.secret()?,
            token: String::new(),
        };
        remote.fetch_token().await?;
        Ok(remote)
    }

    async fn fetch_token(&mut self) -> Result<(), Failure> {
        #[derive(Deserialize)]
        struct Token {
            access_token: String,
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client)
            .append_pair("client_secret", &self.secret)
            .finish();
        let asked = self
            .http
            .post(format!("{}/oauth/token", self.server))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await;
        let answer = asked.map_err(|error| Failure::new(&whole(&error)))?;
        if answer.status() != StatusCode::OK {
            return Err(refused(answer).await);
        }
        let text = answer
            .text()
            .await
            .map_err(|error| Failure::new(&whole(&error)))?;
        let token: Token = serde_json::from_str(&text).map_err(|_| self.unknown())?;
        self.token = token.access_token;
        Ok(())
    }

    fn unknown(&self) -> Failure {
        Failure::new(&format!(
            "what answers at {} is no service that UpsertMany is known to",
            self.server
        ))
    }

    async fn post(&self, body: Body) -> Result<Response, reqwest::Error> {
        self.http
            .post(format!("{}{}", self.server, self.path))
            .bearer_auth(&self.token)
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(body)
            .send()
            .await
    }

    pub(super) async fn write(&mut self, chunk: &Chunk) -> Result<Vec<Done>, Trouble> {
        let mut body = Vec::new();
        let mut sent = Vec::new();
        let mut done = Vec::with_capacity(chunk.rows.len());
        for (at, kept) in chunk.rows.iter().enumerate() {
            match &kept.content {
                Ok(row) => {
                    push_json(&mut body, row, &[])
                        .map_err(|error| Trouble::Lasting(error.into()))?;
                    body.push(b'\n');
                    sent.push(at);
                    done.push(Done::Failed(
                        "The service told nothing of this row.".to_owned(),
                    ));
                }
                Err(message) => done.push(Done::Failed(message.clone())),
            }
        }
        if sent.is_empty() {
            return Ok(done);
        }
        let mut answer = self.try_post(&body).await?;
        if answer.status() == StatusCode::UNAUTHORIZED {
            self.fetch_token().await.map_err(Trouble::Lasting)?;
            answer = self.try_post(&body).await?;
        }
        let answer = taken(answer).await?;
        let text = answer
            .text()
            .await
            .map_err(|error| Trouble::Passing(whole(&error)))?;
        let answer: Answer =
            serde_json::from_str(&text).map_err(|_| Trouble::Lasting(self.unknown()))?;
        for told in answer.results {
            if let Some(place) = sent.get(told.index).and_then(|at| done.get_mut(*at)) {
                *place = told.done()?;
            }
        }
        Ok(done)
    }

    async fn try_post(&self, body: &[u8]) -> Result<Response, Trouble> {
        self.post(body.to_vec().into())
            .await
            .map_err(|error| Trouble::Passing(whole(&error)))
    }

    /// Sends all rows in one request.
    pub(super) async fn write_all(&mut self, source: &Source) -> Result<Whole, Failure> {
        let mut rows = source.rows()?;
        let mut keeper = Keeper::default();
        let mut spool = Spool::new();
        let mut line = Vec::new();
        let mut failed = Vec::new();
        while let Some(row) = rows.next()? {
            match row.content {
                Ok(content) => {
                    line.clear();
                    push_json(&mut line, &keeper.strip(content), &[])?;
                    line.push(b'\n');
                    spool.write_all(&line)?;
                }
                Err(message) => failed.push((row.number, message)),
            }
            if failed.len() >= MOST_TOLD {
                break;
            }
        }
        if !failed.is_empty() {
            return Ok(Whole {
                created: 0,
                updated: 0,
                failed,
            });
        }
        spool.rewind()?;
        let file = tokio::fs::File::from_std(spool.into_file()?);
        let mut answer = self
            .post(file.into())
            .await
            .map_err(|error| Failure::new(&whole(&error)))?;
        let kept = answer.status() == StatusCode::OK;
        let code = answer.headers().get("x-error-code");
        if !kept && code.is_none_or(|code| code != "rows_failed") {
            return Err(refused(answer).await);
        }
        let mut told = Spool::new();
        while let Some(part) = answer
            .chunk()
            .await
            .map_err(|error| Failure::new(&whole(&error)))?
        {
            told.write_all(&part)?;
        }
        told.rewind()?;
        self.read_whole(told)
    }

    fn read_whole(&self, told: Spool) -> Result<Whole, Failure> {
        let told = unwrap_rows(Box::new(told), "Results", Reading::default())?;
        let total = |name: &str| told.others.get(name).and_then(serde_json::Value::as_u64);
        let (Some(created), Some(updated), Some(mut rows)) =
            (total("TotalCreated"), total("TotalUpdated"), told.rows)
        else {
            return Err(self.unknown());
        };
        let mut failed = Vec::new();
        while let Some(row) = crate::rows::ReadRows::next(&mut rows)? {
            let Ok(row) = row.content else { continue };
            let cell = |name: &str| {
                let at = row.names.iter().position(|known| known == name)?;
                match row.cells.get(at)? {
                    Cell::Scalar(Literal::Text(text) | Literal::Number(text)) => Some(text.clone()),
                    _ => None,
                }
            };
            if cell("Status").as_deref() == Some("Failed") {
                let number = cell("Index").and_then(|index| index.parse().ok());
                let number = number.ok_or_else(|| self.unknown())?;
                failed.push((number, cell("Message").unwrap_or_default()));
            }
        }
        Ok(Whole {
            created,
            updated,
            failed,
        })
    }
}

impl Told {
    fn done(self) -> Result<Done, Trouble> {
        let message = self.message.unwrap_or_default();
        let code = self.code.unwrap_or_default();
        match self.status.as_str() {
            "Created" => Ok(Done::Created),
            "Updated" => Ok(Done::Updated),
            _ if PASSING.contains(&code.as_str()) => Err(Trouble::Passing(message)),
            _ if LASTING.contains(&code.as_str()) => Err(Trouble::Lasting(Failure::new(&message))),
            _ => Ok(Done::Failed(message)),
        }
    }
}

/// The answer, unless it is a refusal.
async fn taken(answer: Response) -> Result<Response, Trouble> {
    let status = answer.status();
    if status == StatusCode::OK {
        return Ok(answer);
    }
    let code = answer.headers().get("x-error-code");
    let passes = code
        .and_then(|code| code.to_str().ok())
        .is_some_and(|code| PASSING.contains(&code));
    // What stands in front of a service has these statuses, and no code.
    let passes = passes || matches!(status.as_u16(), 429 | 502 | 503 | 504);
    let why = explain(answer).await;
    Err(if passes {
        Trouble::Passing(why)
    } else {
        Trouble::Lasting(Failure::new(&why))
    })
}

async fn refused(answer: Response) -> Failure {
    Failure::new(&explain(answer).await)
}

/// What the service says of itself.
async fn explain(answer: Response) -> String {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Refusal {
        message: String,
    }
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    match serde_json::from_str::<Refusal>(&text) {
        Ok(refusal) => format!(
            "the service refused ({}): {}",
            status.as_u16(),
            refusal.message
        ),
        Err(_) => format!("the service answered {status}"),
    }
}

/// An error with those under it.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut under = error.source();
    while let Some(error) = under {
        text.push_str(": ");
        text.push_str(&error.to_string());
        under = error.source();
    }
    text
}
