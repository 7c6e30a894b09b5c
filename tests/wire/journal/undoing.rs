//! Requests undone.

use reqwest::Method;
use serde_json::{Value, json};

use super::{done, everything, explain, undo, update, vendors};
use crate::support::{Answer, tuple};

#[tokio::test]
async fn an_update_is_undone_and_its_undoing_too() {
    let server = vendors(|_| ()).await;
    let start = everything(&server).await;
    let sets = [
        ("city", json!("Linz")),
        ("rate", json!(2.5)),
        ("name", Value::Null),
    ];
    let log_id = update(&server, "city = 'Vienna'", &sets).await;
    let changed = everything(&server).await;
    assert_ne!(changed, start);

    let tried = format!("/admin/log/{log_id}/undo?dry_run=true");
    let tried = Answer::of(server.request(Method::POST, &tried).send().await.unwrap()).await;
    assert_eq!(tried.json()["possible"], true, "{tried:?}");
    assert_eq!(tried.json()["undone_by"], Value::Null);
    assert_eq!(everything(&server).await, changed);

    let undone = undo(&server, &log_id).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(everything(&server).await, start);
    let by = undone.json()["undone_by"].as_str().unwrap().to_owned();
    assert_eq!(by, undone.header("x-log-id"));
    let told = explain(&server, &log_id).await;
    assert_eq!(told["undone_by"], json!([by]));
    assert_eq!(told["undo"]["possible"], false);
    let told = explain(&server, &by).await;
    assert_eq!(told["undoes"], log_id.as_str());
    assert_eq!(told["writes"][0]["entry"]["operation"], "undo");
    undo(&server, &log_id)
        .await
        .fails(409, "undo_refused", &["undone already", &by]);

    assert_eq!(undo(&server, &by).await.status, 200);
    assert_eq!(everything(&server).await, changed);
    // It stands again, and so it can be undone again.
    assert_eq!(undo(&server, &log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn what_has_been_changed_since_is_named_and_nothing_half_undone() {
    let server = vendors(|_| ()).await;
    let log_id = update(
        &server,
        "code IN ('a', 'b', 'c')",
        &[("city", json!("Linz"))],
    )
    .await;
    update(&server, "code = 'b'", &[("name", json!("Other"))]).await;
    let since = everything(&server).await;
    let refused = undo(&server, &log_id).await;
    refused.fails(409, "rows_changed", &["vendor (id = 2)"]);
    assert!(!refused.text.contains("id = 1"), "{refused:?}");
    assert_eq!(everything(&server).await, since);
    let tried = format!("/admin/log/{log_id}/undo?dry_run=true");
    let tried = Answer::of(server.request(Method::POST, &tried).send().await.unwrap())
        .await
        .json();
    assert_eq!(
        tried["changed"],
        json!([{"entity": "vendor", "key": {"id": 2}}])
    );
    assert_eq!(tried["possible"], false);
}

#[tokio::test]
async fn an_insert_is_undone_unless_the_row_has_been_changed_or_is_gone() {
    let server = vendors(|_| ()).await;
    let start = everything(&server).await;
    let add = |code: &str| json!({"Tuples": [tuple("code", code), tuple("city", "Rome")]});
    let log_id = done(&server.post("vendor", "Add", add("x")).await);
    assert_eq!(undo(&server, &log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
    let log_id = done(&server.post("vendor", "Add", add("y")).await);
    server.execute("DELETE FROM vendor WHERE code = 'y'").await;
    undo(&server, &log_id).await.fails(409, "rows_changed", &[]);
}

#[tokio::test]
async fn a_row_that_was_deleted_comes_back_with_its_old_number() {
    let server = vendors(|config| config.serving.declared[0].passwords.clear()).await;
    let start = everything(&server).await;
    let path = "/data/vendor/2/-/delete";
    let log_id = done(&Answer::of(server.request(Method::POST, path).send().await.unwrap()).await);
    assert_eq!(everything(&server).await.len(), 2);
    assert_eq!(undo(&server, &log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn a_trigger_of_the_table_does_not_keep_a_row_from_coming_back() {
    let server = vendors(|_| ()).await;
    server
        .execute(
            "CREATE TABLE seen (what text);
             CREATE TRIGGER touched AFTER UPDATE ON vendor BEGIN
                 UPDATE vendor SET rate = coalesce(rate, 0) + 1 WHERE id = NEW.id;
                 INSERT INTO seen VALUES (NEW.code);
             END;",
        )
        .await;
    let start = everything(&server).await;
    let log_id = update(&server, "code = 'a'", &[("city", json!("Linz"))]).await;
    let told = explain(&server, &log_id).await;
    // What the trigger did to the row is part of what was done to it.
    assert_eq!(
        told["writes"][0]["rows"].as_array().unwrap().len(),
        1,
        "{told}"
    );
    assert_eq!(told["writes"][0]["rows"][0]["after"]["rate"], 2.0);
    let undone = undo(&server, &log_id).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(everything(&server).await, start);
    let by = undone.header("x-log-id").to_owned();
    let told = explain(&server, &by).await;
    assert_eq!(told["writes"][0]["rows"][0]["after"]["rate"], 1.0);
}

#[tokio::test]
async fn a_table_replaced_as_a_whole_comes_back() {
    let server = vendors(|config| config.serving.declared[0].passwords.clear()).await;
    let start = everything(&server).await;
    let request = server
        .request(Method::PUT, "/resource/vendor.json")
        .json(&json!([{"code": "a", "name": "Only"}, {"code": "z"}]));
    let log_id = done(&Answer::of(request.send().await.unwrap()).await);
    assert_eq!(everything(&server).await.len(), 2);
    let undone = undo(&server, &log_id).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn what_others_have_hung_on_a_new_row_is_not_taken_away_with_it() {
    let server = vendors(|_| ()).await;
    server
        .execute(
            "CREATE TABLE offer (id INTEGER PRIMARY KEY, vendor TEXT REFERENCES vendor (code) ON DELETE CASCADE);
             CREATE TABLE note (id INTEGER PRIMARY KEY, vendor TEXT REFERENCES vendor (code) ON DELETE SET NULL);
             ALTER TABLE vendor ADD COLUMN parent INTEGER REFERENCES vendor ON DELETE CASCADE;",
        )
        .await;
    let add = |code: &str| json!({"Tuples": [tuple("code", code), tuple("city", "Rome")]});
    let log_id = done(&server.post("vendor", "Add", add("x")).await);
    let since = everything(&server).await;
    for (hung, taken_off) in [
        ("INSERT INTO offer VALUES (1, 'X')", "DELETE FROM offer"),
        ("INSERT INTO note VALUES (1, 'x')", "DELETE FROM note"),
        (
            "INSERT INTO vendor (code, parent) SELECT 'y', id FROM vendor WHERE code = 'x'",
            "DELETE FROM vendor WHERE code = 'y'",
        ),
    ] {
        server.execute(hung).await;
        let before = everything(&server).await;
        undo(&server, &log_id)
            .await
            .fails(409, "foreign_key_conflict", &["still referred to"]);
        assert_eq!(everything(&server).await, before, "{hung}");
        server.execute(taken_off).await;
    }
    assert_eq!(everything(&server).await, since);
    // What refers to itself goes with itself.
    assert_eq!(undo(&server, &log_id).await.status, 200);
    let start = everything(&server).await;
    let itself = json!({"row": {"id": 70, "code": "z", "parent": 70}});
    let request = server.request(Method::POST, "/data/vendor/-/insert");
    let log_id = done(&Answer::of(request.json(&itself).send().await.unwrap()).await);
    assert_eq!(undo(&server, &log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn what_a_trigger_did_for_a_row_that_was_passed_over_is_not_told() {
    let server = vendors(|_| ()).await;
    server
        .execute(
            "CREATE TRIGGER counting BEFORE INSERT ON vendor BEGIN
                 UPDATE vendor SET rate = coalesce(rate, 0) + 1 WHERE code = 'b';
             END;",
        )
        .await;
    let start = everything(&server).await;
    let rows = json!({"rows": [{"id": 70, "code": "a"}, {"id": 71, "code": "x"}], "ignore": true});
    let request = server.request(Method::POST, "/data/vendor/-/insert");
    let log_id = done(&Answer::of(request.json(&rows).send().await.unwrap()).await);
    let changed = everything(&server).await;
    assert_eq!(changed.len(), 4);
    let told = explain(&server, &log_id).await;
    let rows = &told["writes"][0]["rows"];
    assert_eq!(rows[0]["after"]["rate"], 1.1, "{told}");
    assert_eq!(rows.as_array().unwrap().len(), 2, "{told}");
    // The new row goes, and what the trigger did for it.
    assert_eq!(undo(&server, &log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn another_row_in_the_place_of_one_that_comes_back_refuses_it() {
    let server = vendors(|_| ()).await;
    let log_id = update(&server, "code = 'a'", &[("code", json!("aa"))]).await;
    let taken = json!({"Tuples": [tuple("code", "a")]});
    done(&server.post("vendor", "Add", taken).await);
    let since = everything(&server).await;
    undo(&server, &log_id)
        .await
        .fails(409, "unique_conflict", &["code"]);
    assert_eq!(everything(&server).await, since);
}

#[tokio::test]
async fn what_the_journal_does_not_have_cannot_be_undone() {
    let server = vendors(|_| ()).await;
    for id in ["0190f5fe-7c00-7a00-8000-000000000000", "nonsense"] {
        undo(&server, id).await.fails(404, "unknown_log_id", &[]);
    }
}
