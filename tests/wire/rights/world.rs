//! Tables with something to hide, and clients of which each lacks other rights.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{
    access::GrantSpec,
    catalog::AllTables,
    domain::{Action, Actions, Rights},
};

use super::{asks::Ask, words};
use crate::support::{Answer, SIGNING_KEY, Server, Sql};

const TABLES: Sql<'static> = Sql {
    sqlite: "
    CREATE TABLE depoq (id INTEGER PRIMARY KEY AUTOINCREMENT, code nvarchar(10) NOT NULL UNIQUE, name nvarchar(20) NULL,
        city nvarchar(20) NULL, ratinq int NULL, remarq nvarchar(20) NULL, waqes nvarchar(20) NULL UNIQUE);
    CREATE TABLE payrolq (id INTEGER PRIMARY KEY AUTOINCREMENT, amount nvarchar(20) NULL);
    CREATE TABLE noticq (id INTEGER PRIMARY KEY AUTOINCREMENT, line nvarchar(20) NULL);
    INSERT INTO depoq (id, code, name, city, ratinq, remarq, waqes) VALUES
        (1, 'a', 'Alphq', 'Wienq', 5, 'r4711x', 'w4711x'), (2, 'xout', 'Outname', 'Graz', 6, 'r4712x', 'w4712x'),
        (99, 'xnil', NULL, 'Wienq', NULL, NULL, NULL);
    INSERT INTO payrolq (amount) VALUES ('p4711x');
    INSERT INTO noticq (line) VALUES ('hello');
",
    mssql: "
    CREATE TABLE depoq (id int IDENTITY PRIMARY KEY, code nvarchar(10) NOT NULL UNIQUE, name nvarchar(20) NULL,
        city nvarchar(20) NULL, ratinq int NULL, remarq nvarchar(20) NULL, waqes nvarchar(20) NULL);
    CREATE TABLE payrolq (id int IDENTITY PRIMARY KEY, amount nvarchar(20) NULL);
    CREATE TABLE noticq (id int IDENTITY PRIMARY KEY, line nvarchar(20) NULL);
    SET IDENTITY_INSERT depoq ON;
    INSERT INTO depoq (id, code, name, city, ratinq, remarq, waqes) VALUES
        (1, 'a', 'Alphq', 'Wienq', 5, 'r4711x', 'w4711x'), (2, 'xout', 'Outname', 'Graz', 6, 'r4712x', 'w4712x'),
        (99, 'xnil', NULL, 'Wienq', NULL, NULL, NULL);
    SET IDENTITY_INSERT depoq OFF;
    INSERT INTO payrolq (amount) VALUES ('p4711x');
    INSERT INTO noticq (line) VALUES ('hello');
",
};

/// Every action there is on rows and tables.
const ACTIONS: [&str; 6] = ["view", "add", "edit", "delete", "alter", "drop"];

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// May do everything.
    Owner,
    /// All on `depoq`, but for its columns: `waqes` hidden, `remarq` written only, `ratinq` read only.
    Keeper,
    /// The same, and the rows of Wienq alone.
    Clerk,
    /// Views `depoq`.
    Reader,
    /// Views `depoq` without `waqes` and `remarq`, which nothing says it may not write.
    Viewer,
    /// Adds to `depoq`.
    Adder,
    /// Views `noticq`.
    Stranger,
    /// Nothing.
    Nobody,
}

