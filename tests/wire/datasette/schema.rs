//! Tables made, altered and dropped, and `"alter": true`: answers and refusals as Datasette 1.0a41 gives them to the same
//! requests (but where a comment says otherwise), and what is there afterwards.

mod alter;
mod create;
mod everywhere;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{
    catalog::AllTables,
    config::Config,
    domain::{Action, Actions},
};

use crate::support::{Answer, Server};

const TABLES: &str = "
    CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, score REAL);
    INSERT INTO docs VALUES (1, 'a', 1.5), (2, 'b', 2);
    CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT, secret TEXT);
    CREATE VIEW v1 AS SELECT 1 AS one;";

fn every_action() -> Actions {
    let mut actions = Actions::NONE;
    for (action, _) in Action::WORDS {
        actions.add_action(action);
    }
    actions
}

async fn serve(change: impl FnOnce(&mut AllTables)) -> Server {
    serve_config(|config| {
        change(config.serving.all_tables.as_mut().unwrap());
    })
    .await
}

async fn serve_config(change: impl FnOnce(&mut Config)) -> Server {
    let database = crate::support::Database::embedded();
    Server::tables_on(database, TABLES.into(), &[], |config| {
        config.datasette.database = Some("data".to_owned());
        config.serving.all_tables = Some(AllTables {
            actions: every_action(),
            passwords: vec!["secret".to_owned()],
            caller_keys: true,
            create: true,
        });
        change(config);
    })
    .await
}

async fn post(server: &Server, path: &str, body: &Value) -> Answer {
    let request = server.request(Method::POST, path).json(body);
    Answer::of(request.send().await.unwrap()).await
}

/// The messages of a refusal, its status and shape looked at.
async fn refusal(server: &Server, path: &str, body: &Value, status: u16) -> Vec<String> {
    let answer = post(server, path, body).await;
    assert_eq!(answer.status, status, "{body} {answer:?}");
    let told = answer.json();
    assert_eq!(told["ok"], json!(false));
    assert_eq!(told["status"], json!(status));
    let errors: Vec<String> = serde_json::from_value(told["errors"].clone()).unwrap();
    assert_eq!(told["error"], json!(errors.join("; ")));
    errors
}

async fn create(server: &Server, body: Value) -> Value {
    let answer = post(server, "/data/-/create", &body).await;
    assert_eq!(answer.status, 201, "{body} {answer:?}");
    answer.json()
}

async fn alter(server: &Server, table: &str, operations: Value) -> Value {
    let body = json!({"operations": operations});
    let answer = post(server, &format!("/data/{table}/-/alter"), &body).await;
    assert_eq!(answer.status, 200, "{body} {answer:?}");
    answer.json()
}

async fn rows(server: &Server, table: &str) -> Value {
    let answer = server
        .get(&format!("/data/{table}.json?_shape=array"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}
