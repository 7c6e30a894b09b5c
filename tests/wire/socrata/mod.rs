//! Socrata's publisher API: the lines of its contract, over a real socket.

mod access;
mod csv;
mod earthquakes;
mod reading;
mod replacing;
mod rows;
mod system_ids;
mod upserting;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{
    config::Config,
    domain::{
        Actions, Name,
        dataset::{DatasetDeclaration, LocationDeclaration},
    },
};

use crate::support::{Answer, EVERYTHING, Server, Sql};

/// The vendor's sample dataset: its row identifier is `earthquake_id`, its location two columns.
const EARTHQUAKES: Sql<'_> = Sql {
    sqlite: "CREATE TABLE earthquakes (
            earthquake_id \"nvarchar(20)\" NOT NULL PRIMARY KEY COLLATE NOCASE,
            region \"nvarchar(100)\" COLLATE NOCASE,
            source \"nvarchar(10)\" COLLATE NOCASE,
            latitude \"decimal(9,6)\",
            longitude \"decimal(9,6)\",
            magnitude \"decimal(4,2)\",
            number_of_stations int,
            datetime \"datetime2(3)\",
            depth \"decimal(7,3)\",
            version int,
            felt bit);
        INSERT INTO earthquakes VALUES
            ('71842370', 'Northern California', 'nc', 38.8023, -122.7685, 1.3, 20, '2012-09-14 22:14:21', 0, 1, 0),
            ('00388609', 'Nevada', 'nn', 38.8612, -118.7618, 1.0, 9, '2012-09-14 22:44:52', 7, 1, NULL);",
    mssql: "CREATE TABLE earthquakes (
            earthquake_id nvarchar(20) NOT NULL PRIMARY KEY,
            region nvarchar(100), source nvarchar(10),
            latitude decimal(9,6), longitude decimal(9,6),
            magnitude decimal(4,2), number_of_stations int, datetime datetime2(3),
            depth decimal(7,3), version int, felt bit);
        INSERT INTO earthquakes VALUES
            ('71842370', 'Northern California', 'nc', 38.8023, -122.7685, 1.3, 20, '2012-09-14T22:14:21', 0, 1, 0),
            ('00388609', 'Nevada', 'nn', 38.8612, -118.7618, 1.0, 9, '2012-09-14T22:44:52', 7, 1, NULL);",
};

/// The id that the vendor's sample has.
const ID: &str = "4tka-6guv";

const ALL: Actions = Actions {
    delete: true,
    ..EVERYTHING
};

fn as_earthquakes(config: &mut Config) {
    let entity = &mut config.serving.declared[0];
    entity.actions = ALL;
    entity.keys.row_identifier = vec!["earthquake_id".to_owned()];
    entity.dataset = DatasetDeclaration {
        id: Some(ID.parse().unwrap()),
        locations: vec![LocationDeclaration {
            name: Name::parse("location").unwrap(),
            latitude: "latitude".to_owned(),
            longitude: "longitude".to_owned(),
        }],
    };
}

async fn earthquakes() -> Server {
    Server::with_tables_and(EARTHQUAKES, &["earthquakes"], as_earthquakes).await
}

/// Rows that have nothing but a counted number, and a text.
const NOTES: Sql<'_> = Sql {
    sqlite: "CREATE TABLE notes (id INTEGER PRIMARY KEY, \"Note Text\" \"nvarchar(200)\" COLLATE NOCASE,
            score \"decimal(9,2)\");
        INSERT INTO notes VALUES (1, 'one', 1.5), (2, 'two', NULL);",
    mssql: "CREATE TABLE notes (id bigint IDENTITY PRIMARY KEY, [Note Text] nvarchar(200), score decimal(9,2));
        INSERT INTO notes ([Note Text], score) VALUES ('one', 1.5), ('two', NULL);",
};

async fn notes() -> Server {
    Server::with_tables_and(NOTES, &["notes"], |config| {
        config.serving.declared[0].actions = ALL;
    })
    .await
}

async fn send(server: &Server, method: Method, path: &str, body: &Value) -> Answer {
    let request = server.request(method, path).json(body);
    Answer::of(request.send().await.unwrap()).await
}

async fn post(server: &Server, dataset: &str, body: &Value) -> Answer {
    send(
        server,
        Method::POST,
        &format!("/resource/{dataset}.json"),
        body,
    )
    .await
}

/// The answer's counts: created, updated, deleted, errors, by row identifier, by `:id`.
#[track_caller]
fn counts(answer: &Answer) -> [u64; 6] {
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    let keys = [
        "Rows Created",
        "Rows Updated",
        "Rows Deleted",
        "Errors",
        "By RowIdentifier",
        "By SID",
    ];
    assert_eq!(body.as_object().unwrap().len(), keys.len(), "{answer:?}");
    keys.map(|key| {
        body[key]
            .as_u64()
            .unwrap_or_else(|| panic!("{key}: {answer:?}"))
    })
}

/// Asserts an error in the API's envelope.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, words: &[&str]) {
    let body = answer.json();
    let expected = json!({
        "code": code, "errorCode": code, "error": true, "message": body["message"], "data": {},
    });
    assert_eq!((answer.status, &body), (status, &expected), "{answer:?}");
    let message = body["message"].as_str().unwrap();
    for word in words {
        assert!(message.contains(word), "'{word}' in {message}");
    }
    assert_eq!(
        answer.header("x-socrata-requestid"),
        answer.header("x-log-id")
    );
}

/// The rows that a read gives.
async fn rows(server: &Server, path: &str) -> Vec<Value> {
    let answer = server.get(&format!("/resource/{path}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap().clone()
}
