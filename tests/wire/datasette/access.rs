//! Who may what, methods, names and paths.

use reqwest::Method;
use serde_json::json;

use super::{
    ENTITIES, TABLES, allow, as_nobody, data, data_with, gives, post, post_text, refuses, serve_on,
};
use crate::support::{Answer, Database};
use upsertd::domain::Actions;

const BOTH: &str = "Permission denied: need both insert-row and update-row";

#[tokio::test]
async fn names_are_looked_for_first_and_by_the_letter() {
    let server = data().await;
    for action in ["upsert", "insert"] {
        for (place, error) in [
            ("nope/docs", "Database not found"),
            ("DATA/docs", "Database not found"),
            ("data/nope", "Table not found"),
            ("data/DOCS", "Table not found"),
            ("data/v1", "Table not found: v1"),
        ] {
            let path = format!("/{place}/-/{action}");
            refuses(
                &as_nobody(&server, Method::POST, &path, "{").await,
                404,
                &[error],
            );
            refuses(&post_text(&server, &path, "{").await, 404, &[error]);
        }
    }
}

#[tokio::test]
async fn nobody_may_nothing() {
    let server = data().await;
    for (path, error) in [
        ("/data/docs/-/upsert", BOTH),
        ("/data/docs/-/insert", "Permission denied"),
        ("/data/docs/1/-/update", "Permission denied"),
        ("/data/nope/1/-/delete", "Permission denied"),
    ] {
        refuses(
            &as_nobody(&server, Method::POST, path, "{").await,
            403,
            &[error],
        );
        // Neither another scheme nor what is no token makes anyone known.
        let token = &server.token;
        for credential in ["Bearer abc", "Basic abc", &format!("bearer {token}"), token] {
            let request = server.http.post(format!("{}{path}", server.base));
            let sent = request
                .header("authorization", credential)
                .body("{")
                .send()
                .await;
            refuses(&Answer::of(sent.unwrap()).await, 403, &[error]);
        }
    }
    for path in [
        "/data/docs.json",
        "/data/docs/1.json",
        "/data.json",
        "/.json",
    ] {
        refuses(
            &as_nobody(&server, Method::GET, path, "").await,
            403,
            &["Permission denied"],
        );
    }
    let answer = as_nobody(&server, Method::GET, "/-/actor.json", "").await;
    gives(&answer, 200, &json!({"ok": true, "actor": null}));
}

#[tokio::test]
async fn a_token_that_does_not_hold_is_401() {
    let server = data().await;
    let broken = format!("{}x", server.token);
    for (token, error) in [
        (broken.as_str(), "Invalid token signature"),
        // One of Datasette's own, which nobody here can check.
        ("dstok_abc.def", "Invalid token signature"),
    ] {
        for path in [
            "/data/docs/-/upsert",
            "/nope/docs/1/-/delete",
            "/data/docs/-/insert",
        ] {
            let request = server.http.post(format!("{}{path}", server.base));
            let answer =
                Answer::of(request.bearer_auth(token).body("{}").send().await.unwrap()).await;
            refuses(&answer, 401, &[error]);
            assert_eq!(
                answer.header("www-authenticate"),
                "Bearer error=\"invalid_token\"",
                "{token}"
            );
        }
    }
}

#[tokio::test]
async fn each_write_needs_its_own_rights() {
    let add = Actions {
        add: true,
        ..Actions::NONE
    };
    let server = data_with(|config| {
        allow(config, "docs", add);
        allow(
            config,
            "comp",
            Actions {
                edit: true,
                view: true,
                ..Actions::NONE
            },
        );
    })
    .await;
    let rows = json!({"rows": [{"id": 9}], "return": true});
    refuses(
        &post(&server, "/data/docs/-/upsert", rows.clone()).await,
        403,
        &[BOTH],
    );
    refuses(
        &post_text(&server, "/data/comp/-/insert", "{").await,
        403,
        &["Permission denied"],
    );
    // Written, but who may not view gets nothing returned.
    gives(
        &post(&server, "/data/docs/-/insert", rows).await,
        201,
        &json!({"ok": true}),
    );
    let body = json!({"rows": [{"id": 9}], "replace": true});
    let answer = post(&server, "/data/docs/-/insert", body).await;
    refuses(
        &answer,
        403,
        &["Permission denied: need update-row to use \"replace\""],
    );
    let body = json!({"rows": [{"zz": 9}], "alter": true});
    let answer = post(&server, "/data/docs/-/insert", body).await;
    refuses(&answer, 403, &["Permission denied for alter-table"]);
    refuses(
        &server.get("/data/docs.json").await,
        403,
        &["Permission denied"],
    );
}