impl Caller {
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Keeper,
        Self::Clerk,
        Self::Reader,
        Self::Viewer,
        Self::Adder,
        Self::Stranger,
        Self::Nobody,
    ];

    pub fn id(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn rights(self) -> Rights {
        let on = |entity: &str, allow: &[&str]| GrantSpec {
            entities: words(&[entity]),
            allow: words(allow),
            ..GrantSpec::default()
        };
        let kept = || GrantSpec {
            read_except: words(&["waqes", "remarq"]),
            write_except: words(&["waqes", "ratinq"]),
            ..on("depoq", &ACTIONS)
        };
        let create = on("*", &["create"]);
        let grants = match self {
            Self::Owner => return Rights::everything(),
            Self::Keeper => vec![kept(), create],
            Self::Clerk => vec![GrantSpec {
                rows: Some("city = 'Wienq'".to_owned()),
                ..kept()
            }],
            Self::Reader => vec![on("depoq", &["view"])],
            Self::Viewer => vec![GrantSpec {
                read_except: words(&["waqes", "remarq"]),
                ..on("depoq", &["view"])
            }],
            Self::Adder => vec![on("depoq", &["add"])],
            Self::Stranger => vec![on("noticq", &["view"])],
            Self::Nobody => Vec::new(),
        };
        Rights::new(grants.iter().map(|grant| grant.grant().unwrap()).collect())
    }
}

/// The service with these tables and clients.
pub struct World {
    pub server: Server,
    /// Each row's Salesforce id, by its code.
    ids: Vec<(String, String)>,
    /// The log's id of a write to the table.
    written: String,
}

/// What stands for what in a request.
#[derive(Debug, Clone, Copy)]
pub struct Names<'n> {
    pub entity: &'n str,
    pub code: &'n str,
    pub column: &'n str,
}

impl Names<'static> {
    pub const USUAL: Self = Self {
        entity: "depoq",
        code: "a",
        column: "name",
    };
}

/// How a request shows who sends it.
#[derive(Debug, Clone)]
pub enum Credential {
    None,
    Bearer(String),
    Basic(&'static str, &'static str),
}

