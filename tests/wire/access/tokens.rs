//! Tokens are withdrawn here and elsewhere, and outlive a change of keys.

use reqwest::RequestBuilder;
use serde_json::json;
use upsertd::access::SigningKey;

use super::{Elsewhere, list_with, token, until, viewer};
use crate::support::{Answer, CLIENT, SECRET, SIGNING_KEY, Server};

fn revoking(server: &Server, form: &[(&str, &str)]) -> RequestBuilder {
    let url = format!("{}/oauth/revoke", server.base);
    server.http.post(url).form(form)
}

async fn revoke(server: &Server, form: &[(&str, &str)]) -> Answer {
    Answer::of(revoking(server, form).send().await.unwrap()).await
}

fn with_secret<'a>(token: &'a str, secret: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("token", token),
        ("token_type_hint", "access_token"),
        ("client_id", CLIENT),
        ("client_secret", secret),
    ]
}

#[tokio::test]
async fn a_withdrawn_token_is_refused_at_once_and_every_other_is_not() {
    let server = Server::demo().await;
    let other = token(&server, CLIENT, SECRET).await;
    assert_eq!(list_with(&server, &server.token).await.status, 200);
    for _ in 0..2 {
        let answer = revoke(&server, &with_secret(&server.token, SECRET)).await;
        assert_eq!((answer.status, answer.json()), (200, json!({})));
        let refused = list_with(&server, &server.token).await;
        refused.fails(401, "token_invalid", &[]);
    }
    assert_eq!(list_with(&server, &other).await.status, 200);
    let basic = revoking(&server, &[("token", &other)]).basic_auth(CLIENT, Some(SECRET));
    assert_eq!(basic.send().await.unwrap().status(), 200);
    assert_eq!(list_with(&server, &other).await.status, 401);
}

#[tokio::test]
async fn nobody_else_withdraws_a_token() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    elsewhere.save(&viewer("crm", "crm-secret")).await;
    until(async || server.ask_token("crm", "crm-secret").await, 200).await;
    let own = &server.token;
    for (form, status, error) in [
        (&[("token", own.as_str())][..], 401, "invalid_client"),
        (&with_secret(own, "wrong"), 401, "invalid_client"),
        (
            &[
                ("token", own),
                ("client_id", "nobody"),
                ("client_secret", SECRET),
            ],
            401,
            "invalid_client",
        ),
        (
            &[
                ("token", own),
                ("client_id", "crm"),
                ("client_secret", "crm-secret"),
            ],
            400,
            "unauthorized_client",
        ),
        (&with_secret("", SECRET), 400, "invalid_request"),
        (&with_secret(own, SECRET)[2..], 400, "invalid_request"),
        (&[("token", own), ("token", own)], 400, "invalid_request"),
    ] {
        let answer = revoke(&server, form).await;
        assert_eq!(answer.status, status, "{form:?} {answer:?}");
        assert_eq!(answer.json()["error"], error, "{form:?}");
    }
    assert_eq!(list_with(&server, own).await.status, 200);
    assert_eq!(elsewhere.read().await.revoked, []);
}

#[tokio::test]
async fn a_text_that_is_no_token_needs_no_withdrawing() {
    let server = Server::demo().await;
    for text in ["abc", "a.b.c", &format!("{}x", server.token)] {
        let answer = revoke(&server, &with_secret(text, SECRET)).await;
        assert_eq!(answer.status, 200, "{text}");
    }
    let elsewhere = Elsewhere::on(&server).await;
    assert_eq!(elsewhere.read().await.revoked, [], "nothing piles up");
}

#[tokio::test]
async fn a_token_withdrawn_by_another_process_is_refused_on_every_api() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    assert_eq!(list_with(&server, &server.token).await.status, 200);
    elsewhere.withdraw(&server.token).await;
    until(async || list_with(&server, &server.token).await, 401).await;
    for (path, scheme, status) in [
        ("/CSSAPI/V2/EntityList", "Bearer", 401),
        ("/demo.json", "Bearer", 401),
        ("/resource/tblCountries.json", "OAuth", 401),
        ("/services/data/v59.0/sobjects", "Bearer", 401),
        ("/services/data/v59.0/sobjects", "OAuth", 401),
    ] {
        let header = format!("{scheme} {}", server.token);
        let request = server.http.get(format!("{}{path}", server.base));
        let answer = request
            .header("authorization", header)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

#[tokio::test]
async fn tokens_outlive_a_change_of_keys_by_as_long_as_the_old_key_is_named() {
    const NEW: &str = "the signing key from now on, 32 bytes or more";
    let key = |text: &str| SigningKey::from_text(text).unwrap();
    let old = Server::demo().await;
    for previous in [None, Some(key(SIGNING_KEY))] {
        let known = previous.is_some();
        let new = Server::demo_with(|config| {
            config.auth.signing_key = key(NEW);
            config.auth.previous_key = previous;
        })
        .await;
        let answer = list_with(&new, &old.token).await;
        assert_eq!(answer.status, if known { 200 } else { 401 });
        assert_eq!(list_with(&old, &new.token).await.status, 401);
    }
}
