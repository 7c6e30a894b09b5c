//! What the journal says of requests that were done.

use serde_json::{Value, json};

use super::{done, everything, explain, undo, update, vendors};
use crate::support::{Answer, CLIENT, tuple};

#[tokio::test]
async fn a_request_is_explained_by_its_log_id() {
    let server = vendors(|_| ()).await;
    let log_id = update(&server, "code = 'a'", &[("city", json!("Linz"))]).await;
    let told = explain(&server, &log_id).await;
    let write = &told["writes"][0];
    let entry = &write["entry"];
    assert_eq!(entry["log_id"], log_id.as_str());
    assert_eq!(entry["client"], CLIENT);
    assert_eq!(
        (
            &entry["api"],
            &entry["operation"],
            &entry["entity"],
            &entry["clause"]
        ),
        (
            &json!("contractinsight"),
            &json!("update"),
            &json!("vendor"),
            &json!("code = 'a'")
        )
    );
    assert_eq!(
        (&entry["created"], &entry["updated"], &entry["deleted"]),
        (&json!(0), &json!(1), &json!(0))
    );
    let row = &write["rows"][0];
    assert_eq!(row["key"], json!({"id": 1}));
    assert_eq!(
        row["before"],
        json!({"id": 1, "code": "a", "name": "Alpha", "city": "Vienna", "rate": 1.0, "logo": {"blob": "AP8="}})
    );
    assert_eq!(row["after"]["city"], "Linz");
    assert_eq!(told["undo"]["possible"], true);
    assert_eq!(told["error"], Value::Null);
}

