//! Rows of which a client has no right are as if they were not there, and none is written that the client could not see.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::access::GrantSpec;

use super::{only, owner, words};
use crate::support::{Answer, Server, Sql, rule, tuple};

const TABLE: Sql<'static> = Sql {
    sqlite: "CREATE TABLE vendor (id INTEGER PRIMARY KEY AUTOINCREMENT, code nvarchar(10) NOT NULL UNIQUE COLLATE NOCASE, \
             name nvarchar(20) NULL, city nvarchar(20) NULL COLLATE NOCASE);
             INSERT INTO vendor (code, name, city) VALUES ('a', 'Alpha', 'Vienna'), ('b', 'Beta', 'Graz'), ('c', 'Gamma', 'vienna');",
    mssql: "CREATE TABLE vendor (id int IDENTITY(1,1) PRIMARY KEY, code nvarchar(10) NOT NULL UNIQUE, \
            name nvarchar(20) NULL, city nvarchar(20) NULL);
            INSERT INTO vendor (code, name, city) VALUES (N'a', N'Alpha', N'Vienna'), (N'b', N'Beta', N'Graz'), (N'c', N'Gamma', N'vienna');",
};

/// The table, for a client that has the rows of Vienna.
async fn vienna() -> Server {
    Server::with_tables_and(TABLE, &["vendor"], |config| {
        let grant = GrantSpec {
            entities: words(&["vendor"]),
            allow: words(&["view", "add", "edit", "delete", "alter", "drop"]),
            rows: Some("city = 'Vienna'".to_owned()),
            ..GrantSpec::default()
        };
        only(config, &[grant]);
        owner(config);
        let declared = &mut config.serving.declared[0];
        declared.actions.delete = true;
        declared.keys.row_identifier = words(&["code"]);
        declared.keys.external_ids = words(&["code"]);
    })
    .await
}

/// Every row as it is, told by one who may see them all.
async fn all(server: &Server) -> Vec<String> {
    let token = server.ask_token("owner", "owner").await.json();
    let request = server
        .http
        .post(format!("{}/CSSAPI/V2/vendor/Get", server.base))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .json(&json!({"Fields": ["code", "name", "city"]}));
    let rows = Answer::of(request.send().await.unwrap()).await.json();
    let text = |row: &Value| {
        let cell = |key: &str| row[key].as_str().unwrap_or("-").to_owned();
        [cell("code"), cell("name"), cell("city")].join(" ")
    };
    let mut rows: Vec<String> = rows.as_array().unwrap().iter().map(text).collect();
    rows.sort();
    rows
}

fn upsert(code: &str, sets: &[(&str, &str)]) -> Value {
    let sets = sets.iter().map(|(name, value)| tuple(name, *value));
    let tuples: Vec<Value> = std::iter::once(tuple("code", code)).chain(sets).collect();
    json!({"Tuples": tuples, "Clause": {"condition": "AND", "rules": [rule("code", "equal", code)]}})
}

#[tokio::test]
async fn a_read_gives_only_the_clients_rows_whatever_it_asks_for() {
    let server = vienna().await;
    assert_eq!(server.rows("vendor", json!({})).await.len(), 2);
    assert_eq!(server.count("vendor", "code = 'b'").await, 0);
    assert_eq!(server.count("vendor", "id > 0 OR code = 'b'").await, 2);
    let soda = server.get("/resource/vendor.json?$select=code").await;
    assert!(!soda.text.contains("\"b\""), "{soda:?}");
    let record = server
        .get("/services/data/v59.0/sobjects/vendor/code/b")
        .await;
    assert_eq!(record.status, 404, "{record:?}");
}

#[tokio::test]
async fn a_clause_touches_no_row_of_others_and_moves_none_out() {
    let server = vienna().await;
    let before = all(&server).await;
    // The row is not there for the client, and its key is taken.
    let taken = server
        .post("vendor", "Upsert", upsert("b", &[("city", "Vienna")]))
        .await;
    taken.fails(409, "unique_conflict", &[]);
    let moved = server
        .post("vendor", "Upsert", upsert("a", &[("city", "Linz")]))
        .await;
    moved.fails(403, "outside_rows", &["rights"]);
    let moved = json!({"Tuples": [tuple("city", "Linz")], "Clause": "code IN ('a', 'b')"});
    server
        .post("vendor", "Update", moved)
        .await
        .fails(403, "outside_rows", &[]);
    let nothing = json!({"Tuples": [tuple("name", "x")], "Clause": "code = 'b'"});
    let nothing = server.post("vendor", "Update", nothing).await;
    assert_eq!(nothing.json()["TotalAffected"], 0, "{nothing:?}");
    for city in [json!("Linz"), Value::Null] {
        let added = json!({"Tuples": [tuple("code", "d"), tuple("city", city)]});
        server
            .post("vendor", "Add", added)
            .await
            .fails(403, "outside_rows", &[]);
    }
    assert_eq!(all(&server).await, before);

    let kept = server
        .post(
            "vendor",
            "Upsert",
            upsert("a", &[("name", "A"), ("city", "VIENNA")]),
        )
        .await;
    assert_eq!(kept.status, 200, "{kept:?}");
    let added = server
        .post("vendor", "Upsert", upsert("d", &[("city", "Vienna")]))
        .await;
    assert!(added.json()["GeneratedId"].is_number(), "{added:?}");
    assert_eq!(
        all(&server).await,
        ["a A VIENNA", "b Beta Graz", "c Gamma vienna", "d - Vienna"]
    );
}

#[tokio::test]
async fn of_a_batch_only_the_rows_that_keep_to_the_filter_are_written() {
    let server = vienna().await;
    let rows = json!([
        {"code": "a", "name": "A"},
        {"code": "b", "name": "B"},
        {"code": "c", "city": "Linz"},
        {"code": "d", "city": "Vienna"},
        {"code": "e", "city": "Linz"},
    ]);
    let request = server
        .request(Method::POST, "/resource/vendor.json")
        .json(&rows);
    let answer = Answer::of(request.send().await.unwrap()).await.json();
    assert_eq!(
        (
            &answer["Rows Updated"],
            &answer["Rows Created"],
            &answer["Errors"]
        ),
        (&json!(1), &json!(1), &json!(3)),
        "{answer}"
    );
    assert_eq!(
        all(&server).await,
        ["a A Vienna", "b Beta Graz", "c Gamma vienna", "d - Vienna"]
    );
}

#[tokio::test]
async fn deleting_and_replacing_leaves_the_rows_of_others() {
    let server = vienna().await;
    let rows = json!([{"code": "b", ":deleted": true}, {"code": "a", ":deleted": true}]);
    let request = server
        .request(Method::POST, "/resource/vendor.json")
        .json(&rows);
    let answer = Answer::of(request.send().await.unwrap()).await.json();
    assert_eq!(answer["Rows Deleted"], 1, "{answer}");
    assert_eq!(all(&server).await, ["b Beta Graz", "c Gamma vienna"]);

    let rows = json!([{"code": "z", "city": "Vienna"}]);
    let request = server
        .request(Method::PUT, "/resource/vendor.json")
        .json(&rows);
    let replaced = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    assert_eq!(all(&server).await, ["b Beta Graz", "z - Vienna"]);

    let rows = json!([{"code": "y", "city": "Linz"}]);
    let request = server
        .request(Method::PUT, "/resource/vendor.json")
        .json(&rows);
    let refused = Answer::of(request.send().await.unwrap()).await;
    assert!(refused.status >= 400, "{refused:?}");
    assert_eq!(all(&server).await, ["b Beta Graz", "z - Vienna"]);
}
