//! Requests with an `Idempotency-Key`, by every API: they act once, and their repetitions get the first answer.

mod batches;
mod refusals;
mod resumed;
mod tables;
mod undoing;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use upsertd::{config::Config, domain::Actions};

use crate::support::{Answer, Database, EVERYTHING, Server, Sql};

/// Rows without a unique text, so that whatever acts twice makes two.
const TABLES: Sql<'static> = Sql {
    sqlite:
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, code \"nvarchar(20)\" COLLATE NOCASE, n int);
             CREATE TABLE lines (code \"nvarchar(20)\" COLLATE NOCASE, n int);
             CREATE TABLE pairs (a \"nvarchar(20)\" NOT NULL, b int NOT NULL, n int, PRIMARY KEY (a, b));",
    mssql: "CREATE TABLE notes (id bigint IDENTITY PRIMARY KEY, code nvarchar(20), n int);
            CREATE TABLE lines (code nvarchar(20), n int);
            CREATE TABLE pairs (a nvarchar(20) NOT NULL, b int NOT NULL, n int, PRIMARY KEY (a, b));",
};

const ALL: Actions = Actions {
    delete: true,
    alter: true,
    drop: true,
    ..EVERYTHING
};

async fn server() -> Server {
    server_with(|_| ()).await
}

async fn server_with(change: impl FnOnce(&mut Config)) -> Server {
    server_on(Database::create().await, change).await
}

async fn server_on(database: Database, change: impl FnOnce(&mut Config)) -> Server {
    Server::tables_on(database, TABLES, &["notes", "lines", "pairs"], |config| {
        config.datasette.database = Some("data".to_owned());
        for declared in &mut config.serving.declared {
            declared.actions = ALL;
        }
        config.serving.declared[0].keys.external_ids = vec!["id".to_owned()];
        change(config);
    })
    .await
}

/// A request of one API that makes a row with this code.
struct Making {
    method: Method,
    path: &'static str,
    body: fn(&str) -> Value,
}

impl Making {
    fn request(&self, server: &Server, code: &str) -> RequestBuilder {
        let request = server.request(self.method.clone(), self.path);
        request.json(&(self.body)(code))
    }

    async fn send(&self, server: &Server, key: &str, code: &str) -> Answer {
        ask(self.request(server, code), key).await
    }
}

/// One of each API, and of each way in which it writes.
const MAKING: [Making; 8] = [
    Making {
        method: Method::POST,
        path: "/CSSAPI/V2/lines/Add",
        body: |code| json!({"Tuples": [{"Name": "code", "Value": code}]}),
    },
    Making {
        method: Method::POST,
        path: "/CSSAPI/V2/notes/Upsert",
        body: |code| json!({"Tuples": [{"Name": "code", "Value": code}], "Clause": "n = 77"}),
    },
    Making {
        method: Method::POST,
        path: "/CSSAPI/V2/notes/UpsertMany",
        body: |code| json!({"Rows": [{"code": code}], "AllOrNone": false}),
    },
    Making {
        method: Method::POST,
        path: "/data/notes/-/insert",
        body: |code| json!({"row": {"code": code}, "return": true}),
    },
    Making {
        method: Method::POST,
        path: "/resource/lines.json",
        body: |code| json!([{"code": code}]),
    },
    Making {
        method: Method::POST,
        path: "/resource/notes.json",
        body: |code| json!({"code": code}),
    },
    Making {
        method: Method::POST,
        path: "/services/data/v59.0/sobjects/notes",
        body: |code| json!({"code": code}),
    },
    Making {
        method: Method::PATCH,
        path: "/services/data/v59.0/composite/sobjects/notes/id",
        body: |code| json!({"records": [{"attributes": {"type": "notes"}, "id": 4711, "code": code}]}),
    },
];

async fn ask(request: RequestBuilder, key: &str) -> Answer {
    let request = request.header("idempotency-key", key);
    Answer::of(request.send().await.unwrap()).await
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

/// Asserts that an answer is another one once more.
#[track_caller]
fn is_the_same(repeated: &Answer, first: &Answer) {
    assert!(is_replayed(repeated) && !is_replayed(first), "{repeated:?}");
    assert_eq!(
        (repeated.status, &repeated.text),
        (first.status, &first.text)
    );
    for header in [
        "content-type",
        "x-log-id",
        "x-error-code",
        "location",
        "x-socrata-requestid",
    ] {
        assert_eq!(repeated.header(header), first.header(header), "{header}");
    }
}

async fn count(server: &Server, code: &str) -> u64 {
    let clause = format!("code = '{code}'");
    server.count("notes", &clause).await + server.count("lines", &clause).await
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer_and_does_nothing() {
    let server = server().await;
    for (number, making) in MAKING.iter().enumerate() {
        let code = &format!("C{number}");
        let first = making.send(&server, code, code).await;
        assert!(first.status < 300, "{} {first:?}", making.path);
        if making.path.contains("composite") {
            // No record can be made with a number of the caller's: what is told of it is kept, too.
            assert!(first.text.contains("\"success\":false"), "{first:?}");
        } else {
            assert_eq!(count(&server, code).await, 1, "{}", making.path);
        }
        for _ in 0..2 {
            let repeated = making.send(&server, &format!("\"{code}\""), code).await;
            is_the_same(&repeated, &first);
        }
        assert!(count(&server, code).await <= 1, "{}", making.path);
        // Without the key, or with another, it acts again.
        let again = making.send(&server, &format!("{code}-2"), code).await;
        assert!(!is_replayed(&again), "{again:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let server = server().await;
    let add = || {
        let request = server.request(Method::POST, "/CSSAPI/V2/lines/Add");
        request.json(&json!({"Tuples": [{"Name": "late", "Value": 1}]}))
    };
    let first = ask(add(), "k").await;
    first.fails(400, "unknown_column", &["late"]);
    server.execute("ALTER TABLE lines ADD late int").await;
    server.running.reload().await;
    is_the_same(&ask(add(), "k").await, &first);
    assert_eq!(ask(add(), "another").await.status, 200);
}

#[tokio::test]
async fn what_only_reads_is_read_again() {
    let server = server().await;
    let get = || {
        let request = server.request(Method::POST, "/CSSAPI/V2/lines/Get");
        request.json(&json!({"Fields": ["COUNT(*)"], "Clause": "n IS NULL"}))
    };
    let first = ask(get(), "k").await;
    MAKING[0].send(&server, "other", "C").await;
    let second = ask(get(), "k").await;
    assert!(
        !is_replayed(&second) && second.text != first.text,
        "{second:?}"
    );
}

#[tokio::test]
async fn the_token_endpoints_take_no_notice_of_a_key() {
    let server = server().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", crate::support::CLIENT),
        ("client_secret", crate::support::SECRET),
    ];
    for path in ["/oauth/token", "/services/oauth2/token"] {
        for _ in 0..2 {
            let request = server
                .http
                .post(format!("{}{path}", server.base))
                .form(&form);
            let answer = ask(request.bearer_auth(&server.token), "k").await;
            assert!(answer.status == 200 && !is_replayed(&answer), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn another_client_s_key_is_another() {
    let server = server_with(|config| {
        let mut other = config.auth.clients[0].clone();
        "other".clone_into(&mut other.id);
        config.auth.clients.push(other);
    })
    .await;
    let first = MAKING[0].send(&server, "k", "C").await;
    let token = server
        .ask_token("other", crate::support::SECRET)
        .await
        .json();
    let token = token["access_token"].as_str().unwrap();
    let request = server
        .http
        .post(format!("{}{}", server.base, MAKING[0].path));
    let request = request.bearer_auth(token).json(&(MAKING[0].body)("C"));
    let other = ask(request, "k").await;
    assert!(first.status == 200 && other.status == 200, "{other:?}");
    assert!(!is_replayed(&other), "{other:?}");
    assert_eq!(count(&server, "C").await, 2);
}

#[tokio::test]
async fn what_was_kept_long_enough_is_forgotten_when_the_service_looks() {
    let server = server_with(|config| config.idempotency.keep = std::time::Duration::ZERO).await;
    let first = MAKING[0].send(&server, "k", "C").await;
    is_the_same(&MAKING[0].send(&server, "k", "C").await, &first);
    let old = Sql {
        sqlite: "UPDATE upsertd_idempotency SET at = 0",
        mssql: "UPDATE dbo.upsertd_idempotency SET at = '2000-01-01'",
    };
    server.execute(old).await;
    server.running.forget_requests().await.unwrap();
    let later = MAKING[0].send(&server, "k", "C").await;
    assert!(later.status == 200 && !is_replayed(&later), "{later:?}");
    assert_eq!(count(&server, "C").await, 2);
}

#[tokio::test]
async fn where_it_is_off_a_key_means_nothing() {
    let server = server_with(|config| config.idempotency.enabled = false).await;
    for _ in 0..2 {
        let answer = MAKING[0].send(&server, "k", "C").await;
        assert!(answer.status == 200 && !is_replayed(&answer), "{answer:?}");
    }
    assert_eq!(count(&server, "C").await, 2);
}
