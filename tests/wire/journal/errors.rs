//! Requests that failed are found by their `LogId`.

use serde_json::{Value, json};

use super::{client, explain, grant, vendors};
use crate::support::{Answer, CLIENT, tuple};

#[tokio::test]
async fn a_request_that_failed_is_found_by_its_log_id() {
    let server = vendors(|config| client(config, "other", &[grant(&["view"])])).await;
    let body = json!({"Tuples": [tuple("nosuch", 1)], "Clause": "code = 'a'"});
    let failed = server.post("vendor", "Update", body).await;
    assert_eq!(failed.status, 400);
    let log_id = failed.header("x-log-id").to_owned();
    let told = explain(&server, &log_id).await;
    let error = &told["error"];
    assert_eq!(
        (
            &error["status"],
            &error["code"],
            &error["entity"],
            &error["operation"]
        ),
        (
            &json!(400),
            &json!("unknown_column"),
            &json!("vendor"),
            &json!("update")
        )
    );
    assert_eq!(error["message"], failed.json()["Message"]);
    assert_eq!(told["undo"], Value::Null);
    let listed = server.get("/admin/log?errors=true&limit=1").await.json();
    assert_eq!(listed["errors"][0]["log_id"], log_id.as_str());
    // It is nobody else's business.
    let path = format!("/admin/log/{log_id}");
    let other = super::ask_as(&server, "other", reqwest::Method::GET, &path, &Value::Null).await;
    other.fails(404, "unknown_log_id", &[]);
    let path = "/admin/log?errors=true&client=tester";
    let other = super::ask_as(&server, "other", reqwest::Method::GET, path, &Value::Null).await;
    assert_eq!(other.json()["errors"], json!([]));
}

#[tokio::test]
async fn who_may_explain_everything_sees_the_errors_of_all() {
    let server = vendors(|config| client(config, "other", &[grant(&["view"])])).await;
    let body = json!({"Tuples": [tuple("city", "x")], "Clause": "code = 'a'"});
    let path = "/CSSAPI/V2/vendor/Update";
    let failed = super::ask_as(&server, "other", reqwest::Method::POST, path, &body).await;
    failed.fails(403, "action_not_allowed", &[]);
    let told = explain(&server, failed.header("x-log-id")).await;
    assert_eq!(told["error"]["client"], "other");
    // Nobody was known to ask for this one.
    let unknown = server
        .http
        .get(format!("{}/CSSAPI/V2/EntityList", server.base))
        .send()
        .await
        .unwrap();
    let log_id = unknown.headers()["x-log-id"].to_str().unwrap();
    let answer = server.get(&format!("/admin/log/{log_id}")).await;
    answer.fails(404, "unknown_log_id", &[]);
}

#[tokio::test]
async fn whoever_only_says_who_he_is_is_not_journalled() {
    let server = vendors(|_| ()).await;
    let client = [("client_id", CLIENT), ("client_secret", "wrong")];
    let credentials = [("grant_type", "client_credentials"), client[0], client[1]];
    let password = [
        ("grant_type", "password"),
        ("username", CLIENT),
        ("password", "wrong"),
    ];
    for (path, form) in [
        ("/oauth/token", &credentials[..]),
        ("/services/oauth2/token", &credentials[..]),
        ("/services/oauth2/token", &password[..]),
        ("/oauth/revoke", &client[..]),
        ("/oauth/revoke", &[("token", "x"), client[0], client[1]]),
    ] {
        let url = format!("{}{path}", server.base);
        let refused = Answer::of(server.http.post(url).form(form).send().await.unwrap()).await;
        assert!((400..500).contains(&refused.status), "{refused:?}");
    }
    let listed = server.get("/admin/log?errors=true").await.json();
    assert_eq!(listed["errors"], json!([]));
}
