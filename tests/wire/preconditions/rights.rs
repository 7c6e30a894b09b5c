//! Tags and preconditions of clients that may not read, or reach, all there is.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::domain::{
    Actions, Rights,
    request::ClauseSource,
    rights::{Columns, Entities, Grant},
};

use super::{ROW_PATHS, ask, number, reset, serve, serve_with, tag, updates};
use crate::support::Server;

async fn serve_to(change: impl FnOnce(&mut Grant)) -> Server {
    let mut grant = Grant::of(Entities::All, Actions::all());
    change(&mut grant);
    serve_with(|config| {
        config.auth.clients[0].rights = Arc::new(Rights::new(vec![grant]));
    })
    .await
}

/// The tag must not tell what the client may not read, nor that it has changed.
#[tokio::test]
async fn a_tag_is_made_of_what_the_client_may_read_alone() {
    let server = serve_to(|grant| grant.read = Columns::Except(vec!["price".to_owned()])).await;
    let read = tag(&server).await;
    server.execute("UPDATE t SET price = 99").await;
    assert_eq!(tag(&server).await, read);
    server.execute("UPDATE t SET n = 5").await;
    assert_ne!(tag(&server).await, read);
    let open = serve().await;
    let of_all = tag(&open).await;
    for (write, _) in updates() {
        reset(&server).await;
        assert_eq!(tag(&server).await, read);
        let guessed = write.send(&server, &[("if-match", &of_all)]).await;
        assert_eq!(guessed.status, 412, "{}: {guessed:?}", write.path);
        let answer = write.send(&server, &[("if-match", &read)]).await;
        assert!(answer.status < 300, "{}: {answer:?}", write.path);
    }
}

/// To a client a row outside of its own is not there, whatever the header.
#[tokio::test]
async fn a_row_outside_of_the_client_s_is_not_there() {
    let server = serve_to(|grant| {
        grant.rows = Some(ClauseSource::Text("name = 'two'".to_owned()));
    })
    .await;
    let open = serve().await;
    let of_all = tag(&open).await;
    for path in ROW_PATHS {
        let answer = ask(
            &server,
            Method::GET,
            path,
            &[("if-none-match", "*")],
            &Value::Null,
        );
        assert_eq!(answer.await.status, 404, "{path}");
    }
    for (write, _) in updates() {
        for value in ["*", &*of_all] {
            let answer = write.send(&server, &[("if-match", value)]).await;
            let hidden = [412, 404].contains(&answer.status);
            assert!(hidden, "{}: {answer:?}", write.path);
        }
        let answer = write.send(&server, &[("if-none-match", "*")]).await;
        // It does not match; an insert meets its key, and that is all that can be told of it.
        assert_ne!(answer.status, 412, "{}: {answer:?}", write.path);
        assert_eq!(number(&server).await, Some(1), "{}", write.path);
    }
    let own = json!({"Clause": "k = 'b'"});
    let read = server.post("t", "Get", own).await;
    assert_eq!(read.header("etag").len(), 45, "{read:?}");
}
