//! `:id`: every row has one, whatever its key is.

use serde_json::{Value, json};

use super::{ALL, ID, counts, earthquakes, notes, post, rows};
use crate::support::{Server, Sql};

async fn id_of(server: &Server, path: &str) -> Value {
    rows(server, path).await[0][":id"].clone()
}

#[tokio::test]
async fn rows_are_updated_and_deleted_by_id_and_counted_so() {
    let server = notes().await;
    let first = id_of(&server, "notes.json?$select=:id&id=1").await;
    let second = id_of(&server, "notes.json?$select=:id&id=2").await;
    let body = json!([
        {":id": first, "score": 9},
        {":id": second, ":deleted": true},
        {":id": "row-none~such~here", "score": 1},
        {"note_text": "new"},
    ]);
    assert_eq!(
        counts(&post(&server, "notes", &body).await),
        [1, 1, 1, 1, 0, 2]
    );
    let found = rows(&server, "notes.json?$select=note_text,score&$order=:id").await;
    assert_eq!(
        found,
        [
            json!({"note_text": "one", "score": "9.00"}),
            json!({"note_text": "new"})
        ]
    );
    let found = rows(
        &server,
        &format!("notes.json?:id={}", first.as_str().unwrap()),
    )
    .await;
    assert_eq!(found[0]["note_text"], "one");
    let deleted = post(&server, "notes", &json!([[first]])).await;
    assert_eq!(counts(&deleted), [0, 0, 1, 0, 0, 1]);
}

#[tokio::test]
async fn rows_that_were_read_with_their_system_fields_can_be_sent_back() {
    let server = earthquakes().await;
    let mut all = rows(
        &server,
        "4tka-6guv.json?$$exclude_system_fields=false&$order=earthquake_id",
    )
    .await;
    for row in &mut all {
        assert!(row[":id"].is_string());
        row["version"] = json!("5");
        row[":updated_at"] = json!("2020-01-01T00:00:00.000Z");
    }
    assert_eq!(
        counts(&post(&server, ID, &json!(all)).await),
        [0, 2, 0, 0, 0, 2]
    );
    assert_eq!(rows(&server, "4tka-6guv.json?version=5").await.len(), 2);
}

/// A row identifier that is not the key.
const CODES: Sql<'_> = Sql {
    sqlite: "CREATE TABLE codes (id INTEGER PRIMARY KEY, code \"nvarchar(20)\" NOT NULL UNIQUE COLLATE NOCASE, n int);
        INSERT INTO codes VALUES (1, 'a', 1), (2, 'b', 2);",
    mssql: "CREATE TABLE codes (id bigint IDENTITY PRIMARY KEY, code nvarchar(20) NOT NULL UNIQUE, n int);
        INSERT INTO codes (code, n) VALUES ('a', 1), ('b', 2);",
};

#[tokio::test]
async fn one_request_may_name_rows_by_both_where_the_keys_differ() {
    let server = Server::with_tables_and(CODES, &["codes"], |config| {
        let entity = &mut config.serving.declared[0];
        entity.actions = ALL;
        entity.keys.row_identifier = vec!["code".to_owned()];
    })
    .await;
    let id = id_of(&server, "codes.json?$select=:id&code=a").await;
    let body =
        json!([{":id": id, "n": 10, "code": "aa"}, {"code": "b", "n": 20}, {"code": "c", "n": 30}]);
    assert_eq!(
        counts(&post(&server, "codes", &body).await),
        [1, 2, 0, 0, 2, 1]
    );
    let found = rows(&server, "codes.json?$select=code,n&$order=code").await;
    let expected = [("aa", "10"), ("b", "20"), ("c", "30")];
    let expected = expected.map(|(code, n)| json!({"code": code, "n": n}));
    assert_eq!(found, expected);
}

const PARTS: Sql<'_> = Sql {
    sqlite: "CREATE TABLE parts (guid uniqueidentifier NOT NULL, part \"nvarchar(20)\" NOT NULL COLLATE NOCASE, n int,
            PRIMARY KEY (guid, part));
        INSERT INTO parts VALUES ('6f9619ff-8b86-d011-b42d-00c04fc964ff', 'left/ü ~', 1);",
    mssql: "CREATE TABLE parts (guid uniqueidentifier NOT NULL, part nvarchar(20) NOT NULL, n int,
            PRIMARY KEY (guid, part));
        INSERT INTO parts VALUES ('6f9619ff-8b86-d011-b42d-00c04fc964ff', N'left/ü ~', 1);",
};

#[tokio::test]
async fn a_key_of_a_guid_and_a_text_has_an_id_too() {
    let server = Server::with_tables_and(PARTS, &["parts"], |config| {
        config.serving.declared[0].actions = ALL;
    })
    .await;
    let id = id_of(&server, "parts.json?$select=:id").await;
    let body = json!([{":id": id, "n": 2}]);
    assert_eq!(
        counts(&post(&server, "parts", &body).await),
        [0, 1, 0, 0, 0, 1]
    );
    let row = server
        .get(&format!("/resource/parts/{}.json", id.as_str().unwrap()))
        .await;
    assert_eq!((row.status, &row.json()["n"]), (200, &json!("2")));
}
