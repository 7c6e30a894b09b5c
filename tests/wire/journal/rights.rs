//! What a client may see of the journal, and undo.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::access::GrantSpec;

use super::{ask_as, client, done, everything, grant, update, vendors};
use crate::support::tuple;

#[tokio::test]
async fn without_the_right_nothing_is_there() {
    let server = vendors(|config| {
        client(config, "viewer", &[grant(&["view", "edit"])]);
        client(config, "reader", &[grant(&["explain"])]);
    })
    .await;
    let log_id = update(&server, "code = 'a'", &[("city", json!("Linz"))]).await;
    let path = format!("/admin/log/{log_id}");
    let viewer = ask_as(&server, "viewer", Method::GET, &path, &Value::Null).await;
    viewer.fails(404, "unknown_log_id", &[]);
    let viewer = ask_as(&server, "viewer", Method::GET, "/admin/log", &Value::Null).await;
    assert_eq!(viewer.json()["entries"], json!([]));
    let undo = format!("{path}/undo");
    let viewer = ask_as(&server, "viewer", Method::POST, &undo, &Value::Null).await;
    viewer.fails(404, "unknown_log_id", &[]);

    let reader = ask_as(&server, "reader", Method::GET, &path, &Value::Null).await;
    assert_eq!(reader.status, 200, "{reader:?}");
    assert_eq!(reader.json()["undo"]["possible"], false);
    let since = everything(&server).await;
    let reader = ask_as(&server, "reader", Method::POST, &undo, &Value::Null).await;
    reader.fails(403, "action_not_allowed", &["undoing"]);
    assert_eq!(everything(&server).await, since);
    let nobody = server
        .http
        .get(format!("{}{path}", server.base))
        .send()
        .await
        .unwrap();
    assert_eq!(nobody.status(), 401);
}

#[tokio::test]
async fn columns_that_are_not_the_client_s_are_left_out_and_refuse_an_undoing_that_writes_them() {
    let server = vendors(|config| {
        let narrow = GrantSpec {
            read_except: vec!["rate".to_owned()],
            ..grant(&["view", "edit", "explain", "undo"])
        };
        client(config, "narrow", &[narrow]);
    })
    .await;
    let log_id = update(
        &server,
        "code = 'a' AND rate = 1",
        &[("rate", json!(987_654_321))],
    )
    .await;
    let path = format!("/admin/log/{log_id}");
    let told = ask_as(&server, "narrow", Method::GET, &path, &Value::Null).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert!(
        !told.text.contains("rate") && !told.text.contains("987654321"),
        "{told:?}"
    );
    assert_eq!(told.json()["writes"][0]["rows"][0]["after"]["code"], "a");
    let undo = format!("{path}/undo");
    let undo = ask_as(&server, "narrow", Method::POST, &undo, &Value::Null).await;
    undo.fails(409, "undo_refused", &["not all yours to write"]);
}

#[tokio::test]
async fn columns_that_are_not_the_client_s_refuse_no_undoing_that_leaves_them_alone() {
    let server = vendors(|config| {
        let narrow = GrantSpec {
            write_except: vec!["rate".to_owned()],
            ..grant(&["view", "add", "edit", "delete", "explain", "undo"])
        };
        client(config, "narrow", &[narrow]);
    })
    .await;
    let start = everything(&server).await;
    let undo = async |log_id: &str| {
        let path = format!("/admin/log/{log_id}/undo");
        ask_as(&server, "narrow", Method::POST, &path, &Value::Null).await
    };
    // The column has values in these rows, and keeps them.
    let log_id = update(&server, "rate > 0", &[("city", json!("Linz"))]).await;
    assert_ne!(everything(&server).await, start);
    assert_eq!(undo(&log_id).await.status, 200);
    assert_eq!(everything(&server).await, start);
    // A row that is taken away is not written.
    let made = json!({"Tuples": [tuple("code", "new"), tuple("rate", 5)]});
    let made = server.post("vendor", "Add", made).await;
    let made = undo(&done(&made)).await;
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(everything(&server).await, start);
}

#[tokio::test]
async fn a_client_with_rows_of_its_own_sees_and_undoes_what_it_did_itself() {
    let server = vendors(|config| {
        let vienna = GrantSpec {
            rows: Some("city = 'Vienna'".to_owned()),
            ..grant(&["view", "edit", "explain", "undo"])
        };
        client(config, "vienna", &[vienna]);
    })
    .await;
    let start = everything(&server).await;
    let theirs = update(&server, "code = 'b'", &[("name", json!("X"))]).await;
    let path = format!("/admin/log/{theirs}");
    let told = ask_as(&server, "vienna", Method::GET, &path, &Value::Null).await;
    told.fails(404, "unknown_log_id", &[]);
    let body = json!({"Tuples": [tuple("name", "Own")], "Clause": "code = 'a'"});
    let own = ask_as(
        &server,
        "vienna",
        Method::POST,
        "/CSSAPI/V2/vendor/Update",
        &body,
    )
    .await;
    let own = done(&own);
    let listed = ask_as(&server, "vienna", Method::GET, "/admin/log", &Value::Null).await;
    assert_eq!(listed.json()["entries"].as_array().unwrap().len(), 1);
    let undo = format!("/admin/log/{own}/undo");
    let undone = ask_as(&server, "vienna", Method::POST, &undo, &Value::Null).await;
    assert_eq!(undone.status, 200, "{undone:?}");
    super::undo(&server, &theirs).await;
    assert_eq!(everything(&server).await, start);
}
