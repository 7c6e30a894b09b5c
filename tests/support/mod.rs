//! A service of a test's own: in this process, on a free port, on a database in a folder that goes when
//! the test ends.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use upsertd::{
    access::{ClientSecret, SecretHash, SigningKey, hash_secret},
    app::{self, App, Running},
    catalog::{Declaration, Serving},
    config::{Auth, Config, Database, DatabaseUrl},
    domain::{Actions, Name},
};

pub const CLIENT: &str = "tester";
pub const SECRET: &str = "tester-secret: with %&+ in it";
pub const SIGNING_KEY: &str = "a signing key for tests, 32 bytes or more";

pub const EVERYTHING: Actions = Actions {
    add: true,
    edit: true,
    view: true,
};

/// A running service and a client that holds a token for it.
pub struct Server {
    /// Dropping it stops the service.
    _running: Running,
    pub base: String,
    pub database: PathBuf,
    pub http: reqwest::Client,
    pub token: String,
    _folder: TempDir,
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn message(&self) -> String {
        self.json()["Message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asserts the status and that the body is what it should be.
    #[track_caller]
    pub fn is(&self, expected: &Value) -> &Self {
        assert_eq!(
            (self.status, self.json()),
            (200, expected.clone()),
            "{self:?}"
        );
        self.has_log_id();
        self
    }

    /// Asserts an error: its status, code, envelope, and that the message holds each of the words.
    #[track_caller]
    pub fn fails(&self, status: u16, code: &str, words: &[&str]) -> &Self {
        assert_eq!(
            (self.status, self.header("x-error-code")),
            (status, code),
            "{self:?}"
        );
        let body = self.json();
        assert_eq!(body["Exception"], Value::Null, "{self:?}");
        assert_eq!(body["LogId"], self.header("x-log-id"), "{self:?}");
        self.has_log_id();
        let message = self.message();
        for word in words {
            assert!(message.contains(word), "'{word}' in {self:?}");
        }
        self
    }

    #[track_caller]
    fn has_log_id(&self) {
        let id = self.header("x-log-id");
        assert!(uuid::Uuid::parse_str(id).is_ok(), "X-Log-Id: {id}");
    }
}

/// The demo's entities; every action on each.
pub fn demo_entities() -> Vec<Declaration> {
    let declare = |name: &str, passwords: &[&str]| Declaration {
        name: Name::parse(name).unwrap(),
        display: None,
        table: None,
        actions: EVERYTHING,
        passwords: passwords.iter().map(|&p| p.to_owned()).collect(),
        read_only: Vec::new(),
    };
    vec![
        declare("tblCustomers", &[]),
        declare("tblContracts", &[]),
        declare("tblEmployees", &["PasswordHash"]),
        declare("tblCountries", &[]),
        declare("tblInvoices", &[]),
    ]
}

/// A configuration for a database, on a free port.
pub fn config(database: &Path, declared: Vec<Declaration>) -> Config {
    // Hashing is slow on purpose: once for all tests of a binary.
    static HASH: OnceLock<SecretHash> = OnceLock::new();
    let client = ClientSecret {
        id: CLIENT.to_owned(),
        hash: HASH.get_or_init(|| hash_secret(SECRET).unwrap()).clone(),
    };
    let mut config = Config::new(
        Database::at(DatabaseUrl::Sqlite(database.to_owned())),
        Auth::new(SigningKey::from_text(SIGNING_KEY).unwrap(), vec![client]),
        Serving {
            declared,
            all_tables: None,
        },
    );
    "127.0.0.1:0".clone_into(&mut config.server.listen);
    config
}

impl Server {
    /// The demo, served whole.
    pub async fn demo() -> Self {
        Self::demo_with(|_| ()).await
    }

    /// The demo, with a changed configuration.
    pub async fn demo_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("demo.db");
        let mut config = config(&database, demo_entities());
        app::create_demo(&config.database).await.unwrap();
        change(&mut config);
        Self::start(folder, database, config).await
    }

    /// Tables of a test's own, each of them declared with every action.
    pub async fn with_tables(sql: &str, entities: &[&str]) -> Self {
        Self::with_tables_and(sql, entities, |_| ()).await
    }

    /// The same, with a changed configuration.
    pub async fn with_tables_and(
        sql: &str,
        entities: &[&str],
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("own.db");
        let connection = rusqlite::Connection::open(&database).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        let declared = entities.iter().map(|name| Declaration {
            name: Name::parse(*name).unwrap(),
            display: None,
            table: None,
            actions: EVERYTHING,
            passwords: Vec::new(),
            read_only: Vec::new(),
        });
        let mut config = config(&database, declared.collect());
        change(&mut config);
        Self::start(folder, database, config).await
    }

    async fn start(folder: TempDir, database: PathBuf, config: Config) -> Self {
        let path = config.server.base_path.clone();
        let running = App::start(config).await.unwrap();
        let mut server = Self {
            base: format!("http://{}{path}", running.local_addr()),
            _running: running,
            database,
            http: reqwest::Client::new(),
            token: String::new(),
            _folder: folder,
        };
        let token = server.ask_token(CLIENT, SECRET).await;
        assert_eq!(token.status, 200, "{token:?}");
        let token = token.json();
        token["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut server.token);
        server
    }

    pub async fn ask_token(&self, id: &str, secret: &str) -> Answer {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ];
        let request = self.http.post(format!("{}/oauth/token", self.base));
        Answer::of(request.form(&form).send().await.unwrap()).await
    }

    /// A request with the token.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    /// Posts to an operation of an entity.
    pub async fn post(&self, entity: &str, operation: &str, body: Value) -> Answer {
        let path = format!("/CSSAPI/V2/{entity}/{operation}");
        let request = self.request(Method::POST, &path).json(&body);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path);
        Answer::of(request.send().await.unwrap()).await
    }

    /// The rows a Get gives.
    pub async fn rows(&self, entity: &str, body: Value) -> Vec<Value> {
        let answer = self.post(entity, "Get", body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json().as_array().unwrap().clone()
    }

    /// How many rows a text clause matches.
    pub async fn count(&self, entity: &str, clause: &str) -> u64 {
        let body = json!({"Fields": ["COUNT(*)"], "Clause": clause});
        self.rows(entity, body).await[0]["COUNT(*)"]
            .as_u64()
            .unwrap()
    }

    /// Posts bytes as JSON, whatever they are.
    pub async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path);
        let request = request.header("content-type", "application/json");
        Answer::of(request.body(body).send().await.unwrap()).await
    }

    /// A connection with nothing between it and the service.
    pub async fn connect(&self) -> TcpStream {
        let address = self.base.strip_prefix("http://").unwrap();
        let address = address.split('/').next().unwrap();
        TcpStream::connect(address).await.unwrap()
    }

    /// The head of a JSON post, with these headers besides the usual ones, up to the empty line.
    pub fn head(&self, path: &str, headers: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             {headers}\r\n\r\n",
            self.token
        )
    }

    /// The database behind the service's back.
    pub fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(&self.database).unwrap()
    }
}

/// A tuple.
pub fn tuple(name: &str, value: impl Into<Value>) -> Value {
    json!({"Name": name, "Value": value.into()})
}

/// A rule of a QueryBuilder clause.
pub fn rule(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"id": field, "field": field, "type": "string", "input": "text", "operator": operator, "value": value.into()})
}

/// A QueryBuilder clause that holds when all rules do.
pub fn all(rules: &[Value]) -> Value {
    json!({"condition": "AND", "rules": rules, "valid": true})
}
