//! What the journal says of requests, and undoing them, as its readers meet it. On the embedded engine; what a SQL Server
//! keeps is the engine suite's business.

mod errors;
mod explaining;
mod histories;
mod rights;
mod undoing;

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{
    access::{GrantSpec, hash_secret},
    config::Config,
    domain::{Actions, Rights},
};

use crate::support::{Answer, Database, Server, Sql, tuple};

const VENDORS: &str = "
    CREATE TABLE vendor (id INTEGER PRIMARY KEY AUTOINCREMENT, code \"nvarchar(10)\" NOT NULL UNIQUE COLLATE NOCASE,
        name \"nvarchar(20)\", city \"nvarchar(20)\" COLLATE NOCASE, rate float, logo blob, secret text);
    INSERT INTO vendor (code, name, city, rate, logo, secret) VALUES
        ('a', 'Alpha', 'Vienna', 1.0, x'00FF', 'hush-a'), ('b', 'Beta', 'Graz', 0.1, NULL, 'hush-b'),
        ('c', 'Gamma', 'Vienna', NULL, NULL, 'hush-c');";

/// Vendors, whose secret is a password, with a changed configuration.
async fn vendors(change: impl FnOnce(&mut Config)) -> Server {
    let sql = Sql {
        sqlite: VENDORS,
        mssql: "",
    };
    Server::tables_on(Database::embedded(), sql, &["vendor"], |config| {
        config.datasette.database = Some("data".to_owned());
        let vendor = &mut config.serving.declared[0];
        vendor.actions = Actions::all();
        vendor.actions.create = false;
        vendor.actions.explain = false;
        vendor.actions.undo = false;
        vendor.passwords = vec!["secret".to_owned()];
        vendor.keys.row_identifier = vec!["code".to_owned()];
        vendor.keys.external_ids = vec!["code".to_owned()];
        vendor.keys.caller_keys = true;
        change(config);
    })
    .await
}

/// Another client with these grants; its secret is its id.
fn client(config: &mut Config, id: &str, grants: &[GrantSpec]) {
    let mut client = config.auth.clients[0].clone();
    id.clone_into(&mut client.id);
    client.hash = hash_secret(id).unwrap();
    let grants = grants.iter().map(|grant| grant.grant().unwrap());
    client.rights = Arc::new(Rights::new(grants.collect()));
    config.auth.clients.push(client);
}

/// A grant of these actions on vendors.
fn grant(allow: &[&str]) -> GrantSpec {
    GrantSpec {
        entities: vec!["vendor".to_owned()],
        allow: allow.iter().map(|&word| word.to_owned()).collect(),
        ..GrantSpec::default()
    }
}

/// A request of another client.
async fn ask_as(server: &Server, id: &str, method: Method, path: &str, body: &Value) -> Answer {
    let token = server.ask_token(id, id).await.json();
    let request = server
        .http
        .request(method, format!("{}{path}", server.base))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .json(body);
    Answer::of(request.send().await.unwrap()).await
}

/// Sets columns of the rows that a condition is about; gives the request's id.
async fn update(server: &Server, clause: &str, sets: &[(&str, Value)]) -> String {
    let tuples: Vec<Value> = sets
        .iter()
        .map(|(name, value)| tuple(name, value.clone()))
        .collect();
    let body = json!({"Tuples": tuples, "Clause": clause});
    done(&server.post("vendor", "Update", body).await)
}

/// The id of a request that was done.
#[track_caller]
fn done(answer: &Answer) -> String {
    assert!(answer.status < 300, "{answer:?}");
    answer.header("x-log-id").to_owned()
}

/// What the journal says of a request.
async fn explain(server: &Server, log_id: &str) -> Value {
    let answer = server.get(&format!("/admin/log/{log_id}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Asks for a request to be undone.
async fn undo(server: &Server, log_id: &str) -> Answer {
    let path = format!("/admin/log/{log_id}/undo");
    Answer::of(server.request(Method::POST, &path).send().await.unwrap()).await
}

/// Everything in the table but the secrets.
async fn everything(server: &Server) -> Vec<Value> {
    let body = json!({
        "Fields": ["id", "code", "name", "city", "rate"],
        "OrderBy": [{"FieldName": "id"}],
    });
    server.rows("vendor", body).await
}
