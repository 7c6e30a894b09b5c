//! The whole service on a scripted server, asked over HTTP.

use std::{sync::OnceLock, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use upsertd::{
    access::{ClientSecret, SecretHash, SigningKey, hash_secret},
    app::{App, Running},
    catalog::{Declaration, Serving},
    config::{Auth, Config, Database, DatabaseUrl},
    domain::{Actions, Name},
};

use crate::{answer::Answer, setup::address, tds::TdsPeer};

pub const CLIENT: &str = "tester";
pub const SIGNING_KEY: &str = "a signing key for tests, 32 bytes or more";
const SECRET: &str = "a secret of the tester's";

/// What the configuration holds of the secret. Hashing is slow on purpose: once for all tests.
pub fn secret_hash() -> SecretHash {
    static HASH: OnceLock<SecretHash> = OnceLock::new();
    HASH.get_or_init(|| hash_secret(SECRET).unwrap()).clone()
}

/// A running service and a client that holds a token for it.
pub struct Service {
    /// Dropping it stops the service; `None` where it runs in a process of its own.
    _running: Option<Running>,
    base: String,
    http: reqwest::Client,
    pub token: String,
}

/// What the service is told on a peer's database.
pub fn config(peer: &TdsPeer) -> Config {
    let declare = |name: &str| Declaration {
        name: Name::parse(name).unwrap(),
        display: None,
        table: None,
        actions: Actions {
            add: true,
            edit: true,
            view: true,
            ..Actions::NONE
        },
        passwords: Vec::new(),
        read_only: Vec::new(),
        keys: upsertd::domain::entity_keys::KeyDeclaration::default(),
        dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
        journal: None,
    };
    let client = ClientSecret {
        id: CLIENT.to_owned(),
        hash: secret_hash(),
        rights: std::sync::Arc::new(upsertd::domain::Rights::everything()),
    };
    let mut config = Config::new(
        Database::at(DatabaseUrl::Mssql(Box::new(address(peer)))),
        Auth::new(SigningKey::from_text(SIGNING_KEY).unwrap(), vec![client]),
        Serving {
            journal: upsertd::domain::Keeping::Off,
            declared: vec![declare("Parts"), declare("Kinds")],
            all_tables: None,
        },
    );
    "127.0.0.1:0".clone_into(&mut config.server.listen);
    config
}

impl Service {
    pub async fn on(peer: &TdsPeer) -> Self {
        Self::with(config(peer)).await
    }

    /// One connection to the server, and requests that may take this long.
    pub async fn of_one(peer: &TdsPeer, longest: Duration) -> Self {
        let mut config = config(peer);
        config.database.connections = 1;
        config.server.request_timeout = longest;
        Self::with(config).await
    }

    pub async fn with(config: Config) -> Self {
        let running = App::start(config).await.unwrap();
        let base = format!("http://{}", running.local_addr());
        Self {
            _running: Some(running),
            ..Self::at(base).await
        }
    }

    /// The service at this address.
    pub async fn at(base: String) -> Self {
        let http = reqwest::Client::new();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ];
        let asking = http.post(format!("{base}/oauth/token")).form(&form).send();
        let token = Answer::of(asking.await.unwrap()).await.json();
        Self {
            _running: None,
            base,
            http,
            token: token["access_token"].as_str().unwrap().to_owned(),
        }
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_with(path, &[], body).await
    }

    /// Posts with headers besides the usual ones.
    pub async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        let url = format!("{}/CSSAPI/V2/{path}", self.base);
        let mut request = self.http.post(url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.json(&body).send().await.unwrap()).await
    }

    /// Posts over a connection with nothing between it and the service; dropping it hangs up. The service drops
    /// its work then, as it does not where head and body come in one.
    pub async fn begin(&self, path: &str, body: &Value) -> TcpStream {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = body.to_string();
        let head = format!(
            "POST /CSSAPI/V2/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut go_on = [0; 12];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100");
        stream.write_all(body.as_bytes()).await.unwrap();
        stream
    }

    /// Withdraws a token.
    pub async fn revoke(&self, token: &str) -> Answer {
        let form = [
            ("token", token),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ];
        let url = format!("{}/oauth/revoke", self.base);
        let asking = self.http.post(url).form(&form).send();
        Answer::of(asking.await.unwrap()).await
    }

    pub async fn upsert(&self) -> Answer {
        self.post("Parts/Upsert", upsert()).await
    }

    pub async fn get(&self) -> Answer {
        self.post("Parts/Get", json!({"Fields": ["Name"]})).await
    }

    pub async fn ready(&self) -> Answer {
        let asking = self.http.get(format!("{}/health/ready", self.base)).send();
        Answer::of(asking.await.unwrap()).await
    }
}

/// A tuple.
pub fn tuple(name: &str, value: impl Into<Value>) -> Value {
    json!({"Name": name, "Value": value.into()})
}

/// The body of an upsert.
pub fn upsert() -> Value {
    json!({"Tuples": [tuple("Code", "A1"), tuple("Name", "Bolt")], "Clause": "Code = 'A1'"})
}