#[tokio::test]
async fn other_methods_are_refused_in_text_or_json() {
    let server = data().await;
    for path in [
        "/data/docs/-/upsert",
        "/data/docs/1/-/delete",
        "/data/nope/-/insert",
    ] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = as_nobody(&server, method.clone(), path, "").await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (405, "Method not allowed")
            );
            assert_eq!(answer.header("allow"), "POST");
            assert!(answer.header("content-type").starts_with("text/plain"));
            let request = server
                .http
                .request(method, format!("{}{path}", server.base));
            let sent = request
                .header("content-type", "application/json")
                .send()
                .await;
            refuses(
                &Answer::of(sent.unwrap()).await,
                405,
                &["Method not allowed"],
            );
        }
        let answer = as_nobody(&server, Method::OPTIONS, path, "").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "ok"));
    }
    let answer = post_text(&server, "/data/docs.json", "").await;
    refuses(&answer, 405, &["Method not allowed"]);
}

#[tokio::test]
async fn an_action_that_does_not_exist_is_404() {
    let server = data().await;
    for path in [
        "/data/docs/-/upsert.json",
        "/data/docs/-/nope",
        "/data/docs/1/-/upsert",
    ] {
        refuses(&post_text(&server, path, "{}").await, 404, &["404"]);
    }
}

#[tokio::test]
async fn a_database_is_called_as_its_file_unless_set() {
    let file = Database::embedded();
    let server = serve_on(file, TABLES, &ENTITIES, |config| {
        config.datasette.database = None;
    })
    .await;
    assert_eq!(server.get("/own/docs.json").await.status, 200);
    refuses(
        &server.get("/data/docs.json").await,
        404,
        &["Database not found"],
    );
}

#[tokio::test]
async fn names_that_are_no_plain_words_are_tilde_encoded() {
    let sql = "CREATE TABLE \"a b/c.d\" (id bigint PRIMARY KEY, \"x y\" nvarchar(50))";
    let server = super::serve(sql, &["a b/c.d"], |config| {
        config.datasette.database = Some("my data".to_owned());
    })
    .await;
    let body = json!({"row": {"id": 1, "x y": "v"}});
    let answer = post(&server, "/my+data/a+b~2Fc~2Ed/-/upsert", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": [{"id": 1, "x y": "v"}]}),
    );
    let answer = server
        .get("/my+data/a+b~2Fc~2Ed.json?x+y__startswith=v&_shape=array")
        .await;
    gives(&answer, 200, &json!([{"id": 1, "x y": "v"}]));
}

#[tokio::test]
async fn everything_stands_below_the_base_path() {
    let server = data_with(|config| config.server.base_path = "/API2".to_owned()).await;
    let body = json!({"rows": [{"id": 1, "note": "n"}]});
    gives(
        &post(&server, "/data/docs/-/upsert", body).await,
        200,
        &json!({"ok": true}),
    );
    let page = server.get("/data/docs.json?_size=1").await.json();
    let next = page["next_url"].as_str().unwrap();
    assert!(next.contains("/API2/data/docs.json?"), "{next}");
    let request = server.http.get(next).bearer_auth(&server.token);
    let page = Answer::of(request.send().await.unwrap()).await.json();
    assert_eq!(page["rows"][0]["id"], 2, "{page}");
}
