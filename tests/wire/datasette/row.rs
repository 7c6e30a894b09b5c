//! `/{pks}/-/update` and `/{pks}/-/delete`, and the paths of rows.

use serde_json::json;

use super::{allow, data, data_with, embedded_data, gives, post, post_text, refuses, rows_of};
use upsertd::domain::Actions;

#[tokio::test]
async fn a_row_is_updated_and_returned_when_asked() {
    let server = data().await;
    let answer = post(
        &server,
        "/data/docs/1/-/update",
        json!({"update": {"title": "new"}}),
    )
    .await;
    gives(&answer, 200, &json!({"ok": true}));
    let row =
        json!({"id": 1, "title": "newer", "score": 10, "ratio": null, "data": null, "note": null});
    let body = json!({"update": {"title": "newer", "id": 1}, "return": 1});
    let answer = post(&server, "/data/docs/1/-/update", body).await;
    gives(&answer, 200, &json!({"ok": true, "rows": [row]}));
    let answer = post(&server, "/data/docs/1/-/update", json!({"update": {}})).await;
    gives(&answer, 200, &json!({"ok": true}));
    assert_eq!(rows_of(&server, "docs").await[0], row);
}

#[tokio::test]
async fn a_body_that_is_no_update_is_refused() {
    let server = data().await;
    for (body, error) in [
        (json!({}), "JSON must contain an update dictionary"),
        (
            json!({"update": 5}),
            "JSON must contain an update dictionary",
        ),
        (json!({"update": {}, "x": 1}), "Invalid keys: x"),
        (json!({"update": {"zz": 1}}), "no such column: zz"),
        (
            json!({"update": {"title": null}}),
            "NOT NULL constraint failed: docs.title",
        ),
        (
            json!({"update": {"score": "abc"}}),
            "Column 'score' is bigint: 'abc' is not a whole number.",
        ),
    ] {
        refuses(
            &post(&server, "/data/docs/1/-/update", body).await,
            400,
            &[error],
        );
    }
}

#[tokio::test]
async fn a_row_that_is_not_there_comes_before_its_body() {
    let server = data().await;
    for (path, body, error) in [
        ("/data/docs/999/-/update", "{", "Record not found: ['999']"),
        (
            "/data/docs/abc/-/update",
            "{\"update\": {\"title\": \"x\"}}",
            "Record not found: ['abc']",
        ),
        (
            "/data/docs/it's/-/delete",
            "",
            "Record not found: [\"it's\"]",
        ),
        (
            "/data/comp/a,1/-/delete",
            "",
            "Record not found: ['a', '1']",
        ),
        // Percent signs are no encoding here.
        (
            "/data/comp/x%2Fy,1/-/delete",
            "",
            "Record not found: ['x%2Fy', '1']",
        ),
        ("/data/nope/1/-/update", "{", "Table not found: nope"),
        ("/data/nope/1/-/delete", "", "Table not found: nope"),
        ("/nope/docs/1/-/delete", "", "Database not found: nope"),
    ] {
        refuses(&post_text(&server, path, body).await, 404, &[error]);
    }
}

#[tokio::test]
async fn a_delete_takes_any_body_and_is_done_once() {
    let server = data().await;
    let answer = post_text(&server, "/data/docs/2/-/delete", "what ever").await;
    gives(&answer, 200, &json!({"ok": true}));
    let answer = post_text(&server, "/data/docs/2/-/delete", "").await;
    refuses(&answer, 404, &["Record not found: ['2']"]);
    assert_eq!(rows_of(&server, "docs").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn keys_are_tilde_encoded_and_stand_in_the_keys_order() {
    let server = data().await;
    let body = json!({"update": {"v": "zz"}, "return": true});
    let answer = post(&server, "/data/comp/x~2Fy,1/-/update", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": [{"a": "x/y", "b": 1, "v": "zz"}]}),
    );
    gives(
        &post_text(&server, "/data/comp/b+c,2/-/delete", "").await,
        200,
        &json!({"ok": true}),
    );
    for path in ["/data/comp/x~2Fy/-/delete", "/data/docs/1,2/-/update"] {
        let answer = post_text(&server, path, "{}").await;
        refuses(
            &answer,
            400,
            &["URL row identifier does not match the primary key for this table"],
        );
    }
}

#[tokio::test]
async fn rows_without_a_key_are_found_by_their_number() {
    let server = embedded_data().await;
    let body = json!({"update": {"n": 5}, "return": true});
    let answer = post(&server, "/data/plain/2/-/update", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": [{"rowid": 2, "name": "q", "n": 5}]}),
    );
    gives(
        &post_text(&server, "/data/plain/1/-/delete", "").await,
        200,
        &json!({"ok": true}),
    );
    assert_eq!(
        rows_of(&server, "plain").await,
        json!([{"rowid": 2, "name": "q", "n": 5}])
    );
}

/// Datasette fails when it is asked to return the row as well.
#[tokio::test]
async fn a_row_may_get_another_key() {
    let server = data().await;
    let body = json!({"update": {"a": "moved", "v": "m"}, "return": true});
    let answer = post(&server, "/data/comp/b+c,2/-/update", body).await;
    gives(
        &answer,
        200,
        &json!({"ok": true, "rows": [{"a": "moved", "b": 2, "v": "m"}]}),
    );
    let answer = post(
        &server,
        "/data/comp/moved,2/-/update",
        json!({"update": {"a": "x/y", "b": 1}}),
    )
    .await;
    refuses(&answer, 400, &["UNIQUE constraint failed: comp.a, comp.b"]);
}

#[tokio::test]
async fn who_may_not_is_told_so_before_the_table_is_looked_for() {
    let server = data_with(|config| {
        let view = Actions {
            view: true,
            ..Actions::NONE
        };
        allow(config, "docs", view);
        allow(
            config,
            "comp",
            Actions {
                edit: true,
                ..Actions::NONE
            },
        );
    })
    .await;
    for path in [
        "/data/docs/1/-/update",
        "/data/docs/999/-/delete",
        "/data/comp/a,1/-/delete",
    ] {
        refuses(
            &post_text(&server, path, "{").await,
            403,
            &["Permission denied"],
        );
    }
    // Who may not view gets nothing returned.
    let body = json!({"update": {"v": "w"}, "return": true});
    let answer = post(&server, "/data/comp/b+c,2/-/update", body).await;
    gives(&answer, 200, &json!({"ok": true}));
    let body = json!({"update": {"v": "w"}, "alter": true});
    let answer = post(&server, "/data/comp/b+c,2/-/update", body).await;
    refuses(&answer, 403, &["Permission denied for alter-table"]);
}