/// A token for a client that holds until then, in seconds from now, as the service makes them.
pub fn token(caller: Caller, until: i64) -> String {
    let now = jiff::Timestamp::now().as_second();
    let claims = json!({
        "iss": "upsertd", "aud": "upsertd", "sub": caller.id(), "iat": now - 3600, "exp": now + until, "jti": "t",
    });
    let key = jsonwebtoken::EncodingKey::from_secret(SIGNING_KEY.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}

impl World {
    pub async fn new() -> Self {
        let all = Actions::of(ACTIONS.map(|word| {
            let found = Action::GRANTED.iter().find(|(_, known)| *known == word);
            found.unwrap().0
        }));
        let server = Server::with_tables_and(TABLES, &["depoq", "payrolq", "noticq"], |config| {
            for caller in Caller::ALL {
                let mut client = config.auth.clients[0].clone();
                client.id = caller.id();
                client.rights = caller.rights().into();
                config.auth.clients.push(client);
            }
            for declared in &mut config.serving.declared {
                declared.actions = all;
            }
            let depoq = &mut config.serving.declared[0];
            depoq.keys.row_identifier = words(&["code"]);
            depoq.keys.external_ids = words(&["code", "waqes"]);
            depoq.keys.not_unique = words(&["waqes"]);
            depoq.keys.caller_keys = true;
            config.serving.all_tables = Some(AllTables {
                actions: all,
                passwords: Vec::new(),
                caller_keys: true,
                create: true,
            });
            config.datasette.database = Some("data".to_owned());
        })
        .await;
        let mut world = Self {
            server,
            ids: Vec::new(),
            written: String::new(),
        };
        for code in ["a", "xout", "xnil"] {
            let path = format!("/services/data/v59.0/sobjects/depoq/code/{code}");
            let record = world.get(Caller::Owner, &path).await;
            assert_eq!(record.status, 200, "{record:?}");
            let record = record.json();
            let url = record["attributes"]["url"].as_str().unwrap();
            let id = url.rsplit('/').next().unwrap().to_owned();
            world.ids.push((code.to_owned(), id));
        }
        let owner = Credential::Bearer(token(Caller::Owner, 600));
        let gone = world.send(Method::DELETE, "/resource/depoq/xnil.json", "", &owner);
        let gone = gone.await;
        assert_eq!(gone.status, 200);
        gone.header("x-log-id").clone_into(&mut world.written);
        world
    }

    /// The Salesforce id of a row.
    pub fn id(&self, code: &str) -> &str {
        let found = self.ids.iter().find(|(known, _)| known == code);
        &found.unwrap().1
    }

    /// A text with its places filled.
    fn fill(&self, text: &str, names: Names<'_>) -> String {
        let row = self
            .ids
            .iter()
            .position(|(code, _)| code == names.code)
            .unwrap();
        let key = ["1", "2", "99"][row];
        text.replace("{E}", names.entity)
            .replace("{C}", names.code)
            .replace("{K}", key)
            .replace("{I}", &self.ids[row].1)
            .replace("{X}", names.column)
            .replace("{L}", &self.written)
    }

    pub async fn ask(&self, ask: &Ask, names: Names<'_>, who: &Credential) -> Answer {
        self.ask_at(ask, ask.at, ask.body, names, who).await
    }

    /// The operation with another path and body.
    pub async fn ask_at(
        &self,
        ask: &Ask,
        at: &str,
        body: &str,
        names: Names<'_>,
        who: &Credential,
    ) -> Answer {
        let method = ask.of.0.split(',').next().unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let (at, body) = (self.fill(at, names), self.fill(body, names));
        self.send(method, &at, &body, who).await
    }

    async fn send(&self, method: Method, at: &str, body: &str, who: &Credential) -> Answer {
        let url = format!("{}{at}", self.server.base);
        let mut request = self.server.http.request(method, url);
        request = match who {
            Credential::None => request,
            Credential::Bearer(token) => request.bearer_auth(token),
            Credential::Basic(id, secret) => request.basic_auth(id, Some(secret)),
        };
        if !body.is_empty() {
            let csv = at.contains(".csv");
            let media = if csv { "text/csv" } else { "application/json" };
            request = request.header("content-type", media).body(body.to_owned());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, caller: Caller, path: &str) -> Answer {
        let who = Credential::Bearer(token(caller, 600));
        self.send(Method::GET, path, "", &who).await
    }

    /// Everything that there is: the entities, their columns and their rows.
    pub async fn everything(&self) -> Vec<Value> {
        let owner = Credential::Bearer(token(Caller::Owner, 600));
        let mut all = vec![
            self.get(Caller::Owner, "/CSSAPI/V2/EntityList")
                .await
                .json(),
        ];
        for entity in ["depoq", "payrolq", "noticq"] {
            for operation in ["Schema", "Get"] {
                let path = format!("/CSSAPI/V2/{entity}/{operation}");
                let body = if operation == "Get" { "{}" } else { "" };
                let answer = self.send(Method::POST, &path, body, &owner).await;
                all.push(answer.json());
            }
        }
        all
    }
}

/// Whether an answer holds one of these words, in its body or a header.
pub fn tells(answer: &Answer, of: &[&str]) -> Option<String> {
    let headers = answer.headers.iter();
    let headers: Vec<&str> = headers
        .filter_map(|(_, value)| value.to_str().ok())
        .collect();
    let all = format!("{} {}", answer.text, headers.join(" ")).to_lowercase();
    let found = of.iter().find(|word| all.contains(&word.to_lowercase()));
    found.map(|word| (*word).to_owned())
}

/// An answer as it is but for what differs between two requests: the log's id, and words that they had instead of others.
pub fn alike(answer: &Answer, words: &[(&str, &str)]) -> (u16, String, String) {
    let id = answer.header("x-log-id");
    let text = answer.text.replace(id, "-");
    let text = words
        .iter()
        .fold(text, |text, (from, to)| text.replace(from, to));
    (
        answer.status,
        answer.header("x-error-code").to_owned(),
        text,
    )
}

/// A client that there is, with a secret that is not its own.
pub fn wrong_basic() -> Credential {
    Credential::Basic("owner", "wrong")
}
