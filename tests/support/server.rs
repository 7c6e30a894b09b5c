//! A running service and a client that holds a token for it.

use std::{path::PathBuf, sync::OnceLock};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use upsertd::{
    access::{ClientSecret, SecretHash, SigningKey, hash_secret},
    app::{self, App, Running},
    catalog::{Declaration, Serving},
    config::{Auth, Config},
    domain::{Actions, Name},
};

use super::{Answer, Database, Session, Sql};

pub const CLIENT: &str = "tester";
pub const SECRET: &str = "tester-secret: with %&+ in it";
pub const SIGNING_KEY: &str = "a signing key for tests, 32 bytes or more";

pub const EVERYTHING: Actions = Actions {
    add: true,
    edit: true,
    view: true,
    ..Actions::NONE
};

/// A running service and a client that holds a token for it.
pub struct Server {
    /// Dropping it stops the service; before the database, which goes when nobody uses it any more.
    pub running: Running,
    pub base: String,
    pub database: Database,
    pub http: reqwest::Client,
    pub token: String,
}

fn declare(name: &str, passwords: &[&str]) -> Declaration {
    Declaration {
        name: Name::parse(name).unwrap(),
        display: None,
        table: None,
        actions: EVERYTHING,
        passwords: passwords.iter().map(|&p| p.to_owned()).collect(),
        read_only: Vec::new(),
        keys: upsertd::domain::entity_keys::KeyDeclaration::default(),
        dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
        journal: None,
    }
}

/// The demo's entities; every action on each.
fn demo_entities() -> Vec<Declaration> {
    vec![
        declare("tblCustomers", &[]),
        declare("tblContracts", &[]),
        declare("tblEmployees", &["PasswordHash"]),
        declare("tblCountries", &[]),
        declare("tblInvoices", &[]),
    ]
}

/// A configuration for a database, on a free port.
fn config(database: &Database, declared: Vec<Declaration>) -> Config {
    // Hashing is slow on purpose: once for all tests of a binary.
    static HASH: OnceLock<SecretHash> = OnceLock::new();
    let client = ClientSecret {
        id: CLIENT.to_owned(),
        hash: HASH.get_or_init(|| hash_secret(SECRET).unwrap()).clone(),
        rights: std::sync::Arc::new(upsertd::domain::Rights::everything()),
    };
    let mut config = Config::new(
        database.settings(),
        Auth::new(SigningKey::from_text(SIGNING_KEY).unwrap(), vec![client]),
        Serving {
            journal: upsertd::domain::Keeping::Full,
            declared,
            all_tables: None,
        },
    );
    "127.0.0.1:0".clone_into(&mut config.server.listen);
    config
}

/// Makes the service's own tables, as an administrator does on a SQL Server.
async fn migrate(config: &Config) {
    let engine = app::open_engine(&config.database).await.unwrap();
    let deadline = std::time::Instant::now() + app::MIGRATING;
    engine.store().migrate(deadline).await.unwrap();
    engine.close().await;
}

impl Server {
    /// The demo, served whole.
    pub async fn demo() -> Self {
        Self::demo_with(|_| ()).await
    }

    /// The demo, with a changed configuration.
    pub async fn demo_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::demo_on(Database::create().await, change).await
    }

    /// The demo in a file, whatever the tests run on, for what is about the file itself.
    pub async fn embedded_demo() -> (Self, PathBuf) {
        let database = Database::embedded();
        let file = database.file().unwrap().to_owned();
        (Self::demo_on(database, |_| ()).await, file)
    }

    async fn demo_on(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&database, demo_entities());
        app::create_demo(&config.database).await.unwrap();
        change(&mut config);
        Self::start(database, config).await
    }

    /// Tables of a test's own, each of them declared with every action.
    pub async fn with_tables(sql: impl Into<Sql<'_>>, entities: &[&str]) -> Self {
        Self::with_tables_and(sql, entities, |_| ()).await
    }

    /// The same, with a changed configuration.
    pub async fn with_tables_and(
        sql: impl Into<Sql<'_>>,
        entities: &[&str],
        change: impl FnOnce(&mut Config),
    ) -> Self {
        Self::tables_on(Database::create().await, sql.into(), entities, change).await
    }

    /// Tables in a file, whatever the tests run on, for what only the embedded engine has.
    pub async fn embedded(sqlite: &str, entities: &[&str]) -> Self {
        Self::tables_on(Database::embedded(), sqlite.into(), entities, |_| ()).await
    }

    /// Tables on a SQL Server, for what only one has. `None`, and said so, where no server is named.
    pub async fn mssql(sql: &str, entities: &[&str]) -> Option<Self> {
        let database = Database::mssql().await?;
        Some(Self::tables_on(database, sql.into(), entities, |_| ()).await)
    }

    /// Tables in a database that is there.
    pub async fn tables_on(
        database: Database,
        sql: Sql<'_>,
        entities: &[&str],
        change: impl FnOnce(&mut Config),
    ) -> Self {
        database.session().await.execute(sql).await;
        let declared = entities.iter().map(|name| declare(name, &[]));
        let mut config = config(&database, declared.collect());
        change(&mut config);
        Self::start(database, config).await
    }

    async fn start(database: Database, config: Config) -> Self {
        let path = config.server.base_path.clone();
        let scheme = config.server.tls.as_ref().map_or("http", |_| "https");
        if !database.is_embedded() {
            migrate(&config).await;
        }
        let running = App::start(config).await.unwrap();
        let mut server = Self {
            base: format!("{scheme}://{}{path}", running.local_addr()),
            running,
            database,
            // Certificates of tests are nobody's.
            http: reqwest::Client::builder()
                .danger_accept_invalid_certs(true)
                .build()
                .unwrap(),
            token: String::new(),
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

    /// The name of a constraint or a view, or a part of it, as the server tells it: Babelfish keeps them in
    /// lower case.
    pub fn told(&self, name: &str) -> String {
        if self.database.is_babelfish() {
            name.to_lowercase()
        } else {
            name.to_owned()
        }
    }

    /// A connection to the database behind the service's back.
    pub async fn session(&self) -> Session {
        self.database.session().await
    }

    /// Runs SQL behind the service's back.
    pub async fn execute(&self, sql: impl Into<Sql<'_>>) {
        self.session().await.execute(sql).await;
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
        let (_, address) = self.base.split_once("://").unwrap();
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
}