#[tokio::test]
async fn what_was_inserted_and_deleted_has_one_side_and_a_batch_one_entry() {
    let server = vendors(|_| ()).await;
    let rows = json!([
        {"code": "d", "name": "Delta"},
        {"code": "a", "name": "ALPHA"},
        {"code": "b", ":deleted": true},
    ]);
    let request = server
        .request(reqwest::Method::POST, "/resource/vendor.json")
        .json(&rows);
    let log_id = done(&Answer::of(request.send().await.unwrap()).await);
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"].as_array().unwrap().len(), 1, "{told}");
    let entry = &told["writes"][0]["entry"];
    assert_eq!(
        (&entry["created"], &entry["updated"], &entry["deleted"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let rows = told["writes"][0]["rows"].as_array().unwrap();
    assert_eq!(rows[0]["before"], Value::Null);
    assert_eq!(rows[0]["after"]["name"], "Delta");
    assert_eq!(rows[1]["before"]["name"], "Alpha");
    assert_eq!(rows[2]["after"], Value::Null);
    assert_eq!(rows[2]["before"]["code"], "b");
}

#[tokio::test]
async fn a_refused_write_leaves_nothing_and_one_without_change_its_entry() {
    let server = vendors(|_| ()).await;
    let taken = json!({"Tuples": [tuple("code", "b")], "Clause": "code = 'a'"});
    let refused = server.post("vendor", "Update", taken).await;
    refused.fails(409, "unique_conflict", &[]);
    let log_id = refused.header("x-log-id").to_owned();
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"], json!([]));
    assert_eq!(told["error"]["code"], "unique_conflict");
    let log_id = update(&server, "code = 'a'", &[("city", json!("Vienna"))]).await;
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"][0]["entry"]["updated"], 1);
    assert_eq!(told["writes"][0]["rows"], json!([]));
}

#[tokio::test]
async fn of_a_batch_the_rows_that_failed_are_not_there() {
    let server = vendors(|_| ()).await;
    let rows = json!([
        {"code": "d", "name": "Delta"},
        {"code": "e", "id": 1},
        {"code": "f", "name": "Phi"},
    ]);
    let request = server
        .request(reqwest::Method::POST, "/resource/vendor.json")
        .json(&rows);
    let log_id = done(&Answer::of(request.send().await.unwrap()).await);
    let written = everything(&server).await.len() - 3;
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"][0]["entry"]["created"], written);
    assert_eq!(
        told["writes"][0]["rows"].as_array().unwrap().len(),
        written,
        "{told}"
    );
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged_newest_first() {
    let server = vendors(|_| ()).await;
    let mut ids = Vec::new();
    for city in ["Linz", "Graz", "Wels"] {
        ids.push(update(&server, "code = 'a'", &[("city", json!(city))]).await);
    }
    let body = json!({"Tuples": [tuple("code", "x")]});
    ids.push(done(&server.post("vendor", "Add", body).await));
    ids.reverse();
    let mut listed = Vec::new();
    let mut path = "/admin/log?limit=2".to_owned();
    for _ in 0..3 {
        let page = server.get(&path).await.json();
        let entries = page["entries"].as_array().unwrap();
        listed.extend(
            entries
                .iter()
                .map(|entry| entry["log_id"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/admin/log?limit=2&after={next}");
    }
    assert_eq!(listed, ids);
    let count = async |query: &str| {
        let page = server.get(&format!("/admin/log?{query}")).await.json();
        page["entries"].as_array().unwrap().len()
    };
    assert_eq!(count("operation=update").await, 3);
    assert_eq!(count("operation=add&entity=VENDOR&client=tester").await, 1);
    assert_eq!(count("api=socrata").await, 0);
    assert_eq!(count("to=2020-01-01").await, 0);
    assert_eq!(count("from=2020-01-01T00:00:00Z").await, 4);
    let wrong = server.get("/admin/log?form=2020-01-01").await;
    wrong.fails(400, "body_malformed", &["form"]);
}

#[tokio::test]
async fn no_password_is_ever_in_the_journal() {
    let server = vendors(|_| ()).await;
    update(&server, "code = 'a'", &[("city", json!("Linz"))]).await;
    let request = server
        .request(reqwest::Method::POST, "/resource/vendor.json")
        .json(&json!([{"code": "b", ":deleted": true}]));
    let deleted = done(&Answer::of(request.send().await.unwrap()).await);
    server
        .execute("UPDATE vendor SET secret = 'hush-new' WHERE code = 'c'")
        .await;
    let mut session = server.session().await;
    let found = session
        .numbers(
            "SELECT count(*) FROM upsertd_log_rows WHERE coalesce(before, '') || coalesce(after, '') LIKE '%hush%'
             UNION ALL SELECT count(*) FROM upsertd_log WHERE columns LIKE '%secret%'
             UNION ALL SELECT count(*) FROM upsertd_log_rows",
        )
        .await;
    assert_eq!(found, [0, 0, 2]);
    // What was deleted cannot come back without it.
    let told = explain(&server, &deleted).await;
    assert_eq!(told["undo"]["possible"], false);
    assert!(
        told["undo"]["refusals"][0]
            .as_str()
            .unwrap()
            .contains("secret"),
        "{told}"
    );
    super::undo(&server, &deleted)
        .await
        .fails(409, "undo_refused", &["secret"]);
}

#[tokio::test]
async fn how_much_is_kept_is_an_entity_s_own() {
    use upsertd::domain::Keeping;
    let counted = vendors(|config| {
        config.serving.declared[0].journal = Some(Keeping::Counts);
    })
    .await;
    let log_id = update(&counted, "code = 'a'", &[("city", json!("Linz"))]).await;
    let told = explain(&counted, &log_id).await;
    assert_eq!(told["writes"][0]["columns"], Value::Null);
    assert_eq!(told["writes"][0]["entry"]["updated"], 1);
    super::undo(&counted, &log_id)
        .await
        .fails(409, "undo_refused", &["only the number was kept"]);
    let silent = vendors(|config| {
        config.serving.declared[0].journal = Some(Keeping::Off);
    })
    .await;
    let log_id = update(&silent, "code = 'a'", &[("city", json!("Linz"))]).await;
    let answer = silent.get(&format!("/admin/log/{log_id}")).await;
    answer.fails(404, "unknown_log_id", &[]);
}

#[tokio::test]
async fn making_changing_and_dropping_tables_is_noted() {
    let server = vendors(|_| ()).await;
    let body = json!({"add": [], "operations": [{"op": "add_column", "args": {"name": "note", "type": "text"}}]});
    let request = server
        .request(reqwest::Method::POST, "/data/vendor/-/alter")
        .json(&json!({"operations": body["operations"]}));
    let log_id = done(&Answer::of(request.send().await.unwrap()).await);
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"][0]["entry"]["entity"], "vendor", "{told}");
    super::undo(&server, &log_id)
        .await
        .fails(409, "undo_refused", &["altered"]);
    // What is written afterwards is kept with the new column.
    let log_id = update(&server, "code = 'a'", &[("note", json!("new"))]).await;
    let told = explain(&server, &log_id).await;
    assert_eq!(told["writes"][0]["rows"][0]["after"]["note"], "new");
}

#[tokio::test]
async fn a_column_that_was_watched_can_be_changed_and_dropped() {
    let server = vendors(|_| ()).await;
    update(&server, "code = 'a'", &[("city", json!("Linz"))]).await;
    let alter = async |key: Option<&str>, operation: Value| {
        let request = server.request(reqwest::Method::POST, "/data/vendor/-/alter");
        let request = match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        };
        let request = request.json(&json!({"operations": [operation]}));
        done(&Answer::of(request.send().await.unwrap()).await)
    };
    let renamed = json!({"op": "rename_column", "args": {"name": "name", "to": "title"}});
    alter(None, renamed).await;
    let log_id = update(&server, "code = 'a'", &[("title", json!("A"))]).await;
    let told = explain(&server, &log_id).await;
    assert_eq!(
        told["writes"][0]["rows"][0]["before"]["title"], "Alpha",
        "{told}"
    );
    // A request that is to act once changes tables in another way.
    let dropped = json!({"op": "drop_column", "args": {"name": "title"}});
    alter(Some("drop-1"), dropped).await;
    super::undo(&server, &log_id)
        .await
        .fails(409, "undo_refused", &["title"]);
    let log_id = update(&server, "code = 'a'", &[("city", json!("Wels"))]).await;
    // Another process changes the table behind the service's back.
    server.execute("ALTER TABLE vendor DROP COLUMN logo").await;
    update(&server, "code = 'b'", &[("city", json!("Wels"))]).await;
    super::undo(&server, &log_id)
        .await
        .fails(409, "undo_refused", &["logo"]);
}

#[tokio::test]
async fn rows_are_told_once_where_a_column_came_while_the_service_ran() {
    let server = vendors(|_| ()).await;
    server
        .execute("ALTER TABLE vendor ADD COLUMN extra TEXT")
        .await;
    let add = |code: &str, more: Value| json!({"Tuples": [tuple("code", code), more]});
    // By the reading of the tables before.
    let before = done(
        &server
            .post("vendor", "Add", add("x", tuple("city", "Rome")))
            .await,
    );
    server.running.reload().await;
    let after = done(
        &server
            .post("vendor", "Add", add("y", tuple("extra", "E")))
            .await,
    );
    for (log_id, extra) in [(&after, json!("E")), (&before, Value::Null)] {
        let told = explain(&server, log_id).await;
        let rows = told["writes"][0]["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{told}");
        assert_eq!(rows[0]["after"]["extra"], extra, "{told}");
        let undone = undo(&server, log_id).await;
        assert_eq!(undone.status, 200, "{undone:?}");
    }
}
