//! The token endpoint.

use serde_json::json;

use crate::support::{Answer, CLIENT, SECRET, SIGNING_KEY, Server};

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |&(k, v): &(&str, &str)| (k.to_owned(), v.to_owned());
    pairs.iter().map(owned).collect()
}

#[tokio::test]
async fn credentials_are_taken_from_the_form_or_a_basic_header() {
    let server = Server::demo().await;
    let answer = server.ask_token(CLIENT, SECRET).await;
    assert_eq!(
        answer.json()["token_type"].as_str().unwrap().to_lowercase(),
        "bearer"
    );
    assert_eq!(answer.json()["expires_in"], 3600);
    assert_eq!(answer.header("cache-control"), "no-store");

    let url = format!("{}/OAuth/Token", server.base);
    // RFC 6749 section 2.3.1: both halves form-encoded before they are joined.
    let encoded = "tester-secret%3A+with+%25%26%2B+in+it";
    for secret in [SECRET, encoded] {
        let request = server.http.post(&url).basic_auth(CLIENT, Some(secret));
        let request = request.form(&form(&[("grant_type", "client_credentials")]));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{secret}: {answer:?}");
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let list = list_with(&server, &token).await;
        assert_eq!(list.status, 200, "{secret}: {list:?}");
    }
}

async fn list_with(server: &Server, token: &str) -> Answer {
    let list = server
        .http
        .get(format!("{}/CSSAPI/V2/EntityList", server.base));
    Answer::of(list.bearer_auth(token).send().await.unwrap()).await
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_get_the_same_answer() {
    let server = Server::demo().await;
    let mut messages = Vec::new();
    for (id, secret) in [
        (CLIENT, "wrong"),
        ("nobody", SECRET),
        (CLIENT, ""),
        ("", ""),
    ] {
        let answer = server.ask_token(id, secret).await;
        answer.fails(401, "invalid_client", &[]);
        assert_eq!(answer.json()["error"], "invalid_client");
        messages.push((answer.message(), answer.json()["error_description"].clone()));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[tokio::test]
async fn what_the_endpoint_does_not_do_is_said_in_rfc_6749_s_words() {
    let server = Server::demo().await;
    let url = format!("{}/oauth/token", server.base);
    for (pairs, status, code) in [
        (
            form(&[("grant_type", "password"), ("client_id", CLIENT)]),
            400,
            "unsupported_grant_type",
        ),
        (
            form(&[("client_id", CLIENT), ("client_secret", SECRET)]),
            400,
            "invalid_request",
        ),
        (
            form(&[("grant_type", "client_credentials")]),
            401,
            "invalid_client",
        ),
    ] {
        let answer = Answer::of(server.http.post(&url).form(&pairs).send().await.unwrap()).await;
        answer.fails(status, code, &[]);
        assert_eq!(answer.json()["error"], code);
    }
    let request = server
        .http
        .post(&url)
        .json(&json!({"grant_type": "client_credentials"}));
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.fails(415, "unsupported_media_type", &[]);
}

#[tokio::test]
async fn too_many_secrets_at_once_are_answered_429_and_the_rest_get_their_tokens() {
    let server = Server::demo().await;
    // There is room for one caller per core and 32 that wait.
    let room = std::thread::available_parallelism().unwrap().get() + 32;
    let asking = (0..4 * room).map(|_| server.ask_token(CLIENT, "wrong"));
    let answers = futures_util::future::join_all(asking).await;
    let refused: Vec<_> = answers.iter().filter(|a| a.status == 429).collect();
    assert!(!refused.is_empty(), "none was turned away");
    for answer in &refused {
        answer.fails(429, "too_many_requests", &["try again"]);
        assert!(answer.header("retry-after").parse::<u32>().unwrap() > 0);
    }
    assert!(answers.iter().any(|a| a.status == 401));
    assert_eq!(server.ask_token(CLIENT, SECRET).await.status, 200);
}

#[tokio::test]
async fn a_token_holds_on_another_process_with_the_same_key_and_not_with_another() {
    let (one, two) = (Server::demo().await, Server::demo().await);
    assert_eq!(list_with(&two, &one.token).await.status, 200);
    let other = Server::demo_with(|config| {
        let key = "another signing key, 32 bytes or more";
        config.auth.signing_key = upsertd::access::SigningKey::from_text(key).unwrap();
    })
    .await;
    let answer = list_with(&other, &one.token).await;
    answer.fails(401, "token_invalid", &[]);
}

#[tokio::test]
async fn an_expired_token_is_told_from_one_that_never_held() {
    let server = Server::demo().await;
    let now = jiff::Timestamp::now().as_second();
    let sign = |iss: &str, exp: i64| {
        let claims = json!({"iss": iss, "aud": "upsertd", "sub": CLIENT, "iat": now - 3600, "exp": exp, "jti": "x"});
        let key = jsonwebtoken::EncodingKey::from_secret(SIGNING_KEY.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
    };
    let answer = list_with(&server, &sign("upsertd", now + 60)).await;
    assert_eq!(
        answer.status, 200,
        "made as the service makes them: {answer:?}"
    );
    let answer = list_with(&server, &sign("upsertd", now - 60)).await;
    answer.fails(401, "token_expired", &["oauth/token"]);
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer error=\"invalid_token\""
    );
    let answer = list_with(&server, &sign("another", now + 60)).await;
    answer.fails(401, "token_invalid", &[]);
}

#[tokio::test]
async fn a_form_is_read_up_to_16_kib_however_large_bodies_may_be() {
    let server = Server::demo().await;
    let url = format!("{}/oauth/token", server.base);
    for (scope, status) in [(16_000, 200), (16_400, 413)] {
        let mut pairs = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
        ]);
        pairs.push(("scope".to_owned(), "x".repeat(scope)));
        let answer = Answer::of(server.http.post(&url).form(&pairs).send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        if status == 413 {
            answer.fails(413, "body_too_large", &["16384 bytes"]);
        }
    }
}

#[tokio::test]
async fn a_script_is_not_challenged_where_a_browser_would_ask_its_user() {
    let server = Server::demo().await;
    let url = format!("{}/oauth/token", server.base);
    let ask = || {
        let request = server.http.post(&url).basic_auth(CLIENT, Some("wrong"));
        request.form(&form(&[("grant_type", "client_credentials")]))
    };
    let answer = Answer::of(ask().send().await.unwrap()).await;
    answer.fails(401, "invalid_client", &[]);
    assert!(
        answer.header("www-authenticate").starts_with("Basic"),
        "{answer:?}"
    );
    let request = ask().header("X-Requested-With", "XMLHttpRequest");
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.fails(401, "invalid_client", &[]);
    assert_eq!(answer.header("www-authenticate"), "", "{answer:?}");
}
